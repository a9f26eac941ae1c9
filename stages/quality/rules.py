"""Rules on a row's shape: a measure, a bound, and the reason that a row outside of it is refused for.

Kept by ``basic``: "The quick brown fox jumps over it." Refused: "ok" (`too_few_words`), a base64 blob
(`words_too_long`), a table of numbers (`too_many_digits`).

The profiles:

* ``none``: no rule.
* ``basic``: safe for prose and code in any script. It removes what is no text at all; measured on 2,311 Python
  modules, 204 book chapters and 1,319 word problems, it refuses empty modules, generated protobuf modules and
  nothing of the prose. There is no bound on lines: prose with one paragraph, or one page, a line is common.
* ``gopher``: the quality and the repetition rules of Rae et al. 2021 (arXiv 2112.11446, table A1), with their
  thresholds and, where those leave it open, datatrove's definitions. It is made for English prose. It differs from
  datatrove in these points: words are split at white space (datatrove: a language's tokeniser, with words of pure
  punctuation left out of count and mean); blank lines are no lines; lines end at a newline only; a paragraph also ends
  at a line of white space; lines are equal when their words are; a top n-gram that occurs once counts as none; the
  words of duplicated n-grams are compared one by one, not run together.
* ``code``: the bounds of The Stack and StarCoder (Kocetkov et al. 2022, arXiv 2211.15533; Li et al. 2023,
  arXiv 2305.06161) against data and minified files.
* those of other tools, with the tools' own definitions: `peers`.
"""

import math
from collections.abc import Mapping
from difflib import get_close_matches

from licet.schemas.errors import RecipeError
from licet.schemas.quality import Heuristics
from licet.stages.quality import peers
from licet.stages.quality.measures import MEASURES, measure_text
from licet.stages.rule import Rule

CATALOGUE: dict[str, tuple[str, str]] = {
    "min_words": ("words", "too_few_words"),
    "max_words": ("words", "too_many_words"),
    "min_characters": ("characters", "too_few_characters"),
    "max_control_share": ("control_share", "too_many_control_characters"),
    "min_mean_word_length": ("mean_word_length", "words_too_short"),
    "max_mean_word_length": ("mean_word_length", "words_too_long"),
    "max_hashes_per_word": ("hashes_per_word", "too_many_hashes"),
    "max_ellipses_per_word": ("ellipses_per_word", "too_many_ellipses"),
    "max_bullet_line_share": ("bullet_line_share", "too_many_bullet_lines"),
    "max_ellipsis_line_share": ("ellipsis_line_share", "too_many_ellipsis_lines"),
    "min_alphabetic_word_share": ("alphabetic_word_share", "too_few_alphabetic_words"),
    "min_stop_words": ("stop_words", "too_few_stop_words"),
    "min_lines": ("lines", "too_few_lines"),
    "min_terminal_line_share": ("terminal_line_share", "too_few_finished_lines"),
    "max_short_line_share": ("short_line_share", "too_many_short_lines"),
    "max_newlines_per_word": ("newlines_per_word", "too_many_newlines"),
    "max_longest_line": ("longest_line", "line_too_long"),
    "max_mean_line_length": ("mean_line_length", "lines_too_long"),
    "min_alphanumeric_share": ("alphanumeric_share", "too_few_alphanumerics"),
    "max_digit_share": ("digit_share", "too_many_digits"),
    "max_duplicate_line_share": ("duplicate_line_share", "too_many_duplicate_lines"),
    "max_duplicate_paragraph_share": ("duplicate_paragraph_share", "too_many_duplicate_paragraphs"),
    "max_duplicate_line_character_share": ("duplicate_line_character_share", "duplicate_lines_too_long"),
    "max_duplicate_paragraph_character_share": (
        "duplicate_paragraph_character_share",
        "duplicate_paragraphs_too_long",
    ),
    **{f"max_top_{n}gram_share": (f"top_{n}gram_share", f"top_{n}gram_too_frequent") for n in (2, 3, 4)},
    **{
        f"max_duplicated_{n}gram_share": (f"duplicated_{n}gram_share", f"too_many_duplicated_{n}grams")
        for n in range(5, 11)
    },
}
"""Every rule that a profile or a recipe may set: its measure and its reason."""

