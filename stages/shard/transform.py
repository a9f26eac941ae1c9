"""The last transform of a run: from judged parcels to the data and provenance tables of a version."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
from apache_beam import PTransform
from apache_beam.pvalue import PCollection
from apache_beam.transforms.core import Create, FlatMap, Flatten, GroupByKey, Map
from apache_beam.transforms.util import Reshuffle
from apache_beam.typehints import KV

import licet.stages.coders  # noqa: F401  (that of batches)
from licet.schemas.measured import Bins
from licet.schemas.recipe import Shards
from licet.schemas.staged import Judged, ShardSpec
from licet.stages import storage
from licet.stages.shard.cuts import Cuts, no_cuts, write_cuts
from licet.stages.shard.ledger import LedgerSpec, LedgerWriter, plan_ledger
from licet.stages.shard.plan import plan_shards, with_cuts
from licet.stages.shard.records import (
    RECORDS_NAME,
    LedgerPart,
    ShardRecord,
    VersionTables,
    in_order,
    write_records,
)
from licet.stages.shard.tables import write_tables
from licet.stages.shard.write import ShardWriter

AnyRecord = ShardRecord | LedgerPart | VersionTables


@dataclass(eq=False)
class Shard(PTransform):
    """Writes the shards, ledger, clusters and evidence of a version below ``folder``; yields a record of each.

    `Judged` in, `ShardRecord`, `LedgerPart` and one `VersionTables` out. The same records, in order, are in
    ``<scratch>/records.json`` when the pipeline has ended (`read_records`). ``scratch`` holds what is needed only
    until then; it is outside ``folder``.

    Parcels meet on one key to be planned (they are small), shards are written in parallel, and their records meet
    on one key again. No grouping is ever empty, whatever the input: a runner with several processes does not
    end a pipeline that groups nothing (https://github.com/apache/beam/issues/25315), so each is given a seed.

    ``configs`` are all configs of the recipe; one of which nothing was kept gets one empty shard. ``bins`` are those
    of the rules whose values are kept. ``index`` is the schema of the dedup index that is written beside each shard;
    null where there is none. ``by`` are the columns that group rows where they are balanced.
    """

    settings: Shards
    folder: str
    scratch: str
    schema: pa.Schema
    configs: Sequence[str] = ("default",)
    revisions: Mapping[str, str | None] = field(default_factory=dict)
    footer: Mapping[str, str] = field(default_factory=dict)
    cuts: Cuts = no_cuts
    bins: Sequence[Bins] = ()
    index: pa.Schema | None = None
    by: Sequence[str] = ()

    def expand(self, judged: PCollection) -> PCollection:
        """Judged parcels in, records out."""
        planner = Planner(
            target_bytes=self.settings.target_bytes, configs=tuple(self.configs), cuts=self.cuts, scratch=self.scratch
        )
        writer = SpecWriter(
            shards=ShardWriter(
                folder=self.folder,
                scratch=self.scratch,
                schema=self.schema,
                settings=self.settings,
                revisions=dict(self.revisions),
                footer=dict(self.footer),
                index=self.index,
                by=tuple(self.by),
            ),
            ledger=LedgerWriter(folder=self.folder, scratch=self.scratch, bins=tuple(self.bins)),
        )
        seed = judged.pipeline | "Seed" >> Create([(0, None)]).with_output_types(KV[int, Any])
        return (
            (judged | "OneKey" >> Map(_keyed).with_output_types(KV[int, Any]), seed)
            | "WithSeed" >> Flatten()
            | "Meet" >> GroupByKey()
            | "PlanShards" >> FlatMap(planner).with_output_types(Any)
            | "Spread" >> Reshuffle()
            | "Write" >> Map(writer).with_output_types(Any)
            | "RecordsOneKey" >> Map(_keyed).with_output_types(KV[int, Any])
            | "MeetAgain" >> GroupByKey()
            | "WriteTables" >> FlatMap(Finisher(self.folder, self.scratch)).with_output_types(Any)
        )


def _keyed(element: Any) -> tuple[int, Any]:
    return 0, element


@dataclass(frozen=True, kw_only=True)
class Planner:
    """From all judged parcels on one key to everything that is to be written."""

    target_bytes: int
    configs: tuple[str, ...]
    cuts: Cuts
    scratch: str

    def __call__(self, group: tuple[int, Iterable[Judged | None]]) -> list[ShardSpec | LedgerSpec]:
        """Return shards and ledger parts, those first, being many small reads; write the bounds of the buckets."""
        judged = sorted(found for found in group[1] if found is not None)
        shards = plan_shards(judged, self.target_bytes, configs=self.configs)
        cuts = {column: list(bounds) for column, bounds in self.cuts(judged).items()}
        write_cuts(self.scratch, cuts)
        return [*plan_ledger(judged), *with_cuts(shards, cuts)]


@dataclass(frozen=True, kw_only=True)
class SpecWriter:
    """Writes what a spec tells."""

    shards: ShardWriter
    ledger: LedgerWriter

    def __call__(self, spec: ShardSpec | LedgerSpec) -> ShardRecord | LedgerPart:
        """Write a shard or a ledger part and return its record."""
        return self.shards(spec) if isinstance(spec, ShardSpec) else self.ledger(spec)


@dataclass(frozen=True)
class Finisher:
    """From all records on one key to the tables made of all files, and to `records.json`."""

    folder: str
    scratch: str

    def __call__(self, group: tuple[int, Iterable[ShardRecord | LedgerPart]]) -> list[AnyRecord]:
        """Write the tables and return all records, theirs included, in order."""
        written = in_order(list(group[1]))
        shards = [record for record in written if isinstance(record, ShardRecord)]
        parts = [record for record in written if isinstance(record, LedgerPart)]
        records = in_order([*written, write_tables(self.folder, shards, parts)])
        write_records(storage.join(self.scratch, RECORDS_NAME), records)
        return records
