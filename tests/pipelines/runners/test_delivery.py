"""Nothing about how bundles are delivered changes a version: not twice, not at once, not half, not in what order."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fasttext
import pytest
from delivery import (
    Delivery,
    Zombies,
    at_once,
    delivered,
    failing_once,
    plainly,
    unheard_before,
)
from fsspec.core import url_to_fs
from runs import contents, corpus, run, write_files, write_run
from stories import changed, story, text
from tiny import WORDS

from licet.pipelines.run import run_recipe
from licet.pipelines.verify import verify
from licet.pipelines.versions.requests import request_of
from licet.pipelines.versions.retract import plan_retraction, retract
from licet.schemas.recipe import load_recipe

Settings = dict[str, Any]
QUESTION = text(story(900, 40))
THREADS = ("--direct_running_mode=multi_threading",)
DELIVERIES: dict[str, Callable[[], Delivery]] = {
    "a worker dies unheard": lambda: Delivery(unheard_before),
    "a worker given up goes on": lambda: Delivery(Zombies()),
    "two workers at once": lambda: Delivery(at_once),
    "a bundle fails once": lambda: Delivery(failing_once),
    "one element a bundle, in another order": lambda: Delivery(plainly, seed=1),
    "in another order still, each fails once": lambda: Delivery(failing_once, seed=2),
    "in another order still, two at once": lambda: Delivery(at_once, seed=3),
}


def trained(folder: Path) -> None:
    """Train a model that takes texts for good that have a word often."""
    lines = [f"__label__{'good' if word[0] == 'r' else 'bad'} {word}{n}" for word in WORDS for n in range(997)]
    (folder / "lines.txt").write_text("\n".join(lines) + "\n")
    model = fasttext.train_supervised(
        str(folder / "lines.txt"), dim=4, epoch=3, thread=1, minn=3, maxn=5, bucket=5000, verbose=0
    )
    model.save_model(str(folder / "model.bin"))


def some_documents(folder: Path) -> Settings:
    """Documents for a recipe that uses all that decides among rows."""
    rows = corpus()
    earlier = [{"id": f"old-{i}", "text": text(story(i))} for i in range(6)]
    rows += [{"id": f"again-{i}", "text": text(changed(story(i), i % 2, i))} for i in range(6)]
    rows += [{"id": f"mail-{i}", "text": text(story(50 + i // 2)) + f" write to a{i}@corp.org"} for i in range(6)]
    rows += [{"id": f"quiz-{i}", "text": text(story(60 + i)) + " " + QUESTION} for i in range(3)]
    write_files(folder, rows)
    write_files(folder / "first", earlier, files=1)
    first = run(folder / "first", name="first", shards={})
    retract(plan_retraction(first.folder, [request_of("id", "parts/old-5")], "7", "1.0.1"), str(folder / "taken"))
    (folder / "evals").mkdir()
    (folder / "evals/quiz.jsonl").write_text(json.dumps({"question": QUESTION}) + "\n")
    trained(folder)
    return {
        "dedup": {"shingles": "characters", "against": ["first/out"]},
        "mask": {"kinds": ["email", "phone"]},
        "decontaminate": {"against": [{"name": "quiz", "paths": "evals/quiz.jsonl", "fields": ["question"]}]},
        "quality": {"models": [{"name": "r", "path": "model.bin", "label": "good"}], "min_score": 0.003},
        "heuristics": {"profile": "none", "set": {"min_words": 3}, "keep_values": True},
        "retractions": ["taken"],
    }


def some_conversations(folder: Path) -> Settings:
    """Conversations, some of them alike and some the same."""
    rows = []
    for i in range(30):
        asked, said = story(100 + i // 3), changed(story(200 + i // 3), i % 6 // 5, i)
        told = [{"role": "user", "content": text(asked)}, {"role": "assistant", "content": text(said)}]
        rows.append({"id": f"talk-{i}", "messages": told})
    write_files(folder, rows)
    return {"kind": "posttrain", "sources": [{"name": "parts", "type": "chat", "paths": "data"}]}


INPUTS = {"documents": some_documents, "conversations": some_conversations}


@pytest.fixture(scope="module", params=list(INPUTS))
def inputs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Settings, Path]:
    """A folder with inputs, a recipe for them, and the version that a plain run makes."""
    folder = tmp_path_factory.mktemp(request.param)
    settings = INPUTS[request.param](folder)
    made = run(folder, output="plain", **settings)
    assert verify(made.folder, against=[str(folder / "first/out")] if "mask" in settings else []) == []
    return folder, settings, Path(made.folder)


def test_the_inputs_have_what_deliveries_could_disagree_on(inputs: tuple[Path, Settings, Path]) -> None:
    _, settings, plain = inputs
    manifest = json.loads((plain / "provenance/manifest.json").read_bytes())
    refused = {f"{stage['name']}.{told['reason']}" for stage in manifest["stages"] for told in stage["refused"]}
    expected = {"dedup.exact_duplicate", "dedup.near_duplicate"}
    if "mask" in settings:
        expected |= {
            "decontaminate.contaminated",
            "dedup.already_published_exact",
            "dedup.already_published",
            "quality.low_quality",
            "retractions.retracted",
        }
    assert refused == expected
    assert len(list(plain.glob("data/*/*.parquet"))) > 2


@pytest.mark.parametrize("name", list(DELIVERIES))
def test_a_version_is_the_same_to_the_byte_however_bundles_are_delivered(
    inputs: tuple[Path, Settings, Path], name: str
) -> None:
    folder, settings, plain = inputs
    delivery = DELIVERIES[name]()
    with delivered(delivery):
        made = run(folder, *(THREADS if delivery.deliver is at_once else ()), output=name, **settings)
    assert contents(made.folder) == contents(plain)


@pytest.mark.parametrize("name", ["a worker given up goes on", "two workers at once"])
def test_nor_does_it_matter_in_what_store_it_is_made(tmp_path: Path, name: str) -> None:
    write_files(tmp_path, corpus())
    plain = run(tmp_path, output="plain")
    recipe = load_recipe(write_run(tmp_path)).model_copy(update={"output": f"memory://{tmp_path.name}/out"})
    delivery = DELIVERIES[name]()
    with delivered(delivery):
        threads = THREADS if delivery.deliver is at_once else ()
        made = run_recipe(recipe, tmp_path, workers=1, passed_on=threads, quiet=True)
    fs, folder = url_to_fs(made.folder)
    stored = {path[len(folder) + 1 :]: hashlib.sha256(fs.cat_file(path)).hexdigest() for path in fs.find(folder)}
    assert stored == contents(plain.folder)
