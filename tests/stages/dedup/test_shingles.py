import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shingled import mixed, shingles_of, word_hash, words_of

from licet.stages.dedup._walk import nearest, similarity
from licet.stages.dedup.shingles import shingle_sets

# Letters, signs of all sorts, and the characters at the bounds of the ranges that are words by themselves.
CHARACTERS = st.sampled_from("abAB_09 .,-\n\t é\u00bf\u00c0\u2070\u2071Ω—’\u3000の漢字。\u0dff\u0e00\u109f\u10a0") | (
    st.sampled_from("\u1780\u1800\u2e7f\u2e80\u9fff\ua000\uf900\ufb00\uff00\ufff0\U0001f600\U00020000\U00040000")
    | st.characters(codec="utf-8")
)
TEXTS = st.text(CHARACTERS, max_size=60)


def sets_of(texts: pa.Array, size: int) -> list[set[int]]:
    sets = shingle_sets(texts, size)
    return [set(sets[row].tolist()) for row in range(len(sets))]


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=6), st.integers(1, 7))
def test_sets_are_those_of_the_definition(texts: list[str], size: int) -> None:
    assert sets_of(pa.array(texts, pa.string()), size) == [shingles_of(text, size) for text in texts]


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=6), st.data())
def test_a_slice_has_the_sets_of_its_rows(texts: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(texts)))
    stop = data.draw(st.integers(start, len(texts)))
    whole = pa.array(texts, pa.large_string())
    assert sets_of(whole[start:stop], 3) == sets_of(whole, 3)[start:stop]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \n.,;—’", []),
        ("Hello, World_1!", ["hello", "world_1"]),
        ("don't", ["don", "t"]),
        ("naïve ÉCOLE", ["naïve", "École"]),
        ("漢字かな。カナ", ["漢", "字", "か", "な", "カ", "ナ"]),
        ("abc漢def", ["abc", "漢", "def"]),
        ("한국어 글", ["한국어", "글"]),
        ("ภาษา", ["ภ", "า", "ษ", "า"]),
        ("no\u00a0break", ["no", "break"]),
        ("a\u109fb a\u10a0b", ["a", "\u109f", "b", "a\u10a0b"]),
        ("a\u2014b", ["a", "b"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    expected = {mixed(word_hash(word)) for word in words}
    assert words_of(text) == words
    assert sets_of(pa.array([text]), 1) == [expected]


def test_a_short_text_is_one_shingle_of_all_its_words() -> None:
    one, other, punctuated = sets_of(pa.array(["open data now", "open data then", "Open, data: NOW!"]), 5)
    assert (len(one), len(other)) == (1, 1)
    assert one == punctuated != other


def test_sets_are_sorted_and_hold_each_hash_once() -> None:
    sets = shingle_sets(pa.array(["a b c " * 50, "", "x y z"]), 2)
    assert [len(sets[row]) for row in range(3)] == [3, 0, 2]
    assert all(np.all(np.diff(sets[row].astype(object)) > 0) for row in range(3))


def test_nulls_and_missing_buffers_are_empty_texts() -> None:
    assert sets_of(pa.array([None, "a"], pa.string()), 1)[0] == set()
    assert sets_of(pa.nulls(2, pa.string()), 1) == [set(), set()]
    assert sets_of(pa.array([], pa.string()), 1) == []
    assert sets_of(pa.array(["a b", "a b"]).dictionary_encode(), 1) == sets_of(pa.array(["a b", "a b"]), 1)


@settings(deadline=None)
@given(st.sets(st.integers(0, 40)), st.sets(st.integers(0, 40)))
def test_jaccard_is_shared_over_all(left: set[int], right: set[int]) -> None:
    expected = len(left & right) / len(left | right) if left | right else 0.0
    assert similarity(np.array(sorted(left), np.uint64), np.array(sorted(right), np.uint64), 0.0, False) == expected


@settings(deadline=None)
@given(
    st.sets(st.integers(0, 200), min_size=1),
    st.lists(st.sets(st.integers(0, 200)), max_size=5),
    st.sampled_from([0.01, 0.25, 0.5, 2 / 3, 0.8, 1.0]),
)
def test_the_nearest_is_that_of_measuring_all(own: set[int], others: list[set[int]], threshold: float) -> None:
    values = np.array([value for other in others for value in sorted(other)], np.uint64)
    offsets = np.cumsum([0, *map(len, others)])
    rows = np.arange(len(others))[::-1]
    similar = [len(own & others[row]) / len(own | others[row]) for row in rows]
    expected = (-1, 0.0)
    if max(similar, default=0) >= threshold:
        expected = (similar.index(max(similar)), max(similar))
    place, similarity, compared = nearest(np.array(sorted(own), np.uint64), values, offsets, rows, threshold, False)
    assert (place, similarity) == expected
    assert compared <= len(others)


def test_long_sets_are_compared_to_the_end() -> None:
    """Sets that differ only behind many equal elements, and one that can be given up early."""
    own = np.arange(1000, dtype=np.uint64)
    others = [np.arange(150, 1150), np.arange(100, 1100), np.arange(1000, 2000), np.arange(400)]
    values = np.concatenate(others).astype(np.uint64)
    offsets = np.array([0, 1000, 2000, 3000, 3400])
    assert nearest(own, values, offsets, np.arange(4), 0.5, False) == (1, 900 / 1100, 3)
    assert nearest(own, values, offsets, np.arange(4), 0.82, False) == (-1, 0.0, 3)
    assert nearest(own, values, offsets, np.arange(4), 900 / 1100, False) == (1, 900 / 1100, 3)
