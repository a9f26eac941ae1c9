"""Phrases in texts, by the bytes: ASCII phrases in lower case, found in any case."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from licet.stages.compiled import compiled

Array = np.ndarray[Any, Any]
Packed = tuple[Array, Array, Array]
"""Phrases: their bytes, where each starts in them, and for each byte whether a phrase starts with it."""


def packed(phrases: Sequence[str]) -> Packed:
    """Return phrases as kernels read them."""
    encoded = [phrase.encode() for phrase in phrases]
    starts = np.concatenate([[0], np.cumsum([len(each) for each in encoded])]).astype(np.int64)
    firsts = np.zeros(256, np.bool_)
    firsts[[each[0] for each in encoded]] = True
    return np.frombuffer(b"".join(encoded), np.uint8), starts, firsts


@compiled
def has_phrase(data, start, end, phrases):  # type: ignore[no-untyped-def]
    """Tell whether one of the phrases stands between two places, whatever the case of its ASCII letters."""
    letters, starts, firsts = phrases
    for at in range(start, end):
        byte = data[at]
        if 65 <= byte <= 90:
            byte += 32
        if not firsts[byte]:
            continue
        for phrase in range(len(starts) - 1):
            first, size = starts[phrase], starts[phrase + 1] - starts[phrase]
            if letters[first] != byte or at + size > end:
                continue
            same = 1
            while same < size:
                other = data[at + same]
                if 65 <= other <= 90:
                    other += 32
                if other != letters[first + same]:
                    break
                same += 1
            if same == size:
                return True
    return False


@compiled
def _lines_with(data, offsets, phrases, out):  # type: ignore[no-untyped-def]
    """Write how many lines of each text have one of the phrases."""
    for row in range(len(offsets) - 1):
        at, end = offsets[row], offsets[row + 1]
        count = 0
        while at < end:
            stop = at
            while stop < end and data[stop] != 10:
                stop += 1
            count += has_phrase(data, at, stop, phrases)
            at = stop + 1
        out[row] = count


def found_in(data: Array, offsets: Array, phrases: Packed) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return how many lines of each text have one of the phrases."""
    out = np.zeros(len(offsets) - 1, np.float64)
    _lines_with(data, offsets, phrases, out)
    return out
