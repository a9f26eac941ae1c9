import json
from typing import Any

import pytest
from called import called
from hypothesis import given
from hypothesis import strategies as st
from runs import run, write_files
from tiny import document

from licet.pipelines.row.sides import marked


def shown(*words: str) -> str:
    code, out, err = called("show", *words)
    assert (code, err) == (0, "")
    return out


def test_a_conversation_is_shown_turn_by_turn_with_what_is_known_of_it(talks: str) -> None:
    assert shown(talks, "chats/tools") == (
        "chats/tools (sft, 5 messages, 17 tokens, en, chat)\n"
        "\n"
        "system\n"
        "  Be short.\n"
        "\n"
        "user\n"
        "  How warm is it in Oslo?\n"
        "\n"
        "      Just the number.\n"
        "\n"
        "assistant, reasoning\n"
        "  I have to look.\n"
        "\n"
        "assistant calls get_weather (call_1)\n"
        '  {"city": "Oslo", "days": 2}\n'
        "\n"
        "tool (call_1)\n"
        "  5 °C\n"
        "\n"
        "assistant\n"
        "  It is 5 °C.\n"
        "\n"
        "Tools\n"
        "  · get_weather(city: string, days?: integer)\n"
        "\n"
        "What is known of it\n"
        "  licence    MIT, grade C; permissive: keep the notice\n"
        '  credit     "tools", licensed under MIT (https://spdx.org/licenses/MIT.html)\n'
        "  made by    Qwen/Qwen3-8B\n"
        "  source     chats: chats.jsonl#byte=0\n"
        '  metadata   {"id": "tools"}\n'
        "  why        `licet explain` says why it is in\n"
    )


def test_what_differs_between_the_sides_of_a_preference_is_marked(talks: str) -> None:
    out = shown(talks, "pairs/pair")
    assert "chosen: assistant (alone here: {+…+})\n  A colour is {+blue,+} and a fruit is the {+red+} apple.\n" in out
    assert "rejected: assistant (alone here: [-…-])\n  A colour is [-green,-} and".replace("-}", "-]") in out


def test_a_row_for_reinforcement_learning_has_its_answer_and_checker(talks: str) -> None:
    out = shown(talks, "sums/sum")
    assert "user\n  What is 2 + 2?\n\nthe right answer, by the checker math\n  4\n" in out


def test_long_messages_are_cut_unless_asked_for_in_full(talks: str) -> None:
    assert "more lines (--full shows all)" in shown(talks, "chats/plain-1")
    assert "--full" not in shown(talks, "chats/plain-1", "--full")


def test_a_template_shows_what_a_trainer_sees(talks: str) -> None:
    out = shown(talks, "pairs/pair", "--template", "chatml")
    assert "prompt: 84 characters\n  <|im_start|>user\n  Name a colour" in out
    assert "chosen: 58 characters; learnt from: 57, in ⟦ ⟧\n  ⟦A colour is blue" in out
    told = json.loads(shown(talks, "chats/tools", "--template", "chatml", "--json"))
    text = told["rendered"]["text"]
    assert '"arguments": {"city": "Oslo", "days": 2}}' in text["text"]
    learnt = [text["text"][start:end] for start, end in text["learnt"]]
    assert learnt[-1] == "It is 5 °C.<|im_end|>"


def test_json_has_the_row_as_it_is_published(talks: str) -> None:
    told = json.loads(shown(talks, "sums/sum", "--json"))
    assert sorted(told) == ["config", "row"]
    assert (told["config"], told["row"]["uuid"], told["row"]["answer"]) == ("rl", "sums/sum", "4")
    assert "messages" not in told["row"]
    assert told["row"]["prompt"][0] == {
        "role": "user",
        "content": "What is 2 + 2?",
        "reasoning_content": None,
        "tool_calls": None,
        "tool_call_id": None,
    }


def test_a_sample_is_the_same_for_everybody_and_another_for_another_seed(talks: str) -> None:
    def ids(*words: str) -> list[Any]:
        return [row["row"]["uuid"] for row in json.loads(shown(talks, "--json", *words))["rows"]]

    assert ids("--sample", "3") == ids("--sample", "3")
    assert ids("--sample", "3") == ids("--sample", "9")[:3]
    assert len(set(ids("--sample", "99"))) == 9
    assert ids("--sample", "9") != ids("--sample", "9", "--seed", "2")
    assert ids("--sample", "9", "--config", "rl") == ["sums/sum"]
    assert shown(talks, "--sample", "2").count("What is known of it") == 2


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["plain-2"], 1, "plain-2 is not in the data\n  near       chats/plain-2"),
        (["chats/bad"], 1, "refused    conversations.no_user_turn; `licet why-not` says why"),
        ([], 2, "Give the id of a row, or --sample"),
        (["chats/tools", "--sample", "2"], 2, "Give the id of a row, or --sample"),
        (["--sample", "1", "--config", "sftt"], 2, "There is no config sftt: runs has preference, rl, sft"),
        (["chats/tools", "--template", "none.jinja"], 2, "There is no template none.jinja"),
    ],
)
def test_what_cannot_be_shown_is_told(talks: str, words: list[str], code: int, told: str) -> None:
    found, out, err = called("show", talks, *words)
    assert found == code
    assert told in out + err.replace("\n", " ")


def test_errors_of_a_template_name_the_row_and_the_line(talks: str, tmp_path: Any) -> None:
    template = tmp_path / "mine.jinja"
    template.write_text(
        "{% for m in messages %}\n{% if m.role == 'tool' %}{{ raise_exception('no tools') }}{% endif %}{% endfor %}"
    )
    code, _, err = called("show", talks, "chats/tools", "--template", str(template))
    assert code == 2
    assert "chats/tools: " in err
    assert "mine.jinja, line 2: no tools" in err


def test_a_document_is_its_text_and_what_is_known_of_it(tmp_path: Any) -> None:
    write_files(tmp_path, [{"id": "a", "text": f"{document(1)}\n\n\x1b[31mred"}, {"id": "b", "text": document(2)}])
    folder = run(tmp_path, shards={}).folder
    out = shown(folder, "parts/a")
    assert out.startswith("parts/a (")
    assert "The text\n  " in out
    assert "\\x1b[31mred" in out
    assert "licence    MIT, grade " in out
    code, _, err = called("show", folder, "parts/a", "--template", "chatml")
    assert (code, "templates are for conversations" in err.replace("\n", " ")) == (2, True)


def test_texts_with_little_in_common_get_no_marks() -> None:
    assert marked("one two three", "four five six") == ("one two three", "four five six", False)
    assert marked("a b c d", "a b x d") == ("a b {+c+} d", "a b [-x-] d", True)
    assert marked("same", "same") == ("same", "same", True)
    assert marked("a b", "a b\n\nc") == ("a {+b+}", "a [-b\n\nc-]", True)


@given(st.text("ab \n", max_size=40), st.text("ab \n", max_size=40))
def test_without_their_marks_texts_are_what_they_were(one: str, other: str) -> None:
    first, second, _ = marked(one, other)
    assert first.replace("{+", "").replace("+}", "") == one
    assert second.replace("[-", "").replace("-]", "") == other
