"""The whole job on real files and on documents: throughput, memory, and the time that is not spent in kernels.

    python -m benchmarks pipeline [--input packages documents] [--workers 1 2] [--model no yes] [--megabytes 1000]

Two inputs: *packages*, each file of 31 large Python packages a row of its own (`benchmarks.corpus`), and *documents*,
4 kB each in compressed JSON Lines and Parquet with a licence column (`benchmarks.documents`). Each run is a process
of its own with an empty work folder. *Core seconds* are the processor time of all its processes, planning, imports,
writing and description included: on a machine that others use too they say more than the clock. MB/s per core is text
by core second. Memory is the peak resident size of each process, looked at ten times a second.

*Kernels* are what has to be done with the text whatever carries it: reading, sha256, word count, heuristics, language,
fingerprints, and scores where there is a model; their processor time is measured in one bare process over the same
rows, warm.
"""

import argparse
import contextlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.corpus import CACHE, site_packages
from benchmarks.documents import recipe as documents_recipe
from benchmarks.documents import write as write_documents

PACKAGES = """
name: bench
kind: pretrain
sources:
  - {{name: packages, type: packages, path: {path}}}
heuristics: {{profile: code}}
output: {out}
{more}"""
TICKS = os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """Return the process and all below it."""
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        with contextlib.suppress(OSError):
            tasks = Path(f"/proc/{one}/task").iterdir()
            todo += [int(child) for task in tasks for child in (task / "children").read_text().split()]
    return found


def resident(pid: int) -> int:
    """Return the peak resident bytes of a process; zero when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    peak = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(peak[0]) * 1024 if peak else 0


def processor_time(pid: int) -> float:
    """Return the seconds that a process and its own threads have had so far; zero when it is gone."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / TICKS


