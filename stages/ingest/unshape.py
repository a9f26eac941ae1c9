r"""The shapes again, the other way round: each a function from the columns of a row to the values of its fields.

What a shape has no place for is no row of it: `Uncarried` says why. Hints are those that the shape's reader gave; where
a row was read in another shape there are none, and it is written in the shape's plainest form.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from licet.stages.ingest import dialogs
from licet.stages.ingest.fields import as_json
from licet.stages.ingest.items import cut
from licet.stages.ingest.messages import Message
from licet.stages.ingest.pairs import written
from licet.stages.ingest.parts import closed
from licet.stages.ingest.residue import original_of

Hints = dict[str, Any]
Values = dict[str, Any]
_SPEAKER = {"user": "human", "assistant": "gpt", "system": "system", "tool": "tool"}


class Uncarried(ValueError):  # noqa: N818
    """A row that a shape cannot carry; the message says why."""


def openai(messages: list[Message], hints: Hints | None = None) -> list[dict[str, Any]]:
    """Return messages as OpenAI's API has them, or as hints say; what is null is left out, but for content."""
    if hints and "items" in hints:
        return cut(messages, hints["items"])
    if hints and "blocks" in hints:
        return _with_blocks(messages, hints["blocks"])
    return [
        one
        if len(one) == 2 and "content" in one
        else {
            "role": one["role"],
            "content": one.get("content"),
            **{key: value for key, value in one.items() if key not in ("role", "content") and value is not None},
        }
        for one in messages
    ]


def _with_blocks(messages: list[Message], blocks: dict[str, int]) -> list[dict[str, Any]]:
    """Return messages with those that were one message with typed parts as that again."""
    made: list[dict[str, Any]] = []
    at = 0
    while at < len(messages):
        count = blocks.get(str(len(made)), 0)
        made += [closed(messages[at : at + count])] if count else openai(messages[at : at + 1])
        at += count or 1
    return made


def sharegpt(messages: list[Message]) -> list[dict[str, Any]]:
    """Return messages as turns with ``from`` and ``value``; one that is all tool calls is a turn of its own kind."""
    made: list[dict[str, Any]] = []
    for one in messages:
        if one.get("reasoning_content") is not None:
            raise Uncarried(f"reasoning in a message of the {one['role']}")
        if calls := one.get("tool_calls"):
            if one.get("content") is not None or one["role"] != "assistant":
                raise Uncarried("a message with words and tool calls, which only tags can carry")
            told = [_call(call) for call in calls]
            made.append({"from": "function_call", "value": as_json(told[0] if len(told) == 1 else told)})
        else:
            turn = {"from": _SPEAKER[one["role"]], "value": one.get("content")}
            made.append({**turn, **({"tool_call_id": one["tool_call_id"]} if one.get("tool_call_id") else {})})
    return made


def transcript(messages: list[Message]) -> str:
    r"""Return messages as "\n\nHuman: … \n\nAssistant: …"."""
    names = {"user": "Human", "assistant": "Assistant"}
    told = []
    for one in messages:
        said, name = one.get("content"), names.get(one["role"])
        if said is None or len(one) > 2:
            _plain(one)
        if name is None:
            raise Uncarried(f"a message of the {one['role']}")
        told.append(f"\n\n{name}: {said}")
    return "".join(told)


def _messages(row: Values, hints: Hints) -> Values:
    system, rest = _apart(_of(row, "messages")) if hints.get("system") else ({}, _of(row, "messages"))
    return {**system, "messages": openai(rest, hints)}


def _sharegpt(row: Values, hints: Hints) -> Values:
    system, rest = _apart(_of(row, "messages")) if hints.get("system") else ({}, _of(row, "messages"))
    return {**system, "conversations": sharegpt(rest)}


def _alpaca(row: Values, hints: Hints) -> Values:
    system, rest = _apart(_of(row, "messages"))
    *before, asked, answered = _exchange(rest, "alpaca", several=True)
    user, cut = asked["content"], hints.get("input")
    history = [[a["content"], b["content"]] for a, b in list(pairwise(before))[::2]]
    return {
        **system,
        "instruction": user if cut is None else user[:cut],
        "input": "" if cut is None else user[cut + 2 :],
        "output": answered["content"],
        **({"history": history} if history else {}),
    }


def _nemotron(row: Values, hints: Hints) -> Values:
    system, rest = _apart(_of(row, "messages")) if hints.get("system") else ({}, _of(row, "messages"))
    if len(rest) < 2 or rest[-1]["role"] != "assistant":
        raise Uncarried("a conversation that does not end with an answer to something")
    if told := hints.get("output"):
        answered = openai(rest[-told["messages"] :], told)
        output: Any = answered[0] if told["form"] == "object" else answered
        return {**system, "input": openai(rest[: -told["messages"]], hints), "output": output}
    return {**system, "input": openai(rest[:-1], hints), **_answer(rest[-1], "output", hints)}


