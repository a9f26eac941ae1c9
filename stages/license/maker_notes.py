"""Notes on who made a whole set, read: which models they name, and what these ask of their outputs.

Stricter than names in a column: every model that a note names counts, one that was not read makes the rows unknown, and
a note that only says that some model made them leaves them unknown until one is named.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from licet.schemas.generators import Family
from licet.stages.license.generators import families_of, strict_families
from licet.stages.maker_words import made_by

LONGEST_NAME = 6
"""Words of a model's name: ``Mixtral 8x7B Instruct v0.1``."""
_WORD = re.compile(r"\w[\w./:@+-]*")


@dataclass(frozen=True, kw_only=True)
class Note:
    """What a note comes to; ``is_known`` is true of one that names no model, for it names none that is not known."""

    terms: tuple[str, ...]
    is_named: bool
    is_known: bool


@lru_cache(maxsize=4096)
def read_note(raw: str) -> Note:
    """Return what a sentence of a README or a field of a card says of who made the rows."""
    named = [family for told in made_by(raw) for family in _named(told.casefold())]
    return Note(
        terms=tuple(sorted({family.terms for family in named if family.terms})),
        is_named=bool(named),
        is_known=all(family.reviewed for family in named),
    )


def _named(told: str) -> tuple[Family, ...]:
    """Return the models that words name: all that add terms or were not read, else all that add none."""
    if strict := strict_families(told, None):
        return strict
    words = [word.rstrip(".:") for word in _WORD.findall(told)]
    found: dict[str, Family] = {}
    at = 0
    while at < len(words):
        for end in range(min(len(words), at + LONGEST_NAME), at, -1):
            if models := [it for it in families_of("-".join(words[at:end]), None) if it.is_model]:
                found.update((it.family, it) for it in models)
                at = end
                break
        else:
            at += 1
    return tuple(found.values())
