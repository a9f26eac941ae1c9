"""Rows of conversations a second on one core: the judges alone, a whole recipe, and the same rules row by row.

    python -m benchmarks conversations [ROWS] [--peer]

100,000 made rows (`benchmarks/_talks.py`): conversations of one to six turns and a tenth preferences, with tools,
copies and faults of every rule of `structure`. The same rules are written once more as one writes them for
`datasets.map` and `filter`; both must refuse the same rows, each for the same rule. `--peer` also runs what data-juicer
has for messages, in an environment of its own below `build/`. Processor time, medians of three.
"""

import argparse
import json
import logging
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks._measured import measured
from benchmarks._peers.conversations_plain import reason
from benchmarks._talks import Row, conversations
from benchmarks.corpus import CACHE
from licet.pipelines.statistics import statistics_in
from licet.schemas.conversations import Conversations
from licet.schemas.manifest import MANIFEST_PATH, parse_manifest
from licet.schemas.rows import CHAT, read_schema, said
from licet.stages.conversation import ConversationRules
from licet.stages.quality.language import by_quadgrams
from licet.stages.quality.measures import measure_text

HOME = CACHE / "conversations"
PEER = ("py-data-juicer==1.6.1", "aiohttp", "scipy")
BATCH = 10_000
"""Rows that are judged at a time: about the 16 MB of text of a run's parcels."""
RECIPE = {
    "name": "conversations",
    "kind": "posttrain",
    "conversations": {"profile": "structure"},
    "heuristics": {"profile": "none"},
    "output": "out",
}


def batches(rows: Sequence[Row]) -> list[pa.RecordBatch]:
    """Return rows as they are staged."""
    schema = pa.schema([read_schema(chat=False).field("text"), *CHAT])
    parts = (rows[first : first + BATCH] for first in range(0, len(rows), BATCH))
    return [pa.RecordBatch.from_pylist([{"text": said(row), **row} for row in part], schema=schema) for part in parts]


