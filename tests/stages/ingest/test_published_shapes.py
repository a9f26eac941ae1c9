"""Rows in the shapes of well known sets of preferences and of tasks with answers to check, with contents of our own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from licet.schemas.errors import InputError
from licet.stages.ingest.original import write_row
from licet.stages.ingest.residue import without_nulls
from licet.stages.ingest.unshape import Uncarried

Row = dict[str, Any]
Turn = tuple[str, str]


def user(said: str) -> Row:
    return {"role": "user", "content": said}


def answer(said: str) -> Row:
    return {"role": "assistant", "content": said}


def system(said: str) -> Row:
    return {"role": "system", "content": said}


def human(said: str) -> Row:
    return {"from": "human", "value": said}


def gpt(said: str) -> Row:
    return {"from": "gpt", "value": said}


ASKED = [("user", "Name a river.")]
WITH_SYSTEM = [("system", "Be brief."), *ASKED]
GOOD, BAD = [("assistant", "The Elbe.")], [("assistant", "A stone.")]
Q, YES, NO = user("Name a river."), answer("The Elbe."), answer("A stone.")
TOOL = {"type": "function", "name": "flow", "parameters": {"type": "object"}}
TALK = "\n\nHuman: Name a river.\n\nAssistant:"

PAIRS: dict[str, tuple[str, Row, list[Turn]]] = {
    "UltraFeedback, binarized": (
        "preference",
        {"prompt": Q["content"], "prompt_id": "ab", "chosen": [Q, YES], "rejected": [Q, NO], "messages": [Q, YES],
         "score_chosen": 8.5, "score_rejected": 4.0},
        ASKED,
    ),
    "UltraFeedback, binarized, where the prompt is spaced otherwise": (
        "preference",
        {"prompt": "Name a river. \n", "chosen": [Q, YES], "rejected": [Q, NO]},
        ASKED,
    ),
    "sides that have the system message, of which the prompt has none": (
        "preference",
        {"prompt": Q["content"], "chosen": [system("Be brief."), Q, YES], "rejected": [system("Be brief."), Q, NO]},
        WITH_SYSTEM,
    ),
    "sides that leave out the system message of the prompt": (
        "preference",
        {"prompt": [system("Be brief."), Q], "chosen": [Q, YES], "rejected": [Q, NO]},
        WITH_SYSTEM,
    ),
    "UltraFeedback": (
        "ranked",
        {"source": "s", "instruction": Q["content"], "models": ["m", "n", "o"], "completions": [
            {"model": "m", "response": "Water.", "overall_score": 5.0, "fine-grained_score": 4.0},
            {"model": "n", "response": "A stone.", "overall_score": 1.0,
             "annotations": {"honesty": {"Rating": "1", "Rationale": "r"}}},
            {"model": "o", "response": "The Elbe.", "overall_score": 9.0}],
         "correct_answers": ["None"], "incorrect_answers": ["None"]},
        ASKED,
    ),
    "Nectar": (
        "ranked",
        {"prompt": f"{TALK} ", "answers": [
            {"answer": "The Elbe.", "model": "m", "rank": 1.0},
            {"answer": "Water.", "model": "n", "rank": 2.0},
            {"answer": "A stone.", "model": "o", "rank": 3.0}], "turns": 1, "num_responses": 3, "good_natured": True},
        ASKED,
    ),
    "distilabel's ratings": (
        "ranked",
        {"instruction": Q["content"], "generations": ["Water.", "The Elbe.", "A stone."], "ratings": [3, 5, 1],
         "rationales": ["a", "b", "c"], "model_name": "m"},
        ASKED,
    ),
    "NeMo RL": (
        "ranked",
        {"context": [Q], "completions": [{"rank": 1, "completion": [NO]}, {"rank": 0, "completion": [YES]}]},
        ASKED,
    ),
    "Stack Exchange": (
        "ranked",
        {"qid": 7, "question": Q["content"], "answers": [
            {"answer_id": 1, "pm_score": 0, "selected": False, "text": "A stone."},
            {"answer_id": 2, "pm_score": 4, "selected": True, "text": "The Elbe."}], "metadata": ["https://e.org"]},
        ASKED,
    ),
    "summarize from feedback": (
        "ranked",
        {"info": {"id": "t", "post": Q["content"], "title": None}, "summaries": [
            {"text": "A stone.", "policy": "p"}, {"text": "The Elbe.", "policy": "q"}], "choice": 1, "worker": "w"},
        ASKED,
    ),
    "Orca DPO pairs": (
        "preference",
        {"system": "Be brief.", "question": Q["content"], "chosen": "The Elbe.", "rejected": "A stone."},
        WITH_SYSTEM,
    ),
    "Orca DPO pairs without a system prompt": (
        "preference",
        {"system": "", "question": Q["content"], "chosen": "The Elbe.", "rejected": "A stone."},
        ASKED,
    ),
    "distilabel's Orca pairs": (
        "preference",
        {"system": "Be brief.", "input": Q["content"], "chosen": "The Elbe.", "rejected": "A stone.",
         "generations": ["A stone.", "The Elbe."], "rating": [1.0, 9.0], "status": "swapped"},
        WITH_SYSTEM,
    ),
    "Truthy": (
        "preference",
        {"id": "1", "source": "s", "system": "Be brief.", "prompt": Q["content"], "chosen": "The Elbe.",
         "rejected": "A stone."},
        WITH_SYSTEM,
    ),
    "distilabel's maths": (
        "preference",
        {"instruction": Q["content"], "chosen_response": "The Elbe.", "rejected_response": "A stone.",
         "chosen_rating": 8},
        ASKED,
    ),
    "distilabel's Capybara": (
        "preference",
        {"source": "s", "conversation": [{"input": Q["content"], "output": "The Elbe."}], "chosen": [Q, YES],
         "rejected": [Q, NO], "rating_chosen": 5, "rating_rejected": 4},
        ASKED,
    ),
    "HelpSteer2": (
        "compared",
        {"split": "train", "prompt": Q["content"], "response_1": "A stone.", "response_2": "The Elbe.",
         "preference_strength": 2, "preference_statement": "s", "all_preferences_unprocessed": [{"strength": 2}]},
        ASKED,
    ),
    "HelpSteer3": (
        "compared",
        {"domain": "general", "language": "english", "context": [Q], "response1": "The Elbe.", "response2": "A stone.",
         "overall_preference": -3, "individual_preference": [{"score": -3, "reasoning": "r"}]},
        ASKED,
    ),
    "SHP": (
        "compared",
        {"post_id": "p", "history": Q["content"], "human_ref_A": "A stone.", "human_ref_B": "The Elbe.", "labels": 0,
         "score_A": 12, "score_B": 30, "score_ratio": 2.5},
        ASKED,
    ),
    "PKU SafeRLHF": (
        "compared",
        {"prompt": Q["content"], "response_0": "A stone.", "response_1": "The Elbe.", "is_response_0_safe": True,
         "is_response_1_safe": False, "better_response_id": 1, "safer_response_id": 0},
        ASKED,
    ),
    "WebGPT": (
        "compared",
        {"question": {"dataset": "d", "id": "1", "full_text": Q["content"]}, "answer_0": "The Elbe.", "score_0": 0.5,
         "answer_1": "A stone.", "score_1": -0.5, "tokens_0": {"prefix": []}},
        ASKED,
    ),
    "a choice by name": (
        "compared",
        {"question": Q["content"], "response_a": "A stone.", "response_b": "The Elbe.", "preferred": "response_b"},
        ASKED,
    ),
    "AlpacaFarm": (
        "compared",
        {"instruction": "Name a", "input": "river.", "output_1": "A stone.", "output_2": "The Elbe.", "preference": 2},
        [("user", "Name a\n\nriver.")],
    ),
    "Chatbot Arena": (
        "compared",
        {"question_id": "q", "model_a": "m", "model_b": "n", "winner": "model_b", "judge": "arena_user_1", "turn": 1,
         "conversation_a": [Q, NO], "conversation_b": [Q, YES], "language": "English", "toxic_chat_tag": {"x": False}},
        ASKED,
    ),
    "Chatbot Arena, with contents in parts": (
        "compared",
        {"winner": "model_a", "conversation_a": [
            {"role": "user", "content": [{"type": "text", "text": "Name a river.", "image": None}]},
            {"role": "assistant", "content": [{"type": "text", "text": "The Elbe.", "image": None}]}],
         "conversation_b": [
            {"role": "user", "content": [{"type": "text", "text": "Name a river.", "image": None}]},
            {"role": "assistant", "content": [{"type": "text", "text": "A stone.", "image": None}]}]},
        ASKED,
    ),
    "Skywork": (
        "preference",
        {"chosen": [Q, YES], "rejected": [Q, NO], "source": "offsetbias"},
        ASKED,
    ),
    "Tulu 3": (
        "preference",
        {"id": "1", "source": "s", "prompt": Q["content"], "chosen": [Q, YES], "chosen_rating": 4.75,
         "chosen_model": "m", "rejected": [Q, NO], "rejected_rating": 2.5, "rejected_model": "n"},
        ASKED,
    ),
    "HH-RLHF": ("preference", {"chosen": f"{TALK} The Elbe.", "rejected": f"{TALK} A stone."}, ASKED),
    "LLaMA-Factory, of turns": (
        "preference",
        {"conversations": [human("Name a river.")], "chosen": gpt("The Elbe."), "rejected": gpt("A stone."),
         "system": "Be brief."},
        WITH_SYSTEM,
    ),
    "LLaMA-Factory, of messages": ("preference", {"messages": [Q], "chosen": YES, "rejected": NO}, ASKED),
    "LLaMA-Factory, of instructions": (
        "preference",
        {"instruction": "Name a", "input": "river.", "chosen": "The Elbe.", "rejected": "A stone.", "system": "",
         "history": [["a", "b"]]},
        [("user", "a"), ("assistant", "b"), ("user", "Name a\n\nriver.")],
    ),
    "Axolotl, chatml.argilla": (
        "preference",
        {"system": "Be brief.", "instruction": Q["content"], "chosen_response": "The Elbe.",
         "rejected_response": "A stone."},
        WITH_SYSTEM,
    ),
    "Axolotl, chatml.ultra": (
        "preference", {"system": "Be brief.", "prompt": Q["content"], "chosen": [Q, YES], "rejected": [Q, NO]},
        WITH_SYSTEM,
    ),
    "OpenAI": (
        "preference",
        {"input": {"messages": [Q], "tools": [], "parallel_tool_calls": True}, "preferred_output": [YES],
         "non_preferred_output": [NO]},
        ASKED,
    ),
    "ms-swift": ("preference", {"messages": [system("Be brief."), Q, YES], "rejected_response": "A stone."},
                 WITH_SYSTEM),
    "ms-swift, with messages": (
        "preference", {"messages": [Q, YES], "rejected_messages": [Q, NO]}, ASKED,
    ),
    "OpenRLHF": (
        "preference", {"context_messages": [Q], "chosen": "The Elbe.", "rejected": "A stone."}, ASKED,
    ),
    "UltraInteract": (
        "preference",
        {"task": "t", "id": "1", "trajectory": [{"from": "user", "value": "Name a river."}], "chosen": "The Elbe.",
         "rejected": "A stone."},
        ASKED,
    ),
    "TRL, standard": ("preference", {"prompt": Q["content"], "chosen": "The Elbe.", "rejected": "A stone."}, ASKED),
    "ORPO": (
        "preference",
        {"source": "s", "prompt": Q["content"], "chosen": [Q, YES], "rejected": [Q, NO], "question": Q["content"]},
        ASKED,
    ),
}  # fmt: skip

TASKS: dict[str, tuple[Row, list[Turn], str, str | None]] = {
    "verl": (
        {"data_source": "gsm8k", "prompt": [Q], "ability": "math", "reward_model": {"style": "rule",
         "ground_truth": "Elbe"}, "extra_info": {"split": "train", "index": 0}},
        ASKED, "Elbe", "gsm8k",
    ),
    "verl, with an answer that is an object": (
        {"data_source": "nq", "prompt": [Q], "reward_model": {"style": "rule", "ground_truth": {"target": ["Elbe"]}}},
        ASKED, '{"target":["Elbe"]}', "nq",
    ),
    "DAPO, processed": (
        {"prompt": Q["content"], "solution": "Elbe", "data_source": "d", "source_prompt": [Q], "ability": "MATH",
         "reward_model": {"ground_truth": "Elbe", "style": "rule-x"}, "extra_info": {"index": "i"}},
        ASKED, "Elbe", "d",
    ),
    "Big-Math": (
        {"problem": Q["content"], "answer": "Elbe", "source": "s", "domain": ["d"], "llama8b_solve_rate": 0.25},
        ASKED, "Elbe", None,
    ),
    "DeepScaleR": (
        {"problem": Q["content"], "answer": "Elbe", "solution": "It is in Hamburg. Hence the Elbe."},
        ASKED, "Elbe", None,
    ),
    "Skywork-OR1": (
        {"data_source": "train-math", "prompt": [Q], "ability": "math", "reward_model": {"ground_truth": '["Elbe"]',
         "style": "rule"}, "extra_info": {"index": 0, "model_difficulty": {"m": 3}}},
        ASKED, '["Elbe"]', "train-math",
    ),
    "DeepMath": (
        {"question": Q["content"], "final_answer": "Elbe", "difficulty": 4.5, "topic": "t", "r1_solution_1": "x"},
        ASKED, "Elbe", None,
    ),
    "NeMo Gym, with a known answer": (
        {"id": 1, "responses_create_params": {"input": [Q], "tools": [TOOL]}, "expected_answer": "Elbe",
         "agent_ref": {"type": "responses_api_agents", "name": "simple"}},
        ASKED, "Elbe", "simple",
    ),
    "NeMo Gym, with tests of code": (
        {"responses_create_params": {"input": [Q]}, "verifier_metadata": {"unit_tests": {"inputs": ["1"],
         "outputs": ["2"]}}, "agent_ref": {"name": "code"}},
        ASKED, '{"unit_tests":{"inputs":["1"],"outputs":["2"]}}', "code",
    ),
    "NeMo Gym, with instructions to follow": (
        {"responses_create_params": {"input": [Q]}, "instruction_id_list": ["length:words"], "kwargs": [{"n": 3}],
         "prompt": Q["content"], "grading_mode": "binary"},
        ASKED, '["length:words"]', None,
    ),
    "RLVR": (
        {"messages": [Q], "ground_truth": "Elbe", "dataset": "gsm8k"}, ASKED, "Elbe", "gsm8k",
    ),
    "RLVR of instructions": (
        {"messages": [Q], "ground_truth": '{"func_name": "validate_words", "N": 3}', "dataset": "ifeval",
         "constraint_type": "Words", "constraint": "At most 3 words"},
        ASKED, '{"func_name": "validate_words", "N": 3}', "ifeval",
    ),
    "RLVR with several verifiers": (
        {"messages": [Q], "ground_truth": ["a", "b"], "dataset": ["math", "ifeval"]},
        ASKED, '["a","b"]', '["math","ifeval"]',
    ),
    "SYNTHETIC-1": (
        {"source": "s", "task_type": "verifiable_math", "in_source_id": "1", "prompt": Q["content"],
         "gold_standard_solution": "Elbe", "verification_info": '{"ground_truth": "Elbe"}', "metadata": "{}",
         "problem_id": "p"},
        ASKED, '{"ground_truth": "Elbe"}', "verifiable_math",
    ),
    "verifiers": (
        {"prompt": [Q], "answer": "", "info": {"tests": ["t"]}, "task": "code"}, ASKED, '{"tests":["t"]}', None,
    ),
    "TRL": ({"prompt": [Q], "solution": "$Elbe$"}, ASKED, "$Elbe$", None),
    "DeepCoder": (
        {"problem": Q["content"], "tests": '[{"input": "1", "output": "2"}]', "solutions": ["x"], "metadata": {"f": 1}},
        ASKED, '[{"input": "1", "output": "2"}]', None,
    ),
    "TACO": (
        {"question": Q["content"], "solutions": '["x"]', "input_output": '{"inputs": ["1"]}', "difficulty": "EASY"},
        ASKED, '{"inputs": ["1"]}', None,
    ),
    "AceCode": (
        {"id": "1", "question": Q["content"], "test_cases": ["assert f() == 1"], "source": "s"},
        ASKED, '["assert f() == 1"]', None,
    ),
    "HumanEval": (
        {"task_id": "1", "prompt": Q["content"], "canonical_solution": "x", "test": "assert f()", "entry_point": "f"},
        ASKED, "assert f()", None,
    ),
    "Natural Reasoning": (
        {"question": Q["content"], "reference_answer": "Elbe", "responses": [{"response_model": "m", "response": "r"}]},
        ASKED, "Elbe", None,
    ),
    "rubrics": (
        {"prompt": [Q], "rubrics": [{"criterion": "Names a river", "points": 5}]},
        ASKED, '[{"criterion":"Names a river","points":5}]', None,
    ),
}  # fmt: skip


LABELLED: dict[str, tuple[Row, list[Turn], bool]] = {
    "TRL": ({"prompt": Q["content"], "completion": "The Elbe.", "label": True}, ASKED, True),
    "TRL, of messages": ({"prompt": [Q], "completion": [YES], "label": False}, ASKED, False),
    "TRL, with an implicit prompt": ({"completion": [Q, YES], "label": True, "rating": 4.0}, ASKED, True),
    "ms-swift": ({"messages": [system("Be brief."), Q, YES], "label": False}, WITH_SYSTEM, False),
    "LLaMA-Factory, of turns": (
        {"conversations": [human("Name a river."), gpt("The Elbe.")], "kto_tag": True}, ASKED, True,
    ),
    "LLaMA-Factory, of instructions": (
        {"instruction": "Name a river.", "input": "", "output": "The Elbe.", "kto_tag": False}, ASKED, False,
    ),
    "Axolotl, chatml.intel": (
        {"system": "Be brief.", "question": Q["content"], "completion": "The Elbe.", "label": True}, WITH_SYSTEM, True,
    ),
    "Axolotl, chatml.argilla_chat": (
        {"prompt": [Q], "completion": [Q, YES], "label": True}, ASKED, True,
    ),
    "numbers": ({"prompt": Q["content"], "completion": "The Elbe.", "label": 0}, ASKED, False),
}  # fmt: skip


def said(messages: list[Row] | None) -> list[Turn]:
    return [(one["role"], one["content"]) for one in messages or ()]


def read_one(row: Row, folder: Path, read: Callable[..., Any], **source: Any) -> tuple[str, str, Row]:
    """The shape and the config that a file with one row is found to have, and the row as it is published."""
    (folder / "a.jsonl").write_text(json.dumps(row) + "\n")
    got = read(folder, type="chat", paths="a.jsonl", **source)
    assert got.ledger == []
    (found,) = got.rows
    tools = found["tools"]
    shape = json.loads(got.splits[0].settings)["shape"]
    return shape, got.parcels[0].config, {**found, "tools": None if tools is None else f"[{','.join(tools)}]"}


@pytest.mark.parametrize("name", PAIRS)
def test_a_preference_is_read_and_written_back(name: str, tmp_path: Path, read: Callable[..., Any]) -> None:
    shape, row, prompt = PAIRS[name]
    found, config, columns = read_one(row, tmp_path, read)
    assert (found, config) == (shape, "preference")
    assert [said(columns[side]) for side in ("prompt", "chosen", "rejected")] == [prompt, GOOD, BAD]
    assert without_nulls(write_row(columns, shape)) == without_nulls(row)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_read_and_written_back(name: str, tmp_path: Path, read: Callable[..., Any]) -> None:
    row, prompt, right, checker = TASKS[name]
    found, config, columns = read_one(row, tmp_path, read)
    assert (found, config) == ("rl", "rl")
    assert (said(columns["prompt"]), columns["answer"], columns["checker"]) == (prompt, right, checker)
    assert without_nulls(write_row(columns, "rl")) == without_nulls(row)


@pytest.mark.parametrize("name", LABELLED)
def test_an_unpaired_preference_is_read_and_written_back(name: str, tmp_path: Path, read: Callable[..., Any]) -> None:
    row, prompt, label = LABELLED[name]
    found, config, columns = read_one(row, tmp_path, read)
    assert (found, config) == ("unpaired", "unpaired")
    assert (said(columns["prompt"]), said(columns["completion"]), columns["label"]) == (prompt, GOOD, label)
    assert columns["text"].endswith("The Elbe.")
    assert without_nulls(write_row(columns, "unpaired")) == without_nulls(row)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"prompt": "u", "completion": "a", "label": 2}, "unpaired: `label` that is neither true nor false"),
        ({"prompt": "u", "completion": "a"}, "unpaired: `label` is missing"),
        ({"completion": "a", "label": True}, "unpaired: no prompt"),
        ({"prompt": "u", "label": True}, "unpaired: `completion` is missing"),
    ],
)
def test_a_row_that_is_no_unpaired_preference_says_why(
    row: Row, told: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    whole = {"prompt": "u", "completion": "a", "label": True}
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(one) + "\n" for one in (whole, row)))
    (refused,) = read(tmp_path, type="chat", paths="a.jsonl").ledger
    assert refused["reason"] == "unknown_shape"
    assert refused["detail"].split(";")[0] == told


def test_the_same_answer_with_the_other_label_is_another_row(tmp_path: Path, read: Callable[..., Any]) -> None:
    rows = [{"prompt": "u", "completion": "a", "label": label} for label in (True, False)]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert len({row["id"] for row in read(tmp_path, type="chat", paths="a.jsonl").rows}) == 2


def test_a_number_beside_messages_is_no_label(tmp_path: Path, read: Callable[..., Any]) -> None:
    found, config, _ = read_one({"messages": [Q, YES], "label": 1}, tmp_path, read)
    assert (found, config) == ("messages", "sft")


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        ({"question": "u", "solution": "a", "test": "assert f()"}, {"answer": "solution"}),
        ({"question": "u", "answer": "a", "metadata": {"source_dataset": "sums"}}, {}),
        ({"question": "u", "answer": "a", "answer_type": "Integer"}, {}),
    ],
)
def test_a_question_with_an_answer_that_may_be_learnt_is_a_conversation(
    row: Row, fields: dict[str, str], tmp_path: Path, read: Callable[..., Any]
) -> None:
    found, config, columns = read_one(row, tmp_path, read)
    assert (found, config, said(columns["messages"])) == ("qa", "sft", [("user", "u"), ("assistant", "a")])
    found, config, columns = read_one(row, tmp_path, read, shape="rl", fields=fields)
    assert (config, said(columns["prompt"]), columns["answer"]) == ("rl", [("user", "u")], "a")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"prompt": "u", "completions": ["a", "b"], "labels": [True, False]},
         "ranked: fewer than two answers with a rank or a score"),
        ({"prompt": '["u"]', "response_a": '["a"]', "response_b": '["b"]', "winner_model_a": 1, "winner_model_b": 0},
         "compared: nothing says which of two answers is better"),
        ({"prompt": [Q]}, "rl: `answer` is missing"),
        ({"0": human("u"), "1": {"ground_truth": {"value": "4"}}}, "no shape needs a field of any of their names"),
    ],
)  # fmt: skip
def test_a_file_of_no_shape_is_refused_by_the_nearest(
    row: Row, told: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n")
    with pytest.raises(InputError) as refused:
        read(tmp_path, type="chat", paths="a.jsonl")
    assert f"fits any known shape ({told}); its fields are" in str(refused.value)


TWO = {"prompt": Q["content"], "response_0": "The Elbe.", "response_1": "A stone."}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"prompt": "u", "conversation_a": [Q, YES], "conversation_b": [Q, NO], "winner": "tie (bothbad)"},
         "compared: `winner` 'tie (bothbad)' prefers neither answer"),
        ({"context": [Q], "response1": "a", "response2": "b", "overall_preference": 0},
         "compared: `overall_preference` 0 prefers neither answer"),
        ({"instruction": "u", "output_1": "a", "output_2": "b", "preference": 1.5},
         "compared: `preference` 1.5 prefers neither answer"),
        ({"question": "u", "answer_0": "a", "answer_1": "b", "score_0": 0.0, "score_1": 0.0},
         "compared: `score_0` is that of the other answer too"),
        ({"instruction": "u", "completions": [{"response": "a", "overall_score": 7.5},
         {"response": "b", "overall_score": 7.5}]}, "ranked: `overall_score` is the same of all answers"),
    ],
)  # fmt: skip
def test_a_row_that_prefers_nothing_is_refused_as_such(
    row: Row, told: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n")
    (refused,) = read(tmp_path, type="chat", paths="a.jsonl").ledger
    assert (refused["reason"], refused["detail"]) == ("no_preference", told)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({**TWO, "better_response_id": 2}, "compared: a better answer 2, which is neither 0 nor 1"),
        (TWO, "compared: nothing says which of two answers is better"),
        ({**TWO, "winner": "Ann"}, "compared: a winner 'Ann', which is neither of two answers"),
        ({**TWO, "response_1": "The Elbe.", "better_response_id": 1}, "compared: chosen and rejected are the same"),
        ({"instruction": "u", "completions": [{"response": "a", "overall_score": 7.5}, {"response": "b"}]},
         "ranked: fewer than two answers with a rank or a score"),
        ({"instruction": "u", "answers": ["a", "b"], "scores": [1, "high"]},
         "ranked: fewer than two answers with a rank or a score"),
    ],
)  # fmt: skip
def test_a_row_of_which_no_preference_can_be_told_says_why(
    row: Row, told: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    whole = {**TWO, "better_response_id": 0} if "response_0" in row else PAIRS["UltraFeedback"][1]
    names = {"answers": "completions"} if "answers" in row else {}
    row = {names.get(key, key): value for key, value in row.items()}
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(one) + "\n" for one in (whole, row)))
    (refused,) = read(tmp_path, type="chat", paths="a.jsonl").ledger
    assert (refused["reason"], refused["detail"]) == ("unknown_shape", told)


def test_of_equals_the_first_in_the_row_is_taken(tmp_path: Path, read: Callable[..., Any]) -> None:
    row = {
        "question": "u",
        "answers": [{"answer": one, "rank": rank} for one, rank in zip("abcd", (2, 1, 1, 2), strict=True)],
    }
    _, _, columns = read_one(row, tmp_path, read)
    assert [said(columns[side]) for side in ("chosen", "rejected")] == [[("assistant", "b")], [("assistant", "a")]]


def test_a_recipe_says_by_which_verdict_is_gone(tmp_path: Path, read: Callable[..., Any]) -> None:
    row = PAIRS["PKU SafeRLHF"][1]
    _, _, columns = read_one(row, tmp_path, read, fields={"better": "safer_response_id"})
    assert [said(columns[side]) for side in ("chosen", "rejected")] == [BAD, GOOD]
    assert write_row(columns, "compared") == row


def test_what_else_a_row_says_of_its_answers_is_metadata_once(tmp_path: Path, read: Callable[..., Any]) -> None:
    _, _, columns = read_one(PAIRS["UltraFeedback"][1], tmp_path, read)
    told = json.loads(columns["metadata"])
    assert [one.get("response") for one in told["completions"]] == ["Water.", None, None]
    assert [one["overall_score"] for one in told["completions"]] == [5.0, 1.0, 9.0]
    assert "Elbe" not in columns["metadata"]


@pytest.mark.parametrize("name", [name for name, (shape, _, _) in PAIRS.items() if shape != "preference"])
def test_what_a_verdict_states_is_written_as_a_plain_preference(
    name: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    _, row, prompt = PAIRS[name]
    _, _, columns = read_one(row, tmp_path, read)
    (tmp_path / "again").mkdir()
    shape, _, found = read_one(write_row(columns, "preference"), tmp_path / "again", read)
    assert [said(found[side]) for side in ("prompt", "chosen", "rejected")] == [prompt, GOOD, BAD]
    assert shape == "preference"


@pytest.mark.parametrize("shape", ["compared", "ranked"])
def test_a_plain_preference_is_written_in_no_shape_with_a_verdict(
    shape: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    _, _, columns = read_one(PAIRS["TRL, standard"][1], tmp_path, read)
    with pytest.raises(Uncarried, match="a preference that was stated by no"):
        write_row(columns, shape)
