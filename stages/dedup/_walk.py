"""The walk through rows that may be alike: which of them share bands, how alike they are, who falls to whom.

Rows are numbered in the order of their worth, and everything is arrays over these numbers. The kernels stand in one
file because numba's cache looks at the file of the function it stores, not at those of the functions called.

**Lists.** Kept rows are listed by band, at most `LISTED` in each, so that rows of one template, which share bands and
all stay, cost as many comparisons each and not their square. Rows beyond are listed under *pairs* of a full band and
another, at most `PAIRS_A_ROW` pairs each, while a row that asks looks under all its pairs: rows at similarity 0.9 agree
in 6 of 14 bands of 8, hence in 15 pairs, and rows at 0.7 in none mostly. A row is compared with at most `COMPARED`
others: those with which it shares the most lists, then those worth most.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from licet.stages.compiled import compiled
from licet.stages.dedup._kernel import PART_SHIFT, mixed

I8 = npt.NDArray[np.int8]
I16 = npt.NDArray[np.int16]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]
F64 = npt.NDArray[np.float64]

LISTED = 256
COMPARED = 256
# Of pairs: how many a row is listed under, and of how many of its bands they are made.
PAIRS_A_ROW = 16
PAIRED_BANDS = 24

NEW, OBJECTS, HELD = 0, 1, 2
"""What a row is: one that may stay, one that left for stated terms, one that an earlier version has."""
STAYS, EXACT, NEAR, LAUNDERED, HELD_EXACT, HELD_NEAR = 0, 1, 2, 3, 4, 5
"""What becomes of a row; one that stays may be objected to."""
VERIFIED, PAIRS, BOUNDED = 0, 1, 2
"""Places in the effort: rows walked, pairs compared, rows that met more than they were compared with."""


class Lists(NamedTuple):
    """Rows by band and by pairs of bands.

    The rows of band i are ``rows[starts[i]:starts[i] + counts[i]]``. Pairs are in a table with open addressing: a key,
    how many rows are listed and the last of these, which points to the one before.
    """

    starts: I64
    counts: I32
    rows: I32
    keys: U64
    sizes: I16
    lasts: I32
    listed: I32
    before: I32
    used: I64


class Sets(NamedTuple):
    """What rows are compared by: band numbers (rows × bands, -1 where no other row has it), and shingle sets."""

    bands: I32
    values: U64
    offsets: I64


@compiled
def slot_of(keys: U64, key: np.uint64) -> int:
    """Return where a key of a pair is in the table, or where it would be."""
    mask = np.uint64(len(keys) - 1)
    at = mixed(key) & mask
    while keys[np.int64(at)] != 0 and keys[np.int64(at)] != key:
        at = (at + np.uint64(1)) & mask
    return int(at)


@compiled
def pairs_of(lists: Lists, bands: I32, pairs: U64) -> int:
    """Write the pairs of a full band and another of a row, each once; return how many there are."""
    found = 0
    width = min(len(bands), PAIRED_BANDS)
    for i in range(width):
        if bands[i] < 0:
            continue
        is_full = lists.counts[bands[i]] >= LISTED
        for j in range(i + 1, width):
            if bands[j] >= 0 and (is_full or lists.counts[bands[j]] >= LISTED):
                low, high = min(bands[i], bands[j]), max(bands[i], bands[j])
                pairs[found] = (np.uint64(low) << np.uint64(32)) | np.uint64(high)
                found += 1
    return found


@compiled
def add(lists: Lists, row: int, bands: I32, pairs: U64) -> None:
    """List a row in its bands, and beyond full ones in some of its pairs, those of the least hashes."""
    found = 0
    for band in bands:
        found += band >= 0 and lists.counts[band] >= LISTED
    if found:
        found = pairs_of(lists, bands, pairs)
    for band in bands:
        if band >= 0 and lists.counts[band] < LISTED:
            lists.rows[lists.starts[band] + lists.counts[band]] = row
            lists.counts[band] += 1
    if found > PAIRS_A_ROW:
        hashes = np.empty(found, np.uint64)
        for i in range(found):
            hashes[i] = mixed(pairs[i])
        chosen = np.argsort(hashes)[:PAIRS_A_ROW]
        pairs[:PAIRS_A_ROW] = pairs[:found][chosen]
        found = PAIRS_A_ROW
    for i in range(found):
        at = slot_of(lists.keys, pairs[i])
        if lists.keys[at] == 0:
            lists.keys[at] = pairs[i]
            lists.lasts[at] = -1
        if lists.sizes[at] < LISTED:
            place = lists.used[0]
            lists.listed[place] = row
            lists.before[place] = lists.lasts[at]
            lists.lasts[at] = place
            lists.sizes[at] += 1
            lists.used[0] += 1


@compiled
def find(lists: Lists, bands: I32, pairs: U64, hits: I16, found: I32) -> tuple[int, bool]:
    """Write the rows listed under a row's bands and pairs, by number; return how many, and whether there may be more.

    ``hits`` has a zero for each row, before and after.
    """
    count = 0
    is_bounded = False
    is_any_full = False
    for band in bands:
        if band < 0:
            continue
        start, listed = lists.starts[band], lists.counts[band]
        is_any_full |= listed >= LISTED
        for place in range(start, start + listed):
            row = lists.rows[place]
            if hits[row] == 0:
                found[count] = row
                count += 1
            hits[row] += 1
    if is_any_full:
        is_bounded = True
        for i in range(pairs_of(lists, bands, pairs)):
            place = lists.lasts[slot_of(lists.keys, pairs[i])]
            while place >= 0:
                row = lists.listed[place]
                if hits[row] == 0:
                    found[count] = row
                    count += 1
                hits[row] += 1
                place = lists.before[place]
    if count > COMPARED:
        is_bounded = True
        # Most hits first, then the least number: one key that sorts both.
        keys = np.empty(count, np.int64)
        for i in range(count):
            keys[i] = ((0x7FFF - np.int64(hits[found[i]])) << 32) | np.int64(found[i])
            hits[found[i]] = 0
        keys = np.partition(keys, COMPARED)[:COMPARED]
        count = COMPARED
        for i in range(count):
            found[i] = np.int32(keys[i] & 0xFFFFFFFF)
    else:
        for i in range(count):
            hits[found[i]] = 0
    found[:count] = np.sort(found[:count])
    return count, is_bounded


@compiled
def _stretch(own: U64, i: int, i_end: int, other: U64, j: int, j_end: int, threshold: float) -> float:
    """Return the Jaccard similarity of two stretches of sets, -1 where the threshold is found to be out of reach."""
    both = i_end - i + j_end - j
    # The similarity s of sets that share k of n + m is k / (n + m - k), so k = s (n + m) / (1 + s); one less is asked
    # for here, lest rounding decide.
    least = threshold * both / (1 + threshold) - 1
    if min(i_end - i, j_end - j) < least:
        return -1.0
    shared = 0
    while i < i_end and j < j_end:
        if shared + min(i_end - i, j_end - j) < least:
            return -1.0
        steps = min(64, i_end - i, j_end - j)
        for _ in range(steps):
            x = own[i]
            y = other[j]
            shared += x == y
            i += x <= y
            j += y <= x
    return shared / (both - shared) if both else 0.0


@compiled
def similarity(own: U64, other: U64, threshold: float, by_part: bool) -> float:
    """Return the Jaccard similarity of two sets, -1 where the threshold is found to be out of reach.

    ``by_part`` measures the parts one by one and returns the least similarity among those that either set has.
    """
    if not by_part:
        return _stretch(own, 0, len(own), other, 0, len(other), threshold)
    least = -1.0
    i = 0
    j = 0
    for part in range(4):
        i_end, j_end = len(own), len(other)
        if part < 3:
            bound = np.uint64(part + 1) << PART_SHIFT
            i_end, j_end = int(np.searchsorted(own, bound)), int(np.searchsorted(other, bound))
        if i < i_end or j < j_end:
            found = _stretch(own, i, i_end, other, j, j_end, threshold)
            if found < threshold:
                return -1.0
            least = found if least < 0 else min(least, found)
        i, j = i_end, j_end
    return least


@compiled
def nearest(own: U64, values: U64, offsets: I64, rows: I64, threshold: float, by_part: bool) -> tuple[int, float, int]:
    """Find, among some sets (that of row i is ``values[offsets[i]:offsets[i + 1]]``), the one most similar to ``own``.

    Return its place in ``rows`` (the first among equals; -1 when none reaches the threshold), its exact similarity, and
    how many sets were compared: those whose size allows for it. A comparison is given up when it cannot succeed.
    """
    best = -1
    most = 0.0
    compared = 0
    for place in range(len(rows)):
        other = values[offsets[rows[place]] : offsets[rows[place] + 1]]
        both = len(own) + len(other)
        if min(len(own), len(other)) < threshold * both / (1 + threshold) - 1:
            continue
        compared += 1
        found = similarity(own, other, max(threshold, most), by_part)
        if found >= threshold and found > most:
            best = place
            most = found
    return best, most, compared


@compiled
def _likest(
    row: int, like: I64, sets: Sets, found: I32, count: int, threshold: float, by_part: bool, effort: I64
) -> tuple[int, float]:
    """Return which of the rows found is most like a row, and how alike; -1 where none is alike enough."""
    own = sets.values[sets.offsets[like[row]] : sets.offsets[like[row] + 1]]
    place, alike, compared = nearest(own, sets.values, sets.offsets, like[found[:count]], threshold, by_part)
    effort[PAIRS] += compared
    return (found[place] if place >= 0 else -1), alike


@compiled
def _already(
    row: int,
    same: int,
    version: I64,
    like: I64,
    sets: Sets,
    found: I32,
    count: int,
    threshold: float,
    by_part: bool,
    effort: I64,
) -> tuple[int, float]:
    """Return the row for which the first version that has a row, or one like it, refuses it; -1 where none does.

    ``same`` is the first held row of identical content, -1 where there is none; rows found rise with their version.
    """
    start = 0
    while start < count:
        stop = start
        while stop < count and version[found[stop]] == version[found[start]]:
            stop += 1
        if same >= 0 and version[same] <= version[found[start]]:
            break
        at, value = _likest(row, like, sets, found[start:], stop - start, threshold, by_part, effort)
        if at >= 0:
            return at, value
        start = stop
    return same, 1.0


@compiled
def walk(
    kind: I8,
    version: I64,
    content: I64,
    grade: I8,
    strictness: I8,
    like: I64,
    sets: Sets,
    kept: Lists,
    objections: Lists,
    earlier: Lists,
    threshold: float,
    by_part: bool,
    is_laundered_refused: bool,
    fate: I8,
    other: I64,
    alike: F64,
    effort: I64,
) -> None:
    """Decide on rows in the order of their worth: ``fate``, ``other`` (-1: none) and ``alike`` are written.

    ``like`` is where a row's bands and set are, -1 where it has none; rows of one ``content`` share them. ``version``
    rises with the rows that earlier versions hold, which come before all others.
    """
    rows = len(kind)
    contents = content.max() + 1 if rows else 0
    settled = np.full(contents, -1, np.int64)
    held = np.full(contents, -1, np.int64)
    first = np.full(contents, -1, np.int64)
    last = np.full(contents, -1, np.int64)
    following = np.full(rows, -1, np.int64)
    hits = np.zeros(rows, np.int16)
    found = np.empty(rows, np.int32)
    counted = np.empty(rows, np.int32)
    pairs = np.empty(PAIRED_BANDS * PAIRED_BANDS // 2, np.uint64)
    holding = 0
    objecting = 0
    for row in range(rows):
        code = content[row]
        if kind[row] == HELD:
            holding += 1
            if held[code] < 0:
                held[code] = row
                if like[row] >= 0:
                    add(earlier, row, sets.bands[like[row]], pairs)
        # Of one content, only objections that say more than those before.
        elif kind[row] == OBJECTS and (last[code] < 0 or strictness[row] > strictness[last[code]]):
            objecting += 1
            if last[code] < 0:
                first[code] = row
            else:
                following[last[code]] = row
            last[code] = row
            if like[row] >= 0:
                add(objections, row, sets.bands[like[row]], pairs)
    for row in range(rows):
        if kind[row] != NEW:
            continue
        effort[VERIFIED] += 1
        code = content[row]
        before = settled[code]
        if before >= 0:
            is_kept = fate[before] == STAYS
            fate[row] = EXACT if is_kept else fate[before]
            other[row] = before if is_kept else other[before]
            alike[row] = 1.0 if is_kept else alike[before]
            continue
        at, value, is_bounded = -1, 0.0, False
        if holding:
            count = 0
            if like[row] >= 0:
                count, is_bounded = find(earlier, sets.bands[like[row]], pairs, hits, found)
            at, value = _already(row, held[code], version, like, sets, found, count, threshold, by_part, effort)
            if at >= 0:
                fate[row] = HELD_EXACT if at == held[code] else HELD_NEAR
        if at < 0 and like[row] >= 0:
            count, is_cut = find(kept, sets.bands[like[row]], pairs, hits, found)
            is_bounded |= is_cut
            at, value = _likest(row, like, sets, found, count, threshold, by_part, effort)
            if at >= 0:
                fate[row] = NEAR
        if at >= 0:
            settled[code] = row
            other[row], alike[row] = at, value
        elif objecting:
            # One that outweighs the row first, then any that is stricter.
            for is_outweighing in (True, False):
                at = first[code]
                while at >= 0 and (strictness[at] <= strictness[row] or (is_outweighing and grade[at] > grade[row])):
                    at = following[at]
                value = 1.0
                if at < 0 and like[row] >= 0:
                    count, is_cut = find(objections, sets.bands[like[row]], pairs, hits, found)
                    is_bounded |= is_cut
                    those = 0
                    for i in range(count):
                        it = found[i]
                        if strictness[it] > strictness[row] and not (is_outweighing and grade[it] > grade[row]):
                            counted[those] = it
                            those += 1
                    at, value = _likest(row, like, sets, counted, those, threshold, by_part, effort)
                if at >= 0:
                    other[row], alike[row] = at, value
                    if is_outweighing and is_laundered_refused:
                        fate[row] = LAUNDERED
                    break
        effort[BOUNDED] += is_bounded
        if fate[row] == STAYS:
            settled[code] = row
            if like[row] >= 0:
                add(kept, row, sets.bands[like[row]], pairs)
