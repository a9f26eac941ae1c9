"""Raw licence statements to SPDX expressions, never looser than what was said.

A statement is looked up whole, then freed of the words around it (``Released under``), then taken apart. What every
part means is looked up in `aliases.tsv`, the SPDX list, and the rules for Creative Commons; a part that means nothing
certain makes the whole unread. Adding a spelling is adding a row.

What binds loosest is taken apart first: ``, and`` and ``, or``; commas and semicolons (read as AND, the strict way);
``or``, ``|``; ``and``, ``&``; ``/`` (which Cargo and npm meant as OR); ``with``. So ``A, B or C`` is A AND (B OR C),
the strictest of its readings, and Debian's ``A or B, and C`` is (A OR B) AND C.

Flags say what was odd: ``version_missing``, ``version_inferred`` (no version named, only one ever published),
``suffix_inferred`` (GPL-3.0 read as GPL-3.0-only), ``deprecated_id``, ``slash_as_or``, ``list_as_and``,
``later_versions_dropped``, ``alternative_unread`` (R's ``| file LICENSE``), ``exceptions_noted`` (``except where
otherwise noted``), ``assertion_only``, ``db_layer_only``; and why there is no expression: ``empty``, ``placeholder``,
``family_only``, ``further_terms``, ``unknown_exception``, ``unknown_id``, ``unparsable``, ``too_long``.
"""

import re
from functools import lru_cache

from licet.schemas.license import NO_BITS, Bits, bits_of
from licet.stages.license.expression import canonical
from licet.stages.license.names import named_in, names_a_licence, read_address, read_name
from licet.stages.license.spellings import (
    AT_LEAST,
    EXACTLY,
    LATER,
    Reading,
    clean,
    exception_of,
    framed,
    spelling_key,
    words_of,
)

__all__ = ["MAX_CHARS", "Reading", "normalize", "spelling_key"]

MAX_CHARS = 1_000
"""Longer statements are texts, not names: `text.identify` reads those."""
MAX_BRACKETS = 20
MAX_DEPTH = 24
MAX_TWICE = 250

_URL = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|//(?=[\w-]+(?:\.[\w-]+)*\.[a-z]{2}))[^\s<>\"']+?(?=[,;]\s*https?:|[\s<>\"']|$)|\bwww\.[^\s<>\"']+|(?<![\w.@/-])(?:[a-z0-9-]+\.)+[a-z]{2,24}/[^\s<>\"']*",
    re.IGNORECASE,
)
_SPLITS = (
    (re.compile(r"\s*[,;]\s*and/or\s+|\s*[,;]\s*and\s+", re.IGNORECASE), " AND ", ""),
    (re.compile(r"\s*[,;]\s*or\s+", re.IGNORECASE), " OR ", ""),
    (re.compile(r"\s*[,;]\s*(?!\s*v(?:er(?:sion)?)?\.?\s*\d)", re.IGNORECASE), " AND ", "list_as_and"),
    (re.compile(r"\s+and/or\s+", re.IGNORECASE), " AND ", "list_as_and"),
    (re.compile(r"\s+or\s+|\s*\|\|?\s*|[\s_]+or_", re.IGNORECASE), " OR ", ""),
    (re.compile(r"\s+and\s+|\s*&&?\s*", re.IGNORECASE), " AND ", ""),
    (re.compile(r"\s*/\s*"), " OR ", "slash_as_or"),
)
_LISTED = re.compile(r"[^,;()]+(?:,[^,;()]+)+,\s*or\s+[^,;()]+", re.IGNORECASE)
_WITH = re.compile(r"[\s-]+with[\s-]+(?:the\s+)?|[\s-]+w/\s*", re.IGNORECASE)
_WITH_SIGN = re.compile(r"(?<=\w)\s+w/\s*(?=\w)", re.IGNORECASE)
_EXCEPTION = re.compile(r"[\s-](?=[\w.-]+[\s-]exceptions?$)", re.IGNORECASE)
_OF = re.compile(r"(?:either )?(?:versions? |v\.? ?)(\d+(?:\.\d+)*)(\+?),? of (?:the )?(.+)", re.IGNORECASE)
_R_FILE = re.compile(r"\s*([+|])\s*file\s+\(?LICEN[CS]E\)?$", re.IGNORECASE)
_R_TEMPLATES = frozenset({"MIT", "BSD-2-Clause", "BSD-3-Clause"})
_POINTER = re.compile(
    r"(?:please\s+)?(?:see|refer to|check|read|file)\b.*\b(?:licen[cs]es?|copying|readme|terms)\b.*", re.IGNORECASE
)
_RESERVED = re.compile(r"\W*(?:copyright|©|c\))\W.*\ball rights (?:are )?reserved", re.IGNORECASE)
_LOOSELY = re.compile(
    r"\b(?:like|style|styled|compatible|similar|type|variant)\b|\bderiv(?!atives?\b)|\*", re.IGNORECASE
)
_GRANTS = re.compile(r"licen[cs]|permi|grant|except|unless|public domain|\bcc\b|creative", re.IGNORECASE)
_TWICE = (re.compile(r"(.*\S)\s*\(([^()]+)\)"), re.compile(r"(.+?)(?:\s-+\s|:\s)(.+)"))
_BIT_FLAGS = {Bits.ASSERTION: "assertion_only", Bits.DATABASE_LAYER_ONLY: "db_layer_only"}
_UNREAD = ("unparsable", "unknown_id", "unknown_exception", "further_terms", "placeholder", "family_only", "empty")


