"""What the pieces of a licence file say, each by itself: which licence, how sure, and about what.

The first licence text is the project's own. A later one is a component's when its title, its stanza or the sentence
before it says so; otherwise it holds for the project as well. A component is *placed* where its files are named,
*linked* where it is said to be a library beside the files, and else may be anywhere.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from licet.stages.license.about import about, announced, component, is_about_others, title_name
from licet.stages.license.agree import stem
from licet.stages.license.bundle import Piece, pieces_of
from licet.stages.license.expression import All, Leaf, Node, joined, leaves, parse
from licet.stages.license.free_form import read_free_form
from licet.stages.license.normalize import normalize
from licet.stages.license.notice import read_notice
from licet.stages.license.text import SURE, Found, identify

# Words that grant or forbid: text with one is no mere remark beside a licence.
_TERMS = re.compile(
    r"\bpermi(?:ssion|tted)\b|\bgrant(?:s|ed)?\b|\bredistributions?\b|\bredistribute\b|\bmay not\b|\bprovided that\b"
    r"|\bmust\b|\bwarrant|\bshall\b|\bprohibited\b|\brestrict|\bdisclaim|\bcommercial",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\s*(?:\d{1,2}|[a-z])[.)]\s")
_COPYRIGHT = re.compile(r"\W*(?:copyright|\(c\)|©)", re.IGNORECASE)
_GRANTED = re.compile(r"\b(?:licen[cs]ed|released|distributed|available|published|redistribute it|terms of)\b", re.I)
_FIELD = re.compile(r"^\s*licen[cs]e\s*:[ \t]*(\S.*)$", re.IGNORECASE | re.MULTILINE)
# Paragraphs before and after a licence that may be left out to see it alone.
MAX_BEFORE = 6
MAX_AFTER = 3
MAX_HEAD = 800
# A notice that names a licence is short; the Apache one has 600 characters.
MAX_NOTICE = 3_000
# Fewer words than these are a title.
MIN_WORDS = 6


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one piece says: ``expression`` is null where it holds terms that are not known.

    ``about`` is empty for the project itself; ``place`` is where a component is: ``anywhere``, ``placed`` (at
    ``paths``), ``linked``, or ``referred`` for a text that is only quoted in full for a licence named above.
    """

    text: str
    first: int
    last: int
    expression: str | None
    confidence: float
    flags: tuple[str, ...]
    about: str = ""
    place: str = "anywhere"
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Read:
    node: Node | None
    confidence: float
    flags: tuple[str, ...]
    head: str
    has_terms: bool


@lru_cache(maxsize=1024)
def read_parts(text: str, name: str) -> tuple[Part, ...]:
    """Return the parts of the licence file called ``name``; equal files are looked at once."""
    found: list[Part] = []
    pieces = pieces_of(text)
    is_list = sum(bool(title_name(piece.text, is_list=False)) for piece in pieces) > 1
    # A file called after third parties speaks for them only.
    base = component(name, "", ()) if is_about_others(name) else None
    pending = base
    has_project = base is not None
    for piece in pieces:
        read = _read(piece)
        head = " ".join(read.head.split())
        told = None if read.has_terms else announced(head)
        if not read.has_terms:
            pending = told or base
            if pending is not None and pending.place == "referred" and not any(p.about for p in found):
                pending = base
            if read.node is None:
                continue
        part = Part(
            text=piece.text,
            first=piece.first,
            last=piece.last,
            expression=str(read.node) if read.node is not None else None,
            confidence=read.confidence,
            flags=read.flags,
        )
        # A text quoted in full is about what was named above, whatever its title.
        is_quoted = pending is not None and pending.place == "referred" and not piece.name
        own = None
        if has_project and not is_quoted:
            own = told or about(piece, head, is_list=is_list)
        if has_project and (meant := own or pending):
            part = replace(part, about=meant.name, place=meant.place, paths=meant.paths)
        is_spent = own or not has_project or (pending and pending.place == "placed")
        pending = base if is_spent and not told else pending
        has_project = True
        found.append(part)
    return tuple(found)


