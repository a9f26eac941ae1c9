"""Languages by the built-in detectors and by a model, and the rule on them."""

import re
from pathlib import Path

import pyarrow as pa
import pytest
from helpers import SHARED, needs_shared, reasons, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.schemas.errors import InputError, RecipeError
from licet.schemas.quality import BUILT_IN
from licet.schemas.quality import Language as Settings
from licet.stages.quality.language import MIN_LETTERS, MIN_LETTERS_OF_RANKS, Language, LanguageRule
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


def languages(*texts: str, model: Path | str = "cld2") -> list[str]:
    columns = Language(Settings(model=str(model)))(rows(*texts))
    assert columns["language_score"].type == pa.float32()
    assert all(0 <= score <= 1 for score in columns["language_score"].to_pylist())
    found: list[str] = columns["language"].to_pylist()
    return found


@pytest.mark.parametrize("model", BUILT_IN)
def test_paragraphs_in_several_scripts_are_known_without_a_model(model: str) -> None:
    assert languages(*TEXTS.values(), model=model) == list(TEXTS)


SENTENCES = {
    "ar": "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق.",
    "bg": "Всички хора се раждат свободни и равни по достойнство и права.",
    "ca": "Tots els éssers humans neixen lliures i iguals en dignitat i en drets.",
    "da": "Alle mennesker er født frie og lige i værdighed og rettigheder.",
    "en": "All human beings are born free and equal in dignity and rights.",
    "es": "Todos los seres humanos nacen libres e iguales en dignidad y derechos.",
    "gl": "Tódolos seres humanos nacen libres e iguais en dignidade e dereitos.",
    "he": "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם.",
    "ja": "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
    "ko": "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.",
    "no": "Alle mennesker er født frie og med samme menneskeverd og menneskerettigheter. De er utstyrt med fornuft.",
    "pt": "Todos os seres humanos nascem livres e iguais em dignidade e em direitos.",
    "ru": "Все люди рождаются свободными и равными в своем достоинстве и правах.",
    "sr": "Сва људска бића рађају се слободна и једнака у достојанству и правима.",
    "sv": "Alla människor är födda fria och lika i värde och rättigheter.",
    "th": "มนุษย์ทั้งปวงเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ",
    "uk": "Всі люди народжуються вільними і рівними у своїй гідності та правах.",
    "zh": "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。",
}
"""The first words of the Universal Declaration of Human Rights."""


def test_a_sentence_is_known_in_languages_that_resemble_each_other() -> None:
    assert languages(*SENTENCES.values()) == list(SENTENCES)


@pytest.mark.parametrize(("model", "fewest"), [("cld2", MIN_LETTERS), ("resiliparse", MIN_LETTERS_OF_RANKS)])
def test_a_short_text_is_undetermined_without_a_model(model: str, fewest: int) -> None:
    english = TEXTS["en"]
    found = languages("", "hello world", english[: fewest - 1], english[:fewest], "1 2 3 " * 50, model=model)
    assert found == [*["und"] * 3, "en", "und"]


def test_characters_that_cld2_does_not_take_do_not_hide_the_language() -> None:
    assert languages(f"\x00\x7f\ufffe{TEXTS['de']}\x85\U0010ffff", "\x01" * 40) == ["de", "und"]


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_has_a_language_or_none(text: str) -> None:
    (code,) = languages(text)
    assert code == "und" or re.fullmatch(r"[a-z]{2,3}", code)


def test_a_detector_is_one_by_name_or_the_path_of_a_model() -> None:
    assert [Settings(model=name).path for name in ("cld2", "resiliparse", "x/lid.bin")] == [None, None, "x/lid.bin"]
    assert Settings.model_validate({"model": None}).model == "resiliparse"


def test_only_the_beginning_and_the_middle_of_a_long_text_are_looked_at() -> None:
    assert languages(TEXTS["en"] * 40 + TEXTS["el"] * 10) == ["en"]


def test_an_empty_batch_has_both_columns(language_model: Path) -> None:
    for model in (*BUILT_IN, str(language_model)):
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
        ("iw", "he"),
        ("zh-Hant", "zh"),
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
