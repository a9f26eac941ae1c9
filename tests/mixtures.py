"""Conversations by category, runs that balance them, and what their versions say of it."""

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from runs import run
from tiny import document
from versions import manifest_of

from licet.pipelines.outcome import Outcome

SIZES = {"math": 20, "code": 12, "chat": 8}
SHARD = "data/sft/train-00000-of-00001.parquet"
LEDGER = "provenance/ledger/part-00000-of-00001.parquet"
Told = dict[str, Any]


def conversations(sizes: dict[str, int]) -> list[Told]:
    """Rows of each category, none of which resembles another."""
    found: list[Told] = []
    for category, rows in sizes.items():
        for _ in range(rows):
            number = len(found)
            asked = {"role": "user", "content": f"What is said of number {number}?"}
            answer = {"role": "assistant", "content": document(number)}
            found.append({"id": f"row-{number:02d}", "category": category, "messages": [asked, answer]})
    return found


def settings(balance: Told | None, **more: Any) -> Told:
    """The keys of a recipe over conversations by category."""
    source = {"name": "talks", "type": "chat", "paths": "data", "id_field": "id"}
    by = {"balance": {"by": "category", **balance}} if balance is not None else {}
    return {"kind": "posttrain", "sources": [source], "shards": {}, "work": "work", **by, **more}


def balanced(folder: Path, balance: Told | None, **more: Any) -> Outcome:
    told = settings(balance, **more)
    return run(folder, **{**told, "work": str(folder / told["work"])})


def kept(version: str | Path) -> dict[str, set[str]]:
    """The ids of the published rows by category."""
    found: dict[str, set[str]] = {}
    for row in pq.read_table(Path(version) / SHARD, columns=["uuid", "category"]).to_pylist():
        found.setdefault(row["category"], set()).add(row["uuid"])
    return found


def counted(version: str | Path) -> dict[str, int]:
    return {category: len(ids) for category, ids in kept(version).items()}


def told_of(version: str | Path) -> dict[str, tuple[int | None, int, int, float | None]]:
    """What the manifest says that each group was to have, had, has, and how often it is to be read."""
    mixture = manifest_of(Path(version)).mixture
    assert mixture is not None
    return {g.name: (g.asked, g.available, g.kept, g.epochs) for g in mixture.groups}


def refusals(version: str | Path) -> Counter[tuple[str, str, str]]:
    return Counter(
        (row["stage"], row["reason"], row["detail"]) for row in pq.read_table(Path(version) / LEDGER).to_pylist()
    )
