import sys

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st
from quoted_items import Hit, hits, items, settings

from licet.schemas.decontamination import Decontaminate
from licet.stages.decontaminate import Index, Matches, build_index, search

QUESTION = (
    "A robe takes two bolts of blue fiber and half that much white fiber. How many bolts in total does it take?"
    " Explain each step, and say what is left over at the end of the day."
)

COUNTED = " ".join(map(str, range(40)))


def found_in(text: str, *texts: str, told: Decontaminate | None = None) -> list[Hit]:
    """What is found of items in a text, with places in characters."""
    index, _ = build_index([("set", items(*texts))], told or settings())
    return as_hits(search(index, pa.array([text])), [text])[0]


def as_hits(matches: Matches, texts: list[str]) -> list[list[Hit]]:
    told: list[list[Hit]] = [[] for _ in texts]
    for at in range(len(matches.text)):
        data = texts[matches.text[at]].encode()
        start, end = (len(data[: int(edge[at])].decode()) for edge in (matches.start, matches.end))
        hit = Hit(
            part=int(matches.part[at]),
            found=int(matches.found[at]),
            counted=int(matches.counted[at]),
            start=start,
            end=end,
            item_start=int(matches.item_start[at]),
            item_end=int(matches.item_end[at]),
        )
        told[int(matches.text[at])].append(hit)
    return told


WORDS = st.sampled_from(["a", "b", "c", "d", "E", "é", "漢", "字", "x1", "7", "12", "_", "-", "\n"])
TEXTS = st.lists(WORDS, max_size=24).map(" ".join)


@trying(deadline=None, max_examples=300)
@given(
    st.lists(TEXTS, min_size=1, max_size=5),
    st.lists(TEXTS, max_size=3),
    st.integers(5, 7),
    st.integers(4, 5),
    st.integers(1, 3),
    st.data(),
)
def test_what_is_found_is_what_the_definitions_say(
    sets: list[str], texts: list[str], ngram: int, min_words: int, max_items: int, data: st.DataObject
) -> None:
    told = settings(ngram=ngram, min_words=min_words, max_items=max_items)
    quoted = [data.draw(TEXTS) + "\n" + data.draw(st.sampled_from(sets)).upper() + ". " + data.draw(TEXTS)]
    index, _ = build_index([("set", items(*sets))], told)
    texts = [*texts, *quoted]
    found = as_hits(search(index, pa.array(texts, pa.string())), texts)
    assert found == [hits(text, sets, told) for text in texts]


@trying(deadline=None, max_examples=50)
@given(st.lists(TEXTS, min_size=1, max_size=4), st.lists(TEXTS, min_size=1, max_size=4), st.data())
def test_a_row_is_judged_alike_whatever_its_neighbours(sets: list[str], texts: list[str], data: st.DataObject) -> None:
    index, _ = build_index([("set", items(*sets))], settings(ngram=5, min_words=4))
    together = as_hits(search(index, pa.array(texts)), texts)
    order = data.draw(st.permutations(range(len(texts))))
    moved = [texts[at] for at in order]
    assert as_hits(search(index, pa.array(moved)), moved) == [together[at] for at in order]


def test_a_quoted_item_is_found_with_its_exact_span() -> None:
    (hit,) = found_in(f"Somebody asked me this: “{QUESTION}” I said three.", QUESTION)
    assert (hit.found, hit.counted, hit.item_start, hit.item_end) == (37, 37, 0, 37)
    assert f"Somebody asked me this: “{QUESTION}"[hit.start : hit.end] == QUESTION[:-1]


@pytest.mark.parametrize(
    "written",
    [
        QUESTION.upper(),
        QUESTION.replace(" ", "\n> "),
        QUESTION.replace(",", "").replace(".", ";").replace("?", ""),
        "# " + QUESTION.replace("blue fiber", "**blue** _fiber_").replace("total", "`total`"),
        "<p>" + QUESTION.replace(". ", ".</p>\n\n<p>") + "</p>",
        "    " + QUESTION.replace(" ", "\t\t") + "\r\n",
        QUESTION.replace(" ", "\u00a0"),
    ],
    ids=["case", "line breaks", "punctuation", "markdown", "html", "white space", "no-break spaces"],
)
def test_layout_does_not_hide_an_item(written: str) -> None:
    (hit,) = found_in(f"First. {written} Last.", QUESTION)
    assert hit.found / hit.counted > 0.7


