from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from steps import lines_run
from talks import WEATHER, Row, assistant, batch_of, call, judge_of, pair, talk, tool, user

from licet.schemas.conversations import Conversations
from licet.schemas.errors import RecipeError
from licet.stages.contract import judge as apply
from licet.stages.conversation import CATALOGUE, MEASURES, PROFILES, REASONS, conversations_params, rules_of
from licet.stages.parcel import Parcel

WORDS = st.sampled_from(
    [
        "", " ", "Yes.", "yes", "Is it so?", "It is so, and the", "I'm sorry, but I can't help with that.",
        "I am Claude.", "```py\nx", "<think>a", "<think></think>4", "It has (two", "a b c d e f g h i j k " * 9, "…",
    ]
)  # fmt: skip
CALLS = st.lists(
    st.builds(
        call, st.sampled_from(["get_weather", "other"]), st.sampled_from(['{"city": "Oslo"}', "{}", "{"]), st.none()
    ),
    max_size=2,
)
MESSAGES = st.lists(
    st.one_of(
        st.builds(user, WORDS),
        st.builds(tool, WORDS),
        st.builds(lambda words, calls: assistant(words, *calls), WORDS, CALLS),
    ),
    max_size=4,
)
ROWS = st.one_of(
    st.builds(lambda messages, tools: talk(*messages, tools=tools), MESSAGES, st.none() | st.just([WEATHER])),
    st.builds(pair, WORDS, WORDS, WORDS),
    st.builds(lambda messages: {"prompt": messages, "answer": "4"}, MESSAGES),
)
TOKENS = {name for name in CATALOGUE if name.endswith("_tokens")}
ALL = {name: (1.0 if name.startswith("min_") else 0.0) for name in CATALOGUE if name not in TOKENS}
BOUNDS = st.dictionaries(st.sampled_from(sorted(ALL)), st.sampled_from([0.0, 0.25, 0.5, 1.0]), max_size=8)


def reasons(rows: list[Row], **told: Any) -> list[str | None]:
    found: list[str | None] = judge_of(**told)(batch_of(*rows)).reason.to_pylist()
    return found


@settings(max_examples=30, deadline=None)
@given(st.lists(ROWS, max_size=6), st.randoms(use_true_random=False))
def test_a_verdict_does_not_depend_on_the_other_rows_nor_on_their_order(rows: list[Row], random: Any) -> None:
    judge = judge_of(profile="strict", set=ALL)
    whole = columns(judge(batch_of(*rows)))
    assert whole == [told for row in rows for told in columns(judge(batch_of(row)))]
    order = list(range(len(rows)))
    random.shuffle(order)
    assert columns(judge(batch_of(*(rows[i] for i in order)))) == [whole[i] for i in order]


def columns(verdicts: Any) -> list[tuple[Any, ...]]:
    """Verdicts as one tuple a row."""
    return list(
        zip(
            *(c.to_pylist() for c in (verdicts.reason, verdicts.value, verdicts.threshold, verdicts.detail)),
            strict=True,
        )
    )


@settings(max_examples=30, deadline=None)
@given(st.lists(ROWS, max_size=5), BOUNDS, st.sampled_from(sorted(ALL)))
def test_a_tighter_bound_never_lets_more_in(rows: list[Row], bounds: dict[str, float], name: str) -> None:
    tighter = {**bounds, name: 1.0 if name.startswith("min_") else 0.0}
    for profile in ("none", "structure", "strict"):
        before, after = (reasons(rows, profile=profile, set=told) for told in (bounds, tighter))
        assert not [row for row, was, now in zip(rows, before, after, strict=True) if was is not None and now is None]


@settings(max_examples=30, deadline=None)
@given(st.lists(ROWS, max_size=5))
def test_strict_refuses_whatever_structure_does_and_gives_a_value_outside_the_bound(rows: list[Row]) -> None:
    batch = batch_of(*rows)
    loose, strict = judge_of(profile="structure")(batch), judge_of(profile="strict")(batch)
    for verdicts in (loose, strict):
        for reason, value, bound, _ in columns(verdicts):
            assert (value is None) == (bound is None) == (reason is None)
            least = reason == "no_user_turn"
            assert reason is None or (value < bound if least else value > bound)
    assert not [1 for a, b in zip(loose.reason.to_pylist(), strict.reason.to_pylist(), strict=True) if a and not b]


@settings(max_examples=30, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=5))
def test_each_row_is_kept_or_in_the_ledger(rows: list[Row]) -> None:
    batch = batch_of(*rows)
    ids = pa.array([f"src/{i}" for i in range(len(rows))])
    batch = batch.append_column("id", ids).append_column("locator", ids)
    parcel = apply(
        Parcel(source="src", split="s", seq=0, rows_in=len(rows), rows=batch),
        "conversations",
        judge_of(profile="strict"),
    )
    assert parcel.is_conserved
    left = {row["id"] for row in parcel.ledger.to_pylist()} | set(parcel.rows.column("id").to_pylist())
    assert left == set(ids.to_pylist())
    assert {row["reason"] for row in parcel.ledger.to_pylist()} <= set(REASONS)


