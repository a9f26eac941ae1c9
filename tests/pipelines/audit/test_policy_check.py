import json
from pathlib import Path

import pytest

from licet.pipelines.audit.policy_check import in_lines, policy_check
from licet.pipelines.audit.version import Audited
from licet.pipelines.redo import redo
from licet.stages.license.presets import load_policy, preset_names


def test_the_same_policy_refuses_nothing(version: Audited) -> None:
    found = policy_check(version, load_policy("open-definition-2.1"))
    assert (found.rows, found.rows_left, found.failing, found.admitted_besides) == (8, 8, [], 0)


def test_a_stricter_policy_is_told_with_what_it_refuses(version: Audited) -> None:
    found = policy_check(version, load_policy("no-share-alike"))
    assert [(f.license, f.reason, f.rows) for f in found.failing] == [("CC-BY-SA-4.0", "not_permitted", 2)]
    assert (found.rows_left, found.tokens_left) == (6, found.tokens - found.failing[0].tokens)
    assert next(in_lines(found)).endswith("6 of 8 rows would be left")


def test_a_looser_policy_is_told_with_what_it_admits_besides(version: Audited) -> None:
    found = policy_check(version, load_policy("research"))
    assert (found.failing, found.admitted_besides) == ([], 2)
    assert "2 rows that were refused for their licence" in list(in_lines(found))[-1]


def test_a_policy_that_asks_for_better_evidence_finds_it_weak(version: Audited, tmp_path: Path) -> None:
    path = tmp_path / "sure.json"
    rules = {"id": "sure", "version": "1", "extends": "open-definition-2.1", "min_grade": "B", "min_confidence": 1}
    path.write_text(json.dumps(rules))
    found = policy_check(version, load_policy(str(path)))
    assert [(f.license, f.reason, f.rows) for f in found.failing] == [("MIT", "weak_evidence", 1)]


@pytest.mark.parametrize("name", preset_names())
def test_what_is_foretold_is_what_deciding_anew_does(version: Audited, name: str, tmp_path: Path) -> None:
    found = policy_check(version, load_policy(name))
    if found.rows_left:
        redone = redo(version.folder, name, str(tmp_path / "redone"))
        refused: dict[str, int] = {}
        for failing in found.failing:
            refused[failing.reason] = refused.get(failing.reason, 0) + failing.rows
        assert redone.manifest.rows.count == found.rows_left
        assert redone.left == refused
