"""Wordings behind the words they need find what their pattern finds, and are searched only where it may be found."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from literals import is_certain, parsed

from licet.stages.license import file_notices, nobody, own_terms, phrases
from licet.stages.license.needed import Wordings

SOLD = Wordings(re.IGNORECASE, (r"\bno\s+(?:sale|resale)\b", "no", "sale"), (r"\bonly\s+here\b", "only"))
USED = {
    "own terms": own_terms.OWN,
    "restrictions": phrases.RESTRICTED,
    **{f"saying {number}": wordings for number, (wordings, _) in enumerate(file_notices._SAYINGS)},
}


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        ("No\tRESALE", True),
        ("nothing of a wholesaler", True),
        ("only", True),
        ("no sal", False),
        ("sale", False),
        ("n", False),
        ("", False),
        ("ſ", True),
    ],
)
def test_a_wording_may_be_where_a_word_of_each_of_its_groups_is(text: str, may_be: bool) -> None:
    assert SOLD.may_be_in(text) is may_be


def test_a_stretch_is_looked_at_from_its_first_byte_to_its_last() -> None:
    data = np.frombuffer(b"no sale", np.uint8)
    assert [SOLD.may_be_within(data, *span) for span in ((0, 7), (1, 7), (0, 6))] == [True, False, False]


def test_more_than_the_first_wording_is_found_and_replaced() -> None:
    assert SOLD.sub("<>", "No sale, only here.") == "<>, <>."
    assert (found := SOLD.search("Only here, no sale")) is not None
    assert found[0] == "Only here"


def test_what_stands_before_all_wordings_is_asked_of_each() -> None:
    bound = Wordings(re.IGNORECASE, ("sale", "sale"), ("only", "only"), before=r"\b")
    assert [bound.search(text) is not None for text in ("a sale", "only", "resale", "commonly")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("name", USED)
def test_every_match_of_a_pattern_in_use_has_the_words_that_it_needs(name: str) -> None:
    for pattern, *groups in USED[name].wordings:
        assert [group for group in groups if not is_certain(parsed(pattern), group.split())] == [], pattern


def test_every_line_of_a_holder_has_what_lines_are_told_by() -> None:
    assert is_certain(parsed(nobody._COPYRIGHT.pattern), ["copyright", "(c)", "©"])


def test_words_that_a_match_may_lack_are_not_taken_for_certain() -> None:
    told = {
        r"a (?:sale|resale)": True,
        r"(?:re)?s(?:ale|old)": False,
        r"s(?:ale){1,2}": True,
        r"(?:a sale)?": False,
        r"s[ao]le": False,
        r"x(?=[a-z]*sale)": True,
        r"x(?!sale)": False,
        r"sa.?le": False,
    }
    assert {pattern: is_certain(parsed(pattern), ["sale"]) for pattern in told} == told


@given(
    st.lists(st.sampled_from(["No", "no", "sale", "reSale", "only", "here", "x", " ", "\n", "-"])).map("".join),
)
def test_nothing_is_found_where_the_words_are_not(text: str) -> None:
    assert (SOLD.search(text) or ["-"])[0] == (SOLD.pattern.search(text) or ["-"])[0]
    assert SOLD.sub("<>", text) == SOLD.pattern.sub("<>", text)
