"""Who made a row, put together: which statement on it leaves its maker unknown, if one does.

Names in a row's own column or in the recipe, notes of the set's README or card, labels of its turns. A name that is not
known ends the matter, wherever it stands. A note that some model made the rows is settled by the name of a model or of
a program, or by the row's own word, but not by the recipe's that people did; a label such as ``gpt``, which formats use
for whoever answers, by any of them. The recipe's word counts where it says where that can be read.
"""

from collections.abc import Sequence

from licet.stages.license.statements import Statement

RECIPE = "recipe#"
"""How locators begin of what the recipe's author says."""


def unknown_maker(makers: Sequence[Statement]) -> Statement | None:
    """Return the statement for which a row's maker is not known; null where it is, or where nobody speaks of it."""
    unknown = next((s for s in makers if "unknown_generator" in s.flags), None)
    if unknown is not None:
        return unknown
    named = [s for s in makers if s.claim.kind == "generator" and _is_founded(s)]
    is_told = any({"generated", "programmed"} & {*s.flags} or not s.claim.locator.startswith(RECIPE) for s in named)
    note = next((s for s in makers if "generator_unnamed" in s.flags), None)
    if note is not None and not is_told:
        return note
    label = next((s for s in makers if "generator_label" in s.flags), None)
    return label if not named else None


def _is_founded(statement: Statement) -> bool:
    """Tell whether a name is the row's own word, or one of the recipe that says where it can be read."""
    return not statement.claim.locator.startswith(RECIPE) or statement.claim.url is not None
