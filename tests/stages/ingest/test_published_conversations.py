"""Rows in the shapes of well known sets of conversations to learn from, with contents of our own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from licet.schemas.errors import InputError
from licet.stages.ingest.original import NOTE, write_row
from licet.stages.ingest.residue import without_nulls

Row = dict[str, Any]

Q, A = {"role": "user", "content": "What is the rate?"}, {"role": "assistant", "content": "It is 1.1."}
SAID = [("user", "What is the rate?"), ("assistant", "It is 1.1.")]
WITH_SYSTEM = [("system", "Be brief."), *SAID]
THOUGHT = ("assistant", "It is 1.1.", "I know it.")
PARAMETERS = {"type": "object", "properties": {"of": {"type": "string"}}}
TOOL = {"type": "function", "function": {"name": "get_rate", "description": "d", "parameters": PARAMETERS}}
BARE = {"name": "get_rate", "description": "d", "parameters": PARAMETERS}
CALLED = ("assistant", None, None, [("get_rate", '{"of":"EUR"}')])
AS_WRITTEN = ("assistant", None, None, [("get_rate", '{"of": "EUR"}')])
WITH_CALL = [SAID[0], CALLED, ("tool", "1.1"), SAID[1]]
TEXT_CALL = '<functioncall> {"name": "get_rate", "arguments": \'{"of": "EUR"}\'}'
TAGGED = '{"name": "get_rate", "arguments": {"of": "EUR"}}'
THOUGHT_TEXT = "<think>\nI know it.\n</think>\n\nIt is 1.1."


def human(said: str, **more: Any) -> Row:
    return {"from": "human", "value": said, **more}


def gpt(said: str, **more: Any) -> Row:
    return {"from": "gpt", "value": said, **more}


def turn(role: str, said: Any, **more: Any) -> Row:
    return {"role": role, "content": said, **more}


ROWS: dict[str, tuple[str, Row, list[Any]]] = {
    "OpenHermes 2.5": (
        "sharegpt",
        {"conversations": [human(Q["content"]), gpt(A["content"])], "system_prompt": "Be brief.", "title": None,
         "skip_prompt_formatting": False, "source": "s"},
        WITH_SYSTEM,
    ),
    "a system prompt that the turns begin with, too": (
        "sharegpt",
        {"conversations": [{"from": "system", "value": "Be brief."}, human(Q["content"]), gpt(A["content"])],
         "system_prompt": "Be brief."},
        WITH_SYSTEM,
    ),
    "SlimOrca": (
        "sharegpt",
        {"conversations": [{"from": "system", "value": "Be brief.", "weight": None}, human(Q["content"], weight=0.0),
         gpt(A["content"], weight=1.0)]},
        WITH_SYSTEM,
    ),
    "AgentInstruct": (
        "sharegpt", {"conversations": [human(Q["content"], loss=None), gpt(A["content"], loss=True)]}, SAID
    ),
    "Magpie": (
        "sharegpt",
        {"conversation_id": "c", "instruction": Q["content"], "response": A["content"], "model": "m",
         "conversations": [human(Q["content"]), gpt(A["content"])], "gen_input_configs": {"temperature": 1.0}},
        SAID,
    ),
    "OpenThoughts": (
        "sharegpt",
        {"system": "Be brief.", "conversations": [{"from": "user", "value": Q["content"]},
         {"from": "assistant", "value": THOUGHT_TEXT}]},
        [WITH_SYSTEM[0], SAID[0], THOUGHT],
    ),
    "APIGen-MT": (
        "sharegpt",
        {"system": "Be brief.", "tools": json.dumps([BARE]), "conversations": [human(Q["content"]),
         {"from": "function_call", "value": '{"name": "get_rate", "arguments": {"of": "EUR"}}'},
         {"from": "observation", "value": "1.1"}, gpt(A["content"])]},
        [WITH_SYSTEM[0], *WITH_CALL],
    ),
    "ToolACE": (
        "sharegpt",
        {"system": 'Call: [{"name": "get_rate"}]', "conversations": [{"from": "user", "value": Q["content"]},
         {"from": "assistant", "value": '[get_rate(of="EUR")]'}, {"from": "tool", "value": "1.1"}, gpt(A["content"])]},
        [("system", 'Call: [{"name": "get_rate"}]'), *WITH_CALL],
    ),
    "When2Call": (
        "messages",
        {"tools": [json.dumps(BARE)], "messages": [Q, turn("assistant", f"<TOOLCALL>[{TAGGED}]</TOOLCALL>")]},
        [SAID[0], CALLED],
    ),
    "Llama 3.1": (
        "messages",
        {"messages": [Q, turn("assistant", '<|python_tag|>{"name": "get_rate", "parameters": {"of": "EUR"}}'),
         turn("ipython", "1.1"), A]},
        WITH_CALL,
    ),
    "Tulu 3": ("messages", {"id": "a", "messages": [Q, A], "source": "s"}, SAID),
    "UltraChat 200k": ("messages", {"prompt": Q["content"], "prompt_id": "p", "messages": [Q, A]}, SAID),
    "OpenR1-Math": (
        "messages",
        {"problem": Q["content"], "solution": "s", "answer": "1.1", "generations": ["x", "y"], "messages": [Q, A],
         "correctness_math_verify": [True, False]},
        SAID,
    ),
    "WildChat": (
        "messages",
        {"conversation_hash": "h", "model": "m", "toxic": False, "header": {"user-agent": "x"}, "conversation": [
            {"content": Q["content"], "country": "DE", "header": {"user-agent": "x"}, "role": "user", "toxic": False},
            {"content": A["content"], "country": None, "role": "assistant", "toxic": False, "turn_identifier": 1}]},
        SAID,
    ),
    "OpenAI, fine-tuning": (
        "messages",
        {"messages": [turn("developer", "Be brief."), Q, turn("assistant", A["content"], weight=0)],
         "parallel_tool_calls": False},
        WITH_SYSTEM,
    ),
    "OpenAI, functions": (
        "messages",
        {"messages": [Q, turn("assistant", None, function_call={"name": "get_rate", "arguments": '{"of": "EUR"}'}),
         turn("function", "1.1", name="get_rate"), A], "functions": [BARE]},
        [SAID[0], AS_WRITTEN, ("tool", "1.1"), SAID[1]],
    ),
    "Mistral": (
        "messages",
        {"messages": [Q, turn("assistant", "", tool_calls=[
            {"id": "abcdefghi", "function": {"name": "get_rate", "arguments": {"of": "EUR"}}}]),
         turn("tool", "1.1", name="get_rate", tool_call_id="abcdefghi"), A]},
        [SAID[0], ("assistant", "", None, CALLED[3]), ("tool", "1.1"), SAID[1]],
    ),
    "Mistral, reasoning": (
        "messages",
        {"messages": [Q, turn("assistant", [{"type": "thinking", "thinking": [{"type": "text", "text": "I know it."}]},
         {"type": "text", "text": A["content"]}])]},
        [SAID[0], THOUGHT],
    ),
    "gpt-oss": (
        "messages",
        {"reasoning_language": "x", "messages": [turn("user", Q["content"], thinking=None),
         turn("assistant", A["content"], thinking="I know it.")]},
        [SAID[0], THOUGHT],
    ),
    "SmolTalk 2": (
        "messages",
        {"messages": [Q, turn("assistant", f"<tool_call>\n{TAGGED}\n</tool_call>")],
         "chat_template_kwargs": {"enable_thinking": False, "python_tools": [], "xml_tools": [json.dumps(TOOL)]}},
        [SAID[0], AS_WRITTEN],
    ),
    "Toucan": (
        "messages",
        {"question": Q["content"], "available_tools": json.dumps([TOOL]), "messages": json.dumps([Q, turn("tool_call",
         "{'name': 'get_rate', 'arguments': '{\"of\": \"EUR\"}'}"), turn("tool_response", "1.1"), A])},
        [SAID[0], AS_WRITTEN, ("tool", "1.1"), SAID[1]],
    ),
    "SWE-smith": (
        "messages",
        {"instance_id": "i", "resolved": True, "messages": json.dumps([
            turn("user", [{"type": "text", "text": Q["content"]}], agent="main"),
            turn("assistant", A["content"], thought=A["content"], agent="main", action="x", message_type="action")])},
        SAID,
    ),
    "SWE-rebench": (
        "messages",
        {"trajectory": [Q, turn("assistant", "", tool_calls=[{"id": "c", "type": "function", "function": {
            "name": "get_rate", "arguments": '{"of":"EUR"}'}}]), turn("tool", "1.1", name="x", tool_call_id="c"), A],
         "tools": [TOOL], "resolved": 1},
        [SAID[0], ("assistant", "", None, CALLED[3]), ("tool", "1.1"), SAID[1]],
    ),
    "SWE-agent": (
        "messages",
        {"trajectory": [{"role": "system", "system_prompt": "Be brief.", "mask": False},
         {"role": "user", "text": Q["content"], "mask": False}, {"role": "ai", "text": A["content"]}], "target": True},
        WITH_SYSTEM,
    ),
    "messages by columns": (
        "messages", {"messages": {"role": ["user", "assistant"], "content": [Q["content"], A["content"]]}}, SAID
    ),
    "a refusal": (
        "messages", {"messages": [Q, turn("assistant", None, refusal="No.")]}, [SAID[0], ("assistant", "No.")]
    ),
    "speakers": (
        "sharegpt",
        {"dialog": [{"speaker": "user", "text": Q["content"]}, {"speaker": "assistant", "text": A["content"]}]},
        SAID,
    ),
    "messages and a text": ("completion", {"prompt": [Q], "completion": A["content"]}, SAID),
    "Gemini": (
        "messages",
        {"contents": [{"role": "user", "parts": [{"text": Q["content"]}]},
         {"role": "model", "parts": [{"text": A["content"]}]}]},
        SAID,
    ),
    "Anthropic": (
        "messages",
        {"system": "Be brief.", "tools": [{"name": "get_rate", "input_schema": PARAMETERS}], "messages": [
            turn("user", [{"type": "text", "text": Q["content"], "cache_control": {"type": "ephemeral"}}]),
            turn("assistant", [{"type": "thinking", "thinking": "I ask.", "signature": "x"},
                 {"type": "text", "text": "Wait."},
                 {"type": "tool_use", "id": "c", "name": "get_rate", "input": {"of": "EUR"}}]),
            turn("user", [{"type": "tool_result", "tool_use_id": "c", "content": [{"type": "text", "text": "1.1"}]}]),
            A]},
        [*WITH_SYSTEM[:2], ("assistant", "Wait.", "I ask.", CALLED[3]), ("tool", "1.1"), SAID[1]],
    ),
    "Anthropic, two calls at once": (
        "messages",
        {"messages": [Q, turn("assistant", [{"type": "tool_use", "id": each, "name": "get_rate", "input": {"of": "EUR"}}
          for each in "ab"]), turn("user", [{"type": "tool_result", "tool_use_id": "a", "content": "1.1"},
          {"type": "tool_result", "tool_use_id": "b", "is_error": True, "content": "no"},
          {"type": "text", "text": "Go on."}]), A]},
        [SAID[0], ("assistant", None, None, CALLED[3] * 2), ("tool", "1.1"), ("tool", "no"), ("user", "Go on."),
         SAID[1]],
    ),
    "Responses API": (
        "messages",
        {"messages": [Q, {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": "I ask."}]},
         {"type": "function_call", "id": "f", "call_id": "c", "name": "get_rate", "arguments": '{"of":"EUR"}'},
         {"type": "function_call_output", "call_id": "c", "output": "1.1"},
         {"type": "reasoning", "id": "s", "summary": [], "encrypted_content": "x"},
         {"type": "message", "role": "assistant", "status": "completed", "content": [
             {"type": "output_text", "text": A["content"], "annotations": []}]}]},
        [SAID[0], ("assistant", None, "I ask.", CALLED[3]), ("tool", "1.1"), SAID[1]],
    ),
    "Responses API, two calls at once": (
        "messages",
        {"messages": [Q, *({"type": "function_call", "call_id": each, "name": "get_rate", "arguments": '{"of":"EUR"}'}
          for each in "ab"), *({"type": "function_call_output", "call_id": each, "output": "1.1"} for each in "ab"),
          A]},
        [SAID[0], ("assistant", None, None, CALLED[3] * 2), ("tool", "1.1"), ("tool", "1.1"), SAID[1]],
    ),
    "Responses API, in and out": (
        "nemotron",
        {"instructions": "Be brief.", "input": [Q], "output": [
            {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "I know it."}]},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": A["content"]}]}]},
        [*WITH_SYSTEM[:2], THOUGHT],
    ),
    "NeMo Gym, with what was answered": (
        "nemotron",
        {"responses_create_params": {"input": [Q]}, "response": {"output": [{"type": "message", **A}]}, "reward": 1.0},
        SAID,
    ),
    "messages whose answer is a column": (
        "nemotron",
        {"messages": [Q], "reasoning": "I know it.", "answer": A["content"], "model": "m"},
        [SAID[0], THOUGHT],
    ),
    "Dolly": (
        "alpaca",
        {"instruction": "Answer.", "context": "The rate was 1.1.", "response": A["content"], "category": "closed_qa"},
        [("user", "Answer.\n\nThe rate was 1.1."), SAID[1]],
    ),
    "Natural Instructions": (
        "alpaca",
        {"task_name": "t", "definition": "Answer.", "inputs": Q["content"], "targets": A["content"]},
        [("user", f"Answer.\n\n{Q['content']}"), SAID[1]],
    ),
    "capitals": ("alpaca", {"INSTRUCTION": Q["content"], "RESPONSE": A["content"], "SOURCE": "s"}, SAID),
    "a question on a text": (
        "qa",
        {"question": "Name it.", "context": "The rate is 1.1.", "answer": A["content"]},
        [("user", "Name it.\n\nThe rate is 1.1."), SAID[1]],
    ),
    "FLAN": ("qa", {"inputs": Q["content"], "targets": A["content"], "_task_name": "t"}, SAID),
    "P3": (
        "qa",
        {"inputs": [1], "inputs_pretokenized": Q["content"], "targets": [2], "targets_pretokenized": A["content"]},
        SAID,
    ),
    "OpenOrca": (
        "qa",
        {"id": "niv.1", "system_prompt": "Be brief.", "question": Q["content"], "response": A["content"]},
        WITH_SYSTEM,
    ),
    "MetaMath": (
        "qa", {"type": "t", "query": Q["content"], "original_question": "x", "response": A["content"]}, SAID
    ),
    "Camel": (
        "qa", {"role_1": "r", "topic;": "t", "message_1": Q["content"], "message_2": A["content"]}, SAID
    ),
    "NuminaMath": (
        "qa",
        {"problem": Q["content"], "solution": A["content"], "answer": "1.1", "problem_type": "p", "synthetic": False},
        SAID,
    ),
    "LIMO": ("qa", {"question": Q["content"], "solution": A["content"], "answer": "1.1"}, SAID),
    "s1K": (
        "qa",
        {"solution": "1.1", "question": Q["content"], "cot": None, "thinking_trajectories": ["I know it."],
         "attempt": A["content"]},
        [SAID[0], THOUGHT],
    ),
    "medical o1": (
        "qa", {"Question": Q["content"], "Complex_CoT": "I know it.", "Response": A["content"]}, [SAID[0], THOUGHT]
    ),
    "OpenThoughts, metadata": (
        "qa",
        {"problem": Q["content"], "deepseek_reasoning": "I know it.", "deepseek_solution": A["content"],
         "ground_truth_solution": "x", "test_cases": "[]"},
        [SAID[0], THOUGHT],
    ),
    "OpenMathReasoning": (
        "qa",
        {"expected_answer": "1.1", "problem": Q["content"], "generated_solution": THOUGHT_TEXT, "used_in_kaggle": True},
        [SAID[0], THOUGHT],
    ),
    "OpenCodeReasoning": (
        "qa",
        {"id": "i", "input": Q["content"], "output": A["content"], "solution": "x", "license": "mit"},
        SAID,
    ),
    "OpenCodeReasoning 2": (
        "qa", {"question": Q["content"], "r1_generation": A["content"], "qwq_critique": "c", "solution": "x"}, SAID
    ),
    "OpenCodeInstruct": ("qa", {"input": Q["content"], "output": A["content"], "unit_tests": '["assert"]'}, SAID),
    "speakers as columns": (
        "qa", {"system": "Be brief.", "user": Q["content"], "assistant": A["content"]}, WITH_SYSTEM
    ),
    "Firefly": ("qa", {"kind": "k", "input": Q["content"], "target": A["content"]}, SAID),
    "xLAM": (
        "calls",
        {"id": 0, "query": Q["content"], "tools": json.dumps([BARE]),
         "answers": '[{"name": "get_rate", "arguments": {"of": "EUR"}}]'},
        [SAID[0], CALLED],
    ),
    "Capybara": (
        "turns",
        {"source": "s", "conversation": [{"input": Q["content"], "output": A["content"]}] * 2},
        SAID * 2,
    ),
    "XTuner": (
        "turns",
        {"conversation": [{"system": "Be brief.", "input": Q["content"], "output": A["content"]}]},
        WITH_SYSTEM,
    ),
    "UltraChat": ("turns", {"id": "0", "data": [Q["content"], A["content"]]}, SAID),
    "LIMA": ("turns", {"conversations": [Q["content"], A["content"]], "source": "s"}, SAID),
    "pairs in lists": ("turns", {"conversations": [[Q["content"], A["content"]]]}, SAID),
    "Guanaco": ("transcript", {"text": f"### Human: {Q['content']}### Assistant: {A['content']}"}, SAID),
    "Glaive 2": (
        "transcript",
        {"system": f"SYSTEM: Be brief.\n{json.dumps(BARE, indent=4)}\n\n{json.dumps(BARE, indent=4)}\n",
         "chat": f"USER: {Q['content']}\n\n\nASSISTANT: {TEXT_CALL} <|endoftext|>\n\n\nFUNCTION RESPONSE: 1.1\n\n\n"
         f"ASSISTANT: {A['content']} <|endoftext|>\n\n\n"},
        [*WITH_SYSTEM[:2], AS_WRITTEN, ("tool", "1.1"), SAID[1]],
    ),
    "Glaive 1": (
        "transcript",
        {"sample": f"SYSTEM: Be brief.\n{json.dumps(BARE, indent=4)}\nUSER: {Q['content']}\nASSISTANT: {TEXT_CALL}\n"
         f"FUNCTION RESPONSE: 1.1\nASSISTANT: {A['content']}\n"},
        [*WITH_SYSTEM[:2], AS_WRITTEN, ("tool", "1.1"), SAID[1]],
    ),
    "ChatML": (
        "transcript",
        {"text": "".join(f"<|im_start|>{role}\n{said}<|im_end|>\n" for role, said in WITH_SYSTEM)},
        WITH_SYSTEM,
    ),
    "Llama 3": (
        "transcript",
        {"text": "<|begin_of_text|>" + "".join(
            f"<|start_header_id|>{role}<|end_header_id|>\n\n{said}<|eot_id|>" for role, said in WITH_SYSTEM)},
        WITH_SYSTEM,
    ),
}  # fmt: skip

DEFINED = {"APIGen-MT", "OpenAI, functions", "SmolTalk 2", "Toucan", "SWE-rebench", "Anthropic", "xLAM", "Glaive 2",
           "When2Call"}  # fmt: skip
"""Those of which a tool's definition is told, by one name or another, or in a text."""


