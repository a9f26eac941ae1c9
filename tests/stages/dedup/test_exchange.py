import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.stages.dedup.exchange import KEYS, Crowded, edges, file_number, partitioned, partitions_for
from licet.stages.dedup.fingerprint import band_schema

Found = set[tuple[int, int, int, int, bool]]


def keys(file: int, hashes: list[int]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [pa.array(hashes, pa.uint64()), pa.array(range(len(hashes)), pa.uint32())],
        schema=KEYS.with_metadata({"file": str(file)}),
    )


def told(batches: list[pa.RecordBatch]) -> Found:
    rows = [tuple(row.values()) for batch in edges(batches) for row in batch.to_pylist()]
    assert len(set(rows)) == len(rows)
    return set(rows)


def test_a_files_number_is_of_its_key_alone() -> None:
    assert file_number("ab/00000") == 4517063325458333900
    assert 0 <= file_number("") < 2**62


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 2**64 - 1), min_size=3, max_size=3) | st.none(), max_size=20), st.integers(1, 9)
)
def test_each_key_is_in_one_partition_with_its_row(bands: list[list[int] | None], partitions: int) -> None:
    exact = [row * 2 + 1 for row in range(len(bands))]
    batch = pa.RecordBatch.from_pydict({"exact": exact, "bands": bands}, schema=band_schema(3))
    parts = list(partitioned(batch, 7, partitions))
    found = sorted((r["hash"], r["row"]) for _, part in parts for r in part.to_pylist())
    assert found == sorted((key, row) for row in range(len(bands)) for key in [exact[row], *(bands[row] or [])])
    assert parts[0][0] == 0
    for partition, part in parts:
        assert part.schema.metadata == {b"file": b"7"}
        assert all((key >> 32) * partitions >> 32 == partition for key in part.column("hash").to_pylist())


def test_larger_inputs_have_more_partitions() -> None:
    assert [partitions_for(size) for size in (0, 64 * 10**9, 64 * 10**9 + 1, 10**12)] == [32, 32, 33, 500]


def test_a_key_links_its_first_row_with_each_other() -> None:
    batches = [keys(9, [4, 8, 5]), keys(3, [8, 6, 4, 5])]
    assert told(batches) == {(3, 0, 9, 1, False), (3, 2, 9, 0, False), (3, 3, 9, 2, True)}


def test_a_pair_that_shares_many_bands_is_told_once() -> None:
    schema = KEYS.with_metadata({"file": "1"})
    columns = [pa.array([2, 2, 4, 4, 6, 6], pa.uint64()), pa.array([0, 1] * 3, pa.uint32())]
    assert told([pa.RecordBatch.from_arrays(columns, schema=schema)]) == {(1, 0, 1, 1, False)}


def test_nothing_shared_is_no_edge() -> None:
    assert told([]) == told([keys(1, [])]) == told([keys(1, [1, 2]), keys(2, [3])]) == set()


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 6), max_size=8), max_size=5), st.integers(0, 99))
def test_edges_link_what_shares_a_key_whatever_the_order(files: list[list[int]], seed: int) -> None:
    batches = [keys(number, hashes) for number, hashes in enumerate(files)]
    shuffled = [batch.take(pa.array(np.random.default_rng(seed).permutation(batch.num_rows))) for batch in batches]
    random.Random(seed).shuffle(shuffled)
    expected: Found = set()
    for key in range(7):
        rows = [(file, row) for file, hashes in enumerate(files) for row, it in enumerate(hashes) if it == key]
        expected |= {(*rows[0], *row, key % 2 == 1) for row in rows[1:]}
    assert told(shuffled) == told(batches) == expected


BANDS = {1: [[8, 2, 4], [8, 2, 6], [8, 10, 12]], 2: [[8, 14, 6], [8, 10, 16], [8, 18, 20]]}


def bands_of(file: int, rows: np.ndarray) -> np.ndarray:
    return np.array(BANDS[file], np.uint64)[rows]


def test_a_band_that_too_many_rows_have_links_those_that_share_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("licet.stages.dedup.exchange.CROWDED_ROWS", 5)
    batches = [keys(2, [8, 8, 8]), keys(1, [8, 8, 8])]
    crowded = Crowded()
    found = [tuple(row.values()) for batch in edges(batches, bands_of, crowded) for row in batch.to_pylist()]
    assert sorted(found) == [(1, 0, 1, 1, False), (1, 1, 2, 0, False), (1, 2, 2, 1, False)]
    assert crowded == Crowded(keys=1, rows=6)


def test_a_band_of_fewer_rows_and_any_exact_key_are_told_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("licet.stages.dedup.exchange.CROWDED_ROWS", 2)
    batches = [keys(1, [9, 9, 9]), keys(2, [8, 8])]
    crowded = Crowded()
    found = [tuple(row.values()) for batch in edges(batches, bands_of, crowded) for row in batch.to_pylist()]
    assert found == [(1, 0, 1, 1, True), (1, 0, 1, 2, True), (2, 0, 2, 1, False)]
    assert crowded == Crowded()
