import gzip
import hashlib
import json
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from licet.schemas.decontamination import EvaluationSet
from licet.schemas.errors import InputError
from licet.stages.decontaminate.items import read_items

ROWS = [
    {"id": "q1", "question": "How many?", "answer": {"text": "Three."}, "choices": ["Two.", "Three."], "level": 1},
    {"id": "q2", "question": "How far?", "answer": {"text": "A mile."}, "choices": [], "level": 2},
]
JSONL = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
CSV = b"id,question\nq1,How many?\nq2,How far?\n"


def a_set(path: str, **more: object) -> EvaluationSet:
    return EvaluationSet.model_validate({"name": "quiz", "paths": path, **more})


def parquet() -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(ROWS), sink)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("quiz.jsonl", JSONL),
        ("quiz.jsonl", b"\xef\xbb\xbf" + JSONL.replace(b"\n", b"\r\n\r\n")),
        ("quiz.jsonl.gz", gzip.compress(JSONL, mtime=0)),
        ("quiz.jsonl.zst", zstandard.compress(JSONL)),
        ("quiz.json", json.dumps(ROWS, indent=1).encode()),
        ("quiz.parquet", parquet()),
        ("quiz.csv", CSV),
        ("quiz.tsv.gz", gzip.compress(CSV.replace(b",", b"\t"), mtime=0)),
    ],
)
def test_every_format_has_the_same_items(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    found = read_items(a_set(name, fields=["question"]), str(tmp_path))
    assert [(part.item, part.name, part.field, part.text) for part in found.parts] == [
        (0, "q1", "question", "How many?"),
        (1, "q2", "question", "How far?"),
    ]
    (file,) = found.files
    assert (file.name, file.bytes, file.sha256) == (name, len(data), hashlib.sha256(data).hexdigest())


def test_all_texts_are_looked_for_where_no_field_is_named(tmp_path: Path) -> None:
    (tmp_path / "quiz.jsonl").write_bytes(JSONL)
    found = read_items(a_set("quiz.jsonl"), str(tmp_path))
    assert [(part.field, part.text) for part in found.parts if part.item == 0] == [
        ("id", "q1"),
        ("question", "How many?"),
        ("answer", "Three."),
        ("choices", "Two."),
        ("choices", "Three."),
    ]


def test_a_field_may_lie_within_another(tmp_path: Path) -> None:
    (tmp_path / "quiz.jsonl").write_bytes(JSONL)
    found = read_items(a_set("quiz.jsonl", fields=["answer.text"]), str(tmp_path))
    assert [part.text for part in found.parts] == ["Three.", "A mile."]


def test_items_without_a_name_are_called_by_file_and_row(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text('{"q": "How many?"}\n{"q": "How far?"}\n')
    found = read_items(a_set("*.jsonl"), str(tmp_path))
    assert [part.name for part in found.parts] == ["a.jsonl#0", "a.jsonl#1", "b.jsonl#0", "b.jsonl#1"]
    assert [part.item for part in found.parts] == [0, 1, 2, 3]
    assert next(part.name for part in read_items(a_set("a.jsonl", id_field="q"), str(tmp_path)).parts) == "How many?"


def test_a_set_may_lie_in_any_store() -> None:
    with fsspec.open("memory://evals/quiz.jsonl", "wb") as file:
        file.write(JSONL)
    found = read_items(a_set("memory://evals/quiz.jsonl", fields=["question"]), ".")
    assert (found.count, found.files[0].name) == (2, "quiz.jsonl")


@pytest.mark.parametrize(
    ("data", "fields", "told"),
    [
        (None, [], "`decontaminate`: evaluation set quiz: there is no file quiz.jsonl"),
        (b"", [], "quiz.jsonl holds no rows"),
        (b"\n\n", [], "quiz.jsonl holds no rows"),
        (b"[1, 2]", [], "a row is no object with named fields"),
        (b'{"q": "How', [], "holds no rows as JSON, JSON Lines, Parquet or CSV"),
        (b"\xff\xfe", [], "holds no rows as JSON, JSON Lines, Parquet or CSV"),
        (b"PAR1 and so on", [], "holds no rows as JSON, JSON Lines, Parquet or CSV"),
        (gzip.compress(JSONL, mtime=0)[:40], [], "quiz.jsonl is truncated"),
        (b"[" * 100_000, [], "holds no rows as JSON, JSON Lines, Parquet or CSV"),
        (JSONL, ["prompt"], "no row has a text in the field prompt; the fields are answer, choices, id, level, quest"),
        (JSONL, ["level"], "no row has a text in the field level"),
    ],
)
def test_what_cannot_be_used_is_told(tmp_path: Path, data: bytes | None, fields: list[str], told: str) -> None:
    if data is not None:
        (tmp_path / "quiz.jsonl").write_bytes(data)
    with pytest.raises(InputError) as error:
        read_items(a_set("quiz.jsonl", fields=fields), str(tmp_path))
    assert told in str(error.value)
    assert "evaluation set quiz" in str(error.value)
