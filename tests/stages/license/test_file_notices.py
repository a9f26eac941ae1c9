import numpy as np
import pyarrow as pa
import pytest
from tiny import MIT

from licet.schemas.evidence import Claim
from licet.stages.license._heads import may_speak
from licet.stages.license.file_notices import _SPEAKING, _SPEAKS, NOTHING, notice_claims, read_file_notice, with_notice
from licet.stages.license.statements import read_claims

APACHE = """Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied."""
ASF = """Licensed to the Apache Software Foundation (ASF) under one or more
contributor license agreements.  See the NOTICE file distributed with
this work for additional information regarding copyright ownership.
The ASF licenses this file to You under the Apache License, Version 2.0
(the "License"); you may not use this file except in compliance with
the License."""
GPL = """This file is part of Foo.

Foo is free software: you can redistribute it and/or modify
it under the terms of the GNU General Public License as published by
the Free Software Foundation, either version 2 of the License, or
(at your option) any later version."""
MPL = """This Source Code Form is subject to the terms of the Mozilla Public
License, v. 2.0. If a copy of the MPL was not distributed with this
file, You can obtain one at https://mozilla.org/MPL/2.0/."""
REFERS = """Copyright 2009 The Go Authors. All rights reserved.
Use of this source code is governed by a BSD-style
license that can be found in the LICENSE file."""
SECRET = """Copyright (c) 2020 Example Inc. All rights reserved.
Proprietary and confidential. Unauthorized copying of this file is strictly prohibited."""


def commented(text: str, prefix: str = "# ", code: str = "import os\n") -> str:
    """The text as a comment before some code."""
    return "\n".join((prefix + line).rstrip() for line in text.splitlines()) + "\n\n" + code


@pytest.mark.parametrize("prefix", ["# ", "// ", "-- ", "% ", ";; ", "REM ", "dnl ", "! "])
@pytest.mark.parametrize(
    ("text", "expression"),
    [
        (APACHE, "Apache-2.0"),
        (ASF, "Apache-2.0"),
        (GPL, "GPL-2.0-or-later"),
        (GPL.replace(", or\n(at your option) any later version", ""), "GPL-2.0-only"),
        (MPL, "MPL-2.0"),
        (MIT, "MIT"),
        ("This file is dual licensed under the MIT license or Apache-2.0, at your option.", "MIT OR Apache-2.0"),
    ],
)
def test_comment_at_the_head_of_a_file_grants(text: str, expression: str, prefix: str) -> None:
    (claim,) = notice_claims(commented(text, prefix))
    assert claim.kind == "file_notice"
    assert read_file_notice(claim.raw).expression == expression
    (statement,) = read_claims(claim)
    assert (statement.expression, statement.scope) == (expression, "file")


def test_claim_has_the_comment_word_for_word_and_its_lines() -> None:
    text = "#!/bin/sh\n\n/*\n * Licensed under the MIT license.\n */\nint main;\n"
    raw = "/*\n * Licensed under the MIT license.\n */"
    assert notice_claims(text) == (Claim(kind="file_notice", raw=raw, locator="#lines=3-5"),)


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        (SECRET, "restrictive_words:proprietary"),
        ("Copyright (c) 2020 Example Inc. All rights reserved.", "all_rights_reserved"),
        ("Permission to use and copy this file for non-commercial purposes is granted.", "restrictive_words:non_comm"),
        ("This file is licensed under the MIT license with the following additional restriction: no war.", "restric"),
        (
            "This file is licensed under a modified version of the Apache License, Version 2.0.",
            "restrictive_words:qual",
        ),
    ],
)
def test_what_reserves_or_adds_terms_has_no_expression(text: str, flag: str) -> None:
    (claim,) = notice_claims(commented(text))
    found = read_file_notice(claim.raw)
    assert found.expression is None
    assert any(it.startswith(flag) for it in found.flags)


@pytest.mark.parametrize(
    "text",
    [
        commented(REFERS),
        commented("See the LICENSE file for the license of this project."),
        commented("Copyright 2020 Jane Doe"),
        commented("Parses the license field of package files."),
        "import os\n\n" + commented(APACHE),
        "The Apache License, Version 2.0 is a permissive license. Programs are licensed under it by many.\n" * 3,
        '{\n  "name": "foo",\n  "license": "MIT"\n}\n',
        "",
    ],
)
def test_reference_and_talk_are_no_notice(text: str) -> None:
    assert notice_claims(text) == ()


