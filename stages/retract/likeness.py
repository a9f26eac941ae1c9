"""Likeness to retracted texts: exact Jaccard similarity of shingle sets, against all texts of the rules at once.

Two sets with a similarity of at least t share at least ⌈t·n⌉ of the n shingles of either. So of any n − ⌈t·n⌉ + 1
shingles of a retracted text, another one that resembles it has at least one (prefix filtering: Bayardo, Ma and Srikant
2007, "Scaling up all pairs similarity search"). Those that occur in the fewest rules are indexed; a row with none of
them is done with after one look into a sorted array, and the others are measured in full.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from licet.stages.dedup.shingles import shingle_sets

U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]


def narrowed(hashes: U64) -> U32:
    """Return the lower 32 bits of a set of hashes, sorted, each once."""
    return np.unique(hashes.astype(np.uint32))


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much a row resembles a rule; ``rule`` is its place among the rules."""

    rule: int
    similarity: float


class LikenessIndex:
    """The texts of rules with shingles of ``words`` words."""

    def __init__(self, words: int, sets: list[U32], thresholds: list[float], rules: list[int]):
        self._words = words
        self._sets = sets
        self._thresholds = thresholds
        self._rules = rules
        self._hashes, self._owners = _index(sets, thresholds)
        self._keys = np.unique(self._hashes)

    def likest(self, texts: pa.Array) -> list[Likeness | None]:
        """Return, for each text, the rule that it resembles most at or above its threshold; the first among equals."""
        found: list[Likeness | None] = [None] * len(texts)
        if not len(texts):
            return found
        sets = shingle_sets(texts, self._words)
        low = sets.values.astype(np.uint32)
        hit = self._is_known(low)
        before = np.concatenate([[0], np.cumsum(hit)])
        touched = np.flatnonzero(before[sets.offsets[1:]] > before[sets.offsets[:-1]])
        for row in touched.tolist():
            start, stop = int(sets.offsets[row]), int(sets.offsets[row + 1])
            found[row] = self._measured(np.unique(low[start:stop]), low[start:stop][hit[start:stop]])
        return found

    def _is_known(self, hashes: U32) -> npt.NDArray[np.bool_]:
        places = np.searchsorted(self._keys, hashes)
        places[places == len(self._keys)] = 0
        return self._keys[places] == hashes if len(self._keys) else np.zeros(len(hashes), bool)

    def _measured(self, own: U32, shared: U32) -> Likeness | None:
        """Return the rule most like a set that has some indexed shingles."""
        starts, stops = (np.searchsorted(self._hashes, shared, side=side) for side in ("left", "right"))
        owners = {int(o) for a, b in zip(starts, stops, strict=True) for o in self._owners[a:b]}
        best: Likeness | None = None
        for owner in sorted(owners):
            other, threshold = self._sets[owner], self._thresholds[owner]
            if min(len(own), len(other)) / max(len(own), len(other)) < threshold:
                continue
            both = len(np.intersect1d(own, other, assume_unique=True))
            similarity = both / (len(own) + len(other) - both)
            if similarity >= threshold and (best is None or similarity > best.similarity):
                best = Likeness(self._rules[owner], similarity)
        return best


def _index(sets: list[U32], thresholds: list[float]) -> tuple[U32, I64]:
    """Return indexed hashes, sorted, and whose they are."""
    if not sets:
        return np.empty(0, np.uint32), np.empty(0, np.int64)
    every, counts = np.unique(np.concatenate(sets), return_counts=True)
    hashes, owners = [], []
    for owner, (own, threshold) in enumerate(zip(sets, thresholds, strict=True)):
        # A hair less than the bound is asked for, lest rounding decide.
        wanted = len(own) - math.ceil(threshold * len(own) - 1e-9) + 1
        rarest = np.argsort(counts[np.searchsorted(every, own)], kind="stable")[:wanted]
        hashes.append(own[rarest])
        owners.append(np.full(len(rarest), owner, np.int64))
    flat, of = np.concatenate(hashes), np.concatenate(owners)
    order = np.argsort(flat, kind="stable")
    return flat[order], of[order]
