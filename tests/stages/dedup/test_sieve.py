import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.stages.dedup.sieve import repeated


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 9), max_size=30), max_size=5))
def test_whatever_occurs_twice_passes(pieces: list[list[int]]) -> None:
    masks = repeated([np.array(piece, np.uint64) for piece in pieces])
    every = [it for piece in pieces for it in piece]
    passed = [
        [it for it, stays in zip(piece, mask, strict=True) if stays] for piece, mask in zip(pieces, masks, strict=True)
    ]
    assert [[it for it in piece if every.count(it) > 1] for piece in passed] == [
        [it for it in piece if every.count(it) > 1] for piece in pieces
    ]


def test_of_what_occurs_once_at_most_one_in_eight_passes() -> None:
    spread = np.random.default_rng(6).integers(0, 2**64, 100_000, np.uint64)
    assert 0 < repeated([spread])[0].mean() < 0.125
    assert repeated([]) == []
