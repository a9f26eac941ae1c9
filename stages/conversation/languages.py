"""Answers in another language than their question, unless it was asked for.

Refused by ``strict``: a question in German that is answered in English (`language_switched`). Kept: "Translate this
into English: …", "Answer in French", an answer that is code, short ones.

The detector is the recipe's own (`language.model`), given from outside. Both texts must have `LEAST_CHARACTERS`
characters outside of code and be certain to `LEAST_SCORE`: CLD2 knows 95 % of translated passages of 100 characters and
97 % of 300, and what it takes for another language is mostly a close relation, so pairs in `CLOSE` are no switch. That
leaves short questions, as "Wer bist du?", unjudged: a judge that is mostly silent, and seldom wrong. What asks for a
language is its name, a word for translating or languages, or a passage quoted in it, in any turn of the user or the
system.
"""

import re
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.stages.conversation.language_names import is_asked_for
from licet.stages.conversation.thinking import without_thinking
from licet.stages.conversation.turns import CHOSEN, SYSTEM, USER, Flags, Found, Ints, Turns

LEAST_CHARACTERS = 100
"""Characters of a text below which its language is not asked for."""
LEAST_SCORE = 0.9
"""The least score of both languages."""
LOOKED_AT = 300
"""Characters of a text, without its code, that are looked at."""
UNDETERMINED = "und"
ENGLISH_WORDS = 4
"""The, and, that, with, you: so many in what is looked at make a text English."""
CLOSE = tuple(
    frozenset(each.split())
    for each in (
        "bs hr sr sh",
        "da no nn nb sv",
        "cs sk",
        "es gl ca pt",
        "id ms",
        "af nl",
        "ru uk be bg mk",
        "hi mr ne",
        "fa ps ur",
    )
)
"""Languages that detectors take for one another."""
Detect = Callable[[list[str]], list[tuple[str, float]]]
"""A detector: the ISO 639-1 code and the score of each text; ``und`` where it does not know."""
_QUOTED = re.compile(r"[\"“„«「]([^\"“”„«»「」]{20,400})[\"”“»」]")
"""A passage that is quoted, long enough for its language to be told."""
_CODE = r"(?s)```.*?(```|$)|`[^`\n]*`|https?://\S+|\\\(.*?\\\)|\\\[.*?\\\]|\$[^$\n]*\$"


def language_switches(turns: Turns, detect: Detect) -> Found:
    """Count answers in a language that is not their question's and was not asked for."""
    asked = turns.before[turns.answers]
    has_question = (asked >= 0) & (turns.role_before[turns.answers] == USER)
    which, asked = turns.answers[has_question], asked[has_question]
    if not len(which):
        return Found(np.zeros(turns.rows))
    answers, questions = (
        _prose(without_thinking(turns.content.take(pa.array(which)))),
        _prose(turns.content.take(pa.array(asked))),
    )
    is_english = _is_english(answers) & _is_english(questions)
    both = np.flatnonzero(_is_long(answers) & _is_long(questions) & ~is_english)
    spoken = detect(answers.take(pa.array(both)).to_pylist())
    switched: list[int] = []
    told: dict[int, str] = {}
    sure = [at for at, (code, score) in enumerate(spoken) if code != UNDETERMINED and score >= LEAST_SCORE]
    of_questions = detect(questions.take(pa.array(both[sure])).to_pylist())
    for at, (code, score) in zip(sure, of_questions, strict=True):
        answer = spoken[at][0]
        if code in (UNDETERMINED, answer) or score < LEAST_SCORE or any({code, answer} <= close for close in CLOSE):
            continue
        index = int(which[both[at]])
        said = _instructions(turns, int(turns.row[index]))
        if not is_asked_for(answer, said) and answer not in [of for of, _ in detect(_QUOTED.findall(said))]:
            switched.append(index)
            told[index] = f"{answer} to {code}"
    return turns.counted(np.array(switched, np.int64), lambda index: told[index])


def _prose(texts: pa.Array) -> pa.Array:
    """Return the beginnings of texts without code, links and formulas, in one line."""
    texts = pc.utf8_slice_codeunits(texts, 0, 4 * LOOKED_AT)
    marked = pc.match_substring_regex(texts, r"[`$\\]|://")
    if pc.any(marked).as_py():
        texts = pc.if_else(marked, pc.replace_substring_regex(texts, _CODE, " "), texts)
    return pc.replace_substring(pc.utf8_slice_codeunits(texts, 0, LOOKED_AT), "\n", " ")


def _is_long(texts: pa.Array) -> Flags:
    """Tell which texts are long enough, and not mostly signs, as code is."""
    length = pc.utf8_length(texts).to_numpy(zero_copy_only=False)
    marks = pc.count_substring_regex(texts, r"[{}\[\]<>=;_/\\|#*()]").to_numpy(zero_copy_only=False)
    found: Flags = (length >= LEAST_CHARACTERS) & (marks * 25 <= length)
    return found


def _is_english(texts: pa.Array) -> Flags:
    """Tell which texts have words enough that no other language has, so that no detector need be asked."""
    words = pc.count_substring_regex(texts, r"\b(the|and|that|with|you)\b", ignore_case=True)
    found: Flags = words.to_numpy(zero_copy_only=False) >= ENGLISH_WORDS
    return found


def _instructions(turns: Turns, row: int) -> str:
    """Return what user and system say in a row."""
    first, end = np.searchsorted(turns.row, [row, row + 1])
    which: Ints = np.arange(first, end)
    which = which[((turns.role[which] == USER) | (turns.role[which] == SYSTEM)) & (turns.part[which] <= CHOSEN)]
    return " ".join(turns.content.take(pa.array(which)).to_pylist())
