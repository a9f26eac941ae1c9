"""Training a classifier: from files to a model, a report and a card, the same each time."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from licet.pipelines.labelled_sets import Labelled, read_labelled
from licet.pipelines.quality_report import auc, calibration, fit, in_words, measured
from licet.pipelines.train_quality import Training, distinct, train_quality
from licet.schemas.errors import InputError, RecipeError
from licet.schemas.quality import QualityModel
from licet.stages.quality import FastTextScorer

GOOD = "the river runs to the sea and nobody knows why number"
BAD = "__label__good buy cheap\npills now click here price"
SMALL = Training(dim=4, buckets=1000, min_count=1, epochs=20)


def write_rows(path: Path, texts: list[str], **columns: list[Any]) -> str:
    given = [{"text": text, **{k: v[i] for k, v in columns.items()}} for i, text in enumerate(texts)]
    path.write_text("".join(json.dumps(row) + "\n" for row in given), encoding="utf-8")
    return str(path)


@pytest.fixture
def sets(tmp_path: Path) -> tuple[str, str]:
    good = write_rows(tmp_path / "good.jsonl", [f"{GOOD} {i}" for i in range(80)] * 2)
    bad = write_rows(tmp_path / "bad.jsonl", [f"{BAD} {i}" for i in range(60)])
    return good, bad


def test_a_model_a_report_and_a_card_are_written_and_the_model_scores(tmp_path: Path, sets: tuple[str, str]) -> None:
    out = tmp_path / "out"
    report = train_quality([sets[0]], [sets[1]], out, training=SMALL)
    assert sorted(path.name for path in out.iterdir()) == ["MODEL_CARD.md", "model.bin", "report.json"]
    told = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert told["model_sha256"] == hashlib.sha256((out / "model.bin").read_bytes()).hexdigest()
    assert str(tmp_path) not in (out / "report.json").read_text() + (out / "MODEL_CARD.md").read_text()
    assert report.counts["read_positive"] == 160
    assert report.counts["repeated"] == 80
    assert sum(report.counts[f"{part}_positive"] for part in ("learnt", "held_out")) == 80
    assert (report.precision, report.recall, report.f1, report.auc) == (1.0, 1.0, 1.0, 1.0)
    assert ("AUC", "1.000") in report.table()
    assert report.fit is told["fit"] is None  # Each half of the held-out rows has fewer than ten of a class.
    scorer = FastTextScorer(QualityModel(name="m", path=str(out / "model.bin"), label=report.label))
    scores = scorer(pa.array([GOOD, BAD])).to_pylist()
    assert scores[0] > 0.9 > 0.1 > scores[1]


def test_the_same_texts_make_the_same_model_in_any_order_of_files(tmp_path: Path, sets: tuple[str, str]) -> None:
    rows = Path(sets[0]).read_text().splitlines(keepends=True)
    (tmp_path / "parts").mkdir()
    for number, part in enumerate((rows[50:], rows[:50])):
        (tmp_path / "parts" / f"{number}.jsonl").write_text("".join(part))
    first = train_quality([sets[0]], [sets[1]], tmp_path / "a", training=SMALL)
    second = train_quality([str(tmp_path / "parts")], [sets[1]], tmp_path / "b", training=SMALL)
    assert first == second
    for name in ("model.bin", "report.json", "MODEL_CARD.md"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    other = train_quality([sets[0]], [sets[1]], tmp_path / "c", training=Training(dim=4, buckets=1000, seed=2))
    assert other.model_sha256 != first.model_sha256


def test_a_group_is_either_learnt_from_or_held_out(tmp_path: Path) -> None:
    groups = [f"g{i % 20}" for i in range(200)]
    good = write_rows(tmp_path / "good.jsonl", [f"{GOOD} {i}" for i in range(200)], group=groups)
    bad = write_rows(tmp_path / "bad.jsonl", [f"{BAD} {i}" for i in range(200)], group=groups)
    report = train_quality([good], [bad], tmp_path / "out", group_field="group", training=SMALL)
    held = report.counts["held_out_groups"]
    assert 0 < held < 20
    assert report.counts["held_out_positive"] == report.counts["held_out_negative"] == 10 * held
    assert "whole groups were held out" in (tmp_path / "out" / "MODEL_CARD.md").read_text()


def test_texts_of_both_classes_are_left_out_and_repeats_counted() -> None:
    good = [Labelled(f"good {i}") for i in range(30)] + [Labelled("both"), Labelled("good 0")]
    bad = [Labelled(f"bad {i}") for i in range(30)] + [Labelled("both")]
    rows, counts = distinct(good, bad, Training(max_rows=25))
    assert counts == {"read_positive": 32, "read_negative": 31, "repeated": 1, "contradictory": 1}
    assert [sum(row.good for row in rows), len(rows)] == [25, 50]
    assert all(row.text != "both" for row in rows)
    assert distinct(good[::-1], bad[::-1], Training(max_rows=25))[0] == rows


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        (0, 30, "there are 0 distinct positive texts"),
        (30, 19, "there are 19 distinct negative texts that are not in both classes, and a classifier needs 20"),
    ],
)
def test_too_few_texts_are_refused(good: int, bad: int, message: str) -> None:
    with pytest.raises(InputError, match=message):
        distinct([Labelled(f"g{i}") for i in range(good)], [Labelled(f"b{i}") for i in range(bad)], Training())


def test_too_few_held_out_groups_are_refused(tmp_path: Path) -> None:
    good = write_rows(tmp_path / "good.jsonl", [f"{GOOD} {i}" for i in range(30)], group=["one"] * 30)
    bad = write_rows(tmp_path / "bad.jsonl", [f"{BAD} {i}" for i in range(30)], group=["one"] * 30)
    with pytest.raises(
        InputError, match=r"0 positive rows are (held out|to learn from), .* are needed: give more rows"
    ):
        train_quality([good], [bad], tmp_path / "out", group_field="group", training=SMALL)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"held_out": 0.0}, "held_out is 0: give a share between 0 and 1"),
        ({"dim": 0}, "dim is 0: give a number from 1 to 1024"),
        ({"buckets": 10**9}, "buckets is 1000000000"),
        ({"max_rows": 0}, "max_rows is 0: give at least 1"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        Training(**settings)


def test_all_formats_are_read_in_the_order_of_names(tmp_path: Path) -> None:
    line = json.dumps({"text": "json", "group": 7}) + "\n"
    write_rows(tmp_path / "a.jsonl", ["json", " "], group=[7, 7])
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(line.encode()))
    (tmp_path / "c.jsonl.zst").write_bytes(zstandard.compress(line.encode()))
    pq.write_table(pa.table({"text": ["parquet", None], "group": ["p", "p"]}), tmp_path / "d.parquet")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "e.txt").write_text("plain", encoding="utf-8")
    rows = [(row.text, row.group) for row in read_labelled([str(tmp_path)], group_field="group")]
    assert rows == [("json", "7")] * 3 + [("parquet", "p"), ("plain", str(tmp_path / "sub"))]
    assert list(read_labelled([str(tmp_path / "*.gz")])) == [Labelled("json")]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl", b'{"txt": "x"}\n', r"a\.jsonl, line 1 has no field `text`: its fields are txt"),
        ("a.jsonl", b'{"text": "x"}\n{"text"\n', r"a\.jsonl, line 2 is not JSON"),
        ("a.jsonl", b"[1]\n", r"a\.jsonl, line 1 is no JSON object"),
        ("a.jsonl", b'{"text": 1}\n', r"line 1: the field `text` is no text"),
        ("a.jsonl", b'{"text": "\xff"}\n', r"cannot read .*a\.jsonl"),
        ("a.jsonl.gz", b"no gzip", r"cannot read .*a\.jsonl\.gz"),
        ("a.jsonl.zst", b"no zstd", r"cannot read .*a\.jsonl\.zst"),
        ("a.parquet", b"no parquet", r"cannot read .*a\.parquet"),
        ("a.txt", b"\xff\xfe", r"cannot read .*a\.txt"),
    ],
)
def test_files_that_cannot_be_read_are_told(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        list(read_labelled([str(tmp_path / name)]))


def test_a_parquet_file_without_the_field_and_a_pattern_without_files_are_told(tmp_path: Path) -> None:
    pq.write_table(pa.table({"body": ["x"]}), tmp_path / "a.parquet")
    with pytest.raises(InputError, match="has no field `text`: its fields are body"):
        list(read_labelled([str(tmp_path / "a.parquet")]))
    for pattern in ("none.jsonl", "*.none"):
        with pytest.raises(InputError, match="matches no file: give a file, a folder or a glob"):
            list(read_labelled([str(tmp_path / pattern)]))


def test_scores_that_are_too_sure_are_calibrated_on_one_half_and_measured_on_the_other() -> None:
    chance = np.random.default_rng(1)
    scores = chance.random(4000)
    truths = chance.random(4000) < 0.25 + scores / 2
    halves = np.arange(4000) % 2 == 0
    found = fit(scores, truths, halves)
    assert found is not None
    assert 0 < found["scale"] < 0.6
    assert (found["fitted_rows"], found["measured_rows"]) == (2000, 2000)
    assert found["brier"] < found["brier_before"]
    assert found["calibration_error"] < 0.04 < 0.1 < found["calibration_error_before"]
    assert f"{{scale: {found['scale']:g}, shift: {found['shift']:g}}}" in in_words(found)
    assert fit(scores[:8], truths[:8], halves[:8]) is None
    assert in_words(None).startswith("none: too few held-out rows")


def test_measures_of_a_table() -> None:
    scores, truths = np.array([0.9, 0.5, 0.6, 0.1]), np.array([True, True, False, False])
    found = measured(scores, truths)
    assert (found["precision"], found["recall"], found["f1"], found["auc"]) == (2 / 3, 1.0, 0.8, 0.75)
    assert [(line["from_score"], line["rows"], line["positive_share"]) for line in found["calibration"]] == [
        (0.1, 1, 0.0),
        (0.5, 1, 1.0),
        (0.6, 1, 0.0),
        (0.9, 1, 1.0),
    ]
    assert measured(np.array([0.1, 0.2]), np.array([True, False]))["f1"] == 0.0


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.booleans()), min_size=2, max_size=20))
def test_auc_is_the_share_of_pairs_in_the_right_order(rows: list[tuple[float, bool]]) -> None:
    good, bad = [s for s, t in rows if t], [s for s, t in rows if not t]
    if good and bad:
        pairs = [(g > b) + 0.5 * (g == b) for g in good for b in bad]
        found = auc(np.array([s for s, _ in rows]), np.array([t for _, t in rows]))
        assert found == pytest.approx(sum(pairs) / len(pairs))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30))
def test_every_row_is_in_one_line_of_the_calibration_table(rows: list[tuple[float, bool]]) -> None:
    lines = calibration(np.array([s for s, _ in rows]), np.array([t for _, t in rows]))
    assert sum(line["rows"] for line in lines) == len(rows)
    assert all(line["from_score"] - 1e-6 <= line["mean_score"] <= line["to_score"] + 1e-6 for line in lines)
