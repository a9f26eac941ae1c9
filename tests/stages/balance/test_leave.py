"""Parcels whose rows draw and leave, without a pipeline."""

from collections.abc import Sequence
from fractions import Fraction
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.test_pipeline import TestPipeline as Pipeline
from apache_beam.testing.util import assert_that
from apache_beam.transforms.core import Create
from hypothesis import given, settings
from hypothesis import strategies as st
from judged import Parcels, duplicate, mark, row, sha

from licet.schemas.balance import Balance as Settings
from licet.schemas.staged import Judged
from licet.stages import storage
from licet.stages.balance import draws, keys_of, shown
from licet.stages.balance.bounds import first_to_leave
from licet.stages.balance.drawn import Draw
from licet.stages.balance.leave import Leave
from licet.stages.balance.transform import Balance, Cut
from licet.stages.marks import cluster_sizes, kept_mask

Rows = Sequence[tuple[str, str | None]]
"""Names of rows and their languages."""


def parcels_of(folder: Path, rows: Rows, cuts: Sequence[int] = (), **more: Any) -> list[Judged]:
    """Judged parcels of some rows, cut at some places."""
    made = Parcels(folder)
    for start, end in pairwise(sorted({0, len(rows), *(cut for cut in cuts if cut < len(rows))})):
        made.add([row(name, f"text {name}", language=language) for name, language in rows[start:end]], **more)
    return made.made


def balanced(judged: Sequence[Judged], folder: Path, **told: Any) -> list[Judged]:
    """The parcels behind the step, in order."""
    wanted = Settings(**{"by": "language", **told})
    draw, leave = Draw(wanted, str(folder)), Leave(wanted, str(folder))
    return [leave(drawn, bounds) for drawn, bounds in Cut(wanted)((0, [None, *map(draw, judged)]))]


def stayed(judged: Sequence[Judged]) -> set[str]:
    """The ids of the rows that stay."""
    found: set[str] = set()
    for parcel in judged:
        with storage.open_input(parcel.staged.rows_path) as file:
            ids = pq.read_table(file, columns=["id"]).column("id")
        mask = kept_mask(storage.read_arrow(parcel.marks_path), parcel.staged.rows)
        found |= set(ids.filter(mask).to_pylist())
        assert storage.read_arrow(parcel.scores_path).num_rows == parcel.kept_rows == mask.true_count
    return found


NAMES = st.lists(st.integers(0, 200), unique=True, min_size=1, max_size=25)
GROUPS = st.sampled_from(["en", "de", None])


@st.composite
def named_rows(draw: st.DrawFn) -> list[tuple[str, str | None]]:
    return [(f"r{number}", draw(GROUPS)) for number in draw(NAMES)]


@settings(deadline=None, max_examples=40)
@given(named_rows(), st.integers(0, 12), st.integers(0, 12), st.lists(st.integers(1, 24), max_size=4), st.randoms())
def test_which_rows_stay_is_theirs_alone_and_a_smaller_cap_keeps_some_of_them(
    rows: list[tuple[str, str | None]], one: int, other: int, cuts: list[int], shuffle: Any
) -> None:
    less, more = sorted((one, other))
    anew = list(rows)
    shuffle.shuffle(anew)
    with TemporaryDirectory() as name:
        folder = Path(name)
        whole, cut = parcels_of(folder / "whole", rows), parcels_of(folder / "cut", anew, cuts)
        many = balanced(whole, folder / "m", default=more)
        few = balanced(cut[::-1], folder / "f", default=less)
        assert stayed(few) <= stayed(many)
        assert stayed(balanced(cut, folder / "c", default=more)) == stayed(many)
        groups = [language or "(none)" for _, language in rows]
        assert len(stayed(many)) == sum(min(more, groups.count(group)) for group in set(groups))
        left = sum(storage.read_arrow(parcel.marks_path).num_rows for parcel in many)
        assert left + sum(parcel.kept_rows for parcel in many) == len(rows)
        assert balanced(many, folder / "again", default=more) == many


