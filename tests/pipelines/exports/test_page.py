"""The page on the papers of a version: its commands run, its queries answer, its files are there."""

import json
import re
import shlex
import shutil
from pathlib import Path

import duckdb
import pytest
import yaml
from called import called
from runs import run
from tiny import MIT

from licet.schemas.recipe import About

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "exports.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture
def place(books: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a version of documents, and one of conversations, where the page has them."""
    shutil.copytree(books, tmp_path / "out" / "my-corpus")
    turns = [{"role": "user", "content": "How many moons has Mars?"}, {"role": "assistant", "content": "It has two."}]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "talks.jsonl").write_text(json.dumps({"messages": turns}))
    (tmp_path / "data" / "LICENSE").write_text(MIT)
    talks = [{"name": "talks", "type": "chat", "paths": "data"}]
    run(tmp_path, kind="posttrain", sources=talks, heuristics={"profile": "none"}, output="out/my-chats")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_commands_run_one_after_the_other(place: Path) -> None:
    commands = [line.removeprefix("$ licet ") for block in blocks("console") for line in block.splitlines()]
    assert len(commands) == 7
    for command in commands:
        code, _, err = called(*shlex.split(command))
        assert code == 0, f"{command}: {err}"
    assert (place / "papers-for-counsel" / "provenance" / "NOTICE.md").exists()
    asked, answered = json.loads((place / "chats.jsonl").read_text())["conversations"]
    assert (asked["value"], answered["value"]) == ("How many moons has Mars?", "It has two.")
    assert json.loads((place / "tools.jsonl").read_text())["licet"]["license"] == "MIT"


@pytest.mark.usefixtures("place")
def test_the_queries_answer() -> None:
    (queries,) = blocks("sql")
    licences, of_share_alike = [duckdb.execute(q).fetchall() for q in queries.split(";") if q.strip()]
    assert licences == [("CC-BY-4.0", "attribution", "B", 4, 12), ("MIT", "permissive", "A", 2, 6)]
    assert of_share_alike == []


def test_what_a_recipe_may_say_is_what_the_page_says() -> None:
    (told,) = [yaml.safe_load(block)["about"] for block in blocks("yaml")]
    assert set(About(**told).model_dump(exclude_none=True)) == set(About.model_fields)


def test_the_files_of_the_table_are_there(books: Path) -> None:
    named = {name for row in re.findall(r"(?m)^\| (`.*?) \| ", PAGE) for name in re.findall(r"`([^`]+)`", row)}
    assert len(named) == 7
    there = {path.name for path in (books / "provenance").iterdir()} | {"licenses/", ".json"}
    assert named - there == set()
