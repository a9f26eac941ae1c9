import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from licet.schemas.evidence import Claim
from licet.stages.license.headers import HEAD, MARK, header_claims, with_mark


@given(st.lists(st.lists(st.sampled_from([MARK, MARK[:-1], MARK[5:], "S", "SPDX-", "-", ":", "x", "é"])).map("".join)))
def test_rows_with_the_words_are_found_and_no_others(texts: list[str]) -> None:
    assert with_mark(pa.array(texts, pa.string())) == [row for row, text in enumerate(texts) if MARK in text]


def test_the_words_count_where_they_begin_within_the_head() -> None:
    texts = ["x" * (HEAD - 1) + MARK, "x" * HEAD + MARK, MARK, "", MARK[:-1]]
    assert with_mark(pa.array(texts)) == [0, 2]


def test_nothing_after_the_last_of_them_changes_a_header() -> None:
    head = "/* Foo\n * SPDX-License-Identifier: MIT */\n\n# SPDX-License-Identifier: ISC\n"
    told = (
        Claim(kind="spdx_header", raw="MIT", locator="#line=2"),
        Claim(kind="spdx_header", raw="ISC", locator="#line=4"),
    )
    assert [header_claims(head + more) for more in ("", "# more\n", "int x;\n", "\n" * 5000)] == [told] * 4
    assert header_claims(head.strip()) == told
    assert header_claims("int x;\n" + head) == ()
