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
    # Anthropic's API, Mistral's, Gemini's; OpenAI's Responses API; SWE-agent.
    (
        "messages",
        {
            "system": "s",
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "u"}]},
                {
                    "role": "assistant",
                    "content": [
                        {"type": "thinking", "thinking": "r", "signature": "x"},
                        {"type": "text", "text": "a"},
                        {"type": "tool_use", "id": "c", "name": "f", "input": {"b": 1}},
                    ],
                },
                {
                    "role": "user",
                    "content": [
                        {"type": "tool_result", "tool_use_id": "c", "content": [{"type": "text", "text": "5"}]},
                        {"type": "tool_result", "tool_use_id": "d", "content": "6", "is_error": True},
                        {"type": "text", "text": "v", "cache_control": {"type": "ephemeral"}},
                    ],
                },
                A,
            ],
        },
    ),
    (
        "messages",
        {
            "messages": [
                U,
                {
                    "role": "assistant",
                    "content": [
                        {"type": "thinking", "thinking": [{"type": "text", "text": "r"}]},
                        {"type": "text", "text": "a"},
                        {"type": "tool_use", "id": "c", "name": "f", "input": {}},
                        {"type": "text", "text": "b"},
                    ],
                },
                {"role": "assistant", "content": [{"type": "redacted_thinking", "data": "x"}]},
            ]
        },
    ),
    (
        "messages",
        {"contents": [{"role": "user", "parts": [{"text": "u"}]}, {"role": "model", "parts": [{"text": "a"}]}]},
    ),
    (
        "messages",
        {
            "messages": [
                {"role": "developer", "content": [{"type": "input_text", "text": "s"}]},
                U,
                {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": "r"}], "status": "x"},
                {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}", "id": "i"},
                {"type": "function_call", "call_id": "d", "name": "g", "arguments": {"a": 1}},
                {"type": "function_call_output", "call_id": "c", "output": "5"},
                {"type": "function_call_output", "call_id": "d", "output": [{"type": "input_text", "text": "6"}]},
                {"type": "reasoning", "summary": [], "encrypted_content": "x"},
                {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "q"}]},
                {
                    "type": "message",
                    "role": "assistant",
                    "content": [{"type": "output_text", "text": "a", "annotations": []}],
                },
            ]
        },
    ),
    (
        "messages",
        {
            "trajectory": [
                {"role": "system", "system_prompt": "s", "mask": False},
                {"role": "user", "text": "u"},
                {"role": "ai", "text": "a"},
            ]
        },
    ),
    (
        "messages",
        {"messages": [U, {"role": "tool_call", "content": "{'name': 'f', 'arguments': {'a': None}}"}], "system": "s"},
    ),
    ("messages", {"messages": [{"role": "system", "content": "s"}, U, A], "system": "other"}),
    ("sharegpt", {"conversations": [{"from": "human", "value": "u"}, {"from": "gpt", "value": "a"}]}),
    (
        "sharegpt",
        {"conversations": [{"from": "system", "value": "s"}, {"from": "human", "value": "u"}], "system_prompt": "s"},
    ),
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
    (
        "nemotron",
        {
            "instructions": "s",
            "input": [U],
            "output": [
                {"type": "reasoning", "summary": [{"type": "summary_text", "text": "r"}]},
                {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "a"}]},
            ],
        },
    ),
    ("nemotron", {"messages": [U], "reasoning": "why it is so", "answer": "a"}),
    ("nemotron", {"input": [U], "output": A}),
    ("calls", {"query": "u", "answers": '[{"name": "f", "arguments": {"a": 1}}]', "tools": json.dumps([TOOL])}),
    ("calls", {"query": [U], "answers": [{"name": "f", "arguments": {"a": "é"}}], "tools": [TOOL], "system": "s"}),
    ("turns", {"conversation": [{"input": "u", "output": "a"}, {"input": "v", "output": "b"}], "source": "x"}),
    (
        "turns",
        {
            "conversation": [
                {"system": "s", "input": "u", "output": "<think>x</think>a"},
                {"input": "v", "output": None},
            ]
        },
    ),
    ("turns", {"data": ["u", "a", "v"], "system": "s"}),
    ("turns", {"conversations": [["u", "a"], ["v", "b"]]}),
    ("qa", {"question": "q", "answer": "a"}),
    ("qa", {"question": "q", "reasoning": "why it is so", "answer": "a"}),
    ("qa", {"question": "q", "reasoning": "on", "answer": "<think>\nwhy\n</think>\n\na"}),
    ("qa", {"question": "q", "thinking_trajectories": ["why it is so"], "attempt": "a", "solution": "4"}),
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
    ("unpaired", {"prompt": "u", "completion": "a", "label": True}),
    ("unpaired", {"messages": [U, A], "label": False, "system": "s"}),
    ("transcript", {"text": "\n\nHuman: hi \n\nmore\n\nAssistant:  yes\n"}),
    ("transcript", {"text": "### Human: u### Assistant: a### Human: v### Assistant: b"}),
    ("transcript", {"text": "<|im_start|>user\nu<|im_end|>\n<|im_start|>assistant\na<|im_end|>\n"}),
    (
        "transcript",
        {
            "text": "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nu<|eot_id|><|start_header_id|>"
            "assistant<|end_header_id|>\n\na<|eot_id|>"
        },
    ),
    (
        "transcript",
        {
            "system": f"SYSTEM: You have functions -\n{json.dumps(TOOL['function'], indent=4, ensure_ascii=False)}\n\n",
            "chat": 'USER: u\n\n\nASSISTANT: I look. <functioncall> {"name": "get_rate", "arguments": \'{"a": 1}\'}'
            " <|endoftext|>\n\n\nFUNCTION RESPONSE: 5\n\n\nASSISTANT: a <|endoftext|>\n\n\n",
        },
    ),
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
_PART: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "text": {"text": WORDS},
    "thinking": {"thinking": WORDS},
    "tool_use": {"id": WORDS, "name": WORDS, "input": VALUES},
    "tool_result": {"tool_use_id": WORDS, "content": WORDS},
    "redacted_thinking": {"data": WORDS},
}
PARTS = st.one_of(
    *(
        st.fixed_dictionaries({"type": st.just(kind), **fields}, optional={"x": VALUES})
        for kind, fields in _PART.items()
    )
)
PARTED = st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": st.lists(PARTS, max_size=4)})
_ITEM: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "reasoning": {
        "summary": st.lists(st.fixed_dictionaries({"type": st.just("summary_text"), "text": WORDS}), max_size=2)
    },
    "function_call": {"call_id": WORDS, "name": WORDS, "arguments": WORDS},
    "function_call_output": {"call_id": WORDS, "output": WORDS},
}
ITEMS = st.one_of(
    *(
        st.fixed_dictionaries({"type": st.just(kind), **fields}, optional={"x": VALUES})
        for kind, fields in _ITEM.items()
    )
)
SPEAKERS = ["user", "human", "Human", "assistant", "gpt", "system", "tool", "observation", "alien"]


