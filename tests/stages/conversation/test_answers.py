"""Languages, repetition, reasoning, sides, phrases: what is measured of an answer beside its ending."""

import pytest
from talks import Row, asked, assistant, measured, pair, system, talk, user, verdict

ENGLISH = (
    "The river runs through the valley to the sea, and nobody in the village knows why it turns to the north there."
)
GERMAN = "Der Fluss fließt durch das Tal zum Meer, und niemand im Dorf weiß, warum er sich dort nach Norden wendet."
FRENCH = (
    "La rivière traverse la vallée jusqu'à la mer, et personne au village ne sait pourquoi elle tourne vers le nord."
)
SPANISH = (
    "El río atraviesa el valle hasta el mar, y nadie en el pueblo sabe por qué gira hacia el norte en aquel lugar."
)
PORTUGUESE = "O rio atravessa o vale até o mar, e ninguém na aldeia sabe por que ele vira para o norte naquele lugar."
CODE = "for (let i = 0; i < rows.length; i++) { if (rows[i].name === wanted) { return rows[i].value; } } return null;"


@pytest.mark.parametrize(
    ("row", "switches"),
    [
        (asked(ENGLISH, ENGLISH), 0),
        (asked(ENGLISH, GERMAN), 1),
        (asked(GERMAN, ENGLISH), 1),
        (asked(ENGLISH, f"Antworte auf Englisch: {GERMAN}"), 0),
        (asked(FRENCH, f"Translate: {ENGLISH}"), 0),
        (asked(FRENCH, f"{ENGLISH} Answer in French."), 0),
        (talk(system("Always answer in French."), user(ENGLISH), assistant(FRENCH)), 0),
        (talk(user("In French, please."), assistant("Oui."), user(ENGLISH), assistant(FRENCH)), 0),
        (asked(f"A single one. {ENGLISH}", f"Ein Single. {GERMAN}"), 1),
        (asked(GERMAN, f'{ENGLISH} Continue the poem "Wer reitet so spät durch Nacht und Wind?", please.'), 0),
        (asked(GERMAN, f'{ENGLISH} Continue the poem "Whose woods these are I think I know", please.'), 1),
        (asked("Ja.", ENGLISH), 0),
        (asked(ENGLISH, "Warum?"), 0),
        (asked(CODE, GERMAN), 0),
        (asked(f"```\n{ENGLISH}\n```", GERMAN), 0),
        (asked(PORTUGUESE, SPANISH), 0),
        (asked(f"<think>{ENGLISH}</think>{GERMAN}", GERMAN), 0),
        (pair(GERMAN, ENGLISH, question=GERMAN), 0),
        (pair(ENGLISH, GERMAN, question=GERMAN), 1),
    ],
)
def test_an_answer_in_another_language_that_nobody_asked_for_is_a_switch(row: Row, switches: int) -> None:
    assert measured("language_switches", row) == [switches]


def test_the_ledger_says_from_which_language_to_which() -> None:
    told = verdict(asked(ENGLISH, GERMAN), profile="strict")
    assert told == ("language_switched", 1, 0, "messages[1]: en to de")


def test_an_answer_that_goes_round_in_circles_is_refused_and_a_quotation_is_not() -> None:
    looped = asked("I like it very much and so do you and all the others in this house. " * 20)
    assert verdict(looped, profile="strict")[0] == "answer_repeats_10grams"
    assert measured("repeated_10gram_share", looped)[0] > 0.7
    assert measured("repeated_10gram_share", asked(ENGLISH, ENGLISH)) == [0]
    assert measured("repeated_5gram_share", pair("Short.", "It is so and so and so. " * 30)) == [0]


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("<think>2 + 2 is 4.</think>4", 0),
        ("<think>2 + 2 is 4. 4", 1),
        ("2 + 2 is 4.</think>4", 1),
        ("<think><think>a</think></think>4", 1),
        ("<think>a</think>b<think>c</think>d", 0),
        ("<thinking>a</think>", 1),
        ("The tag `<think>` opens it.", 0),
        ('It ends at "</think>".', 0),
        ("```\n<think>\n{thoughts}\n```", 0),
        ("<think>\n```py\n1\n```\n</think>4", 0),
        ("<think>```\n1\n", 1),
        ("I think> so", 0),
    ],
)
def test_tags_of_reasoning_must_be_pairs(text: str, broken: int) -> None:
    assert measured("broken_thinking", asked(text)) == [broken]


def test_reasoning_that_says_nothing_is_counted_within_and_beside_answers() -> None:
    beside = [talk(user("?"), assistant("4", reasoning=each)) for each in ("", " \n", "2 + 2", None)]
    assert measured("empty_reasoning", asked("<think>\n\n</think>4"), asked("<think>a</think>4"), *beside) == [
        1, 0, 1, 1, 0, 0
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "rejected", "in_space", "alike"),
    [
        ("Yes.", "Yes.\n", 1, 1),
        ("a b", "a\u00a0 b", 1, 1),
        ("Yes.", "yes", 0, 1),
        ("It’s", "it's!", 0, 1),
        ("ﬁne", "fine", 0, 1),
        ("x = 5", "x = -5", 0, 0),
        ("Yes", "No", 0, 0),
    ],
)
def test_sides_that_say_the_same_prefer_nothing(chosen: str, rejected: str, in_space: int, alike: int) -> None:
    row = pair(chosen, rejected)
    assert (measured("equal_but_for_space", row), measured("equal_sides", row)) == ([in_space], [alike])


def test_sides_that_differ_in_their_reasoning_differ() -> None:
    row = {
        "prompt": [user("?")],
        "chosen": [assistant("4", reasoning="a")],
        "rejected": [assistant("4", reasoning="b")],
    }
    assert measured("equal_but_for_space", row, asked("4")) == [0, 0]


def test_turns_said_again_are_a_share_of_their_speakers_and_a_run() -> None:
    row = talk(*(turn for each in ("a", "b", "b ", "B") for turn in (user(each), assistant(f"on {len(each)}"))))
    assert measured("repeated_turn_share", row) == [0.5]
    assert measured("repeated_turn_run", row) == [3]
    assert measured("repeated_turn_run", asked("a")) == [1]
    assert measured("repeated_turn_share", talk(user("same"), assistant("same"))) == [0]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("Sure! I'd be happy to help you with that. Let me know if you have any other questions!", 1),
        ("Is there anything else I can help you with?", 1),
        ("Certainly! Here is the answer: 4", 0.97),
        ("Sure.", 0),
        ("You’re welcome.", 0),
        ("The answer is 4.", 0),
        ("It is 4.\n\nI hope this helps! Let me know if you need anything else.", 0.87),
    ],
)
def test_phrases_that_fit_any_answer_are_a_share_of_it(text: str, share: float) -> None:
    assert measured("boilerplate_share", asked(text)) == [pytest.approx(share, abs=0.02)]
