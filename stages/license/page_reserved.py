"""What stands against a page's licence marks: a footer in which all rights are reserved, and nothing is excepted.

A page without marks says so too, and so speaks against copies of its text elsewhere; there the footer is looked for
in the page's last bytes alone, without parsing it.
"""

import re
from html import unescape

from resiliparse.parse.html.node import ElementNode

from licet.stages.license.page_names import ANY_NAME
from licet.stages.license.page_scope import place_of
from licet.stages.license.page_text import Sought, blocks_with, text_of
from licet.stages.license.page_words import OPEN, RESERVED, reservation

_SHORT = 300
_RESERVED = Sought(
    (
        "rights reserved",
        "rights are reserved",
        "vorbehalten",
        "réservés",
        "reservés",
        "reserves",
        "derechos reservados",
        "direitos reservados",
        "riservati",
        "voorbehouden",
        "zastrze",
        "защищены",
        "版权所有",
        "保留所有权利",
        "無断転載",
        "förbehållna",
        "no part of this",
    ),
    RESERVED,
)
TAIL = 6_000
"""Bytes at the end of a page in which a footer is looked for: room for one, and for the scripts behind it."""
_HIDDEN = re.compile(r"<(script|style|noscript)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(r"</?(?:p|div|li|ul|td|tr|table|footer|section|address|center|br|hr|h[1-6])\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_COPYRIGHT = re.compile(r"©|\(c\)|copyright", re.IGNORECASE)
_PROHIBITS = re.compile(r"no part of", re.IGNORECASE)
RESERVED_WORDS = "All rights reserved"


def reserved_at_end(markup: bytes) -> str | None:
    """Return the words in a page's last bytes that reserve all rights beside a copyright sign; null where none do."""
    tail = _HIDDEN.sub(" ", markup[-TAIL:].decode("utf-8", errors="replace"))
    for block in _BLOCK.split(tail):
        text = " ".join(unescape(_TAG.sub(" ", block)).split())
        if len(text) < _SHORT and _COPYRIGHT.search(text) and (words := reservation(text)):
            return words
    return None


def against(body: ElementNode | None, page: str, *, is_told: bool) -> list[tuple[str, str]]:
    """Return statements of the page that reserve all rights, with where they stand; at most one.

    Where words beside a mark say that the text is licensed (``is_told``), the phrase is what templates print; only a
    prohibition to reproduce stands against them.
    """
    if body is None:
        return []
    for node in blocks_with(body, _RESERVED):
        text = text_of(node)
        words = reservation(text)
        if words is None or (is_told and not _PROHIBITS.match(words)):
            continue
        place = place_of(node, page)
        is_notice = place.region == "footer" or (
            place.region == "body" and len(text) < _SHORT and _COPYRIGHT.search(text)
        )
        if is_notice and not (OPEN in text and ANY_NAME.search(text) and is_told):
            return [(RESERVED_WORDS, f"#footer {words.lower()}")]
    return []
