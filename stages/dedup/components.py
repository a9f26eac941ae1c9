"""Components: rows that are linked by candidate pairs, each component whole in one chunk of work.

A component is only a bound on which rows may be compared. It removes nothing: what is a duplicate of what is measured
pair by pair in `licet.stages.dedup.verify`.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from licet.schemas.errors import RunError
from licet.stages.compiled import compiled
from licet.stages.dedup.exchange import EDGES

I64 = npt.NDArray[np.int64]

# The number of a staged file: each says that it is there, whether it has candidates or not.
FILES = pa.schema([pa.field("file", pa.int64())])

# The rows of a file that are in components. `copy` rows have the exact key of another row of the component.
ASSIGNMENT = pa.schema(
    [
        pa.field("row", pa.uint32()),
        pa.field("chunk", pa.uint32()),
        pa.field("component", pa.uint32()),
        pa.field("copy", pa.bool_()),
    ]
)

# A chunk has at most this many rows, unless a component alone has more: verifying keeps about 1 kB a row.
CHUNK_ROWS = 16_384
# With fewer rows in all, chunks are smaller, so that there is work for many workers.
CHUNKS = 64
MIN_CHUNK_ROWS = 256
# Edges held before they are reduced to a forest, which has fewer than there are rows in components: 64 MB.
HELD_EDGES = 4_000_000


def assign(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Return (file, `ASSIGNMENT`) from batches of `FILES` and `EDGES` in any order, files by number, rows rising.

    Components are numbered by their first row. Holds the rows that are in components, not those of the corpus.

    Raises:
        RunError: two staged files have the same number; either one was given twice or their keys collide.

    """
    forest = Forest()
    seen: list[I64] = []
    for batch in batches:
        if batch.schema.equals(EDGES):
            forest.add(batch)
        else:
            seen.append(np.asarray(batch.column("file")))
    numbers = np.sort(np.concatenate(seen)) if seen else np.empty(0, np.int64)
    if np.any(numbers[1:] == numbers[:-1]):
        raise RunError("a staged file was given to dedup twice: give each once")
    files, rows, roots, copy = forest.components()
    if not len(rows):
        return
    component, sizes = _by_first_row(roots)
    most = max(MIN_CHUNK_ROWS, min(CHUNK_ROWS, len(rows) // CHUNKS))
    chunk = _chunks(sizes, most)[component]
    starts = np.flatnonzero(np.concatenate([[True], files[1:] != files[:-1]]))
    for start, stop in zip(starts, [*starts[1:], len(files)], strict=True):
        columns = [
            pa.array(rows[start:stop].astype(np.uint32)),
            pa.array(chunk[start:stop].astype(np.uint32)),
            pa.array(component[start:stop].astype(np.uint32)),
            pa.array(copy[start:stop]),
        ]
        yield int(files[start]), pa.RecordBatch.from_arrays(columns, schema=ASSIGNMENT)


class Forest:
    """Edges between rows, reduced from time to time to as few as link the same rows."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}
        self._edges: list[I64] = []
        self._copies: list[I64] = []
        self._held = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a batch of `EDGES`."""
        first = self._packed(batch, "file", "row")
        second = self._packed(batch, "other_file", "other_row")
        self._edges.append(np.stack([first, second]))
        self._copies.append(np.unique(second[np.asarray(batch.column("copy"))]))
        self._held += len(first)
        if self._held > HELD_EDGES:
            rows, roots = self._linked()
            below = rows != roots
            self._edges = [np.stack([roots[below], rows[below]])]
            # Counted anew from zero: were the forest itself above the bound, every batch would reduce it again.
            self._held = 0

    def components(self) -> tuple[I64, I64, I64, npt.NDArray[np.bool_]]:
        """Return file, row and component of all linked rows, by file and row, and which have an exact pair before.

        A component has an arbitrary number here; the rows of one have the same.
        """
        rows, roots = self._linked()
        copies = np.concatenate(self._copies) if self._copies else np.empty(0, np.int64)
        copy = np.isin(rows, copies)
        numbers = np.array(list(self._places), np.int64)
        files, places = numbers[rows >> 32], rows & 0xFFFFFFFF
        order = np.lexsort((places, files))
        return files[order], places[order], roots[order], copy[order]

    def _packed(self, batch: pa.RecordBatch, file: str, row: str) -> I64:
        """Return rows as (files in the order in which they were met) × 2³² + place."""
        numbers, inverse = np.unique(np.asarray(batch.column(file)), return_inverse=True)
        met = [self._places.setdefault(int(number), len(self._places)) for number in numbers]
        rows = np.asarray(batch.column(row)).astype(np.int64)
        return np.asarray((np.array(met, np.int64)[inverse] << 32) | rows)

    def _linked(self) -> tuple[I64, I64]:
        """Return all linked rows, and for each one row of its component, for all of them the same."""
        if not self._edges:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        pairs = np.concatenate(self._edges, axis=1)
        rows, dense = np.unique(pairs, return_inverse=True)
        dense = dense.reshape(pairs.shape).astype(np.int64)
        return rows, rows[_roots(dense[0], dense[1], len(rows))]


def _by_first_row(roots: I64) -> tuple[I64, I64]:
    """Return components numbered in the order in which they appear, and the size of each."""
    _, first, inverse, sizes = np.unique(roots, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(first)
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    return number[inverse], sizes[order].astype(np.int64)


@compiled
def _roots(first: I64, second: I64, count: int) -> I64:
    """Return for each of ``count`` nodes the least node that it is linked to (union-find with path halving)."""
    parent = np.arange(count)
    for i in range(len(first)):
        x = first[i]
        y = second[i]
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        while parent[y] != y:
            parent[y] = parent[parent[y]]
            y = parent[y]
        if x < y:
            parent[y] = x
        else:
            parent[x] = y
    for x in range(count):
        # Parents are never greater than their children, so those before are settled already.
        parent[x] = parent[parent[x]]
    return parent


@compiled
def _chunks(sizes: I64, most: int) -> I64:
    """Return the chunk of each component: as many in a row as fit into ``most`` rows, at least one."""
    chunk = np.empty(len(sizes), np.int64)
    number = 0
    filled = 0
    for i in range(len(sizes)):
        if filled > 0 and filled + sizes[i] > most:
            number += 1
            filled = 0
        chunk[i] = number
        filled += sizes[i]
    return chunk
