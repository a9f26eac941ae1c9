import shutil
from pathlib import Path

import pytest
from lies import FIRST, SECOND, Planted, Rows, adds_up, both, manifest_in, of_policy, of_row, well
from planted import PLANTED
from versions import change_rows, finished, some_parcels

from licet.pipelines.verify import CHECKS, Finding, verify

EXPORTS = {"exports", "export_shapes", "attestations", "signatures"}
"""Checks of what is made from the rest, which a liar would make again."""


def found_besides_exports(version: Path) -> list[Finding]:
    """What verification finds apart from the exports."""
    return [finding for finding in verify(str(version)) if finding.check not in EXPORTS]


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished version to be copied and lied about."""
    folder = tmp_path_factory.mktemp("honest")
    version, _ = finished(folder, some_parcels(folder))
    return version


@pytest.mark.parametrize("planted", PLANTED, ids=[planted.name for planted in PLANTED])
def test_a_lie_that_adds_up_is_found_by_name_and_place(tmp_path: Path, honest: Path, planted: Planted) -> None:
    version = tmp_path / "version"
    shutil.copytree(honest, version)
    planted.lie(version)
    found = verify(str(version))
    told = [f"{f.place} {f.message}" for f in found if f.check == planted.check]
    assert any(planted.names in words for words in told), "\n".join(map(str, found)) or "nothing was found"
    assert all(finding.message.endswith(".") and finding.place for finding in found)


def test_every_lie_has_a_name_of_its_own() -> None:
    assert len({planted.name for planted in PLANTED}) == len(PLANTED)


def test_adding_up_an_honest_version_changes_nothing_that_is_checked(tmp_path: Path, honest: Path) -> None:
    version = tmp_path / "version"
    shutil.copytree(honest, version)
    before = manifest_in(version)
    adds_up(version)
    after = manifest_in(version)
    assert {k: v for k, v in after.items() if k != "files"} == {k: v for k, v in before.items() if k != "files"}
    assert found_besides_exports(version) == []


def test_a_row_moved_under_other_evidence_is_beyond_what_the_files_can_tell(tmp_path: Path, honest: Path) -> None:
    """What binds a row to its evidence is the row digest alone; a manifest digest kept elsewhere shows the change."""
    version = tmp_path / "version"
    shutil.copytree(honest, version)
    before = manifest_in(version)["rows"]["digest"]
    rows: Rows = []
    change_rows(version, FIRST, lambda told: rows.extend(told))
    named = {name: rows[0][name] for name in ("license", "license_tier", "license_grade", "evidence_id", "attribution")}
    well(of_row("test/f", SECOND, **named))(version)
    assert found_besides_exports(version) == []
    assert manifest_in(version)["rows"]["digest"] != before


def test_findings_are_told_in_the_order_of_the_checks(tmp_path: Path, honest: Path) -> None:
    version = tmp_path / "version"
    shutil.copytree(honest, version)
    both(of_policy(lambda rules: rules.update(min_grade="F")), of_row("test/a", text="x"))(version)
    checks = list(dict.fromkeys(finding.check for finding in verify(str(version))))
    assert checks == [check for check in CHECKS if check in checks]
    assert {"content", "policy_list", "totals"} <= set(checks)
