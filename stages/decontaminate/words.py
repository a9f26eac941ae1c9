"""The words of texts: folded, one behind the other, as items are kept and as a match is named by its digest."""

import hashlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from licet.stages.decontaminate import _kernel
from licet.stages.decontaminate._kernel import I64, U8, U64
from licet.stages.dedup.shingles import utf8_buffers

_FOLDED = np.arange(256, dtype=np.uint8)
_FOLDED[ord("A") : ord("Z") + 1] += 32


@dataclass(frozen=True)
class Words:
    """The words of some texts: those of text i are the words ``stops[i - 1]`` to ``stops[i]``.

    ``hashes`` has one for each word, ``data`` their folded bytes without anything between, ``ends`` where each ends.
    """

    hashes: U64
    data: U8
    ends: I64
    stops: I64

    def word(self, at: int) -> bytes:
        """Return a word's folded bytes."""
        return self.data[self.ends[at - 1] if at else 0 : self.ends[at]].tobytes()


def words_of(texts: pa.Array) -> Words:
    """Return the words of an array of strings."""
    data, offsets = utf8_buffers(texts)
    # A word has a separator behind it or more than one byte, but for the last of a text.
    room = int(offsets[-1] - offsets[0]) // 2 + 2 * len(offsets)
    hashes, starts, ends = np.empty(room, np.uint64), np.empty(room, np.int64), np.empty(room, np.int64)
    stops = np.zeros(len(offsets) - 1, np.int64)
    _kernel.all_words_into(data, offsets, hashes, starts, ends, stops)
    count = int(stops[-1]) if len(stops) else 0
    starts, ends = starts[:count], ends[:count]
    steps = np.zeros(len(data) + 1, np.int8)
    np.add.at(steps, starts, 1)
    np.add.at(steps, ends, -1)
    return Words(
        hashes=hashes[:count],
        data=_FOLDED[data[np.cumsum(steps[:-1], dtype=np.int8) > 0]],
        ends=np.cumsum(ends - starts),
        stops=stops,
    )


def words_sha256(text: str) -> str:
    """Return the sha256 of a text's folded words with a space between two, in hex: layout has no part in it."""
    found = words_of(pa.array([text], pa.large_string()))
    return hashlib.sha256(b" ".join(found.word(at) for at in range(len(found.ends)))).hexdigest()
