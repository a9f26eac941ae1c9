"""What NeMo Curator's heuristic filters measure (1.4), in its configuration for English.

Words are runs without white space, lines are cut at newlines and blank ones left out, paragraphs are cut at two
newlines. Symbols are words that are "#" or an ellipsis. Common words count each time they occur. Shares of lines and
paragraphs are of the different ones, so that more is better. The most frequent n-gram counts wherever its words, one
space apart, stand in the text; of equals Curator takes one by the luck of its hashes, this takes the first. A text of
fewer words than an n-gram has is all repetition. Where Curator divides by zero, the share is 0 here.
"""

import numpy as np
import pyarrow as pa

from licet.stages.compiled import compiled
from licet.stages.quality import repetition
from licet.stages.quality.datatrove import STOP_WORDS, decoded
from licet.stages.quality.english import ALPHABETIC, NUMERAL, SPACE, Array
from licet.stages.quality.measures import Floats, pieces_of, utf8_of
from licet.stages.quality.phrases import packed, parts_with

MEASURES: dict[str, str] = {
    "non_alphanumeric_share": "characters other than ASCII letters, digits, newlines and '?!,.', of the characters",
    "symbols_per_word": "words that are '#' or an ellipsis, per word",
    "digit_share": "decimal digits, of the characters",
    "url_share": "characters of URLs, of the characters",
    "white_space_share": "tabs, line ends, backspaces and spaces, of the characters",
    "parenthesis_share": "brackets of any kind, of the characters",
    "boilerplate_share": "paragraphs with phrases of policy notices, of the paragraphs; 1 with 'lorem ipsum'",
    "unique_line_share": "different lines, of the lines",
    "unique_paragraph_share": "different paragraphs, of the paragraphs",
    "unique_line_character_share": "characters of different lines, of the characters of lines",
    "unique_paragraph_character_share": "characters of different paragraphs, of the characters of paragraphs",
    "words": "words",
    "unfinished_line_share": "lines that do not end in one of . ? ! \" ', of the lines",
    "alphabetic_word_share": "words with a letter, of the words",
    "stop_words": "how often the, be, to, of, and, that, have, with occur",
    "mean_word_length": "characters of words per word",
    "longest_word": "characters of the longest word",
    "ellipsis_line_share": "lines that end in an ellipsis or 'read more', of the lines",
    **{
        f"top_{n}gram_share": f"characters of the most frequent {n}-gram wherever it stands, of the characters"
        for n in (2, 3, 4)
    },
    **{
        f"duplicated_{n}gram_share": f"characters of {n}-grams that repeat an earlier one, spaces counted, of the"
        " characters"
        for n in range(5, 11)
    },
    "bullet_line_share": "lines that start with a bullet, of the lines",
}
"""Each measure and what it is."""

LOREM = packed(("lorem ipsum",))
BOILERPLATE = packed(
    (
        "terms of use",
        "privacy policy",
        "cookie policy",
        "uses cookies",
        "privacy overview",
        "use of cookies",
        "use cookies",
        "privacy & cookies policy",
        "privacy and cookies policy",
        "necessary cookies are absolutely essential for the website to function properly. this category only includes"
        " cookies that ensures basic functionalities and security features of the website. these cookies do not store"
        " any personal information.",
        "any cookies that may not be particularly necessary for the website to function and is used specifically to"
        " collect user personal data via analytics, ads, other embedded contents are termed as non-necessary cookies."
        " it is mandatory to procure user consent prior to running these cookies on your website.",
        "if you continue to browse this site without changing your cookie settings, you agree to this use. acceptread"
        " more",
    )
)
"""Curator's phrases, without two long ones that hold "uses cookies"."""
BULLETS = np.array([0x2022, 0x2023, 0x2043, 0x204C, 0x204D, 0x2219, 0x25CB, 0x25CF, 0x25D8, 0x25E6, 0x29BE, 0x29BF])

_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_ONE = np.uint64(1)
_COUNTS = (
    "characters", "alphanumeric", "digits", "url", "white", "brackets", "words", "symbols", "alphabetic", "stops",
    "word_characters", "longest", "lines", "bullets", "dotted", "unfinished", *(f"ngram{n}" for n in range(2, 11)),
)  # fmt: skip


