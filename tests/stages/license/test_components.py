import gzip
import json
from pathlib import Path

import pytest

from licet.schemas.evidence import Claim
from licet.stages.license import load_policy
from licet.stages.license.judge import judged

TEXTS = json.loads(gzip.decompress((Path(__file__).parent / "data" / "texts.json.gz").read_bytes()))["texts"]
MIT, BSD, ISC = (TEXTS[key] for key in ("MIT", "BSD-3-Clause", "ISC"))
GPL = (
    "This program is free software; you can redistribute it and/or modify it under the terms of the GNU General "
    "Public License, version 2, as published by the Free Software Foundation."
)
APACHE = 'Licensed under the Apache License, Version 2.0 (the "License");\nyou may not use this file except so.'
OF_FOO = "Portions of it are taken from foo:"
RULE = "\n\n----\n\n"
UNKNOWN = "You may use it provided that you send a postcard to each of its many authors every year."
PLACED = f"Name: foo\nFiles: foo.libs/*.so\nLicense: GPL-2.0-only\n{GPL}"
OPEN = load_policy("open-definition-2.1")


def file(*pieces: str, at: str = "LICENSE") -> Claim:
    return Claim(kind="license_file", raw=RULE.join(pieces), locator=at)


def said(expression: str) -> Claim:
    return Claim(kind="package_expression", raw=expression, locator="METADATA#License-Expression")


def classified(name: str) -> Claim:
    return Claim(kind="package_classifier", raw=f"License :: OSI Approved :: {name}", locator="METADATA#Classifier")


def here(text: str) -> Claim:
    return Claim(kind="component", raw=text, locator="LICENSE#lines=9-20#of=foo")


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        # Placed elsewhere, linked or quoted: not the row's.
        ([file(MIT, PLACED)], ("MIT", "C", None)),
        ([file(BSD, PLACED), classified("BSD License")], ("BSD-3-Clause", "C", None)),
        ([file(MIT, f"3rdparty dependency foo is statically linked:\n\n{GPL}")], ("MIT", "C", None)),
        # Anywhere: the row's too, unless the publisher names the licences of the whole distribution …
        ([file(MIT, f"{OF_FOO}\n\n{ISC}")], ("ISC AND MIT", "C", None)),
        ([file(MIT, f"{OF_FOO}\n\n{ISC}"), classified("MIT License")], ("ISC AND MIT", "C", None)),
        ([file(MIT, f"{OF_FOO}\n\n{ISC}"), said("MIT")], ("MIT", "B", None)),
        # … and the component's is not stricter.
        ([file(MIT, f"{OF_FOO}\n\n{GPL}"), said("MIT")], ("GPL-2.0-only AND MIT", "C", None)),
        # A text that nobody explains is the project's.
        ([file(MIT, BSD), said("MIT")], ("BSD-3-Clause AND MIT", "C", None)),
        ([file(MIT, GPL), said("MIT")], ("GPL-2.0-only AND MIT", "C", None)),
        # The project's own text against metadata stays a contradiction.
        ([file(GPL, f"{OF_FOO}\n\n{MIT}"), said("MIT")], (None, "F", "contradictory")),
        # Unknown terms of a component refuse, unless the publisher names the licences of all.
        ([file(MIT, f"{OF_FOO}\n\n{UNKNOWN}")], (None, "F", "unknown_license")),
        ([file(MIT, f"{OF_FOO}\n\n{UNKNOWN}"), said("MIT")], ("MIT", "B", None)),
        (
            [file(MIT, "Portions of it come from foo and are for non-commercial use only, as agreed."), said("MIT")],
            (None, "F", "contradictory"),
        ),
        # A file about one component: by its folder, by its name.
        ([file(MIT), file(GPL, at="p.dist-info/licenses/pkg/c/LICENSE#for=pkg/c")], ("MIT", "C", None)),
        ([file(MIT), file(ISC, at="p.dist-info/licenses/LICENSES/FOO_LICENSE#of=FOO")], ("ISC AND MIT", "C", None)),
        ([file(MIT), file(ISC, at="LICENSES/FOO_LICENSE#of=FOO"), said("MIT")], ("MIT", "B", None)),
        ([file(BSD), file(ISC, MIT, at="LICENSES.third-party")], ("BSD-3-Clause AND ISC AND MIT", "C", None)),
        # The row's own path: beside the project's, whatever the metadata says.
        ([file(MIT, PLACED), here(GPL), said("MIT")], ("GPL-2.0-only AND MIT", "C", None)),
        ([file(MIT), here(MIT), said("MIT")], ("MIT", "B", None)),
        ([file(MIT), here(UNKNOWN), said("MIT")], (None, "F", "unknown_license")),
        ([file(MIT), here("For non-commercial use only, by order."), said("MIT")], (None, "F", "unknown_license")),
        # Two classifiers are a list, which says neither AND nor OR.
        (
            [file(APACHE, BSD), classified("BSD License"), classified("Apache Software License")],
            ("Apache-2.0 AND BSD-3-Clause", "C", None),
        ),
        (
            [said("MIT OR Apache-2.0"), classified("MIT License"), classified("Apache Software License")],
            ("MIT OR Apache-2.0", "B", None),
        ),
    ],
)  # fmt: skip
def test_licence_of_a_row_in_a_project_that_bundles_others(
    claims: list[Claim], expected: tuple[str | None, str, str | None]
) -> None:
    found = judged(frozenset(claims), OPEN)
    assert (found.license, found.grade, found.reason) == expected


