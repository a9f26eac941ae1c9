"""The same behaviour on a disk and on an object store (in memory)."""

import stat
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from licet.pipelines.hub.repository import HeadMovedError
from licet.pipelines.publish.plan import PublishPlan, plan_publication
from licet.pipelines.publish.store import StoreBackend, shelf_at
from licet.schemas.errors import VersionError
from licet.schemas.manifest import MANIFEST_PATH


@pytest.fixture(params=["disk", "memory"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "hub") if request.param == "disk" else f"memory://{uuid.uuid4().hex}"


@pytest.fixture
def plan(make_version: Callable[..., Path]) -> PublishPlan:
    return plan_publication(str(make_version("out", "first", "first", "second")), "1.0.0")


def backend_at(hub: str) -> StoreBackend:
    return StoreBackend(shelf_at(hub), "tiny")


def sent(hub: str, plan: PublishPlan) -> StoreBackend:
    backend = backend_at(hub)
    backend.prepare()
    backend.send(backend.missing(plan.files), lambda _: None)
    return backend


def test_create_never_overwrites(hub: str) -> None:
    shelf = shelf_at(hub)
    assert shelf.create("a/b.json", b"first")
    assert not shelf.create("a/b.json", b"second")
    assert shelf.read("a/b.json") == b"first"


def test_replace_overwrites_and_absent_names_are_told(hub: str) -> None:
    shelf = shelf_at(hub)
    assert (shelf.read("a/b"), shelf.size("a/b"), shelf.names("a")) == (None, None, [])
    shelf.replace("a/b", b"one")
    shelf.replace("a/b", b"three")
    assert (shelf.read("a/b"), shelf.size("a/b"), shelf.names("a"), shelf.size("a")) == (
        b"three",
        5,
        ["b"],
        None,
    )


def test_a_new_hub_has_nothing_and_everything_is_missing(hub: str, plan: PublishPlan) -> None:
    backend = backend_at(hub)
    assert (backend.head(), backend.versions()) == (None, [])
    assert len(backend.missing(plan.files)) == len({file.sha256 for file in plan.files})


def test_what_was_put_is_no_longer_missing(hub: str, plan: PublishPlan) -> None:
    assert sent(hub, plan).missing(plan.files) == []
    assert backend_at(hub).missing(plan.files) == []


def test_content_that_changed_since_the_plan_is_not_kept(hub: str, plan: PublishPlan) -> None:
    backend = backend_at(hub)
    backend.prepare()
    card = plan.files[0]
    Path(card.source).write_bytes(b"x" * card.size)
    with pytest.raises(VersionError, match=r"README\.md' changed while it was being published"):
        backend.send([card], lambda _: None)
    assert card in backend.missing(plan.files)


def test_a_commit_without_its_contents_is_refused(hub: str, plan: PublishPlan) -> None:
    backend = backend_at(hub)
    backend.prepare()
    with pytest.raises(VersionError, match="is gone from the hub's objects"):
        backend.commit(plan, None)
    assert backend.head() is None


def test_a_commit_moves_main_and_a_stale_parent_does_not(hub: str, plan: PublishPlan) -> None:
    backend = sent(hub, plan)
    first = backend.commit(plan, None)
    assert backend.head() == first
    assert first.files == {file.path: (file.sha256, file.size) for file in plan.files}
    assert (len(first.oid), first.parent) == (40, None)
    with pytest.raises(HeadMovedError):
        backend.commit(replace(plan, version="1.0.1"), None)
    assert backend.head() == first
    second = backend.commit(replace(plan, version="1.0.1"), first.oid)
    assert backend.head() == second
    assert second.parent == first.oid


def test_the_same_publication_is_the_same_commit_in_any_hub(plan: PublishPlan, tmp_path: Path) -> None:
    oids = {sent(at, plan).commit(plan, None).oid for at in (f"memory://{uuid.uuid4().hex}", str(tmp_path / "hub"))}
    assert len(oids) == 1


def test_a_tag_is_for_good(hub: str, plan: PublishPlan) -> None:
    backend = sent(hub, plan)
    commit = backend.commit(plan, None)
    backend.tag(commit)
    backend.tag(commit)
    with pytest.raises(VersionError, match="the hub was tampered with"):
        backend.tag(replace(commit, oid="0" * 40))
    assert [(tag.version, tag.commit, tag.manifest_sha256) for tag in backend.versions()] == [
        ("1.0.0", commit.oid, plan.manifest_sha256)
    ]


def test_a_version_is_shown_as_plain_files_and_read_through_the_store(hub: str, plan: PublishPlan) -> None:
    backend = sent(hub, plan)
    backend.tag(backend.commit(plan, None))
    assert not backend.is_shown("1.0.0")
    view = backend.reveal("1.0.0")
    assert view == f"{hub}/tiny/1.0.0"
    assert backend.is_shown("1.0.0")
    assert backend.reveal("1.0.0") == view
    fs, root = fsspec.core.url_to_fs(view)
    for file in plan.files:
        data = Path(file.source).read_bytes()
        assert fs.cat_file(f"{root}/{file.path}") == data
        with backend.open("1.0.0", file.path) as stored:
            assert stored.read() == data
    assert len(fs.find(root)) == len(plan.files)
    with pytest.raises(VersionError, match="has no 'other'"):
        backend.open("1.0.0", "other")
    with pytest.raises(VersionError, match=r"There is no version 2\.0\.0"):
        backend.reveal("2.0.0")


def test_a_folder_that_was_cut_short_on_an_object_store_is_not_a_version_until_completed(plan: PublishPlan) -> None:
    hub = f"memory://{uuid.uuid4().hex}"
    backend = sent(hub, plan)
    backend.tag(backend.commit(plan, None))
    backend.reveal("1.0.0")
    fs, root = fsspec.core.url_to_fs(f"{hub}/tiny/1.0.0")
    fs.rm_file(f"{root}/{MANIFEST_PATH}")
    fs.rm_file(f"{root}/README.md")
    assert not backend.is_shown("1.0.0")
    backend.reveal("1.0.0")
    assert backend.is_shown("1.0.0")
    assert len(fs.find(root)) == len(plan.files)


def test_a_record_that_contradicts_the_tags_is_refused(hub: str, plan: PublishPlan) -> None:
    backend = sent(hub, plan)
    backend.tag(backend.commit(plan, None))
    backend.reveal("1.0.0")
    shelf = shelf_at(hub)
    record = shelf.read("tiny/versions.json")
    assert record is not None
    shelf.replace("tiny/versions.json", record.replace(b'"1.0.0"', b'"0.9.0"'))
    with pytest.raises(VersionError, match=r"has version 0\.9\.0 with another commit than its tag"):
        backend.reveal("1.0.0")


def test_another_format_is_refused(hub: str) -> None:
    shelf_at(hub).create("hub.json", b'{"format":2}')
    with pytest.raises(VersionError, match="was made by another version of Licet"):
        backend_at(hub)


def test_a_place_that_holds_something_else_is_refused(hub: str) -> None:
    shelf_at(hub).create("holiday.jpg", b"")
    with pytest.raises(VersionError, match="is neither empty nor a hub"):
        backend_at(hub)


def test_an_organisation_has_its_own_folder(hub: str) -> None:
    backend = StoreBackend(shelf_at(hub), "tiny", "org")
    assert backend.address("1.0.0") == f"{hub}/org/tiny/1.0.0"


class Forgetful(MemoryFileSystem):
    """A store that does not know create-only writes."""

    protocol = ("forgetful",)
    store: dict[str, object] = {}  # noqa: RUF012
    pseudo_dirs = [""]  # noqa: RUF012

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **_: object) -> None:  # noqa: ARG002
        super().pipe_file(path, value)


