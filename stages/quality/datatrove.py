"""What datatrove's Gopher, FineWeb and C4 filters measure, to the letter of its code (0.10).

Words are those of `english`, since datatrove's are spaCy's. What it counts otherwise than `measures`: words of nothing
but symbols are left out of the count and the mean length, not of the other denominators; lines that start with bullets
or end in ellipses are those of ``str.splitlines``, blank ones counted; lines and paragraphs that repeat are cut at one
and at two newlines or more, and are equal as strings; the most frequent n-gram counts though it occurs once, the
earliest of equals; duplicated n-grams are equal when their words run together are; FineWeb's lines are cut at newlines,
blank ones left out, and its share of repeated lines is of the characters that are no newline.
"""

import numpy as np
import pyarrow as pa

from licet.stages.compiled import compiled
from licet.stages.quality import english, repetition
from licet.stages.quality.english import ALL_SYMBOLS, HAS_LETTER, LINE_END, SPACE, TERMINAL, Array
from licet.stages.quality.measures import Floats, pieces_of, utf8_of
from licet.stages.quality.phrases import packed, parts_with

MEASURES: dict[str, str] = {
    "words": "words with more than symbols",
    "mean_word_length": "characters of words with more than symbols, per such word",
    "hashes_per_word": "'#' per word",
    "ellipses_per_word": "'...' and '…' per word",
    "bullet_line_share": "lines that start with '•' or '-', of all lines",
    "ellipsis_line_share": "lines that end in '...' or '…', of all lines",
    "alphabetic_word_share": "words with a letter, of the words",
    "stop_words": "how many of the, be, to, of, and, that, have, with occur",
    "duplicate_line_share": "lines that repeat an earlier line, of the lines",
    "duplicate_line_character_share": "characters of lines that repeat an earlier line, of the characters",
    "duplicate_paragraph_share": "paragraphs that repeat an earlier one, of the paragraphs",
    "duplicate_paragraph_character_share": "characters of paragraphs that repeat an earlier one, of the characters",
    **{f"top_{n}gram_share": f"characters of the most frequent {n}-gram, of the characters" for n in (2, 3, 4)},
    **{
        f"duplicated_{n}gram_share": f"characters of {n}-grams that repeat an earlier one, of the characters"
        for n in range(5, 11)
    },
    "terminal_line_share": "lines that end in terminal punctuation, of the lines that are not blank",
    "short_line_share": "lines of at most 30 characters, of the lines that are not blank",
    "duplicate_line_text_share": "characters of lines that repeat an earlier one, of those that are no newline",
    "newlines_per_word": "newlines per word",
    "sentences": "sentences, line by line",
    "lorem_ipsum": "lines with 'lorem ipsum'",
    "curly_brackets": "'{'",
}
"""Each measure and what it is."""

C4 = {"sentences", "lorem_ipsum", "curly_brackets"}
"""What is measured line by line."""
OF_WORDS = {
    name for name in MEASURES if name.endswith(("gram_share", "word_length")) or name in ("words", "stop_words")
} | {"alphabetic_word_share"}
"""What is made of single words; for other measures it is enough to count them."""
OF_MARKS = {"hashes_per_word", "ellipses_per_word", "bullet_line_share", "ellipsis_line_share"}
OF_PARAGRAPHS = {name for name in MEASURES if "paragraph" in name}
STOP_WORDS = ("the", "be", "to", "of", "and", "that", "have", "with")
LOREM = packed(("lorem ipsum",))

_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_ONE = np.uint64(1)
_TEXT = ("characters", "newlines", "terminal", "short", "hashes", "ellipses", "lines", "bullets", "ellipsis_lines")
_WORDS = ("words", "more", "more_characters", "alphabetic", "stops", *(f"ngram{n}" for n in range(2, 11)))


@compiled
def _hash(codes, start, end):  # type: ignore[no-untyped-def]
    """Return a hash of characters: three code points of 21 bits a step, then their number."""
    hashed = np.uint64(0)
    at = start
    while at < end:
        some = np.uint64(codes[at])
        if at + 1 < end:
            some |= np.uint64(codes[at + 1]) << np.uint64(21)
        if at + 2 < end:
            some |= np.uint64(codes[at + 2]) << np.uint64(42)
        hashed = (hashed ^ some) * _BASE
        hashed ^= hashed >> np.uint64(29)
        at += 3
    return (hashed ^ np.uint64(end - start)) * _MIX


