"""The number that a row draws, and the order in which the rows of a group stay.

A row draws the first 8 bytes, big end first, of the keyed BLAKE2b hash (RFC 7693) of its content's SHA-256, a line
feed and its id; the key is the seed in 8 bytes. Nothing else has a part in it: neither the files, nor the order of
rows, nor what other rows there are.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
"""Rows' places in the order of their group: the least stay. Equal ones are in the order of the inputs."""
_MANTISSA = np.float64(2**53)


def draws(contents: Sequence[str | None], ids: Sequence[str | None], seed: int) -> Keys:
    """Return the number that each row draws, given by the hex SHA-256 of its content and its id."""
    keyed = blake2b(digest_size=8, key=seed.to_bytes(8, "big"))
    drawn = bytearray()
    for content, row_id in zip(contents, ids, strict=True):
        one = keyed.copy()
        one.update(f"{content or ''}\n{row_id or ''}".encode())
        drawn += one.digest()
    return np.frombuffer(bytes(drawn), ">u8").astype(np.uint64)


def keys_of(drawn: Keys, scores: pa.Array | None) -> Keys:
    """Return the keys of rows: what they drew, or, where ``scores`` are given, those first, the best before others.

    The bits of a float that is not negative sort as it does. Of the number drawn half is left to break ties.
    """
    if scores is None:
        return drawn
    found = np.asarray(scores, np.float32) + np.float32(0)
    worst_first = found.view(np.uint32).astype(np.uint64)
    return ((np.uint64(0xFFFFFFFF) - worst_first) << np.uint64(32)) | (drawn >> np.uint64(32))


def shown(keys: Keys, keep: Literal["random", "quality"]) -> NDArray[Any]:
    """Return what the ledger says of keys: the share of all numbers below the one drawn, or the score; float64."""
    if keep == "random":
        return (keys >> np.uint64(11)).astype(np.float64) / _MANTISSA
    bits = (np.uint64(0xFFFFFFFF) - (keys >> np.uint64(32))).astype(np.uint32)
    return bits.view(np.float32).astype(np.float64)
