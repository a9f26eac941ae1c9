"""All pairs of sets at or above a Jaccard similarity, exactly: a join by prefixes and positions.

After Bayardo, Ma and Srikant, *Scaling up all pairs similarity search* (2007), and Xiao et al., *Efficient similarity
joins for near duplicate detection* (PPJoin, 2008): of two sets with at least the similarity t, the rarest
n - ceil(t n) + 1 members of each share one. It is no part of Licet; it says what Licet should have found.
"""

import numpy as np
import numpy.typing as npt

from licet.stages.compiled import compiled
from licet.stages.dedup.shingles import ShingleSets

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]
F64 = npt.NDArray[np.float64]

# Slots in which occurrences of members are counted: they only set the order, so that a collision costs time.
_SLOTS = 1 << 26


def similar_pairs(sets: ShingleSets, threshold: float) -> tuple[I64, I64, F64]:
    """Return the rows of each pair, the lower one first, and their similarity."""
    sizes = np.diff(sets.offsets)
    counts = _counts(sets.values)
    lengths = np.where(sizes > 0, sizes - np.ceil(threshold * sizes - 1e-9).astype(np.int64) + 1, 0)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    members = np.empty(starts[-1], np.uint64)
    places = np.empty(starts[-1], np.int32)
    _prefixes(sets.values, sets.offsets, counts, starts, members, places)
    del counts
    by_size = np.argsort(sizes, kind="stable")
    rank = np.empty_like(by_size)
    rank[by_size] = np.arange(len(by_size))
    owner = np.repeat(np.arange(len(sizes)), lengths)
    shared = places >= 0
    entries = np.flatnonzero(shared)
    entries = entries[np.lexsort((rank[owner[entries]], members[entries]))]
    new = np.concatenate([[True], members[entries][1:] != members[entries][:-1]])
    group_of = np.full(len(members), -1, np.int64)
    group_of[entries] = np.cumsum(new) - 1
    bounds = np.concatenate([np.flatnonzero(new), [len(entries)]])
    first, second, similarity = _join(
        sets.values, sets.offsets, by_size, rank, starts, places, group_of, bounds, owner[entries], places[entries],
        threshold,
    )  # fmt: skip
    low, high = np.minimum(first, second), np.maximum(first, second)
    order = np.lexsort((high, low))
    return low[order], high[order], similarity[order]


@compiled
def _counts(values: U64) -> I32:
    counts = np.zeros(_SLOTS, np.int32)
    for value in values:
        counts[np.int64(value >> np.uint64(38))] += 1
    return counts


@compiled
def _prefixes(values: U64, offsets: I64, counts: I32, starts: I64, members: U64, places: I32) -> None:
    """Write the rarest members of each set and their places in it; place -1 where no other set can have it."""
    for row in range(len(offsets) - 1):
        own = values[offsets[row] : offsets[row + 1]]
        often = np.empty(len(own), np.int32)
        for i in range(len(own)):
            often[i] = counts[np.int64(own[i] >> np.uint64(38))]
        order = np.argsort(often, kind="mergesort")
        for i in range(starts[row + 1] - starts[row]):
            at = order[i]
            members[starts[row] + i] = own[at]
            places[starts[row] + i] = i if often[at] > 1 else -1


@compiled
def _join(
    values: U64,
    offsets: I64,
    by_size: I64,
    rank: I64,
    starts: I64,
    places: I32,
    group_of: I64,
    bounds: I64,
    owners: I64,
    owner_places: I32,
    threshold: float,
) -> tuple[I64, I64, F64]:
    """Walk the sets from the smallest; look up each member of a prefix among those of smaller sets."""
    count = 0
    first = np.empty(1024, np.int64)
    second = np.empty(1024, np.int64)
    similarity = np.empty(1024, np.float64)
    begin = bounds[:-1].copy()
    common = np.zeros(len(by_size), np.int32)
    met = np.empty(len(by_size), np.int64)
    for x in by_size:
        n = offsets[x + 1] - offsets[x]
        found = 0
        for entry in range(starts[x], starts[x + 1]):
            group = group_of[entry]
            if group < 0:
                continue
            i = places[entry]
            at = begin[group]
            stop = bounds[group + 1]
            while at < stop and offsets[owners[at] + 1] - offsets[owners[at]] < threshold * n - 1e-9:
                at += 1
            begin[group] = at
            while at < stop and rank[owners[at]] < rank[x]:
                y = owners[at]
                m = offsets[y + 1] - offsets[y]
                if common[y] >= 0:
                    if common[y] == 0:
                        met[found] = y
                        found += 1
                    least = threshold * (n + m) / (1 + threshold) - 1e-9
                    if common[y] + 1 + min(n - i - 1, m - owner_places[at] - 1) >= least:
                        common[y] += 1
                    else:
                        common[y] = -1
                at += 1
        for k in range(found):
            y = met[k]
            if common[y] > 0:
                m = offsets[y + 1] - offsets[y]
                shared = _shared(
                    values[offsets[x] : offsets[x + 1]],
                    values[offsets[y] : offsets[y + 1]],
                    threshold * (n + m) / (1 + threshold) - 1e-9,
                )
                alike = shared / (n + m - shared)
                if alike >= threshold:
                    if count == len(first):
                        first = np.concatenate((first, np.empty_like(first)))
                        second = np.concatenate((second, np.empty_like(second)))
                        similarity = np.concatenate((similarity, np.empty_like(similarity)))
                    first[count], second[count], similarity[count] = x, y, alike
                    count += 1
            common[y] = 0
    return first[:count], second[:count], similarity[:count]


@compiled
def _shared(left: U64, right: U64, least: float) -> int:
    """Count what two sorted sets share; zero as soon as it cannot reach ``least``."""
    i = 0
    j = 0
    shared = 0
    while i < len(left) and j < len(right):
        if shared + min(len(left) - i, len(right) - j) < least:
            return 0
        x = left[i]
        y = right[j]
        shared += x == y
        i += x <= y
        j += y <= x
    return shared
