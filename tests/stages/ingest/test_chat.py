import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from licet.schemas.errors import InputError
from licet.schemas.recipe import Limits
from licet.stages.ingest.original import NOTE

U, A = {"role": "user", "content": "u"}, {"role": "assistant", "content": "a"}
B = {"role": "assistant", "content": "b"}


def short(messages: list[dict[str, Any]] | None) -> list[tuple[str, str]] | None:
    return None if messages is None else [(m["role"], m["content"]) for m in messages]


def besides(row: dict[str, Any]) -> dict[str, Any]:
    """What a row held besides its columns, without the note on how it was written."""
    found: dict[str, Any] = json.loads(row["metadata"] or "{}")
    found.pop(NOTE, None)
    return found


def write(path: Path, *rows: Any) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.mark.parametrize(
    ("shape", "row", "expected"),
    [
        ("messages", {"messages": [{"role": "human", "content": "u"}, A]}, [("user", "u"), ("assistant", "a")]),
        (
            "messages",
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "u"}, {"type": "text", "text": "v"}]}]},
            [("user", "u\nv")],
        ),
        (
            "sharegpt",
            {"system": "s", "conversations": [{"from": "human", "value": "u"}, {"from": "gpt", "value": "a"}]},
            [("system", "s"), ("user", "u"), ("assistant", "a")],
        ),
        ("alpaca", {"instruction": "do", "input": "it", "output": "ok"}, [("user", "do\n\nit"), ("assistant", "ok")]),
        ("alpaca", {"instruction": "do", "input": "", "output": "ok"}, [("user", "do"), ("assistant", "ok")]),
        ("qa", {"question": "q", "answer": "a"}, [("user", "q"), ("assistant", "a")]),
        ("qa", {"problem": "q", "solution": "a"}, [("user", "q"), ("assistant", "a")]),
        (
            "transcript",
            {"text": "\n\nHuman: Human: hi\n\nmore\n\nAssistant: yes"},
            [("user", "Human: hi\n\nmore"), ("assistant", "yes")],
        ),
    ],
)
def test_a_shape_is_detected_and_read(
    shape: str, row: dict[str, Any], expected: list[tuple[str, str]], tmp_path: Path, read: Callable[..., Any]
) -> None:
    write(tmp_path / "a.jsonl", row)
    got = read(tmp_path, type="chat", paths="a.jsonl")
    assert json.loads(got.splits[0].settings)["shape"] == shape
    (found,) = got.rows
    assert short(found["messages"]) == expected
    assert found["text"] == "\n\n".join(content for _, content in expected)
    assert (found["prompt"], found["chosen"], found["rejected"], besides(found)) == (None, None, None, {})


