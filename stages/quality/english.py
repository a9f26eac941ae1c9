"""Words and sentences as spaCy's blank English pipeline has them, over Arrow's UTF-8 buffer.

This is what datatrove takes for the words of English (``SpaCyTokenizer("en")``), so what its filters count: "don't" is
two words, "(see" is two, a URL is one, "..." is one. The rules are spaCy's (3.8), applied in its order to each run
without white space: strings with a split of their own, prefixes and suffixes from the outside in, URLs, infixes; at
last, neighbours that together are a string with a split of its own (":" and ")") are joined. A sentence ends at a word
that is one mark of ``sentence_ends``; marks after it still belong to it (spaCy's ``sentencizer``).

Left out: spaCy lets a string with a split of its own that stands across white space ("a ." is no "a.") keep shorter
ones from being joined. `benchmarks.rules` measures how often any of this tells.
"""

import json
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from licet.stages.compiled import compiled

(
    SPACE, ALPHA, LOWER, UPPER, PUNCTUATION, QUOTE, CURRENCY, ICON, BEFORE_DOT, DIGIT, LETTER, SYMBOL, SENTENCE_END,
    PUNCT, HOST, WORD, PLAIN, LINE_END, TERMINAL, NUMERAL, ALPHABETIC, INFIX,
) = (1 << bit for bit in range(22))  # fmt: skip
"""What a character is: by spaCy, by Python (`SPACE`, `LETTER`, `WORD`, `LINE_END`), by datatrove (`SYMBOL`,
`TERMINAL`)."""

HAS_LETTER, ALL_SYMBOLS = 1, 2
"""Flags of a word."""

NUMBER, WORDS, SENTENCES = range(3)
"""What is asked of texts: how many words there are, or which, or how many sentences there are too."""

LONGEST = 12
"""Characters of the longest string with a split of its own."""

_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_ONE = np.uint64(1)
_SLOTS = 4096
_MASK = np.uint64(_SLOTS - 1)
_SHIFT = np.uint64(40)
_SPECIALS, _SPLITS, _JOINS, _UNITS, _REACH, _SHAPES = (part * _SLOTS for part in range(6))
"""Parts of the table: hashes of strings with a split of their own, a bit for each place at which a piece of theirs
starts, and one for each at which a word starts without that split; hashes of units; by the first character the longest
string that is joined from words; and by the first and last character which lengths such strings have, and from bit
`_JOINED` on those that are joined from words."""
_JOINED = 32
_KNOWN = 1 << 16
_KNOWN_SHIFT = np.uint64(64 - 16)
_NUMBER_AT = 58
_NUMBER_SHIFT = np.uint64(_NUMBER_AT)
"""`nothing_known` has room for what runs of up to `_NUMBER_AT` characters were split into: the hash of each, a bit for
each place at which a word starts, and from bit `_NUMBER_AT` on how many words there are."""

Array = np.ndarray[Any, Any]


@compiled
def hash_of(codes, start, end):  # type: ignore[no-untyped-def]
    """Return the hash of characters: a polynomial, so that the hash of words run together follows from theirs."""
    hashed = np.uint64(0)
    for at in range(start, end):
        hashed = hashed * _BASE + (np.uint64(codes[at]) + _ONE) * _MIX
    return hashed


@compiled
def _found(table, first, codes, start, end):  # type: ignore[no-untyped-def]
    """Return the slot of a table at which characters are, or -1."""
    key = hash_of(codes, start, end)
    slot = (key * _MIX >> _SHIFT) & _MASK
    while table[np.uint64(first) + slot] != 0:
        if table[np.uint64(first) + slot] == key:
            return np.int64(slot)
        slot = (slot + _ONE) & _MASK
    return -1


@compiled
def _may_be(table, joined, codes, start, end):  # type: ignore[no-untyped-def]
    """Tell whether characters have the length and the ends of one of a set of strings: what most have not."""
    if end - start > LONGEST or end <= start:
        return False
    shapes = table[_SHAPES + ((codes[start] & 127) << 7 | (codes[end - 1] & 127))]
    return shapes >> np.uint64(end - start + joined) & _ONE != 0


@compiled
def _special(table, codes, start, end):  # type: ignore[no-untyped-def]
    """Return the slot of characters that have a split of their own, or -1."""
    return _found(table, _SPECIALS, codes, start, end) if _may_be(table, 0, codes, start, end) else -1


