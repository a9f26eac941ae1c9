"""What counts as the same row: conversations with equal words that call, think or offer something else are many."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from runs import run
from stories import story, text
from versions import change_rows

from licet.pipelines.outcome import Outcome
from licet.pipelines.verify import verify
from licet.pipelines.versions.requests import request_of
from licet.pipelines.versions.retract import plan_retraction, retract
from licet.schemas.content import content_sha256
from licet.schemas.rows import said

SHARD = "data/sft/train-00000-of-00001.parquet"
QUESTION, ANSWER = "What is the weather?", "Let me see."


def turn(role: str, content: str | None, **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


def calling(name: str, arguments: dict[str, str], **beside: Any) -> dict[str, Any]:
    """A question that is answered by a call and nothing else, as function-calling sets have it."""
    call = {"id": "c", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
    return {"messages": [turn("user", QUESTION), turn("assistant", None, tool_calls=[call])], **beside}


def thinking(number: int) -> dict[str, Any]:
    """One problem and one answer, with a trace of reasoning of its own."""
    told = turn("assistant", "It is 4.", reasoning_content=text(story(number, 60)))
    return {"messages": [turn("user", "What is 2 + 2?"), told]}


ROWS = [
    calling("weather", {"city": "Paris"}),
    calling("weather", {"city": "Oslo"}),
    calling("forecast", {"city": "Oslo"}),
    *(thinking(number) for number in range(3)),
    calling("weather", {"city": "Paris"}),
    thinking(1),
]


def made(folder: Path, rows: list[dict[str, Any]], **settings: Any) -> Outcome:
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data/talks.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    source = {"name": "talks", "type": "chat", "paths": "data", "license": {"expression": "MIT", "evidence": "x"}}
    told = {"heuristics": {"profile": "none"}, "conversations": {"profile": "none"}, **settings}
    return run(folder, kind="posttrain", sources=[source], **told)


def kept(folder: str | Path) -> list[dict[str, Any]]:
    return pq.read_table(Path(folder) / SHARD).to_pylist()


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return made(tmp_path_factory.mktemp("once"), ROWS)


@pytest.mark.parametrize("compare", ["both", "answers", "text"])
def test_rows_that_call_or_think_otherwise_stay_and_real_copies_leave(tmp_path: Path, compare: str) -> None:
    outcome = made(tmp_path, ROWS, dedup={"compare": compare})
    assert outcome.summary()["refused"] == {"dedup.exact_duplicate": 2}
    rows = kept(outcome.folder)
    assert len({row["uuid"] for row in rows}) == len({row["content_sha256"] for row in rows}) == 6
    assert verify(outcome.folder) == []


def test_rows_that_differ_in_tools_or_system_prompts_alone_are_two_and_alike(tmp_path: Path) -> None:
    tools = [{"type": "function", "function": {"name": name, "parameters": {}}} for name in ("weather", "forecast")]
    call = calling("weather", {"city": "Paris"})
    rows = [
        {**call, "tools": tools},
        {**call, "tools": tools[:1]},
        {**call, "messages": [turn("system", "Be brief."), *call["messages"]]},
    ]
    every = made(tmp_path / "every", rows, dedup={"enabled": False})
    assert len({row["uuid"] for row in kept(every.folder)}) == 3
    assert verify(every.folder) == []
    assert made(tmp_path / "both", rows).summary()["refused"] == {"dedup.exact_duplicate": 2}


def test_a_row_is_named_by_its_content_and_found_again_by_it(once: Outcome, tmp_path: Path) -> None:
    rows = kept(once.folder)
    assert [row["uuid"] for row in rows] == [f"talks/sha256:{content_sha256(row)[:32]}" for row in rows]
    oslo = next(row for row in rows if "Oslo" in str(row["messages"]) and "forecast" in str(row["messages"]))
    done = retract(
        plan_retraction(once.folder, [request_of("sha256", oslo["content_sha256"])], "7", "1.0.1"),
        str(tmp_path / "new"),
    )
    assert verify(done.folder, once.folder) == []
    assert oslo["uuid"] not in {row["uuid"] for row in kept(done.folder)}


@pytest.mark.parametrize(
    "change",
    [
        lambda message: message["tool_calls"][0]["function"].update(arguments="{}"),
        lambda message: message.update(role="tool"),
    ],
)
def test_a_changed_call_or_role_is_found(
    once: Outcome, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    version = tmp_path / "version"
    shutil.copytree(once.folder, version)

    def changed(rows: list[dict[str, Any]]) -> None:
        change(next(row for row in rows if "Oslo" in str(row))["messages"][1])

    change_rows(version, SHARD, changed)
    assert "content" in {finding.check for finding in verify(str(version))}


def as_made_before(folder: str | Path) -> None:
    """Give the rows of a version the ``content_sha256`` of earlier versions of Licet: that of their words."""

    def change(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row["content_sha256"] = hashlib.sha256(said(row).encode()).hexdigest()

    change_rows(Path(folder), SHARD, change)


@pytest.mark.parametrize("compare", ["both", "text"])
def test_an_earlier_version_with_digests_of_words_is_read_and_held_against(tmp_path: Path, compare: str) -> None:
    plain = [{"messages": [turn("user", text(story(1, 30))), turn("assistant", text(story(2, 30)))]}]
    first = made(tmp_path / "first", [*plain, ROWS[0]], dedup={"compare": compare, "index": False})
    as_made_before(first.folder)
    assert "content" not in {finding.check for finding in verify(first.folder)}
    settings = {"compare": compare, "against": [first.folder]}
    second = made(tmp_path / "second", [*plain, *ROWS[:2]], dedup=settings)
    assert second.summary()["refused"] == {"dedup.already_published_exact": 2}
    assert [finding for finding in verify(second.folder) if finding.check == "against"] == []
    assert "Oslo" in str(kept(second.folder))
