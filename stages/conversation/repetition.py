"""Answers that go round in circles: the share of characters in n-grams of words that the answer has had already.

Refused by ``strict``: an answer that says one sentence until its tokens run out (`answer_repeats_10grams`). The
measures are Gopher's (Rae et al. 2021, table A1: duplicated 5-grams 0.15 to 10-grams 0.10) as the heuristics take them,
of each answer by itself: in a whole conversation, an answer that quotes its question would count. Nemotron's sets are
filtered for repeated n-grams too. Gopher's bounds are for documents; answers that list or compute repeat themselves
more, so ``strict`` has the bound of the profile ``basic``, most of the answer, and Gopher's are to be set by name.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa

from licet.stages.conversation.turns import Floats, Found, Turns

NGRAMS = range(5, 11)
Repeats = Callable[[pa.Array], Mapping[str, Floats]]
"""Measures of texts, with ``duplicated_<n>gram_share`` among them."""


def repeated_ngrams(turns: Turns, n: int, repeats: Repeats) -> Found:
    """Measure the share of characters of duplicated n-grams in an answer; the greatest of a row's answers."""
    if not len(turns.answers):
        return Found(np.zeros(turns.rows))
    if "repeats" not in turns.shared:
        turns.shared["repeats"] = repeats(turns.answer)
    return turns.greatest(turns.answers, turns.shared["repeats"][f"duplicated_{n}gram_share"])
