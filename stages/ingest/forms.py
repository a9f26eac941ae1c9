r"""The forms in which what is said stands in one field: text, a transcript, a message, messages or turns."""

import re
from typing import Any

from licet.stages.ingest.fields import type_name
from licet.stages.ingest.messages import Message, Misshapen, message, of_openai, of_sharegpt

_FIRST = ("\n\nHuman:", "\n\nAssistant:", "Human:", "Assistant:")
_TURN = re.compile(r"\n\n(Human|Assistant):[ ]?")
_ROLES = {"Human": "user", "Assistant": "assistant"}


def form_of(given: Any) -> str:
    """Return the form: text, transcript, message, turn, sharegpt, messages; ``absent`` where there is nothing."""
    if given is None:
        return "absent"
    if isinstance(given, str):
        return "transcript" if said_by(given) else "text"
    if isinstance(given, dict):
        return "turn" if "from" in given else "message"
    is_sharegpt = isinstance(given, list) and given and isinstance(given[0], dict) and "from" in given[0]
    return "sharegpt" if is_sharegpt else "messages"


def side_of(given: Any, role: str, key: str) -> list[Message]:
    """Return what a field says: messages and transcripts turn by turn, other text as one message of ``role``."""
    if isinstance(given, str):
        return turns(given, key) if said_by(given) else [message(role, given)]
    if isinstance(given, dict):
        given = [given]
    if isinstance(given, list) and given and isinstance(given[0], dict):
        return of_sharegpt(given) if "from" in given[0] else of_openai(given)
    raise Misshapen(f"`{key}` is missing" if given is None else f"`{key}` of type {type_name(given)}")


def said_by(value: Any) -> bool:
    """Tell whether a text begins with a speaker of a transcript (Bai et al., 2022)."""
    return isinstance(value, str) and value.startswith(_FIRST)


def turns(text: str, key: str) -> list[Message]:
    """Return the messages of a transcript; white space around each is dropped."""
    parts = _TURN.split(f"\n\n{text}" if text.startswith(_FIRST[2:]) else text)
    if len(parts) < 3 or parts[0].strip():
        raise Misshapen(f"`{key}` does not begin with a speaker")
    return [{"role": _ROLES[who], "content": said.strip()} for who, said in zip(parts[1::2], parts[2::2], strict=True)]