def measured_run(recipe: Path, workers: int) -> dict[str, Any]:
    """Run a recipe in a process of its own and return what it said and took.

    Added are ``wall`` and ``core`` (seconds), ``driver_rss`` and ``worker_rss`` (bytes at their peaks).
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    with (recipe.parent / "run.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "licet", "run", str(recipe), "--workers", str(workers), "--json", "--quiet"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    peaks: dict[int, int] = {}
    spent: dict[int, float] = {}
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.1):
            for pid in children(process.pid):
                peaks[pid] = max(peaks.get(pid, 0), resident(pid))
                spent[pid] = max(spent.get(pid, 0.0), processor_time(pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    told = process.communicate()[0]
    ended.set()
    watcher.join()
    if process.returncode:
        said = told[-500:] + (recipe.parent / "run.log").read_text()[-500:]
        raise SystemExit(f"the run failed with exit code {process.returncode}: {said}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    waited = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    driver = peaks.pop(process.pid, 0)
    return {
        **json.loads(told),
        "wall": time.perf_counter() - started,
        # What was waited for is exact; worker processes that were not are known as they were last seen.
        "core": max(waited, sum(spent.values())),
        "driver_rss": driver,
        "worker_rss": max(peaks.values(), default=0),
    }


def fresh_run(recipe: Path, out: Path, workers: int) -> dict[str, Any]:
    """Run a recipe with nothing left of earlier runs."""
    shutil.rmtree(out, ignore_errors=True)
    shutil.rmtree(f"{out}.work", ignore_errors=True)
    return measured_run(recipe, workers)


def bare_kernels(recipe: Path) -> tuple[float, int, dict[str, float]]:
    """Return the processor seconds of the kernels over all rows, the bytes of text, and the seconds of each kernel."""
    from licet.pipelines.plan import make_plan
    from licet.schemas.recipe import load_recipe
    from licet.stages.dedup import fingerprint
    from licet.stages.ingest.read import read_split
    from licet.stages.quality import HeuristicRules, Language, TokenCount
    from licet.stages.quality.scorer import FastTextScorer

    loaded = load_recipe(recipe)
    plan = make_plan(loaded, recipe.parent)
    kernels: dict[str, Callable[[Any], Any]] = {
        "words": TokenCount(),
        "heuristics": HeuristicRules(loaded.heuristics),
        "language": Language(loaded.language),
        "fingerprints": partial(fingerprint, settings=loaded.dedup),
    }
    for model in plan.recipe.quality.models:
        scorer = FastTextScorer(model)
        kernels["score"] = lambda rows, scorer=scorer: scorer(rows.column("text"))
    spent = dict.fromkeys(["reading", *kernels], 0.0)
    size = 0
    warm = False
    began = time.process_time()
    for split in plan.splits:
        for parcel in read_split(split, loaded.limits):
            if not warm:
                for kernel in kernels.values():
                    kernel(parcel.rows)
                warm, began = True, time.process_time()
            spent["reading"] += time.process_time() - began
            size += parcel.rows.column("text").nbytes
            for name, kernel in kernels.items():
                began = time.process_time()
                kernel(parcel.rows)
                spent[name] += time.process_time() - began
            began = time.process_time()
    return sum(spent.values()), size, spent


def quality_model() -> Path:
    """Return a fastText model that tells files for readers from others, trained once on the installed packages."""
    import sysconfig

    from licet.pipelines.package_labels import quickstart_sets
    from licet.pipelines.train_quality import train_quality

    folder = CACHE / "model"
    if not (folder / "model.bin").exists():
        good, bad = quickstart_sets(sysconfig.get_path("purelib"), folder / "sets")
        train_quality([str(good)], [str(bad)], folder, group_field="distribution")
    return folder / "model.bin"


def with_model(name: str) -> str:
    """Return the lines of a recipe that name the model, by `yes` or `no`."""
    if name == "no":
        return ""
    return f"quality: {{models: [{{name: readers, path: {quality_model()}, label: positive}}]}}\n"


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks pipeline")
    parser.add_argument("--input", nargs="+", default=["packages", "documents"], choices=["packages", "documents"])
    parser.add_argument("--path", default=None, help="a site-packages folder instead of the benchmark's own")
    parser.add_argument("--megabytes", type=int, default=1000, help="text of the documents")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--model", nargs="+", default=["no", "yes"], choices=["no", "yes"])
    parser.add_argument("--repeat", type=int, default=1)
    asked = parser.parse_args(argv)
    home = CACHE / "runs"
    home.mkdir(parents=True, exist_ok=True)
    out = home / "out"
    print("| input | model | workers | wall s | core s | MB/s per core | of the kernels | driver MB | worker MB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in asked.input:
        for model in asked.model:
            more = with_model(model)
            recipe = home / f"{name}-{model}.yaml"
            if name == "packages":
                recipe.write_text(PACKAGES.format(path=asked.path or site_packages(), out=out, more=more))
            else:
                folder = CACHE / "documents" / f"{asked.megabytes}"
                write_documents(folder, asked.megabytes * 1_000_000)
                recipe.write_text(documents_recipe(folder, out, more=more))
            kernels, size, each = bare_kernels(recipe)
            for workers in asked.workers:
                runs = [fresh_run(recipe, out, workers) for _ in range(asked.repeat)]
                core = statistics.median(run["core"] for run in runs)
                wall = statistics.median(run["wall"] for run in runs)
                driver, worker = (max(run[key] for run in runs) / 1e6 for key in ("driver_rss", "worker_rss"))
                print(
                    f"| {name} | {model} | {workers} | {wall:.1f} | {core:.1f} | {size / core / 1e6:.1f} |"
                    f" {core / kernels:.2f}× | {driver:,.0f} | {worker:,.0f} |",
                    flush=True,
                )
                print(f"  by stage (s, clock): {runs[0]['stage_seconds']} digest {runs[0]['digest']}", file=sys.stderr)
            told = ", ".join(f"{kernel} {seconds:.1f}" for kernel, seconds in each.items())
            print(f"  {size / 1e6:,.0f} MB of text; bare kernels {kernels:.1f} s of one core: {told}", file=sys.stderr)
    shutil.rmtree(out, ignore_errors=True)
    shutil.rmtree(f"{out}.work", ignore_errors=True)
