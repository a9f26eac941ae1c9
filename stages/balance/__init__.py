"""Balance: how much of each group of rows a version holds, decided once all rows are known."""

from licet.stages.balance.draw import draws, keys_of, shown
from licet.stages.balance.reasons import REASONS, STAGE, from_detail, in_detail
from licet.stages.balance.targets import Target, shortfalls, targets

__all__ = [
    "REASONS",
    "STAGE",
    "Target",
    "draws",
    "from_detail",
    "in_detail",
    "keys_of",
    "shortfalls",
    "shown",
    "targets",
]
