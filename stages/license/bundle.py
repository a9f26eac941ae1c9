"""A licence file as the pieces it was put together from: by rules, stanzas and titles, without reading the licences.

Files of packages hold the project's licence and after it those of what is bundled: cut by rules (``----``,
``= = = =``), as stanzas (``Name:``, ``Files:``, ``License:`` as numpy and DEP-5 write them), under titles (an
underlined name, ``** name; version``), with a sentence before each that says which files are meant.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

_RULE = re.compile(r"\s*([-=*_#~])(?:\s?\1){3,}\s*")
_FIELD = re.compile(
    r"(Name|Files?|Location|Path|Component|Package|Library|Project|Description|Availability|Licen[sc]e|Copyright"
    r"|Source|Homepage|Home page|Version)\s*:\s*(.*)",
    re.IGNORECASE,
)
_OPENING = ("name", "file", "files", "component", "package", "library", "project", "location")
_PATH_FIELDS = ("file", "files", "location", "path")
_NAME_FIELDS = ("name", "component", "package", "library", "project")
_AWS = re.compile(r"\*\* \S.{0,120}(?:;|--|https?:)")
_ATX = re.compile(r"#{1,4}\s+(\S.{0,100})")
# A title with one of these is of the licence itself.
_LEGAL = re.compile(
    r"licen[cs]|terms|condition|agreement|copyright|preamble|notice|disclaim|warrant|definition|history|appendix|exhibit"
    r"|\bgrant|permission",
    re.IGNORECASE,
)
# What the licence of CPython tells of its past before its terms: no terms, and part of no SPDX text.
_HISTORY = re.compile(r"^A\. HISTORY OF THE SOFTWARE$.*?(?=^B\. TERMS AND CONDITIONS FOR ACCESSING)", re.M | re.S)
MAX_TITLE = 100
MAX_PIECES = 400


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One piece of a licence file: its lines ``first`` to ``last`` (from 1), and what its head says of it.

    ``name`` is of the component that a title or stanza names, ``paths`` and ``license`` are a stanza's fields.
    """

    text: str
    first: int
    last: int
    name: str = ""
    paths: tuple[str, ...] = ()
    license: str = ""


@lru_cache(maxsize=1024)
def pieces_of(text: str) -> tuple[Piece, ...]:
    """Return the pieces of a licence file in order; one where nothing cuts it, none for an empty file."""
    text = _HISTORY.sub(lambda found: "\n" * found[0].count("\n"), text)
    lines = text.splitlines()
    cuts = _cuts(lines)[:MAX_PIECES]
    bounds = sorted({0, *cuts, len(lines)})
    found = [_piece(lines, first, last) for first, last in pairwise(bounds)]
    return tuple(piece for piece in found if piece is not None)


def _cuts(lines: list[str]) -> list[int]:
    """Return the lines that begin a piece."""
    style = next((n for n in range(len(lines)) if _is_rule(lines[n]) and not _is_underline(lines, n)), None)
    title = next((n for n in range(len(lines)) if _title(lines, n)), len(lines))
    by_title = style is None or title < style
    cuts = []
    for n, line in enumerate(lines):
        is_after_gap = n == 0 or not lines[n - 1].strip() or _is_rule(lines[n - 1])
        is_cut = style is not None and _is_like(line, lines[style]) and not _is_underline(lines, n)
        is_stanza = is_after_gap and _opens_stanza(lines, n)
        is_titled = is_after_gap and (bool(_AWS.match(line)) or (by_title and bool(_title(lines, n))))
        if is_cut or is_stanza or is_titled:
            cuts.append(n)
    return cuts


def _is_rule(line: str) -> bool:
    return _RULE.fullmatch(line) is not None


def _is_like(line: str, style: str) -> bool:
    """Tell whether a line is a rule drawn like another: of one sign, about as long."""
    if not _is_rule(line):
        return False
    drawn, other = line.strip(), style.strip()
    return drawn[0] == other[0] and 4 * len(other) <= 5 * len(drawn) and 4 * len(drawn) <= 5 * len(other)


def _is_underline(lines: list[str], n: int) -> bool:
    """Tell whether a rule belongs to the title above it."""
    above = lines[n - 1].strip() if n else ""
    before = lines[n - 2] if n > 1 else ""
    if not above or _is_rule(above):
        return False
    return _is_rule(before) or (not before.strip() and abs(len(above) - len(lines[n].strip())) <= 3)


def _opens_stanza(lines: list[str], n: int) -> bool:
    """Tell whether a line is the first field of a stanza: another follows within six lines."""
    opening = _FIELD.match(lines[n])
    if not opening or opening[1].lower() not in _OPENING:
        return False
    return any((more := _FIELD.match(line)) and more[1].lower() != opening[1].lower() for line in lines[n + 1 : n + 7])


def _title(lines: list[str], n: int) -> str:
    """Return the name in a title on a line, underlined or after ``#``; empty where the title is of a licence."""
    line = lines[n].strip()
    if not line or len(line) > MAX_TITLE or _is_rule(line):
        return ""
    marked = _ATX.fullmatch(line)
    under = n + 1 < len(lines) and _is_rule(lines[n + 1]) and _is_underline(lines, n + 1)
    title = marked[1] if marked else line if under else ""
    return "" if _LEGAL.search(title) else title


def _piece(lines: list[str], first: int, last: int) -> Piece | None:
    while first < last and (not lines[first].strip() or _is_rule(lines[first])):
        first += 1
    while last > first and (not lines[last - 1].strip() or _is_rule(lines[last - 1])):
        last -= 1
    if first == last:
        return None
    body = lines[first:last]
    name, stated = "", ""
    paths: tuple[str, ...] = ()
    if _opens_stanza(lines, first):
        name, paths, stated, length = _fields(body)
        body = body[length:]
    elif _AWS.match(body[0]):
        name = re.split(r";|--|https?:", body[0][3:])[0].strip()
        body = body[1:]
    elif title := _title(lines, first):
        name = title
        body = body[1:]
    return Piece(text="\n".join(body), first=first + 1, last=last, name=name, paths=paths, license=stated)


def _fields(body: list[str]) -> tuple[str, tuple[str, ...], str, int]:
    """Return name, paths and licence that a stanza's fields state, and how many lines the fields take."""
    name, stated, length = "", "", 0
    paths: list[str] = []
    for length, line in enumerate(body):  # noqa: B007
        field = _FIELD.match(line)
        if field is None:
            break
        key, value = field[1].lower(), field[2].strip()
        if key in _NAME_FIELDS:
            name = name or value
        elif key in _PATH_FIELDS:
            paths += [path for path in re.split(r"[,\s]+", value) if path]
        elif key in ("license", "licence"):
            stated = value
    else:
        length = len(body)
    return name, tuple(paths), stated, length
