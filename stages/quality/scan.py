"""One pass over the characters of each row: words, lines, and the counts that the measures are made of.

It runs in numba directly over Arrow's UTF-8 buffer, so no Python string is made and other threads go on. What it
leaves behind for `repetition` is one hash a word and one a line.

* A **word** is a run of characters without white space (as ``str.split``). Letters of scripts written without
  spaces between words (Han, kana, Thai, Lao, Khmer, Burmese) are a word each, as UAX #29 has it for ideographs, with
  the marks and punctuation that follow: otherwise a Chinese book is one word.
* A **line** ends at a newline; lines of nothing but white space are blank and are counted nowhere but in
  `ALL_LINES`. A **paragraph** ends at a blank line.

Letters, digits and white space are those of the running Python's Unicode tables (``str.isalpha`` and so on).
"""

from functools import cache
from typing import Any

import numpy as np

from licet.stages.compiled import compiled

SPACE, ALPHA, DIGIT, CONTROL, BULLET, TERMINAL, UNSPACED, ALNUM = (1 << bit for bit in range(8))

BULLETS = "•-"
"""First characters of a bulleted line, as in datatrove."""
TERMINALS = ".!?\"'’”»…。．！？；؟۔।॥։።။។"
"""Last characters of a finished sentence, in many scripts (Unicode's STerm, and closing quotation marks)."""
STOP_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")
"""English words of which Gopher asks for two (Rae et al. 2021, table A1)."""
UNSPACED_BLOCKS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # iteration mark, closing mark, zero
    (0x3040, 0x30FF),  # kana
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
SHORT_LINE = 30
"""Characters of a short line, as in FineWeb."""

COUNTS = (
    "words",
    "characters",
    "word_characters",
    "alphanumeric",
    "digits",
    "controls",
    "hashes",
    "ellipses",
    "alphabetic_words",
    "stop_words",
    "newlines",
    "all_lines",
    "lines",
    "bullet_lines",
    "ellipsis_lines",
    "terminal_lines",
    "short_lines",
    "longest_line",
)
"""Columns of the counts, in order."""

_START = np.uint64(0xCBF29CE484222325)
_PRIME = np.uint64(0x100000001B3)
_ALPHA_BIT, _DIGIT_BIT, _CONTROL_BIT = (flag.bit_length() - 1 for flag in (ALPHA, DIGIT, CONTROL))


def _stop_table() -> np.ndarray[Any, Any]:
    """Return the stop words as numbers (their bytes, the first highest), each at its remainder by the table's size."""
    numbers = [int.from_bytes(word.encode(), "big") for word in STOP_WORDS]
    size = next(size for size in range(len(numbers), 64) if len({n % size for n in numbers}) == len(numbers))
    table = np.zeros(size, np.uint64)
    for number in numbers:
        table[number % size] = number
    return table


_STOPS = _stop_table()


@cache
def character_flags() -> np.ndarray[Any, Any]:
    """Return one byte of flags for each code point."""
    # Two planes at a time would save nothing: the table takes 20 ms to make and 1.1 MB to keep.
    characters = np.arange(0x110000, dtype=np.uint32).view("U1")
    flags = np.zeros(0x110000, np.uint8)
    flags[np.char.isspace(characters)] |= SPACE
    flags[np.char.isalpha(characters)] |= ALPHA
    flags[np.char.isdigit(characters)] |= DIGIT
    flags[np.char.isalnum(characters)] |= ALNUM
    flags[:32] |= CONTROL
    flags[0x7F:0xA0] |= CONTROL
    flags[[0x09, 0x0A, 0x0C, 0x0D, 0x85]] &= 0xFF ^ CONTROL
    flags[0xFFFD] |= CONTROL
    flags[0] &= 0xFF ^ SPACE
    for mark in BULLETS:
        flags[ord(mark)] |= BULLET
    for mark in TERMINALS:
        flags[ord(mark)] |= TERMINAL
    for first, last in UNSPACED_BLOCKS:
        block = flags[first : last + 1]
        block[(block & ALPHA) != 0] |= UNSPACED
    return flags


