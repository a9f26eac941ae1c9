"""How much of a row repeats itself: lines, paragraphs and word n-grams, over the hashes that `scan` leaves.

Equality is that of 64-bit hashes: two different n-grams of one row are taken for equal about once in 10^13 rows of
a thousand words. An n-gram can only be repeated where both (n-1)-grams in it are, so after the 2-grams only the
few places that are left are looked at; that makes nine sizes cost little more than one.
"""

import numpy as np

from licet.stages.compiled import compiled

SHARES = (
    "duplicate_lines",
    "duplicate_line_characters",
    "paragraphs",
    "duplicate_paragraphs",
    "duplicate_paragraph_characters",
    "top_2gram",
    "top_3gram",
    "top_4gram",
    "duplicated_5gram",
    "duplicated_6gram",
    "duplicated_7gram",
    "duplicated_8gram",
    "duplicated_9gram",
    "duplicated_10gram",
)
"""Columns of the counts, in order: numbers of lines and paragraphs, the rest in characters."""

_TOP, _FIRST_DUPLICATED, _LAST = 2, 5, 10
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_EMPTY = np.uint64(0)
_ONE = np.uint64(1)


@compiled
def _mixed(left, right):  # type: ignore[no-untyped-def]
    """Return one hash of two, in their order; never zero, which marks an empty slot."""
    mixed = left * _PRIME + right
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX
    mixed ^= mixed >> np.uint64(31)
    return mixed if mixed != _EMPTY else _ONE


@compiled
def _slot(keys, mask, key):  # type: ignore[no-untyped-def]
    """Return where a key is, or the empty slot where it goes."""
    slot = np.int64(key & np.uint64(mask))
    while keys[slot] != _EMPTY and keys[slot] != key:
        slot = (slot + 1) & mask
    return slot


@compiled
def _room(entries):  # type: ignore[no-untyped-def]
    """Return the size of a table for so many entries: a power of two, at most half full."""
    size = 8
    while size < 2 * entries:
        size *= 2
    return size


@compiled
def _duplicates(hashes, lengths, keys):  # type: ignore[no-untyped-def]
    """Return how many entries repeat an earlier one, and their characters; ``keys`` is room for a table."""
    size = _room(len(hashes))
    keys[:size] = _EMPTY
    repeats = characters = 0
    for entry in range(len(hashes)):
        key = _mixed(hashes[entry], _ONE)
        slot = _slot(keys, size - 1, key)
        if keys[slot] == key:
            repeats += 1
            characters += lengths[entry]
        else:
            keys[slot] = key
    return repeats, characters


@compiled
def _ngrams(hashes, ends, result, rolling, places, slots, keys, counts):  # type: ignore[no-untyped-def]
    """Write the characters of the top 2..4-grams and of the duplicated 5..10-grams to ``result``.

    ``ends`` are running sums of the words' characters. ``rolling``, ``places`` and ``slots`` have room for each
    word, ``keys`` and ``counts`` for the table. ``places`` holds, in order, where an n-gram may be repeated.
    """
    active = len(hashes) - 1
    for place in range(active):
        places[place] = place
        rolling[place] = hashes[place]
    for n in range(_TOP, _LAST + 1):
        if active <= 0:
            return
        size = _room(active)
        keys[:size] = _EMPTY
        counts[:size] = 0
        for index in range(active):
            place = places[index]
            key = _mixed(rolling[place], hashes[place + n - 1])
            rolling[place] = key
            slot = _slot(keys, size - 1, key)
            keys[slot] = key
            counts[slot] += 1
            slots[index] = slot
        best, best_characters, duplicated, free, left = 1, 0, 0, 0, 0
        for index in range(active):
            slot, place = slots[index], places[index]
            count = counts[slot]
            times = abs(count)
            if times == 1:
                continue
            characters = ends[place + n] - ends[place]
            if n < _FIRST_DUPLICATED:
                if times > best:
                    best, best_characters = times, (characters + n - 1) * times
            elif place >= free:
                # A negative count marks an n-gram that was met outside of a copy: what comes after is a copy of it.
                if count < 0:
                    duplicated += characters
                    free = place + n
                else:
                    counts[slot] = -count
            follows = index + 1 < active and places[index + 1] == place + 1
            if follows and abs(counts[slots[index + 1]]) > 1:
                places[left] = place
                left += 1
        result[n - _TOP] = best_characters if n < _FIRST_DUPLICATED else duplicated
        active = left


@compiled
def repeat(word_hash, word_chars, words_end, line_hash, line_chars, line_opens, lines_end, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` (rows x `SHARES`) from what `scan` found; ``out`` comes as zeros."""
    most = longest = 0
    first_word = first_line = 0
    for row in range(len(out)):
        most = max(most, words_end[row] - first_word)
        longest = max(longest, lines_end[row] - first_line)
        first_word, first_line = words_end[row], lines_end[row]
    ends = np.zeros(most + 1, np.int64)
    rolling = np.empty(most, np.uint64)
    places = np.empty(most, np.int64)
    slots = np.empty(most, np.int64)
    keys = np.empty(_room(max(most, longest)), np.uint64)
    counts = np.empty(_room(most), np.int32)
    paragraph_hash = np.empty(longest, np.uint64)
    paragraph_chars = np.empty(longest, np.int64)

    first_word = first_line = 0
    for row in range(len(out)):
        word, line = words_end[row], lines_end[row]
        result = out[row]
        result[0], result[1] = _duplicates(line_hash[first_line:line], line_chars[first_line:line], keys)
        paragraphs = 0
        for index in range(first_line, line):
            if line_opens[index]:
                paragraph_hash[paragraphs] = line_hash[index]
                paragraph_chars[paragraphs] = line_chars[index]
                paragraphs += 1
            else:
                paragraph_hash[paragraphs - 1] = _mixed(paragraph_hash[paragraphs - 1], line_hash[index])
                paragraph_chars[paragraphs - 1] += line_chars[index] + 1
        result[2] = paragraphs
        result[3], result[4] = _duplicates(paragraph_hash[:paragraphs], paragraph_chars[:paragraphs], keys)
        for index in range(first_word, word):
            ends[index - first_word + 1] = ends[index - first_word] + word_chars[index]
        _ngrams(word_hash[first_word:word], ends, result[5:], rolling, places, slots, keys, counts)
        first_word, first_line = word, line


@compiled
def repeats(hashes, sizes, ends, out):  # type: ignore[no-untyped-def]
    """Write how many entries each row has, how many repeat an earlier one, the characters of those, and of all."""
    most = first = 0
    for row in range(len(ends)):
        most = max(most, ends[row] - first)
        first = ends[row]
    keys = np.empty(_room(most), np.uint64)
    first = 0
    for row in range(len(ends)):
        out[row, 0] = ends[row] - first
        out[row, 1], out[row, 2] = _duplicates(hashes[first : ends[row]], sizes[first : ends[row]], keys)
        for entry in range(first, ends[row]):
            out[row, 3] += sizes[entry]
        first = ends[row]
