"""The whole job on 1 GB and more of real files: throughput, memory, and the time that is not spent in kernels.

    python -m benchmarks pipeline [--workers 1 2]

Each run is a process of its own with an empty work folder. Memory is the peak resident size of each process of the run,
sampled ten times a second. *Kernels* are what has to be done with the text whatever carries it: reading the files,
sha256, heuristics, language, fingerprints; their time is measured in one bare process over the same rows.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

from benchmarks.corpus import CACHE, site_packages

RECIPE = """
name: bench
kind: pretrain
sources:
  - {{name: packages, type: packages, path: {path}}}
heuristics: {{profile: code}}
output: {out}
"""


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


def measured_run(recipe: Path, workers: int) -> dict[str, float]:
    """Run a recipe in a process of its own and return what it took."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "licet", "run", str(recipe), "--workers", str(workers), "--json", "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    peaks: dict[int, int] = {}
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.1):
            for pid in children(process.pid):
                peaks[pid] = max(peaks.get(pid, 0), resident(pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    told = process.communicate()[0]
    ended.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"the run failed with exit code {process.returncode}: {told[-500:]}")
    outcome = json.loads(told)
    driver = peaks.pop(process.pid, 0)
    return {
        **outcome,
        "wall": time.perf_counter() - started,
        "driver_rss": driver,
        "worker_rss": max(peaks.values(), default=0),
    }


def bare_kernels(recipe: Path) -> tuple[float, int]:
    """Return the seconds of the kernels alone over all rows of a recipe, and the bytes of text."""
    from licet.pipelines.plan import make_plan
    from licet.schemas.recipe import load_recipe
    from licet.stages.dedup import fingerprint
    from licet.stages.ingest import read_split
    from licet.stages.quality import HeuristicRules, Language, TokenCount

    loaded = load_recipe(recipe)
    plan = make_plan(loaded, recipe.parent)
    kernels = [
        TokenCount(),
        HeuristicRules(loaded.heuristics),
        Language(loaded.language),
        partial(fingerprint, settings=loaded.dedup),
    ]
    size = 0
    begun = False
    started = 0.0
    for split in plan.splits:
        for parcel in read_split(split, loaded.limits):
            if not begun:
                for kernel in kernels:
                    kernel(parcel.rows)
                begun, started = True, time.perf_counter()
                continue
            size += parcel.rows.column("text").nbytes
            for kernel in kernels:
                kernel(parcel.rows)
    return time.perf_counter() - started, size


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks pipeline")
    parser.add_argument("--path", default=None, help="a site-packages folder instead of the benchmark's own")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--repeat", type=int, default=1)
    asked = parser.parse_args(argv)
    folder = Path(asked.path) if asked.path else site_packages()
    home = CACHE / "runs"
    recipe = home / "bench.yaml"
    home.mkdir(parents=True, exist_ok=True)
    recipe.write_text(RECIPE.format(path=folder, out=home / "out"))
    kernel_seconds, size = bare_kernels(recipe)
    print(f"{os.cpu_count()} cores; {size / 1e6:,.0f} MB of text; bare kernels {kernel_seconds:.1f} s on one core\n")
    print("| workers | wall s | MB/s | MB/s/core | core s outside kernels | of the kernels | driver MB | worker MB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for workers in asked.workers:
        runs = []
        for _ in range(asked.repeat):
            shutil.rmtree(home / "out", ignore_errors=True)
            shutil.rmtree(home / "out.work", ignore_errors=True)
            runs.append(measured_run(recipe, workers))
        wall = statistics.median(run["wall"] for run in runs)
        outside = wall * workers - kernel_seconds
        driver = max(run["driver_rss"] for run in runs) / 1e6
        worker = max(run["worker_rss"] for run in runs) / 1e6
        print(
            f"| {workers} | {wall:.1f} | {size / wall / 1e6:.1f} | {size / wall / 1e6 / workers:.1f} | {outside:.1f} |"
            f" {outside / kernel_seconds:.2f}× | {driver:,.0f} | {worker:,.0f} |"
        )
        print(f"  by stage (s): {runs[0]['stage_seconds']}  digest {runs[0]['digest']}", file=sys.stderr)
