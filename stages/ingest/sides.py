r"""Preferences: the sides of a pair and what they follow, written as text, as messages or as a transcript."""

import re
from typing import Any

from licet.stages.ingest.fields import type_name
from licet.stages.ingest.messages import Message, Misshapen, message, of_openai, of_sharegpt

_FIRST = ("\n\nHuman:", "\n\nAssistant:", "Human:", "Assistant:")
_TURN = re.compile(r"\n\n(Human|Assistant):[ ]?")
_ROLES = {"Human": "user", "Assistant": "assistant"}


def preference(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read ``chosen`` and ``rejected`` after ``prompt``, or after the messages that both begin with.

    The hints are the forms of the three, and ``whole`` where the sides begin with the prompt.
    """
    forms = {name: form_of(given.get(name)) for name in ("prompt", "chosen", "rejected")}
    prompt = [] if forms["prompt"] == "absent" else _side(given["prompt"], "user", "prompt")
    if forms["prompt"] == "transcript" and not prompt[-1]["content"]:
        del prompt[-1]  # "… \n\nAssistant:", where both sides go on
        forms["prompt"] = "open transcript"
    chosen = _side(given.get("chosen"), "assistant", "chosen")
    rejected = _side(given.get("rejected"), "assistant", "rejected")
    hints: dict[str, Any] = {name: form for name, form in forms.items() if form != "messages"}
    if prompt:
        cuts = [len(prompt) if side[: len(prompt)] == prompt else 0 for side in (chosen, rejected)]
        if whole := [name for name, cut in zip(("chosen", "rejected"), cuts, strict=True) if cut]:
            hints["whole"] = whole
        return _pair(prompt, chosen[cuts[0] :], rejected[cuts[1] :]), hints
    return _common(chosen, rejected), {**hints, "whole": ["chosen", "rejected"]}


def form_of(given: Any) -> str:
    """Return how a side is written: text, transcript, message, sharegpt, messages; ``absent`` where there is none."""
    if given is None:
        return "absent"
    if isinstance(given, str):
        return "transcript" if said_by(given) else "text"
    if isinstance(given, dict):
        return "message"
    is_sharegpt = isinstance(given, list) and given and isinstance(given[0], dict) and "from" in given[0]
    return "sharegpt" if is_sharegpt else "messages"


def said_by(value: Any) -> bool:
    """Tell whether a text begins with a speaker of a transcript (Bai et al., 2022)."""
    return isinstance(value, str) and value.startswith(_FIRST)


def turns(text: str, key: str) -> list[Message]:
    """Return the messages of a transcript; white space around each is dropped."""
    parts = _TURN.split(f"\n\n{text}" if text.startswith(_FIRST[2:]) else text)
    if len(parts) < 3 or parts[0].strip():
        raise Misshapen(f"`{key}` does not begin with a speaker")
    return [{"role": _ROLES[who], "content": said.strip()} for who, said in zip(parts[1::2], parts[2::2], strict=True)]


def _side(given: Any, role: str, key: str) -> list[Message]:
    """Return what a side says: messages and transcripts turn by turn, other text as one message."""
    if isinstance(given, str):
        return turns(given, key) if said_by(given) else [message(role, given)]
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
