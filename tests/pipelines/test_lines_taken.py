"""A run whose profile takes lines from texts: what is published, what is told of it, and what is refused."""

import hashlib
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from runs import run, write_files, write_run

from licet.pipelines.audit.contains import contains_text
from licet.pipelines.audit.version import audited
from licet.pipelines.plan import make_plan
from licet.pipelines.verify import verify
from licet.schemas.errors import InputError, LicetError
from licet.schemas.recipe import load_recipe

LINE = "The river runs to the sea and nobody knows a shorter way. "
KEPT = "\n".join(f"{LINE}{LINE}{number} is one of its many names." for number in ("One", "Two", "Three"))
ROWS = [
    {"id": "kept", "text": f"Menu\n{KEPT}[1]\n\n  Please accept that this site uses cookies.\n"},
    {"id": "whole", "text": KEPT.replace("river", "brook")},
    {"id": "none", "text": "Menu\nHome\nFar too short.\n"},
    {"id": "code", "text": f"{KEPT}\nHere is a function that says so: f(x) {{ x }}."},
]


def test_lines_are_taken_before_rows_are_judged_and_told_of(tmp_path: Path) -> None:
    write_files(tmp_path, ROWS, files=1)
    outcome = run(tmp_path, heuristics={"profile": "c4@tfds"}, dedup={"enabled": False})
    kept = duckdb.execute(
        f"select id, text, content_sha256 from '{outcome.folder}/data/**/*.parquet' order by id"
    ).fetchall()
    texts = {"parts/kept": KEPT, "parts/whole": ROWS[1]["text"]}
    assert kept == [(name, text, hashlib.sha256(text.encode()).hexdigest()) for name, text in texts.items()]
    ledger = f"{outcome.folder}/provenance/ledger/*.parquet"
    refused = duckdb.execute(f"select id, reason, value, threshold, detail from '{ledger}' order by id").fetchall()
    assert refused == [
        ("parts/code", "curly_bracket", 1.0, 0.0, None),
        ("parts/none", "no_text_left", None, None, "3 lines went: no_end_mark 2, too_few_words 1"),
    ]
    assert {name: count for name, count in outcome.cleaned.items() if count} == {
        "rows_changed": 1,
        "lines_no_end_mark": 4,
        "lines_policy": 1,
        "lines_too_few_words": 1,
    }
    assert not verify(outcome.folder)
    asked = tmp_path / "asked.txt"
    asked.write_text(ROWS[0]["text"])
    with audited(outcome.folder) as version:
        found = contains_text(version, str(asked))
    assert ([match.row_id for match in found.matches], found.asked) == (
        ["parts/kept"],
        f"the text of {asked}, without the lines that its profile takes",
    )


def test_a_list_of_bad_words_refuses_rows_and_is_part_of_what_determines_them(tmp_path: Path) -> None:
    write_files(tmp_path, ROWS, files=1)
    words = tmp_path / "words.txt"
    words.write_text("brook\nno such word\n")
    settings: dict[str, Any] = {
        "heuristics": {"profile": "c4@tfds", "bad_words": "words.txt"},
        "dedup": {"enabled": False},
    }
    outcome = run(tmp_path, **settings)
    assert [
        count.rows for stage in outcome.manifest.stages for count in stage.refused if count.reason == "bad_words"
    ] == [1]
    recipe = load_recipe(write_run(tmp_path, **settings))
    before = make_plan(recipe, tmp_path).chain
    words.write_text("brook\n")
    assert make_plan(recipe, tmp_path).chain != before
    words.write_text("\n")
    with pytest.raises(InputError, match="has no words: write one a line"):
        make_plan(recipe, tmp_path)


def test_a_profile_that_takes_lines_is_refused_for_conversations(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    source = {"name": "talks", "type": "chat", "paths": "data"}
    told = {"name": "talks", "kind": "posttrain", "sources": [source], "heuristics": {"profile": "c4@datatrove"}}
    recipe.write_text(json.dumps(told))
    with pytest.raises(LicetError, match="c4@datatrove takes lines out of texts, and the text of a post-training row"):
        make_plan(load_recipe(recipe), tmp_path)
