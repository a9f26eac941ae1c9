"""Rows of post-training sets as their publishers write them, by shape, and any others of the same shapes."""

import json
from typing import Any

from hypothesis import strategies as st

Row = dict[str, Any]

TOOL = {"type": "function", "function": {"name": "get_rate", "description": "é", "parameters": {"type": "object"}}}
U, A = {"role": "user", "content": "u"}, {"role": "assistant", "content": "a"}
HERMES = {
    "id": "1",
    "conversations": [
        {
            "from": "system",
            "value": f"You are a function calling AI model. The tools: <tools> {json.dumps([TOOL])} </tools> Use this"
            " schema for each call: {}",
        },
        {"from": "human", "value": "What is the rate?"},
        {
            "from": "gpt",
            "value": '<tool_call>\n{"name": "get_rate", "arguments": {"of": "EUR", "to": "é"}}\n</tool_call>\n',
        },
        {"from": "tool", "value": '<tool_response>\n{"name": "get_rate", "content": 1.1}\n</tool_response>\n'},
        {"from": "gpt", "value": "It is 1.1."},
    ],
    "tools": json.dumps([TOOL]),
    "category": "Finance",
}

ROWS: list[tuple[str, Row]] = [
    ("messages", {"messages": [U, A]}),
    ("messages", {"messages": [{"role": "Human", "content": "u", "name": "joe"}, {"role": "bot", "content": "a"}]}),
    (
        "messages",
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "u"}, {"type": "text", "text": "v"}]}, A]},
    ),
    ("messages", {"messages": json.dumps([U, A])}),
    ("messages", {"messages": [U, {"role": "assistant", "content": "<think>\nwhy\n</think>\n\nso"}], "n": None}),
    ("messages", {"messages": [U, {"role": "assistant", "content": " <think> why</think>so <tool_call> is a tag"}]}),
    ("messages", {"messages": [U, {"role": "assistant", "content": "so", "reasoning": "why"}]}),
    (
        "messages",
        {
            "messages": [
                U,
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [
                        {"id": "c1", "type": "function", "function": {"name": "f", "arguments": {"b": 1, "a": "é"}}},
                        {"function": {"name": "g", "arguments": '{"x": 1}'}},
                    ],
                },
                {"role": "tool", "content": "5", "tool_call_id": "c1", "name": "f"},
                {"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}},
            ],
            "tools": [TOOL],
            "parallel_tool_calls": False,
        },
    ),
    # Nemotron-Post-Training-v1, then the SFT sets of Nano 3.
    (
        "messages",
        {
            "uuid": "u1",
            "license": "CC BY 4.0",
            "generator": "DeepSeek-R1-0528",
            "version": "v1",
            "category": "math",
            "reasoning": "on",
            "messages": [
                {**U, "tool_calls": []},
                {"role": "assistant", "content": "<think>\n\n</think>\n\na", "tool_calls": []},
            ],
            "metadata": '{"expected_answer": "4"}',
        },
    ),
    (
        "messages",
        {
            "uuid": "u2",
            "messages": [U, {**A, "reasoning_content": "r", "tool_calls": []}],
            "tools": [TOOL],
            "used_in": ["nano_v3"],
            "metadata": {"seed_dataset": "s", "train_turns": [True]},
        },
    ),
    ("sharegpt", {"conversations": [{"from": "human", "value": "u"}, {"from": "gpt", "value": "a"}]}),
    (
        "sharegpt",
        {
            "id": "x",
            "system": "s",
            "conversations": [{"from": "user", "value": "u"}, {"from": "bard", "value": "a", "weight": 0}],
        },
    ),
    (
        "sharegpt",
        {
            "conversations": [
                {"from": "human", "value": "u"},
                {"from": "function_call", "value": '{"name": "f", "arguments": {"b": 1}}'},
                {"from": "observation", "value": "5"},
            ],
            "tools": "[]",
        },
    ),
    ("sharegpt", HERMES),
    ("sharegpt", {"conversations": HERMES["conversations"]}),
    ("alpaca", {"instruction": "do", "input": "it", "output": "ok"}),
    ("alpaca", {"instruction": "do", "input": "", "output": "ok"}),
    ("alpaca", {"instruction": "do", "output": "<think>\nwhy\n</think>\n\nok", "system": ""}),
    (
        "alpaca",
        {"instruction": "do", "input": "it", "output": "ok", "system": "s", "history": [["a", "b"], ["c", "d"]]},
    ),
    (
        "nemotron",
        {
            "input": [U],
            "output": "<think>why</think>\nso",
            "category": "math",
            "license": "cc-by-4.0",
            "reasoning": "on",
            "generator": "DeepSeek-R1",
            "used_in_training": ["Ultra", "Nano"],
            "version": "v1",
            "system_prompt": "detailed thinking on",
        },
    ),
    ("nemotron", {"input": [U, A, U], "output": "so", "system_prompt": "", "used_in_training": "yes"}),
    ("qa", {"question": "q", "answer": "a"}),
    ("qa", {"id": "niv.1", "system_prompt": "s", "question": "q", "answer": "a"}),
    ("completion", {"prompt": "p", "completion": " c"}),
    ("completion", {"completion": "c"}),
    ("completion", {"prompt": [U], "completion": [A]}),
    ("preference", {"prompt": "u", "chosen": "a", "rejected": "b", "score": 1.5}),
    ("preference", {"prompt": [U], "chosen": [A], "rejected": [{"role": "assistant", "content": "b"}]}),
    ("preference", {"prompt": "u", "chosen": [U, A], "rejected": [U, {"role": "assistant", "content": "b"}]}),
    ("preference", {"chosen": [U, A], "rejected": [U, {"role": "assistant", "content": "b"}]}),
    ("preference", {"chosen": "\n\nHuman: u\n\nAssistant: a", "rejected": "\n\nHuman: u\n\nAssistant: b"}),
    ("preference", {"prompt": "\n\nHuman: u\n\nAssistant:", "chosen": " a", "rejected": "b"}),
    ("preference", {"prompt": "u", "chosen": A, "rejected": {"role": "assistant", "content": "b"}}),
    (
        "preference",
        {
            "conversations": [1],
            "prompt": [{"from": "human", "value": "u"}],
            "chosen": [{"from": "gpt", "value": "a"}],
            "rejected": [{"from": "gpt", "value": "<think>x</think>b"}],
        },
    ),
    ("preference", {"instruction": "do", "input": "it", "chosen": "a", "rejected": "b", "history": [["c", "d"]]}),
    ("preference", {"messages": [U, A], "rejected_response": "b", "system": "s"}),
    ("compared", {"prompt": "u", "response_0": "a", "response_1": "b", "better_response_id": 1}),
    ("compared", {"history": "u", "human_ref_A": "a", "human_ref_B": "b", "labels": 1, "score_A": 2}),
    (
        "compared",
        {"conversation_a": [U, A], "conversation_b": [U, {"role": "assistant", "content": "b"}], "winner": "b"},
    ),
    ("ranked", {"prompt": "u", "answers": [{"answer": said, "rank": rank} for rank, said in enumerate("abc")]}),
    ("ranked", {"instruction": "u", "system": "s", "generations": ["a", "b", "c"], "ratings": [2, None, 1.5]}),
    ("transcript", {"text": "\n\nHuman: hi \n\nmore\n\nAssistant:  yes\n"}),
    # RLVR, verl (DAPO), NeMo Gym, TRL, Big-Math.
    ("rl", {"messages": [U], "ground_truth": "72", "dataset": "gsm8k"}),
    (
        "rl",
        {
            "data_source": "math_dapo",
            "prompt": [U],
            "ability": "MATH",
            "reward_model": {"ground_truth": "34", "style": "rule-lighteval/MATH_v2"},
            "extra_info": {"index": "9a9b6eb4"},
        },
    ),
    (
        "rl",
        {
            "responses_create_params": {"input": [U], "tools": [TOOL], "parallel_tool_calls": False},
            "expected_answer": "A",
            "uuid": "u3",
            "options": [{"A": "x", "B": None}],
            "agent_ref": {"type": "responses_api_agents", "name": "mcqa_simple_agent"},
        },
    ),
    (
        "rl",
        {
            "responses_create_params": {
                "input": [
                    U,
                    {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}", "id": "i"},
                    {"type": "function_call_output", "call_id": "c", "output": "5"},
                ]
            },
            "ground_truth": [{"name": "g"}],
        },
    ),
    ("rl", {"prompt": "u", "solution": "$4$"}),
    ("rl", {"problem": "u", "answer": "4", "solution": "2 + 2 = 4", "verification_info": {"tests": [1]}}),
]

