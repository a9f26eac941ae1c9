r"""The shapes in which post-training rows are written, each a function from a row to its parts of the `CHAT` columns.

    messages    {messages: [{role, content, …}]}
    sharegpt    {conversations: [{from, value}], system}
    alpaca      {instruction, input, output, system}
    qa          {question, answer}
    preference  {prompt, chosen, rejected}; each text, messages or a transcript; the prompt may be what both begin with
    transcript  {text} as "\n\nHuman: … \n\nAssistant: …"

A function returns the columns and the keys it has used up; what is left of the row becomes metadata.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from licet.stages.ingest.fields import type_name
from licet.stages.ingest.messages import Message, Misshapen, message, of_openai, of_sharegpt

Fields = Mapping[str, str]
Parts = tuple[dict[str, Any], set[str]]
Shape = Callable[[dict[str, Any], Fields], Parts]

FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "preference": {"chosen": ("chosen",), "rejected": ("rejected",)},
    "messages": {"messages": ("messages",)},
    "sharegpt": {"conversations": ("conversations", "conversation")},
    "alpaca": {"instruction": ("instruction",), "output": ("output", "response")},
    "qa": {
        "question": ("question", "prompt", "query", "problem", "input"),
        "answer": ("answer", "response", "completion", "solution", "output"),
    },
    "transcript": {"text": ("text",)},
}
"""The fields that make each shape, with the names they go by; in the order in which `auto` tries them."""

_TURN = re.compile(r"(?:^|\n\n)(Human|Assistant):[ ]?")


def messages(row: dict[str, Any], fields: Fields) -> Parts:
    """Read ``messages``: OpenAI's chat format, with ``tools`` beside it."""
    key = fields.get("messages", "messages")
    return {"messages": of_openai(row.get(key))}, {key}


def sharegpt(row: dict[str, Any], fields: Fields) -> Parts:
    """Read ``conversations``: turns with ``from`` and ``value``, after the system message where there is one."""
    key, system = fields.get("conversations", "conversations"), fields.get("system", "system")
    return {"messages": _system(row, system) + of_sharegpt(row.get(key))}, {key, system}


def alpaca(row: dict[str, Any], fields: Fields) -> Parts:
    """Read ``instruction`` and ``input`` as the user's message, ``output`` as the answer (Taori et al., 2023)."""
    keys = {name: fields.get(name, name) for name in ("instruction", "input", "output", "system")}
    asked = _text(row, keys["instruction"])
    given = row.get(keys["input"])
    if given is not None and not isinstance(given, str):
        raise Misshapen(f"`{keys['input']}` of type {type_name(given)}")
    user = f"{asked}\n\n{given}" if given else asked
    turns = [message("user", user), message("assistant", _text(row, keys["output"]))]
    return {"messages": _system(row, keys["system"]) + turns}, set(keys.values())


def qa(row: dict[str, Any], fields: Fields) -> Parts:
    """Read ``question`` and ``answer`` as one exchange."""
    question, answer = fields.get("question", "question"), fields.get("answer", "answer")
    turns = [message("user", _text(row, question)), message("assistant", _text(row, answer))]
    return {"messages": turns}, {question, answer}


def preference(row: dict[str, Any], fields: Fields) -> Parts:
    """Read ``chosen`` and ``rejected`` after ``prompt``, or after the messages that both begin with."""
    keys = {name: fields.get(name, name) for name in ("prompt", "chosen", "rejected")}
    given = row.get(keys["prompt"])
    prompt = [] if given is None else _said(given, "user", keys["prompt"])
    if is_transcript(given) and not prompt[-1]["content"]:
        del prompt[-1]  # "… \n\nAssistant:", where both sides go on
    chosen = _said(row.get(keys["chosen"]), "assistant", keys["chosen"])
    rejected = _said(row.get(keys["rejected"]), "assistant", keys["rejected"])
    if prompt:
        chosen, rejected = (m[len(prompt) :] if m[: len(prompt)] == prompt else m for m in (chosen, rejected))
        return _pair(prompt, chosen, rejected), set(keys.values())
    return _common(chosen, rejected), set(keys.values())


def transcript(row: dict[str, Any], fields: Fields) -> Parts:
    """Read the turns of a text after "Human:" and "Assistant:" (Bai et al., 2022)."""
    key = fields.get("text", "text")
    return {"messages": turns(_text(row, key), key)}, {key}


SHAPES: dict[str, Shape] = {
    "messages": messages,
    "sharegpt": sharegpt,
    "alpaca": alpaca,
    "qa": qa,
    "preference": preference,
    "transcript": transcript,
}


def is_transcript(value: Any) -> bool:
    """Tell whether a text begins with a speaker of a transcript."""
    return isinstance(value, str) and bool(_TURN.match(value))


def turns(text: str, key: str) -> list[Message]:
    """Return the messages of a transcript; white space around each is dropped."""
    parts = _TURN.split(text)
    if len(parts) < 3 or parts[0].strip():
        raise Misshapen(f"`{key}` does not begin with a speaker")
    return [message(who, said.strip()) for who, said in zip(parts[1::2], parts[2::2], strict=True)]


def _said(given: Any, role: str, key: str) -> list[Message]:
    """Return what a side of a preference says: messages and transcripts turn by turn, other text as one message."""
    if isinstance(given, str):
        return turns(given, key) if is_transcript(given) else [message(role, given)]
    if isinstance(given, dict):
        given = [given]
    if isinstance(given, list) and given and isinstance(given[0], dict):
        return of_sharegpt(given) if "from" in given[0] else of_openai(given)
    raise Misshapen(f"`{key}` is missing" if given is None else f"`{key}` of type {type_name(given)}")


def _common(chosen: list[Message], rejected: list[Message]) -> dict[str, Any]:
    """Return a pair whose prompt is what both sides begin with; each keeps at least its last message."""
    most = min(len(chosen), len(rejected)) - 1
    cut = 0
    while cut < most and chosen[cut] == rejected[cut]:
        cut += 1
    if not cut:
        raise Misshapen("no prompt, and nothing that both sides begin with")
    return _pair(chosen[:cut], chosen[cut:], rejected[cut:])


def _pair(prompt: list[Message], chosen: list[Message], rejected: list[Message]) -> dict[str, Any]:
    if not chosen or not rejected:
        raise Misshapen("a side that says nothing after the prompt")
    if chosen == rejected:
        raise Misshapen("chosen and rejected are the same")
    return {"prompt": prompt, "chosen": chosen, "rejected": rejected}


def _system(row: dict[str, Any], key: str) -> list[Message]:
    said = row.get(key)
    if said is not None and not isinstance(said, str):
        raise Misshapen(f"`{key}` of type {type_name(said)}")
    return [message("system", said)] if said else []


def _text(row: dict[str, Any], key: str) -> str:
    said = row.get(key)
    if not isinstance(said, str):
        raise Misshapen(f"`{key}` is missing" if said is None else f"`{key}` of type {type_name(said)}")
    return said
