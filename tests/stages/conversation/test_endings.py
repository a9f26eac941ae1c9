import json

import pytest
from talks import asked, measured, talk, user, verdict

from licet.stages.conversation.endings import is_unfinished

CUT = [
    "It depends on what you are going for. If you want it to be spicy and",
    "It lies in the north of the country, between the",
    "There are three reasons, and the first of them is,",
    "I would look at the budget, and here is a chart:",
    "The song is named in honour of “",
    "That’s a tough question, and it depends on the situation and",
    "He said so. I don’t think that it’s",
    "She lives there. It is",
]
WHOLE = [
    "Paris",
    "It depends on what you are going for.",
    "Here is what you need:\n- flour\n- the",
    "The capital of France is Paris",
    "What is it for",
    "def f(a, b):\n    return a if a else",
    "SELECT name FROM people WHERE age >",
    "You can read more at https://example.org/about/the",
    "You can write to jane@example.org or to",
    "1. First, cut the onions and",
    "It is 4\n#### 4",
    "So it goes。我不知道是什么和",
    "Yes, I think so, and",
    "“You will always be with us,” she said.",
    "I would, if I could (but I can't).",
    "That is a great pity, I think :(",
]


@pytest.mark.parametrize("text", CUT)
def test_prose_that_stops_within_a_sentence_is_unfinished(text: str) -> None:
    assert is_unfinished(text)
    assert verdict(asked(text), profile="strict") == ("answer_unfinished", 1, 0, "messages[1]")


@pytest.mark.parametrize("text", [each for each in WHOLE if not each.startswith(("You can write", "Yes, I"))])
def test_code_lists_titles_and_whole_sentences_are_not(text: str) -> None:
    assert not is_unfinished(text)


@pytest.mark.parametrize(
    ("metadata", "stops"),
    [
        ({"finish_reason": "length"}, 1),
        ({"stop_reason": "max_tokens"}, 1),
        ({"finishReason": "MAX_TOKENS"}, 1),
        ({"finish_details": {"type": "max_tokens"}}, 1),
        ({"a": {"finish_reason": "length"}}, 1),
        ({"finish_reason": "stop"}, 0),
        ({"length": "finish_reason"}, 0),
        (None, 0),
    ],
)
def test_what_a_row_says_of_its_own_end_counts(metadata: object, stops: int) -> None:
    row = asked("It is.") | {"metadata": json.dumps(metadata, separators=(",", ":")) if metadata else None}
    assert measured("length_stops", row) == [stops]
    if stops:
        assert verdict(row) == ("stopped_for_length", 1, 0, "metadata")


def test_a_mark_at_the_end_of_an_answer_says_that_it_was_cut() -> None:
    told = [
        "It is [truncated]",
        "It is. (continued in next message)",
        "[max tokens reached]",
        "It is. [output truncated due to length]",
        "It is. (Response was cut off due to the token limit.)",
        "The [truncated] text is.",
        "The pipe was cut off (the text says where).",
    ]
    assert measured("length_stops", *map(asked, told)) == [1, 1, 1, 1, 1, 0, 0]


def test_sentences_without_a_stop_and_ellipses_have_measures_of_their_own() -> None:
    rows = [
        asked("It is so. You can describe what freedom means"),
        asked("It is so..."),
        asked("It is …”"),
        asked("So it is"),
    ]
    assert measured("unstopped_answers", *rows) == [1, 0, 0, 0]
    assert measured("trailing_ellipses", *rows) == [0, 1, 1, 0]


def test_questions_and_rejected_answers_may_stop_anywhere() -> None:
    cut = CUT[0]
    rejected = {
        "prompt": [user(cut)],
        "chosen": asked("It is.")["messages"][1:],
        "rejected": asked(cut)["messages"][1:],
    }
    assert measured("unfinished_answers", talk(user(cut), *asked("It is.")["messages"][1:]), rejected) == [0, 0]
