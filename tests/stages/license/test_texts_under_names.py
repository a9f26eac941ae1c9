"""What the text under a short name of a copyright file says beside the name."""

import gzip
import json
from pathlib import Path

import pytest

from licet.stages.license.dep5 import Annotation, read_annotation

TEXTS = json.loads(gzip.decompress((Path(__file__).parent / "data" / "texts.json.gz").read_bytes()))["texts"]
NOTICE = """This program is free software; you can redistribute it and/or modify it under the terms of the GNU {} as
published by the Free Software Foundation; either version {} of the License, or (at your option) any later version."""


def read(name: str, text: str) -> Annotation:
    lines = [f" {line}" if line.strip() else " ." for line in text.strip().split("\n")]
    return read_annotation("\n".join(["Files: *", f"License: {name}", *lines]))


@pytest.mark.parametrize(
    ("name", "licence", "version", "expected"),
    [
        ("LGPL-2+", "Lesser General Public License", "2.1", "LGPL-2.1-or-later"),
        ("LGPL-2.1+", "Lesser General Public License", "2", "LGPL-2.1-or-later"),
        ("GPL-2", "General Public License", "2", "GPL-2.0-only"),
        ("GPL-2+", "General Public License", "3", "GPL-3.0-or-later"),
        ("GPL-3+ with Bison exception", "General Public License", "3", "GPL-3.0-or-later WITH Bison-exception-2.2"),
    ],
)
def test_of_a_name_and_the_notice_under_it_the_narrower_holds(
    name: str, licence: str, version: str, expected: str
) -> None:
    assert read(name, NOTICE.format(licence, version)).expression == expected


def test_a_text_that_is_nearly_another_licence_holds_beside_its_name() -> None:
    text = TEXTS["Zlib"].replace("the authors", "the many contributors") + "\nA remark that the packager made here."
    assert read("BSD-4-Clause", text).expression == "Zlib AND BSD-4-Clause"


def test_an_unknown_name_over_a_text_that_is_nearly_known_is_text_detection() -> None:
    remark = "\nA remark that the packager made here, on his journey to the north, for whoever reads it."
    text = TEXTS["Zlib"].replace("the authors", "the many contributors") + remark
    found = read("custom", text)
    assert found.expression == "Zlib"
    assert 0.8 <= found.confidence < 0.95


def test_an_unknown_name_over_a_text_with_terms_of_its_own_says_nothing() -> None:
    own = "\n\nAny derived version must be clearly marked as such, and if it does not follow the protocol it must be"
    own += " called by another name than the original; you are also asked to tell the author of each place of use,"
    own += " to keep the file of changes that came with it complete, and to send a copy to the archive each year."
    assert read("custom", TEXTS["ISC"] + own).expression is None


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "public-domain-md4",
            "This code is in the public domain; do with it what you wish.",
            "LicenseRef-Public-Domain",
        ),
        ("Iconv-PD", "This file is placed in the public domain.", "LicenseRef-Public-Domain"),
        ("ad-hoc", "This package contains public information compiled from around the net and many people.", None),
        (
            "noderivs",
            "Everyone is permitted to copy verbatim copies of this document, but changing it is not allowed.",
            None,
        ),
        ("PD-not", "This file was never put in the public domain, whatever others say.", None),
    ],
)
def test_under_an_unknown_name_only_words_that_are_understood_whole_count(
    name: str, text: str, expected: str | None
) -> None:
    assert read(name, text).expression == expected
