import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from helpers import SHARED, needs_shared, parcel, rows
from quoted_items import items, settings

from licet.schemas.decontamination import Decontaminate, EvaluationSet
from licet.schemas.rows import CHAT
from licet.stages.decontaminate import Decontamination, Items, Part, build_index, read_items, words_sha256
from licet.stages.parcel import Parcel

QUESTION = "A robe takes two bolts of blue fiber and half that much white fiber. How many bolts does it take?"
ANSWER = "It takes two halves, which is one bolt of white fiber, so that the whole is three bolts of fiber in all."


def stage(tmp_path: Path, told: Decontaminate, *sets: tuple[str, Items]) -> Decontamination:
    index, _ = build_index(sets, told)
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.npz"
    path.write_bytes(index.to_bytes())
    return Decontamination(told, str(path))


def quiz() -> Items:
    return Items((), 1, (Part(0, "q1", "question", QUESTION), Part(0, "q1", "answer", ANSWER)))


def said(*contents: str | None, reasoning: str | None = None) -> list[dict[str, Any]]:
    return [{"role": "user", "content": content, "reasoning_content": reasoning} for content in contents]


def chat(*turns: dict[str, Any]) -> Parcel:
    """A parcel of post-training rows with these messages, prompts and so on."""
    batch = rows(*("…" for _ in turns))
    for field in CHAT:
        batch = batch.append_column(field.name, pa.array([each.get(field.name) for each in turns], field.type))
    return parcel(batch)


def found(made: Parcel, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in made.contamination.to_pylist()]


def refused(made: Parcel) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if v is not None} for row in made.ledger.to_pylist()]


def test_a_row_that_quotes_an_item_is_refused_with_what_was_found(tmp_path: Path) -> None:
    text = f"Réponse, please: {QUESTION.upper()}"
    made = stage(tmp_path, settings(), ("set", quiz()))(parcel(rows("nothing of the kind", text)))
    (entry,) = refused(made)
    assert (entry["stage"], entry["reason"], entry["value"], entry["threshold"]) == (
        "decontaminate",
        "contaminated",
        1.0,
        0.5,
    )
    assert entry["detail"] == "set q1, question: words 1-20 of it at characters 17-113"
    assert made.contamination.to_pylist() == [
        {
            "id": "test/1",
            "locator": "file#row=1",
            "source": "test",
            "place": None,
            "start": 17,
            "end": 113,
            "set": "set",
            "item": "q1",
            "field": "question",
            "item_start": 0,
            "item_end": 20,
            "words_found": 20,
            "words_counted": 20,
            "share": 1.0,
            "threshold": 0.5,
            "is_refused": True,
            "words_sha256": words_sha256(QUESTION),
        }
    ]
    assert text[17:113] == QUESTION.upper()[:-1]
    assert made.is_conserved


def test_no_text_of_a_refused_row_is_kept(tmp_path: Path) -> None:
    made = stage(tmp_path, settings(), ("set", quiz()))(parcel(rows(QUESTION)))
    assert "robe" not in json.dumps([made.ledger.to_pylist(), made.contamination.to_pylist()])


def test_the_share_decides_and_what_is_below_the_bound_is_on_record(tmp_path: Path) -> None:
    part = " ".join(QUESTION.split()[:14])
    made = stage(tmp_path, settings(min_share=0.8), ("set", quiz()))(parcel(rows(part, QUESTION)))
    assert made.rows.column("id").to_pylist() == ["test/0"]
    assert found(made, "id", "share", "threshold", "is_refused") == [
        ("test/0", 0.7, 0.8, False),
        ("test/1", 1.0, 0.8, True),
    ]


def test_of_a_short_item_more_than_a_share_must_be_there(tmp_path: Path) -> None:
    short = "Who was the first person on the far side of the moon?"
    made = stage(tmp_path, settings(), ("set", items(short)))(parcel(rows(short, short.replace("moon", "sun"))))
    assert found(made, "id", "words_found", "words_counted", "is_refused") == [
        ("test/0", 12, 12, True),
        ("test/1", 11, 12, False),
    ]


def test_what_is_less_than_the_least_report_is_not_told(tmp_path: Path) -> None:
    told = settings(min_share=0.9, report_share=0.8)
    made = stage(tmp_path, told, ("set", quiz()))(parcel(rows(" ".join(QUESTION.split()[:14]))))
    assert made.contamination.num_rows == 0


def test_flagged_rows_stay_and_are_on_record(tmp_path: Path) -> None:
    made = stage(tmp_path, settings(on_hit="flag"), ("set", quiz()))(parcel(rows(QUESTION)))
    assert (made.rows.num_rows, made.ledger.num_rows) == (1, 0)
    assert found(made, "share", "is_refused") == [(1.0, False)]


def test_a_field_may_have_a_bound_of_its_own(tmp_path: Path) -> None:
    told = Decontaminate(against=[EvaluationSet(name="set", paths=["x"], min_shares={"answer": 1.0}, answers=[])])
    part = " ".join(ANSWER.split()[:16])
    made = stage(tmp_path, told, ("set", quiz()))(parcel(rows(part, ANSWER)))
    assert found(made, "id", "field", "threshold", "is_refused") == [
        ("test/0", "answer", 1.0, False),
        ("test/1", "answer", 1.0, True),
    ]