@compiled
def read_marks(codes, kinds, bounds, out):  # type: ignore[no-untyped-def]
    """Fill the last five of ``out`` (rows x `_TEXT`): "#" and ellipses anywhere, and where lines start or end."""
    for row in range(len(bounds) - 1):
        start, end = bounds[row], bounds[row + 1]
        marks = ellipses = dots = 0
        for at in range(start, end):
            code = codes[at]
            marks += code == 35
            dots = dots + 1 if code == 46 else 0
            ellipses += (dots > 0 and dots % 3 == 0) or code == 0x2026
        lines = bullets = dotted = 0
        at = start
        while at < end:
            first = stop = at
            while stop < end and not kinds[stop] & LINE_END:
                stop += 1
            lines += 1
            at = stop + 1
            if stop + 1 < end and codes[stop] == 13 and codes[stop + 1] == 10:
                at += 1
            while first < stop and kinds[first] & SPACE:
                first += 1
            while stop > first and kinds[stop - 1] & SPACE:
                stop -= 1
            if first < stop:
                bullets += codes[first] == 0x2022 or codes[first] == 45
                is_dotted = (
                    stop - first > 2 and codes[stop - 1] == 46 and codes[stop - 2] == 46 and codes[stop - 3] == 46
                )
                dotted += is_dotted or codes[stop - 1] == 0x2026
        result = out[row]
        result[4], result[5], result[6], result[7], result[8] = marks, ellipses, lines, bullets, dotted


@compiled
def read_lines(codes, kinds, bounds, out, hashes, sizes, ends):  # type: ignore[no-untyped-def]
    """Fill the first four of ``out`` (rows x `_TEXT`), and a row for lines and one for lines that are not blank.

    ``hashes``, ``sizes`` and ``ends`` have the entries of all texts, and where those of each text end.
    """
    all_lines = full = 0
    for row in range(len(bounds) - 1):
        start, end = bounds[row], bounds[row + 1]
        newlines = terminal = short = 0
        at = start
        while at <= end:
            stop = at
            every = np.uint32(SPACE)
            while stop < end and codes[stop] != 10:
                every &= kinds[stop]
                stop += 1
            hashed = _hash(codes, at, stop)
            if stop > at or at == start or stop == end:
                # Lines are cut at newlines, one or more: an empty one stands only before the first and after the last.
                hashes[0, all_lines], sizes[0, all_lines] = hashed, stop - at
                all_lines += 1
            if not every:
                hashes[1, full], sizes[1, full] = hashed, stop - at
                full += 1
                terminal += kinds[stop - 1] & TERMINAL != 0
                short += stop - at <= 30
            newlines += stop < end
            at = stop + 1
        result = out[row]
        result[0], result[1], result[2], result[3] = end - start, newlines, terminal, short
        ends[0, row], ends[1, row] = all_lines, full


@compiled
def read_paragraphs(codes, kinds, bounds, hashes, sizes, ends):  # type: ignore[no-untyped-def]
    """Write the paragraphs of texts without white space around them, cut at two newlines or more."""
    count = 0
    for row in range(len(bounds) - 1):
        at, last = bounds[row], bounds[row + 1]
        while at < last and kinds[at] & SPACE:
            at += 1
        while last > at and kinds[last - 1] & SPACE:
            last -= 1
        while True:
            stop = at
            while stop < last and not (codes[stop] == 10 and stop + 1 < last and codes[stop + 1] == 10):
                stop += 1
            hashes[count], sizes[count] = _hash(codes, at, stop), stop - at
            count += 1
            if stop >= last:
                break
            at = stop
            while at < last and codes[at] == 10:
                at += 1
        ends[row] = count


@compiled
def _power(exponent):  # type: ignore[no-untyped-def]
    """Return a power of the base of `english.hash_of`."""
    result, square = _ONE, _BASE
    while exponent:
        if exponent & 1:
            result *= square
        square *= square
        exponent >>= 1
    return result


@compiled
def _slot(keys, mask, key):  # type: ignore[no-untyped-def]
    """Return where a key is, or the empty slot where it goes."""
    slot = np.int64((key ^ (key >> np.uint64(32))) & np.uint64(mask))
    while keys[slot] != 0 and keys[slot] != key:
        slot = (slot + 1) & mask
    return slot


