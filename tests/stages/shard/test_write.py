import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from judged import BY_EVIDENCE, MIT_EVIDENCE, Parcels, duplicate, mark, row

from licet.schemas.recipe import Shards
from licet.schemas.rows import CONVERSATION, DOCUMENT, of_config
from licet.schemas.staged import ShardSpec
from licet.stages.shard.digest import digest_of_rows, row_digest, unpacked
from licet.stages.shard.plan import plan_shards, with_cuts
from licet.stages.shard.published import in_row_groups, published_schema, quality_buckets
from licet.stages.shard.records import ShardRecord
from licet.stages.shard.write import ShardWriter


def writer(folder: Path, *, chat: bool = False, models: tuple[str, ...] = (), **settings: Any) -> ShardWriter:
    return ShardWriter(
        folder=str(folder / "version"),
        scratch=str(folder / "scratch"),
        schema=published_schema(chat=chat, models=models),
        settings=Shards(**settings),
        revisions={"test": "r1"},
        footer={"licet.dataset": "books"},
    )


def written(folder: Path, shards: list[ShardSpec], **more: Any) -> tuple[list[ShardRecord], list[pa.Table]]:
    records = [writer(folder, **more)(shard) for shard in shards]
    return records, [pq.read_table(folder / "version" / record.file.path) for record in records]


def some_parcels(folder: Path) -> Parcels:
    parcels = Parcels(folder / "staging")
    parcels.add(
        [row("a", "one two"), row("b", "three", BY_EVIDENCE), row("c", "four five six")],
        marks=[duplicate(1, of="a"), mark(0, cluster_size=2)],
        row_group_size=2,
    )
    parcels.add([row("d", "seven", BY_EVIDENCE, language=None), row("e", "eight", token_count=None)])
    return parcels


def test_a_shard_has_the_kept_rows_with_the_published_columns(tmp_path: Path) -> None:
    records, (table,) = written(tmp_path, plan_shards(some_parcels(tmp_path).made, 1000))
    assert table.schema.equals(DOCUMENT)
    assert table.column("id").to_pylist() == ["test/a", "test/c", "test/d", "test/e"]
    assert table.column("cluster_size").to_pylist() == [2, 1, 1, 1]
    assert set(table.column("source").to_pylist()) == {"test"}
    assert set(table.column("source_revision").to_pylist()) == {"r1"}
    assert table.column("quality_bucket").null_count == 4
    assert records[0].file.rows == 4


def test_the_record_counts_what_was_written(tmp_path: Path) -> None:
    (record,), (table,) = written(tmp_path, plan_shards(some_parcels(tmp_path).made, 1000))
    data = (tmp_path / "version" / record.file.path).read_bytes()
    assert (record.file.bytes, record.file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert (record.text_bytes, record.tokens) == (len("one twofour five sixseveneight"), 6)
    assert [(c.expression, c.tier, c.grade, c.source, c.rows, c.bytes, c.tokens) for c in record.licences] == [
        ("CC-BY-4.0", "attribution", "B", "test", 1, 5, 1),
        ("MIT", "permissive", "A", "test", 3, 25, 5),
    ]
    assert [(c.language, c.rows) for c in record.languages] == [("en", 3), ("und", 1)]
    stored = unpacked(Path(record.leaves).read_bytes())
    assert row_digest([stored]) == digest_of_rows(table)


def test_a_shard_found_alone_says_what_it_is(tmp_path: Path) -> None:
    (record,), _ = written(tmp_path, plan_shards(some_parcels(tmp_path).made, 1000))
    footer = pq.read_metadata(tmp_path / "version" / record.file.path).metadata
    assert footer[b"licet.dataset"] == b"books"
    assert json.loads(footer[b"licet.licences"]) == [count.model_dump() for count in record.licences]


def test_the_same_rows_are_the_same_bytes_and_cuts_do_not_change_rows(tmp_path: Path) -> None:
    parcels = some_parcels(tmp_path)
    once, (whole,) = written(tmp_path / "1", plan_shards(parcels.made, 1000))
    again, _ = written(tmp_path / "2", plan_shards(parcels.made[::-1], 1000))
    assert [r.file for r in once] == [r.file for r in again]
    pieces, tables = written(tmp_path / "3", plan_shards(parcels.made, 10))
    assert [record.file.path for record in pieces] == [f"data/default/train-0000{i}-of-00002.parquet" for i in range(2)]
    assert pa.concat_tables(tables).to_pylist() == whole.to_pylist()
    leaves = [unpacked(Path(record.leaves).read_bytes()) for record in pieces]
    assert row_digest(leaves) == digest_of_rows(whole)


def test_scores_become_columns_and_buckets(tmp_path: Path) -> None:
    parcels = Parcels(tmp_path / "staging")
    scores = {"quality_score": [0.1, 0.5, 0.9], "quality_wiki": [0.1, 0.5, 0.2], "quality_books": [0.0, 0.1, 0.9]}
    parcels.add([row(n, "text") for n in "abcd"], marks=[duplicate(0, of="b")], scores=scores)
    shards = with_cuts(plan_shards(parcels.made, 1000), {"quality_wiki": [0.25, 0.5], "quality_books": [0.5, 0.8]})
    _, (table,) = written(tmp_path, shards, models=("wiki", "books"))
    at = table.schema.get_field_index("quality_score")
    assert table.schema.names[at : at + 6] == [
        "quality_score",
        "quality_wiki",
        "quality_wiki_bucket",
        "quality_books",
        "quality_books_bucket",
        "quality_bucket",
    ]
    assert table.column("quality_wiki_bucket").to_pylist() == [0, 2, 0]
    assert table.column("quality_books_bucket").to_pylist() == [0, 0, 2]
    assert table.column("quality_bucket").to_pylist() == [0, 2, 2]
    assert [round(score, 1) for score in table.column("quality_books").to_pylist()] == [0.0, 0.1, 0.9]


def test_tools_are_one_json_list(tmp_path: Path) -> None:
    parcels = Parcels(tmp_path / "staging", config="sft", chat=True)
    tools: tuple[list[str] | None, ...] = (["{}", '{"a":1}'], [], None)
    parcels.add([row(str(i), "x", tools=each) for i, each in enumerate(tools)])
    _, (table,) = written(tmp_path, plan_shards(parcels.made, 1000), chat=True)
    assert table.column("tools").to_pylist() == ['[{},{"a":1}]', "[]", None]


def test_conversations_have_a_uuid_and_no_text(tmp_path: Path) -> None:
    parcels = Parcels(tmp_path / "staging", config="sft", chat=True)
    messages = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]
    parcels.add([row("a", "hi\n\nhello", messages=messages, category="greeting"), row("b", "x")])
    (record,), (table,) = written(tmp_path, plan_shards(parcels.made, 1000), chat=True)
    assert table.schema.equals(of_config(CONVERSATION, "sft"))
    assert record.file.path == "data/sft/train-00000-of-00001.parquet"
    assert table.column("uuid").to_pylist() == ["test/a", "test/b"]
    assert [m["content"] for m in table.column("messages").to_pylist()[0]] == ["hi", "hello"]
    assert table.column("generator_terms").null_count == 2
    stored = unpacked(Path(record.leaves).read_bytes())
    assert row_digest([stored]) == digest_of_rows(table, "uuid")


