"""What stands against a page's licence marks: a footer in which all rights are reserved, and nothing is excepted."""

import re

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
_PROHIBITS = re.compile(r"no part of", re.IGNORECASE)
RESERVED_WORDS = "All rights reserved"


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
            place.region == "body" and len(text) < _SHORT and re.search(r"©|\(c\)|copyright", text, re.IGNORECASE)
        )
        if is_notice and not (OPEN in text and ANY_NAME.search(text) and is_told):
            return [(RESERVED_WORDS, f"#footer {words.lower()}")]
    return []
