"""Duplicates among conversations: what is asked and what is answered, whatever frame they share."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from spoken import Turn, call, chats, turn
from staged_files import Marks, Run
from stories import changed, story, text

from licet.schemas.dedup import Dedup
from licet.schemas.staged import Staged
from licet.stages.dedup.fingerprint import fingerprint
from licet.stages.storage import write_arrow

BOTH, TEXT = Dedup(compare="both"), Dedup()
FRAME = text(story(999, 300))
Rows = list[dict[str, object]]
NONE: Rows = []


def as_staged(rows: Rows, name: str, tier: str, license_: str | None = None) -> pa.RecordBatch:
    """Conversations with the columns of a staged file, or with those of objections."""
    batch = chats(*rows)
    told = {
        "id": [f"{name}{i}" for i in range(len(rows))],
        "locator": [f"{name}{i}#0" for i in range(len(rows))],
        "license": [license_] * len(rows),
        "license_tier": [tier] * len(rows),
        "license_grade": ["A"] * len(rows),
        "evidence_id": ["e"] * len(rows),
        "date": [None] * len(rows),
    }
    for column, values in told.items():
        batch = batch.append_column(column, pa.array(values, pa.string()))
    return batch


def stage(folder: Path, rows: Rows, settings: Dedup, objecting: Rows = NONE) -> Staged:
    batch, objections = as_staged(rows, "", "permissive"), as_staged(objecting, "o", "non-commercial", "CC-BY-NC-4.0")
    base = folder / "staging" / hashlib.sha256(str(rows).encode()).hexdigest()[:8] / "00000"
    base.parent.mkdir(parents=True, exist_ok=True)
    counts = {"rows": len(rows), "bytes": 0, "objections": len(objecting)}
    staged = Staged(order=(0, 0), source="test", config="sft", base=str(base), **counts)
    pq.write_table(pa.Table.from_batches([batch]), staged.rows_path, row_group_size=7)
    if objecting:
        pq.write_table(pa.Table.from_batches([objections]), staged.objections_path)
    bands = [fingerprint(each, settings) for each in (batch, objections)]
    write_arrow(staged.bands_path, pa.concat_batches(bands))
    return staged


@pytest.fixture
def refused(tmp_path: Path, run: Callable[..., Run]) -> Callable[[Rows, Dedup], Marks]:
    """Dedup conversations, return what is said of each refused one by its number."""

    def of(rows: Rows, settings: Dedup) -> Marks:
        marks, _ = run(settings)([stage(tmp_path, rows, settings)])
        told = [mark for batch in marks.values() for mark in batch.to_pylist()]
        return {str(mark["row"]): mark for mark in told if mark["reason"]}

    return of


Refused = Callable[[Rows, Dedup], Marks]


def chat(asked: str, answered: str, system: str | None = FRAME) -> dict[str, object]:
    first: list[Turn] = [turn("system", system)] if system else []
    return {"messages": [*first, turn("user", asked), turn("assistant", answered)]}


def test_a_shared_system_prompt_makes_nothing_alike(refused: Refused) -> None:
    rows = [chat(text(story(i, 8)), text(story(1000 + i, 8))) for i in range(40)]
    assert len(refused(rows, TEXT)) > 30
    assert refused(rows, BOTH) == {}


def test_other_system_prompts_hide_nothing_that_is_equal(refused: Refused) -> None:
    rows = [chat(text(story(1, 20)), text(story(2, 20)), text(story(100 + i, 300))) for i in range(3)]
    assert refused(rows, TEXT) == {}
    told = [(mark["reason"], mark["detail"], mark["value"]) for mark in refused(rows, BOTH).values()]
    assert told == [("exact_duplicate", "prompts and answers", 1.0)] * 2


def test_one_question_with_two_answers_is_two_rows(refused: Refused) -> None:
    rows = [chat(text(story(1, 300)), answer) for answer in ("yes", "no", "Yes", "x + 1", "x - 1")]
    found = refused(rows, BOTH)
    assert {row: (mark["reason"], mark["kept_id"]) for row, mark in found.items()} == {"2": ("near_duplicate", "0")}
    assert len(refused(rows, Dedup(compare="prompts"))) == 4


def test_the_similarity_of_both_is_that_of_the_part_that_is_least_alike(refused: Refused) -> None:
    asked, answered = story(1, 100), story(2, 200)
    rows = [chat(text(asked), text(answered)), chat(text(changed(asked, 1, 0)), text(changed(answered, 2, 0)))]
    parts = {on: refused(rows, Dedup(compare=on)) for on in ("prompts", "answers", "both")}
    values = {on: float(str(next(iter(found.values()))["value"])) for on, found in parts.items()}
    assert values["both"] == min(values["prompts"], values["answers"])
    assert [next(iter(found.values()))["detail"] for found in parts.values()] == [
        "prompts",
        "answers",
        "prompts and answers",
    ]


def test_a_preference_is_not_its_own_reverse(refused: Refused) -> None:
    one, two = ([turn("assistant", text(story(i, 40)))] for i in (1, 2))
    prompt = [turn("user", text(story(3, 40)))]
    rows: Rows = [{"prompt": prompt, "chosen": a, "rejected": b} for a, b in ((one, two), (two, one), (one, two))]
    assert list(refused(rows, BOTH)) == ["2"]
    assert list(refused(rows, Dedup(compare="answers"))) == ["2"]


def test_conversations_that_differ_in_their_calls_only_all_stay(refused: Refused) -> None:
    rows: Rows = [
        {
            "messages": [
                turn("user", f"weather, please, in the town of number {i}"),
                turn("assistant", None, tool_calls=[call("weather", {"town": i})]),
            ]
        }
        for i in range(30)
    ]
    assert refused(rows, BOTH) == {}


def test_rows_without_any_answer_are_not_alike_for_that(refused: Refused) -> None:
    rows: Rows = [{"messages": [turn("user", text(story(i, 30)))]} for i in (1, 2, 1)]
    assert list(refused(rows, Dedup(compare="answers"))) == ["2"]


def test_thousands_of_rows_of_one_template_all_stay(refused: Refused) -> None:
    """A frame in the user's turn, a filling that differs, and an answer that follows from it."""
    rows = [
        chat(f"{text(story(5, 60))} {text(story(i, 8))}", json.dumps({"name": f"w{i}", "arguments": {"n": i}}))
        for i in range(2000)
    ]
    assert refused(rows, BOTH) == {}


def test_longest_of_identical_ones_stays_by_what_is_not_compared_too(refused: Refused) -> None:
    rows = [chat("what is it?", "a thing", system) for system in ("short", "a longer system prompt", None)]
    found = refused(rows, BOTH)
    assert {row: mark["kept_id"] for row, mark in found.items()} == {"0": "1", "2": "1"}


def test_a_conversation_under_stricter_terms_elsewhere_is_laundered_whatever_its_system_prompt(
    tmp_path: Path, run: Callable[..., Run]
) -> None:
    asked, answered = text(story(1, 40)), text(story(2, 40))
    objecting = [chat(asked, answered, "another system prompt")]
    rows = [chat(asked, answered), chat(asked, text(story(3, 40)))]
    (batch,) = run(BOTH)([stage(tmp_path, rows, BOTH, objecting)])[0].values()
    assert [(mark["row"], mark["reason"], mark["objection"]["id"]) for mark in batch.to_pylist()] == [
        (0, "laundered", "o0")
    ]