DEFINITIONS = {
    "": peers.Definition(measures=MEASURES, catalogue=CATALOGUE, measure=lambda text, _: measure_text(text)),
    **peers.DEFINITIONS,
}
"""What rules mean, by what stands behind the "@" of a profile's name."""


def _told(catalogue: peers.Catalogue, measures: Mapping[str, str]) -> dict[str, str]:
    """Return the sentence on each reason."""
    return {
        reason: f"{'Below the least' if name.startswith('min_') else 'Above the most'} that `{name}` allows:"
        f" {measures[measure]}."
        for name, (measure, reason) in catalogue.items()
    }


RULE_REASONS: dict[str, str] = {
    **{k: v for each in peers.DEFINITIONS.values() for k, v in _told(each.catalogue, each.measures).items()},
    **_told(CATALOGUE, MEASURES),
}
"""Each reason of a rule, in words; those of other tools, where they share the reason, measure it their own way."""

_GOPHER = "Rae et al. 2021, table A1"
_STACK = "Kocetkov et al. 2022, section 3"
_BASIC: tuple[tuple[str, float, str], ...] = (
    ("min_words", 5, "one shingle of near-duplicate detection: below it two rows cannot be compared"),
    ("max_control_share", 0.01, "binary data; none of 4,007 real text files had more than 0.001"),
    ("max_mean_word_length", 40, "base64 and serialised data; prose and modules reach 17, generated ones 47 to 59"),
    ("min_alphanumeric_share", 0.25, f"drawings and rulers; {_STACK}"),
    ("max_digit_share", 0.5, "tables of numbers; arithmetic word problems reach 0.31, test data 0.64 to 0.87"),
    ("max_duplicated_10gram_share", 0.5, "most of the row is a copy of itself; all but 2 of 4,007 files are below"),
)
PROFILES: dict[str, tuple[tuple[str, float, str], ...]] = {
    "none": (),
    "basic": _BASIC,
    "gopher": (
        ("min_words", 50, _GOPHER),
        ("max_words", 100_000, _GOPHER),
        ("min_mean_word_length", 3, _GOPHER),
        ("max_mean_word_length", 10, _GOPHER),
        ("max_hashes_per_word", 0.1, _GOPHER),
        ("max_ellipses_per_word", 0.1, _GOPHER),
        ("max_bullet_line_share", 0.9, _GOPHER),
        ("max_ellipsis_line_share", 0.3, _GOPHER),
        ("min_alphabetic_word_share", 0.8, _GOPHER),
        ("min_stop_words", 2, _GOPHER),
        ("max_duplicate_line_share", 0.30, _GOPHER),
        ("max_duplicate_paragraph_share", 0.30, _GOPHER),
        ("max_duplicate_line_character_share", 0.20, _GOPHER),
        ("max_duplicate_paragraph_character_share", 0.20, _GOPHER),
        ("max_top_2gram_share", 0.20, _GOPHER),
        ("max_top_3gram_share", 0.18, _GOPHER),
        ("max_top_4gram_share", 0.16, _GOPHER),
        ("max_duplicated_5gram_share", 0.15, _GOPHER),
        ("max_duplicated_6gram_share", 0.14, _GOPHER),
        ("max_duplicated_7gram_share", 0.13, _GOPHER),
        ("max_duplicated_8gram_share", 0.12, _GOPHER),
        ("max_duplicated_9gram_share", 0.11, _GOPHER),
        ("max_duplicated_10gram_share", 0.10, _GOPHER),
    ),
    "code": (
        *_BASIC[:2],
        ("max_longest_line", 1000, _STACK),
        ("max_mean_line_length", 100, _STACK),
        *_BASIC[3:],
    ),
    **peers.PROFILES,
}
"""The rules of each profile in the order in which they are tried: (rule, bound, source of the bound)."""


def definition_of(settings: Heuristics) -> peers.Definition:
    """Return what the rules of settings mean."""
    return DEFINITIONS[settings.profiles[0].partition("@")[2]]


