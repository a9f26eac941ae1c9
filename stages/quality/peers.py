"""The profiles of other tools, with their own definitions: `NAME@TOOL`.

* ``gopher@datatrove``: datatrove's ``GopherRepetitionFilter`` and ``GopherQualityFilter``, in FineWeb's order.
* ``fineweb@datatrove``: its ``FineWebQualityFilter``.
* ``c4@datatrove``: its ``C4QualityFilter``; ``c4-fineweb@datatrove`` is that without terminal punctuation, as FineWeb
  runs it. Lines are chosen first (`c4`), what is left is judged.
* ``c4@tfds``: ``clean_page``, length and bad words of C4 in TensorFlow Datasets. Its sentences are Punkt's there and
  spaCy's here. The list of bad words is the recipe's (``bad_words``); without one there is no such rule. The language
  is the language stage's, and lines that a corpus has twice are left alone.
* ``nemotron-en@curator``: NeMo Curator's ``heuristic_filter_english_pipeline.yaml``.

A rule means what its tool measures: `min_words` of ``gopher@datatrove`` counts spaCy's words without symbols.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.stages.quality import c4, curator, datatrove
from licet.stages.quality.measures import Floats, utf8_of

Catalogue = Mapping[str, tuple[str, str]]
"""Rules: their measure and their reason."""
Measurer = Callable[[pa.Array, set[str]], dict[str, Floats]]
"""From texts and the measures that are wanted to those and maybe others, one value a text."""
Bounds = tuple[tuple[str, float, str], ...]
"""Rules in their order: name, bound, source of the bound."""


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What rules mean by one tool's definitions."""

    measures: Mapping[str, str]
    """Each measure and what it is."""
    catalogue: Catalogue
    measure: Measurer


def _tfds(text: pa.Array, wanted: set[str]) -> dict[str, Floats]:
    """Return what C4 in TFDS asks of a text, but for bad words."""
    del wanted
    characters = pc.utf8_length(text).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return {"characters": np.nan_to_num(characters), **datatrove.c4_measures(*utf8_of(text))}


_GRAMS: Catalogue = {
    **{f"max_top_{n}gram_share": (f"top_{n}gram_share", f"top_{n}gram_too_frequent") for n in (2, 3, 4)},
    **{
        f"max_duplicated_{n}gram_share": (f"duplicated_{n}gram_share", f"too_many_duplicated_{n}grams")
        for n in range(5, 11)
    },
}
_WORDS: Catalogue = {
    "min_words": ("words", "too_few_words"),
    "max_words": ("words", "too_many_words"),
    "min_mean_word_length": ("mean_word_length", "words_too_short"),
    "max_mean_word_length": ("mean_word_length", "words_too_long"),
    "max_bullet_line_share": ("bullet_line_share", "too_many_bullet_lines"),
    "max_ellipsis_line_share": ("ellipsis_line_share", "too_many_ellipsis_lines"),
    "min_alphabetic_word_share": ("alphabetic_word_share", "too_few_alphabetic_words"),
    "min_stop_words": ("stop_words", "too_few_stop_words"),
}
_C4: Catalogue = {
    "max_lorem_ipsum": ("lorem_ipsum", "lorem_ipsum"),
    "max_curly_brackets": ("curly_brackets", "curly_bracket"),
    "min_sentences": ("sentences", "too_few_sentences"),
}

DEFINITIONS: dict[str, Definition] = {
    "datatrove": Definition(
        measures=datatrove.MEASURES,
        catalogue={
            "max_duplicate_paragraph_share": ("duplicate_paragraph_share", "too_many_duplicate_paragraphs"),
            "max_duplicate_paragraph_character_share": (
                "duplicate_paragraph_character_share",
                "duplicate_paragraphs_too_long",
            ),
            "max_duplicate_line_share": ("duplicate_line_share", "too_many_duplicate_lines"),
            "max_duplicate_line_character_share": ("duplicate_line_character_share", "duplicate_lines_too_long"),
            **_GRAMS,
            **_WORDS,
            "max_hashes_per_word": ("hashes_per_word", "too_many_hashes"),
            "max_ellipses_per_word": ("ellipses_per_word", "too_many_ellipses"),
            "min_terminal_line_share": ("terminal_line_share", "too_few_finished_lines"),
            "max_short_line_share": ("short_line_share", "too_many_short_lines"),
            "max_duplicate_line_text_share": ("duplicate_line_text_share", "duplicate_line_text_too_long"),
            "max_newlines_per_word": ("newlines_per_word", "too_many_newlines"),
            **_C4,
        },
        measure=datatrove.measure_text,
    ),
    "tfds": Definition(
        measures={
            **{name: datatrove.MEASURES[name] for name in ("sentences", "lorem_ipsum", "curly_brackets")},
            "characters": "characters",
            "bad_words": "words of the recipe's list",
        },
        catalogue={
            "max_characters": ("characters", "too_many_characters"),
            **_C4,
            "max_bad_words": ("bad_words", "bad_words"),
        },
        measure=_tfds,
    ),
    "curator": Definition(
        measures=curator.MEASURES,
        catalogue={
            "max_non_alphanumeric_share": ("non_alphanumeric_share", "too_few_alphanumerics"),
            "max_symbols_per_word": ("symbols_per_word", "too_many_symbols"),
            "max_digit_share": ("digit_share", "too_many_digits"),
            "max_url_share": ("url_share", "too_many_urls"),
            "max_white_space_share": ("white_space_share", "too_much_white_space"),
            "max_parenthesis_share": ("parenthesis_share", "too_many_parentheses"),
            "max_boilerplate_share": ("boilerplate_share", "too_much_boilerplate"),
            "min_unique_line_share": ("unique_line_share", "too_many_duplicate_lines"),
            "min_unique_paragraph_share": ("unique_paragraph_share", "too_many_duplicate_paragraphs"),
            "min_unique_line_character_share": ("unique_line_character_share", "duplicate_lines_too_long"),
            "min_unique_paragraph_character_share": (
                "unique_paragraph_character_share",
                "duplicate_paragraphs_too_long",
            ),
            **_WORDS,
            "max_unfinished_line_share": ("unfinished_line_share", "too_few_finished_lines"),
            "max_longest_word": ("longest_word", "word_too_long"),
            **_GRAMS,
        },
        measure=curator.measure_text,
    ),
}
"""What rules mean, by tool."""

