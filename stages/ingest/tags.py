"""Tags in texts that are columns of ours: reasoning, tool calls, answers of tools, definitions of tools.

    <think>…</think>                    at the beginning of an answer: its ``reasoning_content``
    <tool_call>{…}</tool_call>          at the end of an answer: its ``tool_calls``
    <tool_response>…</tool_response>    all that a tool or a user says: a message of a tool each
    <tools>…</tools>                    in the system message: the row's ``tools``

These are the words of Hermes (NousResearch/Hermes-Function-Calling), of Qwen's chat templates and of DeepSeek-R1. Tags
that are not closed, hold no JSON, or stand elsewhere stay text.
"""

import json
import re
from collections.abc import Collection
from typing import Any

from licet.stages.ingest.fields import as_json, value_of
from licet.stages.ingest.messages import Message, Misshapen, message, tool_calls

TAGS = ("think", "tool_call", "tool_response", "tools")
Hints = dict[str, Any]

_THINK = re.compile(r"\s*<think>(.*?)</think>(.*)", re.DOTALL)
_CALLS = re.compile(r"(?:\s*<tool_call>(?:(?!</?tool_call>).)*</tool_call>)+\s*\Z", re.DOTALL)
_CALL = re.compile(r"<tool_call>(.*?)</tool_call>", re.DOTALL)
_RESPONSES = re.compile(r"(?:\s*<tool_response>(?:(?!</?tool_response>).)*</tool_response>)+\s*\Z", re.DOTALL)
_RESPONSE = re.compile(r"<tool_response>(.*?)</tool_response>", re.DOTALL)
_TOOLS = re.compile(r"<tools>(.*?)</tools>", re.DOTALL)
ASKED = (
    "You can call functions to help the user. Their signatures are within the tags <tools></tools>. Call one by a JSON"
    " object with its name and its arguments within the tags <tool_call></tool_call>."
)
"""What a system message says before the definitions, where no other words are known."""


def has_marks(messages: list[Message]) -> bool:
    """Tell by a quick look whether texts may hold what is a column of ours: none does without one of these marks."""
    for one in messages:
        said = one["content"]
        if said and ("<" in said or said[0] == "["):
            return True
    return False


def lifted(messages: list[Message]) -> tuple[list[Message], set[str]]:
    """Return messages with what is tagged in their columns, and which tags these were."""
    for one in messages:
        said = one["content"]
        if said and "<" in said and "<t" in said:
            break
    else:
        return messages, set()
    made: list[Message] = []
    kinds: set[str] = set()
    for one in messages:
        said = one["content"]
        if not said or "<t" not in said:
            made.append(one)
        elif one["role"] in ("tool", "user") and _RESPONSES.match(said):
            found = [each.strip("\n") for each in _RESPONSE.findall(said)]
            made += [{**one, "role": "tool", "content": each} for each in found]
            kinds.add("tool_response")
        else:
            made.append(_answer(one, kinds) if one["role"] == "assistant" else one)
    return made, kinds


def _answer(one: Message, kinds: set[str]) -> Message:
    found = _THINK.match(one["content"]) if one.get("reasoning_content") is None else None
    if found:
        one = {**one, "reasoning_content": found[1].strip("\n"), "content": found[2].lstrip("\n")}
        kinds.add("think")
    said, tag, _ = one["content"].partition("<tool_call>")
    said = said.rstrip()
    trailing = _CALLS.match(one["content"], len(said)) if tag and not one.get("tool_calls") else None
    calls = _called(trailing[0]) if trailing else None
    if calls:
        one = {**one, "content": said or None, "tool_calls": calls}
        kinds.add("tool_call")
    return one


def _called(text: str) -> list[dict[str, Any]] | None:
    calls = []
    for each in _CALL.findall(text):
        given = value_of(each)
        try:
            found = tool_calls(given) if isinstance(given, (dict, list)) else []
        except Misshapen:
            return None
        if not found:
            return None
        if len(found) == 1 and isinstance(given, dict):
            _as_written(found[0]["function"], given, each)
        calls += found
    return calls


def _as_written(function: dict[str, Any], given: dict[str, Any], text: str) -> None:
    """Let arguments be as they stand in the text, white space and all, where they are found there."""
    arguments = given.get("arguments")
    if isinstance(arguments, dict):
        ways = (json.dumps(arguments, ensure_ascii=False), json.dumps(arguments))
        function["arguments"] = next((way for way in ways if way in text), function["arguments"])


