"""From UTF-8 bytes to words, and from words to the items that they are of: the loops over every byte of a corpus.

They stand in one file because numba's cache looks at the file of the function it stores, not at those it calls.

**Word**: as for duplicates (`licet.stages.dedup._kernel`), but that an underscore separates words: it is emphasis in
markdown, and joins words in the names of code. So a word is a maximal run of ASCII letters, digits and characters
beyond ASCII other than U+0080-00BF, U+2000-206F and U+3000-303F; ASCII letters are folded to lower case, and a
character of a script that is written without spaces is a word by itself.

**Run**: a number of consecutive words. A run is found by a rolling 64-bit hash, in a filter of one bit a hash and
then in a table; what is found is compared word by word, so no hash decides.
"""

import numpy as np
import numpy.typing as npt

from licet.stages.compiled import compiled

U8 = npt.NDArray[np.uint8]
U64 = npt.NDArray[np.uint64]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]

_BASIS = np.uint64(0xCBF29CE484222325)
_PRIME = np.uint64(0x100000001B3)
_MIX_1 = np.uint64(0xFF51AFD7ED558CCD)
_MIX_2 = np.uint64(0xC4CEB9FE1A85EC53)
_BASE = np.uint64(0x9E3779B97F4A7C13)

_FOLD = np.zeros(256, np.uint8)
for _byte in b"0123456789abcdefghijklmnopqrstuvwxyz":
    _FOLD[_byte] = _byte
    _FOLD[ord(chr(_byte).upper())] = _byte

_SEPARATOR, _LETTER, _ALONE = 0, 1, 2
MATCH_COLUMNS = 5
"""What is noted of a match: text, first word, posting, first byte, end byte."""
MATCHES_A_TEXT = 1 << 22
"""Matches of one text that are noted, the first ones: a text with more repeats what it has."""


@compiled
def _mixed(value: np.uint64) -> np.uint64:
    """Return MurmurHash3's 64-bit finaliser of a value."""
    value = (value ^ (value >> np.uint64(33))) * _MIX_1
    value = (value ^ (value >> np.uint64(33))) * _MIX_2
    return np.uint64(value ^ (value >> np.uint64(33)))


@compiled
def _character(data: U8, at: int, stop: int) -> tuple[int, int]:
    """Return the kind and the number of bytes of the character beyond ASCII at ``data[at]``."""
    lead = data[at]
    size = min(2 if lead < 0xE0 else 3 if lead < 0xF0 else 4, stop - at)
    point = np.int64(lead) & (0x7F >> size)
    for i in range(at + 1, at + size):
        point = (point << 6) | (np.int64(data[i]) & 0x3F)
    if point < 0xC0 or 0x2000 <= point < 0x2070 or 0x3000 <= point < 0x3040:
        return _SEPARATOR, size
    if (
        0x0E00 <= point < 0x10A0
        or 0x1780 <= point < 0x1800
        or 0x2E80 <= point < 0xA000
        or 0xF900 <= point < 0xFB00
        or 0xFF00 <= point < 0xFFF0
        or 0x20000 <= point < 0x40000
    ):
        return _ALONE, size
    return _LETTER, size


@compiled
def words_into(data: U8, at: int, stop: int, hashes: U64, starts: I64, ends: I64) -> int:
    """Write the hash, the first byte and the end of each word of ``data[at:stop]``; return how many there are."""
    count = 0
    word = _BASIS
    inside = False
    while at < stop:
        byte = data[at]
        folded = _FOLD[byte]
        if folded != 0:
            if not inside:
                starts[count] = at
                inside = True
            word = (word ^ np.uint64(folded)) * _PRIME
            at += 1
            continue
        kind, size = _SEPARATOR, 1
        if byte >= 0x80:
            kind, size = _character(data, at, stop)
        if kind == _LETTER:
            if not inside:
                starts[count] = at
                inside = True
            for i in range(at, at + size):
                word = (word ^ np.uint64(data[i])) * _PRIME
            at += size
            continue
        if inside:
            hashes[count] = (word ^ (word >> np.uint64(32))) * _MIX_1
            ends[count] = at
            count += 1
            word = _BASIS
            inside = False
        if kind == _ALONE:
            starts[count] = at
            for i in range(at, at + size):
                word = (word ^ np.uint64(data[i])) * _PRIME
            hashes[count] = (word ^ (word >> np.uint64(32))) * _MIX_1
            ends[count] = at + size
            count += 1
            word = _BASIS
        at += size
    if inside:
        hashes[count] = (word ^ (word >> np.uint64(32))) * _MIX_1
        ends[count] = stop
        count += 1
    return count


