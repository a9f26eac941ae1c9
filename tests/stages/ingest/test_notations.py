import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.stages.ingest.notations import lifted_calls, lowered_calls

NAMES = ["f", "Market Trends API", "a.b-c"]
TOLD = {"role": "system", "content": " ".join(f'"{name}"' for name in NAMES)}
USER = {"role": "user", "content": "u"}


def talk(said: str) -> list[dict[str, Any]]:
    return [TOLD, USER, {"role": "assistant", "content": said}]


def calls_of(messages: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    found = [call["function"] for call in messages[-1].get("tool_calls") or ()]
    return [(one["name"], json.loads(one["arguments"])) for one in found]


@pytest.mark.parametrize(
    ("said", "notation", "calls"),
    [
        ('[f(a=1, b="x)")]', "pythonic", [("f", {"a": 1, "b": "x)"})]),
        ("[Market Trends API(on=true, of=['a', null]), f()]", "pythonic",
         [("Market Trends API", {"on": True, "of": ["a", None]}), ("f", {})]),
        ("[a.b-c(x={'y': (1, -2.5)})]", "pythonic", [("a.b-c", {"x": {"y": [1, -2.5]}})]),
        ('<TOOLCALL>[{"name": "g", "arguments": {"a": 1}}]</TOOLCALL>', "TOOLCALL", [("g", {"a": 1})]),
        ('<|python_tag|>{"name": "g", "parameters": {"a": 1}}', "python_tag", [("g", {"a": 1})]),
        ('[TOOL_CALLS][{"name": "g", "arguments": {"a": "é"}}]', "TOOL_CALLS", [("g", {"a": "é"})]),
        ("[1, 2]", None, []),
        ("[]", None, []),
        ("[g(a=1)]", None, []),
        ("[f(1)]", None, []),
        ("[f(a=b)]", None, []),
        ("[f(a=1) f(a=1)]", None, []),
        ("[f(a=1)", None, []),
        ("[f(a=1)] and more", None, []),
        ("[link](f(a=1))", None, []),
        ("<TOOLCALL>[f(a=1)]</TOOLCALL>", None, []),
        ("<|python_tag|>print(1)", None, []),
    ],
)  # fmt: skip
def test_calls_that_are_all_an_answer_says_are_columns(
    said: str, notation: str | None, calls: list[tuple[str, Any]]
) -> None:
    found, told = lifted_calls(talk(said), None)
    assert (told, calls_of(found)) == (notation, calls)
    assert found[-1]["content"] == (said if notation is None else None)


def test_tools_that_are_defined_are_told_of_too() -> None:
    assert lifted_calls(talk("[g(a=1)]"), ['{"name": "g"}'])[1] == "pythonic"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@pytest.mark.parametrize("notation", ["pythonic", "TOOLCALL", "python_tag", "TOOL_CALLS"])
@given(told=st.lists(st.tuples(st.sampled_from(NAMES), st.dictionaries(st.sampled_from("xyz"), VALUES)), min_size=1))
def test_calls_that_are_written_are_read_again(notation: str, told: list[tuple[str, Any]]) -> None:
    calls = [
        {"id": None, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
        for name, arguments in told
    ]
    written = lowered_calls([TOLD, USER, {"role": "assistant", "content": None, "tool_calls": calls}], notation)
    assert set(written[-1]) == {"role", "content"}
    found, used = lifted_calls(written, None)
    assert (used, calls_of(found)) == (notation, told)


def test_many_brackets_do_not_take_long() -> None:
    for said in (f"[f(a={'(' * 9_000}{')' * 9_000})]", "[" * 200_000 + "]", "[f(" * 6_000 + "]", f"[f(a={'[' * 300}]"):
        assert lifted_calls(talk(said), None)[1] is None
