"""Items of OpenAI's Responses API as messages: reasoning, words and calls that follow each other are one message.

    {type: reasoning, summary: [{text}], content: [{text}]}       its content, else the summary of it
    {type: message, role, content: [{type: output_text, text}]}   also without ``type``
    {type: function_call, call_id, name, arguments}
    {type: function_call_output, call_id, output}

Calls without an answer between them were made at once. Reasoning that is encrypted says nothing, and is kept beside.
"""

from collections.abc import Sequence
from typing import Any

from licet.stages.ingest.fields import type_name
from licet.stages.ingest.parts import words_of
from licet.stages.ingest.reasons import Misshapen

Item = dict[str, Any]
Hint = dict[str, Any]
"""How items were cut: ``silent`` are the places of reasoning that says nothing; ``in`` is where the others have it."""


def is_item(one: dict[str, Any]) -> bool:
    """Tell whether an entry of a list of messages is an item that is no message."""
    return "role" not in one and isinstance(one.get("type"), str)


def merged(items: Sequence[Any]) -> tuple[list[dict[str, Any]], Hint]:
    """Return the messages, as the older API has them, that items come to, and how they were cut.

    Raises:
        Misshapen: an item of another type, as a search in the web is.

    """
    made: list[dict[str, Any]] = []
    silent: list[int] = []
    where = "summary"
    answer: dict[str, Any] | None = None  # what goes on in the item that comes
    for at, one in enumerate(items):
        if not isinstance(one, dict):
            raise Misshapen(f"a message of type {type_name(one)}")
        kind = one.get("type")
        if "role" in one:
            answer = _message(made, one, answer)
        elif kind == "reasoning":
            where = "content" if one.get("content") else where
            if said := _thought(one):
                answer = {"role": "assistant", "content": None, "reasoning_content": said}
                made.append(answer)
            else:
                silent.append(at)
        elif kind == "function_call":
            if answer is None:
                answer = {"role": "assistant", "content": None}
                made.append(answer)
            answer.setdefault("tool_calls", []).append({"id": one.get("call_id"), "function": one})
        elif kind == "function_call_output":
            answer = None
            made.append({"role": "tool", "content": one.get("output"), "tool_call_id": one.get("call_id")})
        else:
            raise Misshapen(f"an item of the type {kind!r}")
    if not made:
        raise Misshapen("items that say nothing")
    return made, {"silent": silent, "in": where}


def cut(messages: Sequence[dict[str, Any]], hint: Hint) -> list[Item]:
    """Return messages as the items that they were; parts of text are not cut."""
    made: list[Item] = []
    for one in messages:
        if one["role"] == "tool":
            made.append(_present(type="function_call_output", call_id=one.get("tool_call_id"), output=one["content"]))
            continue
        thought, calls = one.get("reasoning_content"), one.get("tool_calls") or ()
        if thought is not None:
            made.append({"type": "reasoning", hint.get("in", "summary"): thought})
        if one["content"] is not None or (thought is None and not calls):
            made.append({"role": one["role"], "content": one["content"]})
        made += [_present(type="function_call", call_id=call.get("id"), **call["function"]) for call in calls]
    for at in hint.get("silent", ()):
        made.insert(at, {"type": "reasoning"})
    return made


def _message(made: list[dict[str, Any]], one: dict[str, Any], answer: dict[str, Any] | None) -> dict[str, Any] | None:
    """Put a message behind the others, or into the answer whose reasoning was before it; return what may go on."""
    if one["role"] != "assistant" or one.get("tool_calls"):
        made.append(one)
        return None
    if answer is not None and answer["content"] is None and "tool_calls" not in answer:
        answer["content"] = one.get("content")
        return answer
    made.append({"role": "assistant", "content": one.get("content")})
    return made[-1]


def _thought(one: Item) -> str:
    said = one.get("content") or one.get("summary") or ""
    if isinstance(said, str):
        return said
    if isinstance(said, list):
        return words_of(said)
    raise Misshapen(f"reasoning of type {type_name(said)}")


def _present(**fields: Any) -> Item:
    return {name: value for name, value in fields.items() if value is not None}
