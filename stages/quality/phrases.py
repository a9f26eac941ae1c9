"""Phrases in texts, by the bytes: ASCII phrases in lower case, found in any case."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.stages.compiled import compiled
from licet.stages.quality.measures import Floats, utf8_of

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
def _parts_with(data, offsets, newlines, phrases, out):  # type: ignore[no-untyped-def]
    """Write how many parts of each text, cut at so many newlines, have one of the phrases."""
    for row in range(len(offsets) - 1):
        at, end = offsets[row], offsets[row + 1]
        count = 0
        while at < end:
            stop = at
            while stop < end and not (
                data[stop] == 10 and (newlines == 1 or (stop + 1 < end and data[stop + 1] == 10))
            ):
                stop += 1
            count += has_phrase(data, at, stop, phrases)
            at = stop + newlines
        out[row] = count


def parts_with(data: Array, offsets: Array, phrases: Packed, newlines: int = 1) -> Floats:
    """Return how many lines of each text, or parts between so many newlines, have one of the phrases."""
    out = np.zeros(len(offsets) - 1, np.float64)
    _parts_with(data, offsets, newlines, phrases, out)
    return out


@compiled
def _words_of_list(data, offsets, letters, starts, first_of, joins, out):  # type: ignore[no-untyped-def]
    """Write how many places of each text start a listed word that no letter, digit or underscore touches."""
    for row in range(len(offsets) - 1):
        end = offsets[row + 1]
        count = 0
        inside = False
        for at in range(offsets[row], end):
            byte = data[at]
            if not inside:
                for word in range(first_of[byte], first_of[np.int64(byte) + 1]):
                    first, size = starts[word], starts[word + 1] - starts[word]
                    if at + size > end or (at + size < end and joins[data[at + size]]):
                        continue
                    same = 1
                    while same < size and data[at + same] == letters[first + same]:
                        same += 1
                    if same == size:
                        count += 1
                        break
            inside = joins[byte]
        out[row] = count


def listed_words(text: pa.Array, words: Sequence[str]) -> Floats:
    """Return how often words of a list stand in each text, in any case, with nothing of a word on either side.

    What touches is looked at by bytes: all characters beyond ASCII count as letters.
    """
    encoded = sorted({word.lower().encode() for word in words if word})
    starts = np.concatenate([[0], np.cumsum([len(each) for each in encoded])]).astype(np.int64)
    first_of = np.searchsorted([each[0] for each in encoded], np.arange(257)).astype(np.int64)
    joins = np.zeros(256, np.bool_)
    joins[[byte for byte in range(256) if byte >= 128 or chr(byte).isalnum() or chr(byte) == "_"]] = True
    data, offsets = utf8_of(pc.utf8_lower(text))
    out = np.zeros(len(offsets) - 1, np.float64)
    letters = np.frombuffer(b"".join(encoded), np.uint8)
    _words_of_list(data, offsets, letters, starts, first_of, joins, out)
    return out
