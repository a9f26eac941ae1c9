"""The configs of a version in the hands of Axolotl, which `make axolotl` installs apart, by the YAML of the page."""

import gzip
import json
import math
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from helpers import SHARED
from shapes import HERMES, Row
from talks import WEATHER, assistant, call, system, tool, user
from tiny import MIT

from licet.pipelines.row.render import rendered
from licet.pipelines.row.templates import Template
from licet.pipelines.run import run_recipe
from licet.schemas.recipe import load_recipe

ROOT = Path(__file__).resolve().parents[2]
APART = ROOT / "build" / "axolotl"
pytestmark = pytest.mark.skipif(not (APART / "ready").exists(), reason="`make axolotl` has not installed Axolotl")

PAGE = (ROOT / "docs" / "posttrain.md").read_text(encoding="utf-8")
SFT, PREFERENCE, UNPAIRED, RL = re.findall(r"```yaml\n((?:rl|datasets|trl):.*?)```", PAGE, re.DOTALL)
(REWARDS,) = re.findall(r"```python\n(# rewards.py.*?)```", PAGE, re.DOTALL)
TRAINING = """base_model: my-model
sequence_len: 8192
micro_batch_size: 2
gradient_accumulation_steps: 1
num_epochs: 1
learning_rate: 0.00001
"""
CONFIGS = {
    "sft": SFT,
    "split": SFT.replace("type: ", "split_thinking: true, type: "),
    "dpo": PREFERENCE,
    "kto": UNPAIRED,
    "pairs": UNPAIRED.replace("data/unpaired", "data/preference"),
    "strategy": PREFERENCE.replace("name: ", "type: chat_template.default, field_messages: prompt, name: "),
    "grpo": RL,
}
QUIET = {"AXOLOTL_DO_NOT_TRACK": "1", "AXOLOTL_LOG_LEVEL": "ERROR", "AXOLOTL_DATASET_NUM_PROC": "0"}
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}

OSLO = call("get_weather", '{"city": "Oslo, Æ", "days": 2}', "c1")
TOOLS = {"tools": f"[{WEATHER}]"}
ASKED = user("Is it cold?")
MADE: dict[str, list[Row]] = {
    "talks": [
        {"messages": [system("Be short."), user("Hi"), assistant("Hello."), user("Sure?"), assistant("Yes, é.")]},
        {"messages": [ASKED, assistant("It is, -3 °C.", reasoning="Winter.\n\nNorth.")]},
    ],
    "calls": [
        {"messages": [ASKED, assistant(None, OSLO), tool("-3", "c1"), assistant("It is.")], **TOOLS},
        {"messages": [ASKED, assistant("I look.", OSLO), tool("-3", "c1"), assistant("Yes.")], **TOOLS},
    ],
    "hermes": [{"conversations": HERMES["conversations"]}],
    "short": [{"prompt": "u", "chosen": "a", "rejected": "b"}],
    "thoughts": [
        {"prompt": [ASKED], "chosen": [assistant("Yes.", reasoning="Winter.")], "rejected": [assistant("No")]}
    ],
    "asks": [{"prompt": [ASKED], "chosen": [assistant(None, OSLO)], "rejected": [assistant("No")], **TOOLS}],
    "looks": [
        {
            "prompt": [system("Look."), ASKED],
            "chosen": [assistant(None, OSLO), tool("-3", "c1"), assistant("It is.")],
            "rejected": [assistant("No")],
            **TOOLS,
        }
    ],
    "judged": [
        {"prompt": [ASKED], "completion": [assistant("Yes.", reasoning="Winter.")], "label": True},
        {"prompt": [ASKED], "completion": [assistant(None, OSLO)], "label": False, **TOOLS},
    ],
    "checked": [{"messages": [user("2 + 2?")], "ground_truth": "4", "dataset": "sums"}],
}
REAL: dict[str, tuple[str, Row]] = {
    "gsm8k": ("gsm8k/train.jsonl", {"shape": "qa"}),
    "sums": ("gsm8k/test.jsonl", {"shape": "rl"}),
    "hh-rlhf": ("hh-rlhf/harmless-base-test.jsonl.gz", {"shape": "preference"}),
    "sharegpt": ("sharegpt/dummy_conversation.json", {"shape": "sharegpt"}),
}


