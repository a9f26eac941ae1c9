"""Licence texts as sets of hashed word 4-grams: what is left when layout, comment marks and holders are gone.

Two copies of a licence differ in line breaks, bullets, comment prefixes, quotation marks, the copyright line and the
spelling of "licence"; none of that is in the grams. Four words as in the prototype of which 95 % of 666 texts
came out first.
"""

import re
import unicodedata
import zlib

import numpy as np
import numpy.typing as npt

WIDTH = 4
Grams = npt.NDArray[np.uint32]

_COPYRIGHT_LINE = re.compile(
    r"^\W*(?:portions\s+|(?:all\s+)?(?:code|contributions?|files?|text)\s+(?:is\s+|are\s+)?)?"
    r"(?:copyright(?!\s+(?:notices?|holders?|laws?|owners?|and|statements?|licen[cs]es?|interests?|to|in|or|of|is|"
    r"as|by|acts?|protect\w*|treat\w*|works?|has|on|for|may|will|shall|status|material|permission|messages?|relinquish|waiver)\b)\b|"
    r"\(c\)\s|©).{0,200}$"
)
_RESERVED = re.compile(r"\ball rights reserved\b\.?")
_LINE_START = re.compile(
    r"^[ \t]*(?:(?://+|/\*+|\*+/?|#+|;+|%+|--+|>+|\.\.|rem\b|dnl\b|<!--)[ \t]*)*"
    r"(?:(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]|[*+•-])[ \t]+)?"
)
_PLACEHOLDER = re.compile(r"<[^<>\n]{1,60}>|\[[^\[\]\n]{1,60}\]|\{\{?[^{}\n]{1,60}\}\}?")
# Where a licence names its holder or author within a sentence.
_HOLDER = re.compile(
    r"(?<=\bneither the name of )(?:\S+ ){1,16}?(?=nor the names?\b)|"
    r"(?<=\bneither the names of )(?:\S+ ){1,16}?(?=nor the names?\b)|"
    r"(?<=\bis provided by )(?:\S+ ){1,16}?(?=as is\b)|"
    r"(?<=\bin no event shall )(?:\S+ ){1,20}?(?=be liable\b)|"
    r"(?<=\band that the name of )(?:\S+ ){1,16}?(?=not be used\b)|"
    r"(?<=\bas is and )(?:\S+ ){1,12}?(?=disclaims?\b)|"
    r"(?<=\bwritten prior permission )(?:\S+ ){1,12}?(?=disclaims?\b)"
)
_WORD = re.compile(r"[a-z0-9]+")
_MIX = np.uint64(0x9E3779B97F4A7C15)


def plain_words(text: str) -> list[str]:
    """Return the words of a licence text, lower-cased, without copyright lines, bullets and comment marks."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    lines = []
    for line in folded.splitlines():
        bare = line[_LINE_START.match(line).end() :]  # type: ignore[union-attr]
        if not _COPYRIGHT_LINE.match(bare):
            lines.append(bare)
    body = _PLACEHOLDER.sub(" ", _RESERVED.sub(" ", "\n".join(lines)))
    words = " ".join(_WORD.findall(body.replace("licence", "license").replace("https", "http")))
    return _HOLDER.sub("holder ", words).split()


def hashed(words: list[str]) -> Grams:
    """Return the distinct 32-bit hashes of the word 4-grams, sorted; fewer words than four make one gram."""
    if not words:
        return np.empty(0, np.uint32)
    known = {word: zlib.crc32(word.encode()) for word in set(words)}
    crc = np.fromiter((known[word] for word in words), np.uint64, len(words))
    count = max(len(words) - WIDTH + 1, 1)
    mixed = np.zeros(count, np.uint64)
    with np.errstate(over="ignore"):
        for i in range(min(WIDTH, len(words))):
            mixed = (mixed ^ crc[i : i + count]) * _MIX
            mixed ^= mixed >> np.uint64(29)
    return np.unique((mixed >> np.uint64(32)).astype(np.uint32))


def grams(text: str) -> Grams:
    """Return the hashed 4-grams of a text."""
    return hashed(plain_words(text))