def test_a_store_that_overwrites_is_refused() -> None:
    fsspec.register_implementation("forgetful", Forgetful, clobber=True)
    with pytest.raises(VersionError, match="overwrites files where it was asked not to"):
        backend_at("forgetful://hub").prepare()


@pytest.mark.parametrize("to", ["hf://datasets/org/name", "nonsense://x"])
def test_what_is_not_a_store_of_plain_files_is_refused(to: str) -> None:
    with pytest.raises(VersionError, match="name a folder or a bucket"):
        shelf_at(to)


def test_on_a_disk_objects_are_read_only_copies_and_the_folder_links_to_them(tmp_path: Path, plan: PublishPlan) -> None:
    hub = str(tmp_path / "hub")
    backend = sent(hub, plan)
    backend.tag(backend.commit(plan, None))
    view = Path(backend.reveal("1.0.0"))
    for file in plan.files:
        kept = tmp_path / f"hub/objects/sha256/{file.sha256[:2]}/{file.sha256}"
        assert kept.samefile(view / file.path)
        assert not kept.samefile(file.source)
        assert stat.S_IMODE(kept.stat().st_mode) == 0o444


def test_a_folder_changed_by_hand_is_noticed_and_can_be_restored(tmp_path: Path, plan: PublishPlan) -> None:
    backend = sent(str(tmp_path / "hub"), plan)
    backend.tag(backend.commit(plan, None))
    view = Path(backend.reveal("1.0.0"))
    (view / "extra.txt").write_text("mine")
    with pytest.raises(VersionError, match="was changed after it was published: remove that folder"):
        backend.reveal("1.0.0")
    view.rename(tmp_path / "aside")
    assert (Path(backend.reveal("1.0.0")) / MANIFEST_PATH).exists()