@compiled
def count_words(hashes, sizes, kinds, words_end, stops, with_ngrams, out):  # type: ignore[no-untyped-def]
    """Fill ``out`` (rows x `_WORDS`) from what `english.tokenize` found; n-grams only where they are asked for."""
    most = first = 0
    for row in range(len(words_end)):
        most = max(most, words_end[row] - first)
        first = words_end[row]
    room = 8
    while room < 2 * most:
        room *= 2
    keys, counts = np.empty(room, np.uint64), np.empty(room, np.int32)
    rolling = np.empty(most + 1, np.uint64)
    slots = np.empty(most + 1, np.int64)
    upto, together = np.zeros(most + 1, np.int64), np.zeros(most + 1, np.uint64)
    powers = np.empty(256, np.uint64)
    for exponent in range(256):
        powers[exponent] = _power(exponent)
    first = 0
    for row in range(len(words_end)):
        last = words_end[row]
        words = last - first
        more = alphabetic = seen = 0
        characters = np.int64(0)
        for word in range(first, last):
            long, kind = np.int64(sizes[word]), kinds[word]
            if not kind & ALL_SYMBOLS:
                more += 1
                characters += long
            alphabetic += kind & HAS_LETTER != 0
            if long <= 4:
                for stop in range(len(stops)):
                    if stops[stop] == hashes[word]:
                        seen |= 1 << stop
            place = word - first
            upto[place + 1] = upto[place] + long
            together[place + 1] = together[place] * (powers[long] if long < 256 else _power(long)) + hashes[word]
            rolling[place] = hashes[word]
        distinct = 0
        while seen:
            distinct += seen & 1
            seen >>= 1
        result = out[row]
        result[0], result[1], result[2], result[3], result[4] = words, more, characters, alphabetic, distinct
        if not with_ngrams:
            first = last
            continue
        size = 8
        while size < 2 * words:
            size *= 2
        for n in range(2, 5):
            if words < n:
                break
            keys[:size] = 0
            counts[:size] = 0
            for place in range(words - n + 1):
                key = rolling[place] * _BASE + hashes[first + place + n - 1]
                key = (key ^ (key >> np.uint64(30))) * _MIX
                rolling[place] = key
                slot = _slot(keys, size - 1, key)
                keys[slot] = key
                counts[slot] += 1
                slots[place] = slot
            best = winner = 0
            for place in range(words - n + 1):
                if counts[slots[place]] > best:
                    best, winner = counts[slots[place]], place
            result[3 + n] = (upto[winner + n] - upto[winner] + n - 1) * best
        for n in range(5, 11):
            keys[:size] = 0
            place = duplicated = 0
            while place < words - n + 1:
                length = upto[place + n] - upto[place]
                power = powers[length] if length < 256 else _power(length)
                key = (together[place + n] - together[place] * power) * _MIX | _ONE
                slot = _slot(keys, size - 1, key)
                if keys[slot] == key:
                    duplicated += length
                    place += n
                else:
                    keys[slot] = key
                    place += 1
            result[3 + n] = duplicated
        first = last


def measure_text(text: pa.Array, wanted: set[str]) -> dict[str, Floats]:
    """Return those of `MEASURES` that are wanted for each text; what only the others ask for is not read."""
    data, offsets = utf8_of(text)
    measures = c4_measures(data, offsets) if wanted & C4 else {}
    if wanted <= C4:
        return measures
    rows = len(offsets) - 1
    texts, words = np.zeros((rows, len(_TEXT)), np.float64), np.zeros((rows, len(_WORDS)), np.float64)
    repeated = np.zeros((3, rows, 4), np.float64)
    stops = np.array([english.text_hash(word) for word in STOP_WORDS], np.uint64)
    marks, paragraphs = bool(wanted & OF_MARKS), bool(wanted & OF_PARAGRAPHS)
    with_ngrams = any(name.endswith("gram_share") for name in wanted)
    known = english.nothing_known()
    for start, stop in pieces_of(offsets):
        codes, kinds, bounds = decoded(data, offsets[start : stop + 1])
        lines = np.empty((3, len(codes) + stop - start), np.uint64), np.empty((3, len(codes) + stop - start), np.int32)
        ends = np.zeros((3, stop - start), np.int64)
        read_lines(codes, kinds, bounds, texts[start:stop], *lines, ends)
        if marks:
            read_marks(codes, kinds, bounds, texts[start:stop])
        if paragraphs:
            read_paragraphs(codes, kinds, bounds, lines[0][2], lines[1][2], ends[2])
        for kind in range(2 + paragraphs):
            repetition.repeats(lines[0][kind], lines[1][kind], ends[kind], repeated[kind, start:stop])
        found, _ = tokenized(codes, kinds, bounds, known, english.WORDS if wanted & OF_WORDS else english.NUMBER)
        if wanted & OF_WORDS:
            count_words(*found, stops, with_ngrams, words[start:stop])
        else:
            words[start:stop, 0] = np.diff(found[3], prepend=0)
    counts = dict(zip(_TEXT, texts.T, strict=True)) | dict(zip(_WORDS, words.T, strict=True))
    measures |= _measures(counts, repeated)
    return {name: measures[name] for name in wanted}


