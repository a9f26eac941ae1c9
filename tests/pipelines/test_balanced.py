"""Runs that balance: which rows stay, what the version says of it, and lies about it."""

import json
import re
import shlex
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from runs import contents, run, write_run
from tiny import MIT, document
from typer.testing import CliRunner
from versions import change_manifest, change_rows, manifest_of

from licet.pipelines.cli import app
from licet.pipelines.verify import verify
from licet.schemas.errors import RecipeError, RunError
from licet.schemas.recipe import load_recipe

SIZES = {"math": 20, "code": 12, "chat": 8}
SHARD = "data/sft/train-00000-of-00001.parquet"
LEDGER = "provenance/ledger/part-00000-of-00001.parquet"


def conversations(sizes: dict[str, int]) -> list[dict[str, Any]]:
    """Rows of each category, none of which resembles another."""
    found: list[dict[str, Any]] = []
    for category, rows in sizes.items():
        for _ in range(rows):
            number = len(found)
            asked = {"role": "user", "content": f"What is said of number {number}?"}
            answer = {"role": "assistant", "content": document(number)}
            found.append({"id": f"row-{number:02d}", "category": category, "messages": [asked, answer]})
    return found


def write(folder: Path, rows: list[dict[str, Any]], files: int = 2) -> None:
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    for old in data.iterdir():
        old.unlink()
    for file in range(files):
        part = rows[file * len(rows) // files : (file + 1) * len(rows) // files]
        (data / f"part-{file}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in part))
    (data / "LICENSE").write_text(MIT)


def balanced(folder: Path, balance: dict[str, Any] | None, **settings: Any) -> Any:
    """Run a recipe over conversations by category."""
    source = {"name": "talks", "type": "chat", "paths": "data", "id_field": "id"}
    by = {"by": "category", **balance} if balance is not None else {}
    told = {"kind": "posttrain", "sources": [source], "shards": {}, "conversations": {"profile": "none"}, **settings}
    return run(folder, balance=by, **told)


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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("balanced")
    write(found, conversations(SIZES))
    return found


@pytest.fixture(scope="module")
def capped(folder: Path) -> Path:
    balanced(folder, {"caps": {"math": 10}, "default": 11}, output="capped", work="work")
    return folder / "capped"


def test_caps_bound_groups_and_each_row_that_left_is_in_the_ledger(capped: Path) -> None:
    assert counted(capped) == {"math": 10, "code": 11, "chat": 8}
    assert told_of(capped) == {"math": (10, 20, 10, None), "code": (11, 12, 11, None), "chat": (11, 8, 8, None)}
    left = pq.read_table(capped / LEDGER).to_pylist()
    assert Counter((row["stage"], row["reason"], row["detail"]) for row in left) == {
        ("balance", "over_cap", "math"): 10,
        ("balance", "over_cap", "code"): 1,
    }
    assert all(row["value"] >= row["threshold"] > 0 for row in left)
    assert verify(str(capped)) == []
