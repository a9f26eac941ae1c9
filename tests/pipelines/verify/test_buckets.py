import pyarrow as pa
import pytest

from licet.pipelines.verify.buckets import check_buckets
from licet.pipelines.verify.finding import Findings
from licet.schemas.manifest import FileEntry, Model

ENTRY = FileEntry(path="data/x.parquet", role="data", bytes=1, sha256="0" * 64)
MODELS = [
    Model(name="language", sha256="0" * 64),
    Model(name="wiki", sha256="1" * 64, cuts=[0.25, 0.5]),
    Model(name="books", sha256="2" * 64, cuts=[0.75, 1.0]),
]
GOOD = {
    "id": ["a", "b", "c"],
    "quality_wiki": pa.array([0.1, 0.25, 0.9], pa.float32()),
    "quality_books": pa.array([0.9, 0.1, 0.8], pa.float32()),
    "quality_wiki_bucket": pa.array([0, 1, 2], pa.int8()),
    "quality_books_bucket": pa.array([1, 0, 1], pa.int8()),
    "quality_bucket": pa.array([1, 1, 2], pa.int8()),
}


def found(models: list[Model], **columns: object) -> list[str]:
    findings = Findings()
    table = {name: told for name, told in {**GOOD, **columns}.items() if told is not None}
    check_buckets(pa.table(table), ENTRY, models, findings)
    return [told.message for told in findings.all()]


def test_buckets_of_the_scores_are_right() -> None:
    assert found(MODELS) == []


def test_without_cut_points_a_bucket_has_to_be_null() -> None:
    assert found(MODELS[:1], quality_bucket=pa.nulls(3, pa.int8())) == []
    assert len(found(MODELS[:1])) == 1


@pytest.mark.parametrize("column", ["quality_wiki_bucket", "quality_books_bucket", "quality_bucket"])
def test_a_bucket_that_is_not_that_of_its_score_is_found(column: str) -> None:
    assert len(found(MODELS, **{column: pa.array([1, 1, 1], pa.int8())})) == 1
    assert len(found(MODELS, **{column: pa.array([None, None, None], pa.int8())})) == 1


def test_a_score_or_bucket_that_is_not_there_is_found() -> None:
    assert found(MODELS, quality_wiki_bucket=None) == ["It has no column quality_wiki_bucket."]
    assert len(found(MODELS, quality_books=None)) >= 1
