"""What spellings have in common, and the table of those that mean something.

Rows of `aliases.tsv` (spelling, expression, family, flags) are of these kinds:

* a name, ``Expat``; what it means is an expression, or the family of licences where the version or variant is missing;
* names of several versions, ``MPL <1.0|1.1|2.0>``, where ``$`` stands for the version; with the flag ``gnu`` also with
  ``only``, ``or later`` and, where neither is said, ``suffix_inferred``;
* with the flag ``deprecated_id`` or ``exact``, what is read as it is written and in no other spelling;
* ``url:host/path``, an address without its scheme and ``www``; ``*`` stands for ``.html`` or ``.txt`` or nothing;
* ``exception:name``, an exception where the word ``exception`` and the version are left out;
* ``before:words`` and ``after:words``, what may stand around a name and adds nothing (``released under``); with the
  flag ``several``, only around more than one name.
"""

import csv
import re
import unicodedata
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

from licet.schemas.license import listed_ids, spdx

_OR_LATER = (
    r"\b(?:or|and)\b[\s,-]*(?:\(?\s*at (?:your|the licensee's) (?:option|choice)\s*\)?[\s,-]*)?(?:any[\s-]+)?"
    r"(?:later|newer|greater|above|higher|up)\b(?:[\s-]+versions?\b)?"
)
LATER = re.compile(rf"\s*\(\s*{_OR_LATER}\s*\)|[\s,-]*{_OR_LATER}", re.IGNORECASE)
AT_LEAST = re.compile(r"\(?\s*>=\s*(\d+(?:\.\d+)*)\s*\)?")
EXACTLY = re.compile(r"\(?\s*==\s*(\d+(?:\.\d+)*)\s*\)?")
_V = re.compile(r"(?:\b|(?<=[a-z])(?<!deri)(?<!ni))v(?:er(?:sions?)?)?\.?\s*(?=\d)")
_IN_NUMBER = re.compile(r"(?<=\d)[_,-](?=\d)")
# Any sign but plain punctuation is a word of its own: `MIT?` and `(c) MIT` are not the MIT licence.
_TOKEN = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+|[^\w\s.,;:'\"()\[\]{}/|-]")
_RUNS = re.compile(r"([-_=.,;:/])\1{2,}")
_SILENT = frozenset({"the", "license", "licenses", "licensed", "under"})
_SPELLED = {"licence": "license", "licences": "licenses", "licenced": "licensed", "&": "and"}
_SPELLED |= dict.fromkeys(("lisence", "liscense", "lincense", "licencse", "licese", "lisense"), "license")
_MARKS: dict[int, str | None] = {ord(c): None for c in "®™℠"}
_MARKS |= {ord(c): "-" for c in "‐‑‒–—―−"} | {ord(c): "'" for c in "‘’‚‛′`"} | {ord(c): '"' for c in "“”„‟″«»"}
_MARKS[ord("≥")] = ">="


class Reading(NamedTuple):
    """What a statement says: an expression or null, what was odd, and the family where only that is known."""

    expression: str | None
    flags: tuple[str, ...] = ()
    family: str | None = None


class Frames(NamedTuple):
    """What may stand around names: words and the flags that they bring, with the patterns that find them."""

    before: dict[str, tuple[str, ...]]
    after: dict[str, tuple[str, ...]]
    start: re.Pattern[str]
    end: re.Pattern[str]


class Table(NamedTuple):
    """The table of spellings by kind."""

    names: dict[str, Reading]
    exact: dict[str, Reading]
    addresses: dict[str, Reading]
    exceptions: dict[str, tuple[str, tuple[str, ...]]]
    frames: Frames


def clean(raw: str) -> str:
    """Return a text in plain characters: quotes, dashes and full-width forms made plain, white space single."""
    shown = raw.translate(_MARKS)
    folded = _RUNS.sub(r"\1\1", unicodedata.normalize("NFKC", shown))
    return " ".join("".join(c for c in folded if unicodedata.category(c) != "Cf").split())


def words_of(text: str) -> list[str]:
    """Return the words and numbers of a text in lower case; ``v2`` and ``version 2`` are ``2``."""
    folded = _IN_NUMBER.sub(".", text.casefold())
    found = [_SPELLED.get(t, t) for t in _TOKEN.findall(_V.sub(" ", folded))]
    return [t for t in found if t not in _SILENT] or found


def spelling_key(text: str) -> str:
    """Return what spellings of one name have in common: ``The GPL, Version 3.0`` and ``GPLv3`` are ``gpl 3``."""
    folded = EXACTLY.sub(r" \1", AT_LEAST.sub(r" \1+", LATER.sub("+", text)))
    words: list[str] = []
    for token in words_of(folded):
        if token == "+" and words:
            words[-1] += "+"
        elif token[0].isdigit():
            words.append(re.sub(r"(?:\.0)+$", "", token))
        else:
            words.append(token)
    return " ".join(words)


def bare_address(url: str) -> str:
    """Return an address as the table has it: lower case, without scheme, ``www``, port, query and last slash."""
    found = re.match(r"(?:[a-z+]*:)?(?://)?(?:www\.)?([^/?#:]*)(?::\d*)?([^?#]*)", url.strip().lower())
    return (found[1] + re.sub(r"/{2,}", "/", found[2]).rstrip("/.")) if found and "@" not in found[1] else ""


@cache
def table() -> Table:
    """Return the table of spellings; of two rows with the same key the first holds."""
    names: dict[str, Reading] = {}
    exact: dict[str, Reading] = {}
    addresses: dict[str, Reading] = {}
    exceptions: dict[str, tuple[str, tuple[str, ...]]] = {
        _exception_key(key): (key, ()) for key in spdx()["exceptions"]
    }
    before: dict[str, tuple[str, ...]] = {}
    after: dict[str, tuple[str, ...]] = {}
    with Path(__file__).with_name("aliases.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            flags = tuple(sorted((row["flags"] or "").split()))
            reading = Reading(row["expression"] or None, flags, row["family"] or None)
            kind, _, rest = row["spelling"].partition(":")
            if kind == "url":
                tails = ("", ".html", ".txt", ".php") if rest.endswith("*") else ("",)
                for (address, meant), end in product(_versions(rest.rstrip("*"), reading), tails):
                    addresses.setdefault(address + end, meant)
            elif kind == "exception":
                exceptions[_exception_key(rest)] = (row["expression"], flags)
            elif kind in ("before", "after"):
                (before if kind == "before" else after)[_bare(rest)] = flags
            elif "deprecated_id" in flags or "exact" in flags:
                exact[row["spelling"].casefold()] = reading._replace(flags=tuple(f for f in flags if f != "exact"))
            else:
                for spelling, meant in _versions(row["spelling"], reading):
                    names.setdefault(spelling_key(clean(spelling)), meant)
    opening = re.compile(rf"(?:{_any(before)})(?![\w.])[\s:,|-]*", re.IGNORECASE)
    closing = re.compile(rf"[\s,;.(-]*(?<!\w)(?:{_any(after)})[\s)\"'.]*$", re.IGNORECASE)
    return Table(names, exact, addresses, exceptions, Frames(before, after, opening, closing))


def _bare(words: str) -> str:
    return " ".join(re.sub(r"[^\w/']+", " ", words.casefold()).split())


def _any(phrases: dict[str, tuple[str, ...]]) -> str:
    longest = sorted(phrases, key=lambda p: (-len(p), p))
    return "|".join(r"[\s,.\"'():-]+".join(map(re.escape, p.split())) for p in longest)


def framed(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Return a text without one frame of words around it, and the frame's flags; null when it has none."""
    frames = table().frames
    if found := frames.start.match(text):
        rest, flags = text[found.end() :].strip(), frames.before.get(_bare(found[0]), ())
    elif found := frames.end.search(text):
        rest, flags = text[: found.start()].strip(), frames.after.get(_bare(found[0]), ())
    else:
        return None
    rest += ")" * max(0, rest.count("(") - rest.count(")"))
    return (rest, flags) if rest else None


def _versions(spelling: str, reading: Reading) -> list[tuple[str, Reading]]:
    """Return the names that a row stands for."""
    found = re.search(r"<([\d.|]+)>", spelling)
    if not found:
        return [(spelling, reading)]
    rows = []
    flags = tuple(f for f in reading.flags if f != "gnu")
    for version in found[1].split("|"):
        name, key = spelling.replace(found[0], "$"), (reading.expression or "").replace("$", version)
        if "gnu" not in reading.flags:
            rows.append((name.replace("$", version), reading._replace(expression=key or None)))
            continue
        inferred = tuple(sorted({*flags, "suffix_inferred"}))
        rows.append((name.replace("$", version), Reading(f"{key}-only", inferred)))
        rows.append((name.replace("$", version) + " only", Reading(f"{key}-only", flags)))
        rows.append((name.replace("$", version + "+"), Reading(f"{key}-or-later", flags)))
        rows.append((name.replace("$", version) + "+", Reading(f"{key}-or-later", flags)))
    return rows


@cache
def exact_ids() -> dict[str, str]:
    """Return every id that is in use, by its lower-cased spelling."""
    used = [key for key, it in spdx()["licenses"].items() if not it["deprecated"]]
    return {key.lower(): key for key in (*used, *listed_ids()) if key != "NONE"}


@cache
def spdx_names() -> dict[str, str]:
    """Return ids by the spelling key of id and full name, leaving out what two licences share."""
    found: dict[str, set[str]] = {}
    for key, it in spdx()["licenses"].items():
        if not it["deprecated"]:
            for spelled in {spelling_key(key), spelling_key(clean(it["name"]))}:
                found.setdefault(spelled, set()).add(key)
    return {spelled: next(iter(ids)) for spelled, ids in found.items() if len(ids) == 1}


def _exception_key(name: str) -> str:
    return " ".join(w for w in spelling_key(name).split() if w not in ("exception", "exceptions"))


def exception_of(name: str) -> tuple[str, tuple[str, ...]] | None:
    """Return SPDX's id of an exception and what was odd about its name; null when it is not known."""
    return table().exceptions.get(_exception_key(name))
