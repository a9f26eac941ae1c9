"""What the licence stages cost of a text recipe: files with notices, documents with a licence column, web pages.

    python -m benchmarks license_stage [NAME ...]

Each recipe is run whole by `licet run` with one worker in a process of its own and an empty work folder. The share is
the time that the run itself reports for the licence stage (claims of rows, conclusion, policy, evidence) of the time
of all stages, and of the wall time of the whole command, start included. What the reader spends on claims of a
container is part of planning and of reading.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.corpus import CACHE
from benchmarks.pipeline import measured_run

HOME = CACHE / "license-stage"
NOTICED = ("google-ads", "apache-airflow-core", "transformers", "salt")
"""Packages nearly all files of which begin with a licence notice."""
ROWS, PAGES = 30_000, 4_000
LICENSES = (
    "MIT",
    "Apache-2.0",
    "CC-BY-4.0",
    "cc-by-sa-4.0",
    "GPL-3.0-or-later",
    "unknown",
    "Apache License, Version 2.0",
)
_RECORD = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://example.org/{number}\r\nContent-Type: {media}\r\n"
_MEDIA = "application/http; msgtype=response"
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


def notices() -> str:
    """Install the packages and return the source that reads them."""
    folder = HOME / "noticed"
    for package in NOTICED:
        mark = HOME / "done" / package
        if not mark.exists():
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--upgrade"]
            subprocess.run([*command, "--target", str(folder), package], check=True)
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()
    return f"{{name: files, type: packages, path: {folder}}}"


def columns() -> str:
    """Write documents of some 4 kB, each with a licence of its own, and return the source that reads them."""
    path = HOME / "documents.jsonl"
    if not path.exists():
        from pydoc_data.topics import topics

        rng = random.Random(0)
        told = [part for text in topics.values() for part in text.split("\n\n") if len(part) > 100]
        with path.open("w", encoding="utf-8") as file:
            for number in range(ROWS):
                text = "\n\n".join(rng.choices(told, k=9))
                row = {
                    "id": str(number),
                    "text": text,
                    "license": rng.choice(LICENSES),
                    "url": f"http://e.org/{number}",
                }
                file.write(json.dumps(row) + "\n")
    return f"{{name: documents, type: jsonl, paths: [{path}], license_field: license}}"


def pages() -> str:
    """Write web pages of some 59 kB, one in ten with a licence mark, and return the source that reads them."""
    path = HOME / "pages.warc"
    if not path.exists():
        sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
        from importlib import import_module

        from benchmarks.license_pages import SHARE, filled

        made = import_module("license_pages")
        marked = [markup for expected, markup in made.PAGES.values() if expected is not None]
        with path.open("wb") as file:
            for number in range(PAGES):
                is_marked = number % SHARE == 0
                plain = made.page(title=f"Page {number}", foot=f"<p>© {number}</p>")
                body = _HEAD + filled(marked[number // SHARE % len(marked)] if is_marked else plain, number)
                head = _RECORD.format(number=number, media=_MEDIA) + f"Content-Length: {len(body)}\r\n\r\n"
                file.write(head.encode() + body + b"\r\n\r\n")
    return f"{{name: pages, type: warc, paths: [{path}]}}"


RECIPES = {"files with notices": notices, "documents with a licence column": columns, "web pages": pages}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks license_stage")
    parser.add_argument("names", nargs="*", default=list(RECIPES))
    asked = parser.parse_args(arguments)
    HOME.mkdir(parents=True, exist_ok=True)
    print("| rows | number | wall s | all stages s | licence s | share of stages | share of wall |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in asked.names:
        recipe = HOME / "recipe.yaml"
        source = RECIPES[name]()
        shutil.rmtree(HOME / "out", ignore_errors=True)
        shutil.rmtree(HOME / "out.work", ignore_errors=True)
        recipe.write_text(
            f"name: bench\nkind: pretrain\nsources:\n  - {source}\nheuristics: {{profile: code}}\n"
            f"output: {HOME / 'out'}\nallow_empty: true\n"
        )
        began = time.perf_counter()
        told = measured_run(recipe, 1)
        wall = time.perf_counter() - began
        stages = told["stage_seconds"]
        spent = stages["license"]
        total = sum(stages.values())
        print(
            f"| {name} | {told['rows_in']:,} | {wall:.1f} | {total:.1f} | {spent:.2f} | {spent / total:.1%} |"
            f" {spent / wall:.1%} |",
            flush=True,
        )
