"""What copyright files and REUSE annotations say of a file's licence.

A short name is read as the normaliser reads it. Where it names nothing for certain (``BSD``, ``custom``), the text that
stands under it speaks; where both speak they must not contradict each other.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from licet.stages.copyright_file import CopyrightFile, Stanza, paragraphs_of, read_copyright_file, short
from licet.stages.license.agree import narrower, reconciled
from licet.stages.license.expression import All, Leaf, Node, joined, ordered, parse
from licet.stages.license.file_notices import read_file_notice
from licet.stages.license.free_form import read_free_form
from licet.stages.license.normalize import Reading, normalize
from licet.stages.license.text import SURE, identify

MAX_PARTS = 16
"""Licences that one short name may join."""
Precedence = Literal["closest", "aggregate", "override"]
_JOINS = re.compile(r"(\s*,?\s+(?:and/or|and|or)\s+|\s*[,|&]\s*)", re.IGNORECASE)
_TAG = re.compile(r"^(SPDX-License-Identifier|SPDX-FileCopyrightText|Precedence):[ \t]*(.*)$", re.MULTILINE)
_YEARS = re.compile(
    r"^\W*(?:(?:copyright|\(c\)|©)[\s:,]*)*(?:\d{4}(?:\s*[-–,/]\s*(?:\d{2,4}|present))*[\s,;:]*)*(?:\(c\)|©)?\s*(?:by\s+)?",
    re.I,
)


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """What one stanza says: ``expression`` is null where no licence is named for certain, ``flags`` then say why.

    ``precedence`` is REUSE's: ``closest`` gives way to what the file says itself, ``override`` takes its place, and
    ``aggregate`` holds beside it, as a copyright file's stanza does.
    """

    expression: str | None
    confidence: float
    flags: tuple[str, ...]
    family: str | None = None
    holders: tuple[str, ...] = ()
    precedence: Precedence = "aggregate"


@dataclass(frozen=True)
class Dep5:
    """A copyright file that could be read."""

    file: CopyrightFile

    def license_of(self, path: str) -> Annotation | None:
        """Return what is said of a path, relative to the package's root; None where no stanza names it."""
        stanza = self.file.stanza_of(path)
        return self._read(stanza) if stanza is not None else None

    @cached_property
    def annotations(self) -> tuple[Annotation, ...]:
        """What each stanza says, in order."""
        return tuple(self._read(stanza) for stanza in self.file.stanzas)

    @property
    def expression(self) -> str | None:
        """The licences of all files, joined by AND; None where that of one stanza is not known."""
        nodes = [parse(found.expression) for found in self.annotations if found.expression]
        known = [node for node in nodes if node is not None]
        return str(ordered(joined(All, known))) if known and len(known) == len(self.annotations) else None

    def _read(self, stanza: Stanza) -> Annotation:
        return read_annotation(self.file.written(stanza))


def read_dep5(text: str) -> Dep5 | None:
    """Return a copyright file in the machine-readable format; None for any other text."""
    found = read_copyright_file(text)
    return Dep5(found) if found is not None else None


@lru_cache(maxsize=4096)
def read_annotation(raw: str) -> Annotation:
    """Return what a stanza says, with the licence texts that it refers to below it, or the tags of an annotation.

    What is neither (a REUSE.toml that is no TOML) says nothing that could be relied on, and has the flag for it.
    """
    if raw.startswith("SPDX-"):
        return _of_tags(raw)
    paragraphs = paragraphs_of(raw)
    first = paragraphs[0] if paragraphs else {}
    if "files" not in first:
        return Annotation(expression=None, confidence=0.0, flags=("unparsable",))
    texts = {
        short(p["license"].partition("\n")[0]): p["license"].partition("\n")[2]
        for p in paragraphs[1:]
        if "license" in p
    }
    name, _, own = first.get("license", "").partition("\n")
    found, confidence = _named(name.strip(), own, texts)
    return Annotation(
        expression=found.expression,
        confidence=confidence,
        flags=found.flags,
        family=found.family,
        holders=_holders(first.get("copyright", "")),
    )


