"""The band exchange: from fingerprints in many files to pairs of rows that may be duplicates.

A key is 12 bytes, in batches of thousands; a row is (file, place in the file), a file the number that `file_number`
gives it.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from licet.stages.compiled import compiled
from licet.stages.dedup._kernel import mixed
from licet.stages.dedup.sieve import repeated

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

BandsOf: TypeAlias = Callable[[int, I64], U64]
"""From a file's number and places in it to the bands of the rows there, rows × bands; all of them have words."""

# Keys of one file for one partition; the file's number is the value of the schema's metadata b"file".
KEYS = pa.schema([pa.field("hash", pa.uint64()), pa.field("row", pa.uint32())])

# Pairs of rows that share a key. `copy` tells that the second has the exact key of the first.
EDGES = pa.schema(
    [
        pa.field("file", pa.int64()),
        pa.field("row", pa.uint32()),
        pa.field("other_file", pa.int64()),
        pa.field("other_row", pa.uint32()),
        pa.field("copy", pa.bool_()),
    ]
)

_NONE = np.empty(0, np.uint64)

# Rows that may share a band before it has to be shared together with another one. Two rows at similarity 0.8 that share
# one of 14 bands of 8 share a second with a chance of 0.77, at 0.9 of 0.998.
CROWDED_ROWS = 10_000
LEAST_PARTITIONS = 32
PARTITION_BYTES = 2_000_000_000
# Edges in a batch: about 25 MB.
EDGES_A_BATCH = 1_000_000


def partitions_for(stored_bytes: int) -> int:
    """Return into how many partitions the keys of an input of so many bytes, as stored, are to be cut.

    Of documents that take 600 bytes each, one partition has 50 million keys with 14 bands. What comes out of dedup
    does not depend on it.
    """
    return max(LEAST_PARTITIONS, -(-stored_bytes // PARTITION_BYTES))


def file_number(key: str) -> int:
    """Return a staged file's number: the leading 62 bits of the sha256 of its key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") >> 2


def partitioned(fingerprints: pa.RecordBatch, file: int, partitions: int) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Cut a file's fingerprints by the leading bits of their hashes: (partition, `KEYS`) for each, some empty."""
    bands = fingerprints.column("bands")
    width = bands.type.list_size
    rows = np.arange(fingerprints.num_rows, dtype=np.uint32)
    worded = rows[np.asarray(bands.is_valid())]
    hashes = np.concatenate([np.asarray(fingerprints.column("exact")), np.asarray(bands.flatten())])
    owners = np.concatenate([rows, np.repeat(worded, width)])
    # The upper 32 bits scaled to the number of partitions.
    to = ((hashes >> np.uint64(32)) * np.uint64(partitions)) >> np.uint64(32)
    order = np.argsort(to, kind="stable")
    hashes, owners = hashes[order], owners[order]
    bounds = np.searchsorted(to[order], np.arange(partitions + 1, dtype=np.uint64))
    schema = KEYS.with_metadata({"file": str(file)})
    for partition, (start, stop) in enumerate(pairwise(bounds)):
        columns = [pa.array(hashes[start:stop]), pa.array(owners[start:stop])]
        yield partition, pa.RecordBatch.from_arrays(columns, schema=schema)


@dataclass
class Crowded:
    """The keys that more than `CROWDED_ROWS` rows have, and how many rows these are, each counted for each such key."""

    keys: int = 0
    rows: int = 0


def edges(
    batches: Iterable[pa.RecordBatch], bands_of: BandsOf | None = None, crowded: Crowded | None = None
) -> Iterator[pa.RecordBatch]:
    """Return, as `EDGES`, a star for each key that two rows or more have: from its first row to each other.

    First is by (file, row), so the edges do not depend on the order of arrival, and those of rows that share many
    keys are mostly the same edge, which is told once.

    Where ``bands_of`` is given, which returns the bands of a file's rows, a band that more than `CROWDED_ROWS` rows
    have links only those of them that share another band as well: what boilerplate has brought together would else
    be one component with all that any of it resembles. ``crowded`` is added to.
    """
    pieces = [batch for batch in batches if batch.num_rows]
    files = np.array(sorted({_file(batch) for batch in pieces}), np.int64)
    hashes, rows = _shared(pieces, files)
    if bands_of is not None and len(hashes):
        many = _is_crowded(hashes)
        hot, hot_rows = hashes[many], rows[many]
        hashes, rows = hashes[~many], rows[~many]
        if crowded is not None:
            crowded.keys += len(np.unique(hot))
            crowded.rows += len(hot)
        for sub in _split(hot, hot_rows, files, bands_of):
            yield from _stars(*sub, files)
    yield from _stars(hashes, rows, files)


def _stars(hashes: U64, rows: U64, files: I64) -> Iterator[pa.RecordBatch]:
    """Return the star of each key, given all that two rows or more have, by hash, then by row."""
    if not len(hashes):
        return
    leads = np.concatenate([[True], hashes[1:] != hashes[:-1]])
    centres = rows[np.maximum.accumulate(np.where(leads, np.arange(len(rows)), 0))]
    first, second, copy = centres[~leads], rows[~leads], (hashes[~leads] & np.uint64(1)) == 1
    order = np.lexsort((copy, second, first))
    first, second, copy = first[order], second[order], copy[order]
    same = (first[1:] == first[:-1]) & (second[1:] == second[:-1]) & (copy[1:] == copy[:-1])
    distinct = np.flatnonzero(np.concatenate([[True], ~same]))
    for start in range(0, len(distinct), EDGES_A_BATCH):
        part = distinct[start : start + EDGES_A_BATCH]
        columns = [*_row(files, first[part]), *_row(files, second[part]), pa.array(copy[part])]
        yield pa.RecordBatch.from_arrays(columns, schema=EDGES)


def _is_crowded(hashes: U64) -> Mask:
    """Tell of each key, given sorted, whether it is a band that more than `CROWDED_ROWS` rows have."""
    starts = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]]))
    counts = np.diff(np.append(starts, len(hashes)))
    return np.asarray(np.repeat(counts > CROWDED_ROWS, counts) & ((hashes & np.uint64(1)) == 0))


