"""A small corpus with its licence, and a recipe for it."""

import json
from pathlib import Path
from typing import Any

WORDS = ("river", "stone", "garden", "window", "letter", "mountain", "silver", "harvest", "winter", "candle", "bridge")
MIT = """MIT License

Copyright (c) 2024 The Tiny Authors

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


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
