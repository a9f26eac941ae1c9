import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mask_cases import CASES

from licet.schemas.errors import RecipeError
from licet.schemas.masking import KINDS, Masking
from licet.schemas.recipe import parse_recipe
from licet.stages.mask import Masker

ALL = Masker(Masking(kinds=list(KINDS)))
KNOWN = [text.replace("⟦", "").replace("⟧", "") for pair in CASES.values() for texts in pair for text in texts]
JOINTS = ["", " ", "\n", "@", ".", "-", ":", "=", '"', "+", "1", "a", "é", "联", "://", "copyright ", "<EMAIL>", "\\"]
pieces = st.lists(
    st.one_of(
        st.sampled_from(KNOWN), st.sampled_from(JOINTS), st.text(max_size=12), st.text("0123456789.-:@+ ", max_size=9)
    ),
    max_size=8,
).map("".join)


def masked(texts: list[str | None], masker: Masker = ALL) -> tuple[list[str | None], list[list[int]]]:
    array, counts = masker(pa.array(texts, pa.string()))
    return array.to_pylist(), counts.tolist()


@given(pieces)
@settings(max_examples=400, deadline=None)
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = ALL.text(text)
    assert masked([once]) == ([once], [[0] * len(KINDS)])


@given(st.lists(pieces, max_size=6), st.data())
@settings(max_examples=100, deadline=None)
def test_a_text_is_masked_the_same_whatever_stands_beside_it_in_the_batch(
    texts: list[str], data: st.DataObject
) -> None:
    alone = [masked([text]) for text in texts]
    assert masked(list(texts)) == ([t[0] for t, _ in alone], [c[0] for _, c in alone])
    order = data.draw(st.permutations(range(len(texts))))
    shuffled = masked([texts[i] for i in order])
    assert shuffled == ([alone[i][0][0] for i in order], [alone[i][1][0] for i in order])


@given(st.lists(pieces, min_size=1, max_size=4), st.integers(0, 3))
@settings(max_examples=50, deadline=None)
def test_a_slice_is_masked_like_its_rows(texts: list[str], start: int) -> None:
    whole = pa.array(["jane@corp.org", *texts], pa.string())
    part = whole.slice(min(start, len(texts)))
    assert ALL(part)[0].to_pylist() == masked(part.to_pylist())[0]


@given(pieces)
@settings(max_examples=200, deadline=None)
def test_what_is_not_masked_stays_to_the_letter(text: str) -> None:
    (once,), (counts,) = masked([text])
    assert once is not None
    assert (once == text) == (sum(counts) == 0)
    assert once.count("<") - text.count("<") <= sum(counts)


def test_nulls_and_no_rows_stay_what_they_are() -> None:
    assert masked([None, "jane@corp.org", ""])[0] == [None, "<EMAIL>", ""]
    assert masked([]) == ([], [])


def test_spans_are_counted_by_kind() -> None:
    _, (counts,) = masked(["jane@corp.org, joe@corp.org, 415-555-2671"])
    assert dict(zip(KINDS, counts, strict=True)) == {**dict.fromkeys(KINDS, 0), "email": 2, "phone": 1}


def test_only_the_kinds_that_are_named_are_masked() -> None:
    only = Masker(Masking(kinds=["phone"]))
    assert only.text("jane@corp.org 415-555-2671") == "jane@corp.org <PHONE>"
    assert Masker(Masking()).text("jane@corp.org 415-555-2671") == "jane@corp.org 415-555-2671"


def test_a_placeholder_can_be_chosen() -> None:
    masker = Masker(Masking(kinds=["email", "phone"], placeholders={"email": "[e-mail address]"}))
    assert masker.text("jane@corp.org 415-555-2671") == "[e-mail address] <PHONE>"


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("jane@corp.org", "Jane@corp.org"),
        ("info@", "info@corp.org"),
        ("corp.org", "joe@mail.corp.org"),
        ("93.184.216.34", "93.184.216.34"),
        ("93.184.0.0/16", "93.184.216.34"),
        ("2a01:4f8::/32", "ip 2a01:4f8:c17:b0f::2 up"),
    ],
)
def test_what_a_recipe_allows_stays(entry: str, text: str) -> None:
    assert ALL.text(text) != text
    assert Masker(Masking(kinds=list(KINDS), allow=[entry])).text(text) == text


def test_what_is_like_the_allowed_but_another_is_masked() -> None:
    masker = Masker(Masking(kinds=["email"], allow=["jane@corp.org", "corp.com"]))
    assert masker.text("mary.jane@corp.org jane@mycorp.com") == "<EMAIL> <EMAIL>"


def test_notices_are_masked_too_where_the_recipe_says_so() -> None:
    notice = "Copyright (c) 2020 Jane <jane@corp.org>\nMail joe@corp.org"
    assert ALL.text(notice) == "Copyright (c) 2020 Jane <jane@corp.org>\nMail <EMAIL>"
    assert Masker(Masking(kinds=["email"], keep_notices=False)).text(notice) == (
        "Copyright (c) 2020 Jane <<EMAIL>>\nMail <EMAIL>"
    )


@pytest.mark.parametrize(
    ("mask", "told"),
    [
        ("{kinds: [mail]}", "mask.kinds.0"),
        ("{kinds: [email], placeholders: {email: jane@corp.org}}", "in brackets"),
        ("{kinds: [email], placeholders: {email: '<'}}", "in brackets"),
        ("{kinds: [email], placeholders: {phone: '<415 555 2671>'}}", "digits may be data"),
        ("{kinds: [email], keep: 1}", "mask.keep"),
    ],
)
def test_settings_that_do_not_fit_are_told(mask: str, told: str) -> None:
    with pytest.raises(RecipeError, match=told):
        parse_recipe(f"name: x\nkind: pretrain\nsources: [{{name: a, type: jsonl, paths: a}}]\nmask: {mask}\n")


def test_what_cannot_be_allowed_is_told() -> None:
    with pytest.raises(RecipeError, match="'jane' is neither an address"):
        Masker(Masking(kinds=["email"], allow=["jane"]))


def test_a_hostile_text_costs_no_more_than_its_length() -> None:
    for text in ("@" * 100_000, "a@" * 50_000, "1." * 100_000, "+1 " * 50_000, '="a1' * 30_000, "eyJ0." * 30_000):
        assert len(ALL.text(text)) > 0