def _qa(row: Values, hints: Hints) -> Values:
    system, rest = _apart(_of(row, "messages"))
    thought = rest[-1:] if hints.get("thought") else []
    asked, answered = _exchange(
        [*rest[:-1], *map(_unthought, thought)] if thought else rest, "a question and an answer"
    )
    question, cut = asked["content"], hints.get("context")
    told = {"question": question} if cut is None else {"question": question[:cut], "context": question[cut + 2 :]}
    return {**system, **told, **_answer(thought[0] if thought else answered, "answer", hints)}


def _answer(one: Message, name: str, hints: Hints) -> Values:
    """Return what an answer says, and apart from it the reasoning behind it where hints say that it stood so."""
    _plain(_unthought(one) if "thought" in hints else one)
    if "thought" not in hints:
        return {name: one["content"]}
    said = one.get("reasoning_content")
    return {name: one["content"], "thought": [said] if hints["thought"] == "list" else said}


def _unthought(one: Message) -> Message:
    return {key: value for key, value in one.items() if key != "reasoning_content"}


def _calls(row: Values, hints: Hints) -> Values:
    system, rest = _apart(_of(row, "messages"))
    called = rest[-1].get("tool_calls") if rest else None
    if not called or rest[-1].get("content") is not None or rest[-1].get("reasoning_content") is not None:
        raise Uncarried("a conversation that does not end with calls alone")
    if not row.get("tools"):
        raise Uncarried("calls of tools that are not defined")
    if hints.get("query") == "messages" or len(rest) != 2 or rest[0]["role"] != "user":
        if not rest[:-1]:
            raise Uncarried("calls that nobody asked for")
        return {**system, "query": openai(rest[:-1], hints), "answers": [_call(call) for call in called]}
    _plain(rest[0])
    return {**system, "query": rest[0]["content"], "answers": [_call(call) for call in called]}


def _turns(row: Values, hints: Hints) -> Values:
    messages = _of(row, "messages")
    system, rest = _apart(messages) if hints.get("system") else ({}, messages)
    form = hints.get("turns", ["input", "output"])
    for one in rest:
        _plain(one)
        if one["role"] not in (("user", "assistant", "system") if isinstance(form, list) else ("user", "assistant")):
            raise Uncarried(f"a message of the {one['role']}")
    return {**system, "turns": written(rest, form)}


def _completion(row: Values, hints: Hints) -> Values:
    messages = _of(row, "messages")
    if "prompt" in hints:
        asked, answered = messages[: hints["prompt"]], openai(messages[hints["prompt"] :])
        return {"prompt": openai(asked), "completion": answered[0]["content"] if "completion" in hints else answered}
    if len(messages) == 1 and messages[0]["role"] == "assistant":
        _plain(messages[0])
        return {"completion": messages[0]["content"]}
    user, said = _exchange(messages, "a prompt and a completion")
    return {"prompt": user["content"], "completion": said["content"]}


def _preference(row: Values, hints: Hints) -> Values:
    return _after(row, hints, ("chosen", "rejected"))


def _compared(row: Values, hints: Hints) -> Values:
    if "better" not in hints:
        raise Uncarried("a preference that was stated by no verdict")
    told = _after(row, hints, ("chosen", "rejected"))
    better, sides = hints["better"], [told.pop("chosen"), told.pop("rejected")]
    return {**told, "first": sides[better], "second": sides[1 - better]}


def _ranked(row: Values, hints: Hints) -> Values:
    if "places" not in hints:
        raise Uncarried("a preference that was stated by no ranks or scores")
    told = _after(row, hints, ("chosen", "rejected"))
    sides = [told.pop("chosen"), told.pop("rejected")]
    candidates = list(row["candidates"])
    for at, side in zip(hints["places"], sides, strict=True):
        candidates[at] = {**candidates[at], hints["text"]: side} if isinstance(candidates[at], dict) else side
    return {**told, "candidates": candidates}


def _unpaired(row: Values, hints: Hints) -> Values:
    if row.get("label") is None:
        raise Uncarried("no label")
    label = int(row["label"]) if hints.get("label") == "number" else row["label"]
    return {**_after(row, hints, ("completion",)), "label": label}


def _after(row: Values, hints: Hints, names: tuple[str, ...]) -> Values:
    """Return some columns as what follows a prompt, and the fields of the prompt."""
    prompt = _of(row, "prompt")
    told, asked = _asked(prompt, hints)
    sides: Values = {}
    for name in names:
        side, form = _of(row, name), hints.get(name, "messages")
        if form == "within":
            asked = [*asked, *side]
            continue
        before = (
            prompt if name in hints.get("whole", ()) else prompt[len(prompt) - hints.get("tail", {}).get(name, 0) :]
        )
        sides[name] = _FORMS[form]([*before, *side])
    form = hints.get("prompt", "messages")
    if "context" in hints:
        said, cut = _text(asked), hints["context"]
        told |= {"prompt": said[:cut], "context": said[cut + 2 :]}
    elif (said := _FORMS[form](asked)) is not None:
        told["prompt"] = said
    return {**told, **sides}