def _texts(*texts: str) -> tuple[Array, Array]:
    """Return texts as kernels read them: their code points, and where each starts."""
    starts = np.concatenate([[0], np.cumsum([len(text) for text in texts])]).astype(np.int64)
    return np.array([ord(c) for c in "".join(texts)], np.int32), starts


_ELLIPSES = _texts("...", "[...]", "…", "(...)", "[…]", "-»")
_READ_MORE = _texts("...", "[...]", "…", "(...)", "[…]", "-»", "read more..", "read more")
_STOPS = _texts(*STOP_WORDS)


@compiled
def _hash(codes, start, end):  # type: ignore[no-untyped-def]
    """Return a hash of characters; never zero."""
    hashed = _ONE
    for at in range(start, end):
        hashed = (hashed ^ np.uint64(codes[at])) * _BASE
        hashed ^= hashed >> np.uint64(29)
    return hashed | _ONE


@compiled
def _is_one(codes, start, end, texts, only_end):  # type: ignore[no-untyped-def]
    """Tell whether characters are one of some texts or, if asked, end in one in any case."""
    letters, starts = texts
    for text in range(len(starts) - 1):
        size = starts[text + 1] - starts[text]
        if size > end - start or (not only_end and size != end - start):
            continue
        same = 0
        while same < size:
            code = codes[end - size + same]
            if only_end and 65 <= code <= 90:
                code += 32
            if code != letters[starts[text] + same]:
                break
            same += 1
        if same == size:
            return True
    return False


@compiled
def _is_hex(code):  # type: ignore[no-untyped-def]
    """Tell whether a character is a hexadecimal digit."""
    return 48 <= code <= 57 or 65 <= code <= 70 or 97 <= code <= 102


@compiled
def _url(codes, at, end):  # type: ignore[no-untyped-def]
    """Return the characters of the URL at a place, or 0."""
    if at + 8 > end or codes[at] != 104 or codes[at + 1] != 116 or codes[at + 2] != 116 or codes[at + 3] != 112:
        return 0
    stop = at + 4
    if codes[stop] == 115:
        stop += 1
    if codes[stop] != 58 or codes[stop + 1] != 47 or codes[stop + 2] != 47:
        return 0
    stop += 3
    begin = stop
    while stop < end:
        code = codes[stop]
        if code == 37 and stop + 2 < end and _is_hex(codes[stop + 1]) and _is_hex(codes[stop + 2]):
            stop += 3
            continue
        # $ & ( ) * + , - . / digits : = ? @ letters _ # ! ~
        is_sign = code in (36, 38, 58, 61, 63, 95, 35, 33, 126) or 40 <= code <= 57
        if not (is_sign or 64 <= code <= 90 or 97 <= code <= 122):
            break
        stop += 1
    return stop - at if stop > begin else 0


