"""The measures against the same measures in plain Python strings, on tables and on random text."""

from collections import Counter
from collections.abc import Sequence

import pyarrow as pa
import pytest
from helpers import SHARED, needs_shared, rows
from hypothesis import example, given, settings
from hypothesis import strategies as st

from licet.stages.quality import measures as measuring
from licet.stages.quality.measures import MEASURES, TokenCount, measure, measure_text
from licet.stages.quality.scan import BULLETS, STOP_WORDS, TERMINALS, UNSPACED_BLOCKS


def unspaced(character: str) -> bool:
    return character.isalpha() and any(low <= ord(character) <= high for low, high in UNSPACED_BLOCKS)


def words_of(text: str) -> list[str]:
    words: list[str] = []
    for run in text.split():
        word = ""
        for character in run:
            alone = bool(word) and unspaced(word[0])
            if word and (unspaced(character) or (alone and character.isalnum())):
                words.append(word)
                word = ""
            word += character
        words.append(word)
    return words


def lines_of(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def paragraphs_of(text: str) -> list[list[str]]:
    paragraphs: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip():
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [p for p in paragraphs if p]


def repeats(elements: Sequence[tuple[object, int]]) -> tuple[int, int]:
    seen: set[object] = set()
    number = characters = 0
    for element, length in elements:
        if element in seen:
            number += 1
            characters += length
        seen.add(element)
    return number, characters


def top(words: list[str], n: int) -> int:
    grams = Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))
    if not grams:
        return 0
    gram, count = grams.most_common(1)[0]
    return len(" ".join(gram)) * count if count > 1 else 0


def duplicated(words: list[str], n: int) -> int:
    seen: set[tuple[str, ...]] = set()
    at = characters = 0
    while at < len(words) - n + 1:
        gram = tuple(words[at : at + n])
        if gram in seen:
            characters += len("".join(gram))
            at += n
        else:
            seen.add(gram)
            at += 1
    return characters


def measures_of(text: str) -> dict[str, float]:
    words, lines, paragraphs = words_of(text), lines_of(text), paragraphs_of(text)
    every_line = text.split("\n")[: -1 if text.endswith("\n") or not text else None]

    def share(part: float, whole: float) -> float:
        return part / whole if whole else 0.0

    def control(c: str) -> bool:
        return c == "\ufffd" or ((ord(c) < 32 or 0x7F <= ord(c) < 0xA0) and c not in "\t\n\f\r\x85")

    def bare(word: str) -> str:
        return "".join(c for c in word if c.isalnum())

    same_lines = repeats([(tuple(words_of(line)), len(line)) for line in lines])
    same_paragraphs = repeats([(tuple(tuple(words_of(x)) for x in p), len("\n".join(p))) for p in paragraphs])
    return {
        "words": len(words),
        "characters": len(text),
        "lines": len(lines),
        "mean_word_length": share(sum(map(len, words)), len(words)),
        "hashes_per_word": share(text.count("#"), len(words)),
        "ellipses_per_word": share(text.count("...") + text.count("…"), len(words)),
        "bullet_line_share": share(sum(x.lstrip()[0] in BULLETS for x in lines), len(lines)),
        "ellipsis_line_share": share(sum(x.rstrip().endswith(("...", "…")) for x in lines), len(lines)),
        "alphabetic_word_share": share(sum(any(c.isalpha() for c in w) for w in words), len(words)),
        "stop_words": len({bare(w) for w in words} & set(STOP_WORDS)),
        "terminal_line_share": share(sum(x.rstrip()[-1] in TERMINALS for x in lines), len(lines)),
        "short_line_share": share(sum(len(x) <= 30 for x in lines), len(lines)),
        "newlines_per_word": share(text.count("\n"), len(words)),
        "longest_line": max(map(len, every_line), default=0),
        "mean_line_length": share(sum(map(len, every_line)), len(every_line)),
        "alphanumeric_share": share(sum(c.isalnum() for c in text), len(text)),
        "digit_share": share(sum(c.isdigit() for c in text), len(text)),
        "control_share": share(sum(map(control, text)), len(text)),
        "duplicate_line_share": share(same_lines[0], len(lines)),
        "duplicate_line_character_share": share(same_lines[1], len(text)),
        "duplicate_paragraph_share": share(same_paragraphs[0], len(paragraphs)),
        "duplicate_paragraph_character_share": share(same_paragraphs[1], len(text)),
        **{f"top_{n}gram_share": share(top(words, n), len(text)) for n in (2, 3, 4)},
        **{f"duplicated_{n}gram_share": share(duplicated(words, n), len(text)) for n in range(5, 11)},
    }


