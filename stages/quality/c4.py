"""The lines of a text that C4 keeps: what its filters do before they judge, as datatrove and TFDS have it.

A line (of ``str.splitlines``) goes for the first of these: a word of more than 1,000 characters; no terminal
punctuation at its end, or an ellipsis; too few words; the word "javascript"; a phrase of cookie and policy notices.
Before the end is looked at, citation marks ("[1]", "[edit]", "[citation needed]") are cut out; their digits are ASCII
here, of any script there. Lines that make the peers drop the whole text, with "lorem ipsum" or "{", are kept for the
judge to see. What is left is joined by newlines, without white space at either end.

TFDS further keeps each line once in a whole corpus, chosen by hashes of URLs. That is no rule on a row and is not done
here; near-duplicates of rows are the business of dedup.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from licet.stages.compiled import compiled
from licet.stages.quality.english import LINE_END, SPACE, character_kinds
from licet.stages.quality.measures import utf8_of

LINE_REASONS = ("long_word", "no_end_mark", "too_few_words", "javascript", "policy")
"""Why a line goes, in the order in which it is asked."""
POLICY = ("terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies")
"""Phrases of notices that both peers drop lines for."""

_KEPT, _CHANGED = len(LINE_REASONS), len(LINE_REASONS) + 1
_PHRASES = ("lorem ipsum", "javascript", *POLICY)
_SHORTEST = min(len(phrase) for phrase in _PHRASES)
_MAY_END, _BRACKET, _BRACE = 1, 2, 4
"""What a byte may be part of: the end of a line, a citation mark, a "{"."""

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, kw_only=True)
class LineRules:
    """What a line must have: see the module; ``end_marks`` is empty where the end does not matter."""

    end_marks: str
    min_words: int
    counts_after_citations: bool
    """Whether words are counted without the citation marks (TFDS) or with them (datatrove)."""
    max_word_length: int = 1000


DATATROVE = LineRules(end_marks=".?!\"'", min_words=3, counts_after_citations=False)
"""datatrove's ``C4QualityFilter`` as it comes: 3 words, and an apostrophe ends a line too."""
FINEWEB = LineRules(end_marks="", min_words=3, counts_after_citations=False)
"""datatrove's, as FineWeb runs it: without terminal punctuation."""
TFDS = LineRules(end_marks='.?!"', min_words=5, counts_after_citations=True)
"""TFDS's ``clean_page``: 5 words."""


@dataclass(frozen=True)
class Kept:
    """What is left of texts: the texts, and for each how many lines went for which of `LINE_REASONS` and were kept.

    ``lines`` is int64, rows x (reasons, then kept); ``changed`` tells which texts are not what they were.
    """

    text: pa.Array
    lines: np.ndarray[Any, np.dtype[np.int64]] = field(repr=False)
    changed: np.ndarray[Any, np.dtype[np.bool_]] = field(repr=False)


def kept_lines(text: pa.Array, rules: LineRules, max_characters: float = float("inf")) -> Kept:
    """Return what is left of texts; those of more than ``max_characters`` are left as they are, for the judge."""
    data, offsets = utf8_of(text)
    rows = len(offsets) - 1
    out = np.empty(int(offsets[-1] - offsets[0]), np.uint8)
    ends, lines = np.zeros(rows + 1, np.int64), np.zeros((rows, _CHANGED + 1), np.int64)
    marks = np.zeros(256, np.bool_)
    marks[[ord(mark) for mark in rules.end_marks]] = True
    most = np.int64(min(max_characters, 2**62))
    numbers = (rules.min_words, rules.counts_after_citations, rules.max_word_length, bool(rules.end_marks), most)
    _keep_lines(data, offsets, character_kinds(), _byte_kinds(), _phrases(), marks, numbers, out, ends, lines)
    left = pa.LargeStringArray.from_buffers(rows, pa.py_buffer(ends), pa.py_buffer(out[: ends[-1]]))
    kept = left if pa.types.is_large_string(text.type) else left.cast(pa.string())
    return Kept(text=kept, lines=lines[:, : _KEPT + 1], changed=lines[:, _CHANGED] > 0)


