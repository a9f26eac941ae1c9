"""Quality buckets: twenty classes of equal weight in bytes, 0 worst, 19 best, as Nemotron-CC has them.

Probabilities of different classifiers are no common measure; a bucket is, since it says how much of the text a model
finds worse. A row has a bucket for each model, and the greatest of them is its own (the ensemble of Nemotron-CC).

The cut points are the length-weighted percentiles 5, 10 … 95 of a whole version's scores (Su et al. 2024, arXiv
2412.02595, section 2.2): the least score such that rows up to it hold that share of the bytes. They are exact, not of
a sample, and do not depend on the order of rows. A row at a cut point is in the bucket above it, so rows of one score
are never parted: where all rows score the same, all are in bucket 19.
"""

from array import array
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from licet.stages import storage

BUCKETS = 20
_CHUNK = 1 << 20

Cuts = tuple[float, ...]


def cut_points(scores: pa.Array, lengths: pa.Array) -> Cuts:
    """Return the 19 cut points of scores (float32, not negative) weighted by lengths; none where there are no rows."""
    return _cuts(_packed(scores, lengths))


def cut_points_of(paths: Iterable[str], columns: Sequence[str]) -> dict[str, Cuts]:
    """Return by column the 19 cut points of scores of all rows of score sidecars (`Judged.scores_path`).

    Takes 8 bytes a row and column. Where there are no rows, there are no cut points.
    """
    packed = {column: array("Q") for column in columns}
    for path in paths if columns else ():
        batch = storage.read_arrow(path)
        for column, held in packed.items():
            held.frombytes(_packed(batch.column(column), batch.column("length")).tobytes())
    return {column: _cuts(np.frombuffer(held, np.uint64)) if held else () for column, held in packed.items()}


def bucket_of(scores: pa.Array, cuts: Cuts) -> pa.Array:
    """Return the bucket of each score: how many cut points are at or below it, int8."""
    return pa.array(np.searchsorted(np.asarray(cuts, np.float64), _floats(scores), "right").astype(np.int8))


def _floats(scores: pa.Array) -> np.ndarray[Any, Any]:
    return np.asarray(scores, np.float64)


def _packed(scores: pa.Array, lengths: pa.Array) -> np.ndarray[Any, Any]:
    """Return score and length in one uint64 that sorts by score: the bits of a positive float sort as it does."""
    bits = (np.asarray(scores, np.float32) + np.float32(0)).view(np.uint32).astype(np.uint64)
    return np.asarray((bits << np.uint64(32)) | np.asarray(lengths, np.uint64))


def _cuts(packed: np.ndarray[Any, Any]) -> Cuts:
    """Return the cut points of packed rows, which are sorted in place."""
    if not len(packed):
        return ()
    packed.sort()
    weight, low = np.uint64(0xFFFFFFFF), 0
    total = sum(int((packed[at : at + _CHUNK] & weight).sum()) for at in range(0, len(packed), _CHUNK))
    # In whole numbers: share k of 20 is reached where 20 times the running sum is k times the total.
    wanted = [-(-part * total // BUCKETS) for part in range(1, BUCKETS)]
    cuts: list[float] = []
    for at in range(0, len(packed), _CHUNK):
        piece = packed[at : at + _CHUNK]
        running = np.cumsum(piece & weight) + np.uint64(low)
        low = int(running[-1])
        while len(cuts) < len(wanted) and wanted[len(cuts)] <= low:
            place = int(np.searchsorted(running, np.uint64(wanted[len(cuts)]), "left"))
            cuts.append(float((piece[place : place + 1] >> np.uint64(32)).astype(np.uint32).view(np.float32)[0]))
    return tuple(cuts)
