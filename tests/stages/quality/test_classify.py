"""Classification of staged files: scores, marks, names that come from content, the transform."""

from pathlib import Path

import apache_beam as beam
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.testing.util import assert_that, equal_to
from helpers import rows

from licet.schemas.errors import InputError, RecipeError
from licet.schemas.quality import Quality, QualityModel
from licet.schemas.staged import Judged, Staged
from licet.stages.marks import MARKS, NO_MARKS
from licet.stages.quality import REASONS, classify
from licet.stages.quality.classify import Classifier
from licet.stages.quality.scorer import FastTextScorer
from licet.stages.quality.transform import QualityClassify
from licet.stages.storage import read_arrow

GOOD, BAD = "the river runs to the sea", "buy cheap pills now"


def staged(folder: Path, *texts: str) -> Staged:
    batch = rows(*texts)
    batch = batch.append_column("text_bytes", pc.binary_length(batch.column("text")))
    base = folder / "staging" / "fingerprint" / "00000"
    base.parent.mkdir(parents=True, exist_ok=True)
    made = Staged(order=(0, 0), source="test", config="default", base=str(base), rows=len(texts), bytes=0)
    pq.write_table(pa.Table.from_batches([batch]), made.rows_path)
    return made


def marks(*given: dict[str, object]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(list(given), schema=MARKS)


def model(path: Path, label: str = "good", name: str = "prose") -> QualityModel:
    return QualityModel(name=name, path=str(path), label=label)


DUPLICATE: dict[str, object] = {"row": 1, "stage": "dedup", "reason": "near_duplicate", "value": 0.9, "kept_id": "a"}
CLUSTER: dict[str, object] = {"row": 0, "cluster_size": 2}


def test_without_models_only_the_lengths_of_kept_rows_are_written(tmp_path: Path) -> None:
    parcel = staged(tmp_path, "naïve", "gone", "four")
    pq.write_table(pq.read_table(parcel.rows_path, columns=["text_bytes"]), parcel.rows_path)
    judged = Classifier(Quality(), str(tmp_path))(parcel, marks(DUPLICATE, CLUSTER))
    assert read_arrow(judged.scores_path) == pa.record_batch({"length": pa.array([6, 4], pa.int32())})
    assert read_arrow(judged.marks_path) == marks(CLUSTER, DUPLICATE)
    assert (judged.staged, judged.kept_rows, judged.kept_bytes) == (parcel, 2, 10)


def test_rows_that_score_below_the_bound_are_marked(tmp_path: Path, quality_model: Path) -> None:
    parcel = staged(tmp_path, GOOD, GOOD, BAD, GOOD + " again")
    settings = Quality(models=[model(quality_model)], min_score=0.5)
    judged = Classifier(settings, str(tmp_path))(parcel, marks(CLUSTER, DUPLICATE))
    expected = FastTextScorer(model(quality_model))(pa.array([GOOD, GOOD + " again"]))
    score = FastTextScorer(model(quality_model))(pa.array([BAD]))[0].as_py()
    assert read_arrow(judged.scores_path) == pa.record_batch(
        {
            "length": pa.array([len(GOOD), len(GOOD) + 6], pa.int32()),
            "quality_score": expected,
            "quality_prose": expected,
        }
    )
    low = {"row": 2, "stage": "quality", "reason": "low_quality", "value": score, "threshold": 0.5}
    assert read_arrow(judged.marks_path) == marks(CLUSTER, DUPLICATE, low)
    assert set(REASONS) >= {"low_quality"}


def test_a_row_at_the_bound_is_kept(tmp_path: Path, quality_model: Path) -> None:
    score = FastTextScorer(model(quality_model))(pa.array([BAD]))[0].as_py()
    parcel = staged(tmp_path, BAD)
    for bound, kept in ((score, 1), (min(1.0, score + 1e-3), 0)):
        settings = Quality(models=[model(quality_model)], min_score=bound)
        assert Classifier(settings, str(tmp_path))(parcel, NO_MARKS).kept_rows == kept


def test_the_score_is_the_greatest_of_the_models(tmp_path: Path, quality_model: Path) -> None:
    settings = Quality(models=[model(quality_model), model(quality_model, "bad", "spam")])
    judged = Classifier(settings, str(tmp_path))(staged(tmp_path, GOOD, BAD), NO_MARKS)
    scores = read_arrow(judged.scores_path)
    assert scores.schema.names == ["length", "quality_score", "quality_prose", "quality_spam"]
    for row in scores.to_pylist():
        assert row["quality_score"] == max(row["quality_prose"], row["quality_spam"]) > 0.5


def test_memory_is_bounded_by_batches_that_leave_no_trace(
    tmp_path: Path, quality_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcel = staged(tmp_path, GOOD, BAD, "x", GOOD, BAD)
    classifier = Classifier(Quality(models=[model(quality_model)], min_score=0.5), str(tmp_path / "a"))
    whole = read_arrow(classifier(parcel, NO_MARKS).scores_path)
    monkeypatch.setattr(classify, "BATCH_ROWS", 2)
    pieces = Classifier(classifier.settings, str(tmp_path / "b"))(parcel, NO_MARKS)
    assert read_arrow(pieces.scores_path) == whole


def test_names_come_from_content_so_a_rerun_finds_its_files(tmp_path: Path, quality_model: Path) -> None:
    parcel, moved = staged(tmp_path, GOOD, BAD), tmp_path / "moved.bin"
    moved.write_bytes(quality_model.read_bytes())

    def run(settings: Quality, *given: dict[str, object]) -> Judged:
        return Classifier(settings, str(tmp_path / "judged"))(parcel, marks(*given))

    first = run(Quality(models=[model(quality_model)], min_score=0.5), CLUSTER, DUPLICATE)
    Path(parcel.rows_path).unlink()
    assert run(Quality(models=[model(moved)], min_score=0.5), DUPLICATE, CLUSTER) == first
    for other in (
        lambda: run(Quality(models=[model(quality_model)], min_score=0.6), CLUSTER, DUPLICATE),
        lambda: run(Quality(models=[model(quality_model, "bad")], min_score=0.5), CLUSTER, DUPLICATE),
        lambda: run(Quality(models=[model(quality_model)], min_score=0.5), CLUSTER),
        lambda: run(Quality()),
    ):
        with pytest.raises(FileNotFoundError):
            other()


@pytest.mark.parametrize("with_model", [True, False])
def test_a_parcel_of_which_nothing_stays_has_empty_scores(
    tmp_path: Path, quality_model: Path, with_model: bool
) -> None:
    settings = Quality(models=[model(quality_model)] if with_model else [])
    for number, (texts, given) in enumerate([((), ()), (("x", "y"), (DUPLICATE, {**DUPLICATE, "row": 0}))]):
        judged = Classifier(settings, str(tmp_path / str(number)))(staged(tmp_path, *texts), marks(*given))
        assert (judged.kept_rows, judged.kept_bytes, read_arrow(judged.scores_path).num_rows) == (0, 0, 0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (Quality(min_score=0.5), "there is no model to score by"),
        (Quality(models=[model(Path("a")), model(Path("b"))]), "two quality models are named prose"),
        (Quality(models=[model(Path("a"), name="score")]), "cannot be named score: `quality_score` is a column"),
    ],
)
def test_settings_that_do_not_fit_are_refused_at_once(settings: Quality, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        QualityClassify(settings, "work")


def test_a_missing_model_fails_before_any_row_is_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot read the fastText model"):
        Classifier(Quality(models=[model(tmp_path / "none.bin")]), str(tmp_path)).setup()


def test_the_transform_judges_each_parcel_and_counts_its_rows(tmp_path: Path, quality_model: Path) -> None:
    parcel = staged(tmp_path, GOOD, GOOD, BAD)
    settings = Quality(models=[model(quality_model)], min_score=0.5)
    expected = Classifier(settings, str(tmp_path / "elsewhere"))(parcel, marks(DUPLICATE))
    with beam.Pipeline(runner=FnApiRunner()) as pipeline:
        given = pipeline | beam.Create([(parcel, marks(DUPLICATE))])
        judged = given | QualityClassify(settings, str(tmp_path))
        assert judged.element_type == Judged
        names = judged | beam.Map(lambda j: (j.staged, Path(j.scores_path).name, j.kept_rows, j.kept_bytes))
        assert_that(names, equal_to([(parcel, Path(expected.scores_path).name, 1, len(GOOD))]))
    counted = pipeline.result.metrics().query(beam.metrics.MetricsFilter().with_namespace("quality"))["counters"]
    assert {c.key.metric.name: c.committed for c in counted} == {
        "rows_in": 2,
        "rows_kept": 1,
        "refused_low_quality": 1,
    }
