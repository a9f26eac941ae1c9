"""Presets keep what they promise; two policies differ in just what one admits and the other does not."""

import json
from itertools import product
from pathlib import Path

import pytest
from typer.testing import CliRunner

from licet.pipelines.cli import app
from licet.pipelines.policies.compare import admitted, policy_diff
from licet.schemas.errors import RecipeError
from licet.schemas.license import Bits, bits_of, listed_ids, rank_of, spdx, tier_of
from licet.stages.license import load_policy
from licet.stages.license.presets import preset_names

PRESETS = {name: load_policy(name) for name in preset_names()}
OPEN = PRESETS["open-definition-2.1"]


def ids(name: str) -> set[str]:
    return admitted(PRESETS[name])


def test_all_presets_are_there() -> None:
    assert sorted(PRESETS) == [
        "blue-oak-bronze",
        "blue-oak-gold",
        "blue-oak-lead",
        "blue-oak-silver",
        "commercial-ok",
        "common-pile-v0.1",
        "no-share-alike",
        "open-definition-2.1",
        "osi-approved",
        "pd-only",
        "research",
    ]


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        ("pd-only", "no-share-alike"),
        ("no-share-alike", "open-definition-2.1"),
        ("open-definition-2.1", "commercial-ok"),
        ("commercial-ok", "research"),
        ("blue-oak-gold", "blue-oak-silver"),
        ("blue-oak-silver", "blue-oak-bronze"),
        ("blue-oak-bronze", "blue-oak-lead"),
        ("blue-oak-bronze", "common-pile-v0.1"),
    ],
)
def test_what_a_narrow_preset_admits_the_wide_one_admits_too(narrow: str, wide: str) -> None:
    assert ids(narrow) < ids(wide)


@pytest.mark.parametrize("name", PRESETS)
def test_no_preset_admits_what_is_not_known_or_not_granted(name: str) -> None:
    assert {tier_of(key) for key in ids(name)}.isdisjoint({"unlicensed", "unknown", "conflict"})
    for statement in (None, "", "LicenseRef-scancode-whatever", "NOASSERTION", "LicenseRef-All-Rights-Reserved"):
        assert not PRESETS[name].evaluate(statement).allowed


@pytest.mark.parametrize("name", [n for n in PRESETS if n != "research"])
def test_only_research_admits_what_forbids_commerce_or_adaptations(name: str) -> None:
    assert not [key for key in ids(name) if bits_of(key) & (Bits.NC | Bits.ND)]


def test_osi_admits_what_the_list_marks() -> None:
    marked = {key for key, it in spdx()["licenses"].items() if it["osi"] and not it["deprecated"]}
    assert ids("osi-approved") == marked


def test_common_pile_takes_ports_and_versions_of_by_and_by_sa_and_no_others() -> None:
    policy = PRESETS["common-pile-v0.1"]
    for key in ("CC-BY-1.0", "CC-BY-SA-4.0", "LicenseRef-CC-BY-SA-3.0-PL", "LicenseRef-CC-BY-unversioned", "CC0-1.0"):
        assert policy.evaluate(key).allowed, key
    for key in ("CC-BY-NC-4.0", "CC-BY-ND-4.0", "GPL-3.0-only", "GFDL-1.3-invariants-only", "ODbL-1.0"):
        assert not policy.evaluate(key).allowed, key


@pytest.mark.parametrize(("one", "other"), list(product(["pd-only", "research", "osi-approved"], repeat=2)))
def test_two_policies_differ_in_just_what_one_admits_and_the_other_does_not(one: str, other: str) -> None:
    found = policy_diff(PRESETS[one], PRESETS[other])
    assert {d.license for d in found.only_a} == ids(one) - ids(other)
    assert {d.license for d in found.only_b} == ids(other) - ids(one)
    assert found.both == len(ids(one) & ids(other))
    assert found.is_empty == (one == other)


def policy_file(folder: Path, **told: object) -> str:
    path = folder / "own.json"
    path.write_text(json.dumps({"id": "own", "version": "1", "extends": "open-definition-2.1", **told}))
    return str(path)


def test_a_condition_that_is_refused_takes_its_licences_out(tmp_path: Path) -> None:
    own = load_policy(policy_file(tmp_path, refuse_bits=["network_copyleft"]))
    gone = admitted(OPEN) - admitted(own)
    assert {"AGPL-3.0-only", "AGPL-3.0-or-later"} <= gone
    assert all(Bits.NETWORK_COPYLEFT in bits_of(key) for key in gone)
    assert not own.evaluate("AGPL-3.0-only").allowed
    assert own.evaluate("AGPL-3.0-only OR MIT").elected == "MIT"
    assert own.digest != OPEN.digest


def test_a_refused_condition_reaches_creative_commons_too(tmp_path: Path) -> None:
    own = load_policy(policy_file(tmp_path, refuse_bits=["share_alike"]))
    assert not own.evaluate("LicenseRef-CC-BY-SA-3.0-PL").allowed
    assert own.evaluate("CC-BY-3.0-DE").allowed


def test_a_condition_that_is_none_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="there is no condition fun"):
        load_policy(policy_file(tmp_path, refuse_bits=["fun"]))


@pytest.mark.parametrize("key", listed_ids())
def test_conditions_and_tiers_agree(key: str) -> None:
    bits, tier = bits_of(key), tier_of(key)
    if Bits.ND in bits:
        assert rank_of(tier) >= rank_of("no-derivatives")
    elif Bits.NC in bits:
        assert rank_of(tier) >= rank_of("non-commercial")
    if Bits.NETWORK_COPYLEFT in bits:
        assert rank_of(tier) >= rank_of("copyleft-strong")
    if Bits.FIELD_OF_USE in bits or Bits.USER_LIMIT in bits:
        assert tier == "custom-terms"
    if tier == "public-domain":
        assert not bits & ~(Bits.ASSERTION | Bits.JURISDICTION_LIMITED | Bits.DATABASE_LAYER_ONLY)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["policy", "list"], 0, "open-definition-2.1"),
        (["policy", "show", "pd-only"], 0, "CC0-1.0"),
        (["policy", "diff", "pd-only", "pd-only"], 0, "decide everything alike"),
        (["policy", "diff", "pd-only", "no-share-alike"], 0, "only no-share-alike"),
        (["policy", "try", "MIT/Apache-2.0"], 0, "admitted, as MIT"),
        (["policy", "try", "MIT", "CC BY-NC 4.0"], 1, "refused: non_commercial"),
    ],
)
def test_commands_answer_and_end_as_they_say(words: list[str], code: int, said: str) -> None:
    done = CliRunner().invoke(app, words)
    assert (done.exit_code, said in done.output) == (code, True), done.output
    as_json = CliRunner().invoke(app, [*words, "--json"])
    assert as_json.exit_code == code
    assert isinstance(json.loads(as_json.output), dict)
