"""Cut points and buckets: exact, weighted by length, free of order."""

import random
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.stages.quality import buckets
from licet.stages.quality.buckets import bucket_of, cut_points, cut_points_of
from licet.stages.storage import write_arrow

SCORES = st.floats(0, 1, width=32)
ROWS = st.lists(st.tuples(SCORES, st.integers(0, 2**31 - 1)), max_size=60)


def cuts_of(rows: list[tuple[float, int]]) -> tuple[float, ...]:
    return cut_points(pa.array([s for s, _ in rows], pa.float32()), pa.array([n for _, n in rows], pa.int32()))


def test_a_hundred_rows_of_one_length_are_cut_at_each_fifth() -> None:
    rows = [(float(i) / 128, 7) for i in range(100)]
    assert cuts_of(rows) == tuple(i / 128 for i in range(4, 99, 5))


def test_long_rows_weigh_more() -> None:
    assert cuts_of([(0.25, 1), (0.75, 99)]) == (0.75,) * 19
    assert cuts_of([(0.25, 50), (0.75, 50)]) == (0.25,) * 10 + (0.75,) * 9


def test_no_rows_have_no_cut_points() -> None:
    assert cuts_of([]) == ()
    assert cut_points_of([], ["quality_a"]) == {"quality_a": ()}
    assert bucket_of(pa.array([], pa.float32()), ()) == pa.array([], pa.int8())


def test_a_score_at_a_cut_point_is_in_the_bucket_above() -> None:
    cuts = tuple(i / 32 for i in range(1, 20))
    scores = pa.array([0.0, 1 / 32, 0.0312, 19 / 32, 1.0], pa.float32())
    assert bucket_of(scores, cuts) == pa.array([0, 1, 0, 19, 19], pa.int8())


@given(ROWS)
def test_cut_points_are_the_least_scores_that_hold_their_share_of_the_bytes(rows: list[tuple[float, int]]) -> None:
    total = sum(length for _, length in rows)

    def cut(part: int) -> float:
        return min(s for s, _ in rows if 20 * sum(n for other, n in rows if other <= s) >= part * total)

    expected = tuple(cut(part) for part in range(1, 20)) if rows else ()
    assert cuts_of(rows) == expected


@given(ROWS, st.randoms(use_true_random=False), st.integers(1, 5))
def test_cut_points_do_not_depend_on_order_files_or_chunks(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, int]], dice: random.Random, chunk: int
) -> None:
    folder: Path = tmp_path_factory.mktemp("scores")
    shuffled = dice.sample(rows, len(rows))
    cut = dice.randint(0, len(rows))
    paths = []
    for number, part in enumerate((shuffled[:cut], shuffled[cut:])):
        scores = {"length": pa.array([n for _, n in part], pa.int32()), "quality_a": [s for s, _ in part]}
        schema = pa.schema([("length", pa.int32()), ("quality_a", pa.float32())])
        paths.append(str(folder / f"{number}.scores.arrow"))
        write_arrow(paths[-1], pa.RecordBatch.from_pydict(scores, schema=schema))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(buckets, "_CHUNK", chunk)
        assert cut_points_of(paths, ["quality_a"]) == {"quality_a": cuts_of(rows)}


@given(st.lists(SCORES, min_size=1, max_size=200))
def test_no_bucket_but_that_of_a_tie_holds_much_more_than_its_share(scores: list[float]) -> None:
    array = pa.array(scores, pa.float32())
    found = bucket_of(array, cut_points(array, pa.array([1] * len(scores), pa.int32()))).to_pylist()
    assert all(0 <= bucket < 20 for bucket in found)
    for bucket in set(found):
        held = [s for s, b in zip(scores, found, strict=True) if b == bucket]
        tie = max(held.count(s) for s in held)
        assert len(held) <= len(scores) / 20 + tie


def test_each_model_has_cut_points_of_its_own(tmp_path: Path) -> None:
    path = str(tmp_path / "a.scores.arrow")
    scores = {"quality_a": pa.array([0.25, 0.5], pa.float32()), "quality_b": pa.array([0.0, 1.0], pa.float32())}
    write_arrow(path, pa.record_batch({"length": pa.array([50, 50], pa.int32()), **scores}))
    assert cut_points_of([path], ["quality_a", "quality_b"]) == {
        "quality_a": (0.25,) * 10 + (0.5,) * 9,
        "quality_b": (0.0,) * 10 + (1.0,) * 9,
    }
    assert cut_points_of([path], []) == {}
