"""Published versions are named, listed and fetched, whole or not at all."""

import json
from pathlib import Path
from typing import IO, Any

import pytest
from hub_clients import client
from runs import contents
from typer.testing import CliRunner
from versions import finished, manifest_of, some_parcels

from licet.pipelines.cli import app
from licet.pipelines.publish import publish
from licet.pipelines.publish.store import StoreBackend
from licet.pipelines.serve.serve import served
from licet.pipelines.verify import verify
from licet.pipelines.versions.listing import versions
from licet.pipelines.versions.pull import pull
from licet.pipelines.versions.reference import Published, located, published_in
from licet.pipelines.versions.requests import request_of
from licet.pipelines.versions.retract import plan_retraction, retract
from licet.schemas.errors import RunError, VersionError
from licet.schemas.manifest import MANIFEST_PATH


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub with version 1.0.0 of some books, and 1.0.1 without one of them."""
    folder = tmp_path_factory.mktemp("hub")
    version, _ = finished(folder, some_parcels(folder))
    publish(str(version), str(folder / "hub"), "1.0.0")
    plan = plan_retraction(f"{folder}/hub/books@1.0.0", [request_of("id", "test/f")], "ticket 7")
    done = retract(plan, str(folder / "new"))
    publish(done.folder, str(folder / "hub"), "1.0.1")
    return folder / "hub"


def test_a_version_is_named_by_folder_or_as_published(hub: Path) -> None:
    assert published_in(f"{hub}/books@v1.0.1") == Published(str(hub), "books", "local", "1.0.1")
    assert published_in("hf://datasets/org/books@v1.0.0") == Published(
        "hf://datasets/org/books", "books", "org", "1.0.0"
    )
    assert published_in("hf://datasets/org/books@main") is None
    assert published_in(f"{hub}/books/1.0.0") is None
    assert located(f"{hub}/books@1.0.0") == f"{hub}/books/1.0.0"
    assert located("hf://datasets/org/books@1.0.0") == "hf://datasets/org/books@v1.0.0"
    with pytest.raises(VersionError, match=r"no version 2\.0\.0 of 'books': it has 1\.0\.0, 1\.0\.1"):
        located(f"{hub}/books@2.0.0")
    with pytest.raises(VersionError, match="there is no hub at"):
        located(f"{hub}/nowhere/further/books@2.0.0")


def test_versions_are_listed_with_what_was_retracted(hub: Path) -> None:
    told = [
        (one.version, one.rows, one.licences, one.retractions, one.retracted) for one in versions(str(hub), "books")
    ]
    assert told == [
        ("1.0.0", 6, {"CC-BY-4.0": 4, "MIT": 2}, [], 0),
        ("1.0.1", 5, {"CC-BY-4.0": 3, "MIT": 2}, ["id test/f"], 1),
    ]
    assert versions(str(hub), "others") == []


def test_a_version_is_fetched_as_it_was_published(hub: Path, tmp_path: Path) -> None:
    done = pull(f"{hub}/books@1.0.1", str(tmp_path / "books"))
    assert contents(tmp_path / "books") == contents(hub / "books" / "1.0.1")
    assert verify(done.folder) == []
    assert (done.bytes_fetched, done.already_there) == (done.bytes, False)
    again = pull(f"{hub}/books@1.0.1", str(tmp_path / "books"))
    assert (again.bytes_fetched, again.already_there) == (0, True)
    with pytest.raises(RunError, match="is taken"):
        pull(f"{hub}/books@1.0.0", str(tmp_path / "books"))
    assert [path.name for path in tmp_path.iterdir()] == ["books"]


def test_a_download_that_broke_off_goes_on_in_the_middle_of_a_file(
    hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = StoreBackend.open

    def breaks_off(self: StoreBackend, version: str, path: str) -> IO[bytes]:
        if path == "provenance/recipe.yaml":
            raise OSError("the line is dead")
        return whole(self, version, path)

    with monkeypatch.context() as patch:
        patch.setattr(StoreBackend, "open", breaks_off)
        with pytest.raises(VersionError, match=r"the line is dead.*goes on where it stopped"):
            pull(f"{hub}/books@1.0.0", str(tmp_path / "books"))
    assert not (tmp_path / "books").exists()
    (partial,) = tmp_path.iterdir()
    victim = next(iter(sorted(partial.glob("data/*/*.parquet"))))
    data = victim.read_bytes()
    victim.unlink()
    victim.with_name(victim.name + ".half").write_bytes(data[:100])
    done = pull(f"{hub}/books@1.0.0", str(tmp_path / "books"))
    assert contents(tmp_path / "books") == contents(hub / "books" / "1.0.0")
    kept = sum(path.stat().st_size for path in (tmp_path / "books").rglob("*") if path.is_file())
    assert 0 < done.bytes_fetched < kept - 100
    assert list(tmp_path.iterdir()) == [tmp_path / "books"]


def test_half_a_file_of_something_else_is_fetched_anew(hub: Path, tmp_path: Path) -> None:
    manifest = manifest_of(hub / "books" / "1.0.0")
    entry = next(file for file in manifest.files if file.role == "data")
    half = tmp_path / f"books.partial-{manifest.digest[:12]}" / f"{entry.path}.half"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"something else")
    pull(f"{hub}/books@1.0.0", str(tmp_path / "books"))
    assert contents(tmp_path / "books") == contents(hub / "books" / "1.0.0")


@pytest.mark.parametrize("path", [MANIFEST_PATH, "README.md"])
def test_a_content_that_was_changed_at_the_hub_is_not_taken(
    hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    whole = StoreBackend.open
    (tmp_path / "other").write_bytes(b"{}" * 5_000)

    def changed(self: StoreBackend, version: str, asked: str) -> Any:
        return (tmp_path / "other").open("rb") if asked == path else whole(self, version, asked)

    monkeypatch.setattr(StoreBackend, "open", changed)
    with pytest.raises(VersionError, match=r"on record|is not what its manifest says"):
        pull(f"{hub}/books@1.0.0", str(tmp_path / "books"))
    assert not (tmp_path / "books").exists()


def test_what_cannot_be_fetched_is_refused_in_a_sentence(hub: Path, tmp_path: Path) -> None:
    with pytest.raises(VersionError, match="is no published version"):
        pull(str(hub / "books" / "1.0.0"), str(tmp_path / "books"))
    with pytest.raises(VersionError, match=r"has no version 3\.0\.0"):
        pull(f"{hub}/books@3.0.0", str(tmp_path / "books"))
    with pytest.raises(RunError, match="no folder of this machine"):
        pull(f"{hub}/books@1.0.0", "memory://books")


def test_the_commands_list_and_fetch(hub: Path, tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["versions", str(hub), "books", "--json"])
    assert [one["version"] for one in json.loads(told.stdout)["versions"]] == ["1.0.0", "1.0.1"]
    assert "retracted: 1 row for 1 request" in CliRunner().invoke(app, ["versions", str(hub), "books"]).stdout
    assert CliRunner().invoke(app, ["versions", str(hub), "others"]).exit_code == 1
    fetched = CliRunner().invoke(app, ["pull", f"{hub}/books@1.0.1", "--to", str(tmp_path / "books")])
    assert (fetched.exit_code, "licet verify" in fetched.stdout) == (0, True)


def test_questions_are_asked_of_published_versions(hub: Path) -> None:
    for number, kept in (("1.0.0", 0), ("1.0.1", 1)):
        told = CliRunner().invoke(app, ["contains", f"{hub}/books@{number}", "--id", "test/f", "--json"])
        assert (told.exit_code, json.loads(told.stdout)["refused"]) == (kept, kept)


def test_a_version_is_fetched_from_a_hub_that_speaks_the_protocol(hub: Path, tmp_path: Path) -> None:
    code = """
