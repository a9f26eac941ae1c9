"""The ledger: every row that did not make it, with the stage, the reason, the value and the threshold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.empty import empty_batch

LEDGER = pa.schema(
    [
        # The row's id as a kept row would have it; null when it could not be read at all.
        pa.field("id", pa.string()),
        pa.field("source", pa.string(), nullable=False),
        pa.field("locator", pa.string(), nullable=False),
        pa.field("url", pa.string()),
        pa.field("content_sha256", pa.string()),
        pa.field("stage", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        # The measured number and the bound that it crossed, where the rule has numbers.
        pa.field("value", pa.float64()),
        pa.field("threshold", pa.float64()),
        # What a number cannot say: the refused expression, the text of an error.
        pa.field("detail", pa.string()),
        pa.field("evidence_id", pa.string()),
        # The row that stayed in this one's stead, and where it was read: of this version, but for `HELD`.
        pa.field("kept_id", pa.string()),
        pa.field("kept_locator", pa.string()),
        # UTF-8 bytes of the row's text, or of the piece of input that could not be read.
        pa.field("bytes", pa.int64()),
    ]
)

HELD_EXACT = "already_published_exact"
HELD_NEAR = "already_published"
HELD = (HELD_EXACT, HELD_NEAR)
"""The reasons of rows that an earlier version has: the row that they name is in that one, and `detail` is its label."""

OBJECTED = pa.schema(
    [
        # A row that came to dedup: kept, or refused there as laundered.
        pa.field("id", pa.string(), nullable=False),
        pa.field("locator", pa.string(), nullable=False),
        # The refused row whose stricter terms speak against it, where that was read, and what they rest on.
        pa.field("objection_id", pa.string(), nullable=False),
        pa.field("objection_locator", pa.string(), nullable=False),
        pa.field("evidence_id", pa.string(), nullable=False),
        # Measured between the texts of the two, and the bound that it reached.
        pa.field("similarity", pa.float64(), nullable=False),
        pa.field("threshold", pa.float64(), nullable=False),
    ]
)
"""The columns of `provenance/objections.parquet`."""


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """What a judge says of a batch: one nullable reason a row, with its measure. Null keeps the row.

    ``value`` and ``threshold`` are float64 and ``detail`` is string, each nullable and as long as ``reason``;
    leave one out where it would be null throughout. ``measured`` is what is to be kept of every row, let in or not:
    float64 columns by measure.
    """

    reason: pa.Array
    value: pa.Array | None = None
    threshold: pa.Array | None = None
    detail: pa.Array | None = None
    measured: Mapping[str, pa.Array] | None = None


def ledger_batch(rows: Sequence[dict[str, object]]) -> pa.RecordBatch:
    """Return ledger rows given as dicts as one batch; keys left out are null, unknown keys are errors."""
    known = set(LEDGER.names)
    for row in rows:
        if unknown := set(row) - known:
            raise ValueError(f"ledger rows have no column {sorted(unknown)}")
    return pa.RecordBatch.from_pylist(list(rows), schema=LEDGER)


def stands_here(ledger: pa.Table | pa.RecordBatch) -> pa.Array | pa.ChunkedArray:
    """Return which ledger rows, of columns ``kept_id`` and ``reason``, name a row of their own version."""
    elsewhere = pc.is_in(ledger.column("reason"), value_set=pa.array(HELD, pa.string()))
    return pc.and_not(pc.is_valid(ledger.column("kept_id")), elsewhere)


EMPTY_LEDGER: pa.RecordBatch = empty_batch(LEDGER)
