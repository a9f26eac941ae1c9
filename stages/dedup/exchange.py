"""The band exchange: from fingerprints in many files to pairs of rows that may be duplicates.

A key is 12 bytes, in batches of thousands; a row is (file, place in the file), a file the number that `file_number`
gives it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from licet.stages.dedup.sieve import repeated

U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]

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

# Edges in a batch: about 25 MB.
EDGES_A_BATCH = 1_000_000


def file_number(key: str) -> int:
    """Return a staged file's number: the leading 63 bits of the sha256 of its key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") >> 1


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


def edges(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Return, as `EDGES`, a star for each key that two rows or more have: from its first row to each other.

    First is by (file, row), so the edges do not depend on the order of arrival, and those of rows that share many
    keys are mostly the same edge, which is told once.
    """
    pieces = [batch for batch in batches if batch.num_rows]
    files = np.array(sorted({_file(batch) for batch in pieces}), np.int64)
    hashes, rows = _shared(pieces, files)
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


def _shared(pieces: Sequence[pa.RecordBatch], files: I64) -> tuple[U64, U64]:
    """Return the keys that two rows or more have, by hash, then by row: hashes, and rows packed as in `_row`."""
    columns = [_read_only(batch.column("hash")) for batch in pieces]
    masks = repeated(columns)
    hashes = np.concatenate([column[mask] for column, mask in zip(columns, masks, strict=True)] or [_NONE])
    rows = np.concatenate([_packed(batch, files)[mask] for batch, mask in zip(pieces, masks, strict=True)] or [_NONE])
    order = np.argsort(hashes)
    hashes, rows = hashes[order], rows[order]
    alike = hashes[1:] == hashes[:-1]
    shared = np.concatenate([alike, [False]]) | np.concatenate([[False], alike]) if len(hashes) else alike
    hashes, rows = hashes[shared], rows[shared]
    order = np.lexsort((rows, hashes))
    return hashes[order], rows[order]


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