from licet.pipelines.publish import publish
from licet.pipelines.versions.pull import pull
from licet.pipelines.versions.listing import versions
from licet.pipelines.versions.difference import difference
from licet.pipelines.audit.version import audited
hub = "hf://datasets/org/books"
publish(old, hub, "1.0.0"); publish(new, hub, "1.0.1")
done = pull(f"{hub}@1.0.0", to)
with audited(f"{hub}@1.0.1") as opened:
    asked = opened.rows("select count(*) as n from rows")[0]["n"]
told = {"listed": [one.version for one in versions(hub, "books")], "fetched": done.bytes_fetched == done.bytes,
        "asked": asked, "removed": difference(f"{hub}@1.0.0", f"{hub}@v1.0.1").rows["removed"]}
"""
    with served(str(tmp_path / "served")) as at:
        told = client(
            at,
            tmp_path / "home",
            code,
            old=str(hub / "books" / "1.0.0"),
            new=str(hub / "books" / "1.0.1"),
            to=str(tmp_path / "books"),
        )
    assert told == {"listed": ["1.0.0", "1.0.1"], "fetched": True, "asked": 5, "removed": 1}
    assert contents(tmp_path / "books") == contents(hub / "books" / "1.0.0")


def test_commands_that_are_proposed_can_be_pasted_whatever_the_folder_is_called(hub: Path, tmp_path: Path) -> None:
    pulled, made = str(tmp_path / "the books"), str(tmp_path / "without it")
    fetched = CliRunner().invoke(app, ["pull", f"{hub}/books@1.0.0", "--to", pulled], terminal_width=400)
    words = ["retract", pulled, "--id", "test/f", "--reference", "ticket 7", "--version", "1.0.1", "--output", made]
    taken = CliRunner().invoke(app, words, terminal_width=400)
    assert f"licet verify '{pulled}'" in " ".join(fetched.stdout.split())
    assert f"licet publish '{made}' --to HUB" in " ".join(taken.stdout.split())
    assert f'retractions: ["{made}"]' in " ".join(taken.stdout.split())
