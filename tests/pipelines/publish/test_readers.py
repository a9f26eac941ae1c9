"""What was published is what readers get, with libraries that know nothing of us: rows, digests, every byte."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from hub_kinds import AHub, hub
from hub_readers import differences
from versions import finished, some_conversations, some_parcels

from licet.pipelines.hub.local import LocalShelf
from licet.pipelines.hub.repository import Repository
from licet.pipelines.verify import verify
from licet.schemas.manifest import Manifest


@dataclass
class Read:
    """A hub with a version of documents and one of conversations that was published there."""

    at: AHub
    folder: Path
    made: Path
    manifest: Manifest
    commit: str

    def read(self, how: str, **given: Any) -> Any:
        return self.at.worker.do(f"hub_readers.{how}", repo="org/books", **given)


@pytest.fixture(scope="module", params=["lfs", "xet"])
def published(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    folder = tmp_path_factory.mktemp(request.param)
    made, manifest = finished(folder, some_parcels(folder))
    with hub(request.param, folder) as at:
        done = at.worker.do("hub_cases.attempt", folder=str(made), to="hf://datasets/org/books", version="1.0.0")
        yield Read(at, folder, made, manifest, done["commit"])


def contents(version: Path, config: str = "default") -> list[str]:
    shards = sorted((version / f"data/{config}").glob("*.parquet"))
    return [value for shard in shards for value in pq.read_table(shard)["content_sha256"].to_pylist()]


def test_datasets_loads_it_by_name_by_tag_and_by_commit_whole_and_streaming(published: Read) -> None:
    expected = contents(published.made)
    assert len(expected) == published.manifest.rows.count
    told = published.read("by_datasets", revisions=[None, "v1.0.0", published.commit], config="default")
    assert told == [{"whole": expected, "streamed": expected}] * 3


def test_a_snapshot_is_the_version_byte_by_byte_verifies_and_is_queried(published: Read) -> None:
    for revision in ("v1.0.0", published.commit):
        told = published.read("by_snapshot", revision=revision)
        assert (told["wrong"], told["digest"]) == ([], published.manifest.digest)
        assert verify(told["folder"]) == []
        assert queried(told["folder"]) == sorted(contents(published.made))


def queried(folder: str) -> list[str]:
    with duckdb.connect() as connection:
        found = connection.execute(f"select content_sha256 from '{folder}/data/*/*.parquet'").fetchall()
    return sorted(value for (value,) in found)


def test_the_file_system_shows_its_manifest_and_footers(published: Read) -> None:
    told = published.read("by_file_system", revision="v1.0.0")
    assert told == {"rows": True, "listed": True, "digest": published.manifest.digest}


def test_the_folder_beside_the_hub_verifies_and_is_queried(published: Read) -> None:
    folder = published.folder / "hub/org/books/1.0.0"
    assert differences(folder) == {"wrong": [], "digest": published.manifest.digest}
    assert verify(str(folder)) == []
    assert queried(str(folder)) == sorted(contents(published.made))


def test_conversations_load_config_by_config(published: Read, tmp_path: Path) -> None:
    made, manifest = finished(tmp_path, some_conversations(tmp_path), kind="posttrain", models=())
    to = "hf://datasets/org/talk"
    published.at.worker.do("hub_cases.attempt", folder=str(made), to=to, version="1.0.0")
    assert Repository(LocalShelf(str(published.folder / "hub")), "org", "talk").tag("v1.0.0")
    for config in ("sft", "preference"):
        (told,) = published.at.worker.do(
            "hub_readers.by_datasets", repo="org/talk", revisions=["v1.0.0"], config=config
        )
        assert told["whole"] == told["streamed"] == contents(made, config)
    assert manifest.rows.count == 3