def measured(*texts: str) -> list[dict[str, float]]:
    columns = measure_text(pa.array(texts, pa.string()))
    return [{name: float(values[row]) for name, values in columns.items()} for row in range(len(texts))]


MARKS = "a b the The of. “that” # ... … - •x é 你好 、 カナ ไทย 12 ٣ x. x! 🙂 𠀀"
SPACES = "|  |\n|\n\n|\n \n|\t|\r\n|\u2003|\xa0|\x00|\ufffd|e\u0301"
WORDS = st.sampled_from(MARKS.split() + SPACES.split("|"))
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=4)), max_size=60).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXTS, max_size=4))
@example([""])
@example(["a b c d e f g h i j " * 4])
@example(["\n\n", "x", "x\n", "\nx"])
def test_the_kernels_measure_what_plain_python_measures(texts: list[str]) -> None:
    assert measured(*texts) == [pytest.approx(measures_of(text), abs=1e-12) for text in texts]


@settings(max_examples=50, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=8), st.integers(0, 8), st.integers(1, 64))
def test_measures_do_not_depend_on_batching(texts: list[str], cut: int, piece: int) -> None:
    whole = pa.array(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measuring, "PIECE", piece)
        parts = [measure_text(part) for part in (whole.slice(0, cut), whole.slice(cut))]
    for name, values in measure_text(whole).items():
        assert values.tolist() == [*parts[0][name], *parts[1][name]]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
def test_every_string_type_is_read_and_null_reads_as_empty(kind: pa.DataType) -> None:
    text = pa.array(["skipped", "one two", None, "three"], kind).slice(1)
    assert measure_text(text)["words"].tolist() == [2, 0, 1]


def test_an_empty_batch_has_every_measure() -> None:
    assert {name: column.to_pylist() for name, column in measure(rows()).items()} == {name: [] for name in MEASURES}


def test_an_empty_text_measures_nothing() -> None:
    assert measured("") == [dict.fromkeys(MEASURES, 0.0)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" \n\t", 0),
        ("one", 1),
        ("one\u2003two\xa0three\u3000four", 4),
        ("it's 3-D", 2),
        ("我喜欢读书。", 5),
        ("私はPython3が好き", 6),
        ("สวัสดี", 4),
        ("привет, мир", 2),
        ("नमस्ते दुनिया", 2),
        ("안녕 세상", 2),
    ],
)
def test_words_are_counted_in_every_script(text: str, words: int) -> None:
    assert TokenCount()(rows(text))["token_count"] == pa.array([words], pa.int32())


@given(st.lists(TEXTS, max_size=4))
@settings(deadline=None)
def test_token_count_is_the_number_of_words(texts: list[str]) -> None:
    assert TokenCount()(rows(*texts))["token_count"].to_pylist() == measure(rows(*texts))["words"].to_pylist()


@given(st.lists(st.text(st.characters(max_codepoint=127), max_size=80), max_size=4))
@settings(deadline=None)
def test_words_of_ascii_are_those_of_str_split(texts: list[str]) -> None:
    assert TokenCount()(rows(*texts))["token_count"].to_pylist() == [len(text.split()) for text in texts]


def test_bytes_that_are_no_utf8_do_no_harm() -> None:
    offsets = pa.py_buffer(bytes([0, 0, 0, 0, 3, 0, 0, 0, 5, 0, 0, 0]))
    broken = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"a \xf0\xe4\xb8")])
    assert measure_text(broken)["words"].tolist() == [2, 1]


@needs_shared
def test_a_real_book_measures_as_in_plain_python() -> None:
    for path in sorted((SHARED / "books" / "nostarch").glob("chapter0*.md"))[:3]:
        text = path.read_text(encoding="utf-8")
        assert measured(text) == [pytest.approx(measures_of(text), abs=1e-12)]
