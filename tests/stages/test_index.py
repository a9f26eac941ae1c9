from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.schemas.dedup import Dedup
from licet.stages import dedup
from licet.stages.dedup.fingerprint import band_schema
from licet.stages.dedup.index import facts
from licet.stages.index import FACTS, as_index, fingerprints_in, index_path, index_schema
from licet.stages.shard.write import index_output

HASHES = st.integers(0, 2**64 - 1)
SCHEMA = index_schema("id", band_schema(3), "how")


def fingerprints(rows: list[tuple[int, list[int] | None]]) -> pa.Table:
    """Fingerprints of some rows, cut into chunks of three."""
    columns = {"exact": [exact for exact, _ in rows], "bands": [bands for _, bands in rows]}
    whole = pa.RecordBatch.from_pydict(columns, schema=band_schema(3))
    return pa.Table.from_batches([whole.slice(at, 3) for at in range(0, len(rows), 3)], schema=band_schema(3))


@settings(deadline=None)
@given(
    st.lists(st.tuples(HASHES, st.lists(HASHES, min_size=3, max_size=3) | st.none()), max_size=10), st.integers(0, 9)
)
def test_fingerprints_come_back_from_an_index_as_they_were(
    rows: list[tuple[int, list[int] | None]], start: int
) -> None:
    table = fingerprints(rows)
    index = as_index(pa.chunked_array([[str(i) for i in range(len(rows))]], pa.string()), table, SCHEMA)
    index.validate(full=True)
    found = fingerprints_in(index.slice(start), band_schema(3))
    found.validate(full=True)
    assert found.to_pylist() == table.slice(start).to_pylist()


def test_a_file_of_it_has_the_bytes_of_its_rows_alone_and_says_how_they_were_made(tmp_path: Path) -> None:
    table = fingerprints([(1, [2, 4, 6]), (3, None), (5, [8, 10, 12])])
    index = as_index(pa.chunked_array([["a", "b", "c"]]), table, SCHEMA)
    entries = []
    for place in ("one", "two"):
        with index_output(str(tmp_path / place), "data/default/train-00000-of-00001.parquet", SCHEMA) as file:
            file.write(index)
        entries.append(file.entry("x", "index"))
    assert entries[0] == entries[1]
    path = tmp_path / "one" / index_path("data/default/train-00000-of-00001.parquet")
    assert path == tmp_path / "one/provenance/dedup/default/train-00000-of-00001.parquet"
    read = pq.read_table(path)
    assert read.schema.metadata[FACTS] == b"how"
    assert fingerprints_in(read, band_schema(3)).to_pylist() == table.to_pylist()


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"threshold": 0.9}, True),
        ({"keep": ["evidence", "newest"]}, True),
        ({"against": ["x"], "index": False}, True),
        ({"bands": 7}, False),
        ({"rows_per_band": 7}, False),
        ({"shingle_size": 4}, False),
        ({"shingles": "characters"}, False),
        ({"compare": "both"}, False),
        ({"seed": 2}, False),
    ],
)
def test_what_fingerprints_depend_on_is_told_of_them(change: dict[str, object], same: bool) -> None:
    for chat in (False, True):
        assert (facts(Dedup.model_validate(change), chat=chat) == facts(Dedup(), chat=chat)) is same


def test_another_function_is_known_by_its_fingerprints_of_a_few_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    before = dedup.index.probe(Dedup(), chat=False)
    assert before == dedup.index.probe(Dedup(), chat=False)
    otherwise = partial(_with_another_seed, dedup.fingerprint)
    monkeypatch.setattr(dedup.index, "fingerprint", otherwise)
    assert dedup.index.probe(Dedup(), chat=False) != before


def test_documents_and_conversations_are_told_apart_where_their_texts_are_made_otherwise() -> None:
    both = Dedup(compare="both")
    assert dedup.index.probe(both, chat=False) == dedup.index.probe(both, chat=True)
    assert dedup.index.probe(Dedup(), chat=False) != dedup.index.probe(Dedup(), chat=True)


def _with_another_seed(made: Any, rows: pa.RecordBatch, how: Dedup) -> pa.RecordBatch:
    return made(rows, how.model_copy(update={"seed": 2}))


@pytest.mark.parametrize(("chat", "names"), [(False, ["id", "exact", "bands"]), (True, ["uuid", "exact", "bands"])])
def test_an_index_names_rows_as_their_shards_do(chat: bool, names: list[str]) -> None:
    schema = dedup.index_schema(Dedup(), chat=chat)
    assert schema is not None
    assert schema.names == names


def test_there_is_no_index_without_dedup_nor_where_none_is_wanted() -> None:
    assert dedup.index_schema(Dedup(index=False), chat=False) is None
    assert dedup.index_schema(Dedup(enabled=False), chat=False) is None
