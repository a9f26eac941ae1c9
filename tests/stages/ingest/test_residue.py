import json
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.stages.ingest.misfits import instead, misfit, named
from licet.stages.ingest.residue import difference, original_of, without_nulls
from licet.stages.ingest.shapes import SHAPES

FIELDS = sorted({path.split(".")[0] for shape in SHAPES.values() for names in shape.fields.values() for path in names})
KEYS = st.sampled_from(
    [*FIELDS, "role", "content", "from", "value", "text", "name", "function", "ground_truth", "input"]
)
SAID = st.text(alphabet="a \n<>{}\"'é", max_size=8) | st.sampled_from(
    ["user", "assistant", "\n\nHuman: a", "[1]", "{}"]
)
PLAIN = st.none() | st.booleans() | st.integers(-2, 2) | st.floats(allow_nan=False, width=16) | SAID
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4))
ROWS = st.dictionaries(KEYS, VALUES, max_size=4)


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same as JSON, true and 1 apart."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


@given(written=VALUES, original=VALUES)
def test_a_difference_makes_the_original_again(written: Any, original: Any) -> None:
    told = json.loads(json.dumps(difference(written, original), sort_keys=True))
    assert same(without_nulls(original_of(written, told)), without_nulls(original))


@pytest.mark.parametrize(
    ("written", "original", "kind"),
    [
        ({"a": 1, "b": None}, {"a": 1}, None),
        ({"a": 1}, {"a": True}, "d"),
        ("a  b", " a b\n", "w"),
        ("some words and more", "some words, and more", "e"),
        ([{"a": 1}], '[{"a": 1}]', "j"),
        ('{"a": 1}', {"a": 1}, "p"),
        ("one\ntwo", [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}], "t"),
        ("this", "that other", "="),
        ({"content": "some words"}, {"text": "some words"}, "d"),
        ([{"a": "some words"}], '[{"b": null, "a": "some words "}, {"a": "x"}]', "="),
        ([{"a": "some words"}], '[{"b": null, "a": "some words "}]', "o"),
        ({"a": {"b": 1}}, '{"c": 2, "a": {"b": 1}}', "o"),
    ],
)
def test_what_differs_is_told_in_short(written: Any, original: Any, kind: str | None) -> None:
    told = difference(written, original)
    assert (told and sorted(told)[-1]) == kind
    assert same(without_nulls(original_of(written, told)), without_nulls(original))


def test_a_field_of_another_name_is_told_without_what_it_holds() -> None:
    told = {"d": {"text": {"<": "content"}, "content": {"-": 1}, "n": {"=": 1}}}
    assert difference({"content": "some words"}, {"text": "some words", "n": 1}) == told
    assert original_of({"content": "other words"}, told) == {"text": "other words", "n": 1}


def test_a_text_of_json_is_told_by_what_differs_in_it() -> None:
    original = '[{"name": null, "text": "some words", "content": 1}, {"x": 2, "text": "more"}]'
    told = json.loads(json.dumps(difference([{"text": "some words"}, {"text": "more"}], original), sort_keys=True))
    assert "words" not in json.dumps(told)
    assert original_of([{"text": "some words"}, {"text": "more"}], told) == original
    masked = '[{"name": null, "text": "<EMAIL>", "content": 1}, {"x": 2, "text": "more"}]'
    assert original_of([{"text": "<EMAIL>"}, {"text": "more"}], told) == masked


def test_a_difference_of_another_text_changes_nothing() -> None:
    told = difference("mail a@b.org  now", "mail a@b.org now")
    assert original_of("mail <EMAIL>  now", told) == "mail <EMAIL>  now"


def test_other_spaces_are_told_by_the_characters_before_them() -> None:
    written = "<think>\nwhy not\n</think>\n\nso  it is"
    original = " <think>why not</think>so  it is"
    places = [[0, " "], [7, ""], [13, ""], [21, ""]]
    assert difference(written, original) == {"w": places, "c": zlib.crc32(written.encode())}


@pytest.mark.parametrize("shape", [*SHAPES])
@settings(max_examples=60)
@given(row=ROWS)
def test_any_row_is_of_a_shape_or_not_and_never_an_error(shape: str, row: dict[str, Any]) -> None:
    row = without_nulls(row)
    told = misfit(shape, row, named(shape, [row], {}))
    assert told is None or told.startswith(f"{shape}: ")
    assert isinstance(instead(row, shape), str)
