"""Near-dedup of the same JSON Lines end to end: Licet, datatrove, text-dedup and rensa at one setting, two processes.

    python -m benchmarks dedup_peers [--size 200MB] [--tools licet datatrove text-dedup rensa] [--repeat 1]
    python -m benchmarks dedup_peers --table

Each run is added to `build/bench/dedup/runs.json`; the table takes the median of those there. *Below* are removed rows
for which an exact join of all pairs finds no kept row of at least the threshold's similarity.
"""

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks._allpairs import similar_pairs
from benchmarks._measured import Cost, measured
from benchmarks.dedup_corpus import HOME, SIZES, corpus, told
from licet.stages.dedup.shingles import ShingleSets, shingle_sets

RUNS = HOME / "runs.json"
PEERS = Path(__file__).parent / "_peers"
PYTHON = {"text-dedup": "3.12"}
PINNED = {
    "datatrove": ["datatrove[io,processing]==0.10.1", "spacy==3.8.18"],
    "rensa": ["rensa==0.5.0"],
    "text-dedup": ["text-dedup==0.4.1"],
}
# text-dedup joins the members of a bucket, and with its check their texts, pair by pair: it is ended above this.
MOST_MEMORY = 6_000_000_000


@dataclass(frozen=True)
class Setting:
    """What all tools are told."""

    words: int = 5
    bands: int = 14
    rows: int = 8
    threshold: float = 0.8
    workers: int = 2


@dataclass(frozen=True)
class Run:
    """One run of a tool: the ids it removed, which are all as its input has them, and what it cost."""

    cost: Cost
    removed: frozenset[str]
    told: Mapping[str, Any] = field(default_factory=dict)


def python_of(tool: str) -> Path:
    """Return the Python of a peer's own environment, made where it is not there yet."""
    home = HOME / "venvs" / tool
    if not (home / "done").exists():
        version = PYTHON.get(tool)
        python = f"python{version}" if version else sys.executable
        if subprocess.run([python, "-m", "venv", home], check=False).returncode:
            raise SystemExit(f"{tool} needs {python} on the PATH, with its venv module: install it or leave {tool} out")
        subprocess.run([home / "bin" / "pip", "install", "--quiet", *PINNED[tool]], check=True)
        (home / "done").touch()
    return home / "bin" / "python"


RECIPE = """
name: dedup
kind: pretrain
sources:
  - name: corpus
    type: jsonl
    paths: [{given}/*.jsonl]
    id_field: id
    license: {{expression: Apache-2.0, evidence: {licence}}}
heuristics: {{profile: none}}
dedup:
  {{enabled: {enabled}, shingle_size: {words}, bands: {bands}, rows_per_band: {rows}, threshold: {threshold}}}
output: {out}/version
"""


def command_of_licet(recipe: str, given: Path, out: Path, setting: Setting, **more: str) -> list[str]:
    """Write a recipe into the folder of a run and return the command that runs it."""
    licence = out / "LICENSE"
    shutil.copy(Path(__file__).parents[1] / "LICENSE", licence)
    alike = {"words": setting.words, "bands": setting.bands, "rows": setting.rows, "threshold": setting.threshold}
    (out / "recipe.yaml").write_text(recipe.format(given=given, licence=licence, out=out, **alike, **more))
    return [sys.executable, "-m", "licet", "run", str(out / "recipe.yaml"), "--workers", str(setting.workers), "--json"]


def removed_by_licet(out: Path) -> frozenset[str]:
    """Return the ids that the ledger of a run has as duplicates."""
    ledger = pq.read_table(out / "version" / "provenance" / "ledger", columns=["id", "stage"])
    ids = ledger.filter(pa.compute.equal(ledger["stage"], "dedup"))["id"].to_pylist()
    return frozenset(name.split("/", 1)[1] for name in ids)


def licet(given: Path, out: Path, setting: Setting, *, enabled: bool = True) -> Run:
    """`licet run` over the same files, no heuristics; all licences stated alike."""
    cost = measured(command_of_licet(RECIPE, given, out, setting, enabled=str(enabled).lower()), out / "log", out)
    if cost.code:
        return Run(cost, frozenset())
    text = (out / "log").read_text()
    outcome = json.loads(text[text.rindex("\n{\n") :])
    told_of_it = {key: outcome.get(key) for key in ("seconds", "staging_seconds", "stage_seconds", "digest")}
    return Run(cost, removed_by_licet(out), told_of_it)


