from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.schemas.balance import Balance
from licet.schemas.errors import RunError
from licet.stages.balance import shortfalls, targets
from licet.stages.balance.reasons import NO_WEIGHT, OVER_CAP, OVER_SHARE, OVER_TOTAL, OVER_WEIGHT

AVAILABLE = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 10**6), min_size=1)
WEIGHTS = st.dictionaries(st.sampled_from("abcdefg"), st.sampled_from([0.1, 0.25, 1.0, 3.0, 7.5]), min_size=1)


def asked(available: dict[str, int], **settings: Any) -> dict[str, int | None]:
    return {name: target.asked for name, target in targets(Balance(**settings), available).items()}


def kept(available: dict[str, int], **settings: Any) -> dict[str, int]:
    """What stays of each group, in rows."""
    found = asked(available, **settings)
    return {n: has if (most := found[n]) is None else min(most, has) for n, has in available.items()}


def test_a_cap_bounds_its_group_and_the_default_all_others() -> None:
    found = targets(Balance(caps={"a": 5, "gone": 3}, default=7), {"a": 9, "b": 9, "c": 2})
    assert {n: (t.asked, t.reason, t.weight) for n, t in found.items()} == {
        "a": (5, OVER_CAP, None),
        "b": (7, OVER_CAP, None),
        "c": (7, OVER_CAP, None),
        "gone": (3, OVER_CAP, None),
    }
    assert asked({"a": 9, "b": 9}, caps={"a": 5}) == {"a": 5, "b": None}


def test_weights_are_shares_of_the_size_that_the_scarcest_group_allows() -> None:
    found = targets(Balance(weights={"a": 2, "b": 1}), {"a": 100, "b": 30, "c": 50})
    assert {n: (t.asked, t.reason, t.weight) for n, t in found.items()} == {
        "a": (60, OVER_WEIGHT, Fraction(2, 3)),
        "b": (30, OVER_WEIGHT, Fraction(1, 3)),
        "c": (0, NO_WEIGHT, Fraction(0)),
    }


def test_weights_with_a_total_ask_for_their_share_of_it_whatever_there_is() -> None:
    assert asked({"a": 100, "b": 3}, weights={"a": 0.7, "b": 0.3}, total=10) == {"a": 7, "b": 3}
    assert asked({"a": 1, "b": 1}, weights={"a": 0.7, "b": 0.3}, total=1_000) == {"a": 700, "b": 300}
    assert asked({"a": 1, "b": 1}, weights={"a": 1}, default=1, total=1_000) == {"a": 500, "b": 500}


def test_a_group_without_rows_does_not_empty_the_version() -> None:
    assert asked({"a": 10}, weights={"a": 1, "gone": 1}) == {"a": 10, "gone": 10}
    assert asked({"b": 10}, weights={"gone": 1}) == {"b": 0, "gone": 0}


def test_weights_are_reckoned_as_they_are_written() -> None:
    assert asked({"a": 10**15, "b": 10**15}, weights={"a": 0.1, "b": 0.2}, total=3 * 10**14) == {
        "a": 10**14,
        "b": 2 * 10**14,
    }


@given(AVAILABLE, st.sampled_from([0.2, 0.25, 0.4, 0.5, 0.9, 1.0]))
def test_no_group_has_more_than_its_share_and_none_loses_without_need(
    available: dict[str, int], max_share: float
) -> None:
    if len(available) * Fraction(repr(max_share)) < 1:
        with pytest.raises(RunError, match="max_share"):
            kept(available, max_share=max_share)
        return
    stays = kept(available, max_share=max_share)
    share, whole = Fraction(repr(max_share)), sum(stays.values())
    assert all(units <= share * whole for units in stays.values())
    level = max(stays.values())
    assert all(units in (available[name], level) for name, units in stays.items())
    cut = [name for name in available if stays[name] < available[name]]
    # One more for each of those that lost would be too much.
    assert not cut or level + 1 > share * (whole + len(cut))


@given(AVAILABLE, st.integers(0, 10**7))
def test_a_total_is_kept_to_and_takes_of_all_groups_alike(available: dict[str, int], total: int) -> None:
    found = targets(Balance(total=total), available)
    stays = kept(available, total=total)
    whole = sum(available.values())
    if whole <= total:
        assert stays == available
    else:
        assert total - len(available) < sum(stays.values()) <= total
        assert all(t.reason == OVER_TOTAL for t in found.values())
        assert all(abs(Fraction(stays[n]) - Fraction(total * has, whole)) < 1 for n, has in available.items())


@given(AVAILABLE, WEIGHTS)
def test_weights_without_a_total_are_met_in_full_and_use_a_group_up(
    available: dict[str, int], weights: dict[str, float]
) -> None:
    stays = kept(available, weights=weights)
    found = targets(Balance(weights=weights), available)
    there = [name for name in available if weights.get(name)]
    assert all(stays[name] == found[name].asked for name in available)
    assert not there or any(stays[name] == available[name] for name in there)


@given(AVAILABLE, WEIGHTS, st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_larger_total_never_takes_from_a_group(
    available: dict[str, int], weights: dict[str, float], one: int, other: int
) -> None:
    less, more = sorted((one, other))
    for settings in ({"weights": weights}, {}):
        few, many = (kept(available, **settings, total=total) for total in (less, more))
        assert all(few[name] <= many[name] for name in available)


@given(AVAILABLE, st.sampled_from([0.5, 0.6, 0.8]), st.sampled_from([0.5, 0.6, 0.8]))
def test_a_larger_share_never_takes_from_a_group(available: dict[str, int], one: float, other: float) -> None:
    if len(available) < 2:
        return
    few, many = (kept(available, max_share=share) for share in sorted((one, other)))
    assert all(few[name] <= many[name] for name in available)


@given(AVAILABLE, WEIGHTS)
def test_what_was_balanced_once_is_balanced(available: dict[str, int], weights: dict[str, float]) -> None:
    for settings in ({"weights": weights}, {"max_share": 1.0}, {"default": 100}, {"total": 1000}):
        once = {name: units for name, units in kept(available, **settings).items() if units}
        assert kept(once, **settings) == once


def test_the_reason_is_the_bound_that_was_reached_last() -> None:
    found = targets(Balance(caps={"a": 50}, max_share=0.5), {"a": 100, "b": 20, "c": 10})
    assert {n: (t.asked, t.reason) for n, t in found.items()} == {
        "a": (30, OVER_SHARE),
        "b": (None, OVER_CAP),
        "c": (None, OVER_CAP),
    }


def test_what_falls_short_is_told() -> None:
    available = {"a": 10, "b": 4}
    settings = Balance(weights={"a": 1, "b": 1, "gone": 1, "never": 0}, total=30)
    assert shortfalls(settings, available, targets(settings, available)) == [
        "b has 4 of the 10 rows that its weight asks for: a trainer would read it 2.50 times",
        "`balance.weights` names gone, and no row of that group came so far",
    ]
    capped = Balance(caps={"a": 100, "b": 1})
    assert shortfalls(capped, available, targets(capped, available)) == []
