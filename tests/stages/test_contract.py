import pyarrow as pa
import pyarrow.compute as pc
import pytest
from helpers import parcel, rows
from hypothesis import given
from hypothesis import strategies as st

from licet.schemas.ledger import Verdicts
from licet.stages.contract import annotate, isolate, judge
from licet.stages.parcel import Parcel


def length(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    texts = batch.column("text")
    if pc.any(pc.match_substring(texts, "poison")).as_py():
        raise ValueError("a poisoned row")
    return {"length": pc.utf8_length(texts)}


def too_short(batch: pa.RecordBatch) -> Verdicts:
    value = length(batch)["length"]
    return Verdicts(
        reason=pc.if_else(pc.less(value, 3), "too_short", pa.scalar(None, pa.string())),
        value=value.cast(pa.float64()),
        threshold=pa.repeat(pa.scalar(3.0), len(value)),
    )


def told(after: Parcel) -> list[tuple[str, str, str | None]]:
    return [(r["id"], r["reason"], r["detail"]) for r in after.ledger.to_pylist()]


def test_an_annotator_adds_columns() -> None:
    assert annotate(parcel(rows("ab", "abc")), "length", length).rows.column("length").to_pylist() == [2, 3]


def test_an_annotator_sees_an_empty_batch_too_so_that_the_schema_is_the_same() -> None:
    assert annotate(parcel(rows()), "length", length).rows.schema.get_field_index("length") >= 0


def test_a_judge_refuses_with_its_measure() -> None:
    after = judge(parcel(rows("ab", "abc")), "length", too_short)
    (entry,) = after.ledger.to_pylist()
    assert (entry["reason"], entry["value"], entry["threshold"]) == ("too_short", 2.0, 3.0)
    assert after.rows.column("id").to_pylist() == ["test/1"]


@pytest.mark.parametrize(
    "after",
    [
        annotate(parcel(rows("abc", "poison", "abcd")), "length", length),
        judge(parcel(rows("abc", "poison", "abcd")), "length", too_short),
    ],
    ids=["annotator", "judge"],
)
def test_a_poisoned_row_costs_itself_only(after: Parcel) -> None:
    assert told(after) == [("test/1", "error", "ValueError: a poisoned row")]
    assert after.rows.column("id").to_pylist() == ["test/0", "test/2"]


def test_a_batch_of_poisoned_rows_leaves_an_empty_batch_with_all_columns() -> None:
    after = annotate(parcel(rows("poison", "poison")), "length", length)
    assert (after.rows.num_rows, after.ledger.num_rows, after.is_conserved) == (0, 2, True)
    assert "length" in after.rows.schema.names


@given(st.lists(st.sampled_from(["ab", "abc", "poison"])))
def test_isolate_answers_for_each_row_and_only_the_bad_ones_are_errors(texts: list[str]) -> None:
    batch = rows(*texts)
    pieces, errors = isolate(length, batch)
    assert [e is not None for e in errors.to_pylist()] == [t == "poison" for t in texts]
    good = [t for t in texts if t != "poison"]
    if good or not texts:
        assert [t for piece, _ in pieces for t in piece.column("text").to_pylist()] == good


@given(st.lists(st.sampled_from(["a", "abc", "poison"]), max_size=9), st.integers(0, 9))
def test_a_judge_does_not_depend_on_how_rows_are_batched(texts: list[str], cut: int) -> None:
    whole = judge(parcel(rows(*texts)), "length", too_short)
    parts = [
        judge(parcel(part), "length", too_short)
        for part in (rows(*texts).slice(0, cut), rows(*texts).slice(cut))
        if part.num_rows
    ]
    assert sorted(whole.ledger.to_pylist(), key=str) == sorted(
        (entry for part in parts for entry in part.ledger.to_pylist()), key=str
    )
