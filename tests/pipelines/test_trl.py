"""The configs of a version in the hands of TRL, which `make trl` installs apart."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from shapes import HERMES, Row
from tiny import MIT

from licet.pipelines.run import run_recipe
from licet.schemas.recipe import load_recipe

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "build" / "trl" / "bin" / "python"
pytestmark = pytest.mark.skipif(not (PYTHON.parents[1] / "ready").exists(), reason="`make trl` has not installed TRL")

ASKED: Row = {"role": "user", "content": "2 + 2?"}
ANSWER: Row = {"role": "assistant", "content": "5"}
TALK = "\n\nHuman: x\n\nAssistant: "
ROWS: dict[str, list[Row]] = {
    "chats": [{"conversations": HERMES["conversations"]}],
    "thoughts": [
        {"messages": [ASKED, {"role": "assistant", "content": "<think>sum</think>4"}]},
        {"messages": [ASKED, {"role": "assistant", "content": "It is four."}]},
    ],
    "pairs": [{"prompt": "u", "chosen": "a", "rejected": "b"}, {"chosen": f"{TALK}a", "rejected": f"{TALK}b"}],
    "judged": [
        {"prompt": "u", "completion": "a", "label": True},
        {"prompt": [ASKED], "completion": [ANSWER], "label": False},
    ],
    "checked": [{"messages": [ASKED], "ground_truth": "4", "dataset": "gsm8k"}],
}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """What TRL sees of each config, row by row."""
    folder = tmp_path_factory.mktemp("trl")
    (folder / "LICENSE").write_text(MIT)
    by = {"name": "human", "evidence": "https://example.org"}
    sources = []
    for name, rows in ROWS.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        sources.append({"name": name, "type": "chat", "paths": f"{name}.jsonl", "generator": by})
    recipe = {"name": "chats", "kind": "posttrain", "sources": sources, "heuristics": {"profile": "none"}}
    recipe |= {"dedup": {"enabled": False}, "output": str(folder / "out")}
    (folder / "recipe.yaml").write_text(json.dumps(recipe))
    run_recipe(load_recipe(folder / "recipe.yaml"), folder, quiet=True)
    command = [str(PYTHON), str(ROOT / "tests" / "trl_oracle.py"), str(folder / "out"), str(folder / "cache")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)
    return found


def test_every_config_is_of_a_type_that_trl_knows(seen: dict[str, list[dict[str, Any]]]) -> None:
    keys = {config: {tuple(row["keys"]) for row in rows} for config, rows in seen.items()}
    assert keys == {
        "sft": {("messages",)},
        "preference": {("chosen", "prompt", "rejected")},
        "unpaired": {("completion", "label", "prompt")},
        "rl": {("prompt",)},
    }


def test_every_row_is_conversational_and_its_prompt_explicit(seen: dict[str, list[dict[str, Any]]]) -> None:
    rows = [row for config in seen.values() for row in config]
    assert all(row["same_prompt"] for row in rows)
    assert all(row["conversational"] == [key for key in row["keys"] if key != "label"] for row in rows)


def test_templates_find_tools_calls_and_reasoning(seen: dict[str, list[dict[str, Any]]]) -> None:
    tools, thought, plain = (row["rendered"]["text"] for row in seen["sft"])
    assert '"name": "get_rate", "description": "é"' in tools
    assert '<tool_call>\n{"name": "get_rate", "arguments": {"of": "EUR", "to": "é"}}\n</tool_call>' in tools
    assert "<tool_response>" in tools
    assert "<think>\nsum\n</think>\n\n4" in thought
    assert "It is four." in plain
    assert [row["rendered"]["chosen"].split("<|im_end|>")[0][-1] for row in seen["preference"]] == ["a", "a"]
    assert [row["rendered"]["completion"].split("<|im_end|>")[0][-1] for row in seen["unpaired"]] == ["a", "5"]
    assert [row["rendered"]["label"] for row in seen["unpaired"]] == [True, False]
    assert seen["rl"][0]["rendered"]["prompt"].endswith("<|im_start|>assistant\n")
