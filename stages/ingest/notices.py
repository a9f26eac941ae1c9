"""The passages of a README that speak of its licence: badges, licence sections, card fields, plain sentences."""

import re

MAX_LINE = 500
MAX_SECTION = 1_500
"""Characters of a licence section that are kept: a paragraph or two say it, the rest is the licence itself."""
MAX_PASSAGES = 4_000

_WORD = re.compile(r"licen[cs]", re.IGNORECASE)
_HEADING = re.compile(r"^\s{0,3}(?:(#{1,6})\s+(.*)|(=+|-{3,}|~{3,})\s*)$")
_TITLE = re.compile(r"licen[cs]|copyright", re.IGNORECASE)
_CARD = re.compile(r"^(?:license|license_name|license_link|licence)\s*:", re.IGNORECASE)
_SENTENCE = re.compile(
    r"\b(?:licen[cs]ed|released|distributed|available|published)\b[^.]{0,60}\b(?:under|as)\b"
    r"|\blicen[cs]e(?:d)?\s+(?:is|of|for|:)|\bpublic domain\b|\bcreative commons\b|\bCC[ -](?:BY|0)\b",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"!\[|\.\. image::|<img\b|shields\.io|badge", re.IGNORECASE)


def passages(readme: str) -> str:
    """Return the lines of a README that speak of its licence, joined by newlines; empty when none does."""
    lines = readme.splitlines()
    found: list[str] = []
    section = 0
    for i, line in enumerate(lines):
        title = _title(lines, i)
        if title is not None:
            section = MAX_SECTION if _TITLE.search(title) else 0
        kept = line.strip()[:MAX_LINE]
        if not kept:
            continue
        if section > 0:
            section -= len(kept)
            found.append(kept)
        elif _CARD.match(line) or _SENTENCE.search(line) or (_WORD.search(line) and _IMAGE.search(line)):
            found.append(kept)
    return "\n".join(found)[:MAX_PASSAGES]


def _title(lines: list[str], at: int) -> str | None:
    """Return the heading that begins on a line, in Markdown or reStructuredText; None where none does."""
    match = _HEADING.match(lines[at])
    if match and match.group(1):
        return match.group(2)
    under = _HEADING.match(lines[at + 1]) if at + 1 < len(lines) else None
    if under and under.group(3) and lines[at].strip() and not match:
        return lines[at]
    return None