def said(row: Row) -> list[Any]:
    """Return what messages say: role, content, and reasoning and calls where there are any."""
    told = []
    for one in row["messages"]:
        calls = [(call["function"]["name"], call["function"]["arguments"]) for call in one["tool_calls"] or ()]
        more = (one["reasoning_content"], calls) if calls else (one["reasoning_content"],)
        told.append((one["role"], one["content"], *(more if any(more) else ())))
    return told


def read_one(row: Row, folder: Path, read: Callable[..., Any], **source: Any) -> tuple[str, Row]:
    """The shape that a file with one row is found to have, and the row as it is published."""
    (folder / "a.jsonl").write_text(json.dumps(row) + "\n")
    got = read(folder, type="chat", paths="a.jsonl", **source)
    assert got.ledger == []
    assert got.parcels[0].config == "sft"
    (found,) = got.rows
    tools = found["tools"]
    return json.loads(got.splits[0].settings)["shape"], {**found, "tools": f"[{','.join(tools)}]" if tools else None}


@pytest.mark.parametrize("name", ROWS)
def test_a_conversation_is_read_and_written_back(name: str, tmp_path: Path, read: Callable[..., Any]) -> None:
    shape, row, expected = ROWS[name]
    found, columns = read_one(row, tmp_path, read)
    assert (found, said(columns)) == (shape, expected)
    assert without_nulls(write_row(columns, shape)) == without_nulls(row)
    assert [json.loads(columns["tools"] or "[{}]")[0] != {}] == [name in {*DEFINED, "Glaive 1"}]


