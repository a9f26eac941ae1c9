r"""Preferences: what the sides of a pair say, or an answer by itself, and what they follow.

Sides are written as what is said after the prompt, as conversations that begin with it or with the end of it, or as
conversations alone: their prompt is then what both begin with.
"""

from typing import Any

from licet.stages.ingest.asked import Hints, Values, asked
from licet.stages.ingest.forms import form_of, side_of
from licet.stages.ingest.messages import Message, Misshapen

Parts = tuple[dict[str, Any], Hints]


def preference(given: Values) -> Parts:
    """Read ``chosen`` and ``rejected`` after what `asked` reads, or after the messages that both begin with.

    Without ``chosen`` the prompt's last message is, where it is an answer. The hints are those of `asked`, the forms
    of the sides, ``whole`` for sides that begin with the prompt, and ``tail``: with how many messages of its end
    others begin. What is read of no field is ``left``.
    """
    parts, hints = after(given, ("chosen", "rejected"))
    if parts["chosen"] == parts["rejected"]:
        raise Misshapen("chosen and rejected are the same")
    return parts, hints


def unpaired(given: Values) -> Parts:
    """Read ``completion`` after what `asked` reads, and whether it is a good answer; hints are as for a preference.

    Without ``completion`` the prompt's last message is, and the last message of a completion that has a prompt.
    """
    label = given.get("label")
    if label is None or label not in (True, False) or isinstance(label, float):
        raise Misshapen("`label` is missing" if label is None else "`label` that is neither true nor false")
    parts, hints = after(given, ("completion",))
    if not isinstance(label, bool):
        hints["label"] = "number"
    return {**parts, "label": bool(label)}, hints


def after(given: Values, names: tuple[str, ...]) -> Parts:
    """Read what stands in the fields of some names after what `asked` reads, as `preference` says."""
    prompt, hints = asked(given)
    sides: dict[str, list[Message]] = {}
    for name in names:
        if name == names[0] and given.get(name) is None and prompt and prompt[-1]["role"] == "assistant":
            sides[name], prompt = prompt[-1:], prompt[:-1]
            hints[name] = "within"
            continue
        sides[name] = side_of(given.get(name), "assistant", name)
        if (form := form_of(given[name])) != "messages":
            hints[name] = form
    system = prompt[:1] if hints.get("system") == 1 else []
    cuts = {name: _overlap(prompt, side) for name, side in sides.items()}
    left = {"system": given["system"]} if hints.get("system") == "left" else {}
    if not prompt[len(system) :] or _are_whole(prompt, sides, cuts):
        own = _common(list(sides.values()))
        if prompt[len(system) :]:
            left |= {name: given[name] for name in ("prompt", "context", "history") if given.get(name) is not None}
            hints = {name: form for name, form in hints.items() if name in ("system", *names)} | {"prompt": "left"}
        if system and own[0]["role"] == "system":
            left["system"], hints["system"], system = given["system"], "left", []
        prompt, cuts = [*system, *own], dict.fromkeys(sides, len(own))
    if whole := [name for name, cut in cuts.items() if cut == len(prompt)]:
        hints["whole"] = whole
    if tail := {name: cut for name, cut in cuts.items() if 0 < cut < len(prompt)}:
        hints["tail"] = tail
    said = {name: side[cuts[name] :] for name, side in sides.items()}
    if not all(said.values()):
        raise Misshapen("a side that says nothing after the prompt")
    return {"prompt": prompt, **said, "left": left}, hints


def _overlap(prompt: list[Message], side: list[Message]) -> int:
    """Return with how many messages of the prompt's end a side begins: with all, or else not with an answer."""
    if side[: len(prompt)] == prompt:
        return len(prompt)
    if side[0]["role"] == "assistant":
        return 0
    most = min(len(prompt), len(side) - 1)
    return next((cut for cut in range(most, 0, -1) if prompt[-cut:] == side[:cut]), 0)


def _are_whole(prompt: list[Message], sides: dict[str, list[Message]], cuts: dict[str, int]) -> bool:
    """Tell whether sides are conversations of their own, which none goes on where the prompt ends but all begin alike.

    So it is where a side says nothing more than the prompt, too: that is then the whole of it once more.
    """
    first, *others = [side[0] for side in sides.values()]
    if first["role"] == "assistant" or any(other != first for other in others):
        return False
    goes_on = any(cuts.values()) or prompt[-1]["role"] == "assistant"
    return not goes_on or any(cuts[name] == len(side) for name, side in sides.items())


def _common(sides: list[list[Message]]) -> list[Message]:
    """Return what all sides begin with; each keeps at least its last message."""
    first, *others = sides
    most = min(map(len, sides)) - 1
    cut = 0
    while cut < most and all(other[cut] == first[cut] for other in others):
        cut += 1
    if not cut:
        raise Misshapen("no prompt" + (", and nothing that both sides begin with" if others else ""))
    return first[:cut]
