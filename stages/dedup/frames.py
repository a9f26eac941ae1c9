"""Frames: what many rows have in common because they were made by one template, and what each has beside it.

A function call behind twenty tool descriptions is nearly all frame, and any two of them are near duplicates by every
measure of the whole. Where a recipe says from how many rows on a shingle is of the frame, rows are compared by their
own shingles alone. A row that has none of its own is compared whole, so that bare frames are duplicates of each other.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from licet.stages.compiled import compiled

I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]


def without_frames(values: U64, offsets: I64, component: I64, rows: int) -> tuple[U64, I64]:
    """Return sets of shingles without those that as many as ``rows`` sets of their component have, and their bounds.

    The set of row i is ``values[offsets[i]:offsets[i + 1]]``, sorted; ``component`` is that of each row. A set that
    would be left with nothing stays whole. What is in a component does not depend on how rows are cut into files.
    """
    order = np.argsort(component, kind="stable")
    starts = np.flatnonzero(np.diff(component[order], prepend=-1)).tolist()
    kept = np.ones(len(values), np.bool_)
    for start, stop in pairwise([*starts, len(order)]):
        if stop - start >= rows:
            members = order[start:stop]
            held = np.concatenate([values[offsets[row] : offsets[row + 1]] for row in members])
            _leave(values, offsets, members, _frame(np.sort(held), rows), kept)
    return values[kept], np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)[offsets]


@compiled
def _frame(held: U64, rows: int) -> U64:
    """Return the values that are ``rows`` times or more in a sorted array."""
    found = np.empty(len(held) // rows, np.uint64)
    count = 0
    start = 0
    for i in range(1, len(held) + 1):
        if i == len(held) or held[i] != held[start]:
            if i - start >= rows:
                found[count] = held[start]
                count += 1
            start = i
    return found[:count]


@compiled
def _leave(values: U64, offsets: I64, members: I64, frame: U64, kept: npt.NDArray[np.bool_]) -> None:
    """Strike the frame from the sets of some rows, but for those that are all frame."""
    for row in members:
        at = 0
        struck = 0
        for i in range(offsets[row], offsets[row + 1]):
            while at < len(frame) and frame[at] < values[i]:
                at += 1
            if at < len(frame) and frame[at] == values[i]:
                kept[i] = False
                struck += 1
        if struck == offsets[row + 1] - offsets[row]:
            for i in range(offsets[row], offsets[row + 1]):
                kept[i] = True
