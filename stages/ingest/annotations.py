"""Annotations: what a file elsewhere in a tree says of a path's licence.

``REUSE.toml`` (REUSE specification 3.3) in any folder, ``.reuse/dep5`` (REUSE before 3.2) and ``debian/copyright``, the
last two in Debian's machine-readable format, for all that is below the folder they stand in. Within one file the last
entry that names a path speaks of it. What it says goes into the claim word for word, as tags or as a stanza.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from licet.schemas.evidence import Claim
from licet.stages.copyright_file import CopyrightFile
from licet.stages.ingest.toml import toml_of

PRECEDENCES = ("closest", "aggregate", "override")
_TAGS = ("SPDX-License-Identifier", "SPDX-FileCopyrightText")

_WITHIN, _ANY, _BELOW = "[^/]*", ".*", "(?:.*/)?"
_LAZY = {_WITHIN: "[^/]*?", _ANY: ".*?", _BELOW: "(?:.*?/)??"}


@dataclass(frozen=True)
class Annotation:
    """One entry: the claim that files get which it names, and how REUSE puts it together with others."""

    claim: Claim
    precedence: str = "aggregate"
    names_license: bool = True


class Annotations(Protocol):
    """A file of annotations."""

    def of(self, path: str) -> Annotation | None:
        """Return what is said of a path, relative to the folder that the file speaks for; None where nothing is."""


@dataclass(frozen=True)
class ReuseToml:
    """A REUSE.toml: patterns and what holds for the paths that they match, in order."""

    entries: tuple[tuple[re.Pattern[str], Annotation], ...]

    def of(self, path: str) -> Annotation | None:
        """Return the last entry that names a path."""
        return next((said for pattern, said in reversed(self.entries) if pattern.fullmatch(path)), None)


@dataclass(frozen=True)
class Stanzas:
    """A copyright file in Debian's format; ``locator`` names it."""

    file: CopyrightFile
    locator: str
    known: dict[int, Annotation] = field(default_factory=dict)

    def of(self, path: str) -> Annotation | None:
        """Return the last stanza that names a path."""
        stanza = self.file.stanza_of(path)
        if stanza is None:
            return None
        if stanza.place not in self.known:
            locator = f"{self.locator}#stanza={stanza.place + 1}"
            claim = Claim(kind="file_annotation", raw=self.file.written(stanza), locator=locator)
            self.known[stanza.place] = Annotation(claim)
        return self.known[stanza.place]


def resolved(found: Sequence[Annotation]) -> tuple[Claim, ...]:
    """Return the claims of a path's annotations, given from the topmost folder to the nearest.

    The topmost that overrides silences all that is nearer, and what would only hold for want of a closer word. Of
    those that hold for want of one the nearest that names a licence is left; all others hold together.
    """
    together = [each.claim for each in found if each.precedence == "aggregate"]
    if (first := next((at for at, each in enumerate(found) if each.precedence == "override"), None)) is not None:
        return (*(each.claim for each in found[:first] if each.precedence == "aggregate"), found[first].claim)
    closest = [each for each in reversed(found) if each.precedence == "closest"]
    nearest = next((each for each in closest if each.names_license), next(iter(closest), None))
    return (*together, nearest.claim) if nearest is not None else tuple(together)


def reuse_toml(text: str, locator: str) -> ReuseToml:
    """Return what a REUSE.toml says; one that cannot be read says so of everything below it."""
    try:
        tables = toml_of(text).get("annotations", [])
        if not isinstance(tables, list):
            raise ValueError("annotations is no list of tables")
        return ReuseToml(
            tuple(_entry(table, f"{locator}#annotations={at}") for at, table in enumerate(tables, start=1))
        )
    except ValueError as error:
        claim = Claim(kind="file_annotation", raw=f"no REUSE.toml: {error}", locator=locator)
        return ReuseToml(((re.compile(".*", re.DOTALL), Annotation(claim)),))


def _entry(table: Any, locator: str) -> tuple[re.Pattern[str], Annotation]:
    if not isinstance(table, dict):
        raise ValueError("annotations is no list of tables")
    precedence = table.get("precedence", "closest")
    paths = _texts(table, "path")
    if not paths or precedence not in PRECEDENCES:
        raise ValueError(f"{locator.partition('#')[2]} has no {'path' if not paths else 'known precedence'}")
    lines = [f"{tag}: {' '.join(value.split())}" for tag in _TAGS for value in _texts(table, tag)]
    # Tags stand first, so that the claim is known as one even where an entry names no more than paths.
    raw = "\n".join([*(lines or ["SPDX-FileCopyrightText:"]), f"Precedence: {precedence}"])
    claim = Claim(kind="file_annotation", raw=raw, locator=locator)
    return path_pattern(tuple(paths)), Annotation(claim, precedence, any(line.startswith(_TAGS[0]) for line in lines))


def _texts(table: dict[str, Any], key: str) -> list[str]:
    value = table.get(key, [])
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise ValueError(f"{key} is neither a text nor a list of texts")
    return values


@lru_cache(maxsize=1024)
def path_pattern(globs: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of REUSE's globs: ``*`` stays within a folder, ``**`` does not, a backslash escapes.

    ``**/`` stands for any folders or none, as everybody means it.
    """
    return re.compile("|".join(_pattern(glob, at) for at, glob in enumerate(globs)) or "(?!)", re.DOTALL)


def _pattern(glob: str, number: int) -> str:
    """Return one glob as an expression that takes the first fit of a wildcard where another cannot do better."""
    parts: list[list[str]] = [["", ""]]
    for token in re.findall(r"\\.|\*\*+/|\*+|[^*\\]+|\\", glob, re.DOTALL):
        if token.startswith("*"):
            parts.append([_BELOW if token.endswith("/") else _ANY if len(token) > 1 else _WITHIN, ""])
        else:
            parts[-1][1] += re.escape(token[1:] if len(token) == 2 and token[0] == "\\" else token)
    found = parts[0][1]
    for at, (wild, literal) in enumerate(parts[1:], start=1):
        following = parts[at + 1][0] if at + 1 < len(parts) else None
        is_first_best = following == _ANY or (wild == _WITHIN and (following == _WITHIN or "/" in literal))
        group = f"g{number}_{at}"
        found += (
            f"(?=(?P<{group}>{_LAZY[wild]}{literal}))(?P={group})" if following and is_first_best else wild + literal
        )
    return found
