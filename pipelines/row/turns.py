"""What a row says, as the lines of a screen: turn by turn, with roles, reasoning, tool calls and the tools."""

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, zip_longest
from typing import Any

from licet.pipelines.audit.screen import WIDTH, item, number
from licet.pipelines.row.sides import ADDED, LEFT_OUT, marked

Part = tuple[str, str]
"""What is said and by whom: `assistant`, `assistant, reasoning`, `assistant calls get_weather (call_1)`."""
MOST_LINES = 30
"""Lines of a part that are shown unless all are asked for."""


def parts_of(messages: Iterable[Mapping[str, Any]] | None) -> list[Part]:
    """Return messages as parts: the reasoning of each before its words, its calls behind them."""
    found: list[Part] = []
    for message in messages or ():
        role = message["role"] or "no role"
        calls = message["tool_calls"] or ()
        if message["reasoning_content"]:
            found.append((f"{role}, reasoning", message["reasoning_content"]))
        if message["content"] or not (calls or message["reasoning_content"]):
            answers = f" ({message['tool_call_id']})" if message["tool_call_id"] else ""
            found.append((role + answers, message["content"] or "(nothing)"))
        for call in calls:
            function = call["function"] or {"name": None, "arguments": None}
            name = function["name"] or "a tool without a name"
            called_by = f" ({call['id']})" if call["id"] else ""
            found.append((f"{role} calls {name}{called_by}", _readable(function["arguments"])))
    return found


def part_lines(parts: Iterable[Part], most: int | None) -> list[str]:
    """Return parts as lines, an empty one before each, of each no more than ``most``."""
    lines: list[str] = []
    for who, what in parts:
        lines += ["", who, *text_lines(what, most)]
    return lines[1:]


def side_lines(chosen: Sequence[Part], rejected: Sequence[Part], most: int | None) -> list[str]:
    """Return the two sides of a preference under each other, with what only one of them says in marks."""
    pairs = list(zip_longest(chosen, rejected, fillvalue=("", "")))
    if all(one == other for one, other in pairs):
        return ["chosen and rejected: both are the same", "", *part_lines(chosen, most)]
    told = [marked(one[1], other[1]) for one, other in pairs]
    texts = [[one for one, _, _ in told], [other for _, other, _ in told]]
    is_near = any(near for _, _, near in told)
    how = ("", "") if not is_near else (f" (alone here: {'…'.join(ADDED)})", f" (alone here: {'…'.join(LEFT_OUT)})")
    lines: list[str] = []
    for name, parts, at in (("chosen", chosen, 0), ("rejected", rejected, 1)):
        lines += ["", f"{name}: {parts[0][0] if parts else 'nothing'}{how[at]}"]
        for place, (who, _) in enumerate(parts):
            lines += ["", f"{name}: {who}"] if place else []
            lines += text_lines(texts[at][place], most)
    return lines[1:]


def text_lines(text: str, most: int | None) -> list[str]:
    """Return a text as lines that are set in, long ones broken, those beyond ``most`` counted."""
    every = _broken(text)
    shown = list(every if most is None else islice(every, most))
    left = 0 if most is None else sum(1 for _ in every)
    return [*shown, *([f"  … {number(left, 'more line')} (--full shows all)"] if left else [])]


def _broken(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        pieces = textwrap.wrap(line, WIDTH - 2, replace_whitespace=False) or [""]
        yield from (f"  {piece}".rstrip() for piece in pieces)


def tool_lines(tools: str | None) -> list[str]:
    """Return the tools of a row, each as `name(city: string, days?: integer): what it does`."""
    if not tools:
        return []
    try:
        every = json.loads(tools)
    except ValueError:
        return ["Tools", *text_lines(tools, MOST_LINES)]
    told = every if isinstance(every, list) else [every]
    return ["Tools", *(line for tool in told for line in item(_signature(tool)))]


def _signature(tool: Any) -> str:
    told = tool.get("function", tool) if isinstance(tool, dict) else None
    if not isinstance(told, dict) or not isinstance(told.get("name"), str):
        return json.dumps(tool, ensure_ascii=False)
    schema: dict[str, Any] = next(
        (told[key] for key in ("parameters", "input_schema") if isinstance(told.get(key), dict)), {}
    )
    fields, required = schema.get("properties"), schema.get("required")
    asked = [
        f"{name}{'' if isinstance(required, list) and name in required else '?'}: {_type(field)}"
        for name, field in (fields.items() if isinstance(fields, dict) else ())
    ]
    says = told.get("description")
    return f"{told['name']}({', '.join(asked)}){f': {says}' if says else ''}"


def _type(field: Any) -> str:
    if not isinstance(field, dict):
        return "any"
    if isinstance(field.get("enum"), list):
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in field["enum"])
    told = field.get("type", "any")
    return " | ".join(map(str, told)) if isinstance(told, list) else str(told)


def _readable(arguments: str | None) -> str:
    """Return arguments on lines of their own where they are long and JSON, else as they are."""
    if not arguments:
        return "(no arguments)"
    if len(arguments) <= WIDTH - 2:
        return arguments
    try:
        return json.dumps(json.loads(arguments), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return arguments
