import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from steps import lines_run
from talks import WEATHER, Row, assistant, batch_of, call, judge_of, measured, talk, tool, user, verdict

from licet.stages.conversation.definitions import MOST_STEPS, tool_of

ASKED, ANSWERED = user("Will it rain in Oslo?"), assistant("It will.")
OSLO = call("get_weather", '{"city": "Oslo"}', "a")


def called(*messages: Row, tools: list[str] | None = None) -> Row:
    return talk(ASKED, *messages, tools=[WEATHER] if tools is None else tools)


@pytest.mark.parametrize(
    "row",
    [
        called(assistant(None, OSLO), tool("rain", "a"), ANSWERED),
        called(assistant(None, OSLO), tool("rain"), ANSWERED),
        called(assistant(None, call("get_weather", '{"city": "Oslo"}')), tool("rain", "x"), ANSWERED),
        called(
            assistant("Two.", OSLO, call("get_weather", '{"city": "Rome"}', "b")),
            tool("sun", "b"),
            tool("rain", "a"),
            ANSWERED,
        ),
        called(assistant(None, OSLO)),
        called(assistant(None, OSLO), tool("rain", "a"), assistant(None, OSLO), tool("rain", "a"), ANSWERED),
        {"prompt": [ASKED], "chosen": [assistant(None, OSLO)], "rejected": [assistant(None, call("no", "{"))]},
    ],
)
def test_calls_that_can_be_followed_pass(row: Row) -> None:
    assert verdict(row)[0] is None


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (
            called(assistant(None, OSLO), user("So?"), ANSWERED),
            ("call_without_answer", 1, 0, "messages[1]: get_weather"),
        ),
        (
            called(assistant(None, OSLO), tool("rain", "a"), tool("rain", "b"), ANSWERED),
            ("answer_without_call", 1, 0, "messages[3]: an answer to no open call"),
        ),
        (
            called(assistant(None, call("get_wether", "{}", "a")), tool("?", "a"), ANSWERED),
            ("unknown_tool", 1, 0, "messages[1]: get_wether"),
        ),
        (
            called(assistant(None, call("get_weather", "city=Oslo", "a")), tool("?", "a"), ANSWERED),
            ("arguments_no_json", 1, 0, "messages[1]: get_weather: no JSON"),
        ),
        (
            called(assistant(None, call("get_weather", '{"city": NaN}', "a")), tool("?", "a"), ANSWERED),
            ("arguments_no_json", 1, 0, "messages[1]: get_weather: no JSON"),
        ),
        (
            called(assistant(None, call("get_weather", '["Oslo"]', "a"))),
            ("arguments_no_json", 1, 0, "messages[1]: get_weather: a JSON list, no object"),
        ),
        (
            called(assistant(None, call("get_weather", '{"town": "Oslo"}', "a"))),
            ("arguments_do_not_fit", 1, 0, "messages[1]: get_weather: / does not fit `additionalProperties`"),
        ),
        (
            called(assistant(None, call("get_weather", '{"city": "Oslo", "days": 0}', "a"))),
            ("arguments_do_not_fit", 1, 0, "messages[1]: get_weather: /days does not fit `minimum`"),
        ),
        (called(assistant(None, OSLO, OSLO)), ("call_id_repeated", 1, 0, "messages[1]: a")),
    ],
)
def test_calls_that_cannot_be_followed_are_refused(
    row: Row, told: tuple[str | None, float | None, float | None, str | None]
) -> None:
    assert verdict(row) == told


def test_calls_without_any_definition_are_strictly_refused_only() -> None:
    row = called(assistant(None, OSLO), tools=[])
    assert verdict(row)[0] is None
    assert verdict(row, profile="strict") == ("call_without_definitions", 1, 0, "messages[1]: get_weather")


@pytest.mark.parametrize(
    "definition",
    [
        WEATHER,
        json.dumps(json.loads(WEATHER)["function"]),
        json.dumps({"name": "get_weather", "input_schema": json.loads(WEATHER)["function"]["parameters"]}),
        json.dumps({"name": "get_weather", "parameters": json.dumps(json.loads(WEATHER)["function"]["parameters"])}),
    ],
)
def test_definitions_of_every_form_are_read(definition: str) -> None:
    tool = tool_of(definition)
    assert tool is not None
    assert (tool.name, tool.misfit({"city": "Oslo"})) == ("get_weather", None)
    assert tool.misfit({}) == "/ does not fit `required`"