def rules_of(settings: Heuristics) -> tuple[Rule, ...]:
    """Return the rules that settings ask for: those of the profiles in their order, then what ``set`` adds.

    Raises:
        RecipeError: the profiles do not go together, ``set`` names no rule, gives a bound that the measure cannot have,
            or leaves nothing to keep; or there is a list of bad words and no rule on them, or no list but a rule.

    """
    _check_profiles(settings)
    catalogue = definition_of(settings).catalogue
    every = [bounds for profile in settings.profiles for bounds in PROFILES[profile]]
    if settings.bad_words is None:
        every = [each for each in every if each[0] != "max_bad_words"]
    bounds = {name: (bound, source) for name, bound, source in every}
    for name, bound in settings.set.items():
        _check(name, bound, catalogue)
        bounds[name] = (bound, "recipe")
    _check_bad_words(settings, "max_bad_words" in bounds)
    order = [name for name, _, _ in every]
    order += [name for name in catalogue if name in bounds and name not in order]
    for name in order:
        least, most = bounds.get("min_" + name[4:]), bounds.get("max_" + name[4:])
        if least and most and least[0] > most[0]:
            raise RecipeError(
                f"heuristics keep nothing: min_{name[4:]} is {least[0]:g} and max_{name[4:]} is {most[0]:g};"
                " change one of them in `heuristics.set`"
            )
    return tuple(
        Rule(
            name=name,
            measure=catalogue[name][0],
            bound=float(bounds[name][0]),
            reason=catalogue[name][1],
            source=bounds[name][1],
        )
        for name in order
    )


def _check_profiles(settings: Heuristics) -> None:
    """Refuse profiles that do not go together."""
    names = settings.profiles
    if not names:
        raise RecipeError("`heuristics.profile` is an empty list: name a profile, or `none` for no rule")
    if len(names) > 1 and (len(set(names)) < len(names) or len({name.partition("@")[2] for name in names}) > 1):
        raise RecipeError(
            f"`heuristics.profile`: {', '.join(names)} do not go together, since a rule can have one definition only:"
            " list different profiles of the same tool, as in [gopher@datatrove, fineweb@datatrove]"
        )
    if len(names) > 1 and "@" not in names[0]:
        raise RecipeError(
            f"`heuristics.profile`: {', '.join(names)} have the same rules with other bounds: choose one profile and"
            " change its bounds in `heuristics.set`"
        )
    if late := [name for name in names[1:] if name in peers.LINES]:
        raise RecipeError(
            f"`heuristics.profile`: {late[0]} takes lines away before anything is judged: put it first, and only one"
            " such profile"
        )


def _check_bad_words(settings: Heuristics, has_rule: bool) -> None:
    """Refuse a list of words that no rule reads, and a rule without a list."""
    if settings.bad_words is not None and not has_rule:
        raise RecipeError("`heuristics.bad_words` is read by the profile c4@tfds only: name that profile, or no list")
    if settings.bad_words is None and has_rule:
        raise RecipeError("`heuristics.set.max_bad_words` needs a list of words: name one as `heuristics.bad_words`")


def _check(name: str, bound: float, catalogue: peers.Catalogue) -> None:
    """Refuse what is no rule, or no bound for it."""
    if name not in catalogue:
        by_reason = {reason: rule for rule, (_, reason) in catalogue.items()}
        nearest = [by_reason[name]] if name in by_reason else get_close_matches(name, catalogue, n=1, cutoff=0.4)
        hint = f"did you mean `{nearest[0]}`?" if nearest else f"rules are: {', '.join(catalogue)}"
        raise RecipeError(f"`heuristics.set.{name}` is no rule: {hint}")
    most = 1.0 if catalogue[name][0].endswith("_share") else math.inf
    if not (math.isfinite(bound) and 0 <= bound <= most):
        raise RecipeError(
            f"`heuristics.set.{name}` is {bound:g}: give a number from 0"
            f" {'to 1, a share' if most == 1 else 'up'}, or `profile: none` for no rule"
        )
