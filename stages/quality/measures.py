"""All measures of a row's shape, taken in one go over Arrow's UTF-8 buffer.

Every share is of a whole that the name or the table below says; where the whole is nothing, the share is 0.
Characters are Unicode code points. What a word, a line and a paragraph are is said in `scan`.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.stages.quality import repetition, scan

MEASURES: dict[str, str] = {
    "words": "words",
    "characters": "characters",
    "lines": "lines that are not blank",
    "mean_word_length": "characters of words per word",
    "hashes_per_word": "'#' per word",
    "ellipses_per_word": "'...' and '…' per word",
    "bullet_line_share": "lines that start with '•' or '-', of the lines",
    "ellipsis_line_share": "lines that end in '...' or '…', of the lines",
    "alphabetic_word_share": "words with a letter, of the words",
    "stop_words": "how many of the, be, to, of, and, that, have, with occur; punctuation around them is overlooked",
    "terminal_line_share": "lines that end in terminal punctuation, of the lines",
    "short_line_share": "lines of at most 30 characters, of the lines",
    "newlines_per_word": "line ends per word",
    "longest_line": "characters of the longest line",
    "mean_line_length": "characters per line, blank lines counted",
    "alphanumeric_share": "letters and digits, of the characters",
    "digit_share": "digits, of the characters",
    "control_share": "control characters and U+FFFD, of the characters; tab and line ends are none",
    "duplicate_line_share": "lines that repeat an earlier line, of the lines",
    "duplicate_line_character_share": "characters of lines that repeat an earlier line, of the characters",
    "duplicate_paragraph_share": "paragraphs that repeat an earlier one, of the paragraphs",
    "duplicate_paragraph_character_share": "characters of paragraphs that repeat an earlier one, of the characters",
    **{
        f"top_{n}gram_share": f"characters of the most frequent {n}-gram, all its places and its spaces counted,"
        " of the characters; 0 when none occurs twice"
        for n in (2, 3, 4)
    },
    **{
        f"duplicated_{n}gram_share": f"characters, without spaces, of {n}-grams that repeat an earlier one,"
        " of the characters; a copy's words are counted once"
        for n in range(5, 11)
    },
}
"""Each measure and what it is."""

PIECE = 256 * 1024
"""Bytes of text that are measured together, so that what `scan` leaves for `repetition` is still in the cache."""

Floats = np.ndarray[Any, np.dtype[np.float64]]


def utf8_of(text: pa.Array) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the bytes behind a string array, and where each row starts and ends in them; null reads as empty."""
    if isinstance(text, pa.ChunkedArray):
        text = text.combine_chunks()
    if not pa.types.is_string(text.type) and not pa.types.is_large_string(text.type):
        text = text.cast(pa.large_string())
    if text.null_count:
        text = pc.fill_null(text, "")
    _, offsets, data = text.buffers()
    if not len(text):
        return np.zeros(0, np.uint8), np.zeros(1, np.int64)
    kind = np.int64 if pa.types.is_large_string(text.type) else np.int32
    starts = np.frombuffer(offsets, kind, len(text) + 1, text.offset * np.dtype(kind).itemsize)
    return np.frombuffer(data or b"", np.uint8), starts.astype(np.int64)


def measure_text(text: pa.Array) -> dict[str, Floats]:
    """Return each of `MEASURES` for each text."""
    data, offsets = utf8_of(text)
    rows = len(offsets) - 1
    counts = np.zeros((rows, len(scan.COUNTS)), np.float64)
    repeats = np.zeros((rows, len(repetition.SHARES)), np.float64)
    pieces = pieces_of(offsets)
    # Words, and lines that are not blank, have a byte between them, or are letters of unspaced scripts: three bytes.
    room = max((int(offsets[stop] - offsets[start]) // 2 + stop - start + 1 for start, stop in pieces), default=0)
    most = max((stop - start for start, stop in pieces), default=0)
    words = np.empty(room, np.uint64), np.empty(room, np.int32), np.zeros(most, np.int64)
    lines = np.empty(room, np.uint64), np.empty(room, np.int32), np.empty(room, np.bool_), np.zeros(most, np.int64)
    for start, stop in pieces:
        here = offsets[start : stop + 1]
        scan.scan(data, here, scan.character_flags(), counts[start:stop], *words, *lines)
        repetition.repeat(*words, *lines, repeats[start:stop])
    return _measures(
        dict(zip(scan.COUNTS, counts.T, strict=True)) | dict(zip(repetition.SHARES, repeats.T, strict=True))
    )


def pieces_of(offsets: np.ndarray[Any, Any]) -> list[tuple[int, int]]:
    """Return ranges of rows of about `PIECE` bytes, each of one row at least."""
    groups = (offsets[:-1] - offsets[0]) // PIECE
    starts = [0, *(np.flatnonzero(np.diff(groups)) + 1).tolist()] if len(groups) else []
    return list(zip(starts, [*starts[1:], len(groups)], strict=True)) if starts else []


def _measures(n: dict[str, Floats]) -> dict[str, Floats]:
    """Return the measures, in the order of `MEASURES`, from what was counted."""

    def share(part: str, whole: Floats) -> Floats:
        return np.divide(n[part], whole, out=np.zeros_like(whole), where=whole > 0)

    words, characters, lines = n["words"], n["characters"], n["lines"]
    return {
        "words": words,
        "characters": characters,
        "lines": lines,
        "mean_word_length": share("word_characters", words),
        "hashes_per_word": share("hashes", words),
        "ellipses_per_word": share("ellipses", words),
        "bullet_line_share": share("bullet_lines", lines),
        "ellipsis_line_share": share("ellipsis_lines", lines),
        "alphabetic_word_share": share("alphabetic_words", words),
        "stop_words": n["stop_words"],
        "terminal_line_share": share("terminal_lines", lines),
        "short_line_share": share("short_lines", lines),
        "newlines_per_word": share("newlines", words),
        "longest_line": n["longest_line"],
        "mean_line_length": np.divide(
            characters - n["newlines"], n["all_lines"], out=np.zeros_like(words), where=n["all_lines"] > 0
        ),
        "alphanumeric_share": share("alphanumeric", characters),
        "digit_share": share("digits", characters),
        "control_share": share("controls", characters),
        "duplicate_line_share": share("duplicate_lines", lines),
        "duplicate_line_character_share": share("duplicate_line_characters", characters),
        "duplicate_paragraph_share": share("duplicate_paragraphs", n["paragraphs"]),
        "duplicate_paragraph_character_share": share("duplicate_paragraph_characters", characters),
        **{f"top_{k}gram_share": share(f"top_{k}gram", characters) for k in (2, 3, 4)},
        **{f"duplicated_{k}gram_share": share(f"duplicated_{k}gram", characters) for k in range(5, 11)},
    }


def measure(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    """Return each of `MEASURES` for each row of a batch, as float64 columns."""
    return {name: pa.array(values) for name, values in measure_text(batch.column("text")).items()}


class TokenCount:
    """Annotator: ``token_count`` is the number of words (int32), a measure of length that no tokeniser changes."""

    def __call__(self, batch: pa.RecordBatch) -> dict[str, pa.Array]:
        """Return the column for a batch."""
        data, offsets = utf8_of(batch.column("text"))
        words = np.zeros(len(offsets) - 1, np.int32)
        scan.count_words(data, offsets, scan.character_flags(), words)
        return {"token_count": pa.array(words)}