@compiled
def _decode(data, at, end):  # type: ignore[no-untyped-def]
    """Return the code point that is no ASCII at a place, and its bytes; U+FFFD for what is no UTF-8."""
    first = np.int64(data[at])
    if first >= 0xF0 and at + 4 <= end:
        code = (first & 7) << 18 | (data[at + 1] & 63) << 12 | (data[at + 2] & 63) << 6 | (data[at + 3] & 63)
        return np.uint32(min(code, np.int64(0x10FFFF))), 4
    if 0xE0 <= first < 0xF0 and at + 3 <= end:
        return np.uint32((first & 15) << 12 | (data[at + 1] & 63) << 6 | (data[at + 2] & 63)), 3
    if 0xC0 <= first < 0xE0 and at + 2 <= end:
        return np.uint32((first & 31) << 6 | (data[at + 1] & 63)), 2
    return np.uint32(0xFFFD), 1


@compiled
def _ascii_words(data, start, end):  # type: ignore[no-untyped-def]
    """Return the number of words of ASCII text, -1 for any other: loops without branches, which vector units run."""
    highest = np.uint8(0)
    for at in range(start, end):
        highest |= data[at]
    if highest >= 0x80:
        return np.int64(-1)
    if start == end:
        return np.int64(0)
    first = data[start]
    words = np.int64(not (first == 32 or np.uint8(first - 9) < 5 or np.uint8(first - 28) < 4))
    for at in range(np.uint64(start + 1), np.uint64(end)):
        left, here = data[at - np.uint64(1)], data[at]
        gap = (
            (left == 32) | (np.uint8(left - np.uint8(9)) < np.uint8(5)) | (np.uint8(left - np.uint8(28)) < np.uint8(4))
        )
        none = (
            (here == 32) | (np.uint8(here - np.uint8(9)) < np.uint8(5)) | (np.uint8(here - np.uint8(28)) < np.uint8(4))
        )
        words += gap & ~none
    return words


@compiled
def count_words(data, offsets, flags, out):  # type: ignore[no-untyped-def]
    """Write the number of words of each row to ``out``: the same number as `scan`'s, and nothing else."""
    for row in range(len(offsets) - 1):
        at, end = offsets[row], offsets[row + 1]
        words = _ascii_words(data, at, end)
        if words >= 0:
            out[row] = words
            continue
        words, inside, alone = 0, False, False
        while at < end:
            code, size = np.uint32(data[np.uint64(at)]), 1
            if code >= 0x80:
                code, size = _decode(data, at, end)
            at += size
            kind = flags[code]
            if kind & SPACE:
                inside = False
            elif kind & UNSPACED:
                words += 1
                inside, alone = True, True
            elif not inside or (alone and kind & ALNUM):
                words += 1
                inside, alone = True, False
        out[row] = words