@pytest.mark.parametrize(
    ("row", "shape", "config", "fields"),
    [
        ({"conversation": [U, A]}, "messages", "sft", {"messages": "conversation"}),
        ({"messages": [{"from": "human", "value": "u"}]}, "sharegpt", "sft", {"conversations": "messages"}),
        ({"system_prompt": "", "question": "u", "response": "a"}, "qa", "sft", {"answer": "response"}),
        ({"prompt": "u", "completion": "a"}, "completion", "sft", {}),
        ({"prompt": [U], "completion": [A]}, "completion", "sft", {}),
        ({"input": [U], "output": "a", "used_in_training": ["Nano"]}, "nemotron", "sft", {}),
        ({"input": "u", "output": "a"}, "qa", "sft", {"question": "input", "answer": "output"}),
        ({"messages": [U], "ground_truth": "1", "dataset": "MATH"}, "rl", "rl",
         {"prompt": "messages", "answer": "ground_truth", "checker": "dataset"}),
        ({"messages": [U, A], "ground_truth": "1"}, "messages", "sft", {}),
        ({"prompt": [U], "reward_model": {"ground_truth": "1", "style": "rule"}, "data_source": "x"}, "rl", "rl",
         {"prompt": "prompt", "checker": "data_source"}),
        ({"responses_create_params": {"input": [U]}, "expected_answer": "1", "agent_ref": {"name": "mcqa"}}, "rl", "rl",
         {"answer": "expected_answer", "checker": "agent_ref.name"}),
        ({"prompt": [U], "solution": "1"}, "rl", "rl", {"prompt": "prompt", "answer": "solution"}),
        ({"problem": "u", "answer": "1", "solution": "s"}, "rl", "rl", {"prompt": "problem", "answer": "answer"}),
        ({"problem": "u", "solution": "s", "answer": "1"}, "qa", "sft", {"question": "problem", "answer": "solution"}),
        ({"problem": "u", "solution": "s"}, "qa", "sft", {"question": "problem", "answer": "solution"}),
        ({"prompt": "u", "chosen": "a", "rejected": "b", "messages": [U, A]}, "preference", "preference", {}),
    ],
)  # fmt: skip
def test_shape_kind_and_fields_are_told_from_rows(
    row: dict[str, Any], shape: str, config: str, fields: dict[str, str], tmp_path: Path, read: Callable[..., Any]
) -> None:
    write(tmp_path / "a.jsonl", row)
    got = read(tmp_path, type="chat", paths="a.jsonl")
    settings = json.loads(got.splits[0].settings)
    assert (settings["shape"], settings["fields"], got.parcels[0].config) == (shape, fields, config)
    assert (settings["sampled"]["rows"], settings["sampled"]["fit"], len(got.rows)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("row", "source", "answer", "checker"),
    [
        ({"question": "q", "answer": "1"}, {"checker": "exact"}, "1", "exact"),
        ({"question": "q", "answer": 1}, {"checker": "exact"}, "1", "exact"),
        ({"question": "q", "ground_truth": ["1", "2"], "verifier": "any"}, {"checker": "exact"}, '["1","2"]', "any"),
        ({"task": "q", "key": {"tests": ["t"]}}, {"fields": {"prompt": "task", "answer": "key.tests"}}, '["t"]', None),
    ],
)
def test_a_source_may_say_that_its_answers_are_checked_and_how(
    row: dict[str, Any],
    source: dict[str, Any],
    answer: str,
    checker: str | None,
    tmp_path: Path,
    read: Callable[..., Any],
) -> None:
    write(tmp_path / "a.jsonl", row)
    (found,) = read(tmp_path, type="chat", paths="a.jsonl", shape="rl", **source).rows
    assert (short(found["prompt"]), found["answer"], found["checker"]) == ([("user", "q")], answer, checker)
    assert found["text"] == f"q\n\n{answer}"