def test_an_answer_alone_is_on_record_and_refuses_nothing_unless_it_is_long(tmp_path: Path) -> None:
    both = f"{QUESTION} {ANSWER}"
    judge = stage(tmp_path, settings(), ("set", quiz()))
    made = judge(parcel(rows(ANSWER, both)))
    assert found(made, "id", "field", "share", "is_refused") == [
        ("test/0", "answer", 1.0, False),
        ("test/1", "question", 1.0, True),
        ("test/1", "answer", 1.0, True),
    ]
    assert made.rows.column("id").to_pylist() == ["test/0"]
    long = stage(tmp_path, settings(answer_words=22), ("set", quiz()))(parcel(rows(ANSWER)))
    assert found(long, "words_found", "is_refused") == [(22, True)]


def test_where_only_answers_are_looked_for_each_counts(tmp_path: Path) -> None:
    told = Decontaminate(against=[EvaluationSet(name="set", paths=["x"], fields=["answer"])])
    made = stage(tmp_path, told, ("set", Items((), 1, (Part(0, "q1", "answer", ANSWER),))))(parcel(rows(ANSWER)))
    assert made.ledger.num_rows == 1


def test_the_ledger_names_the_message(tmp_path: Path) -> None:
    told = Decontaminate(against=[EvaluationSet(name="set", paths=["x"], answers=[])])
    made = stage(tmp_path, told, ("set", quiz()))(
        chat(
            {"messages": said("Hello.", None, QUESTION)},
            {"messages": said("Hello.")},
            {"prompt": said("Hello."), "chosen": said(ANSWER), "rejected": said("No.", QUESTION)},
            {"messages": said("I say: three.", reasoning=f"Let me see. {QUESTION}")},
            {"prompt": said("Hello."), "answer": f"It is: {ANSWER}"},
            {"messages": said("Three."), "reasoning": QUESTION},
        )
    )
    assert found(made, "id", "place", "field", "start") == [
        ("test/0", "messages[2]", "question", 0),
        ("test/2", "chosen[0]", "answer", 0),
        ("test/2", "rejected[1]", "question", 0),
        ("test/3", "messages[0].reasoning_content", "question", 12),
        ("test/4", "answer", "answer", 7),
        ("test/5", "reasoning", "question", 0),
    ]
    assert [entry["detail"].rpartition(" of ")[2] for entry in refused(made)] == [
        "messages[2]",
        "chosen[0]",
        "messages[0].reasoning_content",
        "answer",
        "reasoning",
    ]
    assert made.rows.column("id").to_pylist() == ["test/1"]


def test_a_row_takes_the_same_report_however_rows_are_batched(tmp_path: Path) -> None:
    texts = ["none", QUESTION, f"{ANSWER} and {QUESTION}", "漢字", ANSWER[:70]]
    judge = stage(tmp_path, settings(), ("set", quiz()))
    whole = judge.found(rows(*texts)).contamination.to_pylist()
    pieces = [judge.found(rows(*texts).slice(at, 1)).contamination.to_pylist() for at in range(len(texts))]
    assert whole == [row for piece in pieces for row in piece]


def test_an_empty_parcel_and_empty_rows_pass(tmp_path: Path) -> None:
    judge = stage(tmp_path, settings(), ("set", quiz()))
    assert judge(parcel(rows())).rows.num_rows == 0
    assert judge(parcel(rows("", " "))).rows.num_rows == 2
    assert judge(chat({}, {"messages": []}, {"messages": said("")})).rows.num_rows == 3


def test_a_set_of_which_nothing_can_be_looked_for_finds_nothing(tmp_path: Path) -> None:
    judge = stage(tmp_path, settings(), ("set", items("Why?")))
    assert judge(parcel(rows("Why?"))).rows.num_rows == 1


@needs_shared
class TestRealSets:
    def held(self, tmp_path: Path, name: str, path: str, fields: Sequence[str]) -> Decontamination:
        each = EvaluationSet(name=name, paths=[str(SHARED / "posttrain" / path)], fields=list(fields))
        told = Decontaminate(against=[each])
        return stage(tmp_path, told, (name, read_items(each, ".")))

    def test_humaneval_against_itself_is_refused_whole(self, tmp_path: Path) -> None:
        path = "humaneval/HumanEval.jsonl.gz"
        with gzip.open(SHARED / "posttrain" / path, "rt") as file:
            texts = [json.loads(line)["prompt"] for line in file]
        judge = self.held(tmp_path, "humaneval", path, ["prompt", "canonical_solution"])
        made = judge(parcel(rows(*texts)))
        assert (made.rows.num_rows, made.ledger.num_rows) == (0, 164)

    @pytest.mark.parametrize("field", ["question", "answer"])
    def test_three_gsm8k_training_rows_are_questions_of_the_test_with_other_numbers(
        self, tmp_path: Path, field: str
    ) -> None:
        judge = self.held(tmp_path, "gsm8k", "gsm8k/test.jsonl", ["question", "answer"])
        with (SHARED / "posttrain/gsm8k/train.jsonl").open() as file:
            texts = [json.loads(line)[field] for line in file]
        made = judge(parcel(rows(*texts)))
        told = [(row["item"], row["words_found"], row["words_counted"]) for row in made.contamination.to_pylist()]
        refused_for = [("test.jsonl#632", 35, 56), *[("test.jsonl#602", 19, 25)] * 2] if field == "question" else []
        assert made.ledger.num_rows == len(refused_for)
        assert [each for each in told if each[1] >= each[2] / 2] == refused_for
