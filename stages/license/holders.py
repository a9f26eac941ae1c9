"""Who holds the copyright, as licence files and headers say it."""

import re
from functools import lru_cache

MAX_HOLDERS = 5
_YEARS = r"(?:\d{4}(?:\s*[-–,/]\s*(?:\d{2,4}|present|now))*[\s,]*)*"
_LINE = re.compile(
    rf"^\W*(?:portions\s+)?copyright\s*(?:(?:\(c\)|©|:)\s*{_YEARS}|{_YEARS}(?:\(c\)|©)?\s*)(?:by\s+)?(?P<name>.+)$|"
    rf"^\W*(?:\(c\)|©)\s*(?:copyright\s*)?(?=\d){_YEARS}(?:by\s+)?(?P<other>.+)$",
    re.IGNORECASE,
)
# Where the sentence is about copyright and names nobody.
_NOBODY = re.compile(
    r"(?:notice|holder|law|owner|and|statement|licen[cs]e|interest|to|in|or|of|is|as|act|protection|treaty|"
    r"status|disclaimer|that|then|on|you|also|<|\[|\{|name of|yyyy)\b|[<\[{]",
    re.IGNORECASE,
)
# The GNU licences bear the copyright line of their own text.
_VERBATIM = "Everyone is permitted to copy and distribute verbatim copies"
_TAIL = re.compile(r"[.,;:]?\s*(?:all rights reserved|licensed under|see )\b.*$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def holders_in(text: str) -> tuple[str, ...]:
    """Return the holders that copyright lines name, without years, in the order written, each once."""
    found: list[str] = []
    for line in text[:100_000].splitlines():
        if len(line) > 300 or not (match := _LINE.match(line.strip())):
            continue
        name = _TAIL.sub("", (match["name"] or match["other"]).strip()).strip(" \t.,;:*/#-")
        is_texts_own = name.startswith("Free Software Foundation") and _VERBATIM in text
        if is_texts_own or not (name[:1].isupper() or re.search(r"\d{4}|\(c\)|©", line, re.IGNORECASE)):
            continue
        if 2 <= len(name) <= 120 and not _NOBODY.match(name) and name not in found:
            found.append(name)
        if len(found) == MAX_HOLDERS:
            break
    return tuple(found)
