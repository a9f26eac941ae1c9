"""MinHash signatures, equal bit for bit to those of datasketch 2 with the scheme ``affine32``.

Over the same 64-bit shingle hashes, our signature of a text is that of

    datasketch.MinHash(num_perm, seed=seed, scheme="affine32", hashfunc=lambda shingle: shingle & 0xFFFFFFFF)

so signatures made here can be loaded there, and back. A text without words has the signature of an empty MinHash.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from licet.schemas.dedup import Shingles
from licet.stages.dedup import _kernel
from licet.stages.dedup.shingles import UNITS, utf8_buffers

U32 = npt.NDArray[np.uint32]


@lru_cache(maxsize=8)
def permutations(num_perm: int, seed: int) -> tuple[U32, U32]:
    """Return datasketch's factors and shifts for the scheme affine32."""
    from datasketch import MinHash  # Half a second, for its scipy; only workers come here.

    a, b = MinHash(num_perm=num_perm, seed=seed, scheme="affine32").permutations
    return np.ascontiguousarray(a, np.uint32), np.ascontiguousarray(b, np.uint32)


def signatures(
    texts: pa.Array, *, size: int, num_perm: int, seed: int, unit: Shingles = "words", part: int = 0
) -> tuple[U32, npt.NDArray[np.int64]]:
    """Return the signature of each text, texts × ``num_perm``, and its number of shingles, repeats counted again.

    Takes 4 × ``num_perm`` bytes a text, and nothing that grows with the length of a text. That of several parts is the
    least of theirs, value by value.
    """
    data, offsets = utf8_buffers(texts)
    a, b = permutations(num_perm, seed)
    out = np.empty((len(offsets) - 1, num_perm), np.uint32)
    counts = np.zeros(len(offsets) - 1, np.int64)
    _kernel.signatures_into(data, offsets, UNITS[unit], size, part, a, b, out, counts)
    return out, counts
