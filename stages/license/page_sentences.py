"""Licences that the sentences of a page name without a link, each with what it covers."""

import re
from dataclasses import replace

from resiliparse.parse.html.node import ElementNode

from licet.stages.license.page_anchors import MAX_BLOCK, Mark, is_under_heading
from licet.stages.license.page_names import ANY_NAME, named, other_named
from licet.stages.license.page_scope import Place, place_of
from licet.stages.license.page_text import Sought, blocks_with, text_of
from licet.stages.license.page_words import OPEN, clause_of, clauses, credits_somebody, restricts

_NAMES = Sought(
    (
        "creative",
        "cc by",
        "cc-by",
        "cc\xa0by",
        "cc_by",
        "ccby",
        "cc0",
        "cc zero",
        "cc-zero",
        "government licen",
        "documentation licen",
        "クリエイティブ",
        "知识共享",
        "創用",
    ),
    ANY_NAME,
)


def in_words(body: ElementNode, page: str, own: frozenset[str]) -> list[Mark]:
    """Return the licences that sentences name where no mark of an element says so."""
    marks: list[Mark] = []
    for node in blocks_with(body, _NAMES):
        text = text_of(node)[:MAX_BLOCK]
        place = place_of(node, page)
        if OPEN in text or (place.block is not None and place.block.tag != "body" and OPEN in (place.block.text or "")):
            continue
        marks += [m for sentence in clauses(text) for m in _told(sentence, place, node, own)]
    return marks


def _told(sentence: str, place: Place, node: ElementNode, own: frozenset[str]) -> list[Mark]:
    ids = named(sentence)
    if len(ids) > 1:
        pieces = re.split(r",|(?<!\w)(?:and|while|und|et|y|e)(?!\w)", sentence)
        if len(pieces) > 1 and all(len(named(p)) <= 1 for p in pieces):
            return [m for piece in pieces for m in _told(piece, place, node, own)]
        return [Mark(kind="html_text", raw=key, locator="#words on several") for key in ids]
    match = ANY_NAME.search(sentence)
    other = other_named(sentence) if not ids else None
    if match is None or not (ids or other):
        return []
    raw = ids[0] if ids else str(other)
    said = clause_of(sentence, match.start())
    part = Mark(kind="html_text", raw=raw, locator="#words of a part")
    if place.region == "part" or said.subject == "part" or said.is_foreign:
        return [part]
    if restricts(sentence, raw):
        return [replace(part, is_taken_back=True)]
    is_told = said.subject == "text" and said.is_grant
    is_plain = len(re.findall(r"\w+", sentence)) <= 12
    is_certain = said.subject == "text" and (said.is_grant or place.region == "footer")
    if not is_certain and credits_somebody(sentence[: match.start()], own):
        return [part]
    heading = is_under_heading(node) or is_under_heading(place.block)
    if said.is_of_page or (place.region == "footer" and (is_told or (ids and (said.is_grant or is_plain)))):
        where = "footer" if place.region == "footer" else "body"
        return [Mark(kind="html_anchor", raw=raw, locator=f"#words in {where}", is_told=is_told)]
    if heading and ids and place.region == "body" and (is_plain or said.is_grant):
        return [Mark(kind="html_anchor", raw=raw, locator="#words under heading", is_told=is_told)]
    return [part]
