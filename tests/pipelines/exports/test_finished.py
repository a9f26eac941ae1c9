import shutil
from pathlib import Path

import fsspec
import pytest
from versions import manifest_of, sign_as, signed_by

from licet.pipelines.exports.table import ROLES, write_exports
from licet.pipelines.publish import publish
from licet.pipelines.verify import verify
from licet.schemas.manifest import ATTESTATIONS_PATH


def digests(version: Path) -> dict[str, str]:
    """What a version's manifest says of its exports."""
    return {file.path: file.sha256 for file in manifest_of(version).files if file.role in ROLES}


@pytest.mark.parametrize("name", ["run[1]", "a*b", "what?", "it's", "ein Ordner"])
def test_a_folder_may_be_called_anything(books: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "run1").mkdir()
    version = Path(shutil.copytree(books, tmp_path / name))
    made = write_exports(str(version), manifest_of(version), str(tmp_path / "made"))
    assert {entry.path: entry.sha256 for entry in made} == digests(books)


def test_a_version_in_a_store_has_the_same_exports(books: Path, tmp_path: Path) -> None:
    store = fsspec.filesystem("memory")
    store.put(str(books), "/exported", recursive=True)
    try:
        made = write_exports("memory://exported", manifest_of(books), str(tmp_path))
    finally:
        store.rm("/exported", recursive=True)
    assert {entry.path: entry.sha256 for entry in made} == digests(books)


def test_signatures_are_published_with_the_version(books: Path, tmp_path: Path) -> None:
    version = Path(shutil.copytree(books, tmp_path / "version"))
    sign_as(version, "ann")
    published = Path(publish(str(version), str(tmp_path / "hub"), "1.0.0").path)
    assert (published / ATTESTATIONS_PATH).read_bytes() == (version / ATTESTATIONS_PATH).read_bytes()
    assert verify(str(published), keys=signed_by(version)) == []