def test_docstring_after_the_notice_is_not_part_of_it() -> None:
    text = commented(ASF, code='"""For internal use only; no backwards-compatibility guarantees."""\n')
    (claim,) = notice_claims(text)
    assert read_file_notice(claim.raw).expression == "Apache-2.0"


def test_plain_text_counts_where_it_speaks_of_itself() -> None:
    told = "A Book\n\nThis book is licensed under a Creative Commons Attribution 4.0 License.\n\nChapter 1\n"
    (claim,) = notice_claims(told)
    assert (read_file_notice(claim.raw).expression, claim.locator) == ("CC-BY-4.0", "#lines=3-3")


def test_share_alike_in_the_address_is_never_dropped() -> None:
    text = (
        "This work is licensed under the Creative Commons Attribution License,\n"
        "see http://creativecommons.org/licenses/by-sa/3.0/ for its words."
    )
    (claim,) = notice_claims(commented(text)) or (Claim(kind="file_notice", raw="", locator=""),)
    assert "SA" in (read_file_notice(claim.raw).expression or "SA")


def test_alternatives_in_one_comment_are_a_choice() -> None:
    text = (
        "The contents of this file are subject to the Mozilla Public License Version 1.1.\n\n"
        "Alternatively, the contents of this file may be used under the terms of the GNU General Public License\n"
        "Version 2 or later."
    )
    (claim,) = notice_claims(commented(text))
    assert read_file_notice(claim.raw).expression in ("MPL-1.1 OR GPL-2.0-or-later", "MPL-1.1 OR GPL-2.0-only")


def test_rows_are_preselected_by_column() -> None:
    rows = [commented(APACHE), "import os\n" * 200, None, commented(SECRET), "Once upon a time.\n" * 300, ""]
    assert with_notice(pa.array(rows, pa.large_string())) == [0, 3]
    assert with_notice(pa.array(rows, pa.string()).slice(3)) == [0]
    assert with_notice(pa.array([], pa.large_string())) == []


def test_reading_nothing_gives_nothing() -> None:
    assert read_file_notice("") == NOTHING


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        (
            "This is free software; you can redistribute it and/or\nmodify it under the same terms as Perl itself.",
            "Artistic-1.0-Perl OR GPL-1.0-or-later",
        ),
        ("Language: Go\nLicense: Same as Vim", "Vim"),
        ("This file can be redistributed and/or modified under the same terms\nas Vim itself.", "Vim"),
        ("Author: Jane Doe\n\nThis file has been put into the public domain.", "LicenseRef-Public-Domain"),
        ("Copyright Example Foundation and other contributors\nReleased under the MIT license", "MIT"),
    ],
)
def test_customary_sayings_are_understood(text: str, expression: str) -> None:
    assert with_notice(pa.array([commented(text)])) == [0]
    assert [read_file_notice(it.raw).expression for it in notice_claims(commented(text))] == [expression]


@pytest.mark.parametrize(
    "text",
    [
        "Uses the Foo library, which is\nreleased under the MIT license.",
        "The tables in this file were derived from data in the public domain.",
    ],
)
def test_what_is_said_of_other_works_is_no_notice(text: str) -> None:
    assert notice_claims(commented(text)) == ()


@pytest.mark.parametrize("text", [APACHE, GPL, MIT, SECRET, REFERS])
def test_whose_copyright_it_is_changes_nothing_of_the_notice(text: str) -> None:
    one = commented("Copyright 2011-2019 The Example Authors.\n" + text)
    other = commented("Copyright (c) 1998, 2001 Müller & Söhne GmbH, Ulm <a@example.org>\n" + text)
    assert read_file_notice(one) == read_file_notice(other)


def test_copyright_line_that_says_more_is_read() -> None:
    text = "Copyright 2020 Example Inc. Licensed for non-commercial use only, under the MIT license."
    (claim,) = notice_claims(commented(text))
    assert read_file_notice(claim.raw).expression is None