def decoded(data: Array, offsets: Array) -> tuple[Array, Array, Array]:
    """Return the code points of texts, what they are, and where each text starts among them."""
    room = int(offsets[-1] - offsets[0])
    codes, kinds = np.empty(room, np.int32), np.empty(room, np.uint32)
    bounds = np.zeros(len(offsets), np.int64)
    english.decode(data, offsets, english.character_kinds(), codes, kinds, bounds)
    return codes[: bounds[-1]], kinds[: bounds[-1]], bounds


def tokenized(
    codes: Array, kinds: Array, bounds: Array, known: Array, asked: int
) -> tuple[tuple[Array, Array, Array, Array], Array]:
    """Return the words of texts (hash, size, kind; where each text's end) and the sentences of each text.

    The first three are empty unless `english.WORDS` are ``asked``, sentences are 0 unless those are.
    """
    rows, room = len(bounds) - 1, len(codes) if asked == english.WORDS else 0
    words = np.empty(room, np.uint64), np.empty(room, np.int32), np.empty(room, np.uint8), np.zeros(rows, np.int64)
    sentences = np.zeros(rows, np.int64)
    english.tokenize(codes, kinds, bounds, english.table(), known, asked, *words, sentences)
    return words, sentences


def c4_measures(data: Array, offsets: Array) -> dict[str, Floats]:
    """Return what the C4 filters ask of a text whose lines have been chosen."""
    rows = len(offsets) - 1
    sentences, brackets = np.zeros(rows), np.zeros(rows)
    known = english.nothing_known()
    for start, stop in pieces_of(offsets):
        codes, kinds, bounds = decoded(data, offsets[start : stop + 1])
        breaks = np.flatnonzero(codes == 10)
        is_edge = np.zeros(len(codes) + 1, np.bool_)
        is_edge[bounds] = is_edge[breaks] = is_edge[breaks + 1] = True
        edges = np.flatnonzero(is_edge)
        _, found = tokenized(codes, kinds, edges, known, english.SENTENCES)
        upto = np.concatenate([[0], np.cumsum(np.where(codes[edges[:-1]] == 10, 0, found))])
        sentences[start:stop] = np.diff(upto[np.searchsorted(edges, bounds)])
        open_ = np.concatenate([[0], np.cumsum(codes == ord("{"))])
        brackets[start:stop] = np.diff(open_[bounds])
    return {"sentences": sentences, "lorem_ipsum": parts_with(data, offsets, LOREM), "curly_brackets": brackets}


def _measures(n: dict[str, Floats], repeated: Floats) -> dict[str, Floats]:
    """Return the measures from what was counted."""

    def share(part: Floats, whole: Floats) -> Floats:
        return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)

    words, characters = n["words"], n["characters"]
    lines, full, paragraphs = repeated.transpose(0, 2, 1)
    return {
        "words": n["more"],
        "mean_word_length": share(n["more_characters"], n["more"]),
        "hashes_per_word": share(n["hashes"], words),
        "ellipses_per_word": share(n["ellipses"], words),
        "bullet_line_share": share(n["bullets"], n["lines"]),
        "ellipsis_line_share": share(n["ellipsis_lines"], n["lines"]),
        "alphabetic_word_share": share(n["alphabetic"], words),
        "stop_words": n["stops"],
        "duplicate_line_share": share(lines[1], lines[0]),
        "duplicate_line_character_share": share(lines[2], characters),
        "duplicate_paragraph_share": share(paragraphs[1], paragraphs[0]),
        "duplicate_paragraph_character_share": share(paragraphs[2], characters),
        **{f"top_{k}gram_share": share(n[f"ngram{k}"], characters) for k in (2, 3, 4)},
        **{f"duplicated_{k}gram_share": share(n[f"ngram{k}"], characters) for k in range(5, 11)},
        "terminal_line_share": share(n["terminal"], full[0]),
        "short_line_share": share(n["short"], full[0]),
        "duplicate_line_text_share": share(full[2], characters - n["newlines"]),
        "newlines_per_word": share(n["newlines"], words),
    }