def test_an_empty_shard_has_all_columns(tmp_path: Path) -> None:
    (record,), (table,) = written(tmp_path, plan_shards([], 1000, configs=["default"]))
    assert table.schema.equals(DOCUMENT)
    assert (table.num_rows, record.file.rows, record.licences) == (0, 0, ())


def test_row_groups_end_with_the_row_that_fills_them(tmp_path: Path) -> None:
    parcels = Parcels(tmp_path / "staging")
    for start in (0, 5):
        parcels.add([row(str(start + i), "x" * 2048) for i in range(5)], row_group_size=2)
    (record,), _ = written(tmp_path, plan_shards(parcels.made, 10**9), row_group_bytes=4096)
    file = pq.ParquetFile(tmp_path / "version" / record.file.path)
    assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [2] * 5


@pytest.mark.parametrize("limit", [1, 5, 6, 7, 100])
def test_row_groups_lose_no_row(limit: int) -> None:
    sizes = [3, 0, 5, 1, 9, 2, 0]
    table = pa.table({"n": list(range(7)), "text_bytes": sizes})
    for pieces in ([table], [table.slice(0, 3), table.slice(3, 0), table.slice(3)]):
        groups = list(in_row_groups(pieces, limit))
        assert [n for g in groups for n in g.column("n").to_pylist()] == list(range(7))
        assert all(sum(g.column("text_bytes").to_pylist()) >= limit for g in groups[:-1])


def test_the_page_index_and_zstd_are_there(tmp_path: Path) -> None:
    (record,), _ = written(tmp_path, plan_shards(some_parcels(tmp_path).made, 1000))
    group = pq.read_metadata(tmp_path / "version" / record.file.path).row_group(0)
    columns = {group.column(i).path_in_schema: group.column(i) for i in range(group.num_columns)}
    assert {column.compression for column in columns.values()} == {"ZSTD"}
    assert all(column.has_offset_index for column in columns.values())
    assert columns["id"].has_column_index
    assert not columns["text"].has_column_index
    assert columns["license"].dictionary_page_offset is not None


def test_a_score_at_a_cut_point_is_above_it() -> None:
    score = pa.array([None, 0.0, 0.25, 0.5, 1.0], pa.float32())
    assert quality_buckets(score, [0.25, 0.5]).to_pylist() == [None, 0, 1, 2, 2]
    assert quality_buckets(pa.array([0.1], pa.float32()), []).to_pylist() == [None]


def test_marks_that_do_not_fit_their_parcel_stop_the_run(tmp_path: Path) -> None:
    parcels = Parcels(tmp_path / "staging")
    good = parcels.add([row("a", "one"), row("b", "two")])
    wrong = type(good)(
        staged=good.staged, marks_path=good.marks_path, scores_path=good.scores_path, kept_rows=1, kept_bytes=3
    )
    with pytest.raises(RuntimeError, match="1 rows should be kept, its marks keep 2 and 2 have scores"):
        written(tmp_path, plan_shards([wrong], 1000))
    assert not list((tmp_path / "version").rglob("*.parquet"))


def test_a_licence_that_is_missing_is_counted_as_such(tmp_path: Path) -> None:
    parcels = Parcels(tmp_path / "staging")
    parcels.add([row("a", "one", MIT_EVIDENCE, license=None)])
    (record,), _ = written(tmp_path, plan_shards(parcels.made, 1000))
    assert [count.expression for count in record.licences] == ["NOASSERTION"]
