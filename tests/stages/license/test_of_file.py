import gzip
import json
from pathlib import Path

import pytest

from licet.schemas.evidence import Claim, ClaimKind
from licet.stages.license.expression import parse
from licet.stages.license.found import Found
from licet.stages.license.of_file import of_file
from licet.stages.license.statements import read_claims

TEXTS = json.loads(gzip.decompress((Path(__file__).parent / "data" / "texts.json.gz").read_bytes()))["texts"]
NONCOMMERCIAL = "// Copyright 2020 Jane. Permission to use and copy this file for non-commercial purposes is granted.\n"


def claim(kind: ClaimKind, raw: str) -> Claim:
    return Claim(kind=kind, raw=raw, locator=kind)


def header(raw: str) -> Claim:
    return claim("spdx_header", raw)


def stanza(name: str) -> Claim:
    return claim("file_annotation", f"Files: *\nLicense: {name}")


def tags(name: str, precedence: str = "closest") -> Claim:
    return claim("file_annotation", f"SPDX-License-Identifier: {name}\nPrecedence: {precedence}")


def come_to(*claims: Claim, general: str | None = None) -> str | None:
    """The licence that holds for a file, or the reason why none can be told."""
    statements = tuple(s for each in claims for s in read_claims(each))
    found = of_file(statements, parse(general) if general else None)
    return found.reason or (str(found.node) if found.node is not None else None)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([], None),
        ([header("MIT")], "MIT"),
        ([header("MIT OR (")], "unparsable_license"),
        ([stanza("Expat")], "MIT"),
        ([stanza("custom")], "no_license"),
        ([stanza("")], None),
        ([stanza("BSD")], "family_only"),
        ([stanza("GPL-2+"), header("GPL-2.0-or-later")], "GPL-2.0-or-later"),
        ([stanza("Expat"), header("ISC")], "ISC AND MIT"),
        ([stanza("CC-BY-NC-4.0"), header("MIT")], "contradictory"),
        ([stanza("Expat"), header("CC-BY-NC-4.0")], "contradictory"),
        ([stanza("My-Licence"), header("MIT")], "unknown_license"),
        ([tags("MIT")], "MIT"),
        ([tags("MIT"), header("ISC")], "ISC"),
        ([tags("CC-BY-NC-4.0"), header("MIT")], "MIT"),
        ([tags("MIT"), header("LicenseRef-ours")], "unknown_license"),
        ([tags("LicenseRef-ours"), header("MIT")], "MIT"),
        ([tags("MIT", "aggregate"), header("ISC")], "ISC AND MIT"),
        ([tags("MIT", "aggregate"), tags("CC0-1.0", "aggregate")], "CC0-1.0 AND MIT"),
        ([tags("MIT", "override"), header("ISC")], "MIT"),
        ([tags("MIT", "override"), header("LicenseRef-ours")], "MIT"),
        ([tags("MIT", "override"), header("GPL-3.0-or-later")], "MIT"),
        ([tags("CC-BY-NC-4.0", "override"), header("MIT")], "CC-BY-NC-4.0"),
        ([tags("MIT", "override"), header("CC-BY-NC-4.0")], "contradictory"),
        ([tags("LicenseRef-ours", "override"), header("MIT")], "unknown_license"),
        ([tags("MIT", "override"), claim("file_notice", NONCOMMERCIAL)], "contradictory"),
        ([tags("", "override"), header("ISC")], "ISC"),
    ],
)
def test_annotation_and_file_come_to(claims: list[Claim], expected: str | None) -> None:
    assert come_to(*claims) == expected


def test_a_header_that_was_overridden_is_told() -> None:
    statements = tuple(s for each in (tags("MIT", "override"), header("ISC")) for s in read_claims(each))
    assert of_file(statements, None) == Found(parse("MIT"), flags=("overridden",))
    assert of_file(statements[:1], None) == Found(parse("MIT"))


def test_all_rights_reserved_takes_nothing_from_a_grant_in_an_annotation() -> None:
    reserved = claim("file_notice", "# Copyright 2020 Jane. All rights reserved.\n")
    assert come_to(reserved) == "no_license"
    assert come_to(reserved, general="MIT") is None
    assert come_to(reserved, tags("ISC")) == "ISC"
    assert come_to(reserved, stanza("Expat")) == "MIT"


def test_the_words_that_contradict_each_other_are_told() -> None:
    statements = tuple(s for each in (tags("MIT", "override"), header("CC-BY-NC-4.0")) for s in read_claims(each))
    assert of_file(statements, None).detail == "CC-BY-NC-4.0 in the file against MIT in file_annotation"
