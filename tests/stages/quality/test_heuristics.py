"""Rules and profiles: each bound from both sides, what is refused, and how settings are refused."""

import pyarrow as pa
import pytest
from helpers import SHARED, needs_shared, reasons, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.schemas.errors import RecipeError
from licet.schemas.quality import Heuristics
from licet.stages.quality.heuristics import HeuristicRules, verdicts_on
from licet.stages.quality.measures import MEASURES
from licet.stages.quality.rules import CATALOGUE, DEFINITIONS, PROFILES, RULE_REASONS, rules_of

PROSE = "We have read that the river runs to the sea and that nobody knows of a shorter way. "


def only(**bounds: float) -> HeuristicRules:
    return HeuristicRules(Heuristics(profile="none", set=bounds))


@pytest.mark.parametrize(
    ("bounds", "kept", "refused", "reason"),
    [
        ({"min_words": 3}, "a b c", "a b", "too_few_words"),
        ({"max_words": 3}, "a b c", "a b c d", "too_many_words"),
        ({"min_characters": 4}, "éééé", "ééé", "too_few_characters"),
        ({"max_control_share": 0.25}, "abc\0", "ab\0", "too_many_control_characters"),
        ({"min_mean_word_length": 3}, "ab abcd", "ab abc", "words_too_short"),
        ({"max_mean_word_length": 3}, "ab abcd", "abc abcd", "words_too_long"),
        ({"max_hashes_per_word": 0.5}, "#a b", "#a #b c", "too_many_hashes"),
        ({"max_ellipses_per_word": 0.5}, "a... b", "a... b… c", "too_many_ellipses"),
        ({"max_bullet_line_share": 0.5}, "- a\nb", "- a\n  • b\nc", "too_many_bullet_lines"),
        ({"max_ellipsis_line_share": 0.5}, "a... \nb", "a...\nb…\nc", "too_many_ellipsis_lines"),
        ({"min_alphabetic_word_share": 0.5}, "a 1", "a 1 2", "too_few_alphabetic_words"),
        ({"min_stop_words": 2}, "the “of”", "the The the", "too_few_stop_words"),
        ({"min_lines": 2}, "a\nb", "a\n \n", "too_few_lines"),
        ({"min_terminal_line_share": 0.5}, "a.\nb", "a.\nb\nc", "too_few_finished_lines"),
        ({"max_short_line_share": 0}, "x" * 31, "x" * 30, "too_many_short_lines"),
        ({"max_newlines_per_word": 0.5}, "a b\n", "a\n\n b c", "too_many_newlines"),
        ({"max_longest_line": 4}, "aaaa\nbb", "aaaaa", "line_too_long"),
        ({"max_mean_line_length": 2}, "aaaa\n\n", "aaaaa\n\n", "lines_too_long"),
        ({"min_alphanumeric_share": 0.25}, "a---", "a----", "too_few_alphanumerics"),
        ({"max_digit_share": 0.5}, "a1", "a12", "too_many_digits"),
        ({"max_duplicate_line_share": 0.5}, "a\na", "a\na\na", "too_many_duplicate_lines"),
        ({"max_duplicate_paragraph_share": 0.5}, "a\n\na", "a\n\na\n\na", "too_many_duplicate_paragraphs"),
        ({"max_duplicate_line_character_share": 0.25}, "a\na\n", "aa\naa\n", "duplicate_lines_too_long"),
        ({"max_duplicate_paragraph_character_share": 0.25}, "a\n\na", "aa\n\naa", "duplicate_paragraphs_too_long"),
        ({"max_top_2gram_share": 0.75}, "a b a b ", "a b a b", "top_2gram_too_frequent"),
        ({"max_top_3gram_share": 0}, "a b c a b", "a b c a b c", "top_3gram_too_frequent"),
        ({"max_top_4gram_share": 0}, "a b c d a b c", "a b c d a b c d", "top_4gram_too_frequent"),
        *[
            (
                {f"max_duplicated_{n}gram_share": 0},
                "a b c d e f g h i j "[: 2 * n] + "a b c d e f g h i j"[: 2 * n - 3],
                "a b c d e f g h i j "[: 2 * n] + "a b c d e f g h i j"[: 2 * n - 1],
                f"too_many_duplicated_{n}grams",
            )
            for n in range(5, 11)
        ],
    ],
)
def test_a_row_at_the_bound_is_kept_and_one_beyond_it_refused(
    bounds: dict[str, float], kept: str, refused: str, reason: str
) -> None:
    assert reasons(only(**bounds)(rows(kept, refused))) == [None, reason]


def test_every_rule_of_the_catalogue_has_a_measure_a_sentence_and_a_reason_of_its_own() -> None:
    assert {measure for measure, _ in CATALOGUE.values()} <= set(MEASURES)
    for definition in DEFINITIONS.values():
        assert {measure for measure, _ in definition.catalogue.values()} <= set(definition.measures)
        assert {reason for _, reason in definition.catalogue.values()} <= set(RULE_REASONS)
        assert len(set(definition.catalogue.values())) == len(definition.catalogue)
    for name, rules in PROFILES.items():
        assert {rule for rule, _, _ in rules} <= set(DEFINITIONS[name.partition("@")[2]].catalogue)


def test_value_and_threshold_tell_what_was_measured() -> None:
    verdicts = only(min_words=3)(rows("one two", "one two three"))
    assert (verdicts.value, verdicts.threshold) == (pa.array([2.0, None]), pa.array([3.0, None]))


