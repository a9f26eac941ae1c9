import gzip
import json
from pathlib import Path

import pytest

from licet.stages.license.parts import read_parts

TEXTS = json.loads(gzip.decompress((Path(__file__).parent / "data" / "texts.json.gz").read_bytes()))["texts"]
MIT, BSD, ISC = (TEXTS[key] for key in ("MIT", "BSD-3-Clause", "ISC"))
GPL = (
    "This program is free software; you can redistribute it and/or modify it under the terms of the GNU General "
    "Public License, version 2, as published by the Free Software Foundation."
)
RULE = "\n\n----\n\n"
Told = list[tuple[str | None, str, str, tuple[str, ...]]]


def told(*pieces: str, name: str = "LICENSE") -> Told:
    return [(p.expression, p.about[:20], p.place, p.paths) for p in read_parts(RULE.join(pieces), name)]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([MIT], [("MIT", "", "anywhere", ())]),
        # One whole text after another, nothing said: both are the project's.
        ([MIT, BSD], [("MIT", "", "anywhere", ()), ("BSD-3-Clause", "", "anywhere", ())]),
        (
            [MIT, f"Portions of this software are taken from foo:\n\n{BSD}"],
            [("MIT", "", "anywhere", ()), ("BSD-3-Clause", "Portions of this sof", "anywhere", ())],
        ),
        (
            [MIT, "The files under pkg/foo are licensed as follows.", BSD, ISC],
            [
                ("MIT", "", "anywhere", ()),
                ("BSD-3-Clause", "The files under pkg/", "placed", ("pkg/foo",)),
                ("ISC", "", "anywhere", ()),
            ],
        ),
        (
            [MIT, f"Name: foo\nFiles: foo.libs/*.so\nLicense: BSD-3-Clause\n{BSD}"],
            [("MIT", "", "anywhere", ()), ("BSD-3-Clause", "foo", "placed", ("foo.libs/*.so",))],
        ),
        (
            [MIT, f"3rdparty dependency foo is statically linked in the wheels:\n\n{ISC}"],
            [("MIT", "", "anywhere", ()), ("ISC", "3rdparty dependency ", "linked", ())],
        ),
        (
            [MIT, f"FOO\n\n{BSD}", f"ZLIB\n\n{ISC}", f"BAR\n\n{ISC}"],
            [
                ("MIT", "", "anywhere", ()),
                ("BSD-3-Clause", "FOO", "anywhere", ()),
                ("ISC", "ZLIB", "anywhere", ()),
                ("ISC", "BAR", "anywhere", ()),
            ],
        ),
        # A licence's name over its text is no component.
        ([MIT, f"ISC\n\n{ISC}"], [("MIT", "", "anywhere", ()), ("ISC", "", "anywhere", ())]),
        # What is said of the rest, or of all, is no component either.
        (
            [MIT, f"All other files of the software are under this one:\n\n{BSD}"],
            [("MIT", "", "anywhere", ()), ("BSD-3-Clause", "", "anywhere", ())],
        ),
        # A field is enough.
        (
            [MIT, "This project includes code from Foo.\n\nLicense: ISC"],
            [("MIT", "", "anywhere", ()), ("ISC", "This project include", "anywhere", ())],
        ),
        # The path of a licence file, or where code comes from, is not where a component is.
        (
            [MIT, f"Some files (see NOTICE.md) are adapted from other/tree/x.py:\n\n{BSD}"],
            [("MIT", "", "anywhere", ()), ("BSD-3-Clause", "Some files (see NOTI", "anywhere", ())],
        ),
    ],
)
def test_first_text_is_the_projects_and_others_are_what_is_said_of_them(pieces: list[str], expected: Told) -> None:
    assert told(*pieces) == expected


def test_text_quoted_for_a_component_is_about_no_file() -> None:
    stanza = "Name: foo\nFiles: foo.libs/*.so\nLicense: GPL-2.0-only"
    assert told(MIT, stanza, "Full text of license texts referred to above follows:", GPL)[-1] == (
        "GPL-2.0-only",
        "texts referred to",
        "referred",
        (),
    )
    assert told(MIT, "Full text of license texts referred to above follows:", GPL)[-1][2] == "anywhere"


def test_file_of_third_parties_speaks_for_them_only() -> None:
    assert told(MIT, BSD, name="LICENSES.third-party") == [
        ("MIT", "LICENSES.third-party", "anywhere", ()),
        ("BSD-3-Clause", "LICENSES.third-party", "anywhere", ()),
    ]


def test_unknown_terms_are_a_part_without_a_licence() -> None:
    terms = "You may use foo provided that you send a postcard to each of its many authors every year."
    assert told(MIT, terms) == [("MIT", "", "anywhere", ()), (None, "", "anywhere", ())]


def test_remarks_are_left_out_but_never_restrictions() -> None:
    remark = "Foo was written in Geneva by people who like it, with the help of many others who are named elsewhere."
    assert read_parts(f"{remark}\n\n{ISC}", "LICENSE")[0].confidence >= 0.95
    for word in ("It is for research use only.", "Commercial use is prohibited."):
        (part,) = read_parts(f"{word}\n\n{ISC}", "LICENSE")
        assert part.expression is None or part.confidence < 0.95, word


def test_libraries_in_binary_wheels_are_linked() -> None:
    heading = (
        "Binary wheels\n-------------\n\nThe wheels have the library foo. These libraries are linked and used.\n\n"
    )
    assert [part.place for part in read_parts(f"{MIT}\n\n\n{heading}{BSD}", "LICENSES.txt")] == ["anywhere", "linked"]