@compiled
def all_words_into(data: U8, offsets: I64, hashes: U64, starts: I64, ends: I64, stops: I64) -> None:
    """Write the words of all texts one after another, and where those of each text end."""
    count = 0
    for text in range(len(offsets) - 1):
        count += words_into(data, offsets[text], offsets[text + 1], hashes[count:], starts[count:], ends[count:])
        stops[text] = count


@compiled
def runs_into(hashes: U64, count: int, size: int, out: U64) -> int:
    """Write the hash of each run of ``size`` among ``count`` words; return how many there are."""
    if count < size:
        return 0
    top = np.uint64(1)
    for _ in range(size):
        top = top * _BASE
    rolled = np.uint64(0)
    for i in range(size):
        rolled = rolled * _BASE + hashes[i]
    out[0] = _mixed(rolled)
    for i in range(size, count):
        rolled = rolled * _BASE + hashes[i] - hashes[i - size] * top
        out[i - size + 1] = _mixed(rolled)
    return count - size + 1


@compiled
def _are_same(
    data: U8, starts: I64, ends: I64, at: int, words: U8, word_ends: I64, first: int, length: np.int64
) -> bool:
    """Tell whether the words of a text from the one at ``at`` on are ``length`` words of an item."""
    begin = word_ends[first - 1] if first else np.int64(0)
    for i in range(length):
        end = word_ends[first + i]
        start, stop = starts[at + i], ends[at + i]
        if stop - start != end - begin:
            return False
        for j in range(stop - start):
            byte = data[start + j]
            folded = _FOLD[byte]
            if (folded if folded else byte) != words[begin + j]:
                return False
        begin = end
    return True


@compiled
def matches_into(
    data: U8,
    offsets: I64,
    sizes: I64,
    bits: U8,
    shift: np.uint64,
    slots: I32,
    post_hash: U64,
    post_first: I64,
    post_length: I32,
    words: U8,
    word_ends: I64,
    out: I64,
) -> int:
    """Note each place of each text that an item's run stands at; return how many there are, noted or not.

    Of a text those beyond `MATCHES_A_TEXT` are passed over.

    ``sizes`` are the words of the runs that are hashed. ``bits`` is the filter over the upper bits of a hash, ``slots``
    the table over the lower ones: the first posting of a hash, -1 where there is none. Postings of equal hashes follow
    on each other; each says where its words begin among those of the items (``words``, ``word_ends``) and how many
    they are. ``out`` has rows of `MATCH_COLUMNS`.
    """
    longest = np.int64(0)
    for text in range(len(offsets) - 1):
        longest = max(longest, offsets[text + 1] - offsets[text])
    room = longest // 2 + 2
    hashes = np.empty(room, np.uint64)
    starts = np.empty(room, np.int64)
    ends = np.empty(room, np.int64)
    mask = np.uint64(len(slots) - 1)
    found = 0
    for text in range(len(offsets) - 1):
        count = words_into(data, offsets[text], offsets[text + 1], hashes, starts, ends)
        most = found + MATCHES_A_TEXT
        for size in sizes:
            if count < size:
                continue
            top = np.uint64(1)
            for _ in range(size):
                top = top * _BASE
            rolled = np.uint64(0)
            for i in range(size):
                rolled = rolled * _BASE + hashes[i]
            at = 0
            while True:
                key = _mixed(rolled)
                place = key >> shift
                if bits[place >> np.uint64(3)] >> np.uint8(place & np.uint64(7)) & 1:
                    slot = key & mask
                    while slots[slot] >= 0 and post_hash[slots[slot]] != key:
                        slot = (slot + np.uint64(1)) & mask
                    posting = np.int64(slots[slot])
                    while 0 <= posting < len(post_hash) and post_hash[posting] == key:
                        length = np.int64(post_length[posting])
                        if (
                            found < most
                            and at + length <= count
                            and _are_same(data, starts, ends, at, words, word_ends, post_first[posting], length)
                        ):
                            if found < len(out):
                                out[found, 0] = text
                                out[found, 1] = at
                                out[found, 2] = posting
                                out[found, 3] = starts[at]
                                out[found, 4] = ends[at + length - 1]
                            found += 1
                        posting += 1
                if at + size >= count:
                    break
                rolled = rolled * _BASE + hashes[at + size] - hashes[at] * top
                at += 1
    return found


