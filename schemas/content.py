"""What a row is, to the last byte: two rows are the same only where this is, whatever they are called.

A document is its text. A conversation is more than its words: who says what, what is called with which arguments, what
was thought, which tools there are, by what an answer is checked. All that is its content, so rows with equal words and
other calls or reasoning are two. What is said *about* a row (`ABOUT`) is no part of it.

``content_sha256`` is the sha256 of the UTF-8 text of a document; of a conversation, that of the JSON object, as RFC
8785 writes it, of the columns in `CONTENT` as they are published, with all that is null left out:

    {"messages":[{"content":"Hi","role":"user"},{"content":"Hello.","role":"assistant"}]}

Versions that an earlier Licet made have the sha256 of `said` there, the contents of messages and the answer.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from licet.schemas.rows import CHAT, MESSAGE, TOOL_CALL, said

ABOUT = ("category", "generator", "metadata")
"""The columns of `CHAT` that tell about a row and are no part of it."""
CONTENT = tuple(name for name in CHAT.names if name not in ABOUT)
"""The columns of a conversation that make it this one."""
_MESSAGE, _CALL, _FUNCTION = (
    tuple(part.name for part in kind) for kind in (MESSAGE, TOOL_CALL, TOOL_CALL.field("function").type)
)


def content(chat: Mapping[str, Any]) -> bytes:
    """Return what ``content_sha256`` of a conversation is made from; ``tools`` are a list, or published as one text."""
    told: dict[str, Any] = {}
    for name in CONTENT:
        value = chat.get(name)
        if value is None:
            continue
        if name == "tools" and not isinstance(value, str):
            value = f"[{','.join(value)}]"
        elif isinstance(value, list):
            value = [message and _message(message) for message in value]
        told[name] = value
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def content_sha256(chat: Mapping[str, Any]) -> str:
    """Return the ``content_sha256`` of a conversation."""
    return hashlib.sha256(content(chat)).hexdigest()


def is_content_of(digest: str, chat: Mapping[str, Any]) -> bool:
    """Tell whether a ``content_sha256`` is that of a conversation, as it is made here or was by an earlier Licet."""
    return digest == content_sha256(chat) or digest == hashlib.sha256(said(chat).encode()).hexdigest()


def holding(names: Collection[str]) -> list[str]:
    """Return, of the columns that conversations have, those of their content."""
    return [name for name in CONTENT if name in names]


def _message(message: Mapping[str, Any]) -> dict[str, Any]:
    told = _there(message, _MESSAGE)
    if "tool_calls" in told:
        told["tool_calls"] = [call and _call(call) for call in told["tool_calls"]]
    return told


def _call(call: Mapping[str, Any]) -> dict[str, Any]:
    told = _there(call, _CALL)
    if "function" in told:
        told["function"] = _there(told["function"], _FUNCTION)
    return told


def _there(given: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name in names if (value := given.get(name)) is not None}