@compiled
def _prefix(codes, kinds, start, end):  # type: ignore[no-untyped-def]
    """Return the length of the prefix that is to be split off, or 0."""
    code, kind = codes[start], kinds[start]
    if code == 46:
        stop = start
        while stop < end and codes[stop] == 46:
            stop += 1
        return stop - start if stop - start > 1 else 0
    if kind & (PUNCTUATION | QUOTE | CURRENCY | ICON) or code in (0xA7, 37, 61, 0x2014, 0x2013):
        return 1
    if code == 43:
        return 0 if start + 1 < end and kinds[start + 1] & DIGIT else 1
    if code == 85 and start + 2 < end and codes[start + 1] == 83 and codes[start + 2] == 36:
        return 3
    if (code == 67 or code == 65) and start + 1 < end and codes[start + 1] == 36:
        return 2
    return 0


@compiled
def _suffix(codes, kinds, start, end, table):  # type: ignore[no-untyped-def]
    """Return the length of the longest suffix that is to be split off, or 0."""
    size = end - start
    if size == 0:
        return 0
    last, kind = codes[end - 1], kinds[end - 1]
    before = codes[end - 2] if size > 1 else 0
    before_kind = kinds[end - 2] if size > 1 else np.uint32(0)
    if kind & (PUNCTUATION | QUOTE | ICON) or last == 0x2014 or last == 0x2013:
        if last == 0x2026 and before == 0x2026:
            return 2
        return 1
    if last == 46:
        if before == 46:
            stop = end
            while stop > start and codes[stop - 1] == 46:
                stop -= 1
            return end - stop
        if before_kind & BEFORE_DOT:
            return 1
        if size > 2:
            if before_kind & UPPER and kinds[end - 3] & UPPER:
                return 1
            if codes[end - 3] == 0xB0 and before in (70, 102, 67, 99, 75, 107):
                return 1
        return 0
    if (last == 115 or last == 83) and (before == 39 or before == 0x2019):
        return 2
    if last == 43:
        return 1 if before_kind & DIGIT else 0
    if kind & CURRENCY:
        if last == 36:
            if size > 3 and before == 83 and codes[end - 3] == 85 and kinds[end - 4] & DIGIT:
                return 3
            if size > 2 and (before == 67 or before == 65) and kinds[end - 3] & DIGIT:
                return 2
        return 1 if before_kind & DIGIT else 0
    digit = end - 1
    while digit >= start and end - digit <= 6 and not kinds[digit] & DIGIT:
        digit -= 1
    if (
        digit >= start
        and end - digit <= 6
        and digit + 1 < end
        and kinds[digit] & DIGIT
        and _found(table, _UNITS, codes, digit + 1, end) >= 0
    ):
        return end - digit - 1
    return 0


@compiled
def _infix(codes, kinds, start, at, end):  # type: ignore[no-untyped-def]
    """Return the length of the infix at a place, or 0."""
    code, kind = codes[at], kinds[at]
    if code == 46 and at + 1 < end and codes[at + 1] == 46:
        stop = at
        while stop < end and codes[stop] == 46:
            stop += 1
        return stop - at
    if code == 0x2026 or kind & ICON:
        return 1
    if at == start or at + 1 >= end:
        return 0
    before, after = kinds[at - 1], kinds[at + 1]
    if code in (43, 45, 42, 94) and before & DIGIT and (after & DIGIT or codes[at + 1] == 45):
        return 1
    if code == 46:
        return 1 if before & (LOWER | QUOTE) and after & (UPPER | QUOTE) else 0
    if code == 44:
        return 1 if before & ALPHA and after & ALPHA else 0
    if not before & (ALPHA | DIGIT):
        return 0
    if code in (45, 0x2013, 0x2014, 126):
        if after & ALPHA:
            return 1
        stop = at
        while stop < end and codes[stop] == code:
            stop += 1
        size = stop - at
        most = 3 if code == 45 else 2 if code == 0x2014 else 1
        return size if 1 < size <= most and stop < end and kinds[stop] & ALPHA else 0
    return 1 if code in (58, 60, 62, 61, 47) and after & ALPHA else 0


@compiled
def _number(codes, kinds, at, end):  # type: ignore[no-untyped-def]
    """Return the value of up to three digits at a place, how many they are, and whether the first is a zero."""
    value = size = 0
    while at + size < end and kinds[at + size] & DIGIT and size < 4:
        value = value * 10 + codes[at + size] - 48
        size += 1
    return value, size, size > 0 and codes[at] == 48