_REPETITION = "datatrove GopherRepetitionFilter; Rae et al. 2021, table A1"
_QUALITY = "datatrove GopherQualityFilter; Rae et al. 2021, table A1"
_FINEWEB = "datatrove FineWebQualityFilter; Penedo et al. 2024"
_C4_DATATROVE = "datatrove C4QualityFilter"
_C4_TFDS = "TFDS c4_utils; Raffel et al. 2020, section 2.2"
_CURATOR = "NeMo Curator heuristic_filter_english_pipeline.yaml"
_TOP = ((2, 0.20), (3, 0.18), (4, 0.16))
_DUPLICATED = ((5, 0.15), (6, 0.14), (7, 0.13), (8, 0.12), (9, 0.11), (10, 0.10))


def _grams(source: str) -> Bounds:
    """Return Gopher's bounds on n-grams, which all tools share."""
    return (
        *((f"max_top_{n}gram_share", bound, source) for n, bound in _TOP),
        *((f"max_duplicated_{n}gram_share", bound, source) for n, bound in _DUPLICATED),
    )


_C4_BOUNDS: Bounds = (
    ("max_lorem_ipsum", 0, _C4_DATATROVE),
    ("max_curly_brackets", 0, _C4_DATATROVE),
    ("min_sentences", 5, _C4_DATATROVE),
)
PROFILES: dict[str, Bounds] = {
    "gopher@datatrove": (
        ("max_duplicate_paragraph_share", 0.30, _REPETITION),
        ("max_duplicate_paragraph_character_share", 0.20, _REPETITION),
        ("max_duplicate_line_share", 0.30, _REPETITION),
        ("max_duplicate_line_character_share", 0.20, _REPETITION),
        *_grams(_REPETITION),
        ("min_words", 50, _QUALITY),
        ("max_words", 100_000, _QUALITY),
        ("min_mean_word_length", 3, _QUALITY),
        ("max_mean_word_length", 10, _QUALITY),
        ("max_hashes_per_word", 0.1, _QUALITY),
        ("max_ellipses_per_word", 0.1, _QUALITY),
        ("max_bullet_line_share", 0.9, _QUALITY),
        ("max_ellipsis_line_share", 0.3, _QUALITY),
        ("min_alphabetic_word_share", 0.8, _QUALITY),
        ("min_stop_words", 2, _QUALITY),
    ),
    "fineweb@datatrove": (
        ("min_terminal_line_share", 0.12, _FINEWEB),
        ("max_short_line_share", 0.67, _FINEWEB),
        ("max_duplicate_line_text_share", 0.01, f"{_FINEWEB} has 0.1"),
        ("max_newlines_per_word", 0.3, _FINEWEB),
    ),
    "c4@datatrove": _C4_BOUNDS,
    "c4-fineweb@datatrove": _C4_BOUNDS,
    "c4@tfds": (
        ("max_characters", 190_000, _C4_TFDS),
        ("max_lorem_ipsum", 0, _C4_TFDS),
        ("max_curly_brackets", 0, _C4_TFDS),
        ("min_sentences", 3, _C4_TFDS),
        ("max_bad_words", 0, _C4_TFDS),
    ),
    "nemotron-en@curator": (
        ("max_non_alphanumeric_share", 0.25, _CURATOR),
        ("max_symbols_per_word", 0.1, _CURATOR),
        ("max_digit_share", 0.15, _CURATOR),
        ("max_url_share", 0.2, _CURATOR),
        ("max_white_space_share", 0.25, _CURATOR),
        ("max_parenthesis_share", 0.1, _CURATOR),
        ("max_boilerplate_share", 0.4, _CURATOR),
        ("min_unique_line_share", 0.7, _CURATOR),
        ("min_unique_paragraph_share", 0.7, _CURATOR),
        ("min_unique_line_character_share", 0.8, _CURATOR),
        ("min_unique_paragraph_character_share", 0.8, _CURATOR),
        ("min_words", 50, _CURATOR),
        ("max_words", 100_000, _CURATOR),
        ("max_unfinished_line_share", 0.85, _CURATOR),
        ("min_alphabetic_word_share", 0.8, _CURATOR),
        ("min_stop_words", 2, _CURATOR),
        ("min_mean_word_length", 3, _CURATOR),
        ("max_mean_word_length", 10, _CURATOR),
        ("max_longest_word", 1000, _CURATOR),
        ("max_ellipsis_line_share", 0.3, _CURATOR),
        *_grams(_CURATOR),
        ("max_bullet_line_share", 0.9, _CURATOR),
    ),
}
"""The rules of each profile in the order in which they are tried."""

LINES: dict[str, c4.LineRules] = {
    "c4@datatrove": c4.DATATROVE,
    "c4-fineweb@datatrove": c4.FINEWEB,
    "c4@tfds": c4.TFDS,
}
"""What the profiles that take lines away before they judge ask of a line."""