@cache
def _phrases() -> tuple[Array, Array, Array]:
    """Return the phrases as kernels read them: their bytes, where each starts, and a bit each by first bytes."""
    encoded = [phrase.encode() for phrase in _PHRASES]
    starts = np.concatenate([[0], np.cumsum([len(each) for each in encoded])]).astype(np.int64)
    heads = np.zeros((3, 256), np.uint8)
    for number, phrase in enumerate(_PHRASES):
        for place in range(3):
            heads[place, [ord(phrase[place]), ord(phrase[place].upper())]] |= 1 << number
    return np.frombuffer(b"".join(encoded), np.uint8), starts, heads


@cache
def _byte_kinds() -> Array:
    """Return what a byte may be part of (uint8)."""
    kinds = np.zeros(256, np.uint8)
    for byte in range(128):
        kinds[byte] = (character_kinds()[byte] & LINE_END != 0) * _MAY_END
    kinds[[each.encode()[0] for each in "\x85\u2028"]] = _MAY_END
    kinds[ord("[")], kinds[ord("{")] = _BRACKET, _BRACE
    return kinds


@compiled
def _point(data, at, end):  # type: ignore[no-untyped-def]
    """Return the code point at a place, and its bytes."""
    first = np.int64(data[at])
    if first < 0x80:
        return first, 1
    if first >= 0xF0 and at + 4 <= end:
        code = (first & 7) << 18 | (data[at + 1] & 63) << 12 | (data[at + 2] & 63) << 6 | (data[at + 3] & 63)
        return np.int64(min(code, 0x10FFFF)), 4
    if 0xE0 <= first < 0xF0 and at + 3 <= end:
        return np.int64((first & 15) << 12 | (data[at + 1] & 63) << 6 | (data[at + 2] & 63)), 3
    if 0xC0 <= first < 0xE0 and at + 2 <= end:
        return np.int64((first & 31) << 6 | (data[at + 1] & 63)), 2
    return np.int64(0xFFFD), 1


@compiled
def _is_at(data, at, end, letters, first, last):  # type: ignore[no-untyped-def]
    """Tell whether a phrase stands at a place, whatever the case of its letters."""
    if at + last - first > end:
        return False
    for index in range(last - first):
        byte = data[at + index]
        if 65 <= byte <= 90:
            byte += 32
        if byte != letters[first + index]:
            return False
    return True


@compiled
def _seen(data, start, end, phrases):  # type: ignore[no-untyped-def]
    """Return a bit for each of the phrases that stands between two places."""
    letters, starts, heads = phrases
    seen = 0
    for at in range(start, end - _SHORTEST + 1):
        may_be = heads[0, data[at]] & heads[1, data[at + 1]] & heads[2, data[at + 2]]
        if may_be:
            for phrase in range(len(starts) - 1):
                if may_be >> phrase & 1 and _is_at(data, at, end, letters, starts[phrase], starts[phrase + 1]):
                    seen |= 1 << phrase
    return seen


@compiled
def _citation(data, at, end):  # type: ignore[no-untyped-def]
    """Return the bytes of the citation mark at a place, or 0."""
    if data[at] != 91:
        return 0
    stop = at + 1
    while stop < end and 48 <= data[stop] <= 57:
        stop += 1
    if stop < end and data[stop] == 93:
        return stop + 1 - at
    for word in (b"[edit]", b"[citation needed]"):
        if at + len(word) <= end:
            same = 0
            while same < len(word) and data[at + same] == word[same]:
                same += 1
            if same == len(word):
                return same
    return 0


@compiled
def _words(data, start, end, kinds, most):  # type: ignore[no-untyped-def]
    """Return how many words there are between two places, counted up to so many."""
    words, inside = 0, False
    while start < end and words < most:
        code, size = _point(data, start, end)
        is_space = kinds[code] & SPACE != 0
        words += not is_space and not inside
        inside = not is_space
        start += size
    return words


