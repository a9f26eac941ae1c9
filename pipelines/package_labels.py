"""Labelled texts from the Python packages installed on a machine, to try `train_quality` on.

A label comes from facts *outside* the text, or the classifier would only learn the rule that made the labels:

* positive: documentation (the description of a distribution, ``.md`` and ``.rst`` files), and modules whose path has
  no leading underscore, of distributions that call themselves production/stable;
* negative: generated files (by name, or by a generator's mark in the first lines, which is taken out of the text),
  tests and their data, stubs.

All else has no label: private modules, vendored copies, licences, distributions that are not stable. What such a
classifier learns is "written for readers" against "written for machines or for tests"; it is no judge of truth, of
style or of prose in general.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath

from licet.schemas.errors import InputError
from licet.stages import storage

LEAST_CHARACTERS = 200
"""Shorter files say too little to be an example of anything."""
MARK_LINES = 10
"""Lines at the top in which a generator's mark counts."""

_GENERATED_NAME = re.compile(r"(_pb2(_grpc)?\.pyi?|^_?version\.py|\.min\.\w+)$")
_GENERATED_MARK = re.compile(r"generated (by|from|automatically)|auto-?generated|do not edit|@generated", re.I)
_TESTS = {"tests", "test", "testing", "testdata", "_tests"}
_VENDORED = {"_vendor", "vendor", "vendored", "extern", "externals", "thirdparty", "third_party"}
_LEGAL = re.compile(r"^(licen[cs]e|copying|copyright|notice|authors|patents|third)", re.I)


@dataclass(frozen=True)
class LabelledFile:
    """One file with the distribution it came with, and the kind that gave it its label."""

    text: str
    path: str
    distribution: str
    kind: str


def label_package_files(site_packages: str | Path) -> tuple[list[LabelledFile], list[LabelledFile]]:
    """Return positive and negative files of the distributions in a site-packages folder, sorted by path.

    Raises:
        InputError: the folder has no installed distribution.

    """
    found = sorted(distributions(path=[str(site_packages)]), key=lambda d: (d.name or "").lower())
    if not found:
        raise InputError(f"{site_packages} has no installed distribution: give a site-packages folder")
    positives: list[LabelledFile] = []
    negatives: list[LabelledFile] = []
    for distribution in found:
        for file, good in _files_of(distribution):
            if len(file.text) >= LEAST_CHARACTERS:
                (positives if good else negatives).append(file)
    return sorted(positives, key=lambda f: f.path), sorted(negatives, key=lambda f: f.path)


def write_labelled(files: list[LabelledFile], path: str | Path) -> None:
    """Write files as JSON Lines with the fields text, path, distribution and kind."""
    storage.write_bytes(str(path), "".join(json.dumps(asdict(f), ensure_ascii=False) + "\n" for f in files).encode())


def quickstart_sets(site_packages: str | Path, out: Path) -> tuple[Path, Path]:
    """Write ``positive.jsonl`` and ``negative.jsonl`` for `train_quality` (group field: ``distribution``)."""
    paths = out / "positive.jsonl", out / "negative.jsonl"
    for files, path in zip(label_package_files(site_packages), paths, strict=True):
        write_labelled(files, path)
    return paths


def _files_of(distribution: Distribution) -> Iterator[tuple[LabelledFile, bool]]:
    """Yield the labelled files of one distribution, and whether each is positive."""
    name = (distribution.name or "").lower()
    stable = any("5 - Production" in c for c in distribution.metadata.get_all("Classifier") or [])
    description = (distribution.read_text("METADATA") or "").partition("\n\n")[2]
    if description.strip():
        yield LabelledFile(description.strip(), f"{name}/METADATA", name, "description"), True
    for entry in distribution.files or []:
        path = PurePosixPath(entry.as_posix())
        if path.suffix not in {".py", ".pyi", ".md", ".rst", ".txt", ".csv"} or ".." in path.parts:
            continue
        if any(part.endswith((".dist-info", ".data")) or part in _VENDORED for part in path.parts):
            continue
        try:
            text = Path(str(entry.locate())).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        text, marked = without_mark(text)
        kind = kind_of(path, marked=marked, stable=stable)
        if kind is not None:
            yield LabelledFile(text, str(path), name, kind), kind in {"documentation", "public module"}


def kind_of(path: PurePosixPath, *, marked: bool, stable: bool) -> str | None:
    """Return the kind of a file of a distribution by its path, or None where it has no label."""
    folders = {part.lower() for part in path.parts[:-1]}
    if marked or _GENERATED_NAME.search(path.name):
        return "generated"
    if folders & _TESTS or path.name.startswith("test_") or path.name in {"conftest.py"}:
        return "test"
    if path.suffix == ".pyi":
        return "stub"
    if path.suffix in {".md", ".rst"} and not _LEGAL.match(path.name):
        return "documentation"
    if path.suffix == ".py" and stable and not any(part.startswith("_") for part in path.parts):
        return "public module"
    return None


def without_mark(text: str) -> tuple[str, bool]:
    """Return a text without the lines at its top that say it was generated, and whether there were any."""
    lines = text.split("\n")
    top = [line for line in lines[:MARK_LINES] if not _GENERATED_MARK.search(line)]
    return "\n".join(top + lines[MARK_LINES:]), len(top) < len(lines[:MARK_LINES])
