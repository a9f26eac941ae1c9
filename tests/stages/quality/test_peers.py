"""The definitions of other tools: the kernels against plain renderings, each rule's bound, and what does not fit."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from helpers import SHARED, needs_shared, parcel, reasons, rows
from hypothesis import example, given, settings
from hypothesis import strategies as st
from plain_peers import PLAIN, kept_by_c4, words_of

from licet.schemas.errors import InputError, RecipeError
from licet.schemas.quality import Heuristics
from licet.stages.quality import CleanParcel, HeuristicRules, english
from licet.stages.quality.c4 import DATATROVE, FINEWEB, LINE_REASONS, TFDS, LineRules, kept_lines
from licet.stages.quality.phrases import listed_words
from licet.stages.quality.rules import DEFINITIONS, PROFILES, rules_of

MARKS = [
    "don't", "can't've", "cant", "U.S.", "e.g.", "a.m", ":)", "x:)", "(:", "http://a.bc/d?e", "me@host.org",
    "1.2.3.4:80", "10.0.0.1", "5km", "US$5", "3+4", "a-b", "a--b", "x=y", "…", "...", "…", "'s", "it’s", "§1",
    "50%", "°C.", "[1]",
    "[edit]", "[citation needed]", "#", "##", "•", "- ", "read more", "The", "the", "of", "and", "{", "}", "(",
    "javascript",
    "Lorem ipsum", "uses cookies", "terms of use", "。", "日本語", "हिन्दी।", "٣", "\u200b", "\xa0", "\u2028", "\x1c",
    "\r\n",
    "\n", "\n\n", "\n \n", " ", "  ", "\t", ".", "!", "?\"", "word", "Word.", "river,", "said:", "a", "I",
    "--", "x" * 13,
]  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=3)), max_size=16).flatmap(
    lambda parts: st.sampled_from(["".join(parts), " ".join(parts), " ".join(parts + parts[:9])])
)
LINE_RULES = pytest.mark.parametrize("rules", [DATATROVE, FINEWEB, TFDS], ids=["datatrove", "fineweb", "tfds"])


def words(text: str) -> list[str]:
    codes = np.array([ord(c) for c in text], np.int32)
    starts, ends, more, seen = (np.empty(len(text), np.int32) for _ in range(4))
    kinds = english.character_kinds()[codes]
    known = english.nothing_known()
    count, _ = english.words_of(
        codes, kinds, len(text), english.table(), known, english.WORDS, starts, ends, more, seen
    )
    return [text[start:end] for start, end in zip(starts[:count], ends[:count], strict=True)]


@settings(max_examples=50, deadline=None)
@given(TEXTS)
def test_words_are_those_of_spacy_in_plain_python(text: str) -> None:
    assert words(text) == words_of(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I don't (see) it.", ["I", "do", "n't", "(", "see", ")", "it", "."]),
        ("He's in the U.S. again...", ["He", "'s", "in", "the", "U.S.", "again", "..."]),
        ("http://example.org/a?b=c, 5km", ["http://example.org/a?b=c", ",", "5", "km"]),
        ("a well-known foo/bar x=1", ["a", "well", "-", "known", "foo", "/", "bar", "x=1"]),
        ("°C.°C. °C.", ["°", "C", ".", "°", "C", ".", "°", "C", "."]),
        ("so:) 10.30a.m. $5 US$5", ["so", ":)", "10.30a.m", ".", "$", "5", "US$", "5"]),
    ],
)
def test_words_are_split_as_spacy_splits_them(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("tool", PLAIN)
@settings(max_examples=50, deadline=None)
@given(texts=st.lists(TEXTS, min_size=1, max_size=3))
@example(texts=["", "\n", "a\n\n\na\n", "x x x"])
def test_measures_are_those_of_the_peer_in_plain_python(tool: str, texts: list[str]) -> None:
    assert_same(tool, texts)


@needs_shared
@pytest.mark.parametrize("tool", PLAIN)
def test_measures_of_real_texts_are_those_of_the_peer_in_plain_python(tool: str) -> None:
    texts = [
        path.read_text(encoding="utf-8")[:3000] for path in sorted((SHARED / "books" / "src").glob("ch0*.md"))[:12]
    ]
    assert_same(tool, texts)


def assert_same(tool: str, texts: list[str]) -> None:
    kernels, plain, names = PLAIN[tool]
    found = kernels(pa.array(texts), names)
    expected = [plain(text) for text in texts]
    assert {name: found[name].tolist() for name in names} == {name: [each[name] for each in expected] for name in names}


@LINE_RULES
@settings(max_examples=50, deadline=None)
@given(texts=st.lists(TEXTS.map(lambda text: text.replace(" .", ".\n")), max_size=3))
@example(texts=["a b c.\n x [1] y z w.\nthis uses cookies now.\n", " [1]a b c d e. \n", "a" * 1001 + " b c d e."])
def test_lines_are_kept_as_in_plain_python(rules: LineRules, texts: list[str]) -> None:
    found = kept_lines(pa.array(texts, pa.string()), rules)
    expected = [kept_by_c4(text, rules) for text in texts]
    assert found.text.to_pylist() == [text for text, _ in expected]
    went = [dict(zip(LINE_REASONS, counts, strict=False)) for counts in found.lines.tolist()]
    assert went == [{reason: why[reason] for reason in LINE_REASONS} for _, why in expected]
    assert found.changed.tolist() == [text != before for (text, _), before in zip(expected, texts, strict=True)]


@pytest.mark.parametrize(
    ("line", "by_datatrove", "by_tfds"),
    [
        ("Three words here.", True, False),
        ("Here are five words now.", True, True),
        ("Here are five words 'now'", True, False),
        ("Here are five words now...", False, False),
        ("Here are [1].", True, False),
        ("Here are five words now[1]", False, False),
        ("Here are five words now.[1][edit]", True, True),
        ("Please enable Javascript for all pages.", False, False),
        ("Read our privacy policy before all else.", False, False),
        ("Lorem ipsum and javascript are kept to be judged.", True, True),
        (f"Here are five words and {'x' * 1001}.", False, False),
    ],
)
def test_a_line_is_kept_or_goes(line: str, by_datatrove: bool, by_tfds: bool) -> None:
    kept = [kept_lines(pa.array([line]), rules).text[0].as_py() != "" for rules in (DATATROVE, TFDS)]
    assert kept == [by_datatrove, by_tfds]


SENTENCE = "We have read that the river runs to the sea. "
SHORT = {name: 1 for name, _, _ in PROFILES["nemotron-en@curator"] if "gram" in name or name == "min_words"}


@pytest.mark.parametrize(
    ("profile", "bounds", "kept", "refused", "reason"),
    [
        ("c4@datatrove", {"min_sentences": 2}, "One here. Two there.", "One here only.", "too_few_sentences"),
        ("c4@datatrove", {"min_sentences": 1}, "One here.", "Lorem ipsum.", "lorem_ipsum"),
        ("c4@datatrove", {"min_sentences": 1}, "One here.", "One { here.", "curly_bracket"),
        ("c4@tfds", {"min_sentences": 1, "max_characters": 9}, "One here.", "One  here.", "too_many_characters"),
        ("fineweb@datatrove", {}, SENTENCE.strip(), "a b c d e f g h i j k l m n o p q", "too_few_finished_lines"),
        ("fineweb@datatrove", {}, SENTENCE.strip(), "Short.", "too_many_short_lines"),
        ("nemotron-en@curator", SHORT, SENTENCE, SENTENCE + "(" * 40, "too_few_alphanumerics"),
        ("nemotron-en@curator", SHORT, SENTENCE * 2, f"{SENTENCE}\n" * 4, "too_many_duplicate_lines"),
    ],
)
def test_a_row_within_the_bounds_is_kept_and_one_outside_refused(
    profile: Any, bounds: dict[str, float], kept: str, refused: str, reason: str
) -> None:
    judge = HeuristicRules(Heuristics(profile=profile, set=bounds))
    assert reasons(judge(rows(kept, refused))) == [None, reason]


@pytest.mark.parametrize("profile", [name for name in PROFILES if "@" in name])
@settings(max_examples=20, deadline=None)
@given(texts=st.lists(TEXTS, max_size=5), cut=st.integers(0, 5))
def test_verdicts_of_the_peers_profiles_do_not_depend_on_batching(profile: Any, texts: list[str], cut: int) -> None:
    judge, batch = HeuristicRules(Heuristics(profile=profile)), rows(*texts)
    assert reasons(judge(batch)) == reasons(judge(batch.slice(0, cut))) + reasons(judge(batch.slice(cut)))


def test_every_bound_of_a_profile_is_its_peers() -> None:
    assert [
        (rule.name, rule.bound) for rule in rules_of(Heuristics(profile=["c4@datatrove", "fineweb@datatrove"]))
    ] == [
        ("max_lorem_ipsum", 0),
        ("max_curly_brackets", 0),
        ("min_sentences", 5),
        ("min_terminal_line_share", 0.12),
        ("max_short_line_share", 0.67),
        ("max_duplicate_line_text_share", 0.01),
        ("max_newlines_per_word", 0.3),
    ]


def test_a_bound_is_set_by_the_definition_of_the_profiles_tool() -> None:
    rules = rules_of(Heuristics(profile="c4@datatrove", set={"min_words": 3}))
    assert [rule.name for rule in rules] == ["max_lorem_ipsum", "max_curly_brackets", "min_sentences", "min_words"]
    text = rows("one - two !")
    assert HeuristicRules(Heuristics(profile="gopher@datatrove")).values(text)["min_words"].tolist() == [2.0]
    assert HeuristicRules(Heuristics(profile="gopher")).values(text)["min_words"].tolist() == [4.0]


@pytest.mark.parametrize(
    ("settings_", "message"),
    [
        ({"profile": []}, "`heuristics.profile` is an empty list: name a profile"),
        ({"profile": ["basic", "gopher"]}, "choose one profile and change its bounds"),
        ({"profile": ["gopher@datatrove", "nemotron-en@curator"]}, "list different profiles of the same tool"),
        ({"profile": ["gopher@datatrove", "c4@datatrove"]}, "c4@datatrove takes lines away before anything is judged"),
        ({"profile": "fineweb@datatrove", "set": {"min_lines": 2}}, "`heuristics.set.min_lines` is no rule"),
        ({"profile": "gopher", "bad_words": "x"}, "`heuristics.bad_words` is read by the profile c4@tfds only"),
        ({"profile": "c4@tfds", "set": {"max_bad_words": 1}}, "`heuristics.set.max_bad_words` needs a list of words"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(settings_: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(message)):
        rules_of(Heuristics.model_validate(settings_))


def test_bad_words_are_counted_where_they_stand_alone() -> None:
    texts = ["A darn DARN, darned; un-darn", "darn", "darn_it ädarn", "hot dog. Hot  dog", ""]
    assert listed_words(pa.array(texts), ["darn", "Hot Dog"]).tolist() == [3, 1, 0, 1, 0]


def test_a_list_of_bad_words_that_is_not_there_is_told(tmp_path: Any) -> None:
    judge = HeuristicRules(Heuristics(profile="c4@tfds", bad_words=str(tmp_path / "none")))
    with pytest.raises(InputError, match="cannot read the list of bad words"):
        judge(rows("text"))


def test_a_parcel_tells_of_rows_changed_and_lines_that_went() -> None:
    long = f"{SENTENCE}\nMenu\nHome\n"
    after = CleanParcel(Heuristics(profile="c4@datatrove"))(parcel(rows(long, SENTENCE.strip(), "Menu\nHome")))
    assert after.rows.column("text").to_pylist() == [SENTENCE.strip()] * 2
    assert after.rows.column("content_sha256")[0] == after.rows.column("content_sha256")[1]
    assert after.ledger.select(["stage", "reason", "detail"]).to_pylist() == [
        {"stage": "clean", "reason": "no_text_left", "detail": "2 lines went: no_end_mark 2"}
    ]
    assert {name: count for name, count in after.cleaned if count} == {"rows_changed": 1, "lines_no_end_mark": 4}


def test_what_objects_to_copies_loses_the_same_lines() -> None:
    objections = pa.RecordBatch.from_pylist([{"text": f"Menu\n{SENTENCE}", "content_sha256": ""}, {"text": "Menu"}])
    before = parcel(rows(SENTENCE))
    object.__setattr__(before, "objections", objections)
    after = CleanParcel(Heuristics(profile="c4@datatrove"))(before)
    assert after.objections.column("text").to_pylist() == [SENTENCE.strip(), "Menu"]
    assert after.objections.column("content_sha256")[0] == after.rows.column("content_sha256")[0]


def test_no_definition_has_a_measure_that_no_rule_asks_of() -> None:
    unused: dict[str, Iterable[str]] = {
        tool: set(each.measures) - {measure for measure, _ in each.catalogue.values()}
        for tool, each in DEFINITIONS.items()
    }
    assert not any(unused.values())
