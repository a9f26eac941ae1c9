import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import rfc8785
from versions import change_manifest, finished, some_parcels

from licet.pipelines.publish.plan import PlannedFile, plan_publication
from licet.schemas.errors import VersionError
from licet.schemas.manifest import MANIFEST_PATH, FileEntry

SHARD = "data/default/train-00000-of-00002.parquet"


@pytest.fixture
def folder(make_version: Callable[..., Path]) -> Path:
    return make_version("out", "first", "second")


def refused(folder: Path, version: str = "1.0.0") -> str:
    with pytest.raises(VersionError) as caught:
        plan_publication(str(folder), version)
    words = str(caught.value)
    assert all(line.endswith(".") for line in words.splitlines())
    return words


def rewrite(folder: Path, change: Callable[[Any], None]) -> None:
    content = json.loads((folder / MANIFEST_PATH).read_bytes())
    change(content)
    (folder / MANIFEST_PATH).write_bytes(rfc8785.dumps(content))


def test_a_plan_lists_every_file_with_its_hash_and_the_manifest_among_them(folder: Path) -> None:
    plan = plan_publication(str(folder), "1.2.3")
    paths = ["README.md", SHARD, SHARD.replace("00000-", "00001-"), "provenance/manifest.json"]
    assert plan.files == tuple(
        PlannedFile(
            path,
            hashlib.sha256((folder / path).read_bytes()).hexdigest(),
            (folder / path).stat().st_size,
            str(folder / path),
        )
        for path in paths
    )
    assert (plan.name, plan.version) == ("tiny", "1.2.3")
    assert plan.manifest_sha256 == plan.files[-1].sha256
    assert plan.size == sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def test_two_attempts_have_one_run_id_and_another_version_has_another(folder: Path) -> None:
    ids = [plan_publication(str(folder), version).run_id for version in ("1.0.0", "1.0.0", "1.0.1")]
    assert ids[0] == ids[1] != ids[2]


def test_progress_of_the_check_is_told_after_each_file(folder: Path) -> None:
    told: list[tuple[str, int, int]] = []
    plan = plan_publication(str(folder), "1.0.0", lambda *step: told.append(step))
    total = sum(file.size for file in plan.files[:-1])
    assert [phase for phase, _, _ in told] == ["check"] * 3
    assert told[-1] == ("check", total, total)


def test_a_version_number_with_a_v_is_refused(folder: Path) -> None:
    assert "so write 1.0.0" in refused(folder, "v1.0.0")


def test_what_is_not_a_finished_version_is_refused(tmp_path: Path) -> None:
    assert "has no provenance/manifest.json: it is not a finished version" in refused(tmp_path)
    assert "is not a local folder" in refused(tmp_path / "none")
    with pytest.raises(VersionError, match="is not a local folder"):
        plan_publication("s3://bucket/out", "1.0.0")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "Invalid JSON"),
        (b"\xff", "Invalid JSON"),
        (b"[" * 100_000, "Invalid JSON"),
        (b"[]", "its top level"),
        (b'{"files":[]}', "dataset: Field required"),
    ],
)
def test_a_broken_manifest_is_refused(folder: Path, data: bytes, words: str) -> None:
    (folder / MANIFEST_PATH).write_bytes(data)
    with pytest.raises(VersionError, match=f"is not a manifest: .*{words}"):
        plan_publication(str(folder), "1.0.0")


def test_a_manifest_that_was_edited_by_hand_is_refused(folder: Path) -> None:
    data = (folder / MANIFEST_PATH).read_bytes()
    (folder / MANIFEST_PATH).write_bytes(data + b"\n")
    assert "is not canonical JSON (RFC 8785), so it was edited" in refused(folder)


def test_a_manifest_that_holds_another_version_number_is_refused(folder: Path) -> None:
    rewrite(folder, lambda content: content["dataset"].update(version="2.0.0"))
    assert "calls this version 2.0.0: publish it as that, not as 1.0.0" in refused(folder)
    assert plan_publication(str(folder), "2.0.0").version == "2.0.0"


def test_a_file_too_many_is_refused_by_name(folder: Path) -> None:
    (folder / ".DS_Store").write_bytes(b"")
    assert refused(folder) == "'.DS_Store' is in the folder but not in the manifest: move it elsewhere."


def test_a_file_too_few_is_refused_by_name(folder: Path) -> None:
    (folder / "README.md").unlink()
    assert refused(folder) == "'README.md' is in the manifest but not in the folder: build the version again."


def test_a_link_is_refused_even_where_it_shows_the_right_bytes(folder: Path, tmp_path: Path) -> None:
    (folder / "README.md").rename(tmp_path / "elsewhere.md")
    (folder / "README.md").symlink_to(tmp_path / "elsewhere.md")
    assert "'README.md' is not a plain file" in refused(folder)


def test_what_is_wrong_is_told_in_the_order_of_paths(folder: Path) -> None:
    for name in ("c", "a", "d", "b"):
        (folder / name).mkdir()
        (folder / name / "link").symlink_to(folder / "README.md")
    told = [line.split("'")[1] for line in refused(folder).splitlines() if "plain file" in line]
    assert told == ["a/link", "b/link", "c/link", "d/link"]


