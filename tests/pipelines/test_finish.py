import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
import yaml
from datasets import load_dataset
from judged import Parcels, refused, row
from versions import finished, manifest_of, recipe, some_conversations, some_parcels

from licet.pipelines.facts import environment, pins_of, staging_counts
from licet.pipelines.finish import canonical_recipe
from licet.schemas.errors import RunError
from licet.schemas.manifest import MANIFEST_PATH, UNLISTED
from licet.schemas.recipe import parse_recipe
from licet.schemas.split import Pin, Split
from licet.stages.shard import published_schema


def test_the_manifest_lists_every_file_as_it_is(tmp_path: Path) -> None:
    version, manifest = finished(tmp_path, some_parcels(tmp_path))
    there = {str(path.relative_to(version)) for path in version.rglob("*") if path.is_file()}
    assert there == {file.path for file in manifest.files} | UNLISTED
    for file in manifest.files:
        data = (version / file.path).read_bytes()
        assert (file.bytes, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert manifest_of(version) == manifest
    assert {file.role for file in manifest.files} == {
        "attribution", "bill", "card", "chart", "clusters", "croissant", "data", "evidence", "index", "inputs",
        "ledger", "licenses", "measures", "notice", "objections", "recipe", "report", "statements", "summary",
    }  # fmt: skip


def test_stages_balance_and_follow_on_each_other(tmp_path: Path) -> None:
    _, manifest = finished(tmp_path, some_parcels(tmp_path))
    assert [(s.name, s.rows_in, s.rows_kept, [(r.reason, r.rows) for r in s.refused]) for s in manifest.stages] == [
        ("ingest", 12, 12, []),
        ("license", 12, 10, [("non_commercial", 2)]),
        ("heuristics", 10, 9, [("too_few_words", 1)]),
        ("dedup", 9, 7, [("near_duplicate", 2)]),
        ("quality", 7, 6, [("low_quality", 1)]),
    ]
    last = manifest.stages[-1]
    assert (manifest.rows.count, manifest.rows.bytes) == (last.rows_kept, last.bytes_kept)
    assert sum(file.rows or 0 for file in manifest.files if file.role == "data") == 6


def test_sources_are_pinned(tmp_path: Path) -> None:
    version, manifest = finished(tmp_path, some_parcels(tmp_path))
    (source,) = manifest.inputs
    assert (source.uris, source.files, source.bytes, source.rows) == (["data/*.jsonl"], 1, 20, 12)
    assert pq.read_table(version / "provenance/inputs.parquet").to_pylist() == [
        {"source": "test", "name": "b.jsonl", "bytes": 20, "sha256": "b" * 64}
    ]


def test_the_digest_depends_on_the_content_alone(tmp_path: Path) -> None:
    one, two = (finished(tmp_path / name, some_parcels(tmp_path / name)) for name in ("1", "2"))
    assert one[1].digest == two[1].digest
    other = finished(tmp_path / "3", some_parcels(tmp_path / "3"), description="Other books.")
    assert other[1].digest != one[1].digest
    assert other[1].rows == one[1].rows


def test_where_and_how_a_recipe_runs_has_no_part_in_its_copy() -> None:
    one, two = recipe(), recipe(output="/somewhere", work="/else", runner={"direct_num_workers": 7})
    assert canonical_recipe(one) == canonical_recipe(two)
    assert parse_recipe(canonical_recipe(one)).sources == one.sources
    assert yaml.safe_load(canonical_recipe(one))["dedup"]["bands"] == 14


def test_the_usual_readers_open_a_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version, manifest = finished(tmp_path, some_parcels(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    rows = load_dataset(str(version), split="train", cache_dir=str(tmp_path / "cache"))
    assert rows.num_rows == 6
    assert rows["id"][0] == "test/a"
    assert ds.dataset(version / "data", format="parquet").count_rows() == 6
    counted = duckdb.sql(f"SELECT license, count(*) FROM '{version}/data/default/*.parquet' GROUP BY ALL ORDER BY ALL")
    assert counted is not None
    assert counted.fetchall() == [("CC-BY-4.0", 4), ("MIT", 2)]
    assert [(c.expression, c.rows) for c in manifest.licences] == [("CC-BY-4.0", 4), ("MIT", 2)]


def test_conversations_open_by_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version, _ = finished(tmp_path, some_conversations(tmp_path), models=(), kind="posttrain")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    cache = str(tmp_path / "cache")
    assert load_dataset(str(version), "sft", split="train", cache_dir=cache)["uuid"][:] == ["test/a", "test/b"]
    (row_c,) = load_dataset(str(version), "preference", split="train", cache_dir=cache)
    assert row_c["chosen"][0]["content"] == "hello"


def test_nothing_kept_is_an_error_unless_the_recipe_allows_it(tmp_path: Path) -> None:
    def parcels(folder: Path) -> Parcels:
        made = Parcels(folder / "staging")
        made.add([], ledger=[refused("x")])
        return made

    with pytest.raises(RunError, match="No row of 1 was kept"):
        finished(tmp_path / "1", parcels(tmp_path / "1"), configs=("default",))
    version, manifest = finished(tmp_path / "2", parcels(tmp_path / "2"), configs=("default",), allow_empty=True)
    assert manifest.rows.count == 0
    rows = ds.dataset(version / "data", format="parquet").to_table()
    assert rows.num_rows == 0
    assert rows.schema.names == published_schema(chat=False, models=("wiki",)).names


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rows_in": {"test": 13}}, "Source test: 13 rows were read, 12 are in the data and the ledger"),
        ({"rows_in": {"test": 12, "other": 1}}, "Source other: 1 rows were read, 0 are"),
        (
            {"refused": {("license", "non_commercial"): 1}},
            "Staging refused 1 rows as license.non_commercial, the ledger",
        ),
    ],
)
def test_a_run_that_does_not_add_up_fails(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    parcels = some_parcels(tmp_path)
    counts = replace(staging_counts(judged.staged.done_path for judged in parcels.made), **change)
    with pytest.raises(RunError, match=told):
        finished(tmp_path, parcels, staging=counts)
    assert not (tmp_path / "version" / MANIFEST_PATH).exists()


def test_a_stage_that_nobody_declared_is_an_error(tmp_path: Path) -> None:
    parcels = Parcels(tmp_path / "staging")
    parcels.add([row("a", "one")], ledger=[refused("x", stage="magic")])
    with pytest.raises(RunError, match="names the stage magic"):
        finished(tmp_path, parcels, models=())


def test_counts_of_staging_add_up_over_parcels(tmp_path: Path) -> None:
    counts = staging_counts(judged.staged.done_path for judged in some_parcels(tmp_path).made)
    assert counts.rows_in == {"test": 12}
    assert counts.refused == {("license", "non_commercial"): 2, ("heuristics", "too_few_words"): 1}


def test_a_file_that_was_split_is_pinned_once() -> None:
    pin = Pin(path="/x/a", name="a", size=9, sha256="a" * 64)
    splits = [Split(source="s", reader="jsonl", files=(pin,), start=start, stop=start + 5) for start in (0, 5)]
    assert pins_of(splits) == {"s": [pin]}


def test_the_environment_names_what_decides_about_bytes() -> None:
    found = environment({"spdx": "3.27.0"})
    assert {"licet", "pyarrow", "apache-beam", "spdx"} <= set(found)
    assert not any("python" in name for name in found)
