from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.stages.dedup.frames import without_frames

SETS = st.lists(st.tuples(st.frozensets(st.integers(0, 9), max_size=6), st.integers(0, 2)), max_size=12)


def left(sets: list[frozenset[int]], component: list[int], rows: int) -> list[frozenset[int]]:
    values = np.array([it for one in sets for it in sorted(one)], np.uint64)
    offsets = np.concatenate([[0], np.cumsum([len(one) for one in sets])]).astype(np.int64)
    values, offsets = without_frames(values, offsets, np.array(component, np.int64), rows)
    return [frozenset(values[offsets[i] : offsets[i + 1]].tolist()) for i in range(len(sets))]


def test_what_many_rows_of_a_component_have_is_left_out_of_those_that_have_more() -> None:
    frame = {1, 2, 3}
    sets = [frozenset(frame | {9}), frozenset(frame | {8}), frozenset(frame), frozenset({1, 7}), frozenset()]
    assert left(sets, [0, 0, 0, 0, 0], 3) == [
        frozenset({9}),
        frozenset({8}),
        frozenset(frame),
        frozenset({7}),
        frozenset(),
    ]
    assert left(sets, [0, 0, 1, 1, 0], 3) == sets
    assert left(sets, [0, 0, 0, 0, 0], 5) == sets


@settings(deadline=None)
@given(SETS, st.integers(2, 4))
def test_frames_are_those_of_plain_counting(told: list[tuple[frozenset[int], int]], rows: int) -> None:
    sets, component = [one for one, _ in told], [number for _, number in told]
    expected = []
    for one, number in told:
        counts = Counter(it for other, its in told if its == number for it in other)
        own = frozenset(it for it in one if counts[it] < rows)
        expected.append(own or one)
    assert left(sets, component, rows) == expected