def real_rows(path: Path, wanted: int) -> list[Row]:
    """The first rows of a real file."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    rows: list[Row] = json.loads(text) if path.suffix == ".json" else [json.loads(line) for line in text.splitlines()]
    return rows[:wanted]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a version of made and real rows as `out/my-talks`, and what Axolotl saw of it as `seen.json`."""
    folder = tmp_path_factory.mktemp("axolotl")
    (folder / "LICENSE").write_text(MIT)
    real = {name: real_rows(SHARED / "posttrain" / path, 8) for name, (path, _) in REAL.items() if SHARED.is_dir()}
    sources = []
    for name, rows in (MADE | real).items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        told = {"name": name, "type": "chat", "paths": f"{name}.jsonl"}
        by = {"name": "human", "evidence": "https://example.org"}
        sources.append(told | {"generator": by} | (REAL[name][1] if name in REAL else {}))
    recipe = {"name": "my-talks", "kind": "posttrain", "sources": sources, "heuristics": {"profile": "none"}}
    recipe |= {"dedup": {"enabled": False}, "output": str(folder / "out" / "my-talks")}
    (folder / "recipe.yaml").write_text(json.dumps(recipe))
    run_recipe(load_recipe(folder / "recipe.yaml"), folder, quiet=True)
    (folder / "train").mkdir()
    for name, lines in CONFIGS.items():
        (folder / "train" / f"{name}.yaml").write_text(TRAINING + lines)
    (folder / "rewards.py").write_text(REWARDS)
    kept_apart = {"PYTHONPATH": str(folder), "HF_HOME": str(folder / "cache"), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [str(APART / "bin" / "python"), str(ROOT / "tests" / "axolotl_oracle.py")],
        cwd=folder,
        env={**os.environ, **QUIET, **OFFLINE, **kept_apart},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


@pytest.fixture(scope="module")
def seen(folder: Path) -> dict[str, Any]:
    """What Axolotl made of the version, by the name of the YAML file."""
    found: dict[str, Any] = json.loads((folder / "seen.json").read_text())
    return found


def rows_of(folder: Path, config: str) -> list[Row]:
    """The rows of a config as they are published."""
    found: list[Row] = pq.read_table(folder / "out" / "my-talks" / "data" / config).to_pylist()
    return found


def texts_of(row: Row, seen: dict[str, Any]) -> dict[str, str]:
    """What `licet show --template` shows of a row."""
    return {name: shown.text for name, shown in rendered(row, Template("qwen3", seen["template"])).items()}


def learnt(message: Row) -> str:
    """What is to be learnt of a turn of the assistant: all of it but for the tag that Qwen3 begins each answer with."""
    thought = f"{message['reasoning_content']}\n</think>\n\n" if message["reasoning_content"] else ""
    made = [of["function"] for of in message["tool_calls"] or ()]
    calls = [f'<tool_call>\n{{"name": "{of["name"]}", "arguments": {of["arguments"]}}}\n</tool_call>' for of in made]
    return thought + "\n".join([*filter(None, [message["content"]]), *calls]) + "<|im_end|>"


def test_the_version_has_made_and_real_rows_of_each_kind(folder: Path) -> None:
    configs = ("sft", "preference", "unpaired", "rl")
    sources = {config: {row["source"] for row in rows_of(folder, config)} for config in configs}
    real: dict[str, set[str]] = {"sft": {"gsm8k", "sharegpt"}, "preference": {"hh-rlhf"}, "rl": {"sums"}}
    assert sources == {
        "sft": {"talks", "calls", "hermes"} | (real["sft"] if SHARED.is_dir() else set()),
        "preference": {"short", "thoughts", "asks", "looks"} | (real["preference"] if SHARED.is_dir() else set()),
        "unpaired": {"judged"},
        "rl": {"checked"} | (real["rl"] if SHARED.is_dir() else set()),
    }


def test_conversations_are_learnt_turn_by_turn_and_the_rest_is_masked(folder: Path, seen: dict[str, Any]) -> None:
    expected = [
        [texts_of(row, seen)["text"], [learnt(said) for said in row["messages"] if said["role"] == "assistant"]]
        for row in rows_of(folder, "sft")
    ]
    assert sorted(seen["sft"]) == sorted(expected)


def test_preferences_reach_the_trainer_with_tools_reasoning_and_all_their_messages(
    folder: Path, seen: dict[str, Any]
) -> None:
    expected = [texts_of(row, seen) | {"label": None} for row in rows_of(folder, "preference")]
    assert sorted(seen["dpo"]["rows"], key=str) == sorted(expected, key=str)
    assert math.isfinite(seen["dpo"]["loss"])


def test_labelled_answers_reach_the_trainer_with_tools_and_reasoning(folder: Path, seen: dict[str, Any]) -> None:
    expected = [texts_of(row, seen) | {"label": row["label"]} for row in rows_of(folder, "unpaired")]
    assert sorted(seen["kto"]["rows"], key=str) == sorted(expected, key=str)
    assert math.isfinite(seen["kto"]["loss"])


def test_each_side_of_a_preference_can_be_a_labelled_answer(folder: Path, seen: dict[str, Any]) -> None:
    shown = [texts_of(row, seen) for row in rows_of(folder, "preference")]
    expected = [
        {"prompt": texts["prompt"], "completion": texts[side], "label": side == "chosen"}
        for texts in shown
        for side in ("chosen", "rejected")
    ]
    assert sorted(seen["pairs"]["rows"], key=str) == sorted(expected, key=str)
    assert math.isfinite(seen["pairs"]["loss"])


def test_a_reward_function_is_asked_about_each_prompt_with_its_answer_and_checker(
    folder: Path, seen: dict[str, Any]
) -> None:
    asked = [dict(zip(of, row, strict=True)) for of in seen["grpo"]["asked"] for row in zip(*of.values(), strict=True)]
    expected = [
        {"prompts": row["prompt"], "answer": row["answer"], "checker": row["checker"], "source": row["source"]}
        for row in rows_of(folder, "rl")
        for _generated in range(2)
    ]
    assert sorted(asked, key=str) == sorted(expected, key=str)
    assert math.isfinite(seen["grpo"]["loss"])


def test_what_the_page_says_to_leave_out_does_harm(seen: dict[str, Any]) -> None:
    assert seen["split"] == "KeyError: 'content'"
    made = {name: told for name, told in seen["strategy"].items() if name in MADE}
    asked = "<|im_end|>\n<|im_start|>assistant\n"
    question = f"<|im_start|>user\nIs it cold?{asked}"
    assert made == {
        "short": {
            "prompt": f"<|im_start|>user\nu{asked}",
            "chosen": f"art|>user\n[[dummy_message]]{asked}<think>\n\n</think>\n\na<|im_end|>",
            "rejected": "b<|im_end|>",
        },
        "thoughts": {"prompt": question, "chosen": "Yes.<|im_end|>", "rejected": "No<|im_end|>"},
        "asks": "TypeError: must be str, not NoneType",
        "looks": {
            "prompt": f"<|im_start|>system\nLook.<|im_end|>\n{question}",
            "chosen": "It is.<|im_end|>",
            "rejected": "No<|im_end|>",
        },
    }