@lru_cache(maxsize=65_536)
def normalize(raw: str) -> Reading:
    """Return the SPDX expression that a statement means; equal strings are read once.

    Never raises. An expression is returned only when each of its ids is on the SPDX list, in our own list, or a
    Creative Commons licence by rule, and each exception is one of SPDX's.
    """
    text = raw.strip()
    if len(text) > 4 * MAX_CHARS and len(text := " ".join(text.split())) > MAX_CHARS:
        return Reading(None, ("too_long",))
    text = _unwrapped(clean(text))
    if not text:
        return Reading(None, ("empty",))
    if len(text) > MAX_CHARS:
        return Reading(None, ("too_long",))
    found = _with_address(text) if _URL.search(text) else _read(text)
    if found.expression is None and "\n" in raw:
        lines = [line for line in raw.splitlines() if line.strip()]
        if len(lines) > 1 and all("::" in line for line in lines):
            found = _joined([_read(clean(line)) for line in lines], " AND ", "list_as_and")
    if found.expression is None:
        return found._replace(flags=tuple(sorted(set(found.flags))))
    expression = found.expression
    if " " in expression:
        written = canonical(expression)
        if written is None:
            return Reading(None, ("unparsable",))
        expression = written
    return Reading(expression, tuple(sorted({*found.flags, *_flags_of(expression)})))


def _flags_of(expression: str) -> set[str]:
    """Return what is odd about the licences themselves: marks that grant nothing, licences of databases only."""
    bits = NO_BITS
    for key in expression.replace("(", " ").replace(")", " ").split():
        bits |= bits_of(key)
    return {flag for bit, flag in _BIT_FLAGS.items() if bit in bits}


def _unwrapped(text: str) -> str:
    """Return a text without the quotes, brackets and marks of emphasis that enclose all of it."""
    while len(text) > 1 and (text[0] + text[-1] in ('""', "''", "[]", "{}") or (text[0] == text[-1] == "*")):
        text = text[1:-1].strip()
    return text.strip("\"' ").rstrip(".,;: ")


def _unread(*flags: str, family: str | None = None) -> Reading:
    return Reading(None, flags, family)