REPEATING = {"SWE-smith", "Magpie", "messages by columns"}
"""Those that say twice what is answered themselves, and columns, which are kept as they were."""


@pytest.mark.parametrize("name", [name for name in ROWS if name not in REPEATING])
def test_what_a_conversation_says_is_not_in_its_metadata_again(
    name: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    _, columns = read_one(ROWS[name][1], tmp_path, read)
    assert A["content"] not in (columns["metadata"] or "")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"image": "coco/1.jpg", "conversations": [human("<image>\nWhat is it?"), gpt("A cat.")]},
         "`image` holds pictures, sound or film"),
        ({"image": "17", "conversations": [human("<image>\nWhat is it?"), gpt("A cat.")]},
         "`image` holds pictures, sound or film"),
        ({"images": ["a/1.jpg"], "messages": [turn("user", "<image>What?"), A]}, "`images` holds pictures"),
        ({"images": [{"bytes": "AA", "path": None}], "texts": [{"user": "u", "assistant": "a"}]}, "`images` holds"),
        ({"question": "What?", "answer": "cat", "image": {"bytes": "AA", "path": "a.png"}}, "`image` holds pictures"),
        ({"messages": [turn("user", [{"type": "image_url", "image_url": {"url": "data:"}}]), A]},
         "a part of the type image_url, which is no text"),
        ({"messages": [turn("user", [{"type": "input_audio", "input_audio": {"data": "AA"}}]), A]},
         "a part of the type input_audio, which is no text"),
        ({"messages": [turn("user", "u"), turn("user", [{"type": "tool_result", "tool_use_id": "c", "content": [
            {"type": "image", "source": {"data": "AA"}}]}]), A]}, "a part of the type image, which is no text"),
        ({"messages": [turn("user", "What?", images=["a.png"]), A]}, "a message with `images`, which is no text"),
        ({"conversations": [human("What?", image="a.png"), gpt("A cat.")]}, "a message with `image`, which is no text"),
        ({"messages": [Q, {"type": "web_search_call", "id": "w"}, A]}, "an item of the type 'web_search_call'"),
        ({"query": "u", "tools": [BARE], "answers": "[]"}, "calls: `answers` without a call"),
        ({"messages": [Q, turn("tool_call", "Calling it.")]}, "a tool call that is no JSON"),
        ({"inputs": 5, "targets": "a"}, "qa: `inputs` of type number"),
    ],
)  # fmt: skip
def test_what_is_no_conversation_in_words_says_why(
    row: Row, told: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n")
    with pytest.raises(InputError) as refused:
        read(tmp_path, type="chat", paths="a.jsonl")
    assert told in str(refused.value)


def test_a_column_named_as_media_may_be_other_words(tmp_path: Path, read: Callable[..., Any]) -> None:
    row = {"messages": [Q, A], "image": "registry/tasks.x86_64:latest", "images": [], "audio": None}
    assert said(read_one(row, tmp_path, read)[1]) == SAID


def test_a_setting_for_reasoning_is_none(tmp_path: Path, read: Callable[..., Any]) -> None:
    row = {"input": Q["content"], "output": A["content"], "reasoning": "off"}
    _, columns = read_one(row, tmp_path, read)
    assert (said(columns), columns["reasoning"]) == (SAID, "off")


def test_a_missing_field_is_told_by_the_name_that_the_file_has(tmp_path: Path, read: Callable[..., Any]) -> None:
    rows = [{"problem": "q", "solution": "a", "answer": "1"}, {"problem": "q", "answer": "1"}]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (refused,) = read(tmp_path, type="chat", paths="a.jsonl").ledger
    assert refused["detail"].startswith("qa: `solution` is missing")


def test_a_recipe_says_which_answer_is_to_be_learnt(tmp_path: Path, read: Callable[..., Any]) -> None:
    row = {"question": Q["content"], "solution": "x", "gemini_attempt": A["content"], "gemini_thinking": "I know it.",
           "deepseek_attempt": "y", "deepseek_thinking_trajectory": "z"}  # fmt: skip
    fields = {"answer": "gemini_attempt", "thought": "gemini_thinking"}
    _, columns = read_one(row, tmp_path, read, shape="qa", fields=fields)
    assert said(columns) == [SAID[0], THOUGHT]
    assert write_row(columns, "qa") == row


@pytest.mark.parametrize("name", ["WildChat", "Toucan", "SWE-agent", "xLAM", "Capybara", "s1K", "Glaive 2"])
def test_they_are_the_same_in_parquet(name: str, tmp_path: Path, read: Callable[..., Any]) -> None:
    shape, row, expected = ROWS[name]
    row = without_nulls(row)
    (tmp_path / "p").mkdir()
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "p" / "a.parquet")
    got = read(tmp_path / "p", type="chat", paths="a.parquet")
    assert (json.loads(got.splits[0].settings)["shape"], got.ledger) == (shape, [])
    (found,) = got.rows
    assert said(found) == expected
    assert json.loads(found["metadata"])[NOTE]["shape"] == shape