@compiled
def _read(codes, kinds, bounds, bullets, sets, out, words, words_end, starts, hashes, sizes, ends):  # type: ignore[no-untyped-def]
    """Fill ``out`` (rows x `_COUNTS`, no n-grams), a hash and start a word, and two rows of lines and paragraphs."""
    ellipses, endings, stops = sets
    word = 0
    counts = np.zeros(2, np.int64)
    for row in range(len(bounds) - 1):
        begin, end = bounds[row], bounds[row + 1]
        result = out[row]
        result[0] = end - begin
        first_word = word
        at = begin
        while at < end:
            url = _url(codes, at, end)
            result[3] += url
            at += max(url, 1)
        word_start = -1
        for at in range(begin, end + 1):
            code = codes[at] if at < end else 32
            is_space = at == end or kinds[at] & SPACE != 0
            if at < end:
                result[1] += 48 <= code <= 57 or 97 <= code <= 122 or 65 <= code <= 90 or code in (10, 63, 33, 44, 46)
                result[2] += kinds[at] & NUMERAL != 0
                result[4] += code in (32, 10, 9, 13, 8)
                result[5] += code in (123, 125, 91, 93, 40, 41, 0x27E8, 0x27E9)
            if not is_space:
                if word_start < 0:
                    word_start = at
                continue
            if word_start >= 0:
                size = at - word_start
                words[word], starts[word] = _hash(codes, word_start, at), word_start
                word += 1
                is_mark = size == 1 and codes[word_start] == 35
                result[7] += is_mark or (size <= 5 and _is_one(codes, word_start, at, ellipses, False))
                some = np.uint32(0)
                for place in range(word_start, at):
                    some |= kinds[place]
                result[8] += some & ALPHABETIC != 0
                result[9] += size <= 4 and _is_one(codes, word_start, at, stops, False)
                result[10] += size
                result[11] = max(result[11], size)
                word_start = -1
        result[6] = word - first_word
        words_end[row] = word
        at = begin
        while at <= end:
            stop = at
            while stop < end and codes[stop] != 10:
                stop += 1
            first, last = at, stop
            while first < last and kinds[first] & SPACE:
                first += 1
            while last > first and kinds[last - 1] & SPACE:
                last -= 1
            if first < last:
                hashes[0, counts[0]], sizes[0, counts[0]] = _hash(codes, at, stop), stop - at
                counts[0] += 1
                result[12] += 1
                for bullet in bullets:
                    result[13] += codes[first] == bullet
                result[14] += _is_one(codes, first, last, endings, True)
                result[15] += codes[last - 1] not in (46, 63, 33, 34, 39)
            at = stop + 1
        ends[0, row] = counts[0]
        at = begin
        while True:
            stop = at
            while stop < end and not (codes[stop] == 10 and stop + 1 < end and codes[stop + 1] == 10):
                stop += 1
            hashes[1, counts[1]], sizes[1, counts[1]] = _hash(codes, at, stop), stop - at
            counts[1] += 1
            if stop >= end:
                break
            at = stop + 2
        ends[1, row] = counts[1]


@compiled
def _slot(keys, mask, key):  # type: ignore[no-untyped-def]
    """Return where a key is, or the empty slot where it goes."""
    slot = np.int64((key ^ (key >> np.uint64(32))) & np.uint64(mask))
    while keys[slot] != 0 and keys[slot] != key:
        slot = (slot + 1) & mask
    return slot


@compiled
def _repeat(codes, kinds, bounds, words, words_end, starts, out):  # type: ignore[no-untyped-def]
    """Fill the n-grams of ``out``: characters of the most frequent 2..4-grams, of the duplicated 5..10-grams."""
    most = first = 0
    for row in range(len(words_end)):
        most = max(most, words_end[row] - first)
        first = words_end[row]
    room = 8
    while room < 2 * most:
        room *= 2
    keys, counts = np.empty(room, np.uint64), np.empty(room, np.int32)
    rolling, slots = np.empty(most + 1, np.uint64), np.empty(most + 1, np.int64)
    ends = np.empty(most + 1, np.int64)
    first = 0
    for row in range(len(words_end)):
        last = words_end[row]
        count = last - first
        for word in range(count):
            rolling[word] = words[first + word]
            at = starts[first + word]
            while at < bounds[row + 1] and not kinds[at] & SPACE:
                at += 1
            ends[word] = at
        size = 8
        while size < 2 * count:
            size *= 2
        for n in range(2, 11):
            if count < n:
                out[row, 14 + n] = bounds[row + 1] - bounds[row]
                continue
            keys[:size] = 0
            counts[:size] = 0
            duplicated = overlap = 0
            for place in range(count - n + 1):
                key = rolling[place] * _BASE + words[first + place + n - 1]
                key = (key ^ (key >> np.uint64(30))) * _MIX | _ONE
                rolling[place] = key
                slot = _slot(keys, size - 1, key)
                keys[slot] = key
                counts[slot] += 1
                slots[place] = slot
                if n > 4:
                    if counts[slot] > 1:
                        for word in range(place + overlap, place + n):
                            duplicated += ends[word] - starts[first + word]
                        duplicated += min(n - overlap, n - 1)
                        overlap = n
                    overlap = max(overlap - 1, 0)
            if n > 4:
                out[row, 14 + n] = duplicated
                continue
            best = winner = 0
            for place in range(count - n + 1):
                if counts[slots[place]] > best:
                    best, winner = counts[slots[place]], place
            # Where the words stand with one space between them, and may be part of longer ones.
            length = n - 1
            for word in range(winner, winner + n):
                length += ends[word] - starts[first + word]
            pattern = np.empty(length, np.int32)
            to = 0
            for word in range(winner, winner + n):
                if word > winner:
                    pattern[to] = 32
                    to += 1
                for at in range(starts[first + word], ends[word]):
                    pattern[to] = codes[at]
                    to += 1
            at, found = bounds[row], 0
            while at + length <= bounds[row + 1]:
                same = 0
                while same < length and codes[at + same] == pattern[same]:
                    same += 1
                found += same == length
                at += length if same == length else 1
            out[row, 14 + n] = found * length
        first = last


