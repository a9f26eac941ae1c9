import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.schemas.evidence import Claim
from licet.stages.license.conclude import conclude
from licet.stages.license.free_form import read_free_form

TEXTS = json.loads(gzip.decompress((Path(__file__).parent / "data" / "texts.json.gz").read_bytes()))["texts"]
GNU = """This library is free software; you can redistribute it and/or modify it under the terms of the GNU Lesser
General Public License as published by the Free Software Foundation; either version 2.1 of the License, or (at your
option) any later version.

This library is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied
warranty of MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the GNU Lesser General Public License for more
details.

On Debian systems, the complete text of the GNU Lesser General Public License, version 2.1, can be found in
`/usr/share/common-licenses/LGPL-2.1'.
"""
RESERVED = """
Except as contained in this notice, the name of Jane Doe shall not be used in advertising or otherwise to promote the
sale, use or other dealings in this Software without prior written authorization from Jane Doe.
"""


def understood(text: str) -> tuple[str | None, bool]:
    found = read_free_form(text)
    return found.expression, found.is_understood


def test_notice_and_remarks_around_it_are_understood() -> None:
    head = "This package was debianized by Jane Doe on Mon, 3 Mar 2003.\n\nCopyright (C) 2003 Jane Doe\n\nLicense:\n\n"
    assert understood(head + GNU) == ("LGPL-2.1-or-later", True)


def test_licence_text_after_a_packagers_head_is_understood() -> None:
    head = "It was downloaded from https://example.org/\n\nUpstream Author: Jane Doe\n\nCopyright 2003 Jane Doe\n\n"
    tail = "\n\nThe Debian packaging is (C) 2007, J. Doe <j@example.org>, under the same terms as Foo, see above.\n"
    assert understood(head + TEXTS["MIT"] + tail) == ("MIT", True)


def test_place_of_work_of_an_author_is_no_licence() -> None:
    assert understood("Author: Jane Doe, MIT X Consortium\n\n" + GNU) == ("LGPL-2.1-or-later", True)


def test_place_of_the_text_in_a_manual_is_a_remark() -> None:
    said = 'A copy of the license is included in the section entitled "GNU Free Documentation License".'
    assert understood(f"{GNU}\n{said}\n") == ("LGPL-2.1-or-later", True)


def test_all_that_is_named_holds() -> None:
    tail = "\nThe changes for Debian are distributed under the terms of the GNU General Public License, version 2.\n"
    assert understood(GNU + tail) == ("LGPL-2.1-or-later AND GPL-2.0-only", True)


@pytest.mark.parametrize(
    "passage",
    [
        "See src/lane/COPYRIGHT.TUT for copying terms.",
        "The manpages are under the same license as those of Linux.",
        "Several files may be used under other conditions only.",
        "You must not use the tables for any commercial purpose.",
        "The macro files are covered by the GPL.",
        "It was never placed in the public domain.",
        "Its terms are similar to those of the MIT license.",
        'The tables are provided "as is", without any warranty, for research only.',
        "Copyright 2003 Jane Doe, may be used in schools",
    ],
)
def test_passage_on_rights_that_is_not_read_leaves_the_file_not_understood(passage: str) -> None:
    assert understood(f"{GNU}\n{passage}\n") == ("LGPL-2.1-or-later", False)
    assert understood(f"{passage}\n\n{TEXTS['MIT']}") == ("MIT", False)
    assert understood(f"{TEXTS['MIT']}\n\n{passage}") == ("MIT", False)


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("This code is in the public domain; do with it what you wish.", "LicenseRef-Public-Domain"),
        (
            "No copyright is claimed, and the software is hereby placed in the public domain.",
            "LicenseRef-Public-Domain",
        ),
        (
            'Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except in'
            " compliance with the License. You may obtain a copy of the License at http://www.apache.org/licenses/LICENSE-2.0",
            "Apache-2.0",
        ),
        ("numactl and the demo programs are under the GNU General Public License, v.2", "GPL-2.0-only"),
    ],
)
def test_sentence_that_puts_the_work_under_a_licence_grants_it(text: str, expression: str) -> None:
    assert understood(text) == (expression, True)


@pytest.mark.parametrize("text", ["Thanks to the authors of GPL-2.0 and GPL-3.0.", "We read GPL-2.0 with joy."])
def test_mere_mention_of_a_licence_grants_nothing(text: str) -> None:
    assert not read_free_form(text).is_understood


def test_last_paragraph_of_a_text_that_makes_it_another_licence_is_not_left_out() -> None:
    untitled = TEXTS["MIT"].removeprefix("MIT License")
    assert understood(untitled + RESERVED) == ("X11", True)


def test_sentence_before_a_text_is_no_part_of_it() -> None:
    before = "All files may be used under the terms of either the GNU LGPL, version 2.1, or the ISC license.\n\n"
    assert understood(before + TEXTS["ISC"]) == ("(LGPL-2.1-only OR ISC) AND ISC", True)


def test_texts_under_titles_are_told_apart() -> None:
    text = f"Licence of the library\n\n{TEXTS['MIT']}\n\n----\n\nLicence of the tools\n\n{TEXTS['BSD-3-Clause']}"
    assert understood(text) == ("MIT AND BSD-3-Clause", True)


@pytest.mark.parametrize("text", ["", "Jane Doe\nJohn Roe\n", "Copyright (C) 2003 Jane Doe. All rights reserved.\n"])
def test_file_that_grants_nothing_says_nothing(text: str) -> None:
    assert understood(text) == (None, False)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([*TEXTS.values(), GNU, RESERVED, "Some words.", "* * *", "."]), max_size=3), st.text())
def test_any_file_is_read_and_more_of_it_never_frees_it(parts: list[str], rest: str) -> None:
    found = read_free_form("\n\n".join([*parts, rest]))
    assert not found.is_understood or found.expression is not None


def concluded(*claims: Claim) -> tuple[str | None, str | None]:
    found = conclude(frozenset(claims))
    return found.expression, found.reason


def test_copyright_file_understood_in_part_licenses_nothing_by_itself() -> None:
    odd = GNU + "\nSee src/lane/COPYRIGHT.TUT for copying terms.\n"
    claim = Claim(kind="notice", raw=odd, locator="COPYRIGHT")
    assert concluded(claim) == (None, "unknown_license")
    assert concluded(replace(claim, raw=GNU)) == ("LGPL-2.1-or-later", None)


def test_what_a_copyright_file_names_holds_beside_the_licence_file() -> None:
    claim = Claim(kind="notice", raw=TEXTS["BSD-3-Clause"] + "\nSee TERMS for the tables.", locator="src/copyright.txt")
    text = Claim(kind="license_file", raw=TEXTS["MIT"], locator="LICENSE")
    assert concluded(claim, text) == ("BSD-3-Clause AND MIT", None)


def test_restriction_in_a_copyright_file_still_forbids() -> None:
    claim = Claim(kind="notice", raw="This work is for non-commercial use only.\n\n" + GNU, locator="COPYRIGHT")
    assert concluded(claim)[0] is None


def test_sentence_within_one_of_several_texts_does_not_speak_for_the_file() -> None:
    text = "Foo may be had under GPL-2.0, says its author.\n\nLicensed under the Academic Free License version 2.1\n"
    claim = Claim(kind="license_file", raw=text, locator="LICENSE")
    assert concluded(claim) == ("AFL-2.1 AND GPL-2.0-only", None)