@compiled
def _cover(cover: I32, positions: I64, start: int, stop: int, length: np.int64, by: int) -> int:
    """Cover the words of a run wherever it stands in its item, or uncover them; return how many that changes."""
    changed = 0
    for p in range(start, stop):
        for word in range(positions[p], positions[p] + length):
            before = cover[word]
            cover[word] = before + by
            changed += (before == 0) - (before + by == 0)
    return changed


@compiled
def best_windows_into(
    matches: I64,
    groups: I64,
    post_length: I32,
    post_at: I64,
    positions: I64,
    post_slot: I32,
    reach: I64,
    item_words: I64,
    out: I64,
) -> None:
    """Write, for each group of matches of one text with one item, the window that covers most of the item's words.

    ``matches[groups[g]:groups[g + 1]]`` are a group's, by their first word; ``reach[g]`` is the most words of a text
    that a window spans and ``item_words[g]`` those of the item. The run of posting p stands in its item at
    ``positions[post_at[p]:post_at[p + 1]]``, and is the ``post_slot[p]``-th of that item. Of windows that cover as
    much, the one that ends first and then the one that begins last is taken: written are the words covered, the
    window's first and last match, the first word of the item that is covered, and the end of the last one.
    """
    most = np.int64(0)
    runs = np.int64(0)
    for g in range(len(groups) - 1):
        most = max(most, item_words[g])
    for posting in matches[:, 2]:
        runs = max(runs, np.int64(post_slot[posting]) + 1)
    cover = np.zeros(most, np.int32)
    times = np.zeros(runs, np.int32)
    for g in range(len(groups) - 1):
        first, stop = groups[g], groups[g + 1]
        best, best_to = np.int64(0), first
        covered = np.int64(0)
        left = first
        cover[: item_words[g]] = 0
        for right in range(first, stop):
            posting = matches[right, 2]
            length = np.int64(post_length[posting])
            while matches[right, 1] + length - matches[left, 1] > reach[g]:
                leaving = matches[left, 2]
                times[post_slot[leaving]] -= 1
                if times[post_slot[leaving]] == 0:
                    covered += _cover(cover, positions, post_at[leaving], post_at[leaving + 1], length, -1)
                left += 1
            times[post_slot[posting]] += 1
            if times[post_slot[posting]] == 1:
                covered += _cover(cover, positions, post_at[posting], post_at[posting + 1], length, 1)
            if covered > best:
                best, best_to = covered, right
        for i in range(left, stop):
            times[post_slot[matches[i, 2]]] = 0
        # The window that ends first is known; from its end backwards, as few matches as cover as much.
        cover[: item_words[g]] = 0
        covered = np.int64(0)
        begin = best_to + 1
        while covered < best:
            begin -= 1
            posting = matches[begin, 2]
            times[post_slot[posting]] += 1
            if times[post_slot[posting]] == 1:
                length = np.int64(post_length[posting])
                covered += _cover(cover, positions, post_at[posting], post_at[posting + 1], length, 1)
        for i in range(begin, best_to + 1):
            times[post_slot[matches[i, 2]]] = 0
        low, high = -1, 0
        for word in range(item_words[g]):
            if cover[word]:
                if low < 0:
                    low = word
                high = word + 1
        out[g, 0] = best
        out[g, 1] = begin
        out[g, 2] = best_to
        out[g, 3] = low
        out[g, 4] = high
