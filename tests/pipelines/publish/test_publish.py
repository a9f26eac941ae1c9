import json
import os
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.dataset as ds
import pytest
from tiny_versions import publish
from versions import finished, some_conversations

from licet.pipelines.publish.backend import Commit
from licet.pipelines.publish.plan import PublishPlan, plan_publication
from licet.pipelines.publish.publish import list_versions, resolve
from licet.pipelines.publish.steps import Published, publish_plan
from licet.pipelines.publish.store import StoreBackend, shelf_at
from licet.schemas.errors import VersionError


@pytest.fixture
def hub(tmp_path: Path) -> str:
    return str(tmp_path / "hub")


def everything(folder: str | Path) -> dict[str, tuple[int, int]]:
    return {str(p): (p.stat().st_ino, p.stat().st_mtime_ns) for p in Path(folder).rglob("*")}


def test_a_version_is_published_with_its_path_commit_and_bytes(make_version: Callable[..., Path], hub: str) -> None:
    folder = make_version("out", "first", "second")
    plan = plan_publication(str(folder), "1.0.0")
    told: list[tuple[str, int, int]] = []
    done = publish(str(folder), hub, "1.0.0", progress=lambda *step: told.append(step))
    head = StoreBackend(shelf_at(hub), "tiny").head()
    assert head is not None
    assert done == Published(
        name="tiny",
        version="1.0.0",
        path=f"{hub}/tiny/1.0.0",
        commit=head.oid,
        manifest_digest=plan.manifest_sha256,
        new_bytes=plan.size,
        reused_bytes=0,
        already_there=False,
        files=4,
    )
    assert told[-1] == ("send", plan.size, plan.size)
    assert resolve(hub, "tiny", "1.0.0") == done.path
    assert json.loads((Path(hub) / "tiny/versions.json").read_bytes()) == {
        "versions": [{"version": "1.0.0", "commit": head.oid, "manifest_sha256": plan.manifest_sha256}]
    }


def test_publishing_again_changes_nothing(make_version: Callable[..., Path], hub: str) -> None:
    folder = str(make_version("out", "first"))
    first = publish(folder, hub, "1.0.0")
    before = everything(hub)
    before.pop(f"{hub}/objects/tmp")
    again = publish(folder, hub, "1.0.0")
    assert (again.path, again.commit, again.new_bytes, again.already_there) == (first.path, first.commit, 0, True)
    after = everything(hub)
    after.pop(f"{hub}/objects/tmp")
    assert after == before


def test_the_published_version_does_not_follow_its_folder(make_version: Callable[..., Path], hub: str) -> None:
    folder = make_version("out", "first")
    path = Path(publish(str(folder), hub, "1.0.0").path)
    card = (path / "README.md").read_bytes()
    (folder / "README.md").write_bytes(b"changed in place")
    assert (path / "README.md").read_bytes() == card


def test_other_content_under_a_published_number_is_refused_with_both_digests(
    make_version: Callable[..., Path], hub: str
) -> None:
    mine, yours = make_version("mine", "a"), make_version("yours", "b")
    digest = publish(str(mine), hub, "1.0.0").manifest_digest
    other = plan_publication(str(yours), "1.0.0").manifest_sha256
    before = everything(hub + "/repos")
    with pytest.raises(VersionError, match=rf"with other content \(manifest {digest}, yours is {other}\)"):
        publish(str(yours), hub, "1.0.0")
    assert everything(hub + "/repos") == before


def test_a_lower_number_is_refused_and_an_older_published_one_is_still_there(
    make_version: Callable[..., Path], hub: str
) -> None:
    first, second = make_version("first", "a"), make_version("second", "b")
    publish(str(first), hub, "1.9.0")
    publish(str(second), hub, "1.10.0")
    with pytest.raises(VersionError, match=r"Version 1\.9\.1 of 'tiny' is lower than 1\.10\.0, the newest one"):
        publish(str(second), hub, "1.9.1")
    assert publish(str(first), hub, "1.9.0").already_there
    assert [entry.version for entry in list_versions(hub, "tiny")] == ["1.9.0", "1.10.0"]