@st.composite
def _turns(draw: st.DrawFn, speaker: str, said: str) -> Any:
    turn = st.fixed_dictionaries(
        {speaker: st.sampled_from(SPEAKERS), said: WORDS},
        optional={"reasoning_content": WORDS, "tool_calls": VALUES, "tool_call_id": WORDS, "weight": VALUES},
    )
    entry = turn | PARTED | ITEMS if said == "content" else turn
    found = draw(st.lists(entry, min_size=1, max_size=4))
    return json.dumps(found) if draw(st.integers(0, 9)) == 0 else found


def rows_of(shape: str) -> st.SearchStrategy[Row]:
    """Rows that are of a shape, or nearly."""
    turns = _turns("role", "content")
    sides = WORDS | turns | WORDS.map(lambda said: f"\n\nHuman: {said}\n\nAssistant: a")
    scores = VALUES | st.floats(allow_nan=False)
    rated = st.fixed_dictionaries({"response": sides}, optional={"rank": scores, "score": scores, "model": WORDS})
    exchange = st.fixed_dictionaries(
        {"input": WORDS, "output": st.none() | WORDS}, optional={"system": WORDS, "n": VALUES}
    )
    needed: dict[str, dict[str, st.SearchStrategy[Any]]] = {
        "messages": {"messages": turns},
        "sharegpt": {"conversations": _turns("from", "value")},
        "alpaca": {"instruction": WORDS, "input": st.none() | WORDS, "output": WORDS},
        "nemotron": {"input": turns, "output": WORDS | turns},
        "calls": {"query": WORDS | turns, "answers": VALUES | st.just('[{"name": "f"}]')},
        "turns": {"conversation": st.lists(exchange, max_size=3) | st.lists(WORDS, max_size=3)},
        "qa": {"question": WORDS, "answer": WORDS},
        "completion": {"completion": WORDS},
        "preference": {"chosen": sides, "rejected": sides},
        "compared": {"response_0": sides, "response_1": sides, "better_response_id": st.sampled_from([0, 1, "1"])},
        "unpaired": {"completion": sides, "label": st.sampled_from([True, False, 0, 1])},
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
    if shape == "calls":
        del more["tools"]
        needed["calls"]["tools"] = st.just([TOOL])
    if shape == "rl":
        needed["rl"][where["rl"]] = st.fixed_dictionaries({"input": turns}, optional={"tools": st.just([TOOL])})
    return st.fixed_dictionaries(needed[shape], optional=more)