def test_the_first_rule_that_fails_is_the_reason() -> None:
    gopher = HeuristicRules(Heuristics(profile="gopher"))
    assert reasons(gopher(rows("# " * 10, "# " * 50, PROSE * 3))) == [
        "too_few_words",
        "words_too_short",
        "top_4gram_too_frequent",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (PROSE, None),
        ("def f(x):\n    return x + 1\n", None),
        ("私は毎日新聞を読みます。", None),
        ("मैं हर दिन अख़बार पढ़ता हूँ।", None),
        ("ผมอ่านหนังสือพิมพ์ทุกวัน", None),
        ("", "too_few_words"),
        ("ok", "too_few_words"),
        ("\0\1 a b c d", "too_many_control_characters"),
        ("aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8gd29ybGQ= " * 6, "words_too_long"),
        ("-- ++ == ** // a", "too_few_alphanumerics"),
        ("0.25 0.5 1.75 2.25 3.5 4.75", "too_many_digits"),
        (PROSE * 4, "too_many_duplicated_10grams"),
    ],
)
def test_the_basic_profile_keeps_text_of_any_script_and_refuses_what_is_none(text: str, reason: str | None) -> None:
    assert reasons(HeuristicRules()(rows(text))) == [reason]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = 1\n" * 3 + "value = compute(first, second)\n", None),
        ("let a = 1; " * 100, "line_too_long"),
        ("word " * 30, "lines_too_long"),
    ],
)
def test_the_code_profile_refuses_minified_files(text: str, reason: str | None) -> None:
    assert reasons(HeuristicRules(Heuristics(profile="code", set={"max_duplicated_10gram_share": 1}))(rows(text))) == [
        reason
    ]


def test_no_profile_keeps_everything() -> None:
    assert reasons(HeuristicRules(Heuristics(profile="none"))(rows("", "\0"))) == [None, None]


@pytest.mark.parametrize("profile", list(PROFILES))
def test_an_empty_batch_has_no_verdicts(profile: str) -> None:
    assert reasons(HeuristicRules(Heuristics.model_validate({"profile": profile}))(rows())) == []


def test_a_set_bound_replaces_the_profiles_and_stays_in_its_place() -> None:
    rules = rules_of(Heuristics(profile="basic", set={"min_words": 20, "min_terminal_line_share": 0.12}))
    assert [(rule.name, rule.bound) for rule in rules] == [
        ("min_words", 20),
        ("max_control_share", 0.01),
        ("max_mean_word_length", 40),
        ("min_alphanumeric_share", 0.25),
        ("max_digit_share", 0.5),
        ("max_duplicated_10gram_share", 0.5),
        ("min_terminal_line_share", 0.12),
    ]


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"min_word": 3}, "`heuristics.set.min_word` is no rule: did you mean `min_words`?"),
        ({"too_few_words": 3}, "did you mean `min_words`?"),
        ({"zzzz": 3}, "`heuristics.set.zzzz` is no rule: rules are: min_words, max_words, "),
        ({"max_digit_share": 50}, "`heuristics.set.max_digit_share` is 50: give a number from 0 to 1, a share"),
        ({"min_words": float("nan")}, "give a number from 0 up"),
        ({"min_words": -1}, "give a number from 0 up"),
        ({"min_words": 9, "max_words": 8}, "heuristics keep nothing: min_words is 9 and max_words is 8"),
    ],
)
def test_settings_that_fit_no_rule_are_refused(bounds: dict[str, float], message: str) -> None:
    with pytest.raises(RecipeError) as error:
        only(**bounds)
    assert message in str(error.value)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from(["", "ok", PROSE, PROSE * 4, "1 2 3 4 5", "a\nb\nc d e"]), max_size=8), st.integers(0, 8)
)
def test_verdicts_do_not_depend_on_batching(texts: list[str], cut: int) -> None:
    judge, batch = HeuristicRules(), rows(*texts)
    assert reasons(judge(batch)) == reasons(judge(batch.slice(0, cut))) + reasons(judge(batch.slice(cut)))


@needs_shared
def test_a_real_book_passes_the_basic_profile_whole() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((SHARED / "books" / "src").glob("*.md"))]
    assert set(reasons(HeuristicRules()(rows(*texts)))) == {None}


def test_values_are_kept_by_measure_for_rows_let_in_and_rows_refused() -> None:
    settings = Heuristics(profile="none", set={"min_words": 2, "max_words": 3, "max_digit_share": 0.5})
    verdicts = HeuristicRules(settings)(rows("a 1", "12"))
    assert verdicts.measured is not None
    assert {name: values.to_pylist() for name, values in verdicts.measured.items()} == {
        "words": [2.0, 1.0],
        "digit_share": [1 / 3, 1.0],
    }
    assert HeuristicRules(settings.model_copy(update={"keep_values": False}))(rows("a 1", "12")).measured is None


@given(st.lists(st.text("ab1. \n", max_size=60), min_size=1, max_size=12))
def test_the_values_that_are_kept_lead_to_the_same_verdicts(texts: list[str]) -> None:
    judge = HeuristicRules(Heuristics(profile="gopher"))
    verdicts = judge(rows(*texts))
    assert verdicts.measured is not None
    again = verdicts_on(pa.table(dict(verdicts.measured)), judge)
    for name in ("reason", "value", "threshold"):
        assert getattr(again, name).to_pylist() == getattr(verdicts, name).to_pylist()


def test_values_are_told_by_rule_in_the_order_in_which_rules_are_tried() -> None:
    judge = HeuristicRules(Heuristics(profile="none", set={"max_digit_share": 0.5, "min_words": 2}))
    assert {name: values.tolist() for name, values in judge.values(rows("a 1", "12")).items()} == {
        "min_words": [2.0, 1.0],
        "max_digit_share": [1 / 3, 1.0],
    }
