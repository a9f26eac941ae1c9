"""Compile every kernel before the first row of a run: small recipes over texts made up here, one for each way to run.

    python warm.py            compiles what numba's cache does not hold yet
    python warm.py --check    exits with 1 where anything had to be compiled

An image runs the first while it is built and the second, in a new process, after it: that proves that workers find
what was cached. The cache lies where NUMBA_CACHE_DIR says. Its entries hold for the processor that NUMBA_CPU_NAME and
NUMBA_CPU_FEATURES name, and are found by the path and the content of the file that a kernel stands in.
"""

import argparse
import importlib
import json
import os
import pkgutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from numba.core.dispatcher import Dispatcher

import licet
from licet.pipelines.run import run_recipe
from licet.schemas.recipe import Recipe

WORDS = "river stone garden window letter mountain silver harvest winter candle bridge the of and to in that with"
LICENSE = Path(__file__).with_name("mit.txt").read_text(encoding="utf-8")
CHANGED = LICENSE.replace("The above copyright", "This sentance is not of the licence. The above copyright")
PROFILES: list[str | list[str]] = [
    "basic",
    "gopher",
    "code",
    ["c4@datatrove", "gopher@datatrove", "fineweb@datatrove"],
    "c4-fineweb@datatrove",
    "c4@tfds",
    "nemotron-en@curator",
]


def text(number: int) -> str:
    """Return a text unlike that of any other number: sentences, marks, an address, a link, a letter beyond ASCII."""
    words = WORDS.split()
    lines = [
        " ".join(f"{words[(number * 5 + i * i + line) % len(words)]}{(number * 31 + i) % 997}" for i in range(14)) + "."
        for line in range(8)
    ]
    lines.append(f"Schreib an a{number}@example.org oder 415-555-2671, 10.0.0.1; siehe https://example.org/{number}?")
    lines.append('"Größe" – don\'t say (e.g.) ten!\n\n- one\n- two\n')
    return "\n".join(lines)


def write_texts(folder: Path) -> None:
    """Write documents with near and exact copies, code, conversations, an evaluation set, and a list of words."""
    texts = [text(i) for i in range(24)]
    texts += [f"{texts[i]} changed{i}" for i in range(8)] + texts[:4]
    code = f"# SPDX-License-Identifier: MIT\n# Licensed under the MIT License.\n{text(1)}"
    for name, license_text in (("data", LICENSE), ("changed", CHANGED)):
        (folder / name).mkdir()
        (folder / name / "LICENSE").write_text(license_text)
    (folder / "changed" / "notes.txt").write_text(text(99))
    (folder / "data" / "code.py").write_text(code)
    (folder / "data" / "texts.jsonl").write_text("".join(json.dumps({"text": t}) + "\n" for t in texts))
    spoken = [
        {"messages": [{"role": "user", "content": t[:200]}, {"role": "assistant", "content": t}], "license": "MIT"}
        for t in texts
    ]
    (folder / "data" / "chats.jsonl").write_text("".join(json.dumps(row) + "\n" for row in spoken))
    items = [{"question": texts[i].splitlines()[0], "answer": "Yes."} for i in range(3)]
    (folder / "items.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))
    (folder / "words.txt").write_text("badword\nvery bad phrase\n")


def recipes() -> Iterator[dict[str, Any]]:
    """Yield a recipe for each profile of heuristics, with the other settings in turn, and one for conversations."""
    against = {"against": [{"name": "items", "paths": "items.jsonl"}]}
    dedup: list[dict[str, Any]] = [{}, {"shingles": "characters"}, {"frame_rows": 2}]
    for number, profile in enumerate(PROFILES):
        words = {"bad_words": "words.txt"} if profile == "c4@tfds" else {}
        sources: list[dict[str, Any]] = [
            {"name": "texts", "type": "jsonl", "paths": "data/texts.jsonl", "license": {"expression": "MIT"}},
            {"name": "code", "type": "text", "path": "data", "include": ["*.py"]},
            {"name": "changed", "type": "text", "path": "changed", "include": ["*.txt"]},
        ]
        yield {
            "kind": "pretrain",
            "sources": sources,
            "heuristics": {"profile": profile, **words},
            "mask": {"kinds": ["card", "email", "iban", "ip_address", "key", "phone"]},
            "decontaminate": against,
            "dedup": {"threshold": 0.7, **dedup[number % len(dedup)]},
        }
    yield {
        "kind": "posttrain",
        "sources": [{"name": "chats", "type": "chat", "paths": "data/chats.jsonl", "license": "MIT"}],
        "heuristics": {"profile": "none"},
        "decontaminate": against,
        "dedup": {"threshold": 0.7},
    }


def kernels() -> dict[str, Dispatcher]:
    """Return every kernel of Licet by its name."""
    found: dict[str, Dispatcher] = {}
    for module in pkgutil.walk_packages(licet.__path__, "licet."):
        if ".stages." in module.name:
            for thing in vars(importlib.import_module(module.name)).values():
                if isinstance(thing, Dispatcher):
                    found[f"{thing.py_func.__module__}.{thing.py_func.__name__}"] = thing
    return found


def run_all() -> list[int]:
    """Run all recipes in this process, in a folder that goes away; return how many rows each let in."""
    kept = []
    with tempfile.TemporaryDirectory() as folder:
        write_texts(Path(folder))
        for number, settings in enumerate(recipes()):
            output = os.path.join(folder, f"out-{number}")
            recipe = Recipe.model_validate(
                {"name": f"warm-{number}", "output": output, "allow_empty": True, **settings}
            )
            kept.append(run_recipe(recipe, folder, quiet=True).manifest.rows.count)
    return kept


def main() -> int:
    """Run the recipes, tell what numba's cache held, and return the exit code."""
    check = argparse.ArgumentParser(description="Compile every kernel of Licet into numba's cache.")
    check.add_argument("--check", action="store_true", help="Fail where anything had to be compiled.")
    started, wanted = time.process_time(), check.parse_args().check
    kept = run_all()
    called = {name: kernel for name, kernel in kernels().items() if kernel.signatures}
    compiled = sorted(name for name, kernel in called.items() if kernel.stats.cache_misses)
    loaded = sum(len(kernel.stats.cache_hits) for kernel in called.values())
    spent = time.process_time() - started
    print(f"{len(called)} kernels called: {len(compiled)} compiled, {loaded} loaded; {spent:.0f} s of processor time")
    print(f"rows let in: {kept}")
    if wanted and compiled:
        print("not found in the cache: " + ", ".join(compiled))
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