@compiled
def _longest_word(data, start, end, kinds):  # type: ignore[no-untyped-def]
    """Return the characters of the longest word between two places."""
    longest = length = 0
    while start < end:
        code, size = _point(data, start, end)
        length = 0 if kinds[code] & SPACE else length + 1
        longest = max(longest, length)
        start += size
    return longest


@compiled
def _line(data, at, end, kinds, byte_kinds):  # type: ignore[no-untyped-def]
    """Return where a line stops, where the next one starts, and what its bytes may be part of."""
    some = np.uint8(0)
    stop = at
    while stop < end:
        kind = byte_kinds[data[stop]]
        some |= kind
        if kind & _MAY_END:
            code, size = _point(data, stop, end)
            if kinds[code] & LINE_END:
                follows = code == 13 and stop + 1 < end and data[stop + 1] == 10
                return stop, stop + size + follows, some
            stop += size
        else:
            stop += 1
    return stop, stop, some


@compiled
def _stripped(data, start, end, kinds):  # type: ignore[no-untyped-def]
    """Return where text without white space at either end starts and ends."""
    while start < end:
        code, size = _point(data, start, end)
        if not kinds[code] & SPACE:
            break
        start += size
    while end > start:
        place = end - 1
        while place > start and data[place] & 0xC0 == 0x80:
            place -= 1
        if not kinds[_point(data, place, end)[0]] & SPACE:
            break
        end = place
    return start, end


@compiled
def _keep_lines(data, offsets, kinds, byte_kinds, phrases, marks, numbers, out, ends, counts):  # type: ignore[no-untyped-def]
    """Write what is left of each text, where it ends, how many lines went for what or stayed, and if it changed."""
    min_words, after, max_word_length, asks_end, most = numbers
    to = 0
    for row in range(len(offsets) - 1):
        at, end = offsets[row], offsets[row + 1]
        begin = to
        result = counts[row]
        if end - at > most:
            characters = 0
            for place in range(at, end):
                characters += data[place] & 0xC0 != 0x80
            if characters > most:
                out[to : to + end - at] = data[at:end]
                to += end - at
                ends[row + 1] = to
                continue
        while at < end:
            stop, following, some = _line(data, at, end, kinds, byte_kinds)
            first, last = _stripped(data, at, stop, kinds)
            at = following
            if last - first > max_word_length and _longest_word(data, first, last, kinds) > max_word_length:
                result[0] += 1
                continue
            # Most lines go for their end, and need not be copied to see it.
            if asks_end and not some & _BRACKET and (first == last or not marks[data[last - 1]]):
                result[1] += 1
                continue
            # There is room: a newline stands for the line end that was read, or for a line that went.
            here = to + (to > begin)
            write = here
            if some & _BRACKET:
                place = first
                while place < last:
                    mark = _citation(data, place, last)
                    if mark:
                        place += mark
                        continue
                    out[write] = data[place]
                    write += 1
                    place += 1
            else:
                for place in range(first, last):
                    out[here + place - first] = data[place]
                write += last - first
            if asks_end:
                dots = write - here > 2 and out[write - 1] == 46 and out[write - 2] == 46 and out[write - 3] == 46
                if write == here or not marks[out[write - 1]] or dots:
                    result[1] += 1
                    continue
            words = _words(out, here, write, kinds, min_words) if after else _words(data, first, last, kinds, min_words)
            if words < min_words:
                result[2] += 1
                continue
            seen = _seen(out, here, write, phrases)
            if not seen & 1:
                if seen & 2:
                    result[3] += 1
                    continue
                if seen and not some & _BRACE:
                    result[4] += 1
                    continue
            result[_KEPT] += 1
            if to > begin:
                out[to] = 10
            to = write
        # White space that citation marks have left at either end.
        head, tail = _stripped(out, begin, to, kinds)
        if head > begin:
            for place in range(head, tail):
                out[begin + place - head] = out[place]
        to = begin + tail - head
        ends[row + 1] = to
        size = offsets[row + 1] - offsets[row]
        changed = size != to - begin
        place = 0
        while not changed and place < size:
            changed = out[begin + place] != data[offsets[row] + place]
            place += 1
        result[_CHANGED] = changed
