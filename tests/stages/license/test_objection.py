import pytest
from tiny import MIT

from licet.schemas.evidence import Claim
from licet.stages.license.judge import judged
from licet.stages.license.objection import Objection
from licet.stages.license.presets import load_policy

POLICY = load_policy("open-definition-2.1")
RESERVED = "LicenseRef-All-Rights-Reserved"


def column(raw: str) -> Claim:
    return Claim(kind="row_column", raw=raw, locator="#license")


def file(raw: str, name: str = "LICENSE") -> Claim:
    return Claim(kind="license_file", raw=raw, locator=name)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([column("CC-BY-NC-4.0")], Objection(grade="B", tier="non-commercial", license="CC-BY-NC-4.0")),
        ([column("CC BY-ND 3.0")], Objection(grade="B", tier="no-derivatives", license="CC-BY-ND-3.0")),
        ([column("All rights reserved")], Objection(grade="B", tier="unlicensed", license=RESERVED)),
        (
            [Claim(kind="file_notice", raw="# Copyright 2020 Example. All rights reserved.", locator="#lines=1-1")],
            Objection(grade="B", tier="unlicensed", license=RESERVED),
        ),
        (
            [Claim(kind="file_notice", raw="# Proprietary and confidential.", locator="#lines=1-1")],
            Objection(grade="B", tier="unlicensed", license=RESERVED),
        ),
        (
            [file(MIT), Claim(kind="declared", raw="CC-BY-NC-4.0", locator="recipe", url="https://example.org")],
            Objection(grade="C", tier="non-commercial", license="CC-BY-NC-4.0"),
        ),
    ],
    ids=["non-commercial", "no derivatives", "reserved", "a notice", "a secret", "contradictory"],
)
def test_stated_terms_that_the_policy_refuses_object(claims: list[Claim], expected: Objection) -> None:
    assert judged(frozenset(claims), POLICY).objection == expected


@pytest.mark.parametrize(
    "claims",
    [
        [],
        [column("MIT")],
        [column("some licence of ours")],
        [column("GPL")],
        [file(MIT), column("nobody knows")],
        [Claim(kind="html_text", raw="https://creativecommons.org/licenses/by-nc/4.0/", locator="#figure")],
    ],
    ids=["nothing", "admitted", "unknown", "a family", "unread", "a part"],
)
def test_what_is_admitted_or_not_known_objects_to_nothing(claims: list[Claim]) -> None:
    assert judged(frozenset(claims), POLICY).objection is None
