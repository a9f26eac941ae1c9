"""What travels between stages: a batch of rows together with the ledger of those that have left it.

Because every refusal rides beside the rows it was taken from, no stage has side outputs, no row can fall between
two collections, and the conservation law can be checked at every step: ``rows_in = rows + ledger``.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

import pyarrow as pa

from licet.schemas.decontamination import CONTAMINATION
from licet.schemas.empty import empty_batch
from licet.schemas.evidence import EVIDENCE, STATEMENTS, Claim
from licet.schemas.ledger import EMPTY_LEDGER, LEDGER, Verdicts
from licet.schemas.measured import MEASURED_ROW, measured_schema
from licet.schemas.rows import OBJECTIONS


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """Some consecutive rows of one split, and all that is known of them.

    ``config`` is that of the version which the rows are for. ``rows`` are still in; ``ledger`` has the others.
    ``claims`` are the distinct sets of licence claims that the rows' ``claims`` column points into; ``evidence`` is
    what was concluded from them and ``statements`` their words, both empty before that stage; ``objections`` are those
    of the rows in the ledger whose terms speak against copies of their text elsewhere. ``measured`` is what a judge
    measured of all rows that came to it, where that is kept: the columns of `MEASURED_ROW` and one a measure.
    ``contamination`` are the items of evaluation sets that were found in rows, in those that left for it too. ``order``
    is the place of the split in the plan; ``last`` marks the last parcel of its split. ``seconds`` is the time spent in
    each stage so far, for the run record; it is no part of the data.
    """

    source: str
    split: str
    seq: int
    rows_in: int
    rows: pa.RecordBatch
    config: str = "default"
    bytes_in: int = 0
    ledger: pa.RecordBatch = field(default_factory=lambda: EMPTY_LEDGER)
    evidence: pa.RecordBatch = field(default_factory=lambda: empty_batch(EVIDENCE))
    statements: pa.RecordBatch = field(default_factory=lambda: empty_batch(STATEMENTS))
    objections: pa.RecordBatch = field(default_factory=lambda: empty_batch(OBJECTIONS))
    measured: pa.RecordBatch = field(default_factory=lambda: empty_batch(MEASURED_ROW))
    contamination: pa.RecordBatch = field(default_factory=lambda: empty_batch(CONTAMINATION))
    claims: tuple[tuple[Claim, ...], ...] = ((),)
    order: int = 0
    last: bool = False
    seconds: tuple[tuple[str, float], ...] = ()
    cleaned: tuple[tuple[str, int], ...] = ()
    """Rows that lost lines before they were judged, and the lines that went, by reason."""

    @cached_property
    def is_conserved(self) -> bool:
        """Whether each row that came in is either still here or in the ledger."""
        return bool(self.rows_in == self.rows.num_rows + self.ledger.num_rows)

    def with_rows(self, rows: pa.RecordBatch) -> "Parcel":
        """Return the parcel with other columns for the same rows."""
        if rows.num_rows != self.rows.num_rows:
            raise ValueError(f"{self.rows.num_rows} rows became {rows.num_rows}: only a judge may drop rows")
        return replace(self, rows=rows)

    def with_columns(self, columns: dict[str, pa.Array]) -> "Parcel":
        """Return the parcel with columns added, or replaced where the name is taken."""
        rows = self.rows
        for name, column in columns.items():
            at = rows.schema.get_field_index(name)
            rows = rows.set_column(at, name, column) if at >= 0 else rows.append_column(name, column)
        return self.with_rows(rows)

    def with_measured(self, verdicts: Verdicts) -> "Parcel":
        """Return the parcel with what the verdicts measured of its rows, where they hold that."""
        if verdicts.measured is None:
            return self
        told = [self.rows.column("id"), self.rows.column("locator"), verdicts.reason, *verdicts.measured.values()]
        schema = measured_schema(list(verdicts.measured))
        return replace(self, measured=pa.RecordBatch.from_arrays(told, schema=schema))

    def refuse(self, stage: str, verdicts: Verdicts) -> "Parcel":
        """Return the parcel with the rows that have a reason moved to the ledger under ``stage``."""
        refused = verdicts.reason.is_valid()
        if not refused.true_count:
            return self
        left = self.rows.filter(refused)
        entries = ledger_of(left, self.source, stage, verdicts, refused)
        ledger = pa.concat_batches([self.ledger, entries])
        return replace(self, rows=self.rows.filter(pa.compute.invert(refused)), ledger=ledger)


def ledger_of(
    left: pa.RecordBatch, source: str, stage: str, verdicts: Verdicts, refused: pa.BooleanArray
) -> pa.RecordBatch:
    """Return the ledger rows for ``left``, the rows of a batch that ``refused`` selects."""
    columns: dict[str, pa.Array] = {
        "source": pa.repeat(pa.scalar(source), left.num_rows),
        "stage": pa.repeat(pa.scalar(stage), left.num_rows),
    }
    for name in ("reason", "value", "threshold", "detail"):
        given = getattr(verdicts, name)
        if given is not None:
            columns[name] = given.filter(refused).cast(LEDGER.field(name).type)
    for name in ("id", "locator", "url", "content_sha256", "evidence_id"):
        if name in left.schema.names:
            columns[name] = left.column(name)
    if "text" in left.schema.names:
        columns["bytes"] = pa.compute.binary_length(left.column("text")).cast(pa.int64())
    return pa.RecordBatch.from_arrays(
        [columns.get(f.name, pa.nulls(left.num_rows, f.type)) for f in LEDGER], schema=LEDGER
    )