def test_shards_that_did_not_change_are_not_sent_again(
    make_version: Callable[..., Path], hub: str, seal: Callable[..., None]
) -> None:
    folder = make_version("out", "first", "second")
    publish(str(folder), hub, "1.0.0")
    with open(folder / "README.md", "a") as card:
        card.write("A note.\n")
    seal(folder)
    done = publish(str(folder), hub, "1.0.1")
    sizes = {p.name: p.stat().st_size for p in folder.rglob("*") if p.is_file()}
    assert done.new_bytes == sizes["README.md"] + sizes["manifest.json"]
    assert done.reused_bytes == sum(sizes.values()) - done.new_bytes


def test_a_dry_run_tells_and_writes_nothing(make_version: Callable[..., Path], hub: str) -> None:
    folder = str(make_version("out", "first"))
    plan = plan_publication(folder, "1.0.0")
    told = publish(folder, hub, "1.0.0", dry_run=True)
    assert (told.path, told.commit, told.new_bytes) == (f"{hub}/tiny/1.0.0", None, plan.size)
    assert (told.dry_run, told.already_there) == (True, False)
    assert not os.path.exists(hub)
    done = publish(folder, hub, "1.0.0")
    before = everything(hub)
    told = publish(folder, hub, "1.0.0", dry_run=True)
    assert (told.commit, told.new_bytes, told.already_there) == (done.commit, 0, True)
    with pytest.raises(VersionError, match="is lower than"):
        publish(folder, hub, "0.9.0", dry_run=True)
    assert everything(hub) == before


def test_a_refused_folder_writes_nothing(make_version: Callable[..., Path], hub: str) -> None:
    folder = make_version("out", "first")
    (folder / "extra").write_text("x")
    with pytest.raises(VersionError, match="'extra' is in the folder but not in the manifest"):
        publish(str(folder), hub, "1.0.0")
    assert not os.path.exists(hub)


def test_a_hub_inside_the_folder_is_refused(make_version: Callable[..., Path]) -> None:
    folder = make_version("out", "first")
    for to in (folder, folder / "hub"):
        with pytest.raises(VersionError, match="lies in the folder that is to be published"):
            publish(str(folder), str(to), "1.0.0")


