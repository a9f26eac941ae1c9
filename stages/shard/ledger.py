"""The final ledger: of each parcel, the rows that staging refused and those that dedup and classification did."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.ledger import LEDGER, OBJECTED
from licet.schemas.measured import Bins
from licet.schemas.staged import Judged
from licet.stages import storage
from licet.stages.marks import kept_mask
from licet.stages.shard.evidence import EvidenceGatherer, StatementGatherer
from licet.stages.shard.measures import measured_rows, measures_path, write_measures
from licet.stages.shard.parquet import parquet_input, parquet_output
from licet.stages.shard.records import LedgerPart, RefusedCount

PARCELS_A_PART = 64
"""At the default 16 MB of text a parcel, a ledger part speaks for about 1 GB of it."""
ROWS_A_GROUP = 65_536
FEW_VALUES = ("source", "stage", "reason", "threshold", "evidence_id")
_STAGED = ("id", "locator", "url", "content_sha256", "evidence_id", "text_bytes")


@dataclass(frozen=True, kw_only=True)
class LedgerSpec:
    """A ledger part to be written: consecutive parcels, of whatever config."""

    number: int
    of: int
    parcels: tuple[Judged, ...]


def plan_ledger(judged: Sequence[Judged], parcels_a_part: int = PARCELS_A_PART) -> list[LedgerSpec]:
    """Return the ledger parts, at least one, whatever the order of the parcels given."""
    parcels = sorted(judged, key=lambda j: j.staged)
    cut = [parcels[at : at + parcels_a_part] for at in range(0, len(parcels), parcels_a_part)] or [[]]
    return [LedgerSpec(number=i, of=len(cut), parcels=tuple(part)) for i, part in enumerate(cut)]


def ledger_path(part: LedgerSpec) -> str:
    """Return a part's name within the version."""
    return f"provenance/ledger/part-{part.number:05d}-of-{part.of:05d}.parquet"


@dataclass(frozen=True, kw_only=True)
class LedgerWriter:
    """Writes ledger parts into ``folder``, and the evidence sets of their parcels into ``scratch``.

    ``bins`` are those of the rules whose values are kept: with any, each part has a part of the measures beside it.
    """

    folder: str
    scratch: str
    bins: tuple[Bins, ...] = ()

    def __call__(self, part: LedgerSpec) -> LedgerPart:
        """Write one part and return its record. Memory is that of one parcel's ids and the part's evidence."""
        path = ledger_path(part)
        evidence, statements = EvidenceGatherer(), StatementGatherer()
        objected = [OBJECTED.empty_table()]
        counts: dict[tuple[str, str, str], tuple[int, int]] = {}
        with parquet_output(storage.join(self.folder, path), LEDGER, dictionary=FEW_VALUES, plain=("detail",)) as file:
            for group in in_groups_of(self._refused(part, evidence, statements, objected), ROWS_A_GROUP):
                add_refused(counts, group)
                file.write(group)
        evidence_path = storage.join(self.scratch, "evidence", f"{part.number:05d}.arrow")
        storage.write_arrow(evidence_path, evidence.sorted_batch())
        statements_path = storage.join(self.scratch, "statements", f"{part.number:05d}.arrow")
        storage.write_arrow(statements_path, statements.sorted_batch())
        objections_path = storage.join(self.scratch, "objections", f"{part.number:05d}.arrow")
        storage.write_arrow(objections_path, as_batch(pa.concat_tables(objected)))
        record = LedgerPart(
            file=file.entry(path, "ledger"),
            number=part.number,
            kept_rows=sum(judged.kept_rows for judged in part.parcels),
            refused=tuple(as_refused_counts(counts)),
            evidence=evidence_path,
            statements=statements_path,
            objections=objections_path,
        )
        if not self.bins:
            return record
        groups = in_groups_of(measured_rows(part.parcels), ROWS_A_GROUP)
        entry, histograms = write_measures(self.folder, measures_path(part.number, part.of), groups, self.bins)
        return record.model_copy(update={"measures": entry, "histograms": histograms})

    def _refused(
        self,
        part: LedgerSpec,
        evidence: EvidenceGatherer,
        statements: StatementGatherer,
        objected: list[pa.Table],
    ) -> Iterator[pa.Table]:
        for judged in part.parcels:
            staged = pa.Table.from_batches([storage.read_arrow(judged.staged.ledger_path)])
            marked, kept, told = split_parcel(judged)
            objected += [told] if told.num_rows else []
            evidence.add(storage.read_arrow(judged.staged.evidence_path))
            statements.add(storage.read_arrow(judged.staged.statements_path))
            evidence.count("rows_kept", kept)
            for refused in (staged, marked):
                evidence.count("rows_refused", refused.column("evidence_id"))
                yield refused