@compiled
def _address_end(codes, kinds, at, end):  # type: ignore[no-untyped-def]
    """Return where an IP address that a URL may have ends, or -1."""
    first, size, zero = _number(codes, kinds, at, end)
    if size == 0 or size > 3 or zero or first > 223 or first == 10 or first == 127:
        return -1
    at += size
    second = 0
    for part in range(1, 4):
        if at >= end or codes[at] != 46:
            return -1
        at += 1
        value, size, zero = _number(codes, kinds, at, end)
        if size == 0 or size > 3 or value > 255 or (size == 3 and zero):
            return -1
        if part == 1:
            second = value
        if part == 3 and (zero or value == 255):
            return -1
        at += size
    if (first == 169 and second == 254) or (first == 192 and second == 168) or (first == 172 and 16 <= second <= 31):
        return -1
    return at


@compiled
def _host_end(codes, kinds, at, end):  # type: ignore[no-untyped-def]
    """Return where a host name with a top-level domain ends, or -1."""
    labels = 0
    while True:
        start = at
        while at < end and (kinds[at] & HOST or codes[at] == 45 or codes[at] == 95):
            at += 1
        size = at - start
        if at < end and codes[at] == 46:
            if not 1 <= size <= 64 or not kinds[start] & HOST or not kinds[at - 1] & HOST:
                return -1
            labels += 1
            at += 1
            continue
        if labels == 0 or not 2 <= size <= 63:
            return -1
        for place in range(start, at):
            if not kinds[place] & LOWER:
                return -1
        return at


@compiled
def _ends_url(codes, kinds, at, end):  # type: ignore[no-untyped-def]
    """Tell whether what comes after a host is nothing, a port, a path."""
    if at < 0:
        return False
    if at < end and codes[at] == 58:
        digits = at + 1
        while digits < end and kinds[digits] & DIGIT:
            digits += 1
        if not 3 <= digits - at <= 6:
            return False
        at = digits
    return at == end or codes[at] == 47 or codes[at] == 63 or codes[at] == 35


@compiled
def _is_url(codes, kinds, start, end):  # type: ignore[no-untyped-def]
    """Tell whether characters are a URL, with or without scheme and user, whose host has a top-level domain."""
    has_dot = False
    for at in range(start, end):
        has_dot = has_dot or codes[at] == 46
    if not has_dot:
        return False
    at = start
    while at < end:
        is_start = at == start
        if not is_start:
            is_start = codes[at - 1] == 64 and at - start > 1
            if not is_start and at - start >= 5 and codes[at - 1] == 47 and codes[at - 2] == 47 and codes[at - 3] == 58:
                is_start = True
                for place in range(start, at - 3):
                    if not (kinds[place] & WORD or codes[place] in (43, 45, 46)):
                        is_start = False
                        break
        if is_start:
            if _ends_url(codes, kinds, _address_end(codes, kinds, at, end), end):
                return True
            if _ends_url(codes, kinds, _host_end(codes, kinds, at, end), end):
                return True
        at += 1
    return False


@compiled
def _split_special(start, end, pieces, starts, ends, count):  # type: ignore[no-untyped-def]
    """Add the words of a string with a split of its own; ``pieces`` has a bit for each place at which one starts."""
    for at in range(start, end):
        if pieces >> np.uint64(at - start) & _ONE:
            if at > start:
                ends[count - 1] = at
            starts[count], ends[count] = at, end
            count += 1
    return count


@compiled
def _joined(codes, starts, ends, first, count, table, seen):  # type: ignore[no-untyped-def]
    """Join neighbours that together are a string with a split of its own, the longest first; return the new count."""
    most = 0
    for place in range(first, count - 1):
        word = place + 1
        reach = starts[place] + np.int64(table[_REACH + (codes[starts[place]] & 255)])
        while word < count and ends[word] <= reach:
            if _may_be(table, _JOINED, codes, starts[place], ends[word]):
                most = max(most, word - place + 1)
            word += 1
    if most == 0:
        return count
    changed = False
    for place in range(first, count):
        seen[place] = 0
    for size in range(most, 1, -1):
        for place in range(first, count - size + 1):
            start, end = starts[place], ends[place + size - 1]
            slot = _found(table, _SPECIALS, codes, start, end) if _may_be(table, _JOINED, codes, start, end) else -1
            if slot < 0:
                continue
            pattern = np.uint64(0)
            for word in range(place, place + size):
                pattern |= _ONE << np.uint64(starts[word] - start)
            if table[_JOINS + slot] != pattern:
                continue
            if not seen[place] and not seen[place + size - 1]:
                seen[place] = size + 1
                changed = True
            for word in range(place, place + size):
                seen[word] = max(seen[word], 1)
    if not changed:
        return count
    kept = place = first
    while place < count:
        size = max(seen[place] - 1, 1)
        if seen[place] > 1:
            start, end = starts[place], ends[place + size - 1]
            pieces = table[_SPLITS + _special(table, codes, start, end)]
            # Words are written where others were read; of "°" and "C." become three, for which the rest makes room.
            more = kept - place - size
            for at in range(end - start):
                more += np.int64(pieces >> np.uint64(at) & _ONE)
            if more > 0:
                for word in range(count - 1, place + size - 1, -1):
                    starts[word + more], ends[word + more], seen[word + more] = starts[word], ends[word], seen[word]
                count += more
                place += more
            kept = _split_special(start, end, pieces, starts, ends, kept)
        else:
            starts[kept], ends[kept] = starts[place], ends[place]
            kept += 1
        place += size
    return kept


