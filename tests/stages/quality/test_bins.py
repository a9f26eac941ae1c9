import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.schemas.quality import Heuristics
from licet.stages.quality.bins import edges_of, kept_bins
from licet.stages.quality.rules import CATALOGUE, PROFILES
from licet.stages.rule import Rule


def rule(name: str, bound: float) -> Rule:
    measure, reason = CATALOGUE[name]
    return Rule(name=name, measure=measure, bound=bound, reason=reason, source="test")


@pytest.mark.parametrize("profile", PROFILES)
def test_the_bound_of_each_rule_of_a_profile_is_an_edge_and_edges_ascend(profile: str) -> None:
    for bins in kept_bins(Heuristics.model_validate({"profile": profile})):
        assert bins.bound in bins.edges
        assert list(bins.edges) == sorted(set(bins.edges))


@given(st.sampled_from(sorted(CATALOGUE)), st.floats(0, 1))
def test_any_bound_is_an_edge_of_few_bins(name: str, bound: float) -> None:
    edges = edges_of(rule(name, bound))
    assert bound in edges
    assert list(edges) == sorted(edges)
    assert len(edges) <= 26


def test_shares_are_counted_from_0_to_1_and_lengths_by_doublings() -> None:
    assert edges_of(rule("max_digit_share", 0.5))[::6] == (0.0, 0.25, 0.5, 0.75, 1.0)
    assert edges_of(rule("min_words", 50))[:6] == (3.125, 6.25, 12.5, 25.0, 50.0, 100.0)
    assert edges_of(rule("max_mean_word_length", 10))[-1] == 20.0


def test_nothing_is_counted_where_values_are_not_kept() -> None:
    assert kept_bins(Heuristics(keep_values=False)) == ()
    assert kept_bins(Heuristics(profile="none")) == ()
