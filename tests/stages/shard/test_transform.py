from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from apache_beam import Create, Pipeline
from apache_beam.options.pipeline_options import PipelineOptions
from judged import Parcels, duplicate, refused, row

from licet.schemas.recipe import Shards
from licet.schemas.staged import Judged
from licet.stages.shard import published_schema, read_cuts, read_records
from licet.stages.shard.records import LedgerPart, ShardRecord, VersionTables
from licet.stages.shard.transform import Shard


def run(
    folder: Path, judged: Sequence[Judged], mode: str = "in_memory"
) -> list[ShardRecord | LedgerPart | VersionTables]:
    options = PipelineOptions([f"--direct_running_mode={mode}", "--direct_num_workers=2"])
    with Pipeline("FnApiRunner", options=options) as pipeline:
        shard = Shard(
            settings=Shards(target_bytes=4096),
            folder=str(folder / "version"),
            scratch=str(folder / "scratch"),
            schema=published_schema(chat=False, models=("wiki",)),
            # A lambda travels by value: worker processes cannot import this module.
            cuts=lambda judged: {"quality_wiki": [0.5]} if judged == sorted(judged) else {},
        )
        _ = pipeline | Create(list(judged)).with_output_types(Judged) | "Shard" >> shard
    return read_records(str(folder / "scratch" / "records.json"))


def some_parcels(folder: Path) -> list[Judged]:
    parcels = Parcels(folder / "staging")
    for start in range(0, 8, 2):
        parcels.add(
            [row(str(start), "a" * 2000), row(str(start + 1), "b" * 2000), row(f"{start}x", "b")],
            ledger=[refused(f"r{start}")],
            marks=[duplicate(2, of=str(start))],
            scores={"quality_score": [0.25, 0.75], "quality_wiki": [0.25, 0.75]},
        )
    return parcels.made


def test_a_pipeline_writes_a_version_and_tells_what_it_wrote(tmp_path: Path) -> None:
    judged = some_parcels(tmp_path)
    records = run(tmp_path, judged[::-1])
    assert [record.kind for record in records] == ["ledger", *["shard"] * 4, "tables"]
    shards = [record for record in records if isinstance(record, ShardRecord)]
    tables = [pq.read_table(tmp_path / "version" / shard.file.path) for shard in shards]
    assert [table.column("id").to_pylist() for table in tables] == [
        [f"test/{i}", f"test/{i + 1}"] for i in range(0, 8, 2)
    ]
    assert read_cuts(str(tmp_path / "scratch")) == {"quality_wiki": [0.5]}
    assert tables[0].column("quality_bucket").to_pylist() == [0, 1]
    last = records[-1]
    assert isinstance(last, VersionTables)
    assert last.rows == 8


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    judged = some_parcels(tmp_path)
    one, two = run(tmp_path / "1", judged), run(tmp_path / "2", judged[::-1], "multi_processing")
    assert [getattr(r, "file", None) for r in one] == [getattr(r, "file", None) for r in two]
    assert one[-1] == two[-1]


@pytest.mark.parametrize("mode", ["in_memory", "multi_processing"])
def test_no_parcel_at_all_still_ends_in_a_version(tmp_path: Path, mode: str) -> None:
    records = run(tmp_path, [], mode)
    assert [record.kind for record in records] == ["ledger", "shard", "tables"]
    table = pq.read_table(tmp_path / "version/data/default/train-00000-of-00001.parquet")
    assert table.num_rows == 0
