"""Whatever is named as a version is opened, or told of in a sentence."""

import shutil
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from versions import change_manifest, change_rows, finished, some_parcels

from licet.pipelines.audit.licenses import licenses
from licet.pipelines.audit.version import Audited, audited
from licet.pipelines.audit.why_not import why_not
from licet.schemas.errors import VersionError
from licet.schemas.manifest import MANIFEST_PATH

FIRST = "data/default/train-00000-of-00002.parquet"


@pytest.fixture
def copy(tmp_path: Path, by_hand: Path) -> Path:
    """A version to be broken."""
    return Path(shutil.copytree(by_hand, tmp_path / "it's a copy"))


def asked(folder: str | Path) -> Audited:
    """Open a version, ask questions of all its tables, and close it."""
    with audited(str(folder)) as opened:
        licenses(opened)
        why_not(opened, "x")
        opened.rows("select count(claims) from evidence")
        return opened


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("", "is no finished version"),
        ("no/such/folder", "there is no provenance/manifest.json in it"),
        ("nowhere://bucket/version", "cannot be read: Protocol not known: nowhere"),
        ("memory://nothing-there", "is no finished version"),
        ("file:///no/such", "is no finished version"),
        ("\0", "cannot be read"),
        ("'; drop table rows; --", "is no finished version"),
    ],
)
def test_what_is_no_version_is_said_to_be_none(named: str, told: str) -> None:
    with pytest.raises(VersionError, match=told.replace("(", r"\(")):
        asked(named)


@pytest.mark.parametrize("manifest", [b"", b"{}", b"\xff\xfe", b"[1]", b"{" * 10_000])
def test_a_manifest_that_is_none_is_said_to_be_none(copy: Path, manifest: bytes) -> None:
    (copy / MANIFEST_PATH).write_bytes(manifest)
    with pytest.raises(VersionError, match=r"is no finished version: provenance/manifest\.json is not a manifest"):
        asked(copy)


@pytest.mark.parametrize(
    "path", [FIRST, "provenance/evidence.parquet", "provenance/ledger/part-00001-of-00002.parquet"]
)
@pytest.mark.parametrize("as_it_is", [None, b"", b"no Parquet", b"PAR1" * 5])
def test_half_a_version_is_told_of(copy: Path, path: str, as_it_is: bytes | None) -> None:
    if as_it_is is None:
        (copy / path).unlink()
    else:
        (copy / path).write_bytes(as_it_is)
    with pytest.raises(VersionError, match="`licet verify` says what is wrong with it"):
        asked(copy)


def test_a_table_of_other_columns_is_told_of(copy: Path) -> None:
    pq.write_table(pa.table({"x": [1]}), copy / "provenance/evidence.parquet")
    with pytest.raises(VersionError, match="licet verify"):
        asked(copy)


def test_a_version_without_a_table_is_told_to_be_old(copy: Path) -> None:
    change_manifest(copy, lambda m: m.update(files=[f for f in m["files"] if f["role"] != "clusters"]))
    with pytest.raises(VersionError, match="has no table of clusters: it was made by an older Licet"):
        asked(copy)


def test_a_policy_that_is_none_is_told_of(copy: Path) -> None:
    change_manifest(copy, lambda m: m["policy"].update(rules={"tiers": "all"}))
    with audited(str(copy)) as opened, pytest.raises(VersionError, match="licet verify"):
        _ = opened.policy


def test_an_empty_version_has_answers(tmp_path: Path) -> None:
    version, _ = finished(tmp_path, some_parcels(tmp_path), allow_empty=True)
    for path in sorted((version / "data").glob("*/*")):
        change_rows(version, str(path.relative_to(version)), lambda rows: rows.clear())
    with audited(str(version)) as opened:
        assert licenses(opened).rows == 0
        assert why_not(opened, "test/x").refused == 1


def test_a_version_is_opened_at_a_url_as_in_a_folder(by_hand: Path) -> None:
    memory = fsspec.filesystem("memory")
    memory.put(str(by_hand), "/audited/books", recursive=True)
    try:
        with audited("memory://audited/books") as remote, audited(f"file://{by_hand}") as local:
            assert licenses(remote).summary() == licenses(local).summary()
            assert licenses(remote).rows == 6
    finally:
        memory.rm("/audited", recursive=True)


def test_a_version_is_opened_where_its_name_is_odd(copy: Path) -> None:
    assert asked(copy).manifest.rows.count == 6


def test_nothing_is_left_behind(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    asked(folder)
    assert list(tmp_path.iterdir()) == []
