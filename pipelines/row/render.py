"""A row as a trainer sees it: its messages rendered by a chat template, just as transformers and TRL do it.

What transformers 5 does to messages before a template sees them is done here: keys without a value are left out, and
reasoning goes by its older name besides. Arguments of tool calls, which rows hold as JSON, become objects, which is
what transformers asks for and most templates take; ``arguments="string"`` leaves them to the few that do not.
"""

import json
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import Any, Literal

from packaging.version import parse as parse_version

from licet.pipelines.row.templates import Template
from licet.schemas.errors import InputError
from licet.schemas.rows import SAID

Arguments = Literal["object", "string"]
Message = Mapping[str, Any]
OLDEST = "3.1.6"
"""The first Jinja without known ways out of its sandbox; transformers takes no older one either."""
_GOES_ON = "LICET_THE_ANSWER_GOES_ON_HERE "


@dataclass(frozen=True)
class Rendered:
    """A text, and the spans of it that stand in `{% generation %}` blocks: characters that a trainer learns from."""

    text: str
    learnt: tuple[tuple[int, int], ...] = ()


def rendered(row: Mapping[str, Any], template: Template, arguments: Arguments = "object") -> dict[str, Rendered]:
    """Return each text that a trainer makes of a row, as TRL names them.

    That is `text` of a conversation, `prompt`, `chosen` and `rejected` of a preference, `prompt` and `completion` of an
    unpaired one, `prompt` of a row for reinforcement learning.

    Raises:
        InputError: the template is none, or does not take the row; with the line in the template.

    """
    tools = (json.loads(row["tools"]) if row.get("tools") else None) or None
    text = template.for_tools if tools and template.for_tools is not None else template.text
    said = {name: [_seen(message, arguments) for message in row[name]] for name in SAID if row.get(name)}

    def whole(messages: Sequence[Message], **how: Any) -> Rendered:
        return _render(template.name, text, messages, {**template.tokens, "tools": tools, **how})

    if "messages" in said:
        return {"text": whole(said["messages"])}
    if "prompt" not in said:
        raise InputError("the row has no messages that a template could render")
    # As TRL: the prompt alone is asked to be answered, or to be gone on with where an answer has begun.
    if said["prompt"][-1]["role"] == "assistant":
        begun = [*said["prompt"][:-1], _with_end(said["prompt"][-1])]
        prompt = Rendered(_up_to_end(whole(begun).text, template.name))
    else:
        prompt = whole(said["prompt"], add_generation_prompt=True)
    sides = {name: whole([*said["prompt"], *said[name]]) for name in SAID[2:] if name in said}
    shared = prompt.text
    for side in sides.values():
        shared = "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(shared, side.text, strict=False)))
    return {"prompt": _from(prompt, 0, len(shared)), **{n: _from(side, len(shared)) for n, side in sides.items()}}


def _with_end(message: Message) -> Message:
    return {**message, "content": (message.get("content") or "") + _GOES_ON}


def _up_to_end(text: str, name: str) -> str:
    before, found, after = text.rpartition(_GOES_ON.strip())
    if not found:
        raise InputError(f"{name} leaves out the beginning of the answer that the row's prompt ends with")
    # A template that strips messages would have taken the white space at the end of this one, too.
    return before if after.startswith(" ") else before.rstrip()


def _from(whole: Rendered, start: int, end: int | None = None) -> Rendered:
    """Return a part of a rendered text, with what is learnt of it."""
    end = len(whole.text) if end is None else end
    spans = [(max(a, start) - start, min(b, end) - start) for a, b in whole.learnt]
    return Rendered(whole.text[start:end], tuple((a, b) for a, b in spans if a < b))


def _seen(message: Message, arguments: Arguments) -> dict[str, Any]:
    """Return a message as a template sees it."""
    found = {key: value for key, value in message.items() if value is not None}
    if "reasoning_content" in found:
        found = {"thinking": found["reasoning_content"], **found}
    if "tool_calls" in found and arguments == "object":
        found["tool_calls"] = [_with_object(call) for call in found["tool_calls"]]
    return found


def _with_object(call: Mapping[str, Any]) -> Mapping[str, Any]:
    function = call["function"]
    try:
        arguments = json.loads(function["arguments"])
    except (TypeError, ValueError):
        return call
    return {**call, "function": {**function, "arguments": arguments}} if isinstance(arguments, dict) else call


@lru_cache(maxsize=8)
def _compiled(name: str, text: str) -> Any:
    try:
        import jinja2
        from jinja2.exceptions import TemplateSyntaxError

        from licet.pipelines.row.environment import sandbox
    except ImportError as error:
        raise InputError("Chat templates need Jinja: pip install 'licet[templates]'") from error
    if parse_version(jinja2.__version__) < parse_version(OLDEST):
        raise InputError(
            f"Jinja is {jinja2.__version__} here, whose sandbox templates can leave: pip install 'jinja2>={OLDEST}'"
        )
    try:
        return sandbox().from_string(text)
    except TemplateSyntaxError as error:
        raise InputError(f"{name}, line {error.lineno}: {error.message}") from error


def _render(name: str, text: str, messages: Sequence[Message], given: Mapping[str, Any]) -> Rendered:
    template = _compiled(name, text)
    parts: list[str] = []
    values = {"add_generation_prompt": False, "documents": None, **given, "messages": messages}
    try:
        # One by one, so that a block of what is learnt knows how much text is before it.
        with template.environment.followed(parts) as learnt:
            for piece in template.generate(**values):
                parts.append(piece)  # noqa: PERF402
    except RecursionError as error:
        raise InputError(f"{name} does not end: it calls itself over and over") from error
    except Exception as error:  # a template raises whatever it likes, and its errors are those of Python's operators
        raise InputError(_failure(name, error, messages)) from error
    return Rendered("".join(parts), tuple(learnt))


def _failure(name: str, error: Exception, messages: Sequence[Message]) -> str:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    at = f", line {lines[-1]}" if lines else ""
    told = " ".join(str(error).split()) or type(error).__name__
    return f"{name}{at}: {told[:300]}{_hint(error, messages)}"


def _hint(error: Exception, messages: Sequence[Message]) -> str:
    if "'content'" in str(error) and any("content" not in message for message in messages):
        return "; it does not take messages of calls alone, which have no content"
    if isinstance(error, TypeError) and any(message.get("tool_calls") for message in messages):
        return "; it may take arguments of calls as text: try --arguments string"
    return ""
