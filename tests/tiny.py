"""A small corpus with its licence, and a recipe for it."""

import json
from pathlib import Path
from typing import Any

WORDS = ("river", "stone", "garden", "window", "letter", "mountain", "silver", "harvest", "winter", "candle", "bridge")
MIT = (Path(__file__).resolve().parents[1] / "deploy" / "mit.txt").read_text(encoding="utf-8")


def document(number: int) -> str:
    """A text that resembles none of another number."""
    return " ".join(f"{WORDS[(number * 5 + i * i) % len(WORDS)]}{(number * 31 + i * 7) % 997}" for i in range(60))


def write_corpus(folder: Path, texts: list[str], license_text: str | None = MIT) -> None:
    """Write texts as JSON Lines in ``folder/data``, with a licence file beside them unless it is null."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    (data / "notes.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    if license_text is not None:
        (data / "LICENSE").write_text(license_text)


def write_recipe(folder: Path, **settings: Any) -> Path:
    """Write a recipe over ``folder/data``; further settings replace the made-up ones. Returns its path."""
    recipe = {
        "name": "tiny",
        "kind": "pretrain",
        "sources": [{"name": "notes", "type": "jsonl", "paths": "data/notes.jsonl"}],
        "heuristics": {"profile": "none"},
        "output": str(folder / "out"),
        **settings,
    }
    path = folder / "recipe.yaml"
    path.write_text(json.dumps(recipe))
    return path
