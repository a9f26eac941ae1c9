"""Content that is a list of typed parts: words, and what Anthropic's API has among them.

    {type: text, text}                                      words, as are ``input_text`` and ``output_text``
    {type: thinking, thinking}                              reasoning; Mistral's has parts of text in it
    {type: tool_use, id, name, input}                       a tool call
    {type: tool_result, tool_use_id, content}               what a tool answers, in a message of the user

What one message says in that order is one message of ours; else a new one begins, so that the order stays. Pictures,
sound and films are none of it: a conversation about them is refused, not cut.
"""

from collections.abc import Sequence
from typing import Any

from licet.stages.ingest.fields import as_json
from licet.stages.ingest.reasons import Misshapen
from licet.stages.ingest.residue import original_of

WORDS = frozenset({None, "text", "input_text", "output_text", "summary_text", "reasoning_text"})
"""The types of parts whose ``text`` is what is said."""
THOUGHTS = ("thinking", "reasoning")
BLOCKS = frozenset({*THOUGHTS, "redacted_thinking", "tool_use", "tool_result"})

Part = dict[str, Any]


def words_of(parts: Sequence[Any]) -> str:
    """Return the words of parts, joined by newlines.

    Raises:
        Misshapen: one of them is something else than words.

    """
    return "\n".join(_words(part) for part in parts)


def has_blocks(content: list[Any]) -> bool:
    """Tell whether content has parts that are columns of ours."""
    return any(isinstance(part, dict) and part.get("type") in BLOCKS for part in content)


def opened(one: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the messages, as OpenAI's API has them, that a message with such parts comes to; at least one."""
    made: list[dict[str, Any]] = []
    place = 0  # of what was said last: reasoning, words, calls, the answer of a tool
    for part in one["content"]:
        kind = part.get("type") if isinstance(part, dict) else None
        at = 3 if kind == "tool_result" else 2 if kind == "tool_use" else 0 if kind in THOUGHTS else 1
        if kind == "redacted_thinking":
            continue
        if not made or at < place or at in (0, 3):
            made.append({"role": "tool" if at == 3 else one.get("role"), "content": None})
        place, last = at, made[-1]
        if at == 0:
            last["reasoning_content"] = _thought(part)
        elif at == 1:
            last["content"] = _words(part) if last["content"] is None else f"{last['content']}\n{_words(part)}"
        elif at == 2:
            call = {"id": part.get("id"), "function": {"name": part.get("name"), "arguments": part.get("input")}}
            last.setdefault("tool_calls", []).append(call)
        else:
            last |= {"content": part.get("content"), "tool_call_id": part.get("tool_use_id")}
    return made or [{"role": one.get("role"), "content": None}]


def closed(messages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return messages of ours as the one message with typed parts that they were."""
    made: list[Part] = []
    for one in messages:
        said = one.get("content")
        if one["role"] == "tool":
            made.append(_present(type="tool_result", tool_use_id=one.get("tool_call_id"), content=said))
            continue
        if one.get("reasoning_content") is not None:
            made.append({"type": "thinking", "thinking": one["reasoning_content"]})
        if said is not None:
            made.append({"type": "text", "text": said})
        made += [_use(call) for call in one.get("tool_calls") or ()]
    role = messages[0]["role"]
    return {"role": "user" if role == "tool" else role, "content": made}


def _use(call: dict[str, Any]) -> Part:
    arguments = call["function"]["arguments"]
    given = original_of(arguments, {"p": 1})
    is_json = given is not None and as_json(given) == arguments
    return _present(
        type="tool_use", id=call.get("id"), name=call["function"]["name"], input=given if is_json else arguments
    )


def _present(**fields: Any) -> Part:
    return {name: value for name, value in fields.items() if value is not None}


def _thought(part: Part) -> str:
    said = part.get("thinking", part.get("text"))
    if isinstance(said, list):
        return words_of(said)
    if not isinstance(said, str):
        raise Misshapen(f"a part of the type {part['type']} without text")
    return said


def _words(part: Any) -> str:
    if isinstance(part, str):
        return part
    if not isinstance(part, dict):
        raise Misshapen("content with parts that are no text")
    kind = part.get("type")
    said = part.get("refusal") if kind == "refusal" else part.get("text") if _is_words(kind) else None
    if not isinstance(said, str):
        told = f"the type {kind}" if isinstance(kind, str) else "no type"
        raise Misshapen(f"content with a part of {told}, which is no text")
    return said


def _is_words(kind: Any) -> bool:
    return kind is None or (isinstance(kind, str) and kind in WORDS)
