"""The spool: what verifying needs to know of candidate rows, taken from staged files once and kept on disk.

One Arrow file for each staged file that has candidates, one record batch for each chunk of components. Its name holds
the digest of what it was made from, so a retry writes the same bytes under the same name, and a run with other
settings another file. The spool may be deleted when the run is over.
"""

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from licet.schemas.dedup import Dedup
from licet.schemas.errors import RunError
from licet.schemas.staged import Staged
from licet.stages.dedup.fingerprint import band_schema
from licet.stages.dedup.shingles import ShingleSets, shingle_sets
from licet.stages.storage import atomic_output, is_local, join, open_input, read_arrow

I64 = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

# Part of a spool's name: a change of what is written there needs another number.
_FORMAT = 1

# Pieces of which the shingle sets are at hand: mapped ones cost addresses, fetched ones memory.
MAPPED_PIECES = 256
FETCHED_PIECES = 16

_TOLD = ("id", "locator", "content_sha256", "license_grade", "license_tier")
# What is told of an objection besides; null for other rows.
_OBJECTS = ("license", "evidence_id")


def spool_schema(bands: int) -> pa.Schema:
    """Return the columns of a spool.

    ``length`` (UTF-8 bytes of the text), ``bands`` and ``shingles`` are null for a copy: a row that has the exact key
    of another of its component, of which they are told. ``license`` and ``evidence_id`` are those of objections, whose
    ``row`` counts on after the file's rows, and null for all others.
    """
    return pa.schema(
        [
            pa.field("row", pa.uint32(), nullable=False),
            pa.field("component", pa.uint32(), nullable=False),
            *(pa.field(name, pa.string()) for name in (*_TOLD, *_OBJECTS)),
            pa.field("length", pa.int64()),
            band_schema(bands).field("bands"),
            pa.field("shingles", pa.list_(pa.uint64())),
        ]
    )


Piece: TypeAlias = tuple[int, str, int]
"""Where something is that concerns one staged file: its number, an Arrow file, and which of its record batches."""


def read_fingerprints(staged: Staged, settings: Dedup) -> pa.RecordBatch:
    """Return the fingerprints of a staged file: of its rows, then of its objections.

    Raises:
        RunError: they were made with other settings, or are not of these rows.

    """
    found = read_arrow(staged.bands_path)
    rows = staged.rows + staged.objections
    if not found.schema.equals(band_schema(settings.bands)) or found.num_rows != rows:
        raise RunError(
            f"the fingerprints of staged parcel {staged.key} are not {rows} rows of {settings.bands} bands:"
            " delete the run's work folder and run again"
        )
    return found


def write_spool(
    staged: Staged, file: int, assignment: pa.RecordBatch, settings: Dedup, work: str
) -> Iterator[tuple[int, Piece]]:
    """Write the spool of one staged file; return (chunk, `Piece`) for each chunk that has rows of it.

    Only the row groups that hold candidates are read, and their texts only where a row is no copy.
    """
    assignment = assignment.take(pc.sort_indices(assignment, [("chunk", "ascending"), ("row", "ascending")]))
    told = (_FORMAT, settings.model_dump(), staged.key, staged.rows, staged.bytes, staged.objections)
    digest = hashlib.sha256(repr(told).encode())
    for column in assignment.columns:
        digest.update(np.asarray(column.cast(pa.uint32())).tobytes())
    path = join(work, f"{file:016x}-{digest.hexdigest()[:16]}.arrow")
    chunks = np.asarray(assignment.column("chunk"))
    starts = np.flatnonzero(np.concatenate([[True], chunks[1:] != chunks[:-1]]))
    rows = _candidates(staged, assignment, settings)
    with atomic_output(path) as sink, pa.ipc.new_file(sink, rows.schema) as writer:
        for start, stop in zip(starts, [*starts[1:], len(chunks)], strict=True):
            writer.write_batch(rows.slice(start, stop - start))
    for batch, start in enumerate(starts):
        yield int(chunks[start]), (file, path, batch)


def _candidates(staged: Staged, assignment: pa.RecordBatch, settings: Dedup) -> pa.RecordBatch:
    """Return the rows of an assignment, in its order, with the columns of a spool."""
    schema = spool_schema(settings.bands)
    rows = np.asarray(assignment.column("row")).astype(np.int64)
    copy = np.asarray(assignment.column("copy"))
    by_place = np.argsort(rows)
    back = np.argsort(by_place)
    pieces = list(_read(staged, rows[by_place], copy[by_place], settings.shingle_words))
    read = pa.Table.from_batches(pieces).combine_chunks().take(pa.array(back)).combine_chunks()
    bands = read_fingerprints(staged, settings).column("bands")
    columns = {name: read.column(name).combine_chunks() for name in read.column_names}
    columns["row"] = assignment.column("row")
    columns["component"] = assignment.column("component")
    columns["bands"] = bands.take(pa.array(np.where(copy, 0, rows), mask=copy))
    return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)


