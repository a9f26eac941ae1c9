"""Calls of tools that are all that an answer says, in other notations than the tags of Hermes.

    [f(a=1, b="x"), g()]                           as Python writes calls: ToolACE's, Llama 3.2's
    <TOOLCALL>[{"name": …, "arguments": …}]</TOOLCALL>      Nemotron's and When2Call's
    <|python_tag|>{"name": …, "parameters": …}              Llama 3.1's
    [TOOL_CALLS][{"name": …, "arguments": …}]               Mistral's

Calls as Python writes them are such only where all their names are told before, in quotes, in the system message or
among the tools: a list in brackets may be anything.
"""

import ast
import json
import re
import warnings
from collections.abc import Sequence
from typing import Any

from licet.stages.ingest.fields import as_json, value_of
from licet.stages.ingest.messages import Message, Misshapen, tool_calls

_MARKS = {
    "TOOLCALL": ("<TOOLCALL>", "</TOOLCALL>"),
    "python_tag": ("<|python_tag|>", ""),
    "TOOL_CALLS": ("[TOOL_CALLS]", ""),
}
_BEGINNINGS = ("[", *(start for start, _ in _MARKS.values()))
_NAME = re.compile(r"\s*([^\W\d][^()\[\]{}\"'=,\n]{0,100})\(")
_MOST = 20_000
"""Characters of calls as Python writes them above which they stay text."""

Call = dict[str, Any]


def lifted_calls(messages: list[Message], tools: Sequence[str] | None) -> tuple[list[Message], str | None]:
    """Return messages with the calls that are all an answer says as its calls, and the notation of the first."""
    for one in messages:
        said = one["content"]
        if said and said[0] in "[<" and one["role"] == "assistant" and said.startswith(_BEGINNINGS):
            break
    else:
        return messages, None
    told = "\n".join([messages[0]["content"] or "" if messages[0]["role"] == "system" else "", *(tools or ())])
    used: str | None = None
    made: list[Message] = []
    for one in messages:
        said = one["content"]
        if one["role"] == "assistant" and said and said.startswith(_BEGINNINGS) and not one.get("tool_calls"):
            kind, calls = _calls(said.strip(), told)
            if calls and kind == (used or kind):
                used = kind
                one = {**one, "content": None, "tool_calls": calls}
        made.append(one)
    return (made, used) if used else (messages, None)


def lowered_calls(messages: list[Message], notation: str) -> list[Message]:
    """Return messages with calls that are all an answer says as that, in a notation."""
    return [
        {**{key: value for key, value in one.items() if key != "tool_calls"}, "content": _written(calls, notation)}
        if (calls := one.get("tool_calls")) and one.get("content") is None
        else one
        for one in messages
    ]


def _written(calls: Sequence[Call], notation: str) -> str:
    if notation == "pythonic":
        return f"[{', '.join(map(_as_python, calls))}]"
    start, end = _MARKS[notation]
    name = "parameters" if notation == "python_tag" else "arguments"
    told = [{"name": call["function"]["name"], name: _arguments(call)} for call in calls]
    value = told[0] if notation == "python_tag" and len(told) == 1 else told
    return f"{start}{json.dumps(value, ensure_ascii=False)}{end}"


def _calls(said: str, told: str) -> tuple[str, list[Call] | None]:
    for notation, (start, end) in _MARKS.items():
        if said.startswith(start) and said.endswith(end):
            given = value_of(said[len(start) : len(said) - len(end)])
            try:
                return notation, tool_calls(given) if isinstance(given, (dict, list)) else None
            except Misshapen:
                return notation, None
    return "pythonic", _of_python(said, told) if said[0] == "[" and said[-1] == "]" and len(said) <= _MOST else None


def _of_python(said: str, told: str) -> list[Call] | None:
    """Return the calls in a list of them; None where it is one of something else."""
    calls: list[Call] = []
    at, last = 1, len(said) - 1
    while at < last:
        name = _NAME.match(said, at)
        if name is None or not _is_told(name[1], told) or (end := _closing(said, name.end())) is None:
            return None
        arguments = _keywords(said[name.end() : end])
        if arguments is None:
            return None
        calls += tool_calls([{"name": name[1], "arguments": as_json(arguments)}])
        at = end + 1
        rest = said[at:last].lstrip()
        if rest and not rest.startswith(","):
            return None
        at = last - len(rest) + 1 if rest else last
    return calls or None


def _is_told(name: str, told: str) -> bool:
    """Tell whether a name stands in quotes in what defines tools."""
    return f'"{name}"' in told or f"'{name}'" in told


def _closing(said: str, at: int) -> int | None:
    """Return where the bracket that is open is closed, which none in a text in quotes does."""
    depth, quote = 1, ""
    while at < len(said):
        one = said[at]
        if quote:
            at += one == "\\"
            quote = "" if one == quote else quote
        elif one in "\"'":
            quote = one
        elif one in "([{":
            depth += 1
        elif one in ")]}":
            depth -= 1
            if not depth:
                return at
        at += 1
    return None


def _keywords(said: str) -> dict[str, Any] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of backslashes that escape nothing
            call = ast.parse(f"f({said})", mode="eval").body
        if not isinstance(call, ast.Call) or call.args or not all(each.arg for each in call.keywords):
            return None
        found = {str(each.arg): ast.literal_eval(_in_python(each.value)) for each in call.keywords}
        as_json(found)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    return found


class _Names(ast.NodeTransformer):
    """JSON's names of values as Python's."""

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Return the value that a name is in JSON."""
        known = {"true": True, "false": False, "null": None}
        return ast.Constant(known[node.id]) if node.id in known else node


def _in_python(node: ast.expr) -> ast.expr:
    changed: ast.expr = _Names().visit(node)
    return changed


def _as_python(call: Call) -> str:
    arguments = _arguments(call)
    if not isinstance(arguments, dict):
        return f"{call['function']['name']}({arguments})"
    told = ", ".join(f"{name}={_value(value)}" for name, value in arguments.items())
    return f"{call['function']['name']}({told})"


def _value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _arguments(call: Call) -> Any:
    try:
        return json.loads(call["function"]["arguments"])
    except (ValueError, RecursionError):
        return call["function"]["arguments"]
