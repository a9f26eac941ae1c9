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
from licet.stages.dedup.forest import Forest

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
    files, rows, component, copy = forest.components()
    if not len(rows):
        return
    sizes = np.bincount(component)
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
