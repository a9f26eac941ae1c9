import pyarrow as pa

from licet.stages.marks import MARKS, NO_MARKS, cluster_sizes, kept_mask


def marks(*rows: dict[str, object]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(list(rows), schema=MARKS)


def test_rows_of_which_nothing_is_said_are_kept_and_alone() -> None:
    assert kept_mask(NO_MARKS, 3).to_pylist() == [True, True, True]
    assert cluster_sizes(NO_MARKS, 3).to_pylist() == [1, 1, 1]


def test_a_row_with_a_reason_is_refused_and_one_with_a_size_is_kept() -> None:
    said = marks({"row": 0, "cluster_size": 3}, {"row": 2, "stage": "dedup", "reason": "exact_duplicate"})
    assert kept_mask(said, 4).to_pylist() == [True, True, False, True]
    assert cluster_sizes(said, 4).to_pylist() == [3, 1, 1, 1]


def test_a_row_that_stood_for_others_can_still_be_refused() -> None:
    said = marks({"row": 1, "cluster_size": 2}, {"row": 1, "stage": "quality", "reason": "low_quality"})
    assert kept_mask(said, 2).to_pylist() == [True, False]
