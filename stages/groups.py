"""Groups of rows by their columns, as a mixture counts them."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.balance import JOINT, NO_VALUE

GroupHistogram = Mapping[str, tuple[int, int, int]]
"""Group → (rows, UTF-8 bytes of text, tokens)."""


def group_names(rows: pa.Table | pa.RecordBatch, by: Sequence[str]) -> pa.Array:
    """Return the name of each row's group: the values of the columns ``by``, `NO_VALUE` where there is none."""
    named = [pc.fill_null(_flat(rows.column(name)), NO_VALUE) for name in by]
    return named[0] if len(named) == 1 else pc.binary_join_element_wise(*named, JOINT)


def _flat(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return pc.cast(column, pa.string())


def group_histogram(
    rows: pa.Table, text_bytes: pa.Array | pa.ChunkedArray, by: Sequence[str]
) -> dict[str, tuple[int, int, int]]:
    """Return how many rows, bytes of text and tokens there are of each group."""
    counted = pa.table(
        {
            "group": group_names(rows, by),
            "bytes": pc.cast(text_bytes, pa.int64()),
            "tokens": pc.cast(pc.fill_null(rows.column("token_count"), 0), pa.int64()),
        }
    )
    grouped = counted.group_by("group", use_threads=False).aggregate(
        [("bytes", "count"), ("bytes", "sum"), ("tokens", "sum")]
    )
    return {
        row["group"]: (row["bytes_count"], row["bytes_sum"] or 0, row["tokens_sum"] or 0) for row in grouped.to_pylist()
    }


def total_groups(*histograms: GroupHistogram) -> dict[str, tuple[int, int, int]]:
    """Return the sum of histograms."""
    total: dict[str, tuple[int, int, int]] = {}
    for histogram in histograms:
        for name, (rows, size, tokens) in histogram.items():
            old = total.get(name, (0, 0, 0))
            total[name] = (old[0] + rows, old[1] + size, old[2] + tokens)
    return total
