"""Whether a folder holds what its manifest lists, and whether a hub takes that: sizes, footers, card, hashes."""

import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from licet.pipelines.hub.files import sha256_of
from licet.pipelines.publish import limits
from licet.pipelines.publish.card import check_card, front_matter
from licet.pipelines.publish.front import CARD, check_dataset_info, check_front
from licet.pipelines.publish.problems import Problems
from licet.schemas.errors import VersionError
from licet.schemas.manifest import MANIFEST_PATH, OF_A_HUB, UNLISTED, FileEntry, Manifest

Progress = Callable[[str, int, int], None]
"""Called with the phase (``check`` or ``send``), the bytes done and the bytes in all, after each file."""

Listed = dict[str, tuple[FileEntry, str]]
"""Path in the version -> what the manifest says of the file, and where it is."""


def listed_files(manifest: Manifest, root: str, problems: Problems) -> Listed:
    """Return the listed files, those whose names no version may hold left out."""
    listed: Listed = {}
    for file in manifest.files:
        with problems.gathered():
            limits.check_path(file.path)
            if file.path in listed or file.path in UNLISTED:
                raise VersionError(f"{MANIFEST_PATH} lists '{file.path}' where it must not: build the version again.")
            if file.path in OF_A_HUB:
                raise VersionError(f"'{file.path}' is a name that hubs keep for the dataset as a whole: rename it.")
            listed[file.path] = (file, os.path.join(root, file.path))
    return listed


def check_presence(root: str, expected: set[str], problems: Problems) -> set[str]:
    """Return the files below a folder; those that are missing, too many or no plain files are problems."""
    present: set[str] = set()
    for at, folders, names in os.walk(root, onerror=_raise):
        folders.sort()
        for name in sorted([*folders, *names]):
            full = os.path.join(at, name)
            path = os.path.relpath(full, root).replace(os.sep, "/")
            if os.path.islink(full) or (name in names and not os.path.isfile(full)):
                problems.add(f"'{path}' is not a plain file: a version holds plain files only.")
                expected = expected - {path}
            elif name in names:
                present.add(path)
    for path in sorted(expected - present):
        problems.add(f"'{path}' is in the manifest but not in the folder: build the version again.")
    for path in sorted(present - expected - OF_A_HUB):
        problems.add(f"'{path}' is in the folder but not in the manifest: move it elsewhere.")
    return present


def check_sizes(listed: Listed, problems: Problems) -> Listed:
    """Return the files that have the size which the manifest gives them."""
    good: Listed = {}
    for path, (file, source) in sorted(listed.items()):
        size = os.path.getsize(source)
        if size == file.bytes:
            good[path] = (file, source)
        else:
            problems.add(f"'{path}' has {size:,} bytes and the manifest says {file.bytes:,}: build it again.")
    return good


def check_hashes(listed: Listed, progress: Progress, problems: Problems) -> Listed:
    """Return the files that have the SHA-256 which the manifest gives them."""
    total, done = sum(file.bytes for file, _ in listed.values()), 0
    good: Listed = {}
    for path, (file, source) in sorted(listed.items()):
        if sha256_of(source) == file.sha256:
            good[path] = (file, source)
        else:
            problems.add(f"'{path}' is not what the manifest says (its SHA-256 differs): build it again.")
        done += file.bytes
        progress("check", done, total)
    return good


def check_data(listed: Listed, manifest: Manifest, problems: Problems) -> None:
    """Check Parquet footers and the card, and that both tell of the same configs, columns and rows."""
    schemas: dict[str, pa.Schema] = {}
    for path, (file, source) in sorted(listed.items()):
        if path.endswith(".parquet"):
            with problems.gathered():
                schemas[path] = limits.check_parquet(path, source, file.rows)
    if CARD not in {file.path for file in manifest.files}:
        problems.add(f"The version has no {CARD}: a hub shows it as the dataset's card, so build it again.")
    if CARD in listed:
        with problems.gathered():
            _check_card(listed, schemas, manifest, problems)


def _check_card(listed: Listed, schemas: dict[str, pa.Schema], manifest: Manifest, problems: Problems) -> None:
    try:
        text = Path(listed[CARD][1]).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise VersionError(f"{CARD} is not UTF-8 text: build the version again.") from error
    front = front_matter(text)
    check_front(front, listed, manifest.rows.count, problems)
    of_config: dict[str, pa.Schema] = {}
    rows: dict[str, int] = {}
    for config, paths in check_card(text, listed).items():
        parquet = [path for path in paths if path in schemas]
        for path in parquet:
            first = of_config.setdefault(config, schemas[path])
            if schemas[path] != first:
                problems.add(
                    f"'{path}' has another schema than '{parquet[0]}', and config '{config}' of {CARD} holds both."
                )
        rows[config] = sum(listed[path][0].rows or 0 for path in parquet)
    check_dataset_info(front, of_config, rows, problems)


def _raise(error: OSError) -> None:
    raise error