ISC = """Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is hereby granted, provided that the above
copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR
ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF
OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE."""


def in_paragraphs(*texts: str) -> str:
    """The texts as comments, a blank line between."""
    return "\n".join(commented(text, code="") for text in texts) + "\nimport os\n"


@pytest.mark.parametrize("granted", [ISC, MIT, APACHE, GPL, "This file is licensed under the MIT license."])
@pytest.mark.parametrize(
    "taken_back",
    [
        "You may not use this in weapons.",
        "You must not sell this code to banks.",
        "Not for use in nuclear facilities.",
        "... provided you send us a postcard.",
        "Users shall pay us five dollars for each copy sold.",
        "You agree to send your changes back to us.",
        "This program must not be used by the army.",
        "Nobody may sell it.",
        "Any publication based on it must cite our paper.",
        "Use by companies with more than ten employees is forbidden.",
        "For use with Example chips only.",
    ],
)
def test_terms_of_ones_own_beside_a_grant_take_it_back(granted: str, taken_back: str) -> None:
    for text in (
        in_paragraphs(granted, taken_back),
        in_paragraphs(taken_back, granted),
        commented(f"{granted}\n\n{taken_back}"),
    ):
        (claim,) = notice_claims(text)
        found = read_file_notice(claim.raw)
        assert (found.expression, found.grants) == (None, True)
        assert found.flags[0].startswith("restrictive_words:")


@pytest.mark.parametrize("granted", [ISC, MIT, APACHE, GPL])
@pytest.mark.parametrize(
    "prose",
    [
        "This module parses tables. It must be opened before it is read, and must not be shared between threads.",
        "Author: Jane Doe <jane@example.org>, who did not write the tests.",
        "2021-03-04: the parser may not fail on empty input any more; requires version 3 of the compiler.",
        "You need to call open() first, and you should not use it directly.",
        "Please send bug reports to the list.",
        "All numbers must be given in metres. Nobody knows why.",
    ],
)
def test_ordinary_prose_beside_a_grant_changes_nothing(granted: str, prose: str) -> None:
    for text in (in_paragraphs(granted, prose), in_paragraphs(prose, granted), commented(f"{granted}\n\n{prose}")):
        (claim,) = notice_claims(text)
        assert read_file_notice(claim.raw).expression == read_file_notice(granted).expression is not None


@pytest.mark.parametrize(
    "words",
    [
        "The names of contributors to this software may not be used to endorse products made from it.",
        "This file may not be copied, modified, or distributed except according to those terms.",
        "Should you need to contact me, the author, write a letter.",
        "Not intended for use with large numbers. It can only be used with the other module.",
        "If you do not alter this notice, a recipient may use your version of this file under either licence.",
    ],
)
def test_customary_words_around_a_grant_take_nothing_back(words: str) -> None:
    (claim,) = notice_claims(commented(f"This file is licensed under the MIT license.\n\n{words}"))
    assert read_file_notice(claim.raw).expression == "MIT"


@pytest.mark.parametrize(
    "text",
    [
        "Foreword.\n\nThis book is released under the CC BY 4.0 license.\n",
        "Foreword.\n\nTHIS\n  document is licensed under the MIT License.\n",
        "Foreword — with dashes.\n\nthis\u00a0work is made available under CC-BY-4.0, a free licence.\n",
        "Preface\n\nThis file was published by someone under the Apache License, Version 2.0.\n",
    ],
)
def test_prose_that_speaks_of_itself_is_looked_at(text: str) -> None:
    assert with_notice(pa.array([text])) == [0]


def test_prose_that_speaks_of_licences_but_not_of_itself_is_passed_over() -> None:
    assert with_notice(pa.array(["A driving licence is issued by the county.\n", "This is permission enough.\n"])) == []


@pytest.mark.parametrize("word", _SPEAKING.replace(r"\b", "").replace("[sc]", "c").replace("\\", "").split("|"))
def test_no_comment_that_speaks_of_rights_is_taken_for_one_that_does_not(word: str) -> None:
    text = f"# a {word.upper()}"
    assert _SPEAKS.search(text)
    data = np.frombuffer(text.encode(), np.uint8)
    assert not word.isascii() or may_speak(data, 0, len(data))
