"""Tool calls and what comes back: each call answered, each answer asked for, each call of a tool that there is.

Kept: user, assistant calls ``get_weather`` with ``{"city": "Oslo"}``, tool answers, assistant. Refused: the same
without the tool's answer (`call_without_answer`), or with ``{"town": "Oslo"}`` where the definition requires ``city``
(`arguments_do_not_fit`).

A call in the last message of a conversation is what a model is to learn, and needs no answer. Calls and answers go
together by id; where either has none, in their order. Ids may come again in later messages, as many data sets number
the calls of each: only those of one message must differ. The rejected side of a preference may be wrong in its calls.
NVIDIA describes the curation of its Nemotron post-training sets alike: structural validity, and definitions where tools
are called.
"""

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from licet.stages.conversation.definitions import Tool, tool_of
from licet.stages.conversation.turns import ASSISTANT, PROMPT, REJECTED, TOOL, Found, Turns

Note = Callable[..., None]


def unanswered_calls(turns: Turns) -> Found:
    """Count calls that no tool message answers although the conversation goes on."""
    return _found(turns, "unanswered_calls")


def unasked_answers(turns: Turns) -> Found:
    """Count tool messages that answer no open call."""
    return _found(turns, "unasked_answers")


def repeated_call_ids(turns: Turns) -> Found:
    """Count calls that have the id of another call of the same message."""
    return _found(turns, "repeated_call_ids")


def unknown_tools(turns: Turns) -> Found:
    """Count calls of tools that the row, which defines some, does not define."""
    return _found(turns, "unknown_tools")


def undefined_calls(turns: Turns) -> Found:
    """Count calls in rows that define no tools at all."""
    return _found(turns, "undefined_calls")


def unread_arguments(turns: Turns) -> Found:
    """Count calls whose arguments are no JSON object."""
    return _found(turns, "unread_arguments")


def unfit_arguments(turns: Turns) -> Found:
    """Count calls whose arguments do not fit the JSON Schema of their tool."""
    return _found(turns, "unfit_arguments")


def broken_tools(turns: Turns) -> Found:
    """Count tool definitions without a name, or whose schema is no JSON Schema, as with ``"type": "dict"``."""
    found = np.zeros(turns.rows)
    told: dict[int, str] = {}
    tools = turns.batch.column("tools")
    for row in np.flatnonzero(tools.is_valid().to_numpy(zero_copy_only=False)).tolist():
        for at, definition in enumerate(tools[row].as_py()):
            tool = tool_of(definition or "")
            if tool is None or not tool.is_sound:
                found[row] += 1
                told.setdefault(row, f"tools[{at}]")
    return Found(found, told)


_COUNTED = (
    "unanswered_calls",
    "unasked_answers",
    "repeated_call_ids",
    "unknown_tools",
    "undefined_calls",
    "unread_arguments",
    "unfit_arguments",
)


def _found(turns: Turns, name: str) -> Found:
    if "calls" not in turns.shared:
        turns.shared["calls"] = _all_found(turns)
    found: Found = turns.shared["calls"][name]
    return found


def _all_found(turns: Turns) -> dict[str, Found]:
    """Return everything that is counted, in one walk over the rows that have calls or answers of tools."""
    counts = {name: np.zeros(turns.rows) for name in _COUNTED}
    told: dict[str, dict[int, str]] = {name: {} for name in _COUNTED}
    matters = (turns.calls > 0) | (turns.role == TOOL)
    for row in np.unique(turns.row[matters & (turns.part < REJECTED)]).tolist():
        first, end = np.searchsorted(turns.row, [row, row + 1])
        first, end = int(first), int(end)

        def note(name: str, index: int, what: str = "", *, row: int = row) -> None:
            counts[name][row] += 1
            told[name].setdefault(row, turns.name(index) + (f": {what}" if what else ""))

        tools = [tool_of(definition or "") for definition in turns.batch.column("tools")[row].as_py() or ()]
        known = {tool.name: tool for tool in tools if tool is not None}
        which = [index for index in range(first, end) if turns.part[index] < REJECTED]
        messages = turns.message.take(pa.array(which, pa.int64()))
        asked = messages.field("tool_calls").to_pylist()
        answered = messages.field("tool_call_id").to_pylist()
        _walk(turns, list(zip(which, asked, answered, strict=True)), note)
        for index, calls in zip(which, asked, strict=True):
            for call in calls or ():
                _check(call, known, index, note, has_tools=bool(tools))
    return {name: Found(counts[name], told[name]) for name in _COUNTED}


def _walk(turns: Turns, messages: list[tuple[int, Any, str | None]], note: Note) -> None:
    """Note the calls without an answer, answers without a call, and ids that come twice, of one conversation."""
    open_calls: list[tuple[int, str | None, str]] = []
    for place, (index, calls, answers) in enumerate(messages):
        if turns.role[index] == TOOL:
            ids = [call_id for _, call_id, _ in open_calls]
            at = ids.index(answers) if answers in ids else 0 if ids and (answers is None or None in ids) else -1
            if at < 0:
                note("unasked_answers", index, "an answer to no open call")
            else:
                del open_calls[at]
            continue
        for asked, _, name in open_calls:
            note("unanswered_calls", asked, name)
        open_calls = []
        if turns.role[index] != ASSISTANT or not calls:
            continue
        for call_id, times in Counter(call["id"] for call in calls if call["id"] is not None).items():
            for _ in range(times - 1):
                note("repeated_call_ids", index, call_id[:80])
        is_end = place == len(messages) - 1 and turns.part[index] != PROMPT
        open_calls = [] if is_end else [(index, call["id"], (_function(call)["name"] or "")[:80]) for call in calls]
    for asked, _, name in open_calls:
        note("unanswered_calls", asked, name)


def _check(call: dict[str, Any], known: dict[str, Tool], index: int, note: Note, *, has_tools: bool) -> None:
    """Note what is wrong with a call by itself: its tool, and its arguments."""
    function = _function(call)
    name = function["name"] or ""
    tool = known.get(name)
    if tool is None:
        note("unknown_tools" if has_tools else "undefined_calls", index, name[:80])
    try:
        arguments = json.loads(function["arguments"] or "", parse_constant=_no_number)
    except (ValueError, RecursionError):
        note("unread_arguments", index, f"{name[:80]}: no JSON")
        return
    if not isinstance(arguments, dict):
        note("unread_arguments", index, f"{name[:80]}: a JSON {type(arguments).__name__}, no object")
    elif tool is not None and (misfit := tool.misfit(arguments)):
        note("unfit_arguments", index, f"{name[:80]}: {misfit}")


def _function(call: dict[str, Any]) -> dict[str, Any]:
    return call["function"] or {"name": None, "arguments": None}


def _no_number(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")
