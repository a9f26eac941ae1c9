"""Conversations as lists of exchanges, or of texts by turns.

[{input, output}, …]            Capybara's, and XTuner's, with ``system`` in them; the two go by other names as well
[[asked, answered], …]          as a `history` of LLaMA-Factory's
[asked, answered, asked, …]     UltraChat's and LIMA's
"""

from typing import Any

from licet.stages.ingest.answers import Parts, Values, system_before
from licet.stages.ingest.fields import type_name, value_of
from licet.stages.ingest.messages import Message, Misshapen, message

KEYS = (
    ("input", "output"),
    ("user", "assistant"),
    ("human", "assistant"),
    ("question", "answer"),
    ("query", "response"),
    ("prompt", "response"),
    ("prompt", "completion"),
    ("instruction", "output"),
    ("instruction", "response"),
)
"""What the two sides of an exchange are called."""
_ROLES = ("user", "assistant")


def exchanges(given: Values) -> Parts:
    """Read ``turns``, with a ``system`` prompt before them; the hint is their form, or the names of the two sides."""
    told = given.get("turns")
    if isinstance(told, str) and told.lstrip().startswith("["):
        told = value_of(told)
    if not isinstance(told, list):
        raise Misshapen("`turns` is missing" if told is None else f"`turns` of type {type_name(told)}")
    if len(told) > 1 and all(isinstance(one, str) for one in told):
        form: Any = "texts"
        found = [message(_ROLES[at % 2], said) for at, said in enumerate(told)]
    elif told and all(isinstance(one, list) and len(one) == 2 for one in told):
        form = "lists"
        found = [message(role, said) for one in told for role, said in zip(_ROLES, one, strict=True)]
    else:
        form, found = _by_keys(told)
    system, hints, left = system_before(given, found)
    return {"messages": [*system, *found], "left": left}, {**hints, "turns": form}


def written(messages: list[Message], form: Any) -> list[Any]:
    """Return messages as exchanges, or as texts, of a form that `exchanges` told."""
    if form == "texts":
        return [one["content"] for one in messages]
    if form == "lists":
        said = [one["content"] for one in messages]
        return [said[at : at + 2] for at in range(0, len(said), 2)]
    made: list[dict[str, Any]] = []
    names = {"system": "system", **dict(zip(_ROLES, form, strict=True))}
    for one in messages:
        name = names[one["role"]]
        is_new = one["role"] == "system" or (one["role"] == "user" and not (made and set(made[-1]) == {"system"}))
        if is_new or not made:
            made.append({})
        made[-1][name] = one["content"]
    return made


def _by_keys(told: list[Any]) -> tuple[list[str], list[Message]]:
    first = told[0] if told and isinstance(told[0], dict) else {}
    keys = next((keys for keys in KEYS if set(keys) <= set(first)), None)
    if keys is None:
        raise Misshapen("`turns` that are no exchanges")
    found: list[Message] = []
    for at, one in enumerate(told):
        if not isinstance(one, dict):
            raise Misshapen(f"an exchange of type {type_name(one)}")
        if one.get("system"):
            found.append(message("system", one["system"]))
        for role, key in zip(_ROLES, keys, strict=True):
            if one.get(key) is None and not (role == "assistant" and at == len(told) - 1):
                raise Misshapen(f"an exchange without `{key}`")
            if one.get(key) is not None:
                found.append(message(role, one[key]))
    return list(keys), found
