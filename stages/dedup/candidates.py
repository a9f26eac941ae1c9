"""Rows that may be alike, as arrays in the order of their worth: what is known of each, and what it is compared by."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.dedup import Dedup
from licet.schemas.license import rank_of
from licet.stages.dedup._walk import HELD, LISTED, NEW, OBJECTS, PAIRS_A_ROW, Lists, Sets
from licet.stages.dedup.fingerprint import bands_of_sets
from licet.stages.dedup.frames import without_frames
from licet.stages.dedup.shingles import ShingleSets
from licet.stages.dedup.spool import Spools

I8 = npt.NDArray[np.int8]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]

# Shingles of a chunk that are held in memory; with more, all are mapped from a file without a name.
HELD_BYTES = 256_000_000
# Behind all grades that there are.
_NO_GRADE = "~"
_AFTER_ALL_DATES = "\uffff"
NO_VERSION = 1 << 40
"""Behind all versions: of rows that no earlier one holds."""


@dataclass
class Effort:
    """What verifying cost.

    New rows looked at, rows of earlier versions that they were held against, pairs compared, and rows for which not
    every candidate was compared.
    """

    rows: int = 0
    held: int = 0
    pairs: int = 0
    bounded: int = 0


@dataclass(frozen=True)
class Candidates:
    """The rows of a chunk, by their worth; ``told`` is what spools tell of them, with the ``file`` of each.

    ``kind`` is one of `NEW`, `OBJECTS` and `HELD`; ``version`` is the place of the one that holds a row. ``content``,
    ``grade`` and ``strictness`` are numbers that are equal where what they stand for is, and the latter two in its
    order. ``like`` is a row's place in ``sets``, -1 where it has none.
    """

    told: pa.Table
    kind: I8
    version: I64
    content: I64
    grade: I8
    strictness: I8
    like: I64
    sets: Sets

    def __len__(self) -> int:
        return len(self.kind)


def candidates(spools: Spools, settings: Dedup, sources: Sequence[str] = ()) -> Candidates:
    """Return all rows of some spools in the order in which they are kept, the best first.

    Rows that earlier versions have come first, by version and id; then the best licence grade, then the strictest
    terms, then what the recipe prefers, at last id, locator, content and place: a total order, whatever the order of
    arrival. ``sources`` are the recipe's, in its order.
    """
    told = pa.concat_tables(pa.Table.from_batches([batch]) for batch in spools.told())
    own = pc.invert(told.column("copy")).to_numpy()
    bands = told.column("bands").filter(pa.array(own)).combine_chunks()
    content = np.asarray(told.column("content").combine_chunks().dictionary_encode().indices).astype(np.int64)
    like_of = np.full(int(content.max()) + 1, -1, np.int64)
    like_of[content[own]] = np.arange(int(own.sum()))
    like = like_of[content]
    values, offsets = shingles(spools, own)
    hashes, is_worded = _hashes(bands)
    if settings.frame_rows:
        component = np.asarray(told.column("component").filter(pa.array(own))).astype(np.int64)
        whole = np.diff(offsets)
        values, offsets = without_frames(values, offsets, component, settings.frame_rows)
        framed = np.flatnonzero(np.diff(offsets) < whole)
        hashes[framed] = _own_bands(values, offsets, framed, component, settings)
    told = _measured(told.drop_columns(["bands"]), own, like)
    version = _versions(told.column("file"), spools)
    keys = _keys(told, version, settings, sources)
    order = pc.sort_indices(
        pa.table([column for column, _ in keys], [str(i) for i in range(len(keys))]),
        [(str(i), direction) for i, (_, direction) in enumerate(keys)],
    )
    at = np.asarray(order)
    told = told.take(order).combine_chunks()
    kind = np.where(pc.is_valid(told.column("license")).to_numpy(), OBJECTS, NEW).astype(np.int8)
    kind[version[at] < NO_VERSION] = HELD
    return Candidates(
        told=told,
        kind=kind,
        version=version[at],
        content=content[at],
        grade=_ranks(told.column("license_grade")),
        strictness=_strictness(told.column("license_tier")),
        like=like[at],
        sets=Sets(_numbered(hashes, is_worded), values, offsets),
    )


def _measured(told: pa.Table, own: npt.NDArray[np.bool_], like: I64) -> pa.Table:
    """Return the rows with the length and the quality of their like where they have none of their own."""
    at = pa.array(like, mask=like < 0)
    for name, otherwise in (("length", 0), ("quality", -1.0)):
        column = told.column(name)
        known = column.filter(pa.array(own)).take(at)
        filled = pc.fill_null(pc.coalesce(column, known), pa.scalar(otherwise, column.type))
        told = told.set_column(told.schema.get_field_index(name), name, filled)
    return told.set_column(
        told.schema.get_field_index("license_grade"),
        "license_grade",
        pc.fill_null(told.column("license_grade"), _NO_GRADE),
    )


def _versions(files: pa.ChunkedArray, spools: Spools) -> I64:
    """Return the place of the earlier version that holds each row, `NO_VERSION` for new ones."""
    known = pa.array(list(spools.holders), pa.int64())
    places = np.array([*(holder.place for holder in spools.holders.values()), NO_VERSION], np.int64)
    return np.asarray(places[np.asarray(pc.fill_null(pc.index_in(files, value_set=known), -1))])


def _keys(told: pa.Table, version: I64, settings: Dedup, sources: Sequence[str]) -> list[tuple[Any, str]]:
    """Return the columns by which rows are ordered, the first that tells two apart first, and their directions.

    What tells new rows apart is the same for all that earlier versions hold.
    """
    is_new = pa.array(version == NO_VERSION)

    def of_new(column: Any, otherwise: Any, direction: str) -> tuple[Any, str]:
        return pc.if_else(is_new, pc.fill_null(column, otherwise), otherwise), direction

    source = pc.index_in(told.column("source"), value_set=pa.array(sources, pa.string()))
    preferred = {
        "quality": of_new(told.column("quality"), -1.0, "descending"),
        "length": of_new(told.column("length"), 0, "descending"),
        "source": of_new(source, len(sources), "ascending"),
        "newest": of_new(told.column("date"), "", "descending"),
        "oldest": of_new(told.column("date"), _AFTER_ALL_DATES, "ascending"),
    }
    return [
        (pa.array(version), "ascending"),
        of_new(told.column("license_grade"), _NO_GRADE, "ascending"),
        of_new(pa.array(_strictness(told.column("license_tier"))), -1, "descending"),
        *(preferred[name] for name in settings.keep if name != "evidence"),
        *((told.column(name), "ascending") for name in ("id", "locator", "content", "file", "row")),
    ]


def _strictness(tiers: pa.ChunkedArray) -> I8:
    """Return how strict the terms of rows are; -1 where none are known."""
    known = tiers.combine_chunks().dictionary_encode()
    ranks = np.array([*(rank_of(tier) for tier in known.dictionary.to_pylist()), -1], np.int8)
    return np.asarray(ranks[np.asarray(pc.fill_null(known.indices, len(ranks) - 1))])


def _ranks(column: pa.ChunkedArray) -> I8:
    """Return the places of values among the distinct ones in their order."""
    distinct = pa.array(sorted(pc.unique(column).to_pylist()), pa.string())
    return np.asarray(pc.index_in(column, value_set=distinct).combine_chunks()).astype(np.int8)


def _hashes(bands: pa.FixedSizeListArray) -> tuple[U64, npt.NDArray[np.bool_]]:
    """Return the bands of rows, rows × bands, and which rows have any."""
    is_worded = bands.is_valid().to_numpy(zero_copy_only=False)
    hashes = np.zeros((len(bands), bands.type.list_size), np.uint64)
    hashes[is_worded] = np.asarray(bands.flatten()).reshape(-1, bands.type.list_size)
    return hashes, is_worded


def _own_bands(values: U64, offsets: I64, rows: I64, component: I64, settings: Dedup) -> U64:
    """Return the bands of rows that a frame was taken from: of what is left, and apart for each component."""
    lengths = np.diff(offsets)[rows]
    held = np.concatenate([values[offsets[row] : offsets[row + 1]] for row in rows.tolist()] or [values[:0]])
    sets = ShingleSets(held, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))
    return np.asarray(bands_of_sets(sets, settings) ^ (component[rows].astype(np.uint64)[:, None] << np.uint64(1)))


def _numbered(bands: U64, is_worded: npt.NDArray[np.bool_]) -> I32:
    """Return the bands of rows by numbers, -1 for one that no other row has and for rows without words."""
    width = bands.shape[1]
    hashes = bands[is_worded].reshape(-1)
    _, inverse, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    shared = counts > 1
    number = np.where(shared, np.cumsum(shared) - 1, -1).astype(np.int32)
    found = np.full((len(bands), width), -1, np.int32)
    found[is_worded] = number[inverse].reshape(-1, width)
    return found


def shingles(spools: Spools, own: npt.NDArray[np.bool_]) -> tuple[U64, I64]:
    """Return the shingle sets of the rows that are their own, of all pieces one after another, and their bounds.

    More of them than `HELD_BYTES` go to a file that vanishes when they are no longer needed, and are mapped.
    """
    lengths: list[I64] = []
    kept: list[U64] = []
    held, at = 0, 0
    with tempfile.TemporaryFile(prefix="licet-sets-") as file:
        for piece in range(len(spools.files)):
            sets = spools.sets(piece)
            mine = own[at : at + len(sets)]
            at += len(sets)
            lengths.append(np.diff(sets.offsets)[mine])
            # Sets of rows that are copies are empty, so the values are those of the others.
            kept.append(sets.values[sets.offsets[0] : sets.offsets[-1]])
            held += kept[-1].nbytes
            if held > HELD_BYTES:
                for values in kept:
                    file.write(values.data)
                kept = []
        offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int64)
        if held > HELD_BYTES:
            file.flush()
            values = np.memmap(file, np.uint64, "r", shape=(int(offsets[-1]),)).view(np.ndarray)
        else:
            values = np.concatenate(kept) if kept else np.empty(0, np.uint64)
            values.setflags(write=False)
    return values, offsets


def lists_for(rows: Candidates, kind: int) -> Lists:
    """Return empty lists with room for the rows of one kind.

    They take up to 4 bytes for each band of a row, and up to 800 for a row with a band that more than `LISTED` have.
    """
    likes = np.unique(rows.like[(rows.kind == kind) & (rows.like >= 0)])
    bands = rows.sets.bands[likes]
    count = int(rows.sets.bands.max(initial=-1)) + 1
    frequent = np.bincount(bands[bands >= 0], minlength=count)
    starts = np.concatenate([[0], np.cumsum(np.minimum(frequent, LISTED))]).astype(np.int64)
    is_full = np.append(frequent > LISTED, False)
    crowded = int(is_full[bands].any(axis=1).sum())
    slots = 1 << max(4, (PAIRS_A_ROW * crowded * 3 // 2).bit_length())
    return Lists(
        starts=starts,
        counts=np.zeros(count, np.int32),
        rows=np.empty(int(starts[-1]), np.int32),
        keys=np.zeros(slots, np.uint64),
        sizes=np.zeros(slots, np.int16),
        lasts=np.full(slots, -1, np.int32),
        listed=np.empty(PAIRS_A_ROW * crowded, np.int32),
        before=np.empty(PAIRS_A_ROW * crowded, np.int32),
        used=np.zeros(1, np.int64),
    )