def test_a_hub_that_cannot_be_written_is_one_sentence(make_version: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(VersionError, match=r"The hub '.*' cannot be used \(Not a directory\)"):
        publish(str(make_version("out", "first")), str(tmp_path / "file/hub"), "1.0.0")


def test_a_hub_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(VersionError, match=r"The hub '.*' cannot be read: Not a directory\."):
        list_versions(str(tmp_path / "file"), "tiny")


def test_two_datasets_and_two_organisations_share_one_hub(make_version: Callable[..., Path], hub: str) -> None:
    one, two = make_version("one", "a"), make_version("two", "a", name="other")
    paths = [
        publish(str(one), hub, "1.0.0").path,
        publish(str(two), hub, "0.1.0").path,
        publish(str(one), hub, "3.0.0", namespace="org").path,
    ]
    assert paths == [f"{hub}/tiny/1.0.0", f"{hub}/other/0.1.0", f"{hub}/org/tiny/3.0.0"]
    assert [entry.version for entry in list_versions(hub, "tiny")] == ["1.0.0"]
    assert resolve(hub, "tiny", "3.0.0", namespace="org") == paths[2]


def test_resolve_says_what_is_there(make_version: Callable[..., Path], hub: str) -> None:
    assert list_versions(hub, "tiny") == []
    with pytest.raises(VersionError, match=r"has no version 1\.0\.0 of 'tiny': nothing of that name is published"):
        resolve(hub, "tiny", "1.0.0")
    publish(str(make_version("out", "first")), hub, "1.0.0")
    with pytest.raises(VersionError, match=r"has no version 2\.0\.0 of 'tiny': it has 1\.0\.0"):
        resolve(hub, "tiny", "2.0.0")


def test_a_removed_folder_is_told_and_comes_back_by_publishing_again(
    make_version: Callable[..., Path], hub: str, tmp_path: Path
) -> None:
    folder = str(make_version("out", "first"))
    path = Path(publish(folder, hub, "1.0.0").path)
    path.rename(tmp_path / "aside")
    with pytest.raises(VersionError, match=r"is gone from .*: publish that version again"):
        resolve(hub, "tiny", "1.0.0")
    assert publish(folder, hub, "1.0.0").already_there
    assert resolve(hub, "tiny", "1.0.0") == str(path)


class Overtaken(StoreBackend):
    """A backend to which somebody else publishes at the last moment."""

    others: list[PublishPlan]

    def commit(self, plan: PublishPlan, parent: str | None) -> Commit:
        if self.others and plan is not self.others[0]:
            publish_plan(self.others[0], StoreBackend(self._shelf, plan.name))
            self.others.pop(0)
        return super().commit(plan, parent)


def overtaken(hub: str, *others: PublishPlan) -> Overtaken:
    backend = Overtaken(shelf_at(hub), "tiny")
    backend.prepare()
    backend.others = list(others)
    return backend


def test_overtaken_by_a_lower_version_it_goes_on_from_there(make_version: Callable[..., Path], hub: str) -> None:
    mine = plan_publication(str(make_version("mine", "a")), "1.1.0")
    other = plan_publication(str(make_version("other", "b")), "1.0.0")
    backend = overtaken(hub, other)
    done = publish_plan(mine, backend)
    assert (done.already_there, done.new_bytes) == (False, mine.size)
    assert [entry.version for entry in list_versions(hub, "tiny")] == ["1.0.0", "1.1.0"]
    head = backend.head()
    assert head is not None
    assert head.parent == list_versions(hub, "tiny")[0].commit


def test_overtaken_by_a_higher_version_it_is_refused(make_version: Callable[..., Path], hub: str) -> None:
    mine = plan_publication(str(make_version("mine", "a")), "1.0.0")
    other = plan_publication(str(make_version("other", "b")), "1.0.1")
    with pytest.raises(VersionError, match=r"is lower than 1\.0\.1"):
        publish_plan(mine, overtaken(hub, other))
    assert [entry.version for entry in list_versions(hub, "tiny")] == ["1.0.1"]


def test_overtaken_by_itself_it_finds_itself_there(make_version: Callable[..., Path], hub: str) -> None:
    folder = str(make_version("mine", "a"))
    mine, same = plan_publication(folder, "1.0.0"), plan_publication(folder, "1.0.0")
    assert publish_plan(mine, overtaken(hub, same)).already_there


def test_one_who_is_always_overtaken_gives_up(make_version: Callable[..., Path], hub: str) -> None:
    folder = str(make_version("mine", "a"))
    others = [plan_publication(folder, f"1.{minor}.0") for minor in range(8)]
    with pytest.raises(VersionError, match="Others kept publishing 'tiny' at the same time"):
        publish_plan(plan_publication(folder, "2.0.0"), overtaken(hub, *others))


def test_pyarrow_and_duckdb_read_a_published_version(make_version: Callable[..., Path], hub: str) -> None:
    path = publish(str(make_version("out", "first", "second")), hub, "1.0.0").path
    assert ds.dataset(f"{path}/data/default").to_table()["text"].to_pylist() == ["first", "second"]
    with duckdb.connect() as connection:
        query = connection.execute(f"select text from '{path}/data/default/*.parquet' order by text")
        assert query.fetchall() == [("first",), ("second",)]


def test_datasets_loads_a_published_version_offline(
    make_version: Callable[..., Path], hub: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    path = publish(str(make_version("out", "first", "second")), hub, "1.0.0").path
    loaded = datasets.load_dataset(path, split="train", cache_dir=str(tmp_path / "cache"))
    assert loaded["text"][:] == ["first", "second"]


def test_versions_as_runs_finish_them_are_published_and_load_config_by_config(tmp_path: Path, hub: str) -> None:
    datasets = pytest.importorskip("datasets")
    folder, manifest = finished(tmp_path, some_conversations(tmp_path), kind="posttrain", models=())
    done = publish(str(folder), hub, "1.0.0", namespace="org")
    assert done.manifest_digest == manifest.digest
    for config in datasets.get_dataset_config_names(done.path):
        loaded = datasets.load_dataset(done.path, config, split="train", cache_dir=str(tmp_path / "cache"))
        listed = [f.rows for f in manifest.files if f.path.startswith(f"data/{config}/")]
        assert [loaded.num_rows] == listed
