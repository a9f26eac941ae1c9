"""Conversations made by hand, as readers yield them, and judges of them."""

import json
from typing import Any

import pyarrow as pa

from licet.schemas.conversations import Conversations
from licet.schemas.rows import CHAT
from licet.stages.conversation import CATALOGUE, ConversationRules
from licet.stages.quality.language import by_quadgrams
from licet.stages.quality.measures import measure_text

Row = dict[str, Any]
PARTS = ("messages", "prompt", "chosen", "rejected")
_MESSAGE = {"content": None, "reasoning_content": None, "tool_calls": None, "tool_call_id": None}
WEATHER = json.dumps(
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}},
                "required": ["city"],
                "additionalProperties": False,
            },
        },
    }
)


def system(content: str) -> Row:
    return {**_MESSAGE, "role": "system", "content": content}


def user(content: str | None) -> Row:
    return {**_MESSAGE, "role": "user", "content": content}


def assistant(content: str | None, *calls: Row, reasoning: str | None = None) -> Row:
    return {
        **_MESSAGE,
        "role": "assistant",
        "content": content,
        "reasoning_content": reasoning,
        "tool_calls": list(calls) or None,
    }


def tool(content: str, call_id: str | None = None) -> Row:
    return {**_MESSAGE, "role": "tool", "content": content, "tool_call_id": call_id}


def call(name: str, arguments: str, call_id: str | None = None) -> Row:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def talk(*messages: Row, **columns: Any) -> Row:
    return {"messages": list(messages), **columns}


def asked(answer: str, question: str = "What is it?") -> Row:
    """One exchange."""
    return talk(user(question), assistant(answer))


def pair(chosen: str, rejected: str, question: str = "What is it?") -> Row:
    """A preference between two answers."""
    return {"prompt": [user(question)], "chosen": [assistant(chosen)], "rejected": [assistant(rejected)]}


def batch_of(*rows: Row) -> pa.RecordBatch:
    """Rows with the columns of `CHAT`."""
    return pa.RecordBatch.from_pylist(list(rows), schema=CHAT)


def judge_of(**settings: Any) -> ConversationRules:
    """A judge with CLD2 and the heuristics' measures."""
    return ConversationRules(Conversations(**settings), detect=by_quadgrams, repeats=measure_text)


def measured(measure: str, *rows: Row, **settings: Any) -> list[float]:
    """What a measure is of each row."""
    rule = next(name for name, (of, _) in CATALOGUE.items() if of == measure)
    values = judge_of(profile="none", set={rule: 1}, **settings).found(batch_of(*rows))[rule].values
    return [float(value) for value in values]


def verdict(row: Row, **settings: Any) -> tuple[str | None, float | None, float | None, str | None]:
    """Reason, value, threshold and detail of one row."""
    verdicts = judge_of(**settings)(batch_of(row))
    columns = (verdicts.reason, verdicts.value, verdicts.threshold, verdicts.detail)
    reason, value, threshold, detail = (column[0].as_py() for column in columns if column is not None)
    return reason, value, threshold, detail
