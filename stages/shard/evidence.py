"""Distinct evidence sets of a whole version, each with how many rows were kept and refused under it."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.evidence import COUNTED_EVIDENCE, COUNTS, EVIDENCE, STATEMENTS


class EvidenceGatherer:
    """Gathers evidence sets and counts of the rows under them; holds each distinct set once."""

    def __init__(self) -> None:
        self._sets: list[pa.Table] = []
        self._seen: set[str] = set()
        self._counts: dict[str, dict[str, int]] = {name: {} for name in COUNTS}

    def add(self, evidence: pa.RecordBatch) -> None:
        """Add evidence sets; those already there are left out."""
        fresh = []
        for place, key in enumerate(evidence.column("evidence_id").to_pylist()):
            if key not in self._seen:
                self._seen.add(key)
                fresh.append(place)
        if fresh:
            self._sets.append(pa.Table.from_batches([evidence]).take(fresh).cast(EVIDENCE))

    def count(self, name: str, evidence_ids: pa.Array | pa.ChunkedArray) -> None:
        """Add to the count ``name`` one for each id; rows without evidence are passed over."""
        counts = self._counts[name]
        for entry in pc.value_counts(evidence_ids.drop_null()).to_pylist():
            counts[entry["values"]] = counts.get(entry["values"], 0) + entry["counts"]

    def sorted_batch(self) -> pa.RecordBatch:
        """Return the sets with their counts, sorted by id."""
        sets = pa.concat_tables([EVIDENCE.empty_table(), *self._sets]).sort_by("evidence_id")
        ids = sets.column("evidence_id").to_pylist()
        for name in COUNTS:
            counts = pa.array([self._counts[name].get(key, 0) for key in ids], pa.int64())
            sets = sets.append_column(COUNTED_EVIDENCE.field(name), counts)
        return pa.RecordBatch.from_arrays([column.combine_chunks() for column in sets.columns], schema=COUNTED_EVIDENCE)


class StatementGatherer:
    """Gathers the words of claims; holds each distinct statement once."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}

    def add(self, statements: pa.RecordBatch) -> None:
        """Add statements; those already there are left out."""
        fresh = [n for n, key in enumerate(statements.column("sha256").to_pylist()) if key not in self._words]
        told = statements.take(pa.array(fresh, pa.int64()))
        self._words.update(zip(told.column("sha256").to_pylist(), told.column("raw").to_pylist(), strict=True))

    def sorted_batch(self) -> pa.RecordBatch:
        """Return the statements, sorted by their sha256."""
        rows = [{"sha256": key, "raw": self._words[key]} for key in sorted(self._words)]
        return pa.RecordBatch.from_pylist(rows, schema=STATEMENTS)


def merged_statements(pieces: Sequence[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Yield the distinct statements of some sorted pieces, sorted, one table for each two leading digits."""
    for parts in _by_prefix(pieces, "sha256"):
        both = pa.concat_tables(parts)
        _, first = np.unique(np.array(both.column("sha256").to_pylist(), dtype=object), return_index=True)
        yield both.take(pa.array(first))


def merged_evidence(pieces: Sequence[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Yield the distinct sets of some sorted pieces, sorted by id, with their counts added up.

    One table for each distinct first two characters of an id: as ids are hex digests, memory is that of a 256th
    of the sets.
    """
    for parts in _by_prefix(pieces, "evidence_id"):
        yield _merged(pa.concat_tables(parts))


def _by_prefix(pieces: Sequence[pa.RecordBatch], key: str) -> Iterator[list[pa.Table]]:
    """Yield, for each two leading digits of a hex key in their order, the rows of sorted pieces that have them."""
    starts = [_prefix_starts(piece, key) for piece in pieces]
    for prefix in sorted({prefix for found in starts for prefix in found}):
        yield [
            pa.Table.from_batches([piece.slice(*found[prefix])])
            for piece, found in zip(pieces, starts, strict=True)
            if prefix in found
        ]


def _prefix_starts(piece: pa.RecordBatch, key: str) -> dict[str, tuple[int, int]]:
    """Return for each prefix of a sorted piece's keys the place of the first and how many there are."""
    prefixes = pc.utf8_slice_codeunits(piece.column(key), 0, 2)
    found, at = {}, 0
    for entry in pc.value_counts(prefixes).to_pylist():
        found[entry["values"]] = (at, entry["counts"])
        at += entry["counts"]
    return found


def _merged(sets: pa.Table) -> pa.Table:
    """Return sets with equal ids as one, the first of them, their counts added up."""
    ids = np.array(sets.column("evidence_id").to_pylist(), dtype=object)
    _, first, group = np.unique(ids, return_index=True, return_inverse=True)
    merged = sets.take(pa.array(first))
    for name in COUNTS:
        total = np.zeros(len(first), np.int64)
        np.add.at(total, group, sets.column(name).to_numpy())
        at = merged.schema.get_field_index(name)
        merged = merged.set_column(at, COUNTED_EVIDENCE.field(name), pa.array(total))
    return merged