def _read(piece: Piece) -> _Read:
    """Return what one piece says: by its text, by its stanza's field, or by a notice in it."""
    found = alone(piece.text)
    head = _head(piece.text)
    node: Node | None = joined(All, [Leaf(key) for key in found.ids]) if found.ids else None
    said = normalize(piece.license) if piece.license else None
    stated = parse(said.expression) if said and said.expression else None
    has_terms = len(re.findall(r"\w+", piece.text)) >= MIN_WORDS and bool(_TERMS.search(piece.text))
    if node is not None:
        if stated is not None:
            mine, theirs = {stem(x.id) for x in leaves(node)}, {stem(x.id) for x in leaves(stated)}
            node = stated if mine == theirs else joined(All, [node, stated])
        return _Read(node, found.confidence, found.flags, head, has_terms=True)
    if any(flag.startswith("restrictive_words") for flag in found.flags):
        return _Read(None, 0.0, found.flags, head, has_terms=True)
    if stated is not None:
        return _Read(stated, 1.0, (), head, has_terms=True)
    if field := _FIELD.search(piece.text):
        named = normalize(field[1].strip())
        node = parse(named.expression) if named.expression else None
        return _Read(node, float(node is not None), named.flags, piece.text[: field.start()], has_terms=True)
    if len(piece.text) > MAX_NOTICE or not _GRANTED.search(piece.text):
        return _Read(None, 0.0, found.flags, head if has_terms else piece.text, has_terms)
    notice = read_notice(piece.text)
    if notice.grants and notice.expression is not None and not notice.choice:
        # A sentence may be of one text among several in the piece.
        notice = replace(notice, expression=read_free_form(piece.text).expression or notice.expression)
    if notice.grants and notice.expression is not None and not has_terms:
        return _Read(parse(notice.expression), 1.0, notice.flags, piece.text, has_terms=False)
    if notice.grants and notice.expression is not None:
        before = re.split(r"(?i)\blicensed under\b|\blicen[sc]e\s*:", piece.text)[0]
        return _Read(parse(notice.expression), 1.0, notice.flags, before, has_terms=True)
    return _Read(None, 0.0, found.flags, head if has_terms else piece.text, has_terms)


def _head(text: str) -> str:
    """Return what stands before the licence in a piece: up to its copyright line, or its first terms."""
    kept: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text)[:MAX_AFTER]:
        if _TERMS.search(paragraph) or _COPYRIGHT.match(paragraph) or _NUMBERED.match(paragraph):
            break
        kept.append(re.split(r"\n(?=\W*(?i:copyright)\b)", paragraph)[0])
    return "\n".join(kept)[:MAX_HEAD]


def alone(text: str) -> Found:
    """Return what `identify` finds once remarks before and after the licence are left out.

    Nothing that grants or forbids is left out, so what is found explains all the terms that are there.
    """
    best = identify(text)
    if best.confidence >= SURE or any(flag.startswith("restrictive_words") for flag in best.flags):
        return best
    paragraphs = [p for p in re.split(r"\n\s*\n", text) if p.strip()]
    start = 0
    for first in range(1, min(MAX_BEFORE + 1, len(paragraphs))):
        if _TERMS.search(paragraphs[first - 1]) or best.confidence >= SURE:
            break
        found = identify("\n\n".join(paragraphs[first:]))
        if found.confidence > best.confidence:
            best, start = found, first
    for last in range(len(paragraphs) - 1, max(start, len(paragraphs) - 1 - MAX_AFTER), -1):
        if _TERMS.search(paragraphs[last]) or best.confidence >= SURE:
            break
        found = identify("\n\n".join(paragraphs[start:last]))
        if found.confidence > best.confidence:
            best = found
    return best
