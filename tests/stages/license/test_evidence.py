"""Evidence keeps all that was heard: from it and the words alone, the same conclusion is reached again."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from licet.schemas.evidence import Claim
from licet.stages.license.evidence import canonical, claims_of, statements_batch, words_sha256
from licet.stages.license.judge import judged
from licet.stages.license.presets import load_policy

POLICY = load_policy("open-definition-2.1")
TEXTS = json.loads(gzip.decompress((Path(__file__).parent / "data" / "texts.json.gz").read_bytes()))["texts"]
MIT, BSD, ISC = (TEXTS[key] for key in ("MIT", "BSD-3-Clause", "ISC"))
BUNDLED = (
    f"{MIT}\n\n----\n\nPortions of it are taken from foo:\n\n{ISC}\n\n----\n\nName: x\nFiles: x/*\nLicense: BSD\n{BSD}"
)
SETS = [
    frozenset({Claim(kind="spdx_header", raw="GPL-2.0", locator="#line=1")}),
    frozenset(
        {
            Claim(kind="declared", raw="MIT", locator="recipe#sources.a.license", url="https://example.org/"),
            Claim(kind="credit", raw="", locator="recipe#sources.a.holder", url="https://example.org/"),
        }
    ),
    frozenset({Claim(kind="package_license", raw="MIT\n\nCopyright (c) A", locator="METADATA#License")}),
    frozenset({Claim(kind="license_file", raw=BUNDLED, locator="LICENSE")}),
    frozenset({Claim(kind="license_file", raw=BUNDLED, locator="licenses/LICENSE#for=src/foo")}),
    frozenset({Claim(kind="package_license", raw=MIT, locator="METADATA#License")}),
]


@pytest.mark.parametrize("claims", SETS)
def test_claims_are_made_again_from_their_evidence(claims: frozenset[Claim]) -> None:
    words = {row["sha256"]: row["raw"] for row in statements_batch([claims]).to_pylist()}
    first = judged(claims, POLICY)
    again = claims_of(first.evidence, words)
    assert judged(again, POLICY).evidence == first.evidence


def test_each_statement_is_kept_once_under_its_hash() -> None:
    rows = statements_batch([SETS[1], SETS[1], SETS[0]]).to_pylist()
    assert rows == sorted(rows, key=lambda row: row["sha256"])
    assert {row["raw"] for row in rows} == {"GPL-2.0", "MIT", ""}
    assert all(words_sha256(row["raw"]) == row["sha256"] for row in rows)


_TOLD = st.recursive(
    st.none() | st.booleans() | st.integers(0, 10**6) | st.text() | st.integers(0, 10**4).map(lambda n: n / 10**4),
    lambda told: st.lists(told, max_size=3) | st.dictionaries(st.sampled_from("abcdef_"), told, max_size=3),
)


@given(told=_TOLD)
def test_records_are_hashed_as_rfc_8785_writes_them(told: Any) -> None:
    assert canonical(told) == rfc8785.dumps(told)
