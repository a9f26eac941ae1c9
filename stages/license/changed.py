"""Whether the words of a licence were changed so that it permits less: what was put in, what was taken out.

A text may have nearly all grams of MIT and not be MIT: "but not sell", "for use on our chips only", ``sell`` struck
out. The index holds, for each licence, how often its text has each of some words that limit (`LIMITS`), with and
without its appendices, and each of some that permit (`RIGHTS`), at least. A limiting word beyond that number which
stands where no gram of the licence is was added; a permitting one that is not there often enough was struck out,
unless a word beyond recognition may have been it.

The words were chosen from what texts add that resemble a licence and are none: 97 edited copies of MIT, ISC,
BSD and Apache-2.0 in a detector's collection of proprietary terms.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from licet.stages.license._kernel import distance
from licet.stages.license.grams import Vocabulary, Words

_LIMITS = (
    "not no never only cannot except excluding unless must prohibited forbidden disallowed restricted restrictions "
    "solely exclusively paid purchase consent approval approved legally without evil sell military"
)
LIMITS = tuple(_LIMITS.split())
"""Words that limit what is permitted, or say what must be done for it."""
_RIGHTS = (
    "use copy modify merge publish distribute sublicense sell redistribution redistribute reproduce without charge"
)
RIGHTS = tuple(_RIGHTS.split())
"""Words that say what is permitted, and how freely."""
NEGATIONS = ("not", "no", "nor")
"""Words that scans confuse with each other: where one is missing, another that is too many may be it."""
_DUTIES = (
    b"agree agrees should contribute contributes cite cites acknowledge pay pays send sends donate indicate indication"
)
DUTIES = frozenset(_DUTIES.split())
"""Words by which a passage that was put into a licence asks for something."""
NO_DUTY = (b"should not be interpreted", b"should have received", b"should be able")
"""What many copies of licences have in them that asks for nothing."""
INSERTION = range(5, 61)
"""Words in a row, of no gram of a licence but between two of its own, that are a sentence put in: less is a name."""
# A permitting word that a licence has more often than this is not missed where it is struck out once.
SELDOM = 3
# A passage of more words than this without any gram of a licence is none of its own: within short licences whole
# conditions are put in, while exceptions and notes stand before and after long ones, and names between copies of one.
BRIDGE = 150
BRIDGE_OF_LONG = 60
BRIDGE_OF_COPIES = 12
# In a text of which more than this share of words is misread, what is read as a limiting word may have been another
# ("nor"): only those spelt in full count, and one in so many words is forgiven.
MISREAD = 0.02
MISREAD_ONE_IN = 1000
# What copies of licences say in other words than SPDX's, and the last paragraph of GPL-2.0, that many copies have.
_USUAL = re.compile(
    r"not be used to endorse|not be used in (?:advertising|publicity)|not permit incorporating|"
    r"without (?:specific |prior |express )+written"
)

Counts = Sequence[int]
Flags = npt.NDArray[np.uint8]


def counts_of(words: Words, names: Sequence[str], first: int = 0, last: int | None = None) -> list[int]:
    """Return how often each of some words is among the words of a text."""
    return _counted(words, names, np.arange(len(words.numbers))[first:last])


def _counted(words: Words, names: Sequence[str], at: npt.NDArray[np.int64]) -> list[int]:
    here = words.numbers[at]
    counts = np.bincount(here[here >= 0], minlength=len(words.vocabulary.words))
    return [int(counts[n]) if n >= 0 else 0 for n in _numbers(words.vocabulary, names)]


def _numbers(vocabulary: Vocabulary, names: Sequence[str]) -> list[int]:
    return [int(vocabulary.same[vocabulary.number[name]]) if name in vocabulary.number else -1 for name in names]


def spans_of(covered: Flags, *, bridge: int) -> Flags:
    """Return the words from the first to the last that grams cover, passages of more than ``bridge`` left out."""
    at = np.nonzero(covered)[0]
    inside = np.zeros(len(covered), np.uint8)
    if not len(at):
        return inside
    cuts = np.nonzero(np.diff(at) > bridge)[0]
    for first, last in zip(at[np.concatenate([[0], cuts + 1])], at[np.concatenate([cuts, [len(at) - 1]])], strict=True):
        inside[first : last + 1] = 1
    return inside


def added(words: Words, astray: Flags, inside: Flags, most: Counts, negations: Counts) -> list[str]:
    """Return the limiting words that a text has beyond ``most``, where none of the words are its licences'.

    ``inside`` marks the words of a licence and those between, ``astray`` those among them that are in no gram of it;
    ``negations`` says how often the licence has each of `NEGATIONS`, at least.
    """
    there = _counted(words, LIMITS, np.nonzero(inside)[0])
    over = {name: have - may for name, have, may in zip(LIMITS, there, most, strict=True) if have > may}
    if not over:
        return []
    size = int(np.count_nonzero(inside))
    amiss = words.is_misread & inside
    for first, last in _runs(astray):
        amiss[first:last] = 0
    is_scan = np.count_nonzero(amiss) > MISREAD * size
    legible = 1 - words.is_misread if is_scan else np.ones_like(inside)
    numbers = _numbers(words.vocabulary, list(over))
    strange = np.nonzero(astray & legible & np.isin(words.numbers, numbers))[0].tolist()
    seen = Counter(int(words.numbers[at]) for at in strange if not _USUAL.match(_following(words, at)))
    more = {name: min(over[name], seen[n]) for name, n in zip(over, numbers, strict=True) if seen[n]}
    if not is_scan:
        return list(more)
    have = _counted(words, NEGATIONS, np.nonzero(inside)[0])
    missing = sum(max(must - there, 0) for must, there in zip(negations, have, strict=True))
    confused = min(missing, sum(more.get(name, 0) for name in NEGATIONS))
    return [] if sum(more.values()) - confused <= size // MISREAD_ONE_IN else list(more)


def asks(words: Words, astray: Flags) -> bool:
    """Tell whether a passage was put into a licence that asks for something in friendly words.

    ``astray`` marks the words between those of a licence that are in no gram of it.
    """
    for first, last in _runs(astray):
        if last - first in INSERTION:
            said = b" ".join(words.data[words.begins[first] : words.ends[last - 1]].lower().split())
            if not DUTIES.isdisjoint(re.findall(rb"[a-z]+", said)) and not any(it in said for it in NO_DUTY):
                return True
    return False


def _runs(astray: Flags) -> list[tuple[int, int]]:
    """Return where passages of at least so many words as an insertion has begin and end."""
    edges = np.diff(astray.astype(np.int8), prepend=0, append=0)
    runs = zip(np.nonzero(edges > 0)[0].tolist(), np.nonzero(edges < 0)[0].tolist(), strict=True)
    return [(first, last) for first, last in runs if last - first >= INSERTION.start]


def _following(words: Words, at: int) -> str:
    spelt = words.vocabulary.words
    return " ".join(spelt[n] if n >= 0 else "?" for n in words.numbers[at : at + 6].tolist())


def struck(words: Words, astray: Flags, least: Counts) -> list[str]:
    """Return the permitting words that a text has less often than ``least``, and that no word astray may be.

    ``astray`` marks the words between those of a licence that are in no gram of it.
    """
    there = counts_of(words, RIGHTS)
    found = [name for name, have, must in zip(RIGHTS, there, least, strict=True) if have < must <= SELDOM]
    if not found:
        return []
    if "sublicense" in found and "sub license" in words.text:
        found.remove("sublicense")
    strange = [words.data[words.begins[i] : words.ends[i]].lower() for i in np.nonzero(astray)[0].tolist()]
    strange += [one + other for one, other in pairwise(strange)]
    return [name for name in found if not any(_may_be(word, name.encode()) for word in strange)]


def _may_be(word: bytes, name: bytes) -> bool:
    most = max(1, len(name) // 3)
    if abs(len(word) - len(name)) > most:
        return False
    return distance(np.frombuffer(word, np.uint8), np.frombuffer(name, np.uint8)) <= most
