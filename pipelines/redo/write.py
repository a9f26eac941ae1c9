"""The files of a version that is decided anew: shards, ledger, evidence and statements, in bounded memory."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from licet.pipelines.facts import footer_facts, policy_used
from licet.pipelines.redo.decide import Decision, decided
from licet.pipelines.redo.ledger import ledger_anew, shrunk
from licet.pipelines.redo.measured import Gone
from licet.pipelines.redo.objected import Objected, Place, objected, objected_anew
from licet.pipelines.redo.rows import Lookup, kept_rows, refused_rows, row_groups
from licet.pipelines.statements import Words
from licet.schemas.evidence import COUNTED_EVIDENCE, STATEMENTS
from licet.schemas.ledger import LEDGER, OBJECTED
from licet.schemas.manifest import FileEntry, Manifest, Role
from licet.schemas.recipe import Recipe
from licet.schemas.staged import ShardSpec
from licet.stages import storage
from licet.stages.dedup import index_schema, with_fingerprints
from licet.stages.license.evidence import evidence_batch
from licet.stages.license.policy import Policy
from licet.stages.quality import kept_bins
from licet.stages.shard.evidence import EvidenceGatherer
from licet.stages.shard.ledger import (
    FEW_VALUES,
    ROWS_A_GROUP,
    LedgerSpec,
    add_refused,
    as_refused_counts,
    in_groups_of,
    ledger_path,
)
from licet.stages.shard.measures import write_measures
from licet.stages.shard.parquet import parquet_output
from licet.stages.shard.published import in_row_groups
from licet.stages.shard.records import LedgerPart, ShardRecord, VersionTables, in_order
from licet.stages.shard.tables import write_tables
from licet.stages.shard.write import ShardWriter

_CONCLUDED = ("evidence_id", "concluded", "elected", "tier", "grade", "reason", "claims")


@dataclass
class Rewriting:
    """Reads the version in ``folder`` and writes the one decided anew to ``to``."""

    folder: str
    manifest: Manifest
    recipe: Recipe
    to: str
    scratch: str
    evidence: EvidenceGatherer = field(default_factory=EvidenceGatherer)
    objected: dict[Place, Objected] = field(default_factory=dict)
    kept_under: dict[str, int] = field(default_factory=dict)
    """Published rows that stay by their evidence before."""
    gone: Gone = field(default_factory=Gone)
    """Rows that do not come to the heuristics any more."""
    left: dict[str, int] = field(default_factory=dict)
    """Published rows that leave, by reason."""

    def _files(self, role: Role) -> list[FileEntry]:
        return sorted((f for f in self.manifest.files if f.role == role), key=lambda f: f.path)

    def _groups(self, role: Role, *columns: str) -> Iterator[pa.Table]:
        for entry in self._files(role):
            yield from row_groups(storage.join(self.folder, entry.path), columns or None)

    @cached_property
    def words(self) -> Words:
        """All statements of the version."""
        return Words(pa.concat_tables([STATEMENTS.empty_table(), *self._groups("statements")]))

    def decisions(self, policy: Policy) -> tuple[dict[str, Decision], int]:
        """Return the decision on each evidence set by its id before, and how many of them are not what they were."""
        found: dict[str, Decision] = {}
        changed = 0
        for table in self._groups("evidence", *_CONCLUDED):
            judgements = []
            for before in table.to_pylist():
                decision, judgement = decided(before, self.words, policy)
                found[before["evidence_id"]] = decision
                judgements.append(judgement.evidence)
                same = ("concluded", "elected", "tier", "grade", "reason")
                changed += any(before[name] != judgement.evidence[name] for name in same)
            self.evidence.add(evidence_batch(judgements))
        return found, changed

    def records(self, decisions: dict[str, Decision], policy: Policy) -> list[ShardRecord | LedgerPart | VersionTables]:
        """Write everything that the manifest is made from and return the records of it."""
        self.objected = objected(self._groups("objections"), decisions)
        lookup = Lookup(decisions, self.objected if policy.laundered == "refuse" else None)
        storage.write_arrow(self._scratched_path("objections", 0), objected_anew(self.objected, decisions))
        staying, gone = self._survey(lookup)
        fewer: dict[str, int] = {}
        parts = self._ledger(lookup, gone, fewer)
        shards = self._shards(lookup, staying, fewer, policy)
        parts = [part.model_copy(update=told) for part, told in zip(parts, self._measures(len(parts)), strict=True)]
        return in_order([*shards, *parts, write_tables(self.to, shards, parts)])

    def _survey(self, lookup: Lookup) -> tuple[dict[str, int], pa.Array]:
        """Return how many rows of each shard stay, and which of those that leave stood for others."""
        staying: dict[str, int] = {}
        gone: list[str] = []
        for entry in self._files("data"):
            staying[entry.path] = 0
            id_column = "uuid" if self.recipe.kind == "posttrain" else "id"
            columns = [id_column, "locator", "evidence_id", "cluster_size"]
            for table in row_groups(storage.join(self.folder, entry.path), columns):
                leaving = lookup.refusals(table)
                for told in leaving.values():
                    self.left[told["reason"]] = self.left.get(told["reason"], 0) + 1
                left = table.take(pa.array(list(leaving), pa.int64()))
                gone += left.column(id_column).filter(pc.greater(left.column("cluster_size"), 1)).to_pylist()
                staying[entry.path] += table.num_rows - left.num_rows
                kept = Counter(table.column("evidence_id").to_pylist())
                kept.subtract(left.column("evidence_id").to_pylist())
                for key, rows in kept.items():
                    self.kept_under[key] = self.kept_under.get(key, 0) + rows
        return staying, pa.array(gone, pa.string())

    def _ledger(self, lookup: Lookup, gone: pa.Array, fewer: dict[str, int]) -> list[LedgerPart]:
        """Write the parts of the ledger as they are now, and one more for the rows that leave."""
        entries = self._files("ledger")
        total = len(entries) + 1
        parts = []
        for number in range(total):
            spec = LedgerSpec(number=number, of=total, parcels=())
            tables = self._part(entries[number], lookup, gone, fewer) if number < len(entries) else self._left(lookup)
            counts: dict[tuple[str, str, str], tuple[int, int]] = {}
            place = storage.join(self.to, ledger_path(spec))
            with parquet_output(place, LEDGER, dictionary=FEW_VALUES, plain=("detail",)) as file:
                for group in in_groups_of(tables, ROWS_A_GROUP):
                    add_refused(counts, group)
                    self.evidence.count("rows_refused", group.column("evidence_id"))
                    file.write(group)
            parts.append((spec, file.entry(ledger_path(spec), "ledger"), counts))
        self._count_kept(lookup)
        return [
            LedgerPart(
                file=entry,
                number=spec.number,
                kept_rows=0,
                refused=tuple(as_refused_counts(counts)),
                evidence=self._scratched("evidence", spec.number),
                statements=self._scratched("statements", spec.number),
                objections=self._scratched("objections", spec.number),
            )
            for spec, entry, counts in parts
        ]

    def _part(self, entry: FileEntry, lookup: Lookup, gone: pa.Array, fewer: dict[str, int]) -> Iterator[pa.Table]:
        for before in row_groups(storage.join(self.folder, entry.path)):
            after = ledger_anew(before, lookup, gone, self.objected)
            for row_id, rows in shrunk(before, after).items():
                fewer[row_id] = fewer.get(row_id, 0) + rows
            self.gone.add_changed(before, after)
            yield after

    def _left(self, lookup: Lookup) -> Iterator[pa.Table]:
        for table in self._groups("data"):
            rows = refused_rows(table, lookup)
            self.gone.add(rows)
            yield rows

    def _measures(self, parts: int) -> Iterator[dict[str, Any]]:
        """Write the measures of the rows that still come to the heuristics; yield what each ledger part tells of it."""
        entries, bins = self._files("measures"), kept_bins(self.recipe.heuristics)
        for number in range(parts):
            if number >= len(entries):
                yield {}
                continue
            groups = self.gone.without(row_groups(storage.join(self.folder, entries[number].path)))
            entry, histograms = write_measures(self.to, entries[number].path, in_groups_of(groups, ROWS_A_GROUP), bins)
            yield {"measures": entry, "histograms": histograms}

    def _count_kept(self, lookup: Lookup) -> None:
        """Count the rows that stay under the evidence that they have now."""
        for key, rows in self.kept_under.items():
            place = lookup.places(pa.array([key], pa.string()))
            self.evidence.count("rows_kept", pa.repeat(lookup.taken("evidence_id", place)[0], rows))

    def _scratched(self, what: str, number: int) -> str:
        """Write what the tables need of a ledger part: the first part has the evidence, words and objections of all."""
        path = self._scratched_path(what, number)
        if number:
            schema = {"evidence": COUNTED_EVIDENCE, "statements": STATEMENTS, "objections": OBJECTED}[what]
            storage.write_arrow(path, pa.RecordBatch.from_pylist([], schema=schema))
        elif what != "objections":
            storage.write_arrow(path, self.evidence.sorted_batch() if what == "evidence" else self.words.batch())
        return path

    def _scratched_path(self, what: str, number: int) -> str:
        return storage.join(self.scratch, what, f"{number:05d}.arrow")

    def _shards(
        self, lookup: Lookup, staying: dict[str, int], fewer: dict[str, int], policy: Policy
    ) -> list[ShardRecord]:
        """Write the rows that stay, shard by shard; one that loses all is left out, unless its config has no other."""
        configs: dict[str, list[FileEntry]] = {}
        for entry in self._files("data"):
            configs.setdefault(entry.path.split("/")[1], []).append(entry)
        records = []
        for config, entries in sorted(configs.items()):
            held = [entry for entry in entries if staying[entry.path]] or entries[:1]
            for number, entry in enumerate(held):
                path = storage.join(self.folder, entry.path)
                spec = ShardSpec(config=config, number=number, of=len(held), pieces=())
                groups = (kept_rows(table, lookup, fewer) for table in row_groups(path))
                sized = in_row_groups(
                    (self._fingerprinted(g) for g in groups if g.num_rows), self.recipe.shards.row_group_bytes
                )
                records.append(self._writer(path, policy).write(sized, spec))
        return records

    @cached_property
    def _index(self) -> pa.Schema | None:
        return index_schema(self.recipe.dedup, chat=self.recipe.kind == "posttrain")

    def _fingerprinted(self, rows: pa.Table) -> pa.Table:
        return rows if self._index is None else with_fingerprints(rows, self.recipe.dedup)

    def _writer(self, path: str, policy: Policy) -> ShardWriter:
        with storage.open_input(path) as source:
            schema = pq.read_schema(source)
        return ShardWriter(
            folder=self.to,
            scratch=self.scratch,
            schema=schema.remove_metadata(),
            settings=self.recipe.shards,
            footer=footer_facts(self.recipe, policy_used(policy)),
            index=self._index,
            by=self.recipe.balance.columns if self.recipe.balance.is_on else (),
        )
