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

import pyarrow as pa

from licet.schemas.rows import CHAT, MESSAGE, TOOL_CALL, said

ABOUT = ("category", "generator", "metadata")
"""The columns of `CHAT` that tell about a row and are no part of it."""
CONTENT = tuple(name for name in CHAT.names if name not in ABOUT)
"""The columns of a conversation that make it this one."""
_NAMES = sorted(CONTENT)
_SAID = sorted(field.name for field in MESSAGE if pa.types.is_string(field.type))
_CALLED = sorted(field.name for field in TOOL_CALL.field("function").type)
_TOLD = sorted(field.name for field in TOOL_CALL if pa.types.is_string(field.type))
# The hot loop of reading conversations: names are few and sorted beforehand, so that only texts are left to escape.
_quoted = json.encoder.encode_basestring


def content(chat: Mapping[str, Any]) -> bytes:
    """Return what ``content_sha256`` of a conversation is made from; ``tools`` are a list, or published as one text."""
    told = [f'"{name}":{_value(name, value)}' for name in _NAMES if (value := chat.get(name)) is not None]
    return f"{{{','.join(told)}}}".encode()


def content_sha256(chat: Mapping[str, Any]) -> str:
    """Return the ``content_sha256`` of a conversation."""
    return hashlib.sha256(content(chat)).hexdigest()


def is_content_of(digest: str, chat: Mapping[str, Any]) -> bool:
    """Tell whether a ``content_sha256`` is that of a conversation, as it is made here or was by an earlier Licet."""
    return digest == content_sha256(chat) or digest == hashlib.sha256(said(chat).encode()).hexdigest()


def holding(names: Collection[str]) -> list[str]:
    """Return, of the columns that conversations have, those of their content."""
    return [name for name in CONTENT if name in names]


def _value(name: str, value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if name == "tools":
        return _quoted(f"[{','.join(value)}]")
    return f"[{','.join(map(_message, value))}]"


def _message(message: Mapping[str, Any] | None) -> str:
    if message is None:
        return "null"
    told = _texts(message, _SAID)
    if (calls := message.get("tool_calls")) is not None:
        told.append(f'"tool_calls":[{",".join(map(_call, calls))}]')
    return f"{{{','.join(told)}}}"


def _call(call: Mapping[str, Any] | None) -> str:
    if call is None:
        return "null"
    function = call.get("function")
    told = [] if function is None else [f'"function":{{{",".join(_texts(function, _CALLED))}}}']
    return f"{{{','.join(told + _texts(call, _TOLD))}}}"


def _texts(given: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    return [f'"{name}":{_quoted(value)}' for name in names if (value := given.get(name)) is not None]