def test_what_is_set_aside_is_flagged_and_stays_in_the_evidence() -> None:
    found = judged(frozenset({file(MIT, PLACED), said("MIT")}), OPEN)
    assert found.evidence["flags"] == ["bundled", "part_stricter"]
    assert [(c["locator"], c["expression"], c["scope"]) for c in found.evidence["claims"]] == [
        ("LICENSE#lines=1-18", "MIT", "container"),
        ("LICENSE#lines=23-26#of=foo", "GPL-2.0-only", "component"),
        ("METADATA#License-Expression", "MIT", "container"),
    ]


def test_component_is_no_evidence_for_the_projects_own_licence() -> None:
    damaged = MIT.replace("sublicense", "hand on").replace("merge", "blend").replace("substantial", "larger")
    found = judged(frozenset({file(damaged, f"{OF_FOO}\n\n{MIT}")}), OPEN)
    assert (found.grade, found.reason) == ("D", "weak_evidence")


def test_refusals_say_in_plain_words_what_is_unclear() -> None:
    unknown = judged(frozenset({file(MIT, f"{OF_FOO}\n\n{UNKNOWN}")}), OPEN)
    assert unknown.detail == (
        "the licence of Portions of it are taken from foo: is not known and may hold here: "
        "LICENSE#lines=23-25#of=Portions of it are taken from foo:"
    )


def test_credit_of_the_recipe_comes_before_the_holders_of_licence_files() -> None:
    credit = Claim(kind="credit", raw="Jane Doe", locator="recipe#sources.a.holder", url="https://example.org/a")
    text = MIT.replace("<year> <copyright holders>", "2020 John Roe")
    plain, named = judged(frozenset({file(text)}), OPEN), judged(frozenset({file(text), credit}), OPEN)
    assert (plain.holders, plain.homepage) == (("John Roe",), None)
    assert (named.holders, named.homepage) == (("Jane Doe",), "https://example.org/a")
    assert (named.license, named.grade, named.reason) == (plain.license, plain.grade, plain.reason)
    assert judged(frozenset({credit}), OPEN).reason == "no_license"


def test_credit_ends_with_each_licence_that_is_used_and_its_address() -> None:
    spdx = "https://spdx.org/licenses"
    assert judged(frozenset({said("MIT OR GPL-2.0-only")}), OPEN).credit == f"licensed under MIT ({spdx}/MIT.html)"
    assert judged(frozenset({said("MIT AND ISC")}), OPEN).credit == (
        f"licensed under ISC ({spdx}/ISC.html) and MIT ({spdx}/MIT.html)"
    )
