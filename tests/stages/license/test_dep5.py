import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.stages.license.dep5 import Annotation, read_annotation, read_dep5

TEXTS = json.loads(gzip.decompress((Path(__file__).parent / "data" / "texts.json.gz").read_bytes()))["texts"]
FORMAT = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"


def indented(text: str) -> str:
    return "\n".join(f" {line}" if line.strip() else " ." for line in text.strip().split("\n"))


def said(name: str, *below: str) -> tuple[str | None, tuple[str, ...]]:
    """What a stanza of this short name comes to, with paragraphs of ``name`` and text below it."""
    found = read_annotation("\n\n".join([f"Files: *\nLicense: {name}", *below]))
    return found.expression, found.flags


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Expat", "MIT"),
        ("GPL-2", "GPL-2.0-only"),
        ("GPL-2+", "GPL-2.0-or-later"),
        ("LGPL-2.1+", "LGPL-2.1-or-later"),
        ("Apache-2.0", "Apache-2.0"),
        ("BSD-3-clause", "BSD-3-Clause"),
        ("GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"),
        ("GPL-2+ or Artistic-2.0", "GPL-2.0-or-later OR Artistic-2.0"),
        ("GPL-2+ and Expat", "GPL-2.0-or-later AND MIT"),
        ("BSD", None),
        ("custom", None),
        ("", None),
    ],
)
def test_short_names_are_read_as_debian_means_them(name: str, expected: str | None) -> None:
    assert said(name)[0] == expected


def test_the_text_under_a_name_that_says_nothing_speaks() -> None:
    assert said("BSD\n" + indented(TEXTS["BSD-3-Clause"]))[0] == "BSD-3-Clause"
    assert said("custom", "License: custom\n" + indented(TEXTS["ISC"]))[0] == "ISC"


def test_each_of_several_names_may_have_its_text() -> None:
    below = "License: custom\n" + indented(TEXTS["ISC"])
    assert said("GPL-2+ or custom", below)[0] == "GPL-2.0-or-later OR ISC"
    assert said("GPL-2+ and other-custom", below)[0] is None


def test_a_text_that_bears_its_name_out_changes_nothing() -> None:
    assert said("Expat", "License: Expat\n" + indented(TEXTS["MIT"])) == ("MIT", ())


def test_a_text_against_its_name_is_refused() -> None:
    assert said("Expat", "License: Expat\n" + indented(TEXTS["CC-BY-NC-4.0"])) == (None, ("contradictory_text",))


def test_who_holds_the_rights_is_named_without_years_and_addresses() -> None:
    lines = "2010-2020, 2022 Jane Doe <jane@example.org>\n Copyright (c) 2019 ACME Inc.\n © 1999 by Jo"
    raw = f"Files: *\nCopyright: {lines}\nLicense: ISC"
    assert read_annotation(raw).holders == ("Jane Doe", "ACME Inc", "Jo")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("SPDX-License-Identifier: MIT", Annotation(expression="MIT", confidence=1.0, flags=())),
        (
            "SPDX-License-Identifier: MIT OR ISC\nSPDX-License-Identifier: CC0-1.0\nPrecedence: override",
            Annotation(expression="(MIT OR ISC) AND CC0-1.0", confidence=1.0, flags=(), precedence="override"),
        ),
        (
            "SPDX-FileCopyrightText: 2020 Jane\nPrecedence: closest",
            Annotation(expression=None, confidence=1.0, flags=("empty",), holders=("Jane",), precedence="closest"),
        ),
        (
            "SPDX-License-Identifier: LicenseRef-Ours\nPrecedence: aggregate",
            Annotation(expression=None, confidence=1.0, flags=("unknown_id",)),
        ),
    ],
)
def test_tags_of_an_annotation_are_read(raw: str, expected: Annotation) -> None:
    assert read_annotation(raw) == expected


@pytest.mark.parametrize("raw", ["", "version = 1\n[[annotations]", "License: MIT\n text", "Comment: x"])
def test_what_is_no_annotation_says_that_it_could_not_be_read(raw: str) -> None:
    assert read_annotation(raw) == Annotation(expression=None, confidence=0.0, flags=("unparsable",))


def test_a_stanza_without_a_licence_says_nothing() -> None:
    assert read_annotation("Files: *\nCopyright: 2020 Jane").flags == ("empty",)


def test_a_copyright_file_is_under_all_that_its_stanzas_name() -> None:
    found = read_dep5(FORMAT + "\nFiles: *\nLicense: GPL-2+\n\nFiles: doc/*\nLicense: Expat\n")
    assert found is not None
    assert found.expression == "GPL-2.0-or-later AND MIT"
    assert [a.expression if (a := found.license_of(p)) else None for p in ("a.c", "doc/a")] == [
        "GPL-2.0-or-later",
        "MIT",
    ]


def test_a_copyright_file_with_a_stanza_that_is_not_understood_is_under_nothing_known() -> None:
    found = read_dep5(FORMAT + "\nFiles: *\nLicense: GPL-2+\n\nFiles: doc/*\nLicense: custom\n")
    assert found is not None
    assert found.expression is None


def test_other_texts_are_no_copyright_file() -> None:
    assert read_dep5(TEXTS["MIT"]) is None


@given(st.text(max_size=200))
def test_any_stanza_is_read_without_an_error(text: str) -> None:
    assert read_annotation("Files: *\nLicense: " + text) is not None
    assert read_annotation("SPDX-License-Identifier: " + text) is not None
