"""File notices: the comment at the head of a file that grants, reserves or refuses, in words.

"Licensed under the Apache License, Version 2.0", the permission of the GNU licences, a whole MIT licence within a
comment, "All rights reserved. Confidential". Only the comment that a file begins with counts, or in a text without
one a sentence near its beginning on this very file, document or work; what a book says of licences further down is
no notice. A mere reference ("see the LICENSE file") is no statement of its own: what it refers to is read elsewhere.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa

from licet.schemas.evidence import Claim
from licet.stages.license import _heads
from licet.stages.license._heads import HEAD, PROSE
from licet.stages.license.expression import All, Any, Leaf, Node, joined, leaves, parse
from licet.stages.license.needed import Wordings
from licet.stages.license.nobody import RESERVED, of_nobody
from licet.stages.license.notice import read_notice
from licet.stages.license.own_terms import OWN, has_own_terms, words_terms
from licet.stages.license.phrases import elements_in, restrictions_in
from licet.stages.license.text import covered_by, identify

_MARKS = re.compile(
    r"(?m)^[ \t]*(?:/\*+!?|\*+/|<!--+|--+>|\"\"\"|'''|\{-|-\}|\(\*+|\*+\)|--\[\[|--\]\]|<%--|--%>|\{#|#\}|#\||\|#|"
    r"=begin|=end|//+!?|#+!?|;+|%+|--+|\.\.(?=\s)|(?:(?i:@?rem)|dnl|::|@c(?:omment)?)(?=\s|$)|\*+|!+|'+|\"(?=\s)|"
    r"\.?\\\"|\||[cC](?=\s))[ \t]?"
)
_BLOCKS = {
    "/*": "*/",
    "<!--": "-->",
    '"""': '"""',
    "'''": "'''",
    "{-": "-}",
    "(*": "*)",
    "--[[": "]]",
    "<%--": "--%>",
    "{#": "#}",
}
_OPENERS = tuple(_BLOCKS)
_SPEAKING = (
    r"copyright|\(c\)|©|licen[sc]e|permission|permitted|all rights|proprietary|confidential|public domain|GPL\b|"
    r"\bMIT\b|free software|redistribut|warrant"
)
# What these begin with is looked for first: most letters are none of it.
_SPEAKS = re.compile(rf"(?=[c(©lpagmfrw])(?:{_SPEAKING})", re.IGNORECASE)
_CLOSING = re.compile(r"(?m)(?=[ \t*\-\"'#|])[ \t]*(?:\*+/|-->|\"\"\"|'''|-\}|\*+\)|#\}|\|)[ \t]*$")
_ABOUT_THIS = re.compile(
    r"\bthis\s+(?:e-?book|electronic\s+book|book|work|file|document|text|article|paper|report|publication|"
    r"page|documentation|manual|guide|transcript)\b[^.\n]{0,80}?\b(?:licen[sc]ed|released|distributed|"
    r"(?:made\s+)?available|published)\b.{0,40}?\b(?:under|by|with)\b",
    re.IGNORECASE | re.DOTALL,
)
# "Foo is free software", "Foo is licensed under": in a file's head the subject is the file, or what it is a part of.
_IS_GIVEN = r"(?:is|are)\s+(?:free\s+software|(?:dual[- ])?licen[sc]ed|(?:released|distributed|available)\s+under)\b"
_GIVES = r"licenses\s+(?:this|the)\s+(?:file|work|software|code)\s+(?:to\s+you\s+)?(?=under\b)"
_SUBJECT = re.compile(
    r"(?im)(?:^|(?<=[.:;] ))(?:(?!\b(?:which|that|who|uses?|using|based|derived|from|includes?|contains?)\b)[^\n.:;])"
    rf"{{1,60}}?[ \t\n](?={_IS_GIVEN})|(?:\b\w+\s+){{1,5}}{_GIVES}"
)
_IS_SUBJECT = re.compile(rf"(?=[ial])(?:{_IS_GIVEN}|{_GIVES})", re.IGNORECASE)
# What grants in words that name no licence, or speak of no subject, and how it is read.
_SAYINGS: tuple[tuple[Wordings, str], ...] = (
    (
        Wordings(
            re.IGNORECASE,
            (
                r"\b(?:under|on|by|with)\s+(?:exactly\s+)?the\s+same\s+terms\s+as\s+Perl\b(?:\s+(?:5|itself))*",
                "same",
                "perl",
            ),
        ),
        "under the terms of either Artistic-1.0-Perl or GPL-1.0-or-later",
    ),
    (
        Wordings(
            re.IGNORECASE,
            (r"\b(?:under|on|by|with)\s+the\s+same\s+terms\s+as\s+Vim\b(?:\s+itself)?", "same", "vim"),
        ),
        "under the terms of the Vim License",
    ),
    (
        Wordings(re.IGNORECASE, (r"\blicen[sc]e:[ \t]*same[ \t]+as[ \t]+Vim\b", "same", "vim")),
        "This file is licensed under the Vim License",
    ),
    (
        Wordings(
            re.IGNORECASE,
            (
                r"\b(?:this|the)\s+(?:file|work|code|program|software|module|stylesheet|document|text)\s+(?:is|has\s+been|was)"
                r"\s+(?:hereby\s+)?(?:put|placed|released|donated)?\s*(?:in|into|to)\s+the\s+public\s+domain\b",
                "public",
                "domain",
            ),
        ),
        "This file is licensed under Public Domain",
    ),
    (
        Wordings(
            re.IGNORECASE | re.MULTILINE,
            (
                r"(^[^\n]*(?:copyright|\(c\)|©)[^\n]*\n|\n[ \t]*\n)[ \t]*(?=(?:dual[- ])?(?:licen[sc]ed|released|"
                r"distributed)\s+under\b)",
                "licensed licenced released distributed",
                "under",
            ),
        ),
        r"\1\n\nThis file is ",
    ),
)
_TAG = re.compile(
    r"(?im)^[ \t]*(?:@licen[sc]e|:?licen[sc]e:)[ \t]*(?P<name>[^\n]{2,80})$",
)
_ALTERNATIVELY = re.compile(r"\b(?:alternatively\s*,|alternatively\b(?=\s+(?:this|the|you|it)\b))", re.IGNORECASE)
_GRANT = re.compile(
    r"licen[sc]ed|licen[sc]e\s*:|@licen[sc]e|permission\s+(?:is|to)\b|free\s+software|under\s+the\s+terms|released\s+under|"
    r"distributed\s+under|public\s+domain|redistribut",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\b(?:see|found\s+in|in|file|accompany\w*|included?|refer\s+to|read)\s[^\n]{0,60}?\b(?:licen[sc]e|copying|copyright|notice|readme)\b"
    r"|\blicen[sc]e(?:\.\w+)?\s+file\b|\b(?:LICEN[SC]E|COPYING)\b",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"\bproprietary\s+(?:and|&|/|or|information|software|code|material|property|licen[sc]e)|\bconfidential\s+(?:and|&|/|information|property|material)"
    r"|\b(?:strictly|company|is|and)\s+confidential\b|\btrade\s+secret|\bunauthori[sz]ed\s+(?:copying|use|reproduction|distribution|disclosure)"
    r"|\bmay\s+not\s+be\s+(?:copied|reproduced|disclosed|used|redistributed)\b[^.]{0,80}\bwithout\b|\bfor\s+internal\s+use\s+only\b"
    r"|\b(?:do\s+not|not\s+(?:for|to\s+be))\s+(?:re)?distribut",
    re.IGNORECASE,
)
# What makes a licence that is named another one: conditions added to it, or parts left out of it.
_QUALIFIED = re.compile(
    r"\bmodified\s+(?:version|form|copy)\s+of\s+the\b[^.]{0,60}\blicen[sc]e|\bwith\s+(?:the\s+|an?\s+|some\s+)?(?:following\s+)?"
    r"(?:addition(?:al)?|special|extra|further)\b[^.]{0,40}\b(?:condition|restriction|limitation|clause|requirement)"
    r"|\brestricts\s+the\s+use|\bcan(?:not|'t)\s+be\s+used\s+(?:for|to|in|by)\b|\byou\s+(?:may|can)\s*(?:not|'t)\s+(?:sell|resell)\b"
    r"|\blicen[sc]e[sd]?\b[^.]{0,80}\bexcept\s+(?:for|where|as|that)\b",
    re.IGNORECASE,
)
# A work that is merely used, and under what it is released.
_USED = re.compile(
    r"\b(?=[urndcwb])(?:uses?|using|requires?|needs?|depends?\s+on|calls?|wraps?|wrapper\s+(?:for|around)|"
    r"bindings?\s+(?:for|to))\b"
    r"[^.]{0,80}?\b(?:which|that)\s+(?:is|are)\s+[^.]{0,200}",
    re.IGNORECASE,
)
_LINKING = re.compile(r"If you modify this program, or any covered work, by linking.*?(?=\n\s*\n|$)", re.I | re.S)
_CC_URL = re.compile(r"creativecommons\.org/licenses/(?P<elements>[a-z-]+)/", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class FileNotice:
    """What the comment at a file's head says of its licence.

    ``expression`` is null where no licence is named for certain; ``choice`` has the ids and families between which
    the reader may choose; ``grants`` is false where nothing is granted or refused: no statement then. Flags besides
    those of `read_notice` and `identify`: ``all_rights_reserved``, ``restrictive_words:proprietary``.
    """

    expression: str | None
    choice: tuple[str, ...]
    grants: bool
    confidence: float
    flags: tuple[str, ...]


NOTHING = FileNotice(expression=None, choice=(), grants=False, confidence=0.0, flags=())


def with_notice(text: pa.Array) -> list[int]:
    """Return the rows that may begin with a notice, found without making Python strings."""
    return marked_rows(text, _heads.mark_rows)


def marked_rows(text: pa.Array, mark: Callable[[_heads.U8, _heads.I64, _heads.U8], None]) -> list[int]:
    """Return the rows that a kernel marks: it gets the bytes of the column, where rows begin, and a mark for each."""
    if not len(text):
        return []
    if not pa.types.is_string(text.type) and not pa.types.is_large_string(text.type):
        text = text.cast(pa.large_string())
    _, offsets, data = text.buffers()
    if data is None:
        return []
    kind = np.int64 if pa.types.is_large_string(text.type) else np.int32
    starts = np.frombuffer(offsets, kind)[text.offset : text.offset + len(text) + 1].astype(np.int64)
    marked = np.zeros(len(text), np.uint8)
    mark(np.frombuffer(data, np.uint8), starts, marked)
    found: list[int] = np.flatnonzero(marked).tolist()
    return [row for row in found if text[row].is_valid] if text.null_count else found


def notice_claims(text: str) -> tuple[Claim, ...]:
    """Return the claim of the notice that a text begins with, if it says anything of its own."""
    raw, lines = _head(text)
    if not raw or not read_file_notice(raw).grants:
        return ()
    return (Claim(kind="file_notice", raw=raw, locator=f"#lines={lines}"),)


def _head(text: str) -> tuple[str, str]:
    """Return the part of the comment a text begins with that speaks of rights, or its sentence on itself; its lines."""
    data = text[: 2 * HEAD].encode("utf-8", "replace")
    view = np.frombuffer(data, np.uint8)
    end = _heads.comment_end(view, 0, len(data)) if data else 0
    if end:
        head = data[:end].decode("utf-8", "replace")
        blocks = _blocks(head)
        is_ascii = len(head) == end
        speaking = [
            number
            for number, (begin, stop) in enumerate(blocks)
            if (not is_ascii or _heads.may_speak(view, begin, stop)) and _SPEAKS.search(head, begin, stop)
        ]
        if not speaking or blocks[speaking[0]][0] > HEAD:
            return "", ""

        def has_terms(begin: int, stop: int) -> bool:
            # What is left of a comment without its marks has no words that the comment has not.
            may_have = not is_ascii or OWN.may_be_within(view, begin, stop)
            return may_have and words_terms(_bare(head[begin:stop]))

        # What is between the first and the last that speaks is taken along, whatever it says.
        before = (n for n in range(speaking[0]) if has_terms(*blocks[n]))
        after = (n for n in range(len(blocks) - 1, speaking[-1], -1) if has_terms(*blocks[n]))
        first = blocks[next(before, speaking[0])][0]
        last = blocks[next(after, speaking[-1])][1]
    else:
        head = text
        match = _ABOUT_THIS.search(text[:PROSE])
        if not match:
            return "", ""
        first = text.rfind("\n\n", 0, match.start()) + 1
        last = text.find("\n\n", match.end())
        last = last if 0 <= last < match.end() + PROSE else match.end() + PROSE
    whole = head[first:last]
    raw = whole.strip("\r\n")
    line = head.count("\n", 0, first + whole.index(raw)) + 1
    return raw, f"{line}-{line + raw.count(chr(10))}"


def _blocks(head: str) -> list[tuple[int, int]]:
    """Return where the blocks of a comment begin and end: cut at blank lines outside blocks, and where a block ends."""
    found: list[tuple[int, int]] = []
    begin, at, closer = 0, 0, ""
    for line in head.splitlines(keepends=True):
        bare = line.strip()
        is_block = not closer and bare.startswith(_OPENERS)
        opener = next(mark for mark in _OPENERS if bare.startswith(mark)) if is_block else ""
        if (opener or (not bare and not closer)) and at > begin:
            found.append((begin, at))
            begin = at
        closer = closer or _BLOCKS.get(opener, "")
        at += len(line)
        if closer and closer in (bare[len(opener) :] if opener else bare):
            closer = ""
            found.append((begin, at))
            begin = at
    if at > begin:
        found.append((begin, at))
    return found


@lru_cache(maxsize=8192)
def read_file_notice(raw: str) -> FileNotice:
    """Return what a file's head says of its licence; `NOTHING` where it only refers, or does not speak of one.

    Who holds the copyright since when, and what file it was made from, changes nothing, so notices that differ in
    that are read once.
    """
    return _read_notice(of_nobody(raw))


@lru_cache(maxsize=4096)
def _read_notice(raw: str) -> FileNotice:
    spoken = [raw[first:last] for first, last in _blocks(raw) if _SPEAKS.search(raw, first, last)]
    body = _bare("\n".join(spoken))
    words = re.findall(r"[a-z0-9]+", body.lower())
    restricted = restrictions_in(words)
    read = _read(body)
    if read is not None and read.expression and _words_more(body, words, read.expression):
        return FileNotice(expression=None, choice=(), grants=True, confidence=0.0, flags=("ambiguous:CC",))
    if read is not None and (_QUALIFIED.search(body) or _takes_back(raw, read)):
        return _refused("restrictive_words:qualified")
    if read is not None:
        return read
    if _SECRET.search(body):
        return _refused("restrictive_words:proprietary", *(f"restrictive_words:{r}" for r in restricted))
    if restricted and _GRANT.search(body):
        return _refused(*(f"restrictive_words:{r}" for r in restricted))
    if _REFERENCE.search(body):
        return NOTHING
    if RESERVED.search(body) and not _GRANT.search(body):
        return _refused("all_rights_reserved")
    return NOTHING


def _bare(comment: str) -> str:
    """Return a comment without its marks, and without what it says of other works and of linking."""
    return _USED.sub("", _LINKING.sub("", _CLOSING.sub("", _MARKS.sub("", comment))))


def _takes_back(raw: str, read: FileNotice) -> bool:
    """Tell whether any paragraph of the comment, whatever it speaks of, has terms beside the licences granted."""
    node = parse(read.expression) if read.expression else None
    whole = _bare(raw)
    ids = tuple(leaf.id for leaf in leaves(node)) if node else ()
    return words_terms(whole) and has_own_terms(*covered_by(whole, ids))


def _words_more(body: str, words: list[str], expression: str) -> bool:
    """Tell whether a Creative Commons element is worded that none of the licences named has."""
    if "CC-BY" not in expression:
        return False
    worded = set(elements_in(" ".join(words)).split())
    for match in _CC_URL.finditer(body):
        worded |= set(match["elements"].lower().split("-")) & {"nc", "nd", "sa"}
    return not worded <= set(expression.lower().replace("-", " ").split())


def _subject(match: re.Match[str]) -> str:
    return "This file is licensed " if "licenses" in match[0] else "This file "


def _refused(*flags: str) -> FileNotice:
    return FileNotice(expression=None, choice=(), grants=True, confidence=1.0, flags=tuple(sorted(set(flags))))


def _read(body: str) -> FileNotice | None:
    """Return what is granted: the licence texts in full, and what sentences name; alternatives are a choice."""
    parts = _ALTERNATIVELY.split(body)
    if len(parts) > 1 and len(parts) < 5:
        read = [_read_one(part) for part in (parts[0], *("This file: " + part for part in parts[1:]))]
        nodes = [parse(it.expression) for it in read if it is not None and it.expression]
        if len(nodes) == len(parts) and all(nodes):
            return FileNotice(
                expression=str(joined(Any, [node for node in nodes if node is not None])),
                choice=(),
                grants=True,
                confidence=min(it.confidence for it in read if it is not None),
                flags=tuple(sorted({flag for it in read if it is not None for flag in it.flags})),
            )
    return _read_one(body)


def _read_one(body: str) -> FileNotice | None:
    found = identify(body)
    if found.flags and any(flag.startswith("ambiguous:") for flag in found.flags):
        return FileNotice(expression=None, choice=(), grants=True, confidence=0.0, flags=found.flags)
    if "restrictive_words:changed" in found.flags:
        return _refused("restrictive_words:changed")
    for said_so, meant in _SAYINGS:
        body = said_so.sub(meant, body)
    body = _TAG.sub(r"This file is licensed under \g<name>.", body)
    said = read_notice(_SUBJECT.sub(_subject, body) if _IS_SUBJECT.search(body) else body, mentions=False)
    named = parse(said.expression) if said.grants and said.expression else None
    if named is not None:
        named = _without_echoes(named)
    if found.ids:
        texts: Node = joined(All, [Leaf(key) for key in found.ids])
        is_covered = named is None or all(key in str(named) for key in found.ids)
        node = texts if named is None else named if is_covered else joined(All, [texts, named])
        return FileNotice(
            expression=str(node),
            choice=said.choice if said.grants else (),
            grants=True,
            confidence=found.confidence,
            flags=found.flags,
        )
    if said.grants and (said.expression or said.choice):
        return FileNotice(
            expression=str(named) if named else None, choice=said.choice, grants=True, confidence=1.0, flags=said.flags
        )
    return None


def _without_echoes(node: Node) -> Node:
    """Return a conjunction without the later mention of a version that was granted with all later ones."""
    if not isinstance(node, All):
        return node
    later = {str(it).removesuffix("-or-later") for it in node.branches if str(it).endswith("-or-later")}
    return joined(All, [it for it in node.branches if str(it).removesuffix("-only") not in later])
