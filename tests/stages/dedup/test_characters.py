"""Shingles of characters, and those of parts, against their definitions."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shingled import M64, datasketch_signature, mixed, shingles_of, words_of

from licet.schemas.dedup import Shingles
from licet.stages.dedup._kernel import WINDOW
from licet.stages.dedup._walk import similarity
from licet.stages.dedup.minhash import signatures
from licet.stages.dedup.shingles import joined, shingle_sets

SPACES = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
BASE = 0x9E3779B97F4A7C13
TEXTS = st.text(st.sampled_from("abAZ.+-é漢😀" + SPACES) | st.characters(codec="utf-8"), max_size=40)


def characters_of(text: str) -> str:
    """The normal form, by Python's own idea of white space, which is Unicode's and the separators of ASCII."""
    lower = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
    return " ".join(text.split()).translate(lower)


def character_hash(character: str) -> int:
    value = ((ord(character) + 1) * 0xC4CEB9FE1A85EC53) & M64
    return ((value ^ (value >> 32)) * 0xFF51AFD7ED558CCD) & M64


def hashed(characters: str) -> int:
    value = 0
    for character in characters:
        value = (value * BASE + character_hash(character)) & M64
    return mixed(value)


def shingles_of_characters(text: str, size: int) -> set[int]:
    characters = characters_of(text)
    size = min(size, len(characters))
    return {hashed(characters[i : i + size]) for i in range(len(characters) - size + 1)} if characters else set()


def of_part(shingle: int, part: int) -> int:
    return (part << 62) | (mixed(shingle ^ ((part * BASE) & M64)) >> 2)


def test_white_space_is_pythons() -> None:
    assert {chr(point) for point in range(0x110000) if chr(point).isspace()} == set(SPACES)


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=5), st.integers(1, 30))
def test_sets_of_characters_are_those_of_the_definition(texts: list[str], size: int) -> None:
    sets = shingle_sets(pa.array(texts, pa.string()), size, "characters")
    assert [set(sets[row].tolist()) for row in range(len(texts))] == [shingles_of_characters(t, size) for t in texts]


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=5), st.integers(1, 30), st.integers(1, 3), st.sampled_from(["words", "characters"]))
def test_signatures_of_characters_and_parts_are_datasketchs(
    texts: list[str], size: int, part: int, unit: Shingles
) -> None:
    array = pa.array(texts, pa.string())
    sets = shingle_sets(array, size, unit, part)
    ours, counts = signatures(array, size=size, num_perm=8, seed=3, unit=unit, part=part)
    assert ours.tolist() == [datasketch_signature(sets[row].tolist(), 8, 3) for row in range(len(texts))]
    assert (counts == 0).tolist() == [len(sets[row]) == 0 for row in range(len(texts))]


@pytest.mark.parametrize("extra", [-1, 0, 1, 23, 24, WINDOW + 7])
def test_texts_longer_than_the_window_lose_no_character(extra: int) -> None:
    text = "".join(chr(0x4E00 + i * 7 % 20_000) for i in range(WINDOW + 24 + extra)) + "  \n"
    array = pa.array([text])
    ours, counts = signatures(array, size=24, num_perm=8, seed=1, unit="characters")
    assert counts.tolist() == [WINDOW + extra + 1]
    assert ours.tolist() == [datasketch_signature(shingle_sets(array, 24, "characters")[0].tolist(), 8, 1)]


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=5), st.integers(1, 6), st.integers(1, 3))
def test_the_shingles_of_a_part_are_marked_and_a_short_part_is_one_of_its_characters(
    texts: list[str], size: int, part: int
) -> None:
    def expected(text: str) -> set[int]:
        short = len(words_of(text)) < size
        characters = characters_of(text)
        plain = {hashed(characters)} - {hashed("")} if short else shingles_of(text, size)
        return {of_part(shingle, part) for shingle in plain}

    sets = shingle_sets(pa.array(texts, pa.string()), size, "words", part)
    assert [set(sets[row].tolist()) for row in range(len(texts))] == [expected(text) for text in texts]


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=6))
def test_the_set_of_a_row_is_that_of_its_parts_in_order(rows: list[tuple[str, str, str]]) -> None:
    parts = [
        shingle_sets(pa.array([row[i] for row in rows], pa.string()), 2, "words", part)
        for i, part in enumerate((1, 2, 3))
    ]
    whole = joined(parts)
    assert len(whole) == len(rows)
    for row in range(len(rows)):
        assert whole[row].tolist() == [shingle for part in parts for shingle in part[row].tolist()]
        assert np.all(np.diff(whole[row].astype(object)) > 0)


SETS = st.tuples(*[st.sets(st.integers(0, 12), max_size=8)] * 3)


@settings(deadline=None)
@given(SETS, SETS, st.sampled_from([0.0, 0.3, 0.5, 0.8, 1.0]))
def test_the_similarity_by_part_is_that_of_the_part_that_is_least_alike(
    one: tuple[set[int], ...], other: tuple[set[int], ...], threshold: float
) -> None:
    def packed(parts: tuple[set[int], ...]) -> np.ndarray:
        told = sorted((number << 62) | value for number, part in enumerate(parts, 1) for value in part)
        return np.array(told, np.uint64)

    alike = [len(a & b) / len(a | b) for a, b in zip(one, other, strict=True) if a | b]
    found = similarity(packed(one), packed(other), threshold, True)
    least = min(alike, default=-1.0)
    assert found == least if least >= threshold else found <= 0