@compiled
def _split(codes, kinds, start, end, table, starts, ends, count, suffixes, seen):  # type: ignore[no-untyped-def]
    """Add the words of a run without white space; return how many there are then."""
    slot = _special(table, codes, start, end)
    if slot >= 0:
        return _split_special(start, end, table[_SPLITS + slot], starts, ends, count)
    first, tail, low, high, last = count, 0, start, end, -1
    is_special = False
    while low < high and high - low != last:
        slot = _special(table, codes, low, high)
        if slot >= 0:
            is_special = True
            break
        last = high - low
        prefix = _prefix(codes, kinds, low, high)
        if prefix:
            slot = _special(table, codes, low + prefix, high)
            if slot >= 0:
                starts[count], ends[count] = low, low + prefix
                count += 1
                low += prefix
                is_special = True
                break
        suffix = _suffix(codes, kinds, low + prefix, high, table)
        if suffix:
            slot = _special(table, codes, low, high - suffix)
            if slot >= 0:
                high -= suffix
                suffixes[tail] = high
                tail += 1
                is_special = True
                break
        if prefix:
            starts[count], ends[count] = low, low + prefix
            count += 1
            low += prefix
        if suffix:
            high -= suffix
            suffixes[tail] = high
            tail += 1
    if low < high:
        if is_special:
            count = _split_special(low, high, table[_SPLITS + slot], starts, ends, count)
        elif _is_url(codes, kinds, low, high):
            starts[count], ends[count] = low, high
            count += 1
        else:
            at = begin = low
            while at < high:
                size = _infix(codes, kinds, low, at, high) if kinds[at] & INFIX else 0
                if size and at > low:
                    if at > begin:
                        starts[count], ends[count] = begin, at
                        count += 1
                    starts[count], ends[count] = at, at + size
                    count += 1
                    begin = at + size
                at += max(size, 1)
            if begin < high:
                starts[count], ends[count] = begin, high
                count += 1
    while tail:
        tail -= 1
        starts[count], ends[count] = suffixes[tail], end if tail == 0 else suffixes[tail - 1]
        count += 1
    if count - first > 1:
        count = _joined(codes, starts, ends, first, count, table, seen)
    return count


@compiled
def decode(data, offsets, flags, codes, kinds, bounds):  # type: ignore[no-untyped-def]
    """Write the code points (int32) of texts in UTF-8 and what they are (uint32), and where each text starts."""
    count = 0
    for row in range(len(offsets) - 1):
        bounds[row] = count
        at, end = offsets[row], offsets[row + 1]
        while at < end:
            code, size = np.int64(data[at]), 1
            if code >= 0xF0 and at + 4 <= end:
                code = (code & 7) << 18 | (data[at + 1] & 63) << 12 | (data[at + 2] & 63) << 6 | (data[at + 3] & 63)
                size = 4
            elif code >= 0xE0 and at + 3 <= end:
                code, size = (code & 15) << 12 | (data[at + 1] & 63) << 6 | (data[at + 2] & 63), 3
            elif code >= 0xC0 and at + 2 <= end:
                code, size = (code & 31) << 6 | (data[at + 1] & 63), 2
            code = min(code, np.int64(0x10FFFF))
            codes[count] = code
            kinds[count] = flags[code]
            count += 1
            at += size
    bounds[len(offsets) - 1] = count


