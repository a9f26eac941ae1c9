"""Whom a statement names as the maker of a row, in words for a person to read."""

import re

from licet.stages.maker_words import made_by

MAX_NAME = 80
_MADE_ON = re.compile(r"\s*\(made [\d-]+\)$")
_MARKS = re.compile(r"[`*\"'\[\]()]+")


def named(kind: str, raw: str) -> str:
    """Return whom a statement names as the maker, for a person to read."""
    if kind == "generator_label":
        return f"{raw[:MAX_NAME]} (a label of turns)"
    if kind != "generator_note":
        return " ".join(_MADE_ON.sub("", raw).split())[:MAX_NAME]
    told = [" ".join(_MARKS.sub(" ", words).split())[:MAX_NAME].strip(" .,:") for words in made_by(raw)]
    return ", ".join(words for words in told if words) or "a model that is not named"