WORDS = st.text(max_size=12) | st.sampled_from(
    [
        "<think>x</think>",
        "<tool_call>{}</tool_call>",
        '<tool_call>{"name": "f"}</tool_call> ',
        "\n\nHuman: x",
        "<tools>[{}]</tools>",
    ]
)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | WORDS
    | st.lists(WORDS, max_size=2)
    | st.dictionaries(WORDS, WORDS, max_size=2)
)
SPEAKERS = ["user", "human", "Human", "assistant", "gpt", "system", "tool", "observation", "alien"]


@st.composite
def _turns(draw: st.DrawFn, speaker: str, said: str) -> Any:
    turn = st.fixed_dictionaries(
        {speaker: st.sampled_from(SPEAKERS), said: WORDS},
        optional={"reasoning_content": WORDS, "tool_calls": VALUES, "tool_call_id": WORDS, "weight": VALUES},
    )
    found = draw(st.lists(turn, min_size=1, max_size=4))
    return json.dumps(found) if draw(st.integers(0, 9)) == 0 else found


def rows_of(shape: str) -> st.SearchStrategy[Row]:
    """Rows that are of a shape, or nearly."""
    turns = _turns("role", "content")
    sides = WORDS | turns | WORDS.map(lambda said: f"\n\nHuman: {said}\n\nAssistant: a")
    scores = VALUES | st.floats(allow_nan=False)
    rated = st.fixed_dictionaries({"response": sides}, optional={"rank": scores, "score": scores, "model": WORDS})
    needed: dict[str, dict[str, st.SearchStrategy[Any]]] = {
        "messages": {"messages": turns},
        "sharegpt": {"conversations": _turns("from", "value")},
        "alpaca": {"instruction": WORDS, "input": st.none() | WORDS, "output": WORDS},
        "nemotron": {"input": turns, "output": WORDS},
        "qa": {"question": WORDS, "answer": WORDS},
        "completion": {"completion": WORDS},
        "preference": {"chosen": sides, "rejected": sides},
        "compared": {"response_0": sides, "response_1": sides, "better_response_id": st.sampled_from([0, 1, "1"])},
        "ranked": {"answers": st.lists(rated | sides, max_size=4), "scores": st.lists(scores, max_size=4)},
        "transcript": {"text": sides},
        "rl": {"answer": VALUES},
    }
    where = {"rl": "responses_create_params"}
    more = {
        "system": st.none() | WORDS,
        "prompt": sides,
        "tools": VALUES | st.just([TOOL]) | st.just(json.dumps([TOOL], indent=2)),
        "category": VALUES,
        "generator": VALUES,
        "$row": VALUES,
        "a.b": VALUES,
        "id": VALUES,
    }
    if shape == "rl":
        needed["rl"][where["rl"]] = st.fixed_dictionaries({"input": turns}, optional={"tools": st.just([TOOL])})
    return st.fixed_dictionaries(needed[shape], optional=more)
