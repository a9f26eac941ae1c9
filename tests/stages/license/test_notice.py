import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.stages.license import notice
from licet.stages.license.notice import read_notice

GPL = """This program is free software: you can redistribute it and/or modify it under the terms of the GNU General
Public License as published by the Free Software Foundation, either version 3 of the License, or (at your option)
any later version."""


@pytest.mark.parametrize(
    ("text", "expression", "grants"),
    [
        ("This project is licensed under the MIT license.", "MIT", True),
        ("# Foo\n\n## License\n\nMIT\n\n## Other\n", "MIT", True),
        ('Licensed under the Apache License, Version 2.0 (the "License");\nyou may not use', "Apache-2.0", True),
        (
            "This software is licensed under the MIT license or Apache License 2.0, at your option.",
            "MIT OR Apache-2.0",
            True,
        ),
        (
            "Code is licensed under Apache 2.0. The data is licensed under CC BY-NC 4.0.",
            "Apache-2.0 AND CC-BY-NC-4.0",
            True,
        ),
        (GPL, "GPL-3.0-or-later", True),
        (GPL.replace(", or (at your option)\nany later version", ""), "GPL-3.0-only", True),
        ("We build on Foo, which is under GPL-3.0.", "GPL-3.0-only", False),
        ("Nothing to see here.", None, False),
        ("The weights are not released, to respect somebody's license.", None, False),
        ("", None, False),
    ],
)
def test_notices_are_read_as_sentences(text: str, expression: str | None, grants: bool) -> None:
    found = read_notice(text)
    assert (found.expression, found.grants) == (expression, grants)


def test_choice_between_files_is_understood_without_naming_licences() -> None:
    text = "This software is under the terms of *either* of the licenses in LICENSE.APACHE or LICENSE.BSD."
    assert read_notice(text).choice == ("Apache", "BSD")


def test_badge_is_no_grant() -> None:
    badge = "[![License](https://img.shields.io/badge/License-Apache_2.0-green.svg)](https://example.org/LICENSE)"
    assert not read_notice(f"# Foo\n{badge}\n").grants


def test_restriction_in_words_takes_the_licence_away() -> None:
    found = read_notice("This dataset is released under the MIT license for non-commercial use only.")
    assert (found.expression, found.flags) == (None, ("restrictive_words:non_commercial",))


@pytest.mark.parametrize(
    ("rest", "expression"),
    [
        (
            " with no Invariant Sections, no Front-Cover Texts, and no Back-Cover Texts.",
            "GFDL-1.3-no-invariants-or-later",
        ),
        (" with no Invariant Sections and with the Front-Cover Text being A Manual.", "GFDL-1.3-invariants-or-later"),
        (" with the Invariant Sections being Funding.", "GFDL-1.3-invariants-or-later"),
        ("", "GFDL-1.3-or-later"),
    ],
)
def test_what_must_not_be_changed_in_a_manual_is_part_of_its_licence(rest: str, expression: str) -> None:
    text = (
        "Permission is granted to modify this document under the terms of the GNU Free Documentation License, Version"
    )
    text += " 1.3 or any later version published by the Free Software Foundation;"
    assert read_notice(text + rest).expression == expression
    assert read_notice(text.replace(" or any later version", "") + rest).expression == expression.replace(
        "or-later", "only"
    )


@pytest.mark.parametrize(
    ("named", "expression"),
    [
        ("GNU General Public License (GNU GPL), version 3 or later", "GPL-3.0-or-later"),
        ("GNU GPL, either version 2 of the License, or (at your option) any later version", "GPL-2.0-or-later"),
        ("GNU Lesser General Public License, version 2.1 or later - see the file COPYING.LIB", "LGPL-2.1-or-later"),
        ("GNU General Public License (v3 or later)", "GPL-3.0-or-later"),
        ("GNU GPL version 2", "GPL-2.0-only"),
        ("GNU GPL version 2 and the GNU LGPL version 2.1 or later", "GPL-2.0-only AND LGPL-2.1-or-later"),
        ("GNU General Public License version 2, and some files under version 3 or later", "GPL-2.0-only"),
        ("Artistic License, which comes with Perl", "Artistic-1.0-Perl"),
    ],
)
def test_versions_of_gnu_licences_are_read_with_what_is_said_of_later_ones(named: str, expression: str) -> None:
    assert read_notice(f"This program is distributed under the terms of the {named}.").expression == expression


def test_comment_marks_on_each_line_are_no_words_of_a_notice() -> None:
    lines = (
        "This manual is under the terms of the GNU Free Documentation License, Version 1.1",
        "or any later version",
    )
    assert read_notice("\n".join(f"<!-- {line} -->" for line in lines)).expression == "GFDL-1.1-or-later"


def test_folder_of_a_licence_is_no_licence() -> None:
    assert read_notice(
        "This package is distributed under the BSD-3-Clause license (see doc/licenses/BSD.txt)."
    ).expression == ("BSD-3-Clause")


GRANTING = "License Licence licensed LICENSING license: released distributed under the terms of subject to this MIT"
MARKS = "software is available provided by Identifier # ## ### === --- // * ; % <!-- --> : - . ![x](y)"
PIECES = [*GRANTING.split(), *MARKS.split(), " ", "\n", "\n\n"]


@given(st.lists(st.sampled_from(PIECES)), st.sampled_from(["", " "]))
def test_what_cannot_grant_is_seen_to_grant_nothing(pieces: list[str], between: str) -> None:
    text = between.join(pieces)
    found = read_notice(text)
    if found.grants and (found.expression or found.choice):
        assert read_notice(text, mentions=False) == found
    if not notice._MAY_GRANT.search(notice._BADGE.sub(" ", text)):
        assert not found.grants
