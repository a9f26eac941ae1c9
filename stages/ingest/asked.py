"""What an answer follows, wherever a row has it: system prompt, earlier exchanges, a prompt and a context to it."""

from typing import Any

from licet.stages.ingest.fields import type_name
from licet.stages.ingest.forms import form_of, side_of
from licet.stages.ingest.messages import Message, Misshapen, message

Values = dict[str, Any]
Hints = dict[str, Any]


def asked(given: Values) -> tuple[list[Message], Hints]:
    r"""Return the messages of ``prompt`` after those of ``system`` and ``history``, with ``context`` at their end.

    The hints are the form of the prompt, where in its text the context begins, how many messages are of the history,
    and of the system prompt ``1``, or ``left`` where the prompt has one of its own, which then is the one that holds.
    """
    form, prompt = form_of(given.get("prompt")), []
    if form != "absent":
        prompt = side_of(given["prompt"], "user", "prompt")
    if form == "transcript" and not prompt[-1]["content"]:
        del prompt[-1]  # "… \n\nAssistant:", where the answer goes on
        form = "open transcript"
    hints: Hints = {} if form == "messages" else {"prompt": form}
    if context := _text(given, "context"):
        if form != "text":
            raise Misshapen("an instruction that is no text, with a context")
        hints["context"] = len(given["prompt"])
        prompt = [message("user", f"{given['prompt']}\n\n{context}")]
    if before := exchanges(given.get("history")):
        hints["history"] = len(before)
        prompt = [*before, *prompt]
    if system := _text(given, "system"):
        has_own = bool(prompt) and prompt[0]["role"] == "system"
        hints["system"] = "left" if has_own else 1
        prompt = prompt if has_own else [message("system", system), *prompt]
    return prompt, hints


def exchanges(given: Any) -> list[Message]:
    """Return the messages of a list of pairs, each of what the user says and the answer."""
    if not given:
        return []
    if not isinstance(given, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in given):
        raise Misshapen("`history` that is no list of pairs")
    return [message(role, said) for pair in given for role, said in zip(("user", "assistant"), pair, strict=True)]


def _text(given: Values, name: str) -> str:
    found = given.get(name)
    if found is not None and not isinstance(found, str):
        raise Misshapen(f"`{name}` of type {type_name(found)}")
    return found or ""