def _of_tags(raw: str) -> Annotation:
    tags = _TAG.findall(raw)
    names = [value.strip() for key, value in tags if key == "SPDX-License-Identifier"]
    found = normalize(" AND ".join(f"({name})" for name in names) if len(names) > 1 else "".join(names))
    precedences: tuple[Precedence, ...] = ("closest", "override")
    return Annotation(
        expression=found.expression,
        confidence=1.0,
        flags=found.flags,
        family=found.family,
        holders=_holders("\n".join(value for key, value in tags if key == "SPDX-FileCopyrightText")),
        precedence=next((each for each in precedences if ("Precedence", each) in tags), "aggregate"),
    )


def _named(name: str, own: str, texts: dict[str, str]) -> tuple[Reading, float]:
    """Return the reading of a short name and the texts under it, and how sure it is."""
    whole = own if own.strip() else texts.get(short(name), "")
    read = _confirmed(normalize(name), whole)
    if read[0].expression is not None or "contradictory_text" in read[0].flags:
        return read
    pieces = _JOINS.split(name)
    if 1 < len(pieces) <= 2 * MAX_PARTS:
        parts = [_confirmed(normalize(part), texts.get(short(part), "")) for part in pieces[::2]]
        unread = [part for part, _ in parts if part.expression is None]
        if unread:
            return unread[0], 0.0
        named = [f"({part.expression})" for part, _ in parts]
        joins = [*pieces[1::2], ""]
        found = normalize("".join(each for pair in zip(named, joins, strict=True) for each in pair))
        flags = {flag for part, _ in parts for flag in part.flags} | set(found.flags)
        return found._replace(flags=tuple(sorted(flags))), min(confidence for _, confidence in parts)
    return read


def _confirmed(found: Reading, text: str) -> tuple[Reading, float]:
    """Return a reading held against the text under its name: borne out, replaced where it said nothing, or refused."""
    if len(text.split()) < 6:
        return found, 1.0 if found.expression else 0.0
    read = identify(text)
    said = parse(found.expression) if found.expression else None
    restricted = tuple(flag for flag in read.flags if flag.startswith("restrictive_words"))
    if said is not None and restricted and not read.ids:
        return Reading(None, ("contradictory_text", *restricted)), 0.0
    if not read.ids:
        return _with_notice(found, said, text)
    if "unexplained_text" in read.flags and read.confidence < SURE:
        return found, 1.0 if said else 0.0
    laid = joined(All, [Leaf(key) for key in read.ids])
    if said is None:
        return Reading(str(laid), read.flags), read.confidence
    both = reconciled(laid, said, is_choice_believed=True)
    if both is None:
        return Reading(None, ("contradictory_text",)), 0.0
    return found._replace(expression=str(both)), 1.0


def _with_notice(found: Reading, said: Node | None, text: str) -> tuple[Reading, float]:
    """Return a reading held against a notice under its name, which may be narrower: version 2.1 under ``LGPL-2+``."""
    notice = read_file_notice(text)
    spoken = parse(notice.expression) if notice.grants and notice.expression and notice.confidence >= SURE else None
    if spoken is None and said is None and (whole := read_free_form(text)).is_understood:
        return Reading(whole.expression, whole.flags), whole.confidence
    if said is None or spoken is None:
        return (
            (found, 1.0 if said else 0.0) if spoken is None else (Reading(str(spoken), notice.flags), notice.confidence)
        )
    if isinstance(said, Leaf) and isinstance(spoken, Leaf) and (narrow := narrower(said, spoken)):
        return found._replace(expression=str(said if narrow.id == said.id else spoken)), 1.0
    return found, 1.0


def _holders(text: str) -> tuple[str, ...]:
    """Return who is named in copyright lines, without years, at most five."""
    names = [re.sub(r"\s*<[^>]*>", "", _YEARS.sub("", line)).strip(" \t.,;:") for line in text.split("\n")]
    return tuple(dict.fromkeys(name for name in names if 1 < len(name) <= 120))[:5]
