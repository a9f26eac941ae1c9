"""Raw licence statements to SPDX expressions, never looser than what was said.

A statement is looked up whole, then taken apart at ``OR``, ``AND``, ``WITH``, ``/`` (which Cargo and npm
meant as OR) and commas (read as AND, the strict way). What every part means is looked up in `aliases.tsv`,
the SPDX list, and the rules for Creative Commons; a part that means nothing certain makes the whole unread.
Adding a spelling is adding a row.

Flags say what was odd: ``version_missing``, ``suffix_inferred`` (GPL-3.0 read as GPL-3.0-only),
``deprecated_id``, ``slash_as_or``, ``list_as_and``, ``later_versions_dropped``, ``assertion_only``,
``db_layer_only``; and why there is no expression: ``empty``, ``placeholder``, ``family_only``,
``unknown_id``, ``unparsable``, ``too_long``.
"""

import csv
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from licet.schemas.license import is_cc, is_known, listed_ids, spdx
from licet.stages.license.cc import read_cc_name, read_cc_url
from licet.stages.license.expression import canonical

MAX_CHARS = 1_000
MAX_BRACKETS = 20

_OR_LATER = (
    r"\b(?:or|and)[\s-]+(?:\(?at your option\)?,?\s+)?(?:any[\s-]+)?(?:later|newer|greater|above|higher)\b"
    r"(?:\s+versions?\b)?"
)
_LATER = re.compile(rf"\s*\(\s*{_OR_LATER}\s*\)|[\s,-]*{_OR_LATER}", re.IGNORECASE)
_AT_LEAST = re.compile(r"\(?\s*>=\s*(\d+(?:\.\d+)*)\s*\)?")
_V = re.compile(r"(?:\b|(?<=[a-z]))v(?:er(?:sion)?)?\.?\s*(?=\d)")
_TOKEN = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+|\+")
_SILENT = frozenset({"the", "license", "licenses", "licensed", "under"})
_URL = re.compile(r"(?:https?:)?//[^\s<>()\"'\]]+|\bwww\.[^\s<>()\"'\]]+", re.IGNORECASE)
_SPLITS = (
    (re.compile(r"\s+or\s+|\s*\|\|?\s*", re.IGNORECASE), " OR ", ""),
    (re.compile(r"\s*/\s*"), " OR ", "slash_as_or"),
    (re.compile(r"\s+and\s+|\s*&&?\s*", re.IGNORECASE), " AND ", ""),
    (re.compile(r"\s*[,;]\s*"), " AND ", "list_as_and"),
)
_WITH = re.compile(r"\s+with\s+", re.IGNORECASE)


class Reading(NamedTuple):
    """What a statement says: an expression or null, what was odd, and the family where only that is known."""

    expression: str | None
    flags: tuple[str, ...] = ()
    family: str | None = None


@lru_cache(maxsize=65_536)
def normalize(raw: str) -> Reading:
    """Return the SPDX expression that a statement means; equal strings are read once.

    Never raises. An expression is returned only when each of its ids is on the SPDX list, in our own list, or a
    Creative Commons licence by rule, and each exception is one of SPDX's.
    """
    text = unicodedata.normalize("NFKC", raw).strip().strip("\"'`*").strip()
    if not text:
        return Reading(None, ("empty",))
    if len(text) > MAX_CHARS:
        return Reading(None, ("too_long",))
    text = " ".join(text.split())
    found = _with_address(text) if _URL.search(text) else _read(text)
    if found.expression is None:
        return found
    expression = canonical(found.expression)
    if expression is None:
        return Reading(None, ("unparsable",))
    return Reading(expression, tuple(sorted(set(found.flags))), found.family)


