"""Rows by the templates of fifty families of models, beside what transformers and TRL make of them: `make trl`."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from talks import WEATHER, Row, assistant, call, system, tool, user

from licet.pipelines.row.render import rendered
from licet.pipelines.row.templates import CHATML, Template
from licet.schemas.errors import InputError

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / "build" / "trl" / "bin" / "python"
pytestmark = pytest.mark.skipif(
    not (PYTHON.parents[1] / "ready").exists(), reason="`make trl` has not installed TRL and transformers"
)
TOKENS = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
OSLO = call("get_weather", '{"city": "Oslo, Æ", "days": 2}', "call00001")
ROWS: list[Row] = [
    {"messages": [user("What is 2 + 2?"), assistant("It is 4.", reasoning="Two and two.")], "tools": None},
    {"messages": [system("Be short. "), user(" Hi\n"), assistant(" Hello "), user("Bye"), assistant("Bye!")]},
    {
        "messages": [user("Weather?"), assistant(None, OSLO), tool("5 °C", "call00001"), assistant("It is 5 °C.")],
        "tools": f"[{WEATHER}]",
    },
    {"messages": [user("Weather?"), assistant("I look.", OSLO)], "tools": f"[{WEATHER}]"},
    {"prompt": [user("Yes?")], "chosen": [assistant("Yes.")], "rejected": [assistant("No.")]},
    {"prompt": [system("Count."), user("One?")], "answer": "2", "checker": "math"},
    {"prompt": [user("Count."), assistant("One, ")], "chosen": [assistant("two")], "rejected": [assistant("three")]},
    {"messages": [user("A"), user("B"), assistant("C")]},
]


def as_trainers_have_it(row: Row) -> Row:
    """A row with its tools as a list and its arguments as objects."""
    told: Row = json.loads(json.dumps({name: row[name] for name in row if name not in ("answer", "checker")}))
    for part in ("messages", "prompt", "chosen", "rejected"):
        for message in told.get(part, ()):
            for made in message["tool_calls"] or ():
                made["function"]["arguments"] = json.loads(made["function"]["arguments"])
    return {**told, "tools": json.loads(row["tools"]) if row.get("tools") else None}


@pytest.fixture(scope="module", params=[{}, {"chatml": CHATML}], ids=["theirs", "ours"])
def oracle(request: pytest.FixtureRequest) -> Any:
    asked = {"rows": [as_trainers_have_it(row) for row in ROWS], "templates": request.param}
    done = subprocess.run(
        [str(PYTHON), "tests/template_oracle.py"],
        input=json.dumps(asked),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def ours(row: Row, template: Template) -> Any:
    try:
        texts = rendered(row, template)
    except InputError as error:
        return {"error": str(error)}
    return {name: text.text for name, text in texts.items()}


def test_each_text_is_that_of_trl_to_the_letter(oracle: Any) -> None:
    differing, taken = [], 0
    for name, text in oracle["templates"].items():
        for row, theirs in zip(ROWS, oracle["found"][name], strict=True):
            found = ours(row, Template(name, text, tokens=TOKENS))
            if ("error" in found) != ("error" in theirs) or ("texts" in theirs and found != theirs["texts"]):
                differing.append((name, ROWS.index(row), found, theirs))
            taken += "texts" in theirs
    assert differing == []
    assert taken >= (len(ROWS) if "chatml" in oracle["templates"] else 5 * len(oracle["templates"]))


def test_so_is_what_a_trainer_learns_from(oracle: Any) -> None:
    marked = 0
    for name, text in oracle["templates"].items():
        for row, theirs in zip(ROWS[:4], oracle["found"][name][:4], strict=True):
            if "texts" in theirs:
                found = rendered(row, Template(name, text, tokens=TOKENS))["text"].learnt
                assert [list(span) for span in found] == theirs["learnt"], name
                marked += bool(found)
    assert marked
