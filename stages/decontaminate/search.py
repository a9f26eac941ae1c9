"""Looks through texts for the items of an index, and says of each item found where its words stand."""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from licet.stages.decontaminate import _kernel
from licet.stages.decontaminate._kernel import I64, U8
from licet.stages.decontaminate.index import Index
from licet.stages.dedup.shingles import utf8_buffers

REACH = 2
"""A match spans at most so many times the words of its item: what is quoted may be broken by words of another."""
PIECE_BYTES = 1 << 21
"""Bytes of texts that are looked through at once, unless one text has more: what is noted of a text that is made of
items takes many times its size."""
ROOM = 4096
"""Matches that are noted at first; where there are more, the texts are looked through once again."""


@dataclass(frozen=True)
class Matches:
    """The best match of each text with each part of the index, by text and then by part; all arrays of one length.

    ``start`` and ``end`` are bytes of the text, ``item_start`` and ``item_end`` words of the part, ``found`` and
    ``counted`` are words of it.
    """

    text: I64
    part: I64
    start: I64
    end: I64
    item_start: I64
    item_end: I64
    found: I64
    counted: I64

    @property
    def share(self) -> npt.NDArray[np.float64]:
        """How much of the part's words that count was found."""
        return self.found / self.counted


def search(index: Index, texts: pa.Array) -> Matches:
    """Return the matches of texts with the parts of an index, however small their share."""
    data, offsets = utf8_buffers(texts)
    pieces: list[Matches] = []
    first = 0
    while not pieces or first < len(texts):
        # At least one text, and no more of them than stay below the bound together.
        stop = max(first + 1, int(np.searchsorted(offsets, offsets[first] + PIECE_BYTES, side="right")) - 1)
        pieces.append(_search(index, data, offsets[first : stop + 1], first))
        first = stop
    return Matches(*(np.concatenate([getattr(piece, f.name) for piece in pieces]) for f in fields(Matches)))


def _search(index: Index, data: U8, offsets: I64, first: int) -> Matches:
    """Return the matches of the texts between some offsets, of which the first has the number ``first``."""
    noted = np.empty((ROOM, _kernel.MATCH_COLUMNS), np.int64)
    for _ in range(2):
        count = _kernel.matches_into(
            data,
            offsets,
            index.sizes,
            index.bits,
            index.shift,
            index.slots,
            index.post_hash,
            index.post_first,
            index.post_length,
            index.words,
            index.word_ends,
            noted,
        )
        if count <= len(noted):
            break
        noted = np.empty((count, _kernel.MATCH_COLUMNS), np.int64)
    noted = noted[:count]
    part = index.post_part[noted[:, 2]].astype(np.int64)
    order = np.lexsort((noted[:, 2], noted[:, 1], part, noted[:, 0]))
    noted, part = noted[order], part[order]
    is_new = np.ones(count, bool)
    is_new[1:] = (noted[1:, 0] != noted[:-1, 0]) | (part[1:] != part[:-1])
    heads = np.flatnonzero(is_new)
    own, text = part[heads], noted[heads, 0]
    size = index.part_words[own]
    # What is looked for as a whole is one run; its length is that of the whole part.
    reach = np.where(index.post_length[noted[heads, 2]] == size, size, REACH * size)
    best = np.empty((len(heads), 5), np.int64)
    _kernel.best_windows_into(
        noted,
        np.append(heads, count).astype(np.int64),
        index.post_length,
        index.post_at,
        index.positions,
        index.post_slot,
        reach,
        size,
        best,
    )
    return Matches(
        text=text + first,
        part=own,
        start=noted[best[:, 1], 3] - offsets[text],
        end=noted[best[:, 2], 4] - offsets[text],
        item_start=best[:, 3],
        item_end=best[:, 4],
        found=best[:, 0],
        counted=index.part_counted[own],
    )