@pytest.mark.parametrize(
    "definition", ["", "{", "[]", "{}", '{"name": 3}', '{"function": {"name": ""}}', "[" * 100_000]
)
def test_what_has_no_name_is_no_definition(definition: str) -> None:
    assert tool_of(definition) is None
    assert measured("broken_tools", talk(ASKED, ANSWERED, tools=[definition, WEATHER])) == [1]


def test_a_schema_that_is_none_is_broken_and_refuses_no_arguments() -> None:
    python = json.dumps({"name": "f", "parameters": {"type": "dict", "properties": {"a": {"type": "float"}}}})
    row = called(assistant(None, call("f", '{"b": 1}')), tools=[python])
    assert (measured("unfit_arguments", row), measured("broken_tools", row)) == ([0], [1])


@pytest.mark.parametrize(
    ("schema", "arguments"),
    [
        ({"properties": {"a": {"pattern": "(a+)+$"}}}, {"a": "a" * 50 + "!"}),
        ({"patternProperties": {"(a+)+$": {}}, "additionalProperties": False}, {"a" * 50 + "!": 1}),
        ({"$ref": "#"}, {}),
        ({"allOf": [{"$ref": "#"}, {"$ref": "#"}]}, {}),
        ({"$ref": "https://example.org/schema.json"}, {}),
        ({"$schema": ["x"], "type": "object"}, {}),
        ({"properties": {"a": {"allOf": [{"$ref": "#"}, {"$ref": "#"}]}}}, json.loads('{"a":' * 60 + "{}" + "}" * 60)),
        (
            {
                "$defs": {f"d{i}": {"allOf": [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(40)},
                "$ref": "#/$defs/d0",
            },
            {},
        ),
    ],
)
def test_a_hostile_schema_neither_holds_up_nor_refuses(schema: Row, arguments: Row) -> None:
    tool = tool_of(json.dumps({"name": "f", "parameters": schema}))
    assert tool is not None
    tried = lines_run(lambda: tool.misfit(arguments))
    assert tool.misfit(arguments) is None
    assert tried <= 5 * MOST_STEPS


def test_patterns_are_not_tried_so_that_none_can_hold_up() -> None:
    schema = {"properties": {"a": {"pattern": "b"}}, "patternProperties": {"^a$": {"type": "null"}}}
    tool = tool_of(json.dumps({"name": "f", "parameters": schema}))
    assert tool is not None
    assert tool.misfit({"a": "a"}) is None


def test_a_check_of_many_values_ends_after_its_steps_and_refuses_nothing() -> None:
    schema = {"properties": {"a": {"items": {"type": "integer", "minimum": 0}}}}
    tool = tool_of(json.dumps({"name": "f", "parameters": schema}))
    assert tool is not None
    assert tool.misfit({"a": [*range(1_000), -1]}) == "/a/1000 does not fit `minimum`"
    assert tool.misfit({"a": [*range(MOST_STEPS), -1]}) is None


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3))
CALLS = st.lists(
    st.builds(call, st.sampled_from(["get_weather", "other"]), JSON.map(json.dumps), st.none() | st.sampled_from("ab")),
    max_size=3,
)
MESSAGES = st.lists(
    st.one_of(
        st.builds(user, st.none() | st.text(max_size=3)),
        st.builds(tool, st.text(max_size=3), st.none() | st.sampled_from("ab")),
        st.builds(lambda content, calls: assistant(content, *calls), st.none() | st.text(max_size=3), CALLS),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(MESSAGES, max_size=5))
def test_each_call_is_answered_left_open_or_unanswered(talks: list[list[Row]]) -> None:
    rows = [talk(*messages, tools=[WEATHER]) for messages in talks]
    found = judge_of(profile="structure").found(batch_of(*rows))
    for number, messages in enumerate(talks):
        calls = sum(len(m["tool_calls"] or ()) for m in messages if m["role"] == "assistant")
        answers = sum(m["role"] == "tool" for m in messages)
        last = messages[-1] if messages else {}
        open_calls = len(last.get("tool_calls") or ()) if last.get("role") == "assistant" else 0
        unanswered = found["max_unanswered_calls"].values[number]
        unasked = found["max_unasked_answers"].values[number]
        assert calls - open_calls - unanswered == answers - unasked
