"""The page on post-training data: its recipe makes a version, and its commands show what the page says."""

import json
import re
import shlex
from pathlib import Path

import pytest
from called import called
from talked import CALL, TALKS
from tiny import document

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "posttrain.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"(?m)^    (licet .+)$", PAGE)
RECIPE = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0]
TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m.content }}{{ m.tool_calls | length }}\n{% endfor %}"
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each command of the page prints, in the order of the page."""
    folder = tmp_path_factory.mktemp("page")
    chats = [{**TALKS[0], "id": "weather"}, {**TALKS[-1], "id": "unasked"}]
    chats += [{"id": f"{i}", "messages": TALKS[1 + i]["messages"]} for i in range(4)]
    pairs = [
        {
            "id": f"{i}",
            "prompt": [{"role": "user", "content": f"{document(50 + i)}?"}],
            "chosen": [{"role": "assistant", "content": f"{document(60 + i)} Yes, indeed."}],
            "rejected": [{"role": "assistant", "content": f"{document(60 + i)} No, indeed."}],
        }
        for i in range(3)
    ]
    quiz = [{"question": document(90), "answer": document(91)}]
    for name, rows in (("data/chats", chats), ("data/pairs", pairs), ("evals/quiz", quiz)):
        path = folder / f"{name}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "recipe.yaml").write_text(RECIPE)
    model = folder / "my-model"
    model.mkdir()
    (model / "tokenizer_config.json").write_text(json.dumps({"bos_token": "<s>", "chat_template": TEMPLATE}))
    (model / "chat_template.jinja").write_text(TEMPLATE)
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for command in COMMANDS:
            code, out, err = called(*shlex.split(command)[1:])
            assert code == 0, f"{command}: {out}{err}"
            found[command] = out
    return found


def test_every_command_of_the_page_runs_and_shows_what_the_page_says(told: dict[str, str]) -> None:
    assert [command.split()[1] for command in told] == [
        *("plan", "run", "stats", "show", "show", "show", "why-not", "verify"),
        *("show", "show", "show"),
    ]
    out = list(told.values())
    assert "sft: 5 rows\n  turns      1 in 5\n" in out[2]
    assert "Who made the rows\n  made by    human: " in out[2]
    assert out[3].count("What is known of it") == 2
    assert "assistant calls get_weather (call_1)" in out[4]
    assert out[5].startswith("pairs/0 by the template chatml\n\nprompt: ")
    assert "Yes, indeed.<|im_end|>⟧" in out[5]
    assert "conversations: no_user_turn" in out[6]
    assert '<tool_call>\n  {"name": "get_weather", "arguments": ' in out[8]
    assert out[9].count("text: ") == 3
    assert "  <s>user: " in out[9]
    rendered = json.loads(out[10])["rendered"]
    assert {name: text["text"] for name, text in rendered.items()} == {
        "prompt": f"<s>user: {document(50)}?0\n",
        "chosen": f"assistant: {document(60)} Yes, indeed.0\n",
        "rejected": f"assistant: {document(60)} No, indeed.0\n",
    }


def test_the_code_of_the_page_makes_objects_of_arguments() -> None:
    code = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]
    scope: dict[str, object] = {}
    exec(code, scope)
    message = {"role": "assistant", "tool_calls": [json.loads(json.dumps(CALL))]}
    changed = scope["with_objects"](message)  # type: ignore[operator]
    assert changed["tool_calls"][0]["function"]["arguments"] == {"city": "Oslo", "days": 2}
    assert scope["with_objects"]({"tool_calls": None}) == {"tool_calls": None}  # type: ignore[operator]
