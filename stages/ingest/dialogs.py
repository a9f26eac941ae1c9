"""Conversations written as one text in which speakers are named, in other ways than `forms` has.

    ### Human: …### Assistant: …                                          Guanaco's
    USER: …  ASSISTANT: …  FUNCTION RESPONSE: …, each on a new line        Vicuna's and Glaive's, with `SYSTEM: …`
    <|im_start|>user … <|im_end|>                                          what the template ChatML makes of messages
    <|start_header_id|>user<|end_header_id|> … <|eot_id|>                  Llama 3's

In the second an answer may be ``<functioncall> {"name": …, "arguments": '…'}``, which is a call, and end with
``<|endoftext|>``, which is no word of it. A system prompt that ends with objects of JSON that have names defines tools.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from licet.stages.ingest.fields import as_json
from licet.stages.ingest.messages import Message, Misshapen, message

Hints = dict[str, Any]


@dataclass(frozen=True)
class Style:
    """A way in which speakers are named.

    ``mark`` finds what stands before a turn and names its speaker, ``written`` is how that is written. ``names`` are
    those of the roles, ``ends`` is a token that ends the turns of the assistant, or of all.
    """

    mark: re.Pattern[str]
    written: str
    names: dict[str, str]
    ends: str = ""
    all_end: bool = False


_TEMPLATE = {role: role for role in ("system", "user", "assistant", "tool")}
STYLES = {
    "###": Style(
        re.compile(r"\s*### (Human|Assistant|System):[ ]?"),
        "### {}: ",
        {"user": "Human", "assistant": "Assistant", "system": "System"},
    ),
    "upper": Style(
        re.compile(r"(?:\A|\n)\s*(USER|ASSISTANT|SYSTEM|FUNCTION RESPONSE):[ ]?"),
        "{}: ",
        {"user": "USER", "assistant": "ASSISTANT", "system": "SYSTEM", "tool": "FUNCTION RESPONSE"},
        "<|endoftext|>",
    ),
    "chatml": Style(
        re.compile(r"\s*<\|im_start\|>(system|user|assistant|tool)\n"),
        "<|im_start|>{}\n",
        _TEMPLATE,
        "<|im_end|>",
        all_end=True,
    ),
    "llama3": Style(
        re.compile(
            r"\s*(?:<\|begin_of_text\|>)?<\|start_header_id\|>(system|user|assistant|ipython)<\|end_header_id\|>\n\n"
        ),
        "<|start_header_id|>{}<|end_header_id|>\n\n",
        {**_TEMPLATE, "tool": "ipython"},
        "<|eot_id|>",
        all_end=True,
    ),
}
_SYSTEM = "SYSTEM: "
_CALL = re.compile(
    r"<functioncall>\s*\{\s*\"name\":\s*\"([^\"]*)\"\s*(?:,\s*\"arguments\":\s*(.*?))?\s*\}\Z", re.DOTALL
)
_DECODER = json.JSONDecoder()


def style_of(text: str) -> str | None:
    """Return in which way speakers are named in a text; None where none is named at its beginning."""
    start = text[:120]
    if not start.lstrip().startswith(("### ", "USER:", "SYSTEM:", "<|")):
        return None
    return next((name for name, style in STYLES.items() if style.mark.match(start)), None)


def dialog(text: str, name: str, system: str | None) -> tuple[list[Message], list[str] | None, Hints]:
    """Return the messages of a text, after a system prompt that stands apart, and the definitions of tools in it.

    The hints are the ``style``, the white space ``between`` turns, and whether they ``end`` with a token for that.

    Raises:
        Misshapen: no answer is in the text.

    """
    style = STYLES[name]
    roles = {spoken: role for role, spoken in style.names.items()}
    marks = list(style.mark.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    hints: Hints = {"style": name}
    if len(marks) > 1 and (between := marks[1][0][: len(marks[1][0]) - len(marks[1][0].lstrip())]):
        hints["between"] = between
    found: list[Message] = []
    for mark, end in zip(marks, ends, strict=True):
        role, said = roles[mark[1]], text[mark.end() : end].strip()
        if style.ends and (role == "assistant" or style.all_end) and said.endswith(style.ends):
            hints["end"], said = 1, said.removesuffix(style.ends).rstrip()
        found.append(_answer(said) if role == "assistant" else message(role, said))
    if not any(one["role"] == "assistant" for one in found):
        raise Misshapen("`text` in which nobody answers")
    if system is not None:
        hints["system"] = 1
        found.insert(0, message("system", system.removeprefix(_SYSTEM).strip()))
    if found[0]["role"] != "system" or (given := _defined(found[0]["content"])) is None:
        return found, None, hints
    told, tools = given
    return [message("system", told), *found[1:]], tools, {**hints, "defined": 1}


def written(messages: Sequence[Message], tools: Sequence[str], hints: Hints) -> tuple[str, str | None]:
    """Return messages as the text that they were, and the system prompt apart from it where it stood so."""
    style = STYLES[hints["style"]]
    told: list[str] = []
    system = None
    for at, one in enumerate(messages):
        said = one.get("content") or ""
        if calls := one.get("tool_calls"):
            said = f"{said} {_call(calls[0])}" if said else _call(calls[0])
        if at == 0 and "defined" in hints:
            said = "\n".join([said, *(json.dumps(json.loads(tool), indent=4, ensure_ascii=False) for tool in tools)])
        if at == 0 and "system" in hints:
            system = f"{_SYSTEM}{said}\n"
            continue
        ends = "end" in hints and (style.all_end or one["role"] == "assistant")
        end = f"{'' if style.all_end else ' '}{style.ends}" if ends else ""
        told.append(f"{style.written.format(style.names[one['role']])}{said}{end}{hints.get('between', '')}")
    return "".join(told), system


def _answer(said: str) -> Message:
    words, tag, _ = said.partition("<functioncall>")
    found = _CALL.match(said, len(words)) if tag else None
    if found is None:
        return message("assistant", said)
    arguments = (found[2] or "{}").strip()
    if len(arguments) > 1 and arguments[0] == arguments[-1] == "'":
        arguments = arguments[1:-1]
    call = {"id": None, "type": "function", "function": {"name": found[1], "arguments": arguments}}
    return message("assistant", words.rstrip() or None, tool_calls=[call])


def _call(call: dict[str, Any]) -> str:
    name, arguments = call["function"]["name"], call["function"]["arguments"]
    return f'<functioncall> {{"name": "{name}", "arguments": \'{arguments}\'}}'


def _defined(text: str) -> tuple[str, list[str]] | None:
    """Return a system prompt without the definitions at its end, and these, each as JSON; None where there are none."""
    start = text.find("\n{")
    if start < 0:
        return None
    tools, at = [], start
    while at < len(text):
        at += len(text[at:]) - len(text[at:].lstrip())
        try:
            tool, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            return None
        if not isinstance(tool, dict) or not isinstance(tool.get("name"), str):
            return None
        tools.append(as_json(tool))
    return text[:start], tools
