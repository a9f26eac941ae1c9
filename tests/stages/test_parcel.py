import pyarrow as pa
import pytest
from helpers import parcel, rows

from licet.schemas.ledger import Verdicts


def reasons_for(*reasons: str | None) -> Verdicts:
    return Verdicts(reason=pa.array(reasons, pa.string()))


def test_refused_rows_move_to_the_ledger_with_what_was_measured() -> None:
    verdicts = Verdicts(
        reason=pa.array([None, "too_short"]),
        value=pa.array([9.0, 2.0]),
        threshold=pa.array([None, 5.0], pa.float64()),
    )
    after = parcel(rows("a long text", "ab")).refuse("length", verdicts)
    assert after.rows.column("text").to_pylist() == ["a long text"]
    (entry,) = after.ledger.to_pylist()
    assert {name: value for name, value in entry.items() if value is not None} == {
        "id": "test/1",
        "source": "test",
        "locator": "file#row=1",
        "content_sha256": "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603",
        "stage": "length",
        "reason": "too_short",
        "value": 2.0,
        "threshold": 5.0,
        "bytes": 2,
    }


def test_refusing_never_loses_a_row() -> None:
    after = parcel(rows("a", "b", "c")).refuse("x", reasons_for("no", None, "no"))
    assert after.is_conserved
    assert after.refuse("y", reasons_for(None)).is_conserved


def test_columns_are_added_or_replaced_but_rows_never_dropped() -> None:
    given = parcel(rows("a", "b"))
    after = given.with_columns({"n": pa.array([1, 2]), "text": pa.array(["x", "y"])})
    assert after.rows.select(["text", "n"]).to_pydict() == {"text": ["x", "y"], "n": [1, 2]}
    with pytest.raises(ValueError, match="2 rows became 1: only a judge may drop rows"):
        given.with_rows(given.rows.slice(1))