def _read(staged: Staged, rows: I64, copy: Mask, words: int) -> Iterator[pa.RecordBatch]:
    """Read the given rows, rising, and make the shingle sets of those that are no copies; objections come last."""
    own = int(np.searchsorted(rows, staged.rows))
    yield from _read_file(staged.rows_path, staged.rows, rows[:own], copy[:own], words)
    if own < len(rows):
        told = (*_TOLD, *_OBJECTS)
        yield from _read_file(
            staged.objections_path, staged.objections, rows[own:] - staged.rows, copy[own:], words, told
        )


def _read_file(
    path: str, held: int, rows: I64, copy: Mask, words: int, told: tuple[str, ...] = _TOLD
) -> Iterator[pa.RecordBatch]:
    """Read the given rows of one Parquet file of ``held`` rows, a row group at a time."""
    with open_input(path) as source, pq.ParquetFile(source) as parquet:
        if parquet.metadata.num_rows != held:
            raise RunError(
                f"the staged file {path} has {parquet.metadata.num_rows} rows, not {held}:"
                " delete the run's work folder and run again"
            )
        first = 0
        for group in range(parquet.num_row_groups):
            count = parquet.metadata.row_group(group).num_rows
            start, stop = np.searchsorted(rows, [first, first + count])
            if start < stop:
                places = pa.array(rows[start:stop] - first)
                own = pa.array(~copy[start:stop])
                columns = [*told, "text"] if own.true_count else list(told)
                table = parquet.read_row_group(group, columns=columns).take(places).combine_chunks()
                yield _with_sets(table, own, words)
            first += count


def _with_sets(table: pa.Table, own: pa.BooleanArray, words: int) -> pa.RecordBatch:
    """Return the told columns with ``length`` and ``shingles``, both null where a row is not its ``own``."""
    columns = {name: pa.nulls(len(own), pa.string()) for name in _OBJECTS}
    told = [name for name in table.column_names if name != "text"]
    columns |= {name: table.column(name).combine_chunks().cast(pa.string()) for name in told}
    columns["length"] = pa.nulls(len(own), pa.int64())
    columns["shingles"] = pa.nulls(len(own), pa.list_(pa.uint64()))
    if own.true_count:
        texts = table.column("text").combine_chunks().filter(own)
        sets = shingle_sets(texts, words)
        lists = pa.ListArray.from_arrays(pa.array(sets.offsets.astype(np.int32)), pa.array(sets.values))
        nth = pc.subtract(pc.cumulative_sum(own.cast(pa.int64())), 1)
        at = pc.if_else(own, nth, pa.scalar(None, pa.int64()))
        columns["length"] = pc.binary_length(texts).cast(pa.int64()).take(at)
        columns["shingles"] = lists.take(at)
    return pa.RecordBatch.from_pydict(columns)


class Spools:
    """The spools of one chunk: what is told of its rows, and their shingle sets when asked for."""

    def __init__(self, pieces: Iterable[Piece]):
        self._pieces = sorted(pieces)
        self.files = [file for file, _, _ in self._pieces]
        local = all(is_local(path) for _, path, _ in self._pieces)
        self.sets = lru_cache(MAPPED_PIECES if local else FETCHED_PIECES)(self._sets)

    def told(self) -> Iterator[pa.RecordBatch]:
        """Return the rows of each piece, all columns but the shingles."""
        for _, path, batch in self._pieces:
            with open_arrow(path) as source:
                fields = [i for i, name in enumerate(pa.ipc.open_file(source).schema.names) if name != "shingles"]
                options = pa.ipc.IpcReadOptions(included_fields=fields)
                yield pa.ipc.open_file(source, options=options).get_batch(batch)

    def _sets(self, piece: int) -> ShingleSets:
        """Return the shingle sets of a piece's rows: mapped from a local disk, read from anywhere else."""
        _, path, batch = self._pieces[piece]
        with open_arrow(path) as source:
            lists = pa.ipc.open_file(source).get_batch(batch).column("shingles")
        values = np.asarray(lists.values)
        values.setflags(write=False)
        return ShingleSets(values, np.asarray(lists.offsets).astype(np.int64))


def open_arrow(path: str) -> pa.NativeFile:
    """Open an Arrow file of which parts are wanted: mapped on a local disk, read by ranges anywhere else."""
    return pa.memory_map(path.removeprefix("file://")) if is_local(path) else pa.PythonFile(open_input(path), mode="r")
