import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.schemas.errors import RecipeError
from licet.schemas.license import is_cc, listed_ids, spdx, tier_of, url_of
from licet.stages.license import REASONS, load_policy
from licet.stages.license.policy import later_versions

OPEN = load_policy("open-definition-2.1")


@pytest.mark.parametrize(
    ("expression", "allowed", "elected", "reason", "tier"),
    [
        ("MIT", True, None, None, "permissive"),
        ("MIT OR Apache-2.0", True, "MIT", None, "permissive"),
        ("Apache-2.0 OR MIT", True, "Apache-2.0", None, "permissive"),
        ("GPL-3.0-only OR MIT", True, "MIT", None, "permissive"),
        ("CC-BY-NC-4.0 OR GPL-2.0-only", True, "GPL-2.0-only", None, "copyleft-strong"),
        ("MIT AND CC-BY-SA-4.0", True, None, None, "share-alike"),
        ("MIT AND CC-BY-NC-4.0", False, None, "non_commercial", "non-commercial"),
        ("(MIT OR GPL-2.0-only) AND CC-BY-4.0", True, "MIT AND CC-BY-4.0", None, "attribution"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", True, None, None, "copyleft-strong"),
        ("MIT WITH LLVM-exception", False, None, "unknown_license", "unknown"),
        ("GPL-2.0-only WITH GPL-CC-1.0", False, None, "unknown_license", "unknown"),
        ("LicenseRef-CC-BY-SA-3.0-PL", True, None, None, "share-alike"),
        ("LicenseRef-CC-BY-unversioned", True, None, None, "attribution"),
        ("LicenseRef-CC-BY-NC-unversioned", False, None, "non_commercial", "non-commercial"),
        ("CC-BY-ND-4.0", False, None, "no_derivatives", "no-derivatives"),
        ("JSON", False, None, "custom_terms", "custom-terms"),
        ("LicenseRef-All-Rights-Reserved", False, None, "no_license", "unlicensed"),
        ("CC-PDM-1.0", False, None, "not_permitted", "public-domain"),
        ("Abstyles", False, None, "unknown_license", "unknown"),
        ("LicenseRef-mine", False, None, "unknown_license", "unknown"),
        ("MIT OR (", False, None, "unparsable_license", "unknown"),
        ("", False, None, "no_license", "unknown"),
        (None, False, None, "no_license", "unknown"),
    ],
)
def test_expressions_are_evaluated_as_written_down(
    expression: str | None, allowed: bool, elected: str | None, reason: str | None, tier: str
) -> None:
    found = OPEN.evaluate(expression)
    assert (found.allowed, found.elected, found.reason, found.tier) == (allowed, elected, reason, tier)


def test_or_later_elects_the_best_version_that_is_admitted(tmp_path: Path) -> None:
    path = tmp_path / "gpl3.json"
    path.write_text(json.dumps({"id": "gpl3", "version": "1", "tiers": [], "allow": ["GPL-3.0-only"]}))
    found = load_policy(str(path)).evaluate("GPL-2.0-or-later")
    assert (found.allowed, found.elected) == (True, "GPL-3.0-only")
    assert later_versions("LGPL-2.1-or-later") == ("LGPL-2.1-only", "LGPL-3.0-only")


def test_conditions_of_a_conjunction_are_those_of_all() -> None:
    assert OPEN.evaluate("MIT AND CC-BY-SA-4.0").bits == OPEN.evaluate("MIT").bits | OPEN.evaluate("CC-BY-SA-4.0").bits


@pytest.mark.parametrize(
    ("grade", "confidence", "admitted"),
    [("A", 1.0, True), ("C", 0.0, True), ("D", 0.94, False), ("D", 0.95, True), ("E", 1.0, False), ("F", 1.0, False)],
)
def test_evidence_must_be_good_enough(grade: str, confidence: float, admitted: bool) -> None:
    assert OPEN.admits_evidence(grade, confidence) is admitted


def test_presets_nest() -> None:
    strict, middle = set(load_policy("pd-only").licenses), set(load_policy("no-share-alike").licenses)
    assert strict < middle < set(OPEN.licenses)
    assert "CC-BY-SA-4.0" not in middle
    assert "MIT" not in strict


def test_users_extend_a_preset(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(
        json.dumps(
            {"id": "mine", "version": "2", "extends": "open-definition-2.1", "allow": ["CC-PDM-1.0"], "refuse": ["MIT"]}
        )
    )
    mine = load_policy(str(path))
    assert mine.evaluate("CC-PDM-1.0").allowed
    assert not mine.evaluate("MIT").allowed
    assert mine.evaluate("Apache-2.0").allowed
    assert mine.digest != OPEN.digest
    assert mine.name.startswith("mine/2@")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "open-definition-2.1"),
        ("{", "not JSON"),
        ("[]", "JSON object"),
        ('{"id": "x", "version": "1"}', "`tiers`"),
        ('{"id": "x", "version": "1", "tiers": ["free"]}', "tiers"),
        ('{"id": "x", "version": "1", "tiers": [], "allow": ["Foo-1.0"]}', "Foo-1.0"),
        ('{"id": "x", "version": "1", "tiers": [], "colour": 1}', "colour"),
    ],
)
def test_policy_that_does_not_fit_is_a_mistake_in_one_sentence(tmp_path: Path, content: str | None, told: str) -> None:
    path = tmp_path / "policy.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(RecipeError, match=told):
        load_policy(str(path))


def test_digest_is_the_same_for_the_same_data() -> None:
    assert load_policy("open-definition-2.1").digest == OPEN.digest
    assert len(OPEN.digest) == 64


def test_every_listed_id_is_an_spdx_id_or_a_reference() -> None:
    strange = [
        k for k in listed_ids() if k not in spdx()["licenses"] and not k.startswith("LicenseRef-") and k != "NONE"
    ]
    assert strange == []


def test_every_osi_licence_has_a_tier() -> None:
    osi = [k for k, it in spdx()["licenses"].items() if it["osi"] and not it["deprecated"]]
    assert [k for k in osi if tier_of(k) == "unknown"] == []


def test_every_creative_commons_licence_on_the_list_has_a_tier_and_an_address() -> None:
    ccs = [k for k in spdx()["licenses"] if k.startswith("CC-BY")]
    assert [k for k in ccs if not is_cc(k) or tier_of(k) == "unknown" or url_of(k) is None] == []
    assert url_of("LicenseRef-CC-BY-SA-3.0-PL") == "https://creativecommons.org/licenses/by-sa/3.0/pl/"


def test_every_reason_has_a_sentence() -> None:
    assert all(sentence.endswith(".") and len(sentence) > 20 for sentence in REASONS.values())


@given(st.lists(st.sampled_from(["MIT", "CC-BY-NC-4.0", "GPL-3.0-only", "CC0-1.0", "JSON"]), min_size=1, max_size=4))
def test_conjunction_is_admitted_only_when_every_part_is(ids: list[str]) -> None:
    assert OPEN.evaluate(" AND ".join(ids)).allowed == all(OPEN.evaluate(i).allowed for i in ids)
    assert OPEN.evaluate(" OR ".join(ids)).allowed == any(OPEN.evaluate(i).allowed for i in ids)
