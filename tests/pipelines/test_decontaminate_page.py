"""The commands and queries of docs/decontaminate.md do what the page says."""

import json
import re
import shlex
from pathlib import Path

import duckdb
import pytest
import yaml
from runs import write_files
from stories import story, text
from typer.testing import CliRunner

from licet.pipelines.cli import app

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "decontaminate.md").read_text(encoding="utf-8")
QUESTION = text(story(7, 40))


def test_the_page_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text(story(0)), f"{text(story(1))} {QUESTION}", f"{text(story(2))} {QUESTION[:80]}"]
    write_files(tmp_path, [{"id": f"row-{i}", "text": each} for i, each in enumerate(texts)])
    (tmp_path / "evals").mkdir()
    (tmp_path / "evals/quiz.jsonl").write_text(json.dumps({"question": QUESTION, "answer": "Yes."}))
    source = {"name": "parts", "type": "jsonl", "paths": "data", "id_field": "id"}
    (settings,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    made_up = {"heuristics": {"profile": "none"}}
    recipe = {"name": "my-corpus", "kind": "pretrain", "sources": [source], **made_up, **yaml.safe_load(settings)}
    (tmp_path / "recipe.yaml").write_text(yaml.safe_dump(recipe))
    monkeypatch.chdir(tmp_path)
    told = ""
    commands = re.findall(r"(?m)^    (licet .+)$", PAGE)
    assert [command.split()[1] for command in commands] == ["run", "verify", "why-not"]
    for command in commands:
        result = CliRunner().invoke(app, shlex.split(command)[1:])
        told = result.output
        assert result.exit_code == 0, f"{command}: {told}{result.exception}"
    assert "quiz.jsonl#0, question: words 1-40 of it" in " ".join(told.split())
    (queries,) = re.findall(r"```sql\n(.*?)```", PAGE, flags=re.DOTALL)
    items, words = [duckdb.execute(query).fetchall() for query in queries.split(";") if query.strip()]
    assert items == [("quiz", "quiz.jsonl#0", "question", 2, 1.0)]
    ((row_id, _, share, found),) = words
    assert (row_id, found.startswith(QUESTION[:60]), 0.25 <= share < 0.5) == ("parts/row-2", True, True)
