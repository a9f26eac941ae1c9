import json
import shutil
from pathlib import Path

import pytest
from called import called

from licet.pipelines.exports.table import ROLES
from licet.schemas.manifest import ATTESTATIONS_PATH, MANIFEST_PATH, parse_manifest


@pytest.fixture
def version(books: Path, tmp_path: Path) -> Path:
    """A copy of the books that may be signed."""
    return Path(shutil.copytree(books, tmp_path / "version"))


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_exports_made_again_are_the_bytes_that_the_version_holds(version: Path, tmp_path: Path) -> None:
    code, out, _ = called("export", str(version), "--json")
    told = json.loads(out)
    made = files_below(tmp_path / "version-exports")
    listed = [f.path for f in parse_manifest((version / MANIFEST_PATH).read_bytes()).files if f.role in ROLES]
    assert (code, told["differ"], sorted(told["files"])) == (0, [], sorted([*listed, ATTESTATIONS_PATH]))
    assert made == {path: (version / path).read_bytes() for path in made}
    assert set(made) == set(told["files"])


def test_one_export_is_made_by_name(version: Path, tmp_path: Path) -> None:
    to = tmp_path / "papers"
    code, out, _ = called("export", str(version), "--only", "bill", "--only", "intoto", "--to", str(to))
    assert (code, sorted(files_below(to))) == (0, [ATTESTATIONS_PATH, "provenance/bill.parquet"])
    assert "not as in the version" not in out


def test_an_export_that_was_edited_is_told(version: Path, tmp_path: Path) -> None:
    manifest = json.loads((version / MANIFEST_PATH).read_bytes())
    manifest["files"] = [f for f in manifest["files"] if f["role"] != "bill"]
    (version / MANIFEST_PATH).write_text(json.dumps(manifest))
    code, out, _ = called("export", str(version), "--only", "bill", "--to", str(tmp_path / "papers"))
    assert code == 0
    assert "not as in the version  provenance/bill.parquet" in out


@pytest.mark.parametrize("to", ["", "provenance", "provenance/more"])
def test_nothing_is_exported_into_a_version(version: Path, to: str) -> None:
    before = files_below(version)
    code, _, err = called("export", str(version), "--to", str(version / to))
    assert (code, files_below(version)) == (2, before)
    assert "lies in the version, which must stay as it is" in " ".join(err.split())


def test_what_is_no_version_is_said_to_be_none(tmp_path: Path) -> None:
    code, _, err = called("export", str(tmp_path / "nowhere"))
    assert code == 2
    assert "is no finished version" in err


def test_a_version_is_signed_and_checked_with_a_key_that_was_made(version: Path, tmp_path: Path) -> None:
    key, public = str(tmp_path / "key.pem"), str(tmp_path / "key.pub.pem")
    assert called("keygen", key)[0] == 0
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    code, out, _ = called("verify", str(version))
    assert (code, "nobody has signed it" in out) == (0, True)
    code, out, _ = called("sign", str(version), "--key", key, "--json")
    signed = json.loads(out)
    assert (code, signed["statements"], signed["signers"]) == (0, 3, [signed["keyid"]])
    code, out, _ = called("verify", str(version), "--json")
    assert (code, json.loads(out)["signature"]) == (0, "not checked")
    code, out, _ = called("verify", str(version), "--key", public)
    assert (code, "signed by each key that was given" in out) == (0, True)


def test_a_version_that_another_key_signed_fails(version: Path, tmp_path: Path) -> None:
    for name in ("ann", "bo"):
        called("keygen", str(tmp_path / f"{name}.pem"))
    assert called("sign", str(version), "--key", str(tmp_path / "ann.pem"))[0] == 0
    code, out, _ = called("verify", str(version), "--key", str(tmp_path / "bo.pub.pem"), "--json")
    told = json.loads(out)
    assert (code, told["signature"], {finding["check"] for finding in told["findings"]}) == (
        1, "not valid", {"signatures"}
    )  # fmt: skip


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("mine")
    code, _, err = called("keygen", str(key))
    assert (code, key.read_text()) == (2, "mine")
    assert "cannot be written: File exists" in " ".join(err.split())
