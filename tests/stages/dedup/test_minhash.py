import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shingled import datasketch_signature

from licet.stages.dedup._kernel import WINDOW
from licet.stages.dedup.minhash import signatures
from licet.stages.dedup.shingles import shingle_sets

TEXTS = st.text(st.sampled_from("ab c. é漢") | st.characters(codec="utf-8"), max_size=80)


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=5), st.integers(1, 6), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_signatures_are_datasketchs_bit_for_bit(texts: list[str], words: int, num_perm: int, seed: int) -> None:
    array = pa.array(texts, pa.string())
    sets = shingle_sets(array, words)
    ours, counts = signatures(array, size=words, num_perm=num_perm, seed=seed)
    assert ours.tolist() == [datasketch_signature(sets[row].tolist(), num_perm, seed) for row in range(len(texts))]
    assert (counts == 0).tolist() == [len(sets[row]) == 0 for row in range(len(texts))]


@pytest.mark.parametrize("words", [1, 5, 32])
@pytest.mark.parametrize("extra", [-1, 0, 1, 31, 32, 33, WINDOW, 2 * WINDOW + 7])
def test_texts_longer_than_the_window_lose_no_shingle(words: int, extra: int) -> None:
    text = " ".join(f"w{i}" for i in range(WINDOW + words + extra)) + " ."
    array = pa.array([text, "a b"])
    sets = shingle_sets(array, words)
    ours, counts = signatures(array, size=words, num_perm=16, seed=1)
    assert counts[0] == WINDOW + extra + 1 == len(sets[0])
    assert ours.tolist() == [datasketch_signature(sets[row].tolist(), 16, 1) for row in range(2)]


def test_a_slice_has_the_signatures_of_its_rows() -> None:
    whole = pa.array([f"the {i} row of a small batch é" for i in range(20)])
    all_of_them, _ = signatures(whole, size=3, num_perm=8, seed=7)
    for array in (whole[5:9], whole.cast(pa.large_string())[5:9], whole.take(pa.array([5, 6, 7, 8]))):
        assert np.array_equal(signatures(array, size=3, num_perm=8, seed=7)[0], all_of_them[5:9])
