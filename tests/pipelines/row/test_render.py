import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from talks import WEATHER, assistant, call, system, tool, user

from licet.pipelines.row.render import Rendered, rendered
from licet.pipelines.row.templates import Template, load_template
from licet.schemas.errors import InputError

CHATML = load_template("chatml")
OSLO = call("get_weather", '{"city": "Oslo"}', "1")


def texts(row: Mapping[str, Any], template: Template = CHATML) -> dict[str, str]:
    return {name: found.text for name, found in rendered(row, template).items()}


def by(text: str) -> Template:
    return Template("mine.jinja", text)


def test_chatml_is_that_of_its_specification() -> None:
    row = {"messages": [system("Be kind."), user("Hi"), assistant("Hello")]}
    assert texts(row) == {
        "text": "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n"
        "<|im_start|>assistant\nHello<|im_end|>\n"
    }


def test_tools_calls_and_answers_stand_in_chatml_as_hermes_has_them() -> None:
    row = {
        "messages": [system("Be kind."), user("Oslo?"), assistant("I look.", OSLO), tool("5", "1")],
        "tools": f"[{WEATHER}]",
    }
    assert texts(row)["text"] == (
        "<|im_start|>system\nBe kind.\n\nYou may call these functions:\n<tools>\n"
        f"{WEATHER}\n</tools><|im_end|>\n<|im_start|>user\nOslo?<|im_end|>\n<|im_start|>assistant\nI look.\n"
        '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Oslo"}}\n</tool_call><|im_end|>\n'
        "<|im_start|>tool\n5<|im_end|>\n"
    )


def test_a_preference_is_a_prompt_to_be_answered_and_two_answers() -> None:
    row = {"prompt": [user("Yes?")], "chosen": [assistant("Yes.")], "rejected": [assistant("No.")]}
    assert rendered(row, CHATML) == {
        "prompt": Rendered("<|im_start|>user\nYes?<|im_end|>\n<|im_start|>assistant\n"),
        "chosen": Rendered("Yes.<|im_end|>\n", ((0, 14),)),
        "rejected": Rendered("No.<|im_end|>\n", ((0, 13),)),
    }


def test_an_answer_that_the_prompt_begins_goes_on_behind_it() -> None:
    row = {"prompt": [user("Count."), assistant("One, ")], "chosen": [assistant("two")], "rejected": [assistant("ten")]}
    found = rendered(row, by("{% for m in messages %}{{ m.role[0] }}:{{ m.content }}|{% endfor %}"))
    assert {name: text.text for name, text in found.items()} == {
        "prompt": "u:Count.|a:One, ",
        "chosen": "|a:two|",
        "rejected": "|a:ten|",
    }
    stripped = by("{% for m in messages %}{{ m.content | trim }}|{% endfor %}")
    assert rendered(row, stripped)["prompt"].text == "Count.|One,"
    with pytest.raises(InputError, match="leaves out the beginning of the answer"):
        rendered(row, by("{{ messages[0].content }}"))


def test_what_is_learnt_is_what_generation_blocks_hold() -> None:
    template = by(
        "{% for m in messages %}{% if m.role == 'assistant' %}{% generation %}{{ m.content }}!{% endgeneration %}"
        "{% else %}{{ m.content }}{% endif %}{% endfor %}"
    )
    row = {"messages": [user("ab"), assistant("c"), user("d"), assistant("ef")]}
    assert rendered(row, template)["text"] == Rendered("abc!def!", ((2, 4), (5, 8)))


def test_templates_see_what_transformers_shows_them() -> None:
    row = {"messages": [assistant(None, OSLO, reasoning="Hm")], "tools": None}
    shown = rendered(row, by("{{ messages | tojson }}{{ tools }}"))["text"].text
    assert json.loads(shown.removesuffix("None")) == [
        {
            "thinking": "Hm",
            "role": "assistant",
            "reasoning_content": "Hm",
            "tool_calls": [
                {"id": "1", "type": "function", "function": {"name": "get_weather", "arguments": {"city": "Oslo"}}}
            ],
        }
    ]
    assert rendered({"messages": [user("<ä>")]}, by("{{ messages[0].content | tojson }}"))["text"].text == '"<ä>"'


