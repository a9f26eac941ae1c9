"""Languages by resiliparse and by a model, and the rule on them."""

from pathlib import Path

import pyarrow as pa
import pytest
from helpers import SHARED, needs_shared, reasons, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.schemas.errors import InputError, RecipeError
from licet.schemas.quality import Language as Settings
from licet.stages.quality.language import MIN_LETTERS, Language, LanguageRule
from licet.stages.quality.language_codes import two_letters

TEXTS = {
    "en": "The river runs down to the sea, and nobody in the village has ever known why it should do so. " * 3,
    "de": "Der Fluss fließt hinunter ins Meer, und niemand im Dorf hat je gewusst, warum das so sein soll. Die Kinder"
    " spielen am Ufer, während die Alten von den Zeiten erzählen, in denen das Wasser noch bis zur Kirche reichte."
    " Heute steht dort eine Mühle, die seit vielen Jahren nicht mehr gemahlen hat.",
    "fr": "Le fleuve descend vers la mer, et personne dans le village n'a jamais su pourquoi il le faisait. " * 3,
    "el": "Το ποτάμι κυλά προς τη θάλασσα και κανείς στο χωριό δεν έμαθε ποτέ γιατί πρέπει να είναι έτσι. " * 3,
    "hi": "नदी समुद्र की ओर बहती है और गाँव में किसी को कभी पता नहीं चला कि ऐसा क्यों होता है। " * 3,
}


def languages(*texts: str, model: Path | None = None) -> list[str]:
    columns = Language(Settings(model=str(model) if model else None))(rows(*texts))
    assert columns["language_score"].type == pa.float32()
    assert all(0 <= score <= 1 for score in columns["language_score"].to_pylist())
    found: list[str] = columns["language"].to_pylist()
    return found


def test_paragraphs_in_several_scripts_are_known_without_a_model() -> None:
    assert languages(*TEXTS.values()) == list(TEXTS)


def test_a_short_text_is_undetermined_without_a_model() -> None:
    english = TEXTS["en"]
    assert languages("", "hello world", english[: MIN_LETTERS - 1], english[:MIN_LETTERS], "1 2 3 " * 50) == [
        *["und"] * 3,
        "en",
        "und",
    ]


def test_only_the_beginning_and_the_middle_of_a_long_text_are_looked_at() -> None:
    assert languages(TEXTS["en"] * 40 + TEXTS["el"] * 10) == ["en"]


def test_an_empty_batch_has_both_columns(language_model: Path) -> None:
    for model in (None, str(language_model)):
        columns = Language(Settings(model=model))(rows())
        assert columns == {"language": pa.array([], pa.string()), "language_score": pa.array([], pa.float32())}


def test_a_model_gives_its_labels_as_two_letters(language_model: Path) -> None:
    found = languages("nobody knows the river", "niemand\nweiß es", "", "\n 1", model=language_model)
    assert found == ["en", "de", "und", "und"]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(["", *TEXTS.values()]), max_size=6), st.integers(0, 6))
def test_languages_do_not_depend_on_batching(texts: list[str], cut: int) -> None:
    assert languages(*texts) == languages(*texts[:cut]) + languages(*texts[cut:])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("eng_Latn", "en"),
        ("eng", "en"),
        ("EN", "en"),
        ("en-GB", "en"),
        ("cmn_Hans", "zh"),
        ("zh", "zh"),
        ("ceb", "ceb"),
    ],
)
def test_codes_are_of_two_letters_where_there_are_two(given: str, code: str) -> None:
    assert two_letters(given) == code


def test_languages_that_are_not_allowed_and_scores_that_are_too_low_are_refused() -> None:
    batch = rows(*"abcd", language=["en", "en", "de", None], language_score=[0.5, 0.25, 0.25, 0.9])
    verdicts = LanguageRule(Settings(allow=["en"], min_score=0.5))(batch)
    assert reasons(verdicts) == [None, "language_uncertain", "language_not_allowed", "language_not_allowed"]
    assert (verdicts.value, verdicts.threshold, verdicts.detail) == (
        pa.array([None, 0.25, None, None]),
        pa.array([None, 0.5, None, None]),
        pa.array([None, "en", "de", None]),
    )


def test_a_score_at_the_bound_is_kept_although_it_is_a_float32() -> None:
    batch = rows("a", language=["en"]).append_column("language_score", pa.array([0.65], pa.float32()))
    assert reasons(LanguageRule(Settings(min_score=0.65))(batch)) == [None]


def test_no_settings_keep_every_language() -> None:
    batch = rows("a", "b", language=["und", None], language_score=[0.0, 0.0])
    assert reasons(LanguageRule()(batch)) == [None, None]


@pytest.mark.parametrize(("code", "hint"), [("eng", "write `en`"), ("EN", "write `en`"), ("en_US", "write `en`")])
def test_a_code_that_would_match_nothing_is_refused(code: str, hint: str) -> None:
    with pytest.raises(RecipeError, match=hint):
        LanguageRule(Settings(allow=[code]))


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read the fastText model .*none\.bin: No such file"):
        Language(Settings(model=str(tmp_path / "none.bin")))(rows("a"))


@needs_shared
def test_a_real_book_is_in_english() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((SHARED / "books" / "nostarch").glob("ch*.md"))]
    assert set(languages(*texts)) == {"en"}