@compiled
def scan(data, offsets, flags, counts, word_hash, word_chars, words_end, line_hash, line_chars, line_opens, lines_end):  # type: ignore[no-untyped-def]
    """Fill ``counts`` (rows x `COUNTS`), and one entry a word and a line; ``*_end`` say where each row's end.

    ``word_hash`` and ``line_hash`` are uint64, ``word_chars`` and ``line_chars`` characters, ``line_opens`` whether
    the line is the first of a paragraph. Lines are equal when their words are: white space is not told apart.
    """
    word = line = 0
    for row in range(len(offsets) - 1):
        at, end = offsets[row], offsets[row + 1]
        start, first_word, first_line = at, word, line
        # Bytes beyond the first of each character: `at - extra` counts characters.
        extra = 0
        word_total = alnum = digits = controls = hashes = ellipses = alphabetic = 0
        newlines = all_lines = bullets = dotted = terminal = short = longest = 0
        inside, alone, blank, opens, bulleted = False, False, True, True, False
        word_start, line_start, dots, last_dots, last = at, at, 0, 0, np.uint32(0)
        hashed, hashed_line, letters = _START, _START, 0
        stops: Any = 0
        stop: Any = np.uint64(0)
        seen: Any = np.uint8(0)
        while at <= end:
            code, size = np.uint32(10), 1
            if at < end:
                code = np.uint32(data[np.uint64(at)])
                if code >= 0x80:
                    code, size = _decode(data, at, end)
            kind = flags[code]
            if inside and (kind & SPACE or kind & UNSPACED or (alone and kind & ALNUM)):
                length = at - extra - word_start
                word_hash[word] = hashed
                word_chars[word] = length
                word += 1
                word_total += length
                alphabetic += (seen & ALPHA) >> _ALPHA_BIT
                slot = stop % np.uint64(len(_STOPS))
                stops |= (_STOPS[slot] == stop and letters <= 4) << np.int64(slot)
                hashed_line = (hashed_line ^ (hashed ^ (hashed >> np.uint64(29)))) * _PRIME
                hashed_line ^= hashed_line >> np.uint64(32)
                inside = False
            if code == 10:
                length = at - extra - line_start
                if at < end or length:
                    all_lines += 1
                    longest = max(longest, length)
                if blank:
                    opens = True
                else:
                    line_hash[line] = hashed_line
                    line_chars[line] = length
                    line_opens[line] = opens
                    line += 1
                    opens = False
                    bullets += bulleted
                    dotted += last_dots >= 3 or last == 0x2026
                    terminal += (flags[last] & TERMINAL) != 0
                    short += length <= SHORT_LINE
                newlines += at < end
                at += 1
                line_start = at - extra
                hashed_line, blank, dots = _START, True, 0
                continue
            controls += (kind & CONTROL) >> _CONTROL_BIT
            if kind & SPACE:
                dots = 0
                at += size
                extra += size - 1
                continue
            if not inside:
                inside, alone, word_start = True, (kind & UNSPACED) != 0, at - extra
                hashed, letters, stop, seen = _START, 0, np.uint64(0), np.uint8(0)
            if blank:
                bulleted = (kind & BULLET) != 0
                blank = False
            if size == 1 and kind & ALNUM:
                # Most characters of most texts: a run of ASCII letters and digits, taken together.
                run_start = at
                while True:
                    seen |= kind
                    digits += (kind & DIGIT) >> _DIGIT_BIT
                    hashed = (hashed ^ np.uint64(code)) * _PRIME
                    stop = (stop << np.uint64(8)) | np.uint64(code)
                    last = code
                    at += 1
                    if at == end:
                        break
                    code = np.uint32(data[np.uint64(at)])
                    if code >= 0x80:
                        break
                    kind = flags[code]
                    if not kind & ALNUM:
                        break
                letters += at - run_start
                alnum += at - run_start
                dots = last_dots = 0
                continue
            seen |= kind
            hashed = (hashed ^ np.uint64(code)) * _PRIME
            if kind & ALNUM:
                alnum += 1
                digits += (kind & DIGIT) >> _DIGIT_BIT
                letters = 9
            dots = dots + 1 if code == 46 else 0
            ellipses += (dots > 0 and dots % 3 == 0) or code == 0x2026
            hashes += code == 35
            last, last_dots = code, dots
            at += size
            extra += size - 1
        words_end[row] = word
        lines_end[row] = line
        distinct = 0
        while stops:
            distinct += stops & 1
            stops >>= 1
        result = counts[row]
        result[0], result[1], result[2], result[3] = word - first_word, end - start - extra, word_total, alnum
        result[4], result[5], result[6], result[7] = digits, controls, hashes, ellipses
        result[8], result[9], result[10], result[11] = alphabetic, distinct, newlines, all_lines
        result[12], result[13], result[14], result[15] = line - first_line, bullets, dotted, terminal
        result[16], result[17] = short, longest
