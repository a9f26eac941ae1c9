"""Marks: what dedup and classification say about the rows of one staged parcel.

Only rows of which there is something to say are listed, so marks are small and may cross a shuffle; a row that is
not listed is kept, alone in its cluster. A row with a ``reason`` is refused by ``stage``.
"""

import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.empty import empty_batch

OBJECTION = pa.struct(
    [
        pa.field("id", pa.string()),
        pa.field("locator", pa.string()),
        pa.field("evidence_id", pa.string()),
        pa.field("similarity", pa.float64()),
        pa.field("threshold", pa.float64()),
    ]
)
MARKS = pa.schema(
    [
        pa.field("row", pa.uint32(), nullable=False),
        pa.field("stage", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("value", pa.float64()),
        pa.field("threshold", pa.float64()),
        pa.field("kept_id", pa.string()),
        pa.field("kept_locator", pa.string()),
        pa.field("detail", pa.string()),
        # For a kept row that stands for others: how many rows its cluster has, itself counted.
        pa.field("cluster_size", pa.int32()),
        # The row that left for stated terms and resembles this one: what speaks against it, refused for it or not.
        pa.field("objection", OBJECTION),
    ]
)

NO_MARKS: pa.RecordBatch = empty_batch(MARKS)


def kept_mask(marks: pa.RecordBatch, rows: int) -> pa.BooleanArray:
    """Return, for each of ``rows`` rows of a parcel, whether it is kept."""
    refused = marks.filter(pc.is_valid(marks.column("reason"))).column("row")
    return pc.invert(pc.is_in(pa.array(range(rows), pa.uint32()), value_set=refused))


def cluster_sizes(marks: pa.RecordBatch, rows: int) -> pa.Int32Array:
    """Return the cluster size of each of ``rows`` rows: 1 where nothing is said."""
    sized = marks.filter(pc.is_valid(marks.column("cluster_size")))
    at = pc.index_in(pa.array(range(rows), pa.uint32()), value_set=sized.column("row"))
    return pc.fill_null(sized.column("cluster_size").take(at), 1)