def licet_without_dedup(given: Path, out: Path, setting: Setting) -> Run:
    """Run the same recipe with dedup switched off: what is left of the cost is not dedup."""
    return licet(given, out, setting, enabled=False)


def datatrove(given: Path, out: Path, setting: Setting) -> Run:
    """Its four steps in its local executor; English, its default."""
    numbers = [str(it) for it in (setting.words, setting.bands, setting.rows, setting.workers)]
    command = [str(python_of("datatrove")), str(PEERS / "with_datatrove.py"), str(given), str(out / "data"), *numbers]
    cost = measured(command, out / "log", out)
    ids = [json.loads(line)["id"] for path in (out / "data" / "removed").glob("*.jsonl") for line in path.open()]
    return Run(cost, frozenset(ids))


def rensa(given: Path, out: Path, setting: Setting) -> Run:
    """Its streaming deduplicator in one process, as its README has it."""
    numbers = [str(it) for it in (setting.words, setting.bands, setting.rows, setting.threshold)]
    command = [str(python_of("rensa")), str(PEERS / "with_rensa.py"), str(given), str(out / "data"), *numbers]
    cost = measured(command, out / "log", out)
    return Run(cost, frozenset((out / "data" / "removed.ids").read_text().split()))


TOML = """
[input]
input_type = "local_files"
file_type = "json"
[input.read_arguments]
path = "json"
data_files = "{given}/*.jsonl"
split = "train"
cache_dir = "{out}/cache"
[algorithm]
algorithm_name = "minhash"
text_column = "text"
seed = 42
batch_size = 10000
num_proc = {workers}
num_perm = {permutations}
bands = {bands}
rows = {rows}
threshold = {threshold}
hash_bits = 64
ngram_size = {words}
check_false_positive = {verified}
[output]
output_dir = "{out}/data"
clean_cache = false
save_clusters = false
[debug]
enable_profiling = false
"""


def text_dedup(given: Path, out: Path, setting: Setting, *, verified: bool = True) -> Run:
    """Its MinHash as its README configures it, false positives checked, with our bands."""
    told_alike = {"permutations": setting.bands * setting.rows, "verified": str(verified).lower(), **asdict(setting)}
    (out / "config.toml").write_text(TOML.format(given=given, out=out, **told_alike))
    command = [str(python_of("text-dedup")), "-m", "text_dedup.minhash"]
    cost = measured(command, out / "log", out, {"HF_HOME": str(out / "home")}, MOST_MEMORY)
    kept = {
        it for path in (out / "data").glob("*.arrow") for it in pa.ipc.open_stream(path).read_all()["id"].to_pylist()
    }
    removed = frozenset(it for it, _ in rows_of(given) if it not in kept) if kept else frozenset()
    return Run(cost, removed)


def text_dedup_unverified(given: Path, out: Path, setting: Setting) -> Run:
    """Run the same without its check of false positives."""
    return text_dedup(given, out, setting, verified=False)


TOOLS: dict[str, Callable[[Path, Path, Setting], Run]] = {
    "licet": licet,
    "licet-without-dedup": licet_without_dedup,
    "datatrove": datatrove,
    "text-dedup": text_dedup,
    "text-dedup-unverified": text_dedup_unverified,
    "rensa": rensa,
}


def rows_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Return (id, text) of all rows of a folder of JSON Lines."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                yield row["id"], row["text"]


def run_tool(tool: str, given: Path, setting: Setting, name: str) -> Run:
    """Run a tool in an empty folder of its own."""
    out = HOME / "out" / name / tool
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    return TOOLS[tool](given, out, setting)


