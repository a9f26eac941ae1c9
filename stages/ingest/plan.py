"""From a source of a recipe to splits: files found, pinned, looked at, cut, and the claims on each gathered."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from licet.schemas.errors import InputError
from licet.schemas.evidence import Claim
from licet.schemas.recipe import Limits
from licet.schemas.sources import (
    ChatSource,
    JsonlSource,
    PackagesSource,
    ParquetSource,
    Source,
    TextSource,
    WarcSource,
    WetSource,
)
from licet.schemas.split import Pin, Split
from licet.stages.ingest.cards import card_address
from licet.stages.ingest.claims import declared, is_evidence
from licet.stages.ingest.fields import canonical
from licet.stages.ingest.folders import FolderClaims
from licet.stages.ingest.locate import Found, absolute, check_names, fixed_part, folder_files, locate, matches, walk
from licet.stages.ingest.packages import distributions
from licet.stages.ingest.pin import in_threads, pin_all
from licet.stages.ingest.sniff import FileSource, Sniffed, sniff

JSON_LINES = tuple(f".{kind}{packed}" for kind in ("jsonl", "ndjson", "json") for packed in ("", ".gz", ".zst"))
PARQUET = (".parquet", ".pq")
SUFFIXES: dict[str, tuple[str, ...]] = {
    "jsonl": JSON_LINES,
    "parquet": PARQUET,
    "chat": (*JSON_LINES, *PARQUET),
    "warc": (".warc", ".warc.gz", ".warc.zst"),
    "wet": (".wet", ".wet.gz", ".wet.zst"),
}
"""Endings of the files that a reader takes out of a folder."""
MAX_FILES = 2_000
"""Files of a tree in one split at most: what bounds a split when files are tiny."""

Claims = tuple[Claim, ...]


def plan_source(source: Source, *, base: str, limits: Limits, chat: bool) -> list[Split]:
    """Return the splits of a source, in an order that depends on nothing but names.

    ``base`` is the folder of the recipe, from which relative paths are taken. Every file is pinned by its hash and
    looked at, so that what cannot work is refused before anything is written. Each split's fingerprint is its
    `Split.identity`; its ``order`` is left to the caller.

    Raises:
        InputError: a path is missing or matches nothing, a file cannot be read, is obviously of another format or
            lacks the field that the source names.

    """
    if chat != (source.type == "chat"):
        raise InputError(f"source {source.name}: type {source.type} does not make {'chat' if chat else 'documents'}")
    if isinstance(source, TextSource):
        splits = _tree(source, base, limits)
    elif isinstance(source, PackagesSource):
        splits = _packages(source, base, limits)
    else:
        splits = _files(source, base, limits)
    return [replace(split, fingerprint=split.identity()) for split in _named(splits, source.name)]


def _named(splits: Iterator[Split], source: str) -> Iterator[Split]:
    """Yield splits whose claims were read from files that have names."""
    for split in splits:
        check_names((claim.locator for claims in split.claims for claim in claims), source)
        yield split


def _files(source: FileSource, base: str, limits: Limits) -> Iterator[Split]:
    if source.root is not None and not folder_exists(absolute(source.root, base)):
        raise InputError(f"source {source.name}: its root {source.root} is no folder")
    beside = source.robots if isinstance(source, (WarcSource, WetSource)) else []
    pins, robots, anchor = _pinned(source, beside, base)
    root = absolute(source.root, base) if source.root else None
    is_of_data = isinstance(source, (ChatSource, JsonlSource, ParquetSource))
    said = FolderClaims(anchor, root, card_address(source.homepage, root or anchor), is_of_data)

    def look(pin: Pin) -> Sniffed:
        try:
            return sniff(source, pin, limits)
        except OSError as error:
            raise InputError(f"source {source.name}: cannot read {pin.name}: {error.strerror or error}") from error

    for pin, (reader, settings, ranges) in zip(pins, in_threads(look, pins), strict=True):
        claims = declared(source) + said.of_file(pin.path)
        for start, stop in ranges:
            yield Split(
                source=source.name,
                reader=reader,
                files=(pin, *robots),
                start=start,
                stop=stop,
                claims=(claims,),
                claims_of=(0,),
                settings=canonical(settings),
            )


def _pinned(source: FileSource, beside: list[str], base: str) -> tuple[list[Pin], list[Pin], str]:
    """Return the pins of a source's files and of those to be read beside each, and the folder names are relative to."""
    own, archives = SUFFIXES[source.type], SUFFIXES["warc"]
    if not beside:
        found, anchor = locate(source.paths, base, own, source=source.name, root=source.root)
        return pin_all(found, source.name), [], anchor
    read = {each.path for each in locate(source.paths, base, own, source=source.name)[0]}
    heard = {each.path for each in locate(beside, base, archives, source=source.name)[0]}
    patterns = [*source.paths, *beside]
    found, anchor = locate(patterns, base, (*own, *archives), source=source.name, root=source.root)
    pins = pin_all([each for each in found if each.path in read | heard], source.name)
    return [pin for pin in pins if pin.path in read], [pin for pin in pins if pin.path in heard], anchor