def _read(text: str, depth: int = 0) -> Reading:
    """Return the reading of a statement without addresses: as a name, else as an expression of names."""
    if not _is_nested(text) or depth > MAX_DEPTH or not words_of(text):
        return _unread("unparsable")
    named = read_name(text)
    if named.flags != ("unknown_id",):
        return named
    if found := _R_FILE.search(text):
        first, bar, last = text[: found.start()].rpartition("|")
        base = _with_file(_read(last.strip() if found[1] == "+" else text[: found.start()], depth + 1), found[1])
        return _joined([_read(first.strip(), depth + 1), base], " OR ", "") if bar and found[1] == "+" else base
    if _POINTER.fullmatch(text):
        return _unread("placeholder")
    if _RESERVED.fullmatch(text) and not _GRANTS.search(text):
        return Reading("LicenseRef-All-Rights-Reserved")
    if (plain := _reworded(text)) != text:
        return _read(plain, depth + 1)
    if text.startswith("(") and _closes(text) == len(text) - 1:
        inner = text[1:-1].strip()
        return _read(inner, depth + 1) if inner else _unread("unparsable")
    if taken := framed(text):
        return _inside(_read(_unwrapped(taken[0]), depth + 1), taken[1])
    if said := _said_twice(text, depth):
        return said
    return _compound(text, depth) or (_unread("unparsable") if set(text) & set("()<>=") else named)


def _compound(text: str, depth: int) -> Reading | None:
    """Return the reading of several names; null when a text does not look like that."""
    if _LISTED.fullmatch(text) and not re.search(r"\s(?:and|or)\s", text.rpartition(",")[0], re.IGNORECASE):
        names = re.split(r"(?i:,\s*(?:or\s+)?)", text)
        return _joined([_read(n.strip(), depth + 1) for n in names], " OR ", "")
    loose = [bool(pattern.search(text)) for pattern, _, _ in _SPLITS[:2]]
    if all(loose) and len(_split(text, _SPLITS[0][0])) > 1 and len(_split(text, _SPLITS[1][0])) > 1:
        return _unread("unparsable")
    for pattern, operator, flag in _SPLITS:
        pieces = _split(text, pattern)
        if len(pieces) > 1:
            parts = [_read(p, depth + 1) if p else _unread("unparsable") for p in pieces]
            return _joined(parts, operator, flag)
    for pattern in (_WITH, _EXCEPTION) if "exception" in text.lower() else (_WITH,):
        pieces = _split(text, pattern)
        if len(pieces) == 2 and all(pieces):
            return _with_exception(_read(pieces[0], depth + 1), pieces[1])
    return None


def _with_exception(base: Reading, name: str) -> Reading:
    if base.expression is None:
        return _unread(*base.flags, family=base.family)
    exception = exception_of(name)
    if exception is None or " " in base.expression:
        return _unread("unknown_exception", "unknown_id")
    return Reading(f"{base.expression} WITH {exception[0]}", (*base.flags, *exception[1]))


def _with_file(base: Reading, sign: str) -> Reading:
    """Return the reading of R's ``+ file LICENSE`` (names of holders, or further terms) and ``| file LICENSE``."""
    if base.expression is None:
        return base
    if sign == "|":
        return base._replace(flags=(*base.flags, "alternative_unread"))
    return base if base.expression in _R_TEMPLATES else _unread("further_terms", "unknown_id")


def _inside(found: Reading, flags: tuple[str, ...]) -> Reading:
    if found.expression is None:
        return found
    if "several" in flags and not (" OR " in found.expression or " AND " in found.expression):
        return _unread("unparsable")
    return found._replace(flags=(*found.flags, *(f for f in flags if f != "several")))


def _reworded(text: str) -> str:
    """Return a text with ``or later`` as ``+``, ``>= 2`` as ``2+``, ``w/`` as ``with``, ``version 2 of`` put last."""
    text = _WITH_SIGN.sub(" with ", text)
    plain = EXACTLY.sub(r" \1", AT_LEAST.sub(r" \1+", LATER.sub("+", text)))
    if found := _OF.fullmatch(plain):
        return f"{found[3]} {found[1]}{found[2]}"
    return plain


