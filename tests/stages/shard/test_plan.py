from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from judged import judged_of
from numpy.typing import NDArray

from licet.schemas.staged import Judged, ShardSpec
from licet.stages.shard.plan import plan_shards, shard_path, with_cuts

parcel_lists = st.lists(st.lists(st.integers(0, 50), max_size=8), max_size=8)


def planned(
    parcels: Sequence[Sequence[int]], target: int, *, order: Sequence[int] | None = None, **more: Any
) -> list[ShardSpec]:
    known = {f"staging/{i}/00000": np.array(sizes, np.int64) for i, sizes in enumerate(parcels)}

    def lengths(judged: Judged) -> NDArray[np.int64]:
        return known[judged.staged.base]

    judged = [judged_of(sizes, i) for i, sizes in enumerate(parcels)]
    return plan_shards([judged[i] for i in order or range(len(judged))], target, lengths=lengths, **more)


def spans(shards: Sequence[ShardSpec]) -> list[list[tuple[int, int, int]]]:
    return [[(j.staged.order[0], start, stop) for j, start, stop in shard.pieces] for shard in shards]


def test_rows_are_cut_where_shares_begin() -> None:
    assert spans(planned([[10, 10, 10], [10, 10, 10]], 20)) == [[(0, 0, 2)], [(0, 2, 3), (1, 0, 1)], [(1, 1, 3)]]


def test_a_small_config_is_one_shard() -> None:
    assert spans(planned([[10], [5, 5]], 1000)) == [[(0, 0, 1), (1, 0, 2)]]


def test_a_row_larger_than_a_share_leaves_no_empty_shard() -> None:
    shards = planned([[1000, 1, 1]], 100)
    assert spans(shards) == [[(0, 0, 1)], [(0, 1, 3)]]
    assert [(shard.number, shard.of) for shard in shards] == [(0, 2), (1, 2)]


def test_a_config_of_which_nothing_was_kept_has_one_empty_shard() -> None:
    shards = planned([], 100, configs=["sft", "preference"])
    assert [(shard.config, shard.number, shard.of, shard.pieces) for shard in shards] == [
        ("preference", 0, 1, ()),
        ("sft", 0, 1, ()),
    ]


def test_configs_do_not_share_shards() -> None:
    shards = plan_shards([judged_of([5], 0, "b"), judged_of([5], 1, "a"), judged_of([5], 2, "b")], 100)
    assert [(s.config, [j.staged.order[0] for j, _, _ in s.pieces]) for s in shards] == [("a", [1]), ("b", [0, 2])]


def test_lengths_are_asked_only_of_parcels_that_are_cut() -> None:
    asked: list[int] = []

    def lengths(judged: Judged) -> NDArray[np.int64]:
        asked.append(judged.staged.order[0])
        return np.array([10, 10], np.int64)

    plan_shards([judged_of([10, 10], i) for i in range(4)], 30, lengths=lengths)
    assert asked == [1, 2][: len(asked)]
    assert len(asked) <= 2


def test_a_target_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="target_bytes is 0"):
        plan_shards([], 0)


def test_shards_are_named_by_config_and_number() -> None:
    (shard,) = with_cuts(planned([[1]], 10), {"quality_a": [0.25, 0.5]})
    assert shard_path(shard) == "data/default/train-00000-of-00001.parquet"
    assert shard.cuts == (("quality_a", (0.25, 0.5)),)


@given(parcel_lists, st.integers(1, 120))
def test_every_row_is_in_one_shard_in_order(parcels: list[list[int]], target: int) -> None:
    shards = planned(parcels, target, configs=["default"])
    found = [(p, row) for shard in spans(shards) for p, start, stop in shard for row in range(start, stop)]
    assert found == [(p, row) for p, sizes in enumerate(parcels) for row in range(len(sizes))]
    assert [shard.number for shard in shards] == list(range(len(shards)))
    assert {shard.of for shard in shards} == {len(shards)}


@given(parcel_lists, st.integers(1, 120))
def test_shards_differ_from_their_share_by_less_than_a_row(parcels: list[list[int]], target: int) -> None:
    shards = planned(parcels, target, configs=["default"])
    total = sum(map(sum, parcels))
    share = total / max(1, -(-total // target))
    largest = max((size for sizes in parcels for size in sizes), default=0)
    for shard in spans(shards):
        size = sum(sum(parcels[p][start:stop]) for p, start, stop in shard)
        assert size <= share + largest + 1
        assert len(shards) == 1 or shard


@given(parcel_lists, st.integers(1, 120), st.data())
def test_the_order_in_which_parcels_come_does_not_matter(parcels: list[list[int]], target: int, data: Any) -> None:
    order = data.draw(st.permutations(range(len(parcels))))
    assert planned(parcels, target, order=order) == planned(parcels, target)