def spelling_key(text: str) -> str:
    """Return what spellings of one name have in common: ``The GPL, Version 3.0`` and ``GPLv3`` are ``gpl 3``."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("licence", "license").replace("®", "")
    folded = _AT_LEAST.sub(r" \1+", _LATER.sub("+", folded))
    tokens = _TOKEN.findall(_V.sub(" ", folded))
    kept = [t for t in tokens if t not in _SILENT] or tokens
    words: list[str] = []
    for token in kept:
        if token == "+" and words:
            words[-1] += "+"
        elif token[0].isdigit():
            words.append(re.sub(r"(?:\.0)+$", "", token))
        else:
            words.append(token)
    return " ".join(words)


@cache
def _aliases() -> tuple[dict[str, Reading], dict[str, Reading]]:
    """Return the alias table by spelling key and by address."""
    names: dict[str, Reading] = {}
    addresses: dict[str, Reading] = {}
    with Path(__file__).with_name("aliases.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            flags = tuple(sorted(set((row["flags"] or "").split())))
            reading = Reading(row["expression"] or None, flags, row["family"] or None)
            if row["spelling"].startswith("url:"):
                addresses[row["spelling"].removeprefix("url:")] = reading
            elif "://" in row["spelling"]:
                addresses[_bare_address(row["spelling"])] = reading
            else:
                names.setdefault(spelling_key(row["spelling"]), reading)
    return names, addresses


@cache
def _ids() -> dict[str, str]:
    """Return every id that is in use, by its lower-cased spelling."""
    used = [key for key, it in spdx()["licenses"].items() if not it["deprecated"]]
    return {key.lower(): key for key in (*used, *listed_ids()) if key != "NONE"}


@cache
def _exceptions() -> dict[str, str]:
    return {spelling_key(key): key for key in spdx()["exceptions"]}


@cache
def _spdx_names() -> dict[str, str]:
    """Return ids by the spelling key of id and full name, leaving out what two licences share."""
    found: dict[str, set[str]] = {}
    for key, it in spdx()["licenses"].items():
        if not it["deprecated"]:
            for spelled in {spelling_key(key), spelling_key(it["name"])}:
                found.setdefault(spelled, set()).add(key)
    return {spelled: next(iter(ids)) for spelled, ids in found.items() if len(ids) == 1}


def _read(text: str) -> Reading:
    """Return the reading of a statement without addresses: as a name, else as an expression of names."""
    if text.count("(") != text.count(")") or text.count("(") > MAX_BRACKETS:
        return Reading(None, ("unparsable",))
    named = _name(text)
    if named.expression is not None or named.flags != ("unknown_id",):
        return named
    later = _AT_LEAST.sub(r" \1+", _LATER.sub("+", text))
    if later != text:
        return _read(later)
    if text.startswith("(") and _closes(text) == len(text) - 1:
        inner = text[1:-1].strip()
        return _read(inner) if inner else Reading(None, ("unparsable",))
    for pattern, operator, flag in _SPLITS:
        pieces = _split(text, pattern)
        if len(pieces) > 1:
            return _joined([_read(p) if p else Reading(None, ("unparsable",)) for p in pieces], operator, flag)
    pieces = _split(text, _WITH)
    if len(pieces) == 2:
        base, exception = _read(pieces[0]), _exceptions().get(spelling_key(pieces[1]))
        if base.expression is None or exception is None or " " in base.expression:
            return Reading(None, base.flags if base.expression is None else ("unknown_id",), base.family)
        return Reading(f"{base.expression} WITH {exception}", base.flags)
    if any(c in text for c in "()<>=") and named.flags == ("unknown_id",):
        return Reading(None, ("unparsable",))
    return named


def _joined(parts: list[Reading], operator: str, flag: str) -> Reading:
    unread = [p for p in parts if p.expression is None]
    if unread:
        order = ("unparsable", "unknown_id", "placeholder", "family_only")
        first = min(unread, key=lambda p: min((order.index(f) for f in p.flags if f in order), default=9))
        return Reading(None, first.flags, None)
    flags = [f for p in parts for f in p.flags] + ([flag] if flag else [])
    return Reading(operator.join(f"({p.expression})" for p in parts), tuple(flags))


def _name(text: str) -> Reading:
    """Return the reading of one licence's name or id."""
    folded = text.casefold()
    if folded in _ids():
        return Reading(_ids()[folded])
    if folded.startswith("licenseref-cc-"):
        upper = "LicenseRef-CC-" + text[len("LicenseRef-CC-") :].upper().replace("UNVERSIONED", "unversioned")
        upper = upper.replace("SCOTLAND", "Scotland")
        if is_cc(upper) and upper.removeprefix("LicenseRef-").upper() == folded.removeprefix("licenseref-").upper():
            again = read_cc_name(spelling_key(folded.removeprefix("licenseref-").replace("-unversioned", "")))
            if again is not None:
                return Reading(*again)
        return Reading(None, ("unknown_id",))
    key = spelling_key(text)
    names, _ = _aliases()
    if key in names:
        return names[key]
    if found := read_cc_name(_versions_kept(text)):
        return Reading(*found)
    if key in _spdx_names():
        return Reading(_spdx_names()[key])
    bare = text.rstrip("+ ")
    if key.endswith("+") and bare not in ("", text) and not re.search(r"\s", bare):
        base = _name(bare)
        if base.expression is not None and is_known(base.expression):
            return Reading(base.expression, (*base.flags, "later_versions_dropped"))
    return Reading(None, ("unknown_id",))


