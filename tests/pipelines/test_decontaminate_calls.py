"""Evaluation items in the arguments of tool calls: found, told by message and call, and checked."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from lies import Lie, in_rows
from runs import run
from stories import story, text

from licet.pipelines.outcome import Outcome
from licet.pipelines.redo import redo
from licet.pipelines.verify import verify
from licet.pipelines.versions.requests import request_of
from licet.pipelines.versions.retract import plan_retraction, retract
from licet.schemas.decontamination import CONTAMINATION_PATH
from licet.stages.decontaminate import words_sha256
from licet.stages.decontaminate.arguments import words_between

CODE = "def add(a, b):\n    total = a + b\n    return total if total > 0 else -total\n\nprint(add(1, 2), add(3, 4))\n"
QUERY = text([f"q{i}" for i in range(40)])
ARGUMENTS = "messages[1].tool_calls[1].function.arguments"


def asked(number: int, *arguments: str, **beside: Any) -> dict[str, Any]:
    calls = [
        {"id": f"c{at}", "type": "function", "function": {"name": "run", "arguments": told}}
        for at, told in enumerate(arguments)
    ]
    answered = [{"role": "tool", "tool_call_id": call["id"], "content": "done"} for call in calls]
    turns = [
        {"role": "user", "content": text(story(number, 30))},
        *([{"role": "assistant", "content": None, "tool_calls": calls}] if calls else []),
        *answered,
        {"role": "assistant", "content": text(story(number + 50, 30))},
    ]
    return {"id": str(number), "messages": turns, **beside}


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Of five rows two hold an item in a call, one a part of one, and one has a part of one as its reasoning."""
    folder = tmp_path_factory.mktemp("once")
    rows = [
        asked(1, '{"code": "pass"}', json.dumps({"language": "python", "code": f"# é\n{CODE}"})),
        asked(2, json.dumps({"code": CODE[:90]}), "{}"),
        asked(3, '{"code": "pass"}'),
        asked(4, f'{{"query": "{QUERY}"}}'),
        asked(5, reasoning=f"So it is: {QUERY[:44]}"),
    ]
    (folder / "data").mkdir()
    (folder / "data/talks.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "evals").mkdir()
    (folder / "evals/quiz.jsonl").write_text("".join(json.dumps({"question": item}) + "\n" for item in (CODE, QUERY)))
    source = {"name": "talks", "type": "chat", "paths": "data", "id_field": "id"}
    return run(
        folder,
        kind="posttrain",
        sources=[{**source, "license": {"expression": "MIT", "evidence": "x"}}],
        heuristics={"profile": "none"},
        decontaminate={"against": [{"name": "quiz", "paths": "evals/quiz.jsonl"}], "min_share": 0.9},
    )


def report(folder: str, *names: str) -> list[tuple[Any, ...]]:
    rows = pq.read_table(Path(folder) / CONTAMINATION_PATH).to_pylist()
    return [tuple(row[name] for name in names) for row in rows]


def kept(folder: str) -> dict[str, dict[str, Any]]:
    (shard,) = (Path(folder) / "data/sft").glob("*.parquet")
    return {row["uuid"]: row for row in pq.read_table(shard).to_pylist()}


def test_calls_are_looked_through_as_what_their_json_says(once: Outcome) -> None:
    assert sorted(report(once.folder, "id", "place", "is_refused")) == [
        ("talks/1", ARGUMENTS, True),
        ("talks/2", "messages[1].tool_calls[0].function.arguments", False),
        ("talks/4", "messages[1].tool_calls[0].function.arguments", True),
        ("talks/5", "reasoning", False),
    ]
    assert once.summary()["refused"] == {"decontaminate.contaminated": 2}
    assert set(kept(once.folder)) == {"talks/2", "talks/3", "talks/5"}
    assert verify(once.folder) == []


def test_the_ledger_names_message_and_call(once: Outcome) -> None:
    (ledger,) = (Path(once.folder) / "provenance/ledger").glob("*.parquet")
    details = {row["id"]: row["detail"] for row in pq.read_table(ledger).to_pylist()}
    assert details["talks/1"].endswith(f" of {ARGUMENTS}")


def test_a_kept_match_has_the_characters_of_the_arguments_as_they_are_published(once: Outcome) -> None:
    ((start, end, digest),) = (
        told[1:] for told in report(once.folder, "id", "start", "end", "words_sha256") if told[0] == "talks/2"
    )
    arguments = kept(once.folder)["talks/2"]["messages"][1]["tool_calls"][0]["function"]["arguments"]
    assert arguments[start:end].startswith("def add(a, b):\\n    total")
    assert words_sha256(words_between(arguments, start, end)) == digest


def test_what_was_found_in_calls_survives_a_retraction_and_a_new_policy(once: Outcome, tmp_path: Path) -> None:
    done = retract(plan_retraction(once.folder, [request_of("id", "talks/2")], "7", "1.0.1"), str(tmp_path / "new"))
    again = redo(once.folder, "no-share-alike", str(tmp_path / "again"))
    for each in (done, again):
        assert report(each.folder, "id", "place") == report(once.folder, "id", "place")
        assert verify(each.folder, once.folder) == []


def of_match(change: Callable[[dict[str, Any]], object]) -> Lie:
    return in_rows(CONTAMINATION_PATH, lambda rows: [change(row) for row in rows if row["id"] == "talks/2"])


@pytest.mark.parametrize(
    "lie",
    [
        of_match(lambda row: row.update(start=row["start"] + 4)),
        of_match(lambda row: row.update(place="messages[1].tool_calls[1].function.arguments")),
        of_match(lambda row: row.update(place="messages[1].tool_calls[7].function.arguments")),
        of_match(lambda row: row.update(place="messages[9].tool_calls[0].function.arguments")),
        of_match(lambda row: row.update(place="messages[0].tool_calls[0].function.arguments")),
        of_match(lambda row: row.update(place="messages[1].tool_calls[0]")),
    ],
)
def test_a_match_that_is_told_elsewhere_is_found(once: Outcome, tmp_path: Path, lie: Lie) -> None:
    version = tmp_path / "version"
    shutil.copytree(once.folder, version)
    lie(version)
    assert "do not have the words" in " ".join(f.message for f in verify(str(version)) if f.check == "contamination")
