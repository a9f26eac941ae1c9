"""The spool: what verifying needs to know of candidate rows, taken from staged files once and kept on disk.

One Arrow file for each staged file that has candidates, one record batch for each chunk of components. Its name holds
the digest of what it was made from, so a retry writes the same bytes under the same name, and a run with other
settings another file. The spool may be deleted when the run is over.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from licet.schemas.dedup import Dedup
from licet.schemas.errors import RunError
from licet.schemas.rows import TURNS
from licet.schemas.staged import Held, Staged
from licet.stages.dedup.compared import Texts, columns_for, compared
from licet.stages.dedup.fingerprint import band_schema
from licet.stages.dedup.held import HOLDER, held_fingerprints, is_held, read_held
from licet.stages.dedup.shingles import ShingleSets, joined, shingle_sets
from licet.stages.storage import atomic_output, is_local, join, open_input, read_arrow

I64 = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]

# Part of a spool's name: a change of what is written there needs another number.
_FORMAT = 2

# Pieces of which the shingle sets are at hand: mapped ones cost addresses, fetched ones memory.
MAPPED_PIECES = 256
FETCHED_PIECES = 16

_TOLD = ("id", "locator", "content_sha256", "license_grade", "license_tier")
# What is told of rows that may stay, and of objections; null for the others.
_DATED = ("date",)
_OBJECTS = ("license", "evidence_id")


# Beam holds arguments of steps against their types.
@runtime_checkable
class Scorer(Protocol):
    """What scores texts, the higher the better."""

    def identity(self) -> str:
        """Return what tells its scores from those of another."""

    def __call__(self, texts: pa.Array) -> pa.Array:
        """Return one float32 a text."""


def spool_schema(bands: int) -> pa.Schema:
    """Return the columns of a spool.

    ``content`` is the sha256 of what is compared. A ``copy`` has the exact key of another row of its component: its
    ``bands`` and ``shingles`` are null, since it is told those of that row, and so are ``length`` (UTF-8 bytes of the
    text) and ``quality`` where the texts are known to be the same. ``quality`` is null without a scorer. ``license``
    and ``evidence_id`` are those of objections, whose ``row`` counts on after the file's rows, and null for all others.
    """
    return pa.schema(
        [
            pa.field("row", pa.uint32(), nullable=False),
            pa.field("component", pa.uint32(), nullable=False),
            pa.field("copy", pa.bool_(), nullable=False),
            pa.field("content", pa.string()),
            *(pa.field(name, pa.string()) for name in ("id", "locator", "license_grade", "license_tier")),
            *(pa.field(name, pa.string()) for name in (*_DATED, *_OBJECTS, "source")),
            pa.field("length", pa.int64()),
            pa.field("quality", pa.float32()),
            band_schema(bands).field("bands"),
            pa.field("shingles", pa.list_(pa.uint64())),
        ]
    )


Piece: TypeAlias = tuple[int, str, int]
"""Where something is that concerns one staged file: its number, an Arrow file, and which of its record batches."""


def read_fingerprints(staged: Staged | Held, settings: Dedup, work: str = "") -> pa.RecordBatch:
    """Return the fingerprints of a staged file: of its rows, then of its objections.

    Those of rows that an earlier version holds may be made anew, and are kept in ``work`` then.

    Raises:
        RunError: they were made with other settings, or are not of these rows.

    """
    if isinstance(staged, Held):
        return held_fingerprints(staged, settings, work)
    found = read_arrow(staged.bands_path)
    rows = staged.rows + staged.objections
    if not found.schema.equals(band_schema(settings.bands)) or found.num_rows != rows:
        raise RunError(
            f"the fingerprints of staged parcel {staged.key} are not {rows} rows of {settings.bands} bands:"
            " delete the run's work folder and run again"
        )
    return found


def write_spool(
    staged: Staged | Held,
    file: int,
    assignment: pa.RecordBatch,
    settings: Dedup,
    work: str,
    scorer: Scorer | None = None,
) -> Iterator[tuple[int, Piece]]:
    """Write the spool of one staged file; return (chunk, `Piece`) for each chunk that has rows of it.

    Only the row groups that hold candidates are read, and their texts only where a row is no copy or parts of it are
    compared. A ``scorer`` scores them where the recipe prefers the better ones.
    """
    scorer = scorer if "quality" in settings.keep else None
    assignment = assignment.take(pc.sort_indices(assignment, [("chunk", "ascending"), ("row", "ascending")]))
    told = (_FORMAT, settings.model_dump(), staged.key, staged.rows, staged.bytes, staged.objections)
    scored = (staged.source, scorer.identity() if scorer else None)
    digest = hashlib.sha256(repr((*told, *scored)).encode())
    for column in assignment.columns:
        digest.update(np.asarray(column.cast(pa.uint32())).tobytes())
    path = join(work, f"{file:016x}-{digest.hexdigest()[:16]}.arrow")
    chunks = np.asarray(assignment.column("chunk"))
    starts = np.flatnonzero(np.concatenate([[True], chunks[1:] != chunks[:-1]]))
    rows = _candidates(staged, assignment, settings, work, scorer)
    with atomic_output(path) as sink, pa.ipc.new_file(sink, rows.schema) as writer:
        for start, stop in zip(starts, [*starts[1:], len(chunks)], strict=True):
            writer.write_batch(rows.slice(start, stop - start))
    for batch, start in enumerate(starts):
        yield int(chunks[start]), (file, path, batch)


def _candidates(
    staged: Staged | Held, assignment: pa.RecordBatch, settings: Dedup, work: str, scorer: Scorer | None
) -> pa.RecordBatch:
    """Return the rows of an assignment, in its order, with the columns of a spool."""
    schema = spool_schema(settings.bands)
    if isinstance(staged, Held):
        schema = schema.with_metadata({HOLDER: staged.holder})
    rows = np.asarray(assignment.column("row")).astype(np.int64)
    copy = np.asarray(assignment.column("copy"))
    by_place = np.argsort(rows)
    back = np.argsort(by_place)
    pieces = list(_read(staged, rows[by_place], copy[by_place], settings, scorer))
    read = pa.Table.from_batches(pieces).combine_chunks().take(pa.array(back)).combine_chunks()
    bands = read_fingerprints(staged, settings, work).column("bands")
    columns = {name: read.column(name).combine_chunks() for name in read.column_names}
    columns["source"] = pa.repeat(pa.scalar(staged.source), len(rows))
    columns |= {name: assignment.column(name) for name in ("row", "component", "copy")}
    columns["bands"] = bands.take(pa.array(np.where(copy, 0, rows), mask=copy))
    return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)


def _read(
    staged: Staged | Held, rows: I64, copy: Mask, settings: Dedup, scorer: Scorer | None
) -> Iterator[pa.RecordBatch]:
    """Read the given rows, rising, and make the shingle sets of those that are no copies; objections come last."""
    if isinstance(staged, Held):
        yield _Reader(settings, _TOLD, None).read_held(staged, rows, copy)
        return
    own = int(np.searchsorted(rows, staged.rows))
    reader = _Reader(settings, (*_TOLD, *_DATED), scorer)
    yield from reader.read(staged.rows_path, staged.rows, rows[:own], copy[:own])
    if own < len(rows):
        reader = _Reader(settings, (*_TOLD, *_OBJECTS), None)
        yield from reader.read(staged.objections_path, staged.objections, rows[own:] - staged.rows, copy[own:])


@dataclass(frozen=True)
class _Reader:
    """Reads candidate rows of one Parquet file, a row group at a time; ``told`` are the columns taken as they are."""

    settings: Dedup
    told: tuple[str, ...]
    scorer: Scorer | None

    def read(self, path: str, held: int, rows: I64, copy: Mask) -> Iterator[pa.RecordBatch]:
        """Yield the given rows of a file of ``held`` rows."""
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
                    columns = [*self.told, *self._looked_at(own, chat=TURNS[0] in parquet.schema_arrow.names)]
                    table = parquet.read_row_group(group, columns=columns).take(places).combine_chunks()
                    yield self._with_sets(table, own)
                first += count

    def read_held(self, held: Held, rows: I64, copy: Mask) -> pa.RecordBatch:
        """Return the given rows of an earlier version."""
        own = pa.array(~copy)
        table = read_held(held, [*self.told, *self._looked_at(own, chat=held.chat)], pa.array(rows))
        return self._with_sets(table.combine_chunks(), own)

    def _looked_at(self, own: pa.BooleanArray, *, chat: bool) -> list[str]:
        """Return the columns with what rows say: none where all are copies of known texts."""
        if self.settings.compare == "text" and not own.true_count:
            return []
        return list(dict.fromkeys(["text", *columns_for(self.settings.compare, chat=chat)]))

    def _with_sets(self, table: pa.Table, own: pa.BooleanArray) -> pa.RecordBatch:
        """Return the told columns of rows, what is measured of them, and the sets of those that are their ``own``."""
        rows = len(own)
        columns = {name: pa.nulls(rows, pa.string()) for name in (*_DATED, *_OBJECTS)}
        columns |= {name: table.column(name).combine_chunks().cast(pa.string()) for name in self.told}
        columns["content"] = columns.pop("content_sha256")
        columns["length"], columns["quality"] = pa.nulls(rows, pa.int64()), pa.nulls(rows, pa.float32())
        columns["shingles"] = pa.nulls(rows, pa.list_(pa.uint64()))
        is_whole = self.settings.compare == "text"
        measured = own if is_whole else pa.repeat(pa.scalar(value=True), rows)
        if measured.true_count:
            said = table.filter(measured).combine_chunks().to_batches()[0]
            at = _places_of(measured)
            texts = compared(said, self.settings.compare)
            columns["content"] = columns["content"] if is_whole else texts.content
            columns["length"] = pc.binary_length(said.column("text")).cast(pa.int64()).take(at)
            if self.scorer is not None:
                columns["quality"] = self.scorer(said.column("text")).cast(pa.float32()).take(at)
            if own.true_count:
                keep = own.filter(measured)
                columns["shingles"] = self._sets(texts, keep).take(_places_of(own))
        return pa.RecordBatch.from_pydict(columns)

    def _sets(self, texts: Texts, own: pa.BooleanArray) -> pa.ListArray:
        """Return the shingle sets of the rows that are their own."""
        size, unit = self.settings.shingle_size, self.settings.shingles
        sets = joined([shingle_sets(each.filter(own), size, unit, part) for part, each in texts.parts.items()])
        return pa.ListArray.from_arrays(pa.array(sets.offsets.astype(np.int32)), pa.array(sets.values))


def _places_of(chosen: pa.BooleanArray) -> pa.Array:
    """Return for each row its place among the chosen ones, null for the others."""
    nth = pc.subtract(pc.cumulative_sum(chosen.cast(pa.int64())), 1)
    return pc.if_else(chosen, nth, pa.scalar(None, pa.int64()))


class Holder(NamedTuple):
    """An earlier version: its place in the recipe, and what the ledger calls it."""

    place: int
    label: str


class Spools:
    """The spools of one chunk: what is told of its rows, and their shingle sets when asked for."""

    def __init__(self, pieces: Iterable[Piece]):
        self._pieces = sorted(pieces)
        self.files = [file for file, _, _ in self._pieces]
        local = all(is_local(path) for _, path, _ in self._pieces)
        self.sets = lru_cache(MAPPED_PIECES if local else FETCHED_PIECES)(self._sets)
        self.holders = {file: _holder(path) for file, path, _ in self._pieces if is_held(file)}

    def told(self) -> Iterator[pa.RecordBatch]:
        """Return the rows of each piece: all columns but the shingles, and the number of the ``file`` of each row."""
        for file, path, batch in self._pieces:
            with open_arrow(path) as source:
                fields = [i for i, name in enumerate(pa.ipc.open_file(source).schema.names) if name != "shingles"]
                options = pa.ipc.IpcReadOptions(included_fields=fields)
                told = pa.ipc.open_file(source, options=options).get_batch(batch)
            yield told.append_column("file", pa.repeat(pa.scalar(file, pa.int64()), told.num_rows))

    def _sets(self, piece: int) -> ShingleSets:
        """Return the shingle sets of a piece's rows: mapped from a local disk, read from anywhere else."""
        _, path, batch = self._pieces[piece]
        with open_arrow(path) as source:
            lists = pa.ipc.open_file(source).get_batch(batch).column("shingles")
        values = np.asarray(lists.values)
        values.setflags(write=False)
        return ShingleSets(values, np.asarray(lists.offsets).astype(np.int64))


def _holder(path: str) -> Holder:
    with open_arrow(path) as source:
        place, _, label = pa.ipc.open_file(source).schema.metadata[HOLDER].decode().partition(" ")
    return Holder(int(place), label)


def open_arrow(path: str) -> pa.NativeFile:
    """Open an Arrow file of which parts are wanted: mapped on a local disk, read by ranges anywhere else."""
    return pa.memory_map(path.removeprefix("file://")) if is_local(path) else pa.PythonFile(open_input(path), mode="r")