@compiled
def words_of(codes, kinds, size, table, known, asked, starts, ends, suffixes, seen):  # type: ignore[no-untyped-def]
    """Write where each word of a text starts and ends; return how many words and how many sentences there are.

    Where only the `NUMBER` is ``asked``, what is written means nothing; sentences are counted for `SENTENCES` only.

    ``codes`` and ``kinds`` are of the ``size`` characters of the text, ``known`` is `nothing_known` or what other calls
    have left there; the other arrays have room for ``size`` entries.
    """
    count, at = np.int64(0), 0
    sentences, ended, any_word = 0, False, False
    while at < size:
        start = at
        if kinds[at] & SPACE:
            while at < size and kinds[at] & SPACE:
                at += 1
            # One space after a word is the word's own; more white space, or other, is a word for the sentence.
            if asked == SENTENCES and at - start > (start > 0 and codes[start] == 32):
                sentences += ended or not any_word
                ended, any_word = False, True
            continue
        every = np.uint32(PLAIN | DIGIT)
        while at < size and not kinds[at] & SPACE:
            every &= kinds[at]
            at += 1
        first = count
        if every and not _may_be(table, 0, codes, start, at):
            starts[count], ends[count] = start, at
            count += 1
        else:
            # What comes again has been split before.
            key = hash_of(codes, start, at)
            slot = np.int64((key * _MIX) >> _KNOWN_SHIFT) * 2
            is_short = at - start <= _NUMBER_AT
            if is_short and known[slot] == key:
                if asked == NUMBER:
                    count += np.int64(known[slot + 1] >> _NUMBER_SHIFT)
                else:
                    count = _split_special(start, at, known[slot + 1], starts, ends, count)
            else:
                count = _split(codes, kinds, start, at, table, starts, ends, count, suffixes, seen)
                if is_short:
                    pieces = np.uint64(count - first) << _NUMBER_SHIFT
                    for word in range(first, count):
                        pieces |= _ONE << np.uint64(starts[word] - start)
                    known[slot], known[slot + 1] = key, pieces
        if asked != SENTENCES:
            continue
        for word in range(first, count):
            is_end = ends[word] - starts[word] == 1 and kinds[starts[word]] & SENTENCE_END != 0
            if ended and not is_end:
                is_mark = True
                for place in range(starts[word], ends[word]):
                    if not kinds[place] & PUNCT:
                        is_mark = False
                        break
                if not is_mark:
                    sentences += 1
                    ended = False
            elif is_end:
                ended = True
            if not any_word:
                sentences, any_word = 1, True
    return count, sentences


@compiled
def tokenize(codes, kinds, bounds, table, known, asked, hashes, sizes, kinds_of, words_end, sentences):  # type: ignore[no-untyped-def]
    """Write one hash (uint64), size in characters (int32) and kind (uint8) a word, and where each text's words end.

    ``codes``, ``kinds`` and ``bounds`` are `decode`'s; ``sentences`` gets the number of sentences of each text. Of
    single words something is said only where `WORDS` are ``asked``.
    """
    longest = 0
    for row in range(len(bounds) - 1):
        longest = max(longest, bounds[row + 1] - bounds[row])
    starts, ends = np.empty(longest, np.int32), np.empty(longest, np.int32)
    suffixes, seen = np.empty(longest, np.int32), np.empty(longest, np.int32)
    word = 0
    for row in range(len(bounds) - 1):
        here, what = codes[bounds[row] : bounds[row + 1]], kinds[bounds[row] : bounds[row + 1]]
        count, sentences[row] = words_of(here, what, len(here), table, known, asked, starts, ends, suffixes, seen)
        if asked != WORDS:
            word += count
            words_end[row] = word
            continue
        for index in range(count):
            start, end = starts[index], ends[index]
            some, every = np.uint32(0), np.uint32(SYMBOL)
            for at in range(start, end):
                some |= what[at]
                every &= what[at]
            hashes[word] = hash_of(here, start, end)
            sizes[word] = end - start
            kinds_of[word] = (some & LETTER != 0) * HAS_LETTER + (every != 0) * ALL_SYMBOLS
            word += 1
        words_end[row] = word


def text_hash(text: str) -> int:
    """Return the hash that `tokenize` has of a word."""
    return int(hash_of(np.array([ord(c) for c in text], np.int32), 0, len(text)))


@cache
def facts() -> dict[str, Any]:
    """Return spaCy's classes (code points), units and strings with a split of their own (their pieces)."""
    told = json.loads((Path(__file__).parent / "english.json").read_text(encoding="utf-8"))
    return {
        "classes": {name: _points(ranges) for name, ranges in told["classes"].items()},
        "units": told["units"].split(),
        "specials": {special.replace(" ", ""): special.split() for special in told["specials"]},
    }


