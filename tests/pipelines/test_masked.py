"""Runs that mask: what becomes of rows, counts, questions, retractions, and of lies about it."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from runs import run, write_files
from tiny import document
from typer.testing import CliRunner
from versions import change_manifest, change_rows, manifest_of

from licet.pipelines.cli import app
from licet.pipelines.verify import verify

PAGE = Path(__file__).resolve().parents[2] / "docs" / "mask.md"
KINDS = ["email", "phone"]
SHARD = "data/default/train-00000-of-00001.parquet"


def corpus() -> list[dict[str, str]]:
    """Rows with an address each but for the last, one with two and a number; the first two differ in theirs only."""
    texts = [document(0) + " Write to jane@corp.org", document(0) + " Write to joe@corp.org"]
    texts += [document(i) + f" Mail a{i}@corp.org" for i in range(1, 5)]
    texts += [document(6) + " x1@corp.org x2@corp.org 415-555-2671", document(7)]
    return [{"id": f"row-{i}", "text": text} for i, text in enumerate(texts)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("masked")
    write_files(folder, corpus(), files=2)
    run(folder, mask={"kinds": KINDS}, shards={})
    return folder


def published(version: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(version / SHARD).to_pylist()
    return found


def test_rows_are_masked_counted_and_compared_as_they_are_published(made: Path) -> None:
    rows = published(made / "out")
    assert [(row["id"], row["masked"]) for row in rows] == [
        ("parts/row-0", {"email": 1, "phone": 0}),
        *((f"parts/row-{i}", {"email": 1, "phone": 0}) for i in range(2, 6)),
        ("parts/row-6", {"email": 2, "phone": 1}),
        ("parts/row-7", {"email": 0, "phone": 0}),
    ]
    assert rows[-2]["text"] == document(6) + " <EMAIL> <EMAIL> <PHONE>"
    manifest = manifest_of(made / "out")
    assert manifest.masked is not None
    assert manifest.masked.model_dump() == {"rows": 6, "kinds": {"email": 7, "phone": 1}}
    (exact,) = (refused for stage in manifest.stages for refused in stage.refused)
    assert (exact.reason, exact.rows) == ("exact_duplicate", 1)
    assert verify(str(made / "out")) == []


def test_a_run_that_masks_nothing_has_no_trace_of_it(tmp_path: Path) -> None:
    write_files(tmp_path, corpus(), files=2)
    outcome = run(tmp_path, shards={})
    assert "masked" not in outcome.manifest.model_dump(mode="json")
    assert "masked" not in published(tmp_path / "out")[0]
    assert verify(outcome.folder) == []


def test_a_version_that_came_out_empty_holds_too(tmp_path: Path) -> None:
    write_files(tmp_path, corpus(), files=1)
    heuristics = {"profile": "none", "set": {"min_words": 1_000_000}}
    run(tmp_path, mask={"kinds": KINDS}, heuristics=heuristics, allow_empty=True)
    assert (published(tmp_path / "out"), verify(str(tmp_path / "out"))) == ([], [])


def test_what_is_masked_has_its_own_staging_and_a_rerun_finds_it(made: Path) -> None:
    again = run(made, mask={"kinds": KINDS}, shards={})
    assert (again.splits - again.splits_reused, again.digest) == (0, manifest_of(made / "out").digest)
    other = run(made, mask={"kinds": ["phone"]}, shards={}, output="other", work=str(made / "out.work"))
    assert other.splits_reused == 0


def test_card_and_report_tell_of_it(made: Path) -> None:
    card = (made / "out" / "README.md").read_text()
    assert "**Masked.** In 6 rows the text was changed: e-mail addresses 7, telephone numbers 1" in card
    assert "name: masked" in card
    assert "rows masked" in (made / "out" / "report.html").read_text()


def test_a_text_as_its_author_has_it_is_found(made: Path, tmp_path: Path) -> None:
    asked = tmp_path / "asked.txt"
    asked.write_text(corpus()[6]["text"])
    told = CliRunner().invoke(app, ["contains", str(made / "out"), "--text", str(asked)])
    assert "masked as the version's own: 1 row in the data" in told.output
    assert "parts/row-6 under MIT, 1.000 alike" in told.output


def test_what_was_retracted_from_a_masked_version_stays_out_of_the_next(made: Path, tmp_path: Path) -> None:
    asked = tmp_path / "asked.txt"
    asked.write_text(corpus()[6]["text"])
    new = tmp_path / "new"
    command = ["retract", str(made / "out"), "--text", str(asked), "--reference", "t", "--output", str(new)]
    told = CliRunner().invoke(app, [*command, "--version", "1.0.1"])
    assert told.exit_code == 0, told.output
    assert verify(str(new)) == []
    left = manifest_of(new)
    assert left.masked is not None
    assert left.masked.model_dump() == {"rows": 5, "kinds": {"email": 5, "phone": 0}}
    next_one = run(made, mask={"kinds": KINDS}, shards={}, output="next", retractions=[str(new)])
    refused = {stage.name: [r.rows for r in stage.refused] for stage in next_one.manifest.stages if stage.refused}
    assert refused == {"retractions": [1], "dedup": [1]}
    assert verify(next_one.folder) == []


def unmask(rows: list[dict[str, Any]]) -> None:
    rows[0]["text"] = rows[0]["text"].replace("<EMAIL>", "jane@corp.org")


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (lambda v: change_rows(v, SHARD, unmask), "in which the rules mask more than was"),
        (lambda v: change_rows(v, SHARD, lambda rows: rows[0].update(masked=None)), "without a count"),
        (
            lambda v: change_rows(v, SHARD, lambda rows: rows[0]["masked"].update(email=5)),
            "What was masked in all rows",
        ),
        (lambda v: change_manifest(v, lambda told: told["masked"].update(rows=1)), "What was masked in all rows"),
    ],
)
def test_lies_about_it_are_found(made: Path, tmp_path: Path, lie: Any, words: str) -> None:
    run(made, mask={"kinds": KINDS}, shards={}, output=str(tmp_path / "version"), work=str(tmp_path / "work"))
    lie(tmp_path / "version")
    assert [f.check for f in verify(str(tmp_path / "version")) if words in f.message] == ["masked"]


def test_conversations_are_masked_in_every_column_and_hold(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"to": "jane@corp.org"}'}}
    talk = {
        "id": "one",
        "messages": [
            {"role": "user", "content": "Mail jane@corp.org"},
            {"role": "assistant", "content": "Done, I have written to her about it.", "tool_calls": [call]},
        ],
        "license": "MIT",
    }
    (tmp_path / "data" / "a.jsonl").write_text(json.dumps(talk))
    licence = {"expression": "MIT", "evidence": "https://example.org/"}
    source = {"name": "chats", "type": "chat", "paths": "data/*.jsonl", "license": licence}
    outcome = run(tmp_path, kind="posttrain", sources=[source], mask={"kinds": KINDS})
    (row,) = pq.read_table(Path(outcome.folder) / "data/sft/train-00000-of-00001.parquet").to_pylist()
    assert row["messages"][0]["content"] == "Mail <EMAIL>"
    assert row["messages"][1]["tool_calls"][0]["function"]["arguments"] == '{"to": "<EMAIL>"}'
    assert row["masked"] == {"email": 2, "phone": 0}
    assert verify(outcome.folder) == []


def test_the_commands_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, corpus())
    page = PAGE.read_text(encoding="utf-8")
    (mask,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    source = "{name: parts, type: jsonl, paths: data/*.jsonl, id_field: id}"
    recipe = f"name: my-corpus\nkind: pretrain\nsources: [{source}]\nheuristics: {{profile: none}}\n{mask}"
    (tmp_path / "recipe.yaml").write_text(recipe)
    (tmp_path / "letter.txt").write_text(corpus()[6]["text"])
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"(?m)^    (licet .+)$", page)
    assert [command.split()[1] for command in commands] == ["run", "verify", "contains"]
    for command in commands:
        told = CliRunner().invoke(app, shlex.split(command)[1:])
        assert told.exit_code == 0, f"{command}: {told.output}{told.exception}"
