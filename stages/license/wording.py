"""How sure a short licence is in which somebody worded a few things otherwise: "DISCLAIMS" for "DISCLAIM".

One changed word takes four grams along, so that three of them cost a licence of 160 words a tenth of its confidence,
as much as a missing sentence. Where every difference within a licence is a word or two that licences use, and none of
them limits, permits or asks for anything, one gram is counted for each instead. Which licence it is was decided
before: no two come nearer to each other. What stands before and after it costs as much as ever.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from licet.stages.license._kernel import GRAM, UNKNOWN
from licet.stages.license.changed import LIMITS, NEGATIONS, RIGHTS, Counts, counts_of
from licet.stages.license.grams import Words

HOLDER = UNKNOWN - 2
"""The number of the word that stands for a holder's name."""
HOLDER_WORDS = 2
"""Words more than a name's one that a licence has where it says "the copyright holder"."""
FEW = 2
"""Differing words in a row that are another wording: more are a passage."""
ONE_IN = 30
"""At most one difference in so many words: the text in Pillow has four in 150."""
_GUARDED = (
    "agree agrees should must shall may contribute cite acknowledge acknowledgment pay send indicate required fee fees "
    "commercial noncommercial non research academic educational evaluation personal internal purpose purposes share "
    "derivative derivatives alike source binary advertising endorse promote credit government military publicly "
    "modified modification modifications distribution redistributions publication files conditions names"
)
GUARDED = frozenset((*LIMITS, *RIGHTS, *NEGATIONS, *_GUARDED.split()))
"""Words of which one more or less makes another licence."""

IN_OWN_WORDS = frozenset({"SMLNJ"})
"""Licences to which notices of others are nearest (HPND with its holder filled in): sure in their own words only."""


def otherwise_worded(
    words: Words, is_hit: npt.NDArray[np.bool_], limits: Counts, rights: Counts
) -> tuple[int, int, int]:
    """Return how many differences change nothing, the grams of the text they take along, and of the licence at most.

    Nothing is forgiven, three zeros, where one of the differences may change something or there are many. ``is_hit``
    tells of each four words in a row whether the licence has them; ``limits`` and ``rights`` say how often it has each
    of `LIMITS` and `RIGHTS`, at least: one that is missing was struck out.
    """
    at = np.nonzero(is_hit)[0]
    gaps = [(one + 1, other) for one, other in pairwise(at.tolist()) if other - one > 1]
    if not gaps or len(gaps) * ONE_IN > len(words.numbers):
        return 0, 0, 0
    for names, least in ((LIMITS, limits), (RIGHTS, rights)):
        if any(have < must for have, must in zip(counts_of(words, names), least, strict=True)):
            return 0, 0, 0
    most = 0
    for first, last in gaps:
        differing = words.numbers[first + GRAM - 1 : last].tolist()
        if len(differing) > FEW or any(_is_guarded(number, words) for number in differing):
            return 0, 0, 0
        most += GRAM - 1 + FEW + (HOLDER_WORDS if HOLDER in differing else 0)
    return len(gaps), sum(last - first for first, last in gaps), most


def _is_guarded(number: int, words: Words) -> bool:
    """Tell whether a word may change a licence; the name of a holder does not."""
    return number != HOLDER and (number < 0 or words.vocabulary.words[number] in GUARDED)