def split_parcel(judged: Judged) -> tuple[pa.Table, pa.ChunkedArray, pa.Table]:
    """Return the ledger rows that the marks of a parcel make, the evidence id of each kept row, and `OBJECTED`.

    Raises:
        RuntimeError: rows kept and rows refused do not add up to the rows staged.

    """
    staged = judged.staged
    marks = storage.read_arrow(judged.marks_path)
    with parquet_input(staged.rows_path) as file:
        rows = file.read(columns=list(_STAGED), use_threads=False)
    mask = kept_mask(marks, rows.num_rows)
    refusals = marks.filter(pc.is_valid(marks.column("reason"))).sort_by("row")
    kept = rows.column("evidence_id").filter(mask)
    if not len(kept) == judged.kept_rows == staged.rows - refusals.num_rows:
        raise RuntimeError(
            f"parcel {staged.key}: of {staged.rows} staged rows {judged.kept_rows} should be kept, its marks"
            f" keep {len(kept)} and refuse {refusals.num_rows}"
        )
    left = rows.take(refusals.column("row"))
    given = {name: left.column(name) for name in _STAGED[:-1]}
    given |= {name: refusals.column(name) for name in refusals.schema.names if name in LEDGER.names}
    given["source"] = pa.repeat(pa.scalar(staged.source), left.num_rows)
    given["bytes"] = left.column("text_bytes").cast(pa.int64())
    columns = [given.get(field.name, pa.nulls(left.num_rows, field.type)) for field in LEDGER]
    return pa.Table.from_arrays(columns, schema=LEDGER), kept, objected_rows(marks, rows)


def objected_rows(marks: pa.RecordBatch, rows: pa.Table) -> pa.Table:
    """Return, as `OBJECTED`, the rows of a parcel to which something objects, whatever became of them."""
    told = marks.filter(pc.is_valid(marks.column("objection")))
    left = rows.take(told.column("row"))
    objection = told.column("objection")
    columns = {name: left.column(name) for name in ("id", "locator")}
    columns |= {name: pc.struct_field(objection, name) for name in ("similarity", "threshold", "evidence_id")}
    columns |= {f"objection_{name}": pc.struct_field(objection, name) for name in ("id", "locator")}
    return pa.Table.from_arrays([columns[name] for name in OBJECTED.names], schema=OBJECTED)


def as_batch(table: pa.Table) -> pa.RecordBatch:
    """Return a table as one batch."""
    return pa.RecordBatch.from_arrays([column.combine_chunks() for column in table.columns], schema=table.schema)


def in_groups_of(tables: Iterable[pa.Table], rows: int) -> Iterator[pa.Table]:
    """Yield the same rows in tables of at least ``rows`` rows, but for the last."""
    held: list[pa.Table] = []
    count = 0
    for table in tables:
        held.append(table)
        count += table.num_rows
        if count >= rows:
            yield pa.concat_tables(held)
            held, count = [], 0
    if count:
        yield pa.concat_tables(held)


def add_refused(counts: dict[tuple[str, str, str], tuple[int, int]], ledger: pa.Table) -> None:
    """Add ledger rows to counts of rows and bytes by (source, stage, reason)."""
    keys = ("source", "stage", "reason")
    sized = ledger.select(keys).append_column("bytes", pc.fill_null(ledger.column("bytes"), 0))
    grouped = sized.group_by(list(keys), use_threads=False).aggregate([("bytes", "count"), ("bytes", "sum")])
    for row in grouped.to_pylist():
        key = (row["source"], row["stage"], row["reason"])
        old = counts.get(key, (0, 0))
        counts[key] = (old[0] + row["bytes_count"], old[1] + row["bytes_sum"])


def as_refused_counts(counts: dict[tuple[str, str, str], tuple[int, int]]) -> list[RefusedCount]:
    """Return counts of refused rows as a sorted list."""
    return [
        RefusedCount(source=source, stage=stage, reason=reason, rows=rows, bytes=size)
        for (source, stage, reason), (rows, size) in sorted(counts.items())
    ]