def _said_twice(text: str, depth: int) -> Reading | None:
    """Return the reading of ``The MIT License (MIT)``: a name and its short form, where both say the same."""
    if len(text) > MAX_TWICE or _LOOSELY.search(text) or text.count("(") > 2 or text.count(":") > 2:
        return None
    for pattern in _TWICE:
        if found := pattern.fullmatch(text):
            first, second = _read(found[1].strip(), depth + 1), _read(found[2].strip(), depth + 1)
            return _agreed(first, second) or _agreed(second, first)
    return None


def _agreed(exact: Reading, vague: Reading) -> Reading | None:
    """Return the exact reading where the vague one is equal, its family, or the same without version."""
    if exact.expression is None:
        return None
    if vague.expression == exact.expression:
        return exact._replace(flags=tuple(set(exact.flags) & set(vague.flags)))
    if (
        vague.flags == ("family_only",)
        and vague.family
        and re.match(rf"{re.escape(vague.family)}(?:-|0-)", exact.expression)
    ):
        return exact
    if vague.expression and vague.expression.endswith("-unversioned"):
        stem = vague.expression.removeprefix("LicenseRef-").removesuffix("-unversioned")
        if re.fullmatch(rf"(?:LicenseRef-)?{stem}-\d\.\d(?:-\w+)?", exact.expression):
            return exact
    return None


def _joined(parts: list[Reading], operator: str, flag: str) -> Reading:
    unread = [p for p in parts if p.expression is None]
    if unread:
        first = min(unread, key=lambda p: min((_UNREAD.index(f) for f in p.flags if f in _UNREAD), default=9))
        return _unread(*first.flags)
    flags = [f for p in parts for f in p.flags] + ([flag] if flag else [])
    return Reading(operator.join(f"({p.expression})" for p in parts), tuple(flags))


def _with_address(text: str) -> Reading:
    """Return the reading of a statement with an address in it; words beside it must say the same."""
    found = [url.rstrip(").],;:'*") for url in _URL.findall(text)]
    readings = list(dict.fromkeys(read_address(url) for url in found))
    words = _unwrapped(_URL.sub(" ", text).strip(" ()[]<>.,:;-*"))
    words = " ".join(re.sub(r"\(\s*\)|\[\s*\]|<\s*>", " ", words).split()).strip(" ()[].,:;-")
    by_address = readings[0] if len(readings) == 1 else _joined(sorted(readings, key=str), " AND ", "list_as_and")
    if not words:
        return by_address
    by_name = _read(words)
    if by_address.expression is None:
        others = [other for url in found for other in named_in(url)]
        is_astray = any(names_a_licence(url) for url in found)
        is_astray |= any(not (_agreed(by_name, other) or _agreed(other, by_name)) for other in others)
        return by_name if by_address.flags == ("unknown_id",) and not is_astray else by_address
    if _POINTER.fullmatch(words) or set(words_of(words)) <= {"license", "see", "licensed", "under", "the"}:
        return by_address
    if _LOOSELY.search(words):
        return _unread("unparsable")
    return _agreed(by_address, by_name) or _agreed(by_name, by_address) or _unread("unparsable")


def _is_nested(text: str) -> bool:
    """Tell whether every bracket of a text has its other half, in a bearable number."""
    depth = 0
    for char in text if "(" in text or ")" in text else "":
        depth += (char == "(") - (char == ")")
        if not 0 <= depth <= MAX_BRACKETS:
            return False
    return depth == 0


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
    pieces, start, depth, at = [], 0, 0, 0
    for match in pattern.finditer(text):
        depth += text.count("(", at, match.start()) - text.count(")", at, match.start())
        at = match.start()
        if depth == 0:
            pieces.append(text[start:at].strip())
            start = match.end()
    return [*pieces, text[start:].strip()]