def _tree(source: TextSource, base: str, limits: Limits) -> Iterator[Split]:
    root = absolute(source.path, base)
    if not folder_exists(root):
        raise InputError(f"source {source.name}: there is no folder {source.path} (looked for {root})")
    try:
        names = [(path.removeprefix(root).lstrip("/"), path) for path in walk(root)]
    except OSError as error:
        raise InputError(f"source {source.name}: cannot look into {error.filename}: {error.strerror}") from error
    try:
        found = [
            Found(name, path)
            for name, path in sorted(names)
            if matches(name, source.include) and not matches(name, source.exclude) and not is_evidence(name)
        ]
    except re.error as error:
        raise InputError(f"source {source.name}: include or exclude has a pattern that is no glob: {error}") from error
    if not found:
        raise InputError(f"source {source.name}: no file below {source.path} matches {', '.join(source.include)}")
    said = FolderClaims(root, root, card_address(source.homepage, root))
    claims = _with_declared(declared(source), [said.of_file(file.path) for file in found])
    for first, end in packed(pins := pin_all(found, source.name), limits.split_bytes):
        yield _of_many(source.name, "text", pins[first:end], claims[first:end], {})


def _packages(source: PackagesSource, base: str, limits: Limits) -> Iterator[Split]:
    installed, site = distributions(source, base)
    owners = [(dist.purl, dist.url) for dist in installed for _ in dist.files]
    claims = _with_declared(declared(source), [own for dist in installed for own in dist.claims])
    found = [Found(name, os.path.join(site, name)) for dist in installed for name in dist.files]
    if not found:
        raise InputError(f"source {source.name}: the packages hold no file named {', '.join(source.include)}")
    pins = pin_all(found, source.name)
    for first, end in packed(pins, limits.split_bytes):
        runs: list[list[Any]] = []
        for purl, url in owners[first:end]:
            if runs and runs[-1][0] == purl:
                runs[-1][2] += 1
            else:
                runs.append([purl, url, 1])
        yield _of_many(source.name, "packages", pins[first:end], claims[first:end], {"packages": runs})


def _of_many(
    source: str, reader: str, pins: Sequence[Pin], claims: Sequence[Claims], settings: dict[str, Any]
) -> Split:
    """Return a split of whole files, each distinct set of claims held once."""
    sets: dict[Claims, int] = {}
    # Claims hold whole licence texts, and most files share theirs with the one before.
    of: list[int] = []
    last: Claims | None = None
    for each in claims:
        of.append(of[-1] if each is last else sets.setdefault(each, len(sets)))
        last = each
    return Split(
        source=source,
        reader=reader,
        files=tuple(pins),
        claims=tuple(sets),
        claims_of=tuple(of),
        settings=canonical(settings),
    )


def _with_declared(declaration: Claims, claims: Sequence[Claims]) -> list[Claims]:
    """Return each set of claims with the source's own before it; what was one object stays one."""
    known = {id(own): declaration + own for own in claims}
    return [known[id(own)] for own in claims]


def packed(pins: Sequence[Pin], split_bytes: int) -> list[tuple[int, int]]:
    """Return consecutive runs of files, [first, end), of about ``split_bytes`` and at most `MAX_FILES` each."""
    runs: list[tuple[int, int]] = []
    first, held = 0, 0
    for i, pin in enumerate(pins):
        if i > first and (held + pin.size > split_bytes or i - first >= MAX_FILES):
            runs.append((first, i))
            first, held = i, 0
        held += pin.size
    return [*runs, (first, len(pins))] if pins else runs


def folder_exists(path: str) -> bool:
    """Tell whether there is a folder; a store without folders has one where it has files."""
    return fixed_part(path) == path or bool(folder_files(path))
