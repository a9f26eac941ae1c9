"""Which words stand in a text, told in one pass over its bytes: the loop behind `needed`."""

import numpy as np
import numpy.typing as npt

from licet.stages.compiled import compiled

U8 = npt.NDArray[np.uint8]
U64 = npt.NDArray[np.uint64]
I16 = npt.NDArray[np.int16]


@compiled
def groups_within(data: U8, start: int, stop: int, first: I16, after: I16, words: U8, groups: U64) -> np.uint64:
    """Return the groups, as bits, of which a word stands in ``data[start:stop]``, in whatever case.

    A row of ``words`` has its size, then its letters, all lower-case; ``first`` is the first row for the lowest five
    bits of its first two letters, ``after`` the next one for the same; -1 ends. A word is found within longer ones too.
    """
    seen = np.uint64(0)
    for i in range(start, stop - 1):
        row = first[(data[i] & 31) << 5 | (data[i + 1] & 31)]
        while row >= 0:
            size = words[row, 0]
            j = 0
            while j < size and i + j < stop and data[i + j] | 32 == words[row, 1 + j]:
                j += 1
            if j == size:
                seen |= groups[row]
            row = after[row]
    return seen