def test_a_row_draws_the_keyed_hash_of_its_content_and_id() -> None:
    known = blake2b(b"c0ffee\nweb/1", digest_size=8, key=(7).to_bytes(8, "big")).digest()
    assert draws(["c0ffee"], ["web/1"], 7).tolist() == [int.from_bytes(known, "big")]
    assert shown(np.array([1 << 63, 0], np.uint64), "random").tolist() == [0.5, 0.0]


@given(st.lists(st.tuples(st.floats(0, 1, width=32), st.integers(0, 2**64 - 1)), min_size=1))
def test_keys_by_quality_have_the_best_first_and_tell_their_scores(rows: list[tuple[float, int]]) -> None:
    scores = pa.array([score for score, _ in rows], pa.float32())
    keys = keys_of(np.array([drawn for _, drawn in rows], np.uint64), scores)
    assert shown(keys, "quality").tolist() == [float(score) for score, _ in rows]
    order = np.argsort(keys, kind="stable")
    wanted = sorted(range(len(rows)), key=lambda at: (-rows[at][0], rows[at][1] >> 32, at))
    assert order.tolist() == wanted


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9)), min_size=1), st.integers(0, 60))
def test_a_group_is_cut_where_the_next_row_would_not_fit(rows: list[tuple[int, int]], asked: int) -> None:
    keys = np.array([key for key, _ in rows], np.uint64)
    for units in (None, np.array([size for _, size in rows], np.uint32)):
        order = sorted(range(len(rows)), key=lambda at: (rows[at][0], at))
        sizes = [1 if units is None else rows[at][1] for at in order]
        fitting = next((n for n in range(len(order)) if sum(sizes[: n + 1]) > asked), None)
        assert first_to_leave(keys, units, asked) == (None if fitting is None else order[fitting])


def test_rows_that_leave_are_marked_with_what_they_drew_and_their_bound(tmp_path: Path) -> None:
    (judged,) = balanced(parcels_of(tmp_path / "in", [("a", "en"), ("b", "en"), ("c", "de")]), tmp_path, default=1)
    drew = {n: shown(draws([sha(f"text {n}")], [f"test/{n}"], 0), "random")[0] for n in "ab"}
    last = max(drew, key=lambda name: drew[name])
    (told,) = storage.read_arrow(judged.marks_path).to_pylist()
    nothing = dict.fromkeys(("kept_id", "kept_locator", "cluster_size", "objection"))
    assert told == {
        "row": "ab".index(last),
        "stage": "balance",
        "reason": "over_cap",
        "value": drew[last],
        "threshold": drew[last],
        "detail": "en",
        **nothing,
    }


def test_what_dedup_said_stays_and_a_row_that_stood_for_others_still_counts_them(tmp_path: Path) -> None:
    rows = [("a", "en"), ("b", "en"), ("c", "en")]
    marks = [mark(0, cluster_size=2), duplicate(1, of="a")]
    before = parcels_of(tmp_path / "in", rows, marks=marks)
    (judged,) = balanced(before, tmp_path, default=0)
    marked = storage.read_arrow(judged.marks_path)
    assert cluster_sizes(marked, 3).to_pylist() == [2, 1, 1]
    assert [(m["row"], m["stage"]) for m in marked.to_pylist() if m["reason"]] == [
        (0, "balance"),
        (1, "dedup"),
        (2, "balance"),
    ]
    assert (judged.kept_rows, judged.kept_bytes) == (0, 0)


def test_the_best_stay_where_quality_is_asked_for(tmp_path: Path) -> None:
    rows: Rows = [(name, "en") for name in "abcd"]
    scores = {"quality_score": [0.1, 0.9, 0.9, 0.5]}
    judged = balanced(parcels_of(tmp_path / "in", rows, scores=scores), tmp_path, default=2, keep="quality")
    assert stayed(judged) == {"test/b", "test/c"}
    left = storage.read_arrow(judged[0].marks_path).to_pylist()
    scored = [(m["row"], round(m["value"], 6), round(m["threshold"], 6)) for m in left]
    assert scored == [(0, 0.1, 0.5), (3, 0.5, 0.5)]
    assert storage.read_arrow(judged[0].scores_path).column("quality_score").to_pylist() == pytest.approx([0.9, 0.9])


