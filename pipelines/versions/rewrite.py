"""The files of a version without some of its rows: those that hold none of them are the same to the byte.

A shard that loses rows keeps its name and its row groups, so that what is before and behind a row that left stays where
it was and need not be sent again. One that loses all stays too, without rows: no other name changes.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from licet.pipelines.facts import footer_facts
from licet.pipelines.redo.rows import as_refused, row_groups
from licet.pipelines.verify.data import texts_of
from licet.pipelines.versions.leaving import Leaving
from licet.schemas.errors import VersionError
from licet.schemas.evidence import COUNTED_EVIDENCE
from licet.schemas.ledger import LEDGER
from licet.schemas.manifest import FileEntry, Manifest, Role
from licet.schemas.measured import Histogram
from licet.schemas.recipe import Recipe
from licet.schemas.staged import ShardSpec
from licet.stages import storage
from licet.stages.dedup import index_schema, with_fingerprints
from licet.stages.index import index_path
from licet.stages.quality import kept_bins
from licet.stages.shard.ledger import (
    FEW_VALUES,
    ROWS_A_GROUP,
    LedgerSpec,
    add_refused,
    as_refused_counts,
    in_groups_of,
    ledger_path,
)
from licet.stages.shard.measures import Tally
from licet.stages.shard.parquet import parquet_output
from licet.stages.shard.published import TEXT_BYTES
from licet.stages.shard.records import LedgerPart, ShardRecord, VersionTables, in_order
from licet.stages.shard.tables import stored_digest, write_evidence_sets
from licet.stages.shard.write import ShardTally, ShardWriter

_PIECE = 1 << 20
_UNTOUCHED: tuple[Role, ...] = ("clusters", "measures", "objections", "statements")
"""Tables that say nothing of rows that were kept, or what stays true of them: what was measured of a row that leaves
is why the heuristics let it in, and no more of its text than its size in the ledger."""


@dataclass
class Taking:
    """Reads the version in ``folder`` and writes it to ``to`` without the rows that leave, by file and in order."""

    folder: str
    manifest: Manifest
    recipe: Recipe
    to: str
    scratch: str
    leaving: Mapping[str, Sequence[Leaving]]
    reference: str

    def records(self) -> list[ShardRecord | LedgerPart | VersionTables]:
        """Write shards, ledger and tables, and return the records of them."""
        shards, parts = list(self._shards()), list(self._ledger())
        digest = stored_digest([shard.leaves for shard in shards])
        tables = VersionTables(
            files=(*self._copied_tables(), write_evidence_sets(self.to, self._evidence())),
            rows=digest.rows,
            digest=digest.digest,
            histograms=self._histograms(),
        )
        return in_order([*shards, *parts, tables])

    @property
    def _by(self) -> tuple[str, ...]:
        """The columns that group rows, where they are balanced."""
        return self.recipe.balance.columns if self.recipe.balance.is_on else ()

    def _files(self, role: Role) -> list[FileEntry]:
        return sorted((f for f in self.manifest.files if f.role == role), key=lambda f: f.path)

    def _groups(self, entry: FileEntry) -> Iterator[tuple[pa.Table, list[Leaving]]]:
        """Yield a shard by row groups, each with its rows that leave."""
        start = 0
        leaving = self.leaving.get(entry.path, ())
        for table in row_groups(storage.join(self.folder, entry.path)):
            yield table, [one for one in leaving if start <= one.place < start + table.num_rows]
            start += table.num_rows

    def _shards(self) -> Iterator[ShardRecord]:
        configs: dict[str, list[FileEntry]] = {}
        for entry in self._files("data"):
            configs.setdefault(entry.path.split("/")[1], []).append(entry)
        for config, entries in sorted(configs.items()):
            for number, entry in enumerate(entries):
                spec = ShardSpec(config=config, number=number, of=len(entries), pieces=())
                yield self._rewritten(entry, spec) if entry.path in self.leaving else self._same(entry, spec)

    def _rewritten(self, entry: FileEntry, spec: ShardSpec) -> ShardRecord:
        with storage.open_input(storage.join(self.folder, entry.path)) as source:
            schema = pq.read_schema(source)
        dedup = self.recipe.dedup
        index = index_schema(dedup, chat=self.recipe.kind == "posttrain")
        writer = ShardWriter(
            folder=self.to,
            scratch=self.scratch,
            schema=schema.remove_metadata(),
            settings=self.recipe.shards,
            footer=footer_facts(self.recipe, self.manifest.policy),
            index=index,
            by=self._by,
        )
        staying = self._staying(entry)
        return writer.write_groups(staying if index is None else (with_fingerprints(t, dedup) for t in staying), spec)

    def _staying(self, entry: FileEntry) -> Iterator[pa.Table]:
        start = 0
        for table, leaving in self._groups(entry):
            stays = np.ones(table.num_rows, bool)
            stays[[one.place - start for one in leaving]] = False
            start += table.num_rows
            rows = table.filter(pa.array(stays)) if leaving else table
            if rows.num_rows:
                yield rows.append_column(TEXT_BYTES, _sizes(rows))

    def _same(self, entry: FileEntry, spec: ShardSpec) -> ShardRecord:
        copy_file(self.folder, entry, self.to)
        tally = None
        for table in row_groups(storage.join(self.folder, entry.path)):
            tally = tally or ShardTally(table.column_names[0], self._by)
            tally.add(table, _sizes(table))
        record = (tally or ShardTally("id")).record(entry, spec, self.scratch)
        index = next((file for file in self._files("index") if file.path == index_path(entry.path)), None)
        return record.model_copy(update={"index": copy_file(self.folder, index, self.to) if index else None})

    def _ledger(self) -> Iterator[LedgerPart]:
        """Copy the parts of the ledger, and write one more for the rows that leave."""
        entries = self._files("ledger")
        for number, entry in enumerate(entries):
            counts: dict[tuple[str, str, str], tuple[int, int]] = {}
            names = ["source", "stage", "reason", "bytes"]
            for table in row_groups(storage.join(self.folder, entry.path), names):
                add_refused(counts, table)
            spec = LedgerSpec(number=number, of=len(entries) + 1, parcels=())
            yield _part(spec, copy_file(self.folder, entry, self.to, ledger_path(spec)), counts)
        spec = LedgerSpec(number=len(entries), of=len(entries) + 1, parcels=())
        counts = {}
        place = storage.join(self.to, ledger_path(spec))
        with parquet_output(place, LEDGER, dictionary=FEW_VALUES, plain=("detail",)) as file:
            for group in in_groups_of(self._left(), ROWS_A_GROUP):
                add_refused(counts, group)
                file.write(group)
        yield _part(spec, file.entry(ledger_path(spec), "ledger"), counts)

    def _left(self) -> Iterator[pa.Table]:
        for entry in self._files("data"):
            if entry.path not in self.leaving:
                continue
            start = 0
            for table, leaving in self._groups(entry):
                rows = table.take(pa.array([one.place - start for one in leaving], pa.int64()))
                start += table.num_rows
                yield as_refused(rows, [one.told(self.reference) for one in leaving], rows.column("evidence_id"))

    def _copied_tables(self) -> Iterator[FileEntry]:
        for role in _UNTOUCHED:
            for entry in self._files(role):
                yield copy_file(self.folder, entry, self.to)

    def _histograms(self) -> tuple[Histogram, ...]:
        """Return the histograms of the measures, which stay as they are."""
        tally = Tally(kept_bins(self.recipe.heuristics))
        entries = self._files("measures")
        for entry in entries:
            for table in row_groups(storage.join(self.folder, entry.path)):
                tally.add(table)
        return tally.histograms() if entries else ()

    def _evidence(self) -> Iterator[pa.Table]:
        """Yield the evidence with the rows that leave counted as refused."""
        left = Counter(one.evidence_id for leaving in self.leaving.values() for one in leaving)
        for entry in self._files("evidence"):
            for table in row_groups(storage.join(self.folder, entry.path)):
                gone = np.array([left[key] for key in table.column("evidence_id").to_pylist()], np.int64)
                for name, sign in (("rows_kept", -1), ("rows_refused", 1)):
                    counts = pa.array(table.column(name).to_numpy() + sign * gone)
                    table = table.set_column(table.schema.get_field_index(name), COUNTED_EVIDENCE.field(name), counts)
                yield table


def copy_file(folder: str, entry: FileEntry, to: str, path: str | None = None) -> FileEntry:
    """Copy a file of a version and return its entry under the name that it has then.

    Raises:
        VersionError: it is not what the manifest says.

    """
    found = hashlib.sha256()
    path = path or entry.path
    to_path = storage.join(to, path)
    with storage.open_input(storage.join(folder, entry.path)) as source, storage.atomic_output(to_path) as sink:
        while piece := source.read(_PIECE):
            found.update(piece)
            sink.write(piece)
        if found.hexdigest() != entry.sha256:
            raise VersionError(f"{entry.path} of {folder} is not what its manifest says: `licet verify` tells more")
    return entry.model_copy(update={"path": path})


def _part(spec: LedgerSpec, entry: FileEntry, counts: dict[tuple[str, str, str], tuple[int, int]]) -> LedgerPart:
    return LedgerPart(
        file=entry,
        number=spec.number,
        kept_rows=0,
        refused=tuple(as_refused_counts(counts)),
        evidence="",
        statements="",
        objections="",
    )


def _sizes(rows: pa.Table) -> pa.Array:
    return pa.array([len(text) for text in texts_of(rows)], pa.int64())