def _points(ranges: str) -> list[int]:
    """Return the code points of ranges in hex: `61-7a df`."""
    bounds = [each.partition("-") for each in ranges.split()]
    return [point for low, _, high in bounds for point in range(int(low, 16), int(high or low, 16) + 1)]


@cache
def character_kinds() -> Array:
    """Return the flags (uint32) of each code point."""
    classes = facts()["classes"]
    characters = np.arange(0x110000, dtype=np.uint32).view("U1")
    kinds = np.zeros(0x110000, np.uint32)
    kinds[np.char.isspace(characters)] |= SPACE
    kinds[0] &= 0xFFFFFFFF ^ SPACE
    kinds[np.char.isalpha(characters)] |= LETTER
    kinds[np.char.isalnum(characters)] |= WORD
    kinds[ord("_")] |= WORD
    kinds[ord("0") : ord("9") + 1] |= DIGIT | HOST
    for letters in ("az", "AZ", "\u00a1\uffff"):
        kinds[ord(letters[0]) : ord(letters[1]) + 1] |= HOST
    kinds[[ord(c) for c in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"]] |= LINE_END
    categories = np.array([unicodedata.category(chr(point)) for point in range(0x110000)])
    kinds[np.char.startswith(categories, "P")] |= PUNCT
    kinds[categories == "Nd"] |= NUMERAL
    kinds[(kinds & LETTER != 0) | (categories == "Nl")] |= ALPHABETIC
    for name, flag in (
        ("alpha", ALPHA), ("lower", LOWER), ("upper", UPPER), ("punctuation", PUNCTUATION), ("quotes", QUOTE),
        ("currency", CURRENCY), ("icons", ICON), ("before_dot", BEFORE_DOT), ("sentence_ends", SENTENCE_END),
        ("symbols", SYMBOL), ("terminals", TERMINAL),
    ):  # fmt: skip
        kinds[classes[name]] |= flag
    splits = kinds & (PUNCTUATION | QUOTE | CURRENCY | ICON | DIGIT | SPACE) != 0
    splits[[ord(c) for c in "§%=—–+.-~*^:<>/,"]] = True
    kinds[~splits] |= PLAIN
    kinds[kinds & ICON != 0] |= INFIX
    kinds[[ord(c) for c in "….+-*^,–—~:<>=/"]] |= INFIX
    return kinds


@cache
def table() -> Array:
    """Return the strings with a split of their own, and the units, as kernels read them."""
    found = np.zeros(_SHAPES + (1 << 14), np.uint64)
    for unit in facts()["units"]:
        _put(found, _UNITS, unit)
    bare = found.copy()
    for special, pieces in facts()["specials"].items():
        starts = _words_of(special, bare)
        slot = _put(found, _SPECIALS, special)
        shape = _SHAPES + ((ord(special[0]) & 127) << 7 | (ord(special[-1]) & 127))
        lengths = [len(piece) for piece in pieces]
        found[_SPLITS + slot] = sum(1 << sum(lengths[:i]) for i in range(len(lengths)))
        found[shape] |= np.uint64(1 << len(special))
        if len(starts) > 1:
            found[_JOINS + slot] = sum(1 << start for start in starts)
            found[shape] |= np.uint64(1 << len(special) + _JOINED)
            reach = _REACH + (ord(special[0]) & 255)
            found[reach] = max(found[reach], np.uint64(len(special)))
    return found


def nothing_known() -> Array:
    """Return room for what runs of characters were split into, so that they are split once; no two threads share it."""
    return np.zeros(2 * _KNOWN, np.uint64)


def _put(table: Array, part: int, text: str) -> int:
    """Put a string into a part of the table and return its slot."""
    key = text_hash(text)
    slot = ((key * int(_MIX) % 2**64) >> int(_SHIFT)) & int(_MASK)
    while table[part + slot]:
        slot = (slot + 1) & int(_MASK)
    table[part + slot] = key
    return slot


def _words_of(text: str, table: Array) -> list[int]:
    """Return where the words of a string start."""
    codes = np.array([ord(c) for c in text], np.int32)
    starts, ends, suffixes, seen = (np.empty(len(text), np.int32) for _ in range(4))
    kinds = character_kinds()[codes]
    count, _ = words_of(codes, kinds, len(text), table, nothing_known(), WORDS, starts, ends, suffixes, seen)
    return [int(start) for start in starts[:count]]