def test_a_truncated_file_is_refused_by_its_size(folder: Path) -> None:
    data = (folder / SHARD).read_bytes()
    (folder / SHARD).write_bytes(data[:-1])
    assert f"'{SHARD}' has {len(data) - 1:,} bytes and the manifest says {len(data):,}" in refused(folder)


def test_a_flipped_bit_is_refused_by_its_hash(folder: Path) -> None:
    data = bytearray((folder / "README.md").read_bytes())
    data[-2] ^= 1
    (folder / "README.md").write_bytes(data)
    assert "'README.md' is not what the manifest says (its SHA-256 differs)" in refused(folder)


@pytest.mark.parametrize("path", ["../out.txt", "/etc/hostname", "data/./a"])
def test_a_manifest_that_reaches_out_of_the_folder_is_refused(
    folder: Path, seal: Callable[..., None], path: str
) -> None:
    seal(folder, files=[FileEntry(path=path, role="data", bytes=0, sha256="0" * 64)])
    assert f"'{path}' is not a plain relative path" in refused(folder)


def test_a_manifest_that_lists_a_file_twice_or_itself_is_refused(folder: Path, seal: Callable[..., None]) -> None:
    one = FileEntry(path="README.md", role="card", bytes=0, sha256="0" * 64)
    seal(folder, files=[one, one])
    assert "lists 'README.md' where it must not" in refused(folder)
    seal(folder, files=[one.model_copy(update={"path": MANIFEST_PATH})])
    assert "lists 'provenance/manifest.json' where it must not" in refused(folder)


def test_a_name_that_no_hub_takes_is_refused(folder: Path, seal: Callable[..., None]) -> None:
    seal(folder, "a--b")
    assert "The dataset name 'a--b' is not allowed" in refused(folder)


def test_rows_that_the_footer_does_not_have_are_refused(folder: Path) -> None:
    rewrite(folder, lambda content: content["files"][1].update(rows=2))
    assert f"'{SHARD}' has 1 rows and the manifest says 2" in refused(folder)


def test_a_shard_that_is_not_parquet_is_refused(folder: Path, seal: Callable[..., None]) -> None:
    (folder / SHARD).write_bytes(b"not Parquet")
    seal(folder)
    assert f"'{SHARD}' is not a readable Parquet file" in refused(folder)


def test_two_schemas_in_one_config_are_refused(folder: Path, seal: Callable[..., None]) -> None:
    pq.write_table(pa.table({"id": [1], "text": ["x"]}), folder / SHARD)
    seal(folder)
    assert "has another schema than" in refused(folder)


def test_a_version_without_a_card_or_with_a_bad_one_is_refused(folder: Path, seal: Callable[..., None]) -> None:
    (folder / "README.md").write_bytes(b"\xff\xfe")
    seal(folder)
    assert "README.md is not UTF-8 text" in refused(folder)
    (folder / "README.md").write_text("# Tiny\n")
    seal(folder)
    assert "README.md has no front matter" in refused(folder)
    (folder / "README.md").unlink()
    seal(folder)
    assert "The version has no README.md" in refused(folder)


def test_all_problems_are_told_at_once(folder: Path, seal: Callable[..., None]) -> None:
    (folder / "README.md").write_text("---\nlicense: mine\n---\n")
    (folder / SHARD).write_bytes(b"not Parquet")
    seal(folder)
    (folder / "data/.cache").mkdir()
    (folder / "data/.cache/x").write_bytes(b"")
    assert refused(folder).splitlines() == [
        "'data/.cache/x' is in the folder but not in the manifest: move it elsewhere.",
        f"'{SHARD}' is not a readable Parquet file: build the version again.",
        "README.md names the license 'mine', which is none of the hub's ids: write one, or other.",
        "The front matter of README.md needs a 'configs' list that names the data files.",
    ]


def test_a_file_that_is_wrong_is_told_of_once(folder: Path) -> None:
    (folder / SHARD).write_bytes(b"short")
    assert len(refused(folder).splitlines()) == 1


def test_a_name_that_hubs_keep_for_themselves_is_refused(folder: Path, seal: Callable[..., None]) -> None:
    (folder / "versions.json").write_text("{}")
    seal(folder)
    assert "'versions.json' is a name that hubs keep for the dataset as a whole" in refused(folder)


def test_a_version_that_says_what_is_not_so_is_refused_with_every_finding(tmp_path: Path) -> None:
    folder, _ = finished(tmp_path, some_parcels(tmp_path))
    assert plan_publication(str(folder), "1.0.0", verified=False).version == "1.0.0"
    change_manifest(folder, lambda told: told["rows"].update(tokens=1, digest="0" * 64))
    with pytest.raises(VersionError) as caught:
        plan_publication(str(folder), "1.0.0", verified=False)
    told = str(caught.value).splitlines()
    assert told[0] == f"'{folder}' is not what it says of itself: build the version again."
    assert any(line.endswith("(row_digest)") for line in told)
    assert any(line.endswith("(totals)") for line in told)
