import pytest
from spoken import call, chats, turn

from licet.stages.dedup.compared import compared

TALK = chats(
    {
        "messages": [
            turn("system", "be brief"),
            turn("user", "which year?"),
            turn("assistant", None, tool_calls=[call("now", {}), call("zone", {"at": "sea"})]),
            turn("tool", "2024"),
            turn("assistant", "It is 2024.", reasoning_content="The tool said so."),
            turn("user", "thanks"),
        ]
    },
    {
        "prompt": [turn("system", "be kind"), turn("user", "hi"), turn("assistant", "yes?"), turn("user", "help")],
        "chosen": [turn("assistant", "gladly")],
        "rejected": [turn("assistant", "no")],
        "reasoning": "kindness",
    },
    {"messages": [turn("system", "be brief")]},
)
APART = "\n\x1e\n"


def test_prompts_are_what_is_said_to_the_assistant() -> None:
    prompts = compared(TALK, "prompts").parts
    assert {part: texts.to_pylist() for part, texts in prompts.items()} == {
        1: [f"which year?{APART}thanks", f"hi{APART}yes?{APART}help", ""]
    }


def test_answers_are_what_the_assistant_says_reasons_and_calls_and_what_tools_return() -> None:
    answers = compared(TALK, "answers").parts
    said_first = ["now", "{}", "zone", '{"at": "sea"}', "2024", "The tool said so.", "It is 2024."]
    assert {part: texts.to_pylist() for part, texts in answers.items()} == {
        2: [APART.join(said_first), f"gladly{APART}kindness", ""],
        3: ["", "no", ""],
    }


def test_both_are_all_parts() -> None:
    assert list(compared(TALK, "both").parts) == [1, 2, 3]


def test_a_row_of_which_there_is_nothing_to_compare_is_known_by_its_whole_text() -> None:
    contents = compared(TALK, "both").content.to_pylist()
    assert contents[2] == TALK.column("content_sha256")[2].as_py()
    assert contents[0] != TALK.column("content_sha256")[0].as_py()


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"messages": [turn("system", "other"), turn("user", "a"), turn("assistant", "b")]}, True),
        ({"messages": [turn("user", "a"), turn("assistant", "b")], "tools": ["{}"]}, True),
        ({"messages": [turn("user", "a"), turn("assistant", "c")]}, False),
        ({"messages": [turn("user", "b"), turn("assistant", "a")]}, False),
        ({"messages": [turn("user", "a"), turn("assistant", "b", tool_calls=[call("f", {})])]}, False),
    ],
    ids=["system prompt", "tools", "answer", "the other way round", "call"],
)
def test_conversations_are_identical_by_prompts_and_answers(other: dict[str, object], same: bool) -> None:
    batch = chats({"messages": [turn("user", "a"), turn("assistant", "b")]}, other)
    one, two = compared(batch, "both").content.to_pylist()
    assert (one == two) == same


def test_a_slice_has_the_texts_of_its_rows() -> None:
    whole, part = compared(TALK, "both"), compared(TALK.slice(1, 2), "both")
    assert part.content.to_pylist() == whole.content.to_pylist()[1:]
    assert [texts.to_pylist() for texts in part.parts.values()] == [
        texts.to_pylist()[1:] for texts in whole.parts.values()
    ]


def test_messages_that_say_nothing_leave_no_trace() -> None:
    silent = [turn("tool", None), turn("assistant", None)]
    batch = chats({"messages": [turn("user", "a"), *silent]}, {"messages": silent}, {"messages": [turn("user", "a")]})
    assert compared(batch, "text").parts[0].to_pylist() == ["a", "", "a"]
    assert compared(batch, "both").parts[1].to_pylist() == ["a", "", "a"]


def test_a_document_is_compared_by_its_text() -> None:
    batch = TALK.select(["text", "content_sha256"])
    texts = compared(batch, "text")
    assert (texts.content, texts.parts) == (batch.column("content_sha256"), {0: batch.column("text")})


def test_the_text_of_a_conversation_is_all_that_is_said_and_done_in_it() -> None:
    texts = compared(TALK, "text")
    first = ["be brief", "which year?", "now", "{}", "zone", '{"at": "sea"}', "2024", "The tool said so."]
    second = ["be kind", "hi", "yes?", "help", "gladly", "no", "kindness"]
    assert {part: told.to_pylist() for part, told in texts.parts.items()} == {
        0: [APART.join([*first, "It is 2024.", "thanks"]), APART.join(second), "be brief"]
    }
    assert texts.content == TALK.column("content_sha256")


@pytest.mark.parametrize(
    "other",
    [
        {"messages": [turn("user", "a"), turn("assistant", "b")], "tools": ["{}"]},
        {"messages": [turn("user", "a"), turn("tool", "b")]},
        {"messages": [turn("user", "a"), turn("assistant", "b", tool_calls=[call("f", {})])]},
        {"messages": [turn("user", "a"), turn("assistant", "b", reasoning_content="c")]},
        {"messages": [turn("user", "a"), turn("assistant", "b")], "reasoning": "c"},
    ],
    ids=["tools", "role", "call", "reasoning", "reasoning beside"],
)
def test_by_their_texts_conversations_are_identical_only_where_everything_is(other: dict[str, object]) -> None:
    batch = chats({"messages": [turn("user", "a"), turn("assistant", "b")]}, other)
    one, two = compared(batch, "text").content.to_pylist()
    assert one != two