def _versions_kept(text: str) -> str:
    """Return a name's words for the Creative Commons rules, which need ``3.0`` and ``3`` kept apart from ports."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("licence", "license")
    tokens = _TOKEN.findall(_V.sub(" ", folded))
    return " ".join(t for t in tokens if t not in _SILENT)


def _with_address(text: str) -> Reading:
    """Return the reading of a statement with an address in it; words beside it must say the same."""
    found = _URL.findall(text)
    readings = {_address(url) for url in found}
    words = _URL.sub(" ", text).strip(" ()[]<>.,:;-")
    if len(readings) > 1:
        return _joined(sorted(readings, key=str), " AND ", "list_as_and")
    by_address = readings.pop()
    if not words:
        return by_address
    by_name = _read(words.strip())
    if by_address.expression is None:
        return by_name if by_name.expression and "unknown_id" in by_address.flags else by_address
    if by_name.expression == by_address.expression:
        return by_address
    if by_name.expression is None and by_name.family and by_name.family in by_address.expression:
        return by_address
    if by_name.expression and by_name.expression.endswith("-unversioned"):
        stem = by_name.expression.removeprefix("LicenseRef-").removesuffix("-unversioned")
        if re.fullmatch(rf"(?:LicenseRef-)?{stem}-\d.*", by_address.expression):
            return by_address
    return Reading(None, ("unparsable",))


def _address(url: str) -> Reading:
    if found := read_cc_url(url):
        return Reading(*found)
    bare = _bare_address(url)
    _, addresses = _aliases()
    if bare in addresses:
        return addresses[bare]
    for prefix in (
        "spdx.org/licenses/",
        "opensource.org/licenses/",
        "opensource.org/license/",
        "choosealicense.com/licenses/",
    ):
        if bare.startswith(prefix):
            key = re.sub(r"\.(?:html|json|txt|php)$", "", bare.removeprefix(prefix))
            return _name(key) if key else Reading(None, ("unknown_id",))
    return Reading(None, ("unknown_id",))


def _bare_address(url: str) -> str:
    url = url if "://" in url else "https:" + url if url.startswith("//") else "https://" + url
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return ((parts.hostname or "").removeprefix("www.") + parts.path.rstrip("/")).lower()


def _closes(text: str) -> int:
    """Return where the bracket that opens a text is closed; -1 when it is not."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return at
    return -1


def _split(text: str, pattern: re.Pattern[str]) -> list[str]:
    """Return the pieces of a text between matches that stand outside brackets."""
    pieces, start = [], 0
    for match in pattern.finditer(text):
        before = text[: match.start()]
        if before.count("(") == before.count(")"):
            pieces.append(text[start : match.start()].strip())
            start = match.end()
    return [*pieces, text[start:].strip()]
