"""A run over answers that are labelled good or bad: what is judged of them, and what is published, shown, counted."""

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from called import called
from runs import run
from tiny import document

from licet.pipelines.verify import verify

QUESTION = {"role": "user", "content": "Which stone is the oldest of these?"}
SENT = "Write to ann.lee@corp-mail.com about it."


def labelled(name: str, said: str, *, label: bool, question: str = QUESTION["content"]) -> dict[str, Any]:
    return {"id": name, "prompt": question, "completion": said, "label": label}


ROWS = [
    labelled("good", f"{document(1)} again", label=True),
    labelled("like-it", document(1), label=True),
    labelled("of-the-other-label", document(1), label=False),
    labelled("bad", f"{SENT} {document(2)}", label=False),
    labelled("a-refusal", "I'm sorry, but I cannot help with that request.", label=True, question="Who was it?"),
    labelled("a-bad-refusal", "I'm sorry, but I cannot help with that request.", label=False, question="Who is it?"),
    labelled("of-a-quiz", document(7), label=True),
    {"id": "unlabelled", "prompt": "u", "completion": "a"},
]
LICENCE = {"expression": "MIT", "evidence": "https://example.org/"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of the version."""
    folder = tmp_path_factory.mktemp("unpaired")
    (folder / "data").mkdir()
    (folder / "data" / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    (folder / "quiz.jsonl").write_text(json.dumps({"question": document(7)}) + "\n")
    source = {"name": "s", "type": "chat", "paths": "data/rows.jsonl", "id_field": "id", "license": LICENCE}
    outcome = run(
        folder,
        kind="posttrain",
        sources=[source],
        heuristics={"profile": "none"},
        mask={"kinds": ["email"]},
        conversations={"profile": "strict"},
        dedup={"compare": "both"},
        decontaminate={"against": [{"name": "quiz", "paths": "quiz.jsonl", "fields": ["question"]}]},
        shards={},
    )
    shutil.rmtree(f"{outcome.folder}.work", ignore_errors=True)
    return str(outcome.folder)


def rows_of(folder: str) -> dict[str, dict[str, Any]]:
    (shard,) = (Path(folder) / "data/unpaired").glob("*.parquet")
    return {row["uuid"]: row for row in pq.read_table(shard).to_pylist()}


def test_each_row_is_kept_or_refused_for_what_it_is(made: str) -> None:
    assert sorted(rows_of(made)) == ["s/a-bad-refusal", "s/bad", "s/good", "s/of-the-other-label"]
    ledger = pq.read_table(Path(made) / "provenance/ledger", columns=["id", "stage", "reason"]).to_pylist()
    assert {row["id"]: (row["stage"], row["reason"]) for row in ledger} == {
        "s/like-it": ("dedup", "near_duplicate"),
        "s/a-refusal": ("conversations", "answer_refuses"),
        "s/of-a-quiz": ("decontaminate", "contaminated"),
        "s/unlabelled": ("ingest", "unknown_shape"),
    }
    assert verify(made) == []


def test_columns_hold_the_answer_and_its_label_masked(made: str) -> None:
    row = rows_of(made)["s/bad"]
    assert [(one["role"], one["content"]) for one in row["prompt"]] == [("user", QUESTION["content"])]
    assert row["completion"][0]["content"].startswith("Write to <EMAIL> about it.")
    assert row["label"] is False


def test_it_is_shown_with_what_its_label_says(made: str) -> None:
    code, out, _ = called("show", made, "s/bad")
    assert code == 0
    assert "a bad answer, as its label says" in out
    assert "Write to <EMAIL> about it." in out
    code, out, _ = called("show", made, "s/good", "--template", "chatml", "--json")
    assert code == 0
    assert list(json.loads(out)["rendered"]) == ["prompt", "completion"]


def test_answers_are_counted_by_their_labels(made: str) -> None:
    (told,) = json.loads(called("stats", made, "--json")[1])["configs"]
    assert (told["config"], told["labels"], sorted(told["sides"])) == (
        "unpaired",
        {"bad": 3, "good": 1},
        ["bad", "good"],
    )
    assert "labels" in called("stats", made)[1]


def test_a_text_is_found_in_it_and_retracted_with_its_row(made: str, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text(f"{QUESTION['content']}\n\n{document(1)}")
    found = json.loads(called("contains", made, "--text", str(text), "--json")[1])
    assert {match["row_id"] for match in found["matches"]} == {"s/good", "s/of-the-other-label"}
    out = str(tmp_path / "less")
    code, _, err = called("retract", made, "--id", "s/good", "--version", "1.0.1", "--reference", "r", "--output", out)
    assert (code, err) == (0, "")
    assert "s/good" not in rows_of(out)
    assert verify(out) == []