def test_a_batch_without_rows_has_no_verdicts() -> None:
    assert columns(judge_of(profile="strict", set=ALL)(batch_of())) == []


def test_every_measure_is_taken_told_and_bounded_by_a_rule() -> None:
    assert set(judge_of().measures()) == set(MEASURES) == {measure for measure, _ in CATALOGUE.values()}
    assert len(REASONS) == len(CATALOGUE)
    assert all(np.isfinite(bound) for bounds in PROFILES.values() for bound in bounds.values())


def test_values_are_finite_and_shares_are_shares() -> None:
    rows = [talk(user("a"), assistant("b" * n)) for n in (0, 1, 1000)] + [pair("", "", ""), {"prompt": []}, {}]
    for name, found in judge_of(profile="none", set=ALL).found(batch_of(*rows)).items():
        assert np.isfinite(found.values).all(), name
        assert not name.endswith("_share") or (found.values <= 1).all(), name


def test_what_the_recipe_sets_wins_and_null_takes_a_rule_away() -> None:
    rules = rules_of(Conversations(profile="structure", set={"max_refusals": 1, "max_empty_turns": None}))
    named = {rule.name: rule.bound for rule in rules}
    assert named["max_refusals"] == 1
    assert "max_empty_turns" not in named
    assert list(named) == [name for name in CATALOGUE if name in named]


def test_the_manifest_has_each_rule_with_its_bound() -> None:
    told = conversations_params(Conversations(profile="none", set={"max_refusals": 0}))
    assert told == {
        "measures": "licet-conversations/2",
        "profile": "none",
        "set": {"max_refusals": 0},
        "own": [],
        "tokenizer": None,
        "rules": [{"name": "max_refusals", "measure": "refusals", "bound": 0, "reason": "answer_refuses"}],
    }


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"set": {"max_refusal": 0}}, "names no rule `max_refusal`: did you mean `max_refusals`"),
        ({"set": {"zzz": 0}}, "names no rule `zzz`: rules are min_user_turns"),
        ({"set": {"max_refusals": -1}}, "give a number from 0 on, or null to take the rule away"),
        ({"set": {"max_boilerplate_share": 2}}, "give a share from 0 to 1"),
        ({"set": {"max_refusals": float("nan")}}, "give a number from 0 on"),
        ({"own": ["nobody"]}, "`conversations.own` names nobody: vendors are 01ai, ai2"),
        ({"set": {"max_total_tokens": 10}}, "say by which `conversations.tokenizer` they are counted"),
        ({"tokenizer": "x.json"}, "has nothing to count"),
        (
            {"tokenizer": "x", "set": {"min_total_tokens": 9, "max_total_tokens": 8}},
            "min_total_tokens is 9 and max_total_tokens is 8, so that no row could be kept",
        ),
    ],
)
def test_settings_that_cannot_be_are_told_in_a_sentence(told: dict[str, Any], words: str) -> None:
    with pytest.raises(RecipeError, match=words):
        rules_of(Conversations(**told))


TEXT = st.text(max_size=60) | st.lists(
    st.sampled_from(["as ", "a ", "I am ", "```", "`", "\n", "<think>", "(", "\\[", "OpenAI ", "Pi ", "sorry ",
     ", ", "我是", "…", "\x00"]),
    max_size=40,
).map("".join)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), max_size=4))
def test_any_text_at_all_has_finite_values(talks: list[tuple[str, str]]) -> None:
    rows = [talk(user(question), assistant(answer)) for question, answer in talks]
    for name, found in judge_of(profile="none", set=ALL).found(batch_of(*rows)).items():
        assert np.isfinite(found.values).all(), name
        assert len(found.values) == len(rows), name


HOSTILE = ["as a ", "I am an AI by ", "` `` ", "(", "I'm sorry ", "我是", "\\[ ` ", "> ", "OpenAI. I "]
"""Pieces of which some rule has to look at every one."""


def made_of(piece: str, size: int) -> pa.RecordBatch:
    return batch_of(talk(user(piece * 10), assistant(piece * (size // len(piece)))))


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_as_much_of_anything_is_no_more_than_twice_the_work(piece: str) -> None:
    judge = judge_of(profile="strict")
    judge(made_of(piece, 1_000))
    once, twice = (lines_run(partial(judge, made_of(piece, size))) for size in (20_000, 40_000))
    assert once > 100
    assert twice <= 2 * once


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_of_anything_is_judged_as_a_little_of_it_is(piece: str) -> None:
    judge = judge_of(profile="strict")
    assert judge(made_of(piece, 1_000_000)).reason == judge(made_of(piece, 20_000)).reason