def test_arguments_are_objects_unless_asked_for_as_text_or_no_json() -> None:
    row = {"messages": [assistant(None, OSLO, call("f", "{oh"))]}
    template = by("{% for c in messages[0].tool_calls %}{{ c.function.arguments is string }} {% endfor %}")
    assert rendered(row, template)["text"].text == "False True "
    assert rendered(row, template, "string")["text"].text == "True True "
    glued = by("\n{{ 'x' + messages[0].tool_calls[0].function.arguments }}")
    with pytest.raises(InputError, match=r"^mine.jinja, line 2: .*try --arguments string"):
        rendered(row, glued)
    with pytest.raises(InputError, match="it does not take messages of calls alone"):
        rendered(row, by("{{ messages[0].content + 'x' }}"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\n{% if %}", "^mine.jinja, line 2: "),
        ("\n\n{{ raise_exception('Roles must alternate') }}", "^mine.jinja, line 3: Roles must alternate$"),
        (
            "{% for m in messages %}\n{{ m.nothing.at_all }}{% endfor %}",
            "^mine.jinja, line 2: .*no attribute 'nothing'",
        ),
        ("{{ messages.append(1) }}", "^mine.jinja, line 1: access to attribute 'append'"),
        ("{{ ''.__class__.__mro__ }}", "^mine.jinja, line 1: access to attribute '__class__'"),
        ("{{ dict.__init__ }}{{ dict.mro() }}", "^mine.jinja, line 1: "),
        ("{% set n = namespace(__class__=1) %}", "^mine.jinja, line 1: a namespace takes no name"),
        ("{% include '/etc/passwd' %}", "^mine.jinja, line 1: "),
        ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "calls itself over and over"),
        ("{% for i in range(10**9) %}{% endfor %}", "^mine.jinja, line 1: Range too big"),
    ],
)
def test_templates_that_fail_or_reach_beyond_the_sandbox_say_where(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        rendered({"messages": [user("Hi")]}, by(text))


def test_a_row_without_messages_is_none_for_a_template() -> None:
    with pytest.raises(InputError, match="no messages that a template could render"):
        rendered({"answer": "4", "prompt": []}, CHATML)


def test_templates_come_from_jinja_files_and_from_the_files_of_tokenizers(tmp_path: Path) -> None:
    config = {
        "bos_token": {"content": "<s>"},
        "eos_token": "</s>",
        "pad_token": None,
        "extra_special_tokens": {"image_token": "<i>"},
    }
    tokens = {"bos_token": "<s>", "eos_token": "</s>", "image_token": "<i>"}
    (tmp_path / "alone.jinja").write_text("one")
    assert load_template(str(tmp_path / "alone.jinja")) == Template(str(tmp_path / "alone.jinja"), "one")
    place = tmp_path / "tokenizer_config.json"
    place.write_text(json.dumps({**config, "chat_template": "two"}))
    assert load_template(str(place)) == Template(str(place), "two", tokens=tokens)
    assert load_template(str(tmp_path)) == Template(str(tmp_path), "two", tokens=tokens)
    several = [{"name": "default", "template": "two"}, {"name": "tool_use", "template": "three"}]
    place.write_text(json.dumps({**config, "chat_template": several}))
    assert load_template(str(place)) == Template(str(place), "two", "three", tokens)
    place.write_text(json.dumps(config))
    (tmp_path / "chat_template.jinja").write_text("{{ bos_token }}four")
    for name in (place, tmp_path, tmp_path / "chat_template.jinja"):
        found = load_template(str(name))
        assert (found.text, found.tokens) == ("{{ bos_token }}four", tokens)
        assert texts({"messages": [user("Hi")]}, found) == {"text": "<s>four"}


def test_rows_with_tools_take_the_template_for_these() -> None:
    two = Template("two", "plain", "with tools")
    assert texts({"messages": [user("Hi")], "tools": "[]"}, two) == {"text": "plain"}
    assert texts({"messages": [user("Hi")], "tools": f"[{WEATHER}]"}, two) == {"text": "with tools"}


@pytest.mark.parametrize(
    ("name", "held", "told"),
    [
        ("chatlm", None, "no template .*chatlm.*Did you mean chatml"),
        ("tokenizer_config.json", "{", "is no JSON"),
        ("tokenizer_config.json", "[]", "holds no JSON object"),
        ("tokenizer_config.json", "{}", "has no chat template"),
        ("tokenizer_config.json", '{"chat_template": [{"name": "rag", "template": ""}]}', "neither a text nor a list"),
        ("broken.jinja", b"\xff", "cannot be read as a template"),
    ],
)
def test_what_is_no_template_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, held: str | bytes | None, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if held is not None:
        (tmp_path / name).write_bytes(held if isinstance(held, bytes) else held.encode())
    with pytest.raises(InputError, match=told):
        load_template(name)


def test_without_jinja_or_with_an_old_one_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jinja2.__version__", "3.1.5")
    with pytest.raises(InputError, match=r"Jinja is 3\.1\.5 here.*pip install 'jinja2>=3\.1\.6'"):
        rendered({"messages": [user("Hi")]}, by("by an old one"))
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(InputError, match=r"pip install 'licet\[templates\]'"):
        rendered({"messages": [user("Hi")]}, by("by none"))
