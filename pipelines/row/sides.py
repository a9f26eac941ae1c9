"""What differs between the two sides of a preference, marked as `wdiff` does: {+so+} and [-so-]."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

LEAST_SHARED = 0.3
"""The share of words that two texts must have in common, in their order, for marks to say more than they hide."""
MOST_COMPARED = 4_000_000
"""Pairs of words up to which every word may be an anchor; beyond, frequent ones are none."""
ADDED, LEFT_OUT = ("{+", "+}"), ("[-", "-]")


def marked(one: str, other: str) -> tuple[str, str, bool]:
    """Return two texts with what only one of them has in marks, and whether they have enough in common for that."""
    ones, others = _words(one), _words(other)
    autojunk = len(ones) * len(others) > MOST_COMPARED
    found = SequenceMatcher(None, ones, others, autojunk=autojunk)
    if found.ratio() < LEAST_SHARED:
        return one, other, False
    first: list[str] = []
    second: list[str] = []
    for what, a, b, c, d in found.get_opcodes():
        is_same = what == "equal"
        first.append(_put(ones[a:b], None if is_same else ADDED))
        second.append(_put(others[c:d], None if is_same else LEFT_OUT))
    return "".join(first), "".join(second), True


def _words(text: str) -> list[str]:
    """Return words, each with the white space behind it."""
    return re.findall(r"\S+\s*|\s+", text)


def _put(words: Iterable[str], marks: tuple[str, str] | None) -> str:
    """Return words, between marks that leave the white space at their end outside."""
    text = "".join(words)
    if marks is None or not text:
        return text
    inner = text.rstrip()
    return f"{marks[0]}{inner}{marks[1]}{text[len(inner) :]}" if inner else f"{marks[0]}{text}{marks[1]}"
