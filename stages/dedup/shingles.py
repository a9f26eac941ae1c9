"""Shingle sets: what a text is, for exact Jaccard similarity.

A *shingle* is a run of ``words`` consecutive words (Broder 1997, "On the resemblance and containment of documents"),
named by a 64-bit hash. A text of fewer words is one shingle of all of them; a text without words has an empty set.
What a word is stands in `licet.stages.dedup._kernel`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from licet.stages.compiled import compiled
from licet.stages.dedup import _kernel

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class ShingleSets:
    """Sets of shingle hashes: that of row i is ``values[offsets[i]:offsets[i + 1]]``, sorted, each hash once."""

    values: U64
    offsets: I64

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> U64:
        return self.values[self.offsets[row] : self.offsets[row + 1]]


def utf8_buffers(texts: pa.Array) -> tuple[npt.NDArray[np.uint8], I64]:
    """Return the bytes of an array of strings, uncopied, and the offsets of its rows; a null row is empty."""
    if not (pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)):
        texts = texts.cast(pa.large_string())
    if texts.null_count:
        texts = pc.fill_null(texts, "")
    _, offsets, data = texts.buffers()
    width = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    starts = np.zeros(1, np.int64)
    if offsets is not None and len(texts):
        starts = np.frombuffer(offsets, width)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    held = np.frombuffer(data, np.uint8) if data is not None and data.size else np.empty(0, np.uint8)
    # One type for every input, or each kernel would be compiled for writable and for read-only bytes.
    held.setflags(write=False)
    return held, starts


def shingle_sets(texts: pa.Array, words: int) -> ShingleSets:
    """Return the set of 64-bit shingle hashes of each text.

    Needs about 8 bytes of memory for each byte of text while it runs: give it a batch, not a corpus.
    """
    data, offsets = utf8_buffers(texts)
    # A word has a separator behind it or more than one byte, so there is at most one to two bytes, and one at the end.
    room = int(offsets[-1] - offsets[0]) // 2 + len(offsets)
    hashes = np.empty(room, np.uint64)
    ends = np.zeros(len(offsets), np.int64)
    _kernel.shingles_into(data, offsets, words, hashes, ends[1:])
    for row in range(len(ends) - 1):
        hashes[ends[row] : ends[row + 1]].sort()
    _drop_repeats(hashes, ends)
    return ShingleSets(hashes[: ends[-1]], ends)


@compiled
def _drop_repeats(hashes: U64, ends: I64) -> None:
    """Move the distinct values of each sorted stretch of ``hashes`` together, in place, and mend their bounds."""
    to = 0
    start = ends[0]
    for row in range(len(ends) - 1):
        stop = ends[row + 1]
        for i in range(start, stop):
            if i == start or hashes[i] != hashes[i - 1]:
                hashes[to] = hashes[i]
                to += 1
        start = stop
        ends[row + 1] = to


@compiled
def jaccard(left: U64, right: U64) -> float:
    """Return the Jaccard similarity of two sorted sets of hashes: shared over all; 0.0 when both are empty."""
    i = 0
    j = 0
    shared = 0
    while i < len(left) and j < len(right):
        x = left[i]
        y = right[j]
        shared += x == y
        i += x <= y
        j += y <= x
    union = len(left) + len(right) - shared
    return shared / union if union else 0.0


@compiled
def nearest(own: U64, values: U64, offsets: I64, rows: I64, threshold: float) -> tuple[int, float, int]:
    """Find, among some rows of `ShingleSets`, the set most similar to ``own`` at or above a threshold.

    Return its place in ``rows`` (the first among equals; -1 when none is similar enough), its exact similarity, and
    how many sets were compared. A comparison is given up when the threshold is out of reach.
    """
    best = -1
    similarity = 0.0
    compared = 0
    for place in range(len(rows)):
        other = values[offsets[rows[place]] : offsets[rows[place] + 1]]
        both = len(own) + len(other)
        # The similarity s of sets that share k of n + m is k / (n + m - k), so k = s (n + m) / (1 + s); one less
        # is asked for here, lest rounding decide.
        least = threshold * both / (1 + threshold) - 1
        if min(len(own), len(other)) < least:
            continue
        compared += 1
        i = 0
        j = 0
        shared = 0
        while i < len(own) and j < len(other):
            if shared + min(len(own) - i, len(other) - j) < least:
                break
            steps = min(64, len(own) - i, len(other) - j)
            for _ in range(steps):
                x = own[i]
                y = other[j]
                shared += x == y
                i += x <= y
                j += y <= x
        found = shared / (both - shared) if both else 0.0
        if found >= threshold and found > similarity:
            best = place
            similarity = found
    return best, similarity, compared
