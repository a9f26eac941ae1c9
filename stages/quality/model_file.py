"""Whether a fastText model file is whole: fastText itself reads on past the end, for ever or into zeros.

The layout is that of ``saveModel`` in fastText 0.9 (version 12 of the format): settings, dictionary, input matrix,
output matrix, all little-endian. Dense matrices are of float32, quantised ones (``.ftz``) are product-quantised.
"""

import mmap
import struct
from pathlib import Path

MAGIC = 793712314
NEWEST = 12
SUPERVISED = 3
CENTROIDS = 256
"""Centroids of each subspace of a product quantiser."""

_HEAD = struct.Struct("<2i12id3i2q")
_COUNT_AND_TYPE = 9
_DENSE = struct.Struct("<2q")
_QUANTISED = struct.Struct("<?2qi")
_QUANTISER = struct.Struct("<4i")


def check_model_file(path: Path) -> None:
    """Raise ValueError, saying why, unless a file is a whole fastText classifier."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            end = _end(data)
        except struct.error as error:
            raise ValueError("it ends early") from error
        if end > len(data):
            raise ValueError("it ends early")


def _end(data: mmap.mmap) -> int:
    """Return where a model ends, or would end if its file were whole."""
    magic, version, *settings = _HEAD.unpack_from(data)
    if magic != MAGIC or version > NEWEST:
        raise ValueError("it does not begin as one")
    dim, kind = settings[0], settings[7]
    entries, _, labels, _, pruned = settings[-5:]
    if kind != SUPERVISED:
        raise ValueError("it was trained without labels")
    at = _HEAD.size
    for _ in range(entries):
        if (end := data.find(b"\0", at)) < 0:
            raise ValueError("it ends early")
        at = end + 1 + _COUNT_AND_TYPE
    at += 8 * max(0, pruned)
    (quantised,) = struct.unpack_from("<?", data, at)
    at, _, columns = (_quantised if quantised else _dense)(data, at + 1)
    (output_too,) = struct.unpack_from("<?", data, at)
    at, rows, columns_out = (_quantised if quantised and output_too else _dense)(data, at + 1)
    if (columns, columns_out, rows) != (dim, dim, labels):
        raise ValueError("its matrices do not fit its settings")
    return at


def _dense(data: mmap.mmap, at: int) -> tuple[int, int, int]:
    """Return where a dense matrix ends, its rows and its columns."""
    rows, columns = _DENSE.unpack_from(data, at)
    return _forward(at + _DENSE.size, 4 * rows * columns), rows, columns


def _quantised(data: mmap.mmap, at: int) -> tuple[int, int, int]:
    """Return where a quantised matrix ends, its rows and its columns."""
    normed, rows, columns, codes = _QUANTISED.unpack_from(data, at)
    at = _quantiser(data, _forward(at + _QUANTISED.size, codes))
    return (_quantiser(data, _forward(at, rows)) if normed else at), rows, columns


def _quantiser(data: mmap.mmap, at: int) -> int:
    dim, *_ = _QUANTISER.unpack_from(data, at)
    return _forward(at + _QUANTISER.size, 4 * dim * CENTROIDS)


def _forward(at: int, size: int) -> int:
    if size < 0:
        raise ValueError("its matrices do not fit its settings")
    return at + size
