"""Staged files made by hand, and the steps of dedup run one after another without a pipeline."""

import hashlib
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from licet.schemas.dedup import Dedup
from licet.schemas.staged import Held, Staged
from licet.stages.dedup.candidates import Effort
from licet.stages.dedup.components import assign
from licet.stages.dedup.deduplicate import number_of
from licet.stages.dedup.exchange import edges, partitioned
from licet.stages.dedup.fingerprint import fingerprint
from licet.stages.dedup.held import met
from licet.stages.dedup.index import index_schema, with_fingerprints
from licet.stages.dedup.spool import Scorer, read_fingerprints, write_spool
from licet.stages.dedup.verify import verify
from licet.stages.index import as_index, index_path
from licet.stages.shard.write import index_output
from licet.stages.storage import write_arrow


@dataclass(frozen=True)
class Row:
    id: str
    text: str
    grade: str | None = "A"
    tier: str | None = "permissive"
    license: str | None = None
    """Set where the row left for stated terms and objects to copies of its text."""
    date: str | None = None


DEFAULTS = Dedup()
Marks = dict[str, dict[str, object]]


def stage(
    folder: Path,
    name: str,
    rows: Sequence[Row],
    settings: Dedup = DEFAULTS,
    row_group_size: int = 1000,
    source: str = "test",
) -> Staged:
    """Write rows as one staged file, as the staging step does, and return what is known of it; objections come last."""
    rows, objecting = [row for row in rows if row.license is None], [row for row in rows if row.license is not None]
    staged = Staged(
        order=(0, 0),
        source=source,
        config="default",
        base=str(folder / "staging" / name / "00000"),
        rows=len(rows),
        bytes=sum(len(row.text.encode()) for row in rows),
        objections=len(objecting),
    )
    batch, objections = as_batch(rows), as_batch(objecting)
    Path(staged.base).parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_batches([batch]), staged.rows_path, row_group_size=row_group_size, compression="zstd")
    if objecting:
        pq.write_table(pa.Table.from_batches([objections]), staged.objections_path)
    bands = [fingerprint(part, settings) for part in (batch, objections)]
    write_arrow(staged.bands_path, pa.concat_batches(bands))
    return staged


def earlier(
    folder: Path, rows: Sequence[Row], *, place: int = 0, row_group_size: int = 1000, settings: Dedup | None = DEFAULTS
) -> list[Held]:
    """Write rows as the only shard of an earlier version; with ``settings``, with an index by them."""
    path = "data/default/train-00000-of-00001.parquet"
    table = pa.Table.from_batches([as_batch(rows)])
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, folder / path, row_group_size=row_group_size)
    if settings is not None:
        schema = index_schema(settings, chat=False)
        assert schema is not None
        bands = with_fingerprints(table, settings).select(schema.names[1:])
        with index_output(str(folder), path, schema) as file:
            for start in range(0, len(rows), row_group_size):
                some = slice(start, start + row_group_size)
                file.write(as_index(table.column("id")[some], bands[some], schema))
    return [
        Held(
            order=(place, 0, group),
            version=f"{place}" * 64,
            label=f"version {place}",
            folder=str(folder),
            shard=path,
            rows=min(row_group_size, len(rows) - start),
            index=str(folder / index_path(path)) if settings is not None else None,
        )
        for group, start in enumerate(range(0, len(rows), row_group_size))
    ]


def as_batch(rows: Sequence[Row]) -> pa.RecordBatch:
    """Rows with the columns of a staged file that dedup reads."""
    return pa.RecordBatch.from_pydict(
        {
            "id": pa.array([row.id for row in rows], pa.string()),
            "text": pa.array([row.text for row in rows], pa.string()),
            "content_sha256": pa.array([hashlib.sha256(row.text.encode()).hexdigest() for row in rows], pa.string()),
            "locator": pa.array([f"{row.id}#0" for row in rows], pa.string()),
            "license": pa.array([row.license for row in rows], pa.string()),
            "license_tier": pa.array([row.tier for row in rows], pa.string()),
            "license_grade": pa.array([row.grade for row in rows], pa.string()),
            "evidence_id": pa.array([f"evidence of {row.id}" for row in rows], pa.string()),
            "url": pa.nulls(len(rows), pa.string()),
            "date": pa.array([row.date for row in rows], pa.string()),
        }
    )


@dataclass
class Run:
    """All that dedup does, in order, each group arriving in an order drawn from ``seed``."""

    settings: Dedup
    work: str
    seed: int = 0
    partitions: int = 4
    is_laundered_refused: bool = True
    sources: Sequence[str] = ()
    scorer: Scorer | None = None

    def __call__(self, staged: Sequence[Staged | Held]) -> tuple[dict[str, pa.RecordBatch], Effort]:
        """Return the marks by the key of the staged file, and what it cost."""
        draw = random.Random(self.seed)
        by_number = {number_of(one): one for one in staged}

        def grouped(
            pairs: Iterable[tuple[int, pa.RecordBatch]],
        ) -> list[tuple[int, list[pa.RecordBatch]]]:
            groups = defaultdict(list)
            for key, batch in pairs:
                groups[key].append(batch)
            for group in groups.values():
                draw.shuffle(group)
            shuffled = list(groups.items())
            draw.shuffle(shuffled)
            return shuffled

        keys = grouped(
            pair
            for number, one in by_number.items()
            for pair in partitioned(read_fingerprints(one, self.settings, self.work), number, self.partitions)
        )
        links = [batch for _, group in keys for batch in edges(met(group))]
        draw.shuffle(links)
        pieces = grouped(
            piece
            for number, assignment in assign(links)
            for piece in write_spool(by_number[number], number, assignment, self.settings, self.work, self.scorer)
        )
        effort = Effort()
        found = [
            marks
            for _, group in pieces
            for marks in verify(
                group,
                self.settings,
                effort,
                sources=self.sources,
                is_laundered_refused=self.is_laundered_refused,
            ).items()
        ]
        return {
            by_number[number].key: pa.concat_batches(batches).sort_by("row") for number, batches in grouped(found)
        }, effort