@pytest.mark.parametrize(("unit", "most"), [("tokens", 5), ("bytes", 20)])
def test_rows_are_passed_over_until_one_does_not_fit(tmp_path: Path, unit: str, most: int) -> None:
    rows = [(f"{number}", "en") for number in range(9)]
    judged = balanced(parcels_of(tmp_path / "in", rows, [4]), tmp_path, default=most, unit=unit)
    each = {"tokens": 2, "bytes": len("text 0")}[unit]
    assert len(stayed(judged)) == most // each
    details = {m["detail"] for parcel in judged for m in storage.read_arrow(parcel.marks_path).to_pylist()}
    assert details == {"en: 2 tokens" if unit == "tokens" else "en"}


def test_a_parcel_that_loses_nothing_stays_as_it_is(tmp_path: Path) -> None:
    before = parcels_of(tmp_path / "in", [("a", "en"), ("b", "de")], [1])
    assert balanced(before, tmp_path, default=1) == before


def test_what_was_drawn_is_found_again_and_drawn_anew_where_it_is_damaged(tmp_path: Path) -> None:
    (judged,) = parcels_of(tmp_path / "in", [("a", "en"), ("b", "de")])
    draw = Draw(Settings(by="language", default=1), str(tmp_path))
    drawn = draw(judged)
    assert drawn.groups == (("de", 1), ("en", 1))
    whole = Path(drawn.path).read_bytes()
    stamp = Path(drawn.path).stat().st_mtime_ns
    assert draw(judged) == drawn
    assert Path(drawn.path).stat().st_mtime_ns == stamp
    Path(drawn.path).write_bytes(whole[:20])
    assert draw(judged) == drawn
    assert Path(drawn.path).read_bytes() == whole


def test_equal_rows_are_told_apart_by_their_place(tmp_path: Path) -> None:
    """Where copies are not looked for, as many stay as are asked for."""
    judged = parcels_of(tmp_path / "in", [("a", "en")] * 5, [2])
    after = balanced(judged, tmp_path, default=3)
    assert [parcel.kept_rows for parcel in after] == [2, 1]


def test_the_step_gives_back_every_parcel(tmp_path: Path) -> None:
    judged = parcels_of(tmp_path / "in", [(f"{n}", "en" if n % 3 else "de") for n in range(20)], [5, 9])
    wanted = balanced(judged, tmp_path / "alone", default=4)

    def same(found: list[Judged]) -> None:
        assert stayed(found) == stayed(wanted)
        assert len(found) == 3

    with Pipeline(runner=FnApiRunner()) as pipeline:
        step = Balance(Settings(by="language", default=4), str(tmp_path / "work"))
        assert_that(pipeline | Create(judged) | step, same)


def test_the_step_ends_where_there_is_nothing_to_balance(tmp_path: Path) -> None:
    def nothing(found: list[Judged]) -> None:
        assert found == []

    with Pipeline(runner=FnApiRunner()) as pipeline:
        step = Balance(Settings(by="language", default=4), str(tmp_path / "work"))
        assert_that(pipeline | Create([]) | step, nothing)


def test_shares_of_a_sample_are_those_of_all(tmp_path: Path) -> None:
    """A total takes of all groups alike: the share of each is what it was, give or take a row."""
    rows = [(f"{n}", "en" if n % 4 else "de") for n in range(80)]
    judged = balanced(parcels_of(tmp_path / "in", rows), tmp_path, total=20)
    assert len(stayed(judged)) == 20
    german = sum(name in {f"test/{n}" for n in range(0, 80, 4)} for name in stayed(judged))
    assert Fraction(german, 20) == Fraction(1, 4)