def test_a_paraphrase_is_not_found() -> None:
    told = (
        "Two bolts of blue and half as many white ones go into one robe: what is the sum, step by step, of all bolts?"
    )
    assert found_in(told, QUESTION) == []


def test_an_edit_costs_only_the_words_about_it() -> None:
    (hit,) = found_in(QUESTION.replace("total", "sum"), QUESTION)
    assert (hit.found, hit.counted) == (36, 37)


def test_chinese_and_japanese_items_are_found_by_character() -> None:
    asked = "一件长袍需要两匹蓝色纤维和一半的白色纤维。总共需要多少匹?"
    (hit,) = found_in(f"有人问:{asked}我说三匹。", asked)
    assert hit.found == hit.counted == 27


def test_halves_that_are_far_apart_do_not_add_up() -> None:
    half = len(QUESTION) // 2
    near = f"{QUESTION[:half]} xx xx xx {QUESTION[half:]}"
    far = f"{QUESTION[:half]} {'xx ' * 60} {QUESTION[half:]}"
    (close,), (apart,) = found_in(near, QUESTION), found_in(far, QUESTION)
    assert close.found >= 34 > 20 > apart.found


def test_a_short_item_is_found_as_a_whole_only() -> None:
    short = "Who was the first person on the far side of the moon?"
    told = settings(ngram=13)
    assert [(hit.found, hit.counted) for hit in found_in(f"Quiz! {short}", short, told=told)] == [(12, 12)]
    assert found_in("Quiz! Who was the first person on the far side of the sun?", short, told=told) == []


def test_what_many_items_share_is_no_items_own() -> None:
    preamble = "Write a function in Python that does what the following sentence says and nothing else at all: "
    tasks = [f"{preamble}task number{i} is to sort{i} what{i} comes{i}" for i in range(4)]
    index, (told,) = build_index([("set", items(*tasks))], settings())
    assert told["items_looked_for"] == 4
    assert len(search(index, pa.array([preamble * 3])).text) == 0
    assert search(index, pa.array([tasks[2]])).part.tolist() == [2]


def test_counting_and_repeating_tells_nothing() -> None:
    index, (told,) = build_index([("set", items("yes no " * 20, COUNTED, "one"))], settings())
    assert told["fields"] == {"text": {"boilerplate": 2, "too_short": 1}}
    assert (told["items"], told["items_looked_for"], len(index.post_hash)) == (3, 0, 0)
    assert len(search(index, pa.array(["yes no " * 50, COUNTED])).text) == 0


def test_a_collision_of_hashes_finds_nothing() -> None:
    index, _ = build_index([("set", items(QUESTION))], settings())
    other, _ = build_index([("set", items(QUESTION.replace("robe", "coat")))], settings())
    arrays = {name: getattr(other, name) for name in ("words", "word_ends")}
    lying = Index(**{**index.__dict__, **arrays})
    matches = search(lying, pa.array([QUESTION]))
    assert np.array_equal(matches.item_start, [2]), "the runs with the other word have the right hash, and are no match"


def test_an_index_is_the_same_after_it_was_written_and_read() -> None:
    index, _ = build_index(
        [("set", items(QUESTION, "漢字 and some other words that are of this item alone"))], settings()
    )
    again = Index.from_bytes(index.to_bytes())
    assert again.parts == index.parts
    assert again.to_bytes() == index.to_bytes()


def test_many_texts_are_looked_through_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["", QUESTION, "none " * 9, f"{QUESTION} {QUESTION}", ""] * 3
    index, _ = build_index([("set", items(QUESTION))], settings())
    whole = as_hits(search(index, pa.array(texts)), texts)
    monkeypatch.setattr(sys.modules[search.__module__], "PIECE_BYTES", 200)
    assert as_hits(search(index, pa.array(texts)), texts) == whole
    assert [len(hits) for hits in whole] == [0, 1, 0, 1, 0] * 3
