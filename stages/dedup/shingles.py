"""Shingle sets: what a text is, for exact Jaccard similarity.

A *shingle* is a run of ``size`` consecutive words or characters (Broder 1997, "On the resemblance and containment of
documents"), named by a 64-bit hash. A text of fewer is one shingle of all of them; a text without any has an empty set.
What a word and a character are stands in `licet.stages.dedup._kernel`.

A row may be compared by several *parts* at once, such as prompts and answers. Its set then has the shingles of all of
them, each marked with the number of its part, and its similarity to another is that of the part that is least alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.dedup import Shingles
from licet.stages.compiled import compiled
from licet.stages.dedup import _kernel

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]

UNITS: dict[Shingles, int] = {"words": _kernel.WORDS, "characters": _kernel.CHARACTERS}
"""How kernels call what shingles are made of."""


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


def shingle_sets(texts: pa.Array, size: int, unit: Shingles = "words", part: int = 0) -> ShingleSets:
    """Return the set of 64-bit shingle hashes of each text, marked as those of a part unless that is 0.

    Needs about 8 bytes of memory for each byte of text while it runs, 12 where characters are counted: give it a batch,
    not a corpus.
    """
    data, offsets = utf8_buffers(texts)
    # A word has a separator behind it or more than one byte, so there is at most one to two bytes, and one at the end.
    size_of_all = int(offsets[-1] - offsets[0])
    room = size_of_all // 2 + len(offsets) if unit == "words" else size_of_all
    hashes = np.empty(room, np.uint64)
    ends = np.zeros(len(offsets), np.int64)
    _kernel.shingles_into(data, offsets, UNITS[unit], size, part, hashes, ends[1:])
    for row in range(len(ends) - 1):
        hashes[ends[row] : ends[row + 1]].sort()
    _drop_repeats(hashes, ends)
    return ShingleSets(hashes[: ends[-1]], ends)


def joined(parts: Sequence[ShingleSets]) -> ShingleSets:
    """Return one set a row from those of its parts, given by rising number; each is sorted, since marks are highest."""
    if len(parts) == 1:
        return parts[0]
    lengths = np.stack([np.diff(part.offsets) for part in parts], axis=1)
    ends = np.cumsum(lengths.reshape(-1))
    starts = (ends - lengths.reshape(-1)).reshape(lengths.shape)
    values = np.empty(int(ends[-1]) if len(ends) else 0, np.uint64)
    for number, part in enumerate(parts):
        shift = np.repeat(starts[:, number] - part.offsets[:-1], lengths[:, number])
        values[np.arange(len(part.values)) + shift] = part.values
    return ShingleSets(values, np.concatenate([[0], ends[len(parts) - 1 :: len(parts)]]).astype(np.int64))


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