def _split(hashes: U64, rows: U64, files: I64, bands_of: BandsOf) -> Iterator[tuple[U64, U64]]:
    """Yield, for each place of a band, the keys (crowded band, band there) that two rows or more have, and the rows."""
    if not len(hashes):
        return
    distinct, which = np.unique(rows, return_inverse=True)
    owners = (distinct >> np.uint64(32)).astype(np.int64)
    places = (distinct & np.uint64(0xFFFFFFFF)).astype(np.int64)
    bands = np.concatenate(
        [bands_of(int(files[file]), places[owners == file]) for file in np.unique(owners)]  # Rows rise with files.
    )
    for place in range(bands.shape[1]):
        other = bands[which, place]
        apart = other != hashes
        yield _repeats(_pairs(hashes[apart], other[apart]), rows[apart])


@compiled
def _pairs(hashes: U64, others: U64) -> U64:
    """Return a hash of each pair, even as that of a band is."""
    out = np.empty(len(hashes), np.uint64)
    for i in range(len(hashes)):
        out[i] = mixed(mixed(hashes[i]) + others[i]) & np.uint64(0xFFFFFFFFFFFFFFFE)
    return out


def _repeats(hashes: U64, rows: U64) -> tuple[U64, U64]:
    """Return those of some keys that occur twice or more, by hash, then by row."""
    order = np.lexsort((rows, hashes))
    hashes, rows = hashes[order], rows[order]
    alike = hashes[1:] == hashes[:-1]
    shared = np.concatenate([alike, [False]]) | np.concatenate([[False], alike]) if len(hashes) else alike
    return hashes[shared], rows[shared]


def _shared(pieces: Sequence[pa.RecordBatch], files: I64) -> tuple[U64, U64]:
    """Return the keys that two rows or more have, by hash, then by row: hashes, and rows packed as in `_row`."""
    columns = [_read_only(batch.column("hash")) for batch in pieces]
    masks = repeated(columns)
    hashes = np.concatenate([column[mask] for column, mask in zip(columns, masks, strict=True)] or [_NONE])
    rows = np.concatenate([_packed(batch, files)[mask] for batch, mask in zip(pieces, masks, strict=True)] or [_NONE])
    return _repeats(hashes, rows)


def _packed(batch: pa.RecordBatch, files: I64) -> U64:
    """Return the rows of a batch of keys as (index of the file) × 2³² + place."""
    file = np.uint64(np.searchsorted(files, _file(batch))) << np.uint64(32)
    return np.asarray(file | np.asarray(batch.column("row")).astype(np.uint64))


def _read_only(column: pa.Array) -> U64:
    """Return the values, uncopied; one type for mapped and other memory, so that the sieve is compiled once."""
    values = np.asarray(column)
    values.setflags(write=False)
    return values


def _file(batch: pa.RecordBatch) -> int:
    return int(batch.schema.metadata[b"file"])


def _row(files: I64, rows: U64) -> tuple[pa.Array, pa.Array]:
    """Return the file numbers and the places of rows that were packed as (index of the file, place)."""
    return pa.array(files[(rows >> np.uint64(32)).astype(np.int64)]), pa.array(rows.astype(np.uint32))
