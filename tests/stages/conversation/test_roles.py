import pytest
from talks import Row, assistant, call, measured, pair, system, talk, tool, user, verdict

ASKED, ANSWERED = user("Is it?"), assistant("It is.")
CALLED = assistant(None, call("look", "{}"))


@pytest.mark.parametrize(
    "row",
    [
        talk(ASKED, ANSWERED),
        talk(system("Be short."), ASKED, ANSWERED, user("Really?"), ANSWERED),
        talk(ASKED, CALLED, tool("seen"), ANSWERED),
        talk(ASKED, CALLED, tool("seen"), tool("seen again"), CALLED, tool("seen"), ANSWERED),
        talk(ASKED, CALLED),
        pair("Yes.", "No."),
        {"prompt": [ASKED], "answer": "yes", "checker": "exact"},
    ],
)
def test_well_formed_rows_pass(row: Row) -> None:
    row = {**row, "tools": ['{"name": "look"}', '{"name": "look"}']}
    assert measured("role_faults", row) == measured("open_ends", row) == measured("empty_turns", row) == [0]
    assert measured("user_turns", row) >= [1]


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        (talk(ASKED, ASKED, ANSWERED), 1),
        (talk(ASKED, ANSWERED, ANSWERED), 1),
        (talk(ANSWERED), 1),
        (talk(system("a"), ANSWERED), 1),
        (talk(ASKED, system("late"), ANSWERED), 2),
        (talk(ASKED, ANSWERED, tool("unasked")), 1),
        (talk(tool("first"), ANSWERED), 1),
        ({"prompt": [ASKED, ANSWERED], "chosen": [ANSWERED], "rejected": [ANSWERED]}, 2),
    ],
)
def test_messages_out_of_order_are_counted(row: Row, faults: int) -> None:
    assert measured("role_faults", row) == [faults]


def test_the_ledger_says_which_message_is_out_of_order() -> None:
    assert verdict(talk(ASKED, ASKED, ANSWERED)) == ("roles_out_of_order", 1, 0, "messages[1]: user after user")
    late = {"prompt": [ASKED, ANSWERED], "chosen": [ANSWERED], "rejected": [user("?"), ANSWERED]}
    assert verdict(late) == ("roles_out_of_order", 1, 0, "chosen[0]: assistant after assistant")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (talk(ASKED), ("ends_without_answer", 1, 0, "messages[0]: user at the end")),
        (talk(ASKED, assistant(" \n")), ("empty_turn", 1, 0, "messages[1]")),
        (talk(ASKED, assistant(None)), ("empty_turn", 1, 0, "messages[1]")),
        (talk(ASKED, assistant(None, reasoning="It is.")), ("empty_turn", 1, 0, "messages[1]")),
        (talk(user(""), ANSWERED), ("empty_turn", 1, 0, "messages[0]")),
        (talk(system("a")), ("no_user_turn", 0, 1, None)),
        (talk(), ("no_user_turn", 0, 1, None)),
        (
            {"prompt": [ASKED, ANSWERED], "chosen": [user("a"), ANSWERED], "rejected": [user("b"), ANSWERED]},
            ("question_within_side", 2, 0, "chosen[0]"),
        ),
    ],
)
def test_what_lacks_a_question_or_an_answer_is_refused(
    row: Row, told: tuple[str | None, float | None, float | None, str | None]
) -> None:
    assert verdict(row) == told


def test_characters_that_are_not_seen_say_nothing() -> None:
    assert measured(
        "empty_turns", talk(user("\u200b\ufeff"), assistant("Fine.")), talk(user("\u200b?"), assistant("!"))
    ) == [1, 0]


def test_an_empty_system_message_and_an_empty_answer_of_a_tool_are_none_of_the_empty_turns() -> None:
    assert measured("empty_turns", talk(system(""), ASKED, CALLED, tool(""), ANSWERED)) == [0]
