from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from licet.pipelines.publish import limits
from licet.schemas.errors import VersionError


@pytest.mark.parametrize("name", ["a", "open-corpus", "Data_1.5", "x" * 96])
def test_a_name_that_hubs_take_is_taken(name: str) -> None:
    limits.check_name("dataset", name)


@pytest.mark.parametrize("name", ["", "a b", "a--b", "a..b", "-a", "a.", "a-", "é", "x" * 97, "../a", "a\n"])
def test_a_name_that_no_hub_takes_is_refused(name: str) -> None:
    with pytest.raises(VersionError, match=r"The dataset name .* is not allowed on a hub: use at most 96 letters"):
        limits.check_name("dataset", name)


@pytest.mark.parametrize("name", ["objects", "repos", "hub.json", "1.0.0"])
def test_a_name_that_a_hub_folder_uses_itself_is_refused(name: str) -> None:
    with pytest.raises(VersionError, match="means something else in a hub folder"):
        limits.check_name("organisation", name)


@pytest.mark.parametrize("path", ["", "/etc/passwd", "a//b", "../a", "a/../b", "./a", "a\\b", "a\nb", "a/"])
def test_a_path_that_is_not_plain_is_refused(path: str) -> None:
    with pytest.raises(VersionError, match="is not a plain relative path"):
        limits.check_path(path)


def test_a_path_in_a_folder_that_hubs_keep_for_themselves_is_refused() -> None:
    limits.check_path("data/git/.gitattributes")
    with pytest.raises(VersionError, match=r"lies in \.git, which hubs do not take"):
        limits.check_path("data/.git/config")


def test_a_folder_takes_9999_entries_and_not_one_more() -> None:
    entries = [f"data/{i}" for i in range(limits.MAX_FOLDER_ENTRIES)]
    limits.check_counts(entries)
    with pytest.raises(VersionError, match="The folder 'data' has 10,000 entries and a hub takes 9,999"):
        limits.check_counts([*entries, "data/sub/one"])


def test_a_version_takes_99999_files_and_not_one_more() -> None:
    files = [f"data/{i % 50}/{i}" for i in range(limits.MAX_FILES)]
    limits.check_counts(files)
    with pytest.raises(VersionError, match="has 100,000 files and a hub takes 99,999"):
        limits.check_counts([*files, "README.md"])


def test_a_shard_ends_at_5_gb_and_another_file_at_50() -> None:
    limits.check_size("data/a.parquet", 5_000_000_000)
    limits.check_size("a.bin", 50_000_000_000)
    with pytest.raises(VersionError, match=r"'data/a\.parquet' has 5,000,000,001 bytes and the limit is 5,000,000,000"):
        limits.check_size("data/a.parquet", 5_000_000_001)
    with pytest.raises(VersionError, match="make smaller shards"):
        limits.check_size("a.bin", 50_000_000_001)


def test_a_large_row_group_is_refused_under_data_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = str(tmp_path / "x.parquet")
    pq.write_table(pa.table({"n": range(1000)}), file)
    size = pq.read_metadata(file).row_group(0).total_byte_size
    monkeypatch.setattr(limits, "MAX_ROW_GROUP_BYTES", size)
    limits.check_parquet("data/x.parquet", file, 1000)
    monkeypatch.setattr(limits, "MAX_ROW_GROUP_BYTES", size - 1)
    limits.check_parquet("provenance/x.parquet", file, 1000)
    with pytest.raises(VersionError, match=f"has a row group of {size:,} bytes, which the viewer cannot read"):
        limits.check_parquet("data/x.parquet", file, 1000)