def test_calls_of_the_responses_api_are_messages(tmp_path: Path, read: Callable[..., Any]) -> None:
    call = {"type": "function_call", "call_id": "c", "name": "f", "arguments": '{"a": 1}'}
    given = [U, call, {"type": "function_call_output", "call_id": "c", "output": "5"}]
    write(tmp_path / "a.jsonl", {"responses_create_params": {"input": given}, "expected_answer": "5"})
    (found,) = read(tmp_path, type="chat", paths="a.jsonl").rows
    _, called, told = found["prompt"]
    assert called["tool_calls"] == [{"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}]
    assert (called["role"], told["role"], told["content"], told["tool_call_id"]) == ("assistant", "tool", "5", "c")


def test_rows_that_differ_in_the_answer_to_be_checked_are_two(tmp_path: Path, read: Callable[..., Any]) -> None:
    write(tmp_path / "a.jsonl", *({"messages": [U], "ground_truth": answer} for answer in "12"))
    assert len({row["id"] for row in read(tmp_path, type="chat", paths="a.jsonl").rows}) == 2


def test_a_text_alone_is_an_answer_where_the_recipe_says_so(tmp_path: Path, read: Callable[..., Any]) -> None:
    write(tmp_path / "a.jsonl", {"text": "a document"})
    with pytest.raises(InputError, match=r"none of the first 1 rows of a\.jsonl fits any known shape"):
        read(tmp_path, type="chat", paths="a.jsonl")
    (found,) = read(tmp_path, type="chat", paths="a.jsonl", shape="completion").rows
    assert short(found["messages"]) == [("assistant", "a document")]


def test_files_of_one_source_may_be_of_different_kinds(tmp_path: Path, read: Callable[..., Any]) -> None:
    write(tmp_path / "a.jsonl", {"messages": [U, A]})
    write(tmp_path / "b.jsonl", {"prompt": "u", "chosen": "a", "rejected": "b"})
    assert [parcel.config for parcel in read(tmp_path, type="chat", paths=".").parcels] == ["sft", "preference"]


TALK = "\n\nHuman: u\n\nAssistant: "


@pytest.mark.parametrize(
    "row",
    [
        {"prompt": "u", "chosen": "a", "rejected": "b"},
        {"prompt": [U], "chosen": [A], "rejected": [B]},
        {"prompt": "u", "chosen": [U, A], "rejected": [U, B]},
        {"chosen": [U, A], "rejected": [U, B]},
        {"chosen": TALK + "a", "rejected": TALK + "b"},
        {"prompt": "u", "chosen": A, "rejected": B},
        {"prompt": TALK, "chosen": "a", "rejected": "b"},
        {"prompt": "\n\nHuman: u", "chosen": TALK + "a", "rejected": TALK + "b"},
    ],
)
def test_a_preference_has_its_prompt_apart(row: dict[str, Any], tmp_path: Path, read: Callable[..., Any]) -> None:
    write(tmp_path / "a.jsonl", row)
    (found,) = read(tmp_path, type="chat", paths="a.jsonl").rows
    assert [short(found[name]) for name in ("prompt", "chosen", "rejected")] == [
        [("user", "u")],
        [("assistant", "a")],
        [("assistant", "b")],
    ]
    assert (found["text"], found["messages"]) == ("u\n\na\n\nb", None)


def test_pairs_that_differ_in_the_rejected_answer_alone_are_two_rows(tmp_path: Path, read: Callable[..., Any]) -> None:
    write(tmp_path / "a.jsonl", *({"prompt": "u", "chosen": "a", "rejected": answer} for answer in ("b", "c")))
    found = read(tmp_path, type="chat", paths="a.jsonl").rows
    assert len({row["id"] for row in found}) == len({row["content_sha256"] for row in found}) == 2


def test_tool_calls_have_arguments_as_a_string(tmp_path: Path, read: Callable[..., Any]) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": {"b": 1, "a": "é"}}}
    told = {"function": {"name": "g", "arguments": '{"x": 1}'}}
    row = {
        "messages": [
            U,
            {"role": "assistant", "content": None, "tool_calls": [call, told]},
            {"role": "tool", "content": "5", "tool_call_id": "c1"},
        ],
        "tools": [{"type": "function", "function": {"name": "f"}}],
    }
    gpt = {
        "conversations": [
            {"from": "human", "value": "u"},
            {"from": "function_call", "value": '{"name": "f", "arguments": {"b": 1, "a": "é"}}'},
            {"from": "observation", "value": "5"},
        ]
    }
    write(tmp_path / "a.jsonl", row)
    write(tmp_path / "b.jsonl", gpt)
    one, two = read(tmp_path, type="chat", paths=".").rows
    assert one["messages"][1]["tool_calls"] == [
        {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"b":1,"a":"é"}'}},
        {"id": None, "type": "function", "function": {"name": "g", "arguments": '{"x": 1}'}},
    ]
    assert (one["messages"][2]["role"], one["messages"][2]["tool_call_id"]) == ("tool", "c1")
    assert one["tools"] == ['{"type":"function","function":{"name":"f"}}']
    assert two["messages"][1]["tool_calls"][0]["function"] == {"name": "f", "arguments": '{"b":1,"a":"é"}'}
    assert two["messages"][2]["role"] == "tool"


def test_what_else_a_row_holds_is_metadata(tmp_path: Path, read: Callable[..., Any]) -> None:
    more = {
        "uuid": "u1",
        "license": "MIT",
        "model": "m",
        "category": "maths",
        "z": [1, float("nan")],
        "a": "é",
        "n": None,
    }
    write(tmp_path / "a.jsonl", {"question": "q", "answer": "a", **more})
    fields = {"id_field": "uuid", "license_field": "license", "generator_field": "model"}
    got = read(tmp_path, type="chat", paths="a.jsonl", **fields)
    (found,) = got.rows
    assert {name: found[name] for name in ("id", "category", "generator")} == {
        "id": "src/u1",
        "category": "maths",
        "generator": "m",
    }
    assert besides(found) == {"a": "é", "license": "MIT", "model": "m", "uuid": "u1", "z": [1, None]}
    assert found["metadata"].endswith('"a":"é","license":"MIT","model":"m","uuid":"u1","z":[1,null]}')
    assert [claim.raw for claim in got.parcels[0].claims[0]] == ["MIT", "m"]


HUMAN = {"name": "human", "evidence": "https://example.org/how-it-was-made"}


def test_the_recipe_names_fields_category_and_generator(tmp_path: Path, read: Callable[..., Any]) -> None:
    write(tmp_path / "a.jsonl", {"task": "q", "reply": "a"})
    told = {"shape": "qa", "fields": {"question": "task", "answer": "reply"}, "category": "code", "generator": HUMAN}
    (found,) = read(tmp_path, type="chat", paths="a.jsonl", **told).rows
    assert (short(found["messages"]), found["category"], found["generator"]) == (
        [("user", "q"), ("assistant", "a")],
        "code",
        "human",
    )


RECIPE = "recipe#sources.src.generator"


@pytest.mark.parametrize(
    ("source", "row", "made_by"),
    [
        ({}, {}, []),
        ({"generator": "gpt-4"}, {}, [("gpt-4", RECIPE)]),
        ({"generator": HUMAN}, {}, [("human", RECIPE)]),
        ({}, {"generator": "gpt-4"}, [("gpt-4", "a.jsonl#generator")]),
        ({}, {"generator": ""}, []),
        ({}, {"generator": ["gpt-4", "llama-2-7b"]}, [("gpt-4, llama-2-7b", "a.jsonl#generator")]),
        ({}, {"generator": {"name": "gpt-4"}}, [('{"name":"gpt-4"}', "a.jsonl#generator")]),
        (
            {"generator": HUMAN},
            {"generator": "gpt-4"},
            [("human", RECIPE), ("gpt-4", "a.jsonl#generator")],
        ),
        ({"generator_field": "by.model"}, {"by": {"model": "gpt-4"}}, [("gpt-4", "a.jsonl#by.model")]),
        ({"generator_field": "model"}, {"generator": "template 3"}, []),
        ({"generator_field": "model", "generator": HUMAN}, {"model": "gpt-4"}, [("gpt-4", "a.jsonl#model")]),
        ({"generator_field": "model", "generator": HUMAN}, {"model": None}, [("human", RECIPE)]),
    ],
)
def test_who_made_a_row_is_a_claim_of_it(
    tmp_path: Path,
    read: Callable[..., Any],
    source: dict[str, Any],
    row: dict[str, Any],
    made_by: list[tuple[str, str]],
) -> None:
    write(tmp_path / "a.jsonl", {"question": "q", "answer": "a", **row})
    got = read(tmp_path, type="chat", paths="a.jsonl", **source)
    assert [(c.raw, c.locator) for c in got.parcels[0].claims[0] if c.kind == "generator"] == made_by


def test_rows_by_the_same_model_share_their_claims(tmp_path: Path, read: Callable[..., Any]) -> None:
    rows = [{"question": f"q{i}", "answer": "a", "generator": name} for i, name in enumerate("xyx")]
    write(tmp_path / "a.jsonl", *rows)
    got = read(tmp_path, type="chat", paths="a.jsonl")
    assert [row["claims"] for row in got.rows] == [0, 1, 0]


def test_parquet_rows_are_as_those_of_json_lines(tmp_path: Path, read: Callable[..., Any]) -> None:
    rows = [{"messages": [U, A], "uuid": str(i), "extra": {"k": i}} for i in range(50)]
    rows[3]["messages"] = [U, {"role": "assistant", "content": "x", "reasoning_content": "why"}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet", row_group_size=8)
    write(tmp_path / "a.jsonl", *rows)
    lines = read(tmp_path, type="chat", paths="a.jsonl", id_field="uuid")
    table = read(tmp_path, Limits(split_bytes=1000), type="chat", paths="a.parquet", id_field="uuid")
    assert len(table.splits) > 1

    def told(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "locator": None} for row in rows]

    assert told(table.rows) == told(lines.rows)
    assert lines.rows[3]["messages"][1]["reasoning_content"] == "why"


def test_an_empty_file_has_no_conversations(tmp_path: Path, read: Callable[..., Any]) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"")
    (tmp_path / "b.json").write_text("[]")
    got = read(tmp_path, type="chat", paths=".")
    assert (len(got.splits), got.parcels) == (2, [])
