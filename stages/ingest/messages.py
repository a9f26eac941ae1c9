"""Messages in the form that post-training rows share: known roles, text content, tool calls as JSON strings."""

import json
from typing import Any

from licet.stages.ingest.fields import as_json, type_name, value_of
from licet.stages.ingest.items import is_item, merged
from licet.stages.ingest.media import media_of
from licet.stages.ingest.parts import has_blocks, opened, words_of
from licet.stages.ingest.reasons import Misshapen as Misshapen

_SPEAKERS = {
    "user": "user human prompter instruction",
    "assistant": "assistant gpt bot chatgpt model bing bard ai",
    "system": "system developer",
    "tool": "tool function ipython observation function_response function-response tool_response tool-response"
    " tool_result tool_output function_result function_call_output",
}
ROLES = {name: role for role, names in _SPEAKERS.items() for name in names.split()}
"""What data sets call the speakers, in any case: OpenAI's and ShareGPT's names with those of its many copies (FastChat,
Axolotl), OpenAssistant's, Llama's, LLaMA-Factory's and Hermes'."""
CALLS = ("function_call", "function-call", "tool_call", "tool-call")
"""Speakers whose words are a tool call."""
WORDS = ("content", "text", "parts", "value", "refusal", "system_prompt")
"""What a message's words are called: by most, SWE-agent, Gemini's API, ShareGPT, OpenAI's, and SWE-agent once more."""
THOUGHTS = ("reasoning_content", "thinking", "reasoning")
"""What a message's reasoning is called: by most, by Ollama, by OpenRouter and vLLM."""

Message = dict[str, Any]


def message(role: Any, content: Any, **extra: Any) -> Message:
    """Return a message with normalised role and text content; parts of text are joined by newlines.

    Raises:
        Misshapen: an unknown role, or content that is no text.

    """
    known = ROLES.get(role) or ROLES.get(role.strip().lower()) if isinstance(role, str) else None
    if known is None:
        raise Misshapen(f"a message of role {role!r}" if isinstance(role, str) else "a message without a role")
    found = {"role": known, "content": content if type(content) is str else _content(content)}
    if extra:
        found.update({key: value for key, value in extra.items() if value is not None})
    return found


def of_openai(given: Any, hints: dict[str, Any] | None = None) -> list[Message]:
    """Return the messages of a list of ``{role, content, tool_calls, tool_call_id, reasoning_content}``.

    The list may be one of items (`items`), and content one of parts (`parts`); how they were cut goes into ``hints``,
    as ``items`` and as ``blocks``: the messages that each message with such parts came to, by its place.
    """
    given = _decoded(given)
    if not isinstance(given, list) or not given:
        raise Misshapen(f"messages that are {'an empty list' if given == [] else 'of type ' + type_name(given)}")
    found = []
    more = 0  # messages beyond those that are given
    for one in given:
        if not isinstance(one, dict):
            raise Misshapen(f"a message of type {type_name(one)}")
        role, said = one.get("role"), one.get("content")
        if len(one) == 2 and type(said) is str and type(role) is str and (known := ROLES.get(role)):
            # One that is written as ours are is taken as it is: that it came out as it went in needs no proof then.
            found.append(one if known == role and next(iter(one)) == "role" else {"role": known, "content": said})
            continue
        if role is None and is_item(one):
            told, hint = merged(given)
            if hints is not None:
                hints["items"] = hint
            return [_of_openai(each) for each in told]
        if type(said) is list and has_blocks(said):
            told = opened(one)
            if hints is not None:
                hints.setdefault("blocks", {})[str(len(found) - more)] = len(told)
            found += map(_of_openai, told)
            more += len(told) - 1
            continue
        found.append(_of_openai(one))
    return found


def _of_openai(one: dict[str, Any]) -> Message:
    role, said = one.get("role"), one.get("content")
    if name := media_of(one):
        raise Misshapen(f"a message with `{name}`, which is no text")
    if role in CALLS:
        return message("assistant", None, tool_calls=tool_calls(said))
    if said is None:
        said = next((one[key] for key in WORDS if one.get(key) is not None), None)
    calls = one.get("tool_calls")
    if not calls and one.get("function_call"):
        calls = [{"function": one["function_call"]}]
    return message(
        role,
        said,
        reasoning_content=next((one[key] for key in THOUGHTS if isinstance(one.get(key), str)), None),
        tool_calls=[] if calls == [] else tool_calls(calls) if calls else None,
        tool_call_id=_text_or_none(one.get("tool_call_id")),
    )


def of_sharegpt(given: Any) -> list[Message]:
    """Return the messages of a list of ``{from, value}``."""
    given = _decoded(given)
    if not isinstance(given, list) or not given:
        raise Misshapen(f"conversations that are {'an empty list' if given == [] else 'of type ' + type_name(given)}")
    found = []
    for one in given:
        if not isinstance(one, dict):
            raise Misshapen(f"a turn of type {type_name(one)}")
        speaker, value = one.get("from"), one.get("value", one.get("content", one.get("text")))
        if len(one) == 2 and type(value) is str and type(speaker) is str and (known := ROLES.get(speaker)):
            found.append({"role": known, "content": value})
            continue
        if speaker is None and "role" in one:
            found.append(_of_openai(one))
            continue
        if name := media_of(one):
            raise Misshapen(f"a message with `{name}`, which is no text")
        if speaker in CALLS:
            found.append(message("assistant", None, tool_calls=tool_calls(value)))
        else:
            found.append(
                message(
                    one.get("speaker") if speaker is None else speaker,
                    value,
                    tool_call_id=_text_or_none(one.get("tool_call_id")),
                )
            )
    return found


def tool_calls(given: Any) -> list[dict[str, Any]]:
    """Return tool calls as ``{id, type, function{name, arguments}}`` with the arguments as a JSON string.

    Arguments that are a string stay as they were written; an object becomes JSON without spaces, in its own order.
    """
    if isinstance(given, str) and (given := value_of(given)) is None:
        raise Misshapen("a tool call that is no JSON")
    found = []
    for call in given if isinstance(given, list) else [given]:
        function = call.get("function", call) if isinstance(call, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            raise Misshapen("a tool call without a function's name")
        arguments = function.get("arguments", function.get("parameters"))
        found.append(
            {
                "id": _text_or_none(call.get("id")),
                "type": _text_or_none(call.get("type")) or "function",
                "function": {
                    "name": function["name"],
                    "arguments": arguments if isinstance(arguments, str) else as_json(arguments or {}),
                },
            }
        )
    return found


def _decoded(given: Any) -> Any:
    """Return a list that a text is the JSON of, or an object of lists the columns of; anything else as it is."""
    if isinstance(given, dict) and given and ("role" in given or "from" in given):
        columns = given.values()
        if all(isinstance(column, list) for column in columns) and len({len(column) for column in columns}) == 1:
            return [dict(zip(given, values, strict=True)) for values in zip(*columns, strict=True)]
        return given
    if not isinstance(given, str) or not given.lstrip().startswith("["):
        return given
    try:
        return json.loads(given)
    except (ValueError, RecursionError):
        return given


def _content(given: Any) -> str | None:
    if given is None or isinstance(given, str):
        return given
    if isinstance(given, list):
        return words_of(given)
    raise Misshapen(f"content of type {type_name(given)}")


def _text_or_none(given: Any) -> str | None:
    return given if isinstance(given, str) else None