def _asked(prompt: list[Message], hints: Hints) -> tuple[Values, list[Message]]:
    """Return the fields of a prompt that stand apart, and its other messages."""
    told: Values = {}
    if hints.get("system") == 1:
        told, prompt = _apart(prompt)
    if count := hints.get("history"):
        told["history"] = [[a["content"], b["content"]] for a, b in list(pairwise(prompt[:count]))[::2]]
        prompt = prompt[count:]
    return told, prompt


def _rl(row: Values, hints: Hints) -> Values:
    apart, prompt = _asked(_of(row, "prompt"), hints)
    told: Values = {
        **apart,
        "prompt": _text(prompt) if hints.get("prompt") == "text" else openai(prompt, hints),
        "answer": row.get("answer"),
        "checker": row.get("checker"),
    }
    for name in ("answer", "checker"):
        if hints.get(name) == "value":
            told[name] = original_of(told[name], {"p": 1})
    return {name: value for name, value in told.items() if value is not None}


def _transcript(row: Values, hints: Hints) -> Values:
    messages = _of(row, "messages")
    if "style" in hints:
        text, said = dialogs.written(messages, row.get("tools") or (), hints)
        return {"text": text, **({} if said is None else {"system": said})}
    system, rest = _apart(messages) if hints.get("system") else ({}, messages)
    return {**system, "text": transcript(rest)}


WRITERS: dict[str, Callable[[Values, Hints], Values]] = {
    "messages": _messages,
    "sharegpt": _sharegpt,
    "alpaca": _alpaca,
    "nemotron": _nemotron,
    "qa": _qa,
    "calls": _calls,
    "turns": _turns,
    "completion": _completion,
    "preference": _preference,
    "compared": _compared,
    "ranked": _ranked,
    "unpaired": _unpaired,
    "rl": _rl,
    "transcript": _transcript,
}


def _of(row: Values, column: str) -> list[Message]:
    found = row.get(column)
    if not found:
        kinds = {"messages": "conversation", "prompt": "row with a prompt", "answer": "row with an answer"}
        raise Uncarried(f"no {kinds.get(column, 'preference')}")
    return list(found)


def _apart(messages: list[Message]) -> tuple[Values, list[Message]]:
    """Return the system message as a field of its own, and the others."""
    if messages[0]["role"] != "system":
        return {}, messages
    _plain(messages[0])
    return {"system": messages[0]["content"]}, messages[1:]


def _exchange(messages: list[Message], shape: str, *, several: bool = False) -> list[Message]:
    """Return messages that are what the user says and the answer, in turn, and nothing besides."""
    if not messages or len(messages) % 2 or (len(messages) > 2 and not several):
        raise Uncarried(f"{len(messages)} messages, which are more or less than {shape}")
    for one, role in zip(messages, ("user", "assistant") * len(messages), strict=False):
        if one["role"] != role:
            raise Uncarried(f"a message of the {one['role']} where one of the {role} would be")
        _plain(one)
    return messages


def _plain(one: Message) -> None:
    """Refuse a message with more than words."""
    if one.get("content") is None:
        raise Uncarried("a message without words")
    if len(one) == 2:
        return
    for key, name in (
        ("tool_calls", "tool calls"),
        ("reasoning_content", "reasoning"),
        ("tool_call_id", "a call's id"),
    ):
        if one.get(key) is not None:
            raise Uncarried(f"a message with {name}")


def _text(messages: list[Message]) -> str:
    if len(messages) != 1:
        raise Uncarried(f"{len(messages)} messages, which are no one text")
    _plain(messages[0])
    return str(messages[0]["content"])


def _call(call: dict[str, Any]) -> dict[str, Any]:
    function = call["function"]
    arguments = original_of(function["arguments"], {"p": 1})
    is_plain = isinstance(arguments, dict) and as_json(arguments) == function["arguments"]
    told = {"name": function["name"], "arguments": arguments if is_plain else function["arguments"]}
    return {**told, **{key: call[key] for key in ("id",) if call.get(key) is not None}}


_FORMS: dict[str, Callable[[list[Message]], Any]] = {
    "absent": lambda _: None,
    "left": lambda _: None,
    "messages": openai,
    "sharegpt": sharegpt,
    "message": lambda side: openai(side)[0],
    "turn": lambda side: sharegpt(side)[0],
    "text": _text,
    "transcript": transcript,
    "open transcript": lambda side: f"{transcript(side)}\n\nAssistant:",
}
