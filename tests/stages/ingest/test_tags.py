import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shapes import HERMES, TOOL

Row = dict[str, Any]
CALL = '<tool_call>\n{"name": "f", "arguments": {"a": 1}}\n</tool_call>'


def talk(*said: str, system: str | None = None) -> Row:
    roles = ("user", "assistant") * len(said)
    found = [{"role": role, "content": content} for role, content in zip(roles, said, strict=False)]
    return {"messages": [*([{"role": "system", "content": system}] if system else []), *found]}


@pytest.fixture
def messages(tmp_path: Path, read: Callable[..., Any]) -> Callable[..., list[Row]]:
    def made(row: Row, **source: Any) -> list[Row]:
        (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n")
        (found,) = read(tmp_path, type="chat", paths="a.jsonl", **source).rows
        return [{key: value for key, value in one.items() if value is not None} for one in found["messages"]]

    return made


Read = Callable[..., list[Row]]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("<think>\nwhy\n</think>\n\nso", {"reasoning_content": "why", "content": "so"}),
        (" <think>why</think>  so", {"reasoning_content": "why", "content": "  so"}),
        ("<think>\n\n</think>\n\nso", {"reasoning_content": "", "content": "so"}),
        (f"<think>a</think>b\n{CALL}", {"reasoning_content": "a", "content": "b"}),
        ("so <think>why</think>", {"content": "so <think>why</think>"}),
        ("<think>why, so", {"content": "<think>why, so"}),
        ("why</think>so", {"content": "why</think>so"}),
    ],
)
def test_reasoning_before_an_answer_is_a_column(answer: str, expected: Row, messages: Read) -> None:
    found = messages(talk("u", answer))[1]
    assert {key: value for key, value in found.items() if key not in ("role", "tool_calls")} == expected


@pytest.mark.parametrize(
    ("answer", "content", "calls"),
    [
        (CALL, None, [("f", '{"a": 1}')]),
        (f"I look.\n{CALL}\n{CALL}\n", "I look.", [("f", '{"a": 1}')] * 2),
        ("<tool_call>{'name': 'f', 'arguments': {'a': None}}</tool_call>", None, [("f", '{"a":null}')]),
        ('<tool_call>{"name": "f", "parameters": {"a":1}}</tool_call>', None, [("f", '{"a":1}')]),
        (f"{CALL} and on", f"{CALL} and on", []),
        ("<tool_call>f(1)</tool_call>", "<tool_call>f(1)</tool_call>", []),
        ("<tool_call>{}</tool_call>", "<tool_call>{}</tool_call>", []),
        (f"{CALL}<tool_call>", f"{CALL}<tool_call>", []),
    ],
)
def test_calls_at_the_end_of_an_answer_are_columns(
    answer: str, content: str | None, calls: list[tuple[str, str]], messages: Read
) -> None:
    found = messages(talk("u", answer))[1]
    told = [call["function"] for call in found.get("tool_calls", ())]
    assert (found.get("content"), [(call["name"], call["arguments"]) for call in told]) == (content, calls)


def test_a_hermes_row_has_tools_calls_and_their_answers_in_columns(tmp_path: Path, read: Callable[..., Any]) -> None:
    rows = [HERMES, {"conversations": HERMES["conversations"]}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for found in read(tmp_path, type="chat", paths="a.jsonl").rows:
        assert [json.loads(tool) for tool in found["tools"]] == [TOOL]
        system, _, asked, told, last = found["messages"]
        assert "<tools>" not in system["content"]
        assert asked["tool_calls"][0]["function"] == {"name": "get_rate", "arguments": '{"of": "EUR", "to": "é"}'}
        assert (told["role"], told["content"], last["content"]) == (
            "tool",
            '{"name": "get_rate", "content": 1.1}',
            "It is 1.1.",
        )


def test_what_tools_say_together_is_a_message_each(messages: Read) -> None:
    both = "<tool_response>\n1\n</tool_response>\n<tool_response>2</tool_response>"
    found = messages(talk("u", CALL, both))
    assert [(one["role"], one.get("content")) for one in found[2:]] == [("tool", "1"), ("tool", "2")]


def test_definitions_may_be_lines_and_other_tools_than_the_row_s_stay_where_they_are(
    tmp_path: Path, read: Callable[..., Any]
) -> None:
    lines = "<tools>\n" + "\n".join(json.dumps({**TOOL, "n": i}) for i in range(2)) + "\n</tools>"
    rows = [talk("u", "a", system=f"Be kind. {lines}"), {**talk("u", "a", system=lines), "tools": [TOOL]}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    one, two = read(tmp_path, type="chat", paths="a.jsonl").rows
    assert ([json.loads(t)["n"] for t in one["tools"]], one["messages"][0]["content"]) == ([0, 1], "Be kind. ")
    assert ([json.loads(t) for t in two["tools"]], two["messages"][0]["content"]) == ([TOOL], lines)


def test_a_source_may_leave_tags_as_text(messages: Read) -> None:
    row = talk("u", f"<think>a</think>b\n{CALL}")
    assert messages(row, tags="text") == row["messages"]


def test_many_blanks_or_tags_do_not_take_long(messages: Read) -> None:
    for said in (" " * 200_000 + "<tool_call>", "<tool_call>" * 20_000, "<think>" * 30_000, "<tool_response>" * 20_000):
        assert messages(talk("u", f"{said}x"))[1]["content"] == f"{said}x"
