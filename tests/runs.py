"""Whole runs over a small corpus with duplicates, in many splits, and what they leave behind."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tiny import MIT, document

from licet.pipelines.outcome import Outcome
from licet.pipelines.run import run_recipe
from licet.schemas.recipe import load_recipe

ROWS = 90
SMALL_SPLITS = {"split_bytes": 2_500, "batch_bytes": 2_000}


def corpus() -> list[dict[str, str]]:
    """Rows with their own ids: each third one resembles the row before it, each ninth one equals an earlier one."""
    texts: list[str] = []
    for i in range(ROWS):
        if i % 9 == 8:
            texts.append(texts[i - 8])
        else:
            texts.append(document(i - 1) + f" changed{i}" if i % 3 == 2 else document(i))
    return [{"id": f"row-{i:03d}", "text": text} for i, text in enumerate(texts)]


def write_files(folder: Path, rows: Sequence[Mapping[str, Any]], files: int = 3) -> None:
    """Write rows, in order, as that many JSON Lines files in ``folder/data``, and a licence beside them."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    for file in range(files):
        part = rows[file * len(rows) // files : (file + 1) * len(rows) // files]
        (data / f"part-{file}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in part))
    (data / "LICENSE").write_text(MIT)


def write_run(folder: Path, **settings: Any) -> Path:
    """Write a recipe over ``folder/data``; further settings replace the made-up ones. Returns its path."""
    recipe = {
        "name": "runs",
        "kind": "pretrain",
        "sources": [{"name": "parts", "type": "jsonl", "paths": "data", "id_field": "id"}],
        "heuristics": {"profile": "none", "set": {"min_words": 3}},
        "shards": {"target_bytes": 8_192},
        "limits": SMALL_SPLITS,
        "output": "out",
        **settings,
    }
    recipe["output"] = str(folder / recipe["output"])
    path = folder / "recipe.yaml"
    path.write_text(json.dumps(recipe))
    return path


def run(folder: Path, *passed_on: str, workers: int = 1, **settings: Any) -> Outcome:
    """Run a recipe over ``folder/data`` in this process."""
    recipe = load_recipe(write_run(folder, **settings))
    return run_recipe(recipe, folder, workers=workers, passed_on=passed_on, quiet=True)


def contents(folder: str | Path) -> dict[str, str]:
    """The sha256 of each file of a version by its path."""
    folder = Path(folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def staged_splits(folder: Path) -> dict[str, dict[str, tuple[int, int]]]:
    """Inode and time of each file of the splits that are staged whole, by the split's folder."""
    found = {}
    for split in (folder / "out.work" / "staging").glob("*"):
        counts = [json.loads(path.read_bytes()) for path in split.glob("*.json")]
        if any(told["last"] for told in counts):
            found[split.name] = {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in split.iterdir()}
    return found
