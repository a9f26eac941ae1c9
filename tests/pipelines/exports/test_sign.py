import json
import shutil
from pathlib import Path

import pytest
from versions import change_rows, manifest_of, sign_as, signed_by

from licet.pipelines.exports.envelopes import PublicKey
from licet.pipelines.exports.keys import new_pair
from licet.pipelines.exports.sign import sign
from licet.pipelines.exports.statements import AUDIT, PROVENANCE, RESULT
from licet.pipelines.verify import CHECKS, verify
from licet.pipelines.verify.attestations import attestations_of
from licet.pipelines.verify.signatures import signature_state
from licet.schemas.errors import VersionError
from licet.schemas.manifest import ATTESTATIONS_PATH, MANIFEST_PATH


@pytest.fixture
def version(books: Path, tmp_path: Path) -> Path:
    """A copy of the books that may be signed."""
    return Path(shutil.copytree(books, tmp_path / "version"))


def test_a_signed_version_holds_by_its_key(version: Path) -> None:
    before = manifest_of(version)
    sign_as(version, "ann")
    assert verify(str(version), keys=signed_by(version)) == []
    assert manifest_of(version) == before
    told = attestations_of(str(version))
    assert [a.statement["predicateType"] for a in told] == [PROVENANCE, AUDIT, RESULT]
    result = told[2].statement["predicate"]
    assert result["timeCreated"] == "2026-01-02T03:04:05Z"
    assert result["properties"] == [f"LICET_{check.upper()}" for check in CHECKS if check != "signatures"]


def test_several_sign_one_version_and_each_says_when_it_was_checked(version: Path) -> None:
    ann, bo = sign_as(version, "ann"), sign_as(version, "bo")
    assert verify(str(version), keys=signed_by(version)) == []
    told = attestations_of(str(version))
    assert [set(a.signatures) for a in told] == [{ann.keyid, bo.keyid}, {ann.keyid, bo.keyid}, {ann.keyid}, {bo.keyid}]


def test_signing_again_says_anew_when_it_was_checked(version: Path) -> None:
    key = sign_as(version, "ann")
    sign(str(version), key, lambda: "2027-01-01T00:00:00Z")
    times = [a.statement["predicate"].get("timeCreated") for a in attestations_of(str(version))]
    assert times == [None, None, "2027-01-01T00:00:00Z"]
    assert verify(str(version), keys=signed_by(version)) == []


def test_a_key_that_has_not_signed_is_found(version: Path) -> None:
    sign_as(version, "ann")
    stranger = PublicKey(new_pair()[1])
    assert {finding.check for finding in verify(str(version), keys=[stranger])} == {"signatures"}


def test_a_version_that_does_not_hold_is_not_signed(version: Path) -> None:
    change_rows(version, "provenance/bill.parquet", lambda rows: rows.pop())
    before = (version / ATTESTATIONS_PATH).read_bytes()
    with pytest.raises(VersionError, match="it is not signed"):
        sign_as(version, "ann")
    assert (version / ATTESTATIONS_PATH).read_bytes() == before


def test_the_state_of_the_signatures_is_told(version: Path) -> None:
    folder = str(version)
    assert signature_state(folder, [], []).state == "unsigned"
    key = sign_as(version, "ann")
    unchecked = signature_state(folder, [], verify(folder))
    assert unchecked.summary() == {"signature": "not checked", "signers": [key.keyid]}
    assert unchecked.in_words.startswith("signed by 1 key, which was not checked")
    keys = signed_by(version)
    assert signature_state(folder, keys, verify(folder, keys=keys)).state == "valid"
    strangers = [PublicKey(new_pair()[1])]
    assert signature_state(folder, strangers, verify(folder, keys=strangers)).state == "not valid"


def test_a_signature_moved_to_another_version_is_found(version: Path, with_license_file: Path, tmp_path: Path) -> None:
    sign_as(version, "ann")
    other = Path(shutil.copytree(with_license_file, tmp_path / "other"))
    shutil.copy(version / ATTESTATIONS_PATH, other / ATTESTATIONS_PATH)
    found = {finding.check for finding in verify(str(other), keys=signed_by(version))}
    assert found == {"attestations"}


def test_signatures_are_over_the_manifest_that_is_there(version: Path) -> None:
    sign_as(version, "ann")
    path = version / MANIFEST_PATH
    told = json.loads(path.read_bytes())
    told["dataset"]["description"] = "Other books."
    path.write_text(json.dumps(told, separators=(",", ":"), sort_keys=True, ensure_ascii=False))
    assert "attestations" in {finding.check for finding in verify(str(version), keys=signed_by(version))}
