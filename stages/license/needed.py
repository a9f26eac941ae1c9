"""Wordings that are searched only where the words stand without which they match nothing.

A regular expression of many alternatives takes 80 to 300 ns a letter; whether "prohibited" and "sale" stand anywhere
is told in 2 ns a letter, for all such words together. Nearly all passages have not the words and need no more. What a
wording needs is written beside it; that it does is a law with a test: what matches has the words.
"""

import re
from collections.abc import Callable

import numpy as np

from licet.stages.license import _present


class Wordings:
    """One regular expression of several wordings, behind the words that they need.

    What a wording needs are groups of words, parted by spaces: it matches only where a word of each group stands. They
    are of two lower-case ASCII letters or more and count within longer ones too, so a stem does for all its forms.
    """

    def __init__(self, flags: re.RegexFlag, *wordings: tuple[str, ...], before: str = "") -> None:
        """Make the tables.

        Each of ``wordings`` is a pattern and its groups, of which there may be 64 in all; ``before`` is a pattern that
        stands before each.
        """
        self.wordings = wordings
        joined = "|".join(pattern for pattern, *_ in wordings)
        self.pattern = re.compile(f"{before}(?:{joined})" if before else joined, flags)
        groups = list(dict.fromkeys(group for _, *needed in wordings for group in needed))
        self._needed = [sum(1 << groups.index(group) for group in needed) for _, *needed in wordings]
        bits: dict[str, int] = {}
        for number, group in enumerate(groups):
            for word in group.split():
                bits[word] = bits.get(word, 0) | 1 << number
        self._words = np.zeros((len(bits), 1 + max(map(len, bits))), np.uint8)
        self._groups = np.array([*bits.values()], np.uint64)
        self._first, self._after = np.full(1 << 10, -1, np.int16), np.full(len(bits), -1, np.int16)
        for row, word in enumerate(bits):
            self._words[row, : 1 + len(word)] = [len(word), *word.encode()]
            head = (ord(word[0]) & 31) << 5 | (ord(word[1]) & 31)
            self._after[row], self._first[head] = self._first[head], row

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first match in a text."""
        return self.pattern.search(text) if self.may_be_in(text) else None

    def sub(self, put: str | Callable[[re.Match[str]], str], text: str) -> str:
        """Return a text with what is put in the place of each match."""
        return self.pattern.sub(put, text) if self.may_be_in(text) else text

    def may_be_in(self, text: str) -> bool:
        """Tell whether a text has the words; yes where it is not ASCII, since letters have other forms there."""
        return not text.isascii() or self.may_be_within(np.frombuffer(text.encode(), np.uint8), 0, len(text))

    def may_be_within(self, data: _present.U8, start: int, stop: int) -> bool:
        """Tell whether a stretch of ASCII has the words."""
        seen = int(_present.groups_within(data, start, stop, self._first, self._after, self._words, self._groups))
        return any(seen & needed == needed for needed in self._needed)
