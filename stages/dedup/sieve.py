"""The sieve: most keys of a corpus occur once, and are told from the others without being sorted.

A key is counted, up to two, in one of eight times as many slots as there are keys, a quarter of a byte each: 2 bytes a
key. What was alone in its slot occurs once for certain; a key that occurs once shares its slot with another with a
chance of one in eight or less, and is looked at again with those that do occur twice.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from licet.stages.compiled import compiled

U8 = npt.NDArray[np.uint8]
U64 = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

SLOTS_A_KEY = 8


def repeated(pieces: Sequence[U64]) -> list[Mask]:
    """Return, for each piece of one multiset of hashes, which of them may occur twice in all: all that do, few others.

    The hashes have to be spread over all their bits but the lowest.
    """
    keys = sum(map(len, pieces))
    slots = 1 << max(3, (SLOTS_A_KEY * keys - 1).bit_length())
    table = np.zeros(slots >> 2, np.uint8)
    for hashes in pieces:
        _count(hashes, table, np.uint64(slots - 1))
    found = [np.empty(len(hashes), np.bool_) for hashes in pieces]
    for hashes, mask in zip(pieces, found, strict=True):
        _look(hashes, table, np.uint64(slots - 1), mask)
    return found


@compiled
def _count(hashes: U64, table: U8, mask: np.uint64) -> None:
    for i in range(len(hashes)):
        slot = (hashes[i] >> np.uint64(1)) & mask
        at = slot >> np.uint64(2)
        shift = np.uint8((slot & np.uint64(3)) << np.uint64(1))
        if (table[at] >> shift) & 3 < 2:
            table[at] += np.uint8(1 << shift)


@compiled
def _look(hashes: U64, table: U8, mask: np.uint64, found: Mask) -> None:
    for i in range(len(hashes)):
        slot = (hashes[i] >> np.uint64(1)) & mask
        shift = np.uint8((slot & np.uint64(3)) << np.uint64(1))
        found[i] = (table[slot >> np.uint64(2)] >> shift) & 3 > 1