def seconds(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """Return the median of the processor seconds of some runs, and what the last one returned."""
    spent, found = [], None
    for _ in range(times):
        began = time.process_time()
        found = work()
        spent.append(time.process_time() - began)
    return sorted(spent)[times // 2], found


def judged(parts: Sequence[pa.RecordBatch], profile: Any) -> tuple[float, list[str | None]]:
    """Return the seconds that the judges of a profile take, and the reason of each row."""
    rules = ConversationRules(Conversations(profile=profile), detect=by_quadgrams, repeats=measure_text)
    rules(parts[0].slice(0, 100))
    spent, reasons = seconds(lambda: [reason for part in parts for reason in rules(part).reason.to_pylist()])
    return spent, reasons


def by_rows(parts: Sequence[pa.RecordBatch]) -> tuple[float, list[str | None]]:
    """Return the seconds that `datasets.map` and `filter` take with the plain rules, and the reason of each row."""
    import datasets

    datasets.disable_progress_bars()
    rows = datasets.Dataset(pa.Table.from_batches(parts))

    def work() -> list[str | None]:
        told = rows.map(lambda row: {"reason": reason(row) or ""}, keep_in_memory=True, load_from_cache_file=False)
        told.filter(lambda why: not why, input_columns="reason", keep_in_memory=True, load_from_cache_file=False)
        return [why or None for why in told["reason"]]

    return seconds(work)


def whole_run(rows: Sequence[Row]) -> None:
    """Run a recipe over the rows as files, and tell what it cost and what the statistics of its version cost."""
    shutil.rmtree(HOME / "run", ignore_errors=True)
    (HOME / "run").mkdir(parents=True)
    sources = []
    for name, key in (("talks", "messages"), ("pairs", "prompt")):
        with (HOME / "run" / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            for at, row in enumerate(rows):
                if key in row:
                    tools = [json.loads(each) for each in row.get("tools", ())]
                    told = {**row, "id": str(at), **({"tools": tools} if tools else {})}
                    told |= json.loads(told.pop("metadata", "{}"))
                    file.write(json.dumps(told, ensure_ascii=False) + "\n")
        licence = {"expression": "MIT", "evidence": "https://example.org/"}
        sources.append({"name": name, "type": "chat", "paths": f"{name}.jsonl", "id_field": "id", "license": licence})
    (HOME / "run" / "recipe.yaml").write_text(json.dumps({**RECIPE, "sources": sources}))
    size = sum(path.stat().st_size for path in (HOME / "run").glob("*.jsonl"))
    command = [sys.executable, "-m", "licet", "run", "recipe.yaml", "--workers", "1", "--quiet", "--json"]
    cost = measured(command, HOME / "run" / "log.txt", HOME / "run")
    if cost.code:
        sys.exit((HOME / "run" / "log.txt").read_text()[-2000:])
    folder = str(HOME / "run" / "out")
    manifest = parse_manifest((Path(folder) / MANIFEST_PATH).read_bytes())
    print(
        f"whole recipe: {size / 1e6:.0f} MB, {cost.processor:.1f} s of the processor, {len(rows) / cost.processor:,.0f}"
        f" rows/s, {size / 1e6 / cost.processor:.1f} MB/s, {cost.memory / 1e6:.0f} MB resident;"
        f" {manifest.rows.count:,} rows kept"
    )
    print({(stage.name, told.reason): told.rows for stage in manifest.stages for told in stage.refused})
    spent, found = seconds(lambda: statistics_in(folder, manifest))
    print(f"statistics of {sum(told.rows for told in found):,} rows: {spent:.2f} s")


def peer(rows: Sequence[Row]) -> None:
    """Run data-juicer's check of messages and its search for near duplicates over the conversations."""
    home = HOME / "juicer"
    if not (home / "done").exists():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        subprocess.run([home / "bin" / "pip", "install", "--quiet", *PEER], check=True)
        (home / "done").touch()
    with (HOME / "messages.jsonl").open("w", encoding="utf-8") as file:
        for row in rows:
            if "messages" in row:
                file.write(json.dumps({"messages": row["messages"], "text": said(row)}, ensure_ascii=False) + "\n")
    script = Path(__file__).parent / "_peers" / "conversations_juicer.py"
    done = subprocess.run(
        [home / "bin" / "python", script, HOME / "messages.jsonl"], check=True, capture_output=True, text=True
    )
    print(done.stdout.strip())


def main(args: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks conversations")
    parser.add_argument("rows", nargs="?", type=int, default=100_000)
    parser.add_argument("--peer", action="store_true")
    asked = parser.parse_args(args)
    logging.disable(logging.WARNING)
    HOME.mkdir(parents=True, exist_ok=True)
    rows = list(conversations(asked.rows))
    parts = batches(rows)
    print(f"{len(rows):,} rows, {sum(len(said(row).encode()) for row in rows) / 1e6:.0f} MB of text")
    ours, reasons = judged(parts, "structure")
    strict, strictly = judged(parts, "strict")
    theirs, plain = by_rows(parts)
    differing = [(at, a, b) for at, (a, b) in enumerate(zip(reasons, plain, strict=True)) if a != b]
    assert not differing, differing[:5]
    print(f"judges, structure: {ours:.2f} s, {len(rows) / ours:,.0f} rows/s; {sum(map(bool, reasons)):,} refused")
    print(dict(Counter(filter(None, reasons)).most_common()))
    print(f"judges, strict: {strict:.2f} s, {len(rows) / strict:,.0f} rows/s; {sum(map(bool, strictly)):,} refused")
    print(f"map and filter: {theirs:.2f} s, {len(rows) / theirs:,.0f} rows/s; {theirs / ours:.1f} times the judges'")
    whole_run(rows)
    if asked.peer:
        peer(rows)