def sets_of(folder: Path, words: int) -> tuple[list[str], list[str], ShingleSets]:
    """Return the ids, the hashes of the texts and the shingle sets of a folder of JSON Lines."""
    ids: list[str] = []
    digests: list[str] = []
    values: list[np.ndarray] = []
    sizes: list[np.ndarray] = []
    held: list[str] = []

    def flush() -> None:
        sets = shingle_sets(pa.array(held), words)
        values.append(np.array(sets.values))
        sizes.append(np.diff(sets.offsets))
        held.clear()

    for name, text in rows_of(folder):
        ids.append(name)
        digests.append(hashlib.sha256(text.encode()).hexdigest())
        held.append(text)
        if len(held) == 4096:
            flush()
    flush()
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(sizes))]).astype(np.int64)
    return ids, digests, ShingleSets(np.concatenate(values), offsets)


def below_threshold(folder: Path, setting: Setting, removed: Mapping[str, Set[str]]) -> dict[str, int]:
    """Return for each tool how many of its removals are like no row that it keeps."""
    ids, digests, sets = sets_of(folder, setting.words)
    first, second, _ = similar_pairs(sets, setting.threshold)
    found = {}
    for tool, gone in removed.items():
        is_gone = np.array([name in gone for name in ids])
        kept_texts = {digest for digest, out in zip(digests, is_gone, strict=True) if not out}
        proven = np.array([digest in kept_texts for digest in digests])
        proven[first[~is_gone[second]]] = True
        proven[second[~is_gone[first]]] = True
        found[tool] = int(np.sum(is_gone & ~proven))
    return found


def table(runs: Sequence[Mapping[str, Any]]) -> None:
    """Print the medians by size and tool, and how many times Licet's each is."""
    print("| text | tool | runs | wall s | processor s | of Licet's | memory MB | removed | below |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for size in SIZES:
        known = HOME / "out" / size / "below.json"
        below = json.loads(known.read_text()) if known.exists() else {}
        ours = [run["processor"] for run in runs if run["size"] == size and run["tool"] == "licet" and not run["code"]]
        for tool in TOOLS:
            own = [run for run in runs if (run["size"], run["tool"]) == (size, tool)]
            done = [run for run in own if not run["code"]]
            if own and not done:
                print(
                    f"| {size} | {tool} | {len(own)} | did not end well ({own[-1]['memory'] / 1e6:,.0f} MB) |"
                    + " |" * 5
                )
            if not done:
                continue
            wall, processor = (statistics.median(run[key] for run in done) for key in ("wall", "processor"))
            times = f"{processor / statistics.median(ours):.1f}×" if ours else ""
            print(
                f"| {size} | {tool} | {len(done)} | {wall:,.1f} | {processor:,.1f} | {times} |"
                f" {max(run['memory'] for run in done) / 1e6:,.0f} | {done[-1]['removed']:,} | {below.get(tool, '')} |"
            )


def main(argv: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks dedup_peers")
    parser.add_argument("--size", choices=sorted(SIZES), default="200MB")
    parser.add_argument("--tools", nargs="+", choices=list(TOOLS), default=list(TOOLS))
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--table", action="store_true", help="only print what was measured before")
    asked = parser.parse_args(argv)
    if not asked.table:
        folder = corpus(asked.size)
        setting = replace(Setting(), workers=min(2, os.cpu_count() or 1))
        for _ in range(asked.repeat):
            for tool in asked.tools:
                run = run_tool(tool, folder, setting, asked.size)
                if run.removed:
                    (HOME / "out" / asked.size / f"{tool}.removed").write_text("\n".join(sorted(run.removed)))
                line = {"size": asked.size, "tool": tool, **asdict(run.cost), **told(folder), "told": run.told}
                _record({**line, "removed": len(run.removed)})
        removed = {path.stem: path for path in (HOME / "out" / asked.size).glob("*.removed")}
        found = below_threshold(
            folder, setting, {tool: set(path.read_text().split()) for tool, path in removed.items()}
        )
        (HOME / "out" / asked.size / "below.json").write_text(json.dumps(found))
    table(json.loads(RUNS.read_text()) if RUNS.exists() else [])


def _record(run: Mapping[str, Any]) -> None:
    held = json.loads(RUNS.read_text()) if RUNS.exists() else []
    RUNS.write_text(json.dumps([*held, run], indent=1))