def measure_text(text: pa.Array, wanted: set[str]) -> dict[str, Floats]:
    """Return each of `MEASURES` for each text; all are taken, whatever is wanted."""
    del wanted
    data, offsets = utf8_of(text)
    rows = len(offsets) - 1
    counts, repeated = np.zeros((rows, len(_COUNTS)), np.float64), np.zeros((2, rows, 4), np.float64)
    for start, stop in pieces_of(offsets):
        codes, kinds, bounds = decoded(data, offsets[start : stop + 1])
        room = len(codes) + stop - start
        words = np.empty(room, np.uint64), np.zeros(stop - start, np.int64), np.empty(room, np.int64)
        parts = np.empty((2, room), np.uint64), np.empty((2, room), np.int32), np.zeros((2, stop - start), np.int64)
        _read(codes, kinds, bounds, BULLETS, (_ELLIPSES, _READ_MORE, _STOPS), counts[start:stop], *words, *parts)
        for kind in range(2):
            repetition.repeats(parts[0][kind], parts[1][kind], parts[2][kind], repeated[kind, start:stop])
        _repeat(codes, kinds, bounds, *words, counts[start:stop])
    boilerplate = parts_with(data, offsets, BOILERPLATE, newlines=2), parts_with(data, offsets, LOREM)
    return _measures(dict(zip(_COUNTS, counts.T, strict=True)), repeated, boilerplate)


def _measures(n: dict[str, Floats], repeated: Floats, boilerplate: tuple[Floats, Floats]) -> dict[str, Floats]:
    """Return the measures from what was counted."""

    def share(part: Floats, whole: Floats, none: float = 0) -> Floats:
        return np.divide(part, whole, out=np.full_like(whole, none), where=whole > 0)

    characters, words, lines = n["characters"], n["words"], n["lines"]
    line, paragraph = repeated.transpose(0, 2, 1)
    policies, lorem = boilerplate
    return {
        "non_alphanumeric_share": share(characters - n["alphanumeric"], characters, 1),
        "symbols_per_word": share(n["symbols"], words),
        "digit_share": share(n["digits"], characters, 1),
        "url_share": share(n["url"], characters, 1),
        "white_space_share": share(n["white"], characters, 1),
        "parenthesis_share": share(n["brackets"], characters, 1),
        "boilerplate_share": np.where(lorem > 0, 1.0, share(policies, paragraph[0])),
        "unique_line_share": share(line[0] - line[1], line[0]),
        "unique_paragraph_share": share(paragraph[0] - paragraph[1], paragraph[0]),
        "unique_line_character_share": share(line[3] - line[2], line[3]),
        "unique_paragraph_character_share": share(paragraph[3] - paragraph[2], paragraph[3]),
        "words": words,
        "unfinished_line_share": share(n["unfinished"], lines),
        "alphabetic_word_share": share(n["alphabetic"], words),
        "stop_words": n["stops"],
        "mean_word_length": share(n["word_characters"], words),
        "longest_word": n["longest"],
        "ellipsis_line_share": share(n["dotted"], lines),
        **{f"top_{k}gram_share": share(n[f"ngram{k}"], characters, 1) for k in (2, 3, 4)},
        **{f"duplicated_{k}gram_share": share(n[f"ngram{k}"], characters, 1) for k in range(5, 11)},
        "bullet_line_share": share(n["bullets"], lines),
    }
