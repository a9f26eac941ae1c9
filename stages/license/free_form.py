"""Copyright files in free form: what all their paragraphs come to, and whether each of them was understood.

A file called COPYRIGHT, as Debian's packages had one before DEP-5, tells in prose what holds for which part: licence
texts in full, notices (``This program is free software``), sentences such as ``libfoo is under the LGPL, version 2.1``.
All that it names holds. What grants, asks or refuses must be one of these, or a remark that says nothing of its own
(a disclaimer, where the full text is to be found); one passage that is none of them leaves the file not understood.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from licet.stages.license.agree import in_family, stem
from licet.stages.license.expression import All, Leaf, Node, joined, leaves, parse
from licet.stages.license.notice import Notice, in_sentence, sentences
from licet.stages.license.text import identify

MAX_PARAGRAPHS = 400
MAX_RUN = 24
"""Paragraphs of one licence text that are tried: BSD-4-Clause with a line between its clauses has 12."""
MAX_TITLE = 14
"""Words of a title over a licence text."""
_MARKS = re.compile(r"(?m)^[ \t]*(?:/\*+|\*+/|\*(?=\s)|#+(?=\s)|//+|;+|\.(?=[ \t]*$))[ \t]?")
_RULE = re.compile(r"(?m)^[ \t]*[-=*_#~]{4,}[ \t]*$")
_URL = re.compile(r"\w+://\S+")
_NAMES = re.compile(r"\b[AL]?GPL|\bGFDL|\bBSD\b|\bMIT\b|\bMPL\b|\bISC\b|\bCC0\b|\bEPL\b|COPYING|COPYRIGHT\.")
_SPEAKS = re.compile(
    r"licen[cs]|permi(?:ssion|tted|t)\b|redistribut|copyleft|public domain|\bfreely\b|\bfree (?:to|for|of)\b|\bterms\b"
    r"|\bconditions\b|\brestrict|\bmay (?:not )?(?:be )?\w*\s?(?:us|cop|distrib|modif|sold|sell)|\brights?\b"
    r"|\bcommercial\b|\b(?:for|in) (?:research|academic|educational|personal|internal|private)\b"
    r"|non-?commercial|\bpatent|\bmust\b|\bshall\b|\bgrant",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"\bpermission\b|\bredistributions?\b|\bredistribute\b|\bis provided\b|\bgrant\b|\blicen[cs]e\b|\bmay be\b"
    r"|\bcopying\b|\bverbatim\b|\bas long as\b|\bcopyrighted by\b",
    re.IGNORECASE,
)
# What no title says.
_TERMS = re.compile(
    r"\b(?:not|may|must|shall|only|permi\w*|grant\w*|restrict\w*|commercial|academic|research|educational|personal"
    r"|internal|see|same|covered)\b",
    re.IGNORECASE,
)
# Remarks that say nothing of their own: who holds rights, that nothing is warranted, where the full text is.
_SILENT = re.compile(
    r"^\W*(?:copyright|\(c\)|©)\b[^.]{0,300}(?:\.\s*)?(?:all rights reserved)?\W*$|^\W*all rights reserved\W*$"
    r"|\bshould have received a copy\b|\bin the hope that it will be useful\b"
    r"|^\W*see the .{0,60}for (?:more )?details\W*$"
    r"|\b(?:text|copy|version)s? of .{0,160}\b(?:(?:can|may) (?:also )?be (?:found|obtained)"
    r"|is (?:also )?available|in /usr)"
    r"|^\W*(?:see|found in|in)\W+[`'\"]?/usr/share/common-licenses/[\w.+-]+\W*$"
    r"|\bwrite to the free software foundation\b"
    r"|\blicen[cs]e is included in the section (?:entitled|called)\b"
    r"|\byou may obtain a copy of the licen[cs]e\b|^unless required by applicable law\b"
    r"|\bfor the specific language governing\b|\"?as is\"?,? without\b|\bin no event\b|\bdisclaims? (?:all|any)\b"
    r"|\bwithout any warranty\b|\bmakes? no representations?\b"
    r"|^\W*(?:this|it|the) (?:debian )?(?:package|version) was \w+ (?:by|from)\b"
    r"|\bsame (?:terms|licen[cs]es?)\b.{0,60}\babove\b|\bsame licen[cs]es? and copyrights?\b"
    r"|^[^.]{0,80}\b(?:licen[cs]es?|copyrights?|terms|authors?|holders?)\b[^.]{0,40}:$|^\W*licen[cs]es?\W*$",
    re.IGNORECASE,
)
# With one of these a remark says something all the same.
_LIMITS = re.compile(
    r"\bnon-?commercial|\bcommercial\b|\bonly\b|\bmay (?:not|be (?:used|copied|distributed|modified|redistributed))\b"
    r"|\bmust\b|\bprohibit|\bforbid|\bprovided that\b|\bexcept\b"
    r"|\bnot (?:be )?(?:permitted|allowed|used|sold|copied|modified)\b"
    r"|\b(?:for|in) (?:research|academic|educational|personal|internal|private)\b",
    re.IGNORECASE,
)
# What is said of no licence of this work, or of one that is none of those known.
_ASIDE = re.compile(
    r"\b(?:not|never|no longer|formerly|previously|unlike|instead of|rather than|similar|compatible"
    r"|style|(?<!would )like)\b|n't\b",
    re.IGNORECASE,
)
_COMPLIANT = re.compile(
    r"\bMIT (?:X )?(?:Consortium|Press|Lab)\w*|\byou may not use\b.{0,60}\bexcept in compliance with\b", re.IGNORECASE
)
_GRANTS = re.compile(
    r"\blicen[cs](?:e|ed|ing)\b|\bunder\b|\bcovered\b|\bterms\b|\bredistribut|\bin(?:to)? the public domain\b|\bpermi",
    re.IGNORECASE,
)
# Where a licence stands that is named beside it.
_SEE = re.compile(r"^\W*(?:see|read)\b[^.]{0,60}\b(?:COPYING|LICEN[CS]E)(?:[.-]\w+)*\b[^.]{0,40}\W*$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class FreeForm:
    """What a copyright file says: ``is_understood`` is false where a passage on rights is none that could be read.

    ``confidence`` is that of the least sure licence text in it.
    """

    expression: str | None
    is_understood: bool
    confidence: float
    flags: tuple[str, ...]


@lru_cache(maxsize=1024)
def read_free_form(text: str) -> FreeForm:
    """Return what a copyright file says; equal files are looked at once."""
    paragraphs = _paragraphs(text)
    nodes: list[Node] = []
    flags: set[str] = set()
    families: set[str] = set()
    sure, at, is_understood, is_granted = 1.0, 0, len(paragraphs) <= MAX_PARAGRAPHS, False
    while at < len(paragraphs[:MAX_PARAGRAPHS]):
        if run := _text_run(paragraphs, at):
            node, confidence, length = run
            nodes.append(node)
            is_granted = True
            sure, at = min(sure, confidence), at + length
            continue
        for sentence in sentences(paragraphs[at]):
            said = _said(sentence)
            if said is None:
                is_understood = False
                continue
            flags |= set(said.flags)
            is_granted |= said.grants
            families |= set(said.choice) if said.expression is None else set()
            nodes += [node for node in [parse(said.expression or "")] if node is not None]
        at += 1
    found = joined(All, nodes) if nodes else None
    ids = {leaf.id for leaf in leaves(found)} if found is not None else set()
    is_understood = is_understood and all(any(in_family(key, family) for key in ids) for family in families)
    return FreeForm(
        expression=str(found) if found is not None else None,
        is_understood=is_understood and is_granted and found is not None,
        confidence=round(sure, 4),
        flags=tuple(sorted(flags)),
    )


def _paragraphs(text: str) -> list[str]:
    plain = _RULE.sub("", _MARKS.sub("", text.replace("\r\n", "\n")))
    return [p.strip() for p in re.split(r"\n[ \t]*\n", plain) if p.strip()]


def _text_run(paragraphs: list[str], at: int) -> tuple[Node, float, int] | None:
    """Return the licence text that begins with a paragraph, how sure it is, and how many paragraphs it takes.

    Of runs that are the same licence the surest is taken, of others the longest: with its last paragraph MIT is X11.
    """
    if not _OPENS.search(paragraphs[at]):
        return None
    best: tuple[tuple[str, ...], float, int] | None = None
    rest = len(paragraphs) - at
    for length in sorted({*range(1, min(MAX_RUN, rest) + 1), rest}):
        found = identify("\n\n".join(paragraphs[at : at + length]))
        if len(found.ids) != 1 or "unexplained_text" in found.flags:
            continue
        if best is None or found.ids != best[0] or found.confidence > best[1]:
            best = found.ids, found.confidence, length
    if best is None:
        return None
    ids, confidence, length = best
    ends = {at, *range(at + max(1, length - 3), at + length)} if length > MAX_RUN else {at}
    if any(_names_more(paragraphs[n], ids) for n in ends):
        return None
    without = identify("\n\n".join(paragraphs[at + 1 : at + length]))
    if without.ids == ids and without.confidence >= confidence and not _is_title(paragraphs[at]):
        return None
    return joined(All, [Leaf(key) for key in ids]), confidence, length


def _names_more(paragraph: str, ids: tuple[str, ...]) -> bool:
    """Tell whether a paragraph at the edge of a licence text names other licences, so that it is no part of it."""
    nodes = [parse(said.expression) for s in sentences(paragraph) if (said := in_sentence(s)).expression]
    return any(stem(leaf.id) not in {stem(key) for key in ids} for node in nodes if node for leaf in leaves(node))


def _is_title(paragraph: str) -> bool:
    is_sentence = paragraph.endswith((".", "!", "?", ";")) or _TERMS.search(paragraph)
    return len(paragraph.split()) <= MAX_TITLE and not is_sentence


def _said(sentence: str) -> Notice | None:
    """Return what one sentence names: nothing where it says nothing on rights; null where it is not read."""
    told = _COMPLIANT.sub(" ", _URL.sub(" ", sentence))
    is_silent = _SILENT.search(sentence) and not _LIMITS.search(sentence)
    if is_silent or not (_SPEAKS.search(told) or _NAMES.search(told)):
        return Notice(expression=None, choice=(), grants=False, flags=())
    found = in_sentence(sentence, grants=bool(_GRANTS.search(told)))
    if found.expression is not None or found.choice:
        return None if _ASIDE.search(told) else found
    return Notice(expression=None, choice=(), grants=False, flags=()) if _SEE.search(sentence) else None