def lifted_tools(messages: list[Message], tools: list[str] | None) -> tuple[list[Message], list[str] | None, Hints]:
    """Return the definitions of tools that a system message holds, it without them, and where they stood.

    Where the row has definitions of its own, they are taken out of the message only if they are the same.
    """
    first = messages[0] if messages else None
    if first is None or first["role"] != "system" or "<tools>" not in (first["content"] or ""):
        return messages, tools, {}
    for found in _TOOLS.finditer(first["content"]):
        given = _definitions(found[1])
        if given is not None:
            break
    else:
        return messages, tools, {}
    told, form = given
    if tools is not None and [json.loads(tool) for tool in tools] != [json.loads(tool) for tool in told]:
        return messages, tools, {}
    rest = first["content"][: found.start()] + first["content"][found.end() :]
    hints: Hints = {"tools": [found.start(), form, *(["row"] if tools is not None else [])]}
    if rest.endswith(ASKED + "\n") and found.start() == len(rest) and form == "lines" and tools is None:
        rest, hints = rest[: -len(ASKED) - 1].removesuffix("\n\n"), {}
    left = [{**first, "content": rest}] if rest else []
    return [*left, *messages[1:]], told, hints


def _definitions(text: str) -> tuple[list[str], str] | None:
    """Return definitions, each as JSON, and whether they were a list or lines."""
    whole = value_of(text)
    form, found = "list", whole
    if isinstance(whole, dict):
        form, found = "lines", [whole]
    elif not isinstance(whole, list):
        form, found = "lines", [value_of(line) for line in text.splitlines() if line.strip()]
    if not found or not all(isinstance(tool, dict) for tool in found):
        return None
    ways = [(json.dumps(tool, ensure_ascii=False), json.dumps(tool)) for tool in found]
    return [next((w for w in way if w in text), as_json(tool)) for way, tool in zip(ways, found, strict=True)], form


def lowered(messages: list[Message], kinds: Collection[str]) -> list[Message]:
    """Return messages with some of their columns as tags in their texts."""
    if not kinds or all(len(one) == 2 and one["role"] != "tool" for one in messages):
        return messages
    made: list[Message] = []
    for one in messages:
        one = dict(one)
        if "tool_call" in kinds and one.get("tool_calls"):
            said, calls = one.get("content"), "\n".join(map(_call, one.pop("tool_calls")))
            one["content"] = f"{said}\n{calls}" if said and not said.endswith("\n") else f"{said or ''}{calls}"
        if "think" in kinds and one.get("reasoning_content") is not None:
            one["content"] = f"<think>\n{one.pop('reasoning_content')}\n</think>\n\n{one.get('content') or ''}"
        if "tool_response" in kinds and one["role"] == "tool":
            said = f"<tool_response>\n{one.get('content') or ''}\n</tool_response>"
            if made and made[-1]["role"] == "tool" and set(made[-1]) == set(one) == {"role", "content"}:
                made[-1]["content"] += f"\n{said}"
                continue
            one["content"] = said
        made.append(one)
    return made


def _call(call: dict[str, Any]) -> str:
    function = call["function"]
    arguments = function["arguments"]
    try:
        is_object = isinstance(json.loads(arguments), dict)
    except (ValueError, RecursionError, TypeError):
        is_object = False
    told = [
        f'"name": {json.dumps(function["name"], ensure_ascii=False)}',
        f'"arguments": {arguments if is_object else json.dumps(arguments, ensure_ascii=False)}',
        *([f'"id": {json.dumps(call["id"], ensure_ascii=False)}'] if call.get("id") is not None else []),
    ]
    return f"<tool_call>\n{{{', '.join(told)}}}\n</tool_call>"


def lowered_tools(messages: list[Message], tools: list[str], where: list[Any] | None) -> list[Message]:
    """Return messages whose system message holds the definitions of tools, where they stood or at its end."""
    first = messages[0] if messages and messages[0]["role"] == "system" else message("system", "")
    rest = messages[1:] if messages and messages[0]["role"] == "system" else messages
    said = first["content"] or ""
    if where is None:
        asked = f"{said}\n\n{ASKED}\n" if said else f"{ASKED}\n"
        return [{**first, "content": asked + _block(tools, "lines")}, *rest]
    at, form = where[0], where[1]
    return [{**first, "content": said[:at] + _block(tools, form) + said[at:]}, *rest]


def _block(tools: list[str], form: str) -> str:
    inner = "\n".join(tools) if form == "lines" else f"[{', '.join(tools)}]"
    return f"<tools>\n{inner}\n</tools>" if form == "lines" else f"<tools> {inner} </tools>"
