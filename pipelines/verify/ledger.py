"""Checks of the ledger: its counts, its duplicates, and the clusters table that is made of it."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.names import check_names
from licet.pipelines.verify.once import row_key
from licet.pipelines.verify.version import Version
from licet.schemas.ledger import stands_here
from licet.schemas.manifest import FileEntry
from licet.schemas.recipe import Recipe
from licet.schemas.tables import CLUSTERS
from licet.stages.dedup.verify import EXACT
from licet.stages.shard.ledger import add_refused, in_groups_of
from licet.stages.shard.tables import cluster_rows

_DUPLICATE = ("id", "locator", "stage", "value", "threshold", "kept_id", "kept_locator")
_READ = (*_DUPLICATE, "source", "reason", "evidence_id", "content_sha256", "bytes")


class Refusal(NamedTuple):
    """Where and why a row was refused."""

    stage: str
    reason: str


def short_hash(row_id: str) -> bytes:
    """Return 16 bytes that stand for an id while it is looked for."""
    return hashlib.sha256(row_id.encode()).digest()[:16]


@dataclass
class LedgerFacts:
    """What the ledger told.

    ``evidence`` counts, under each evidence id, the refusals. ``wanted`` are the rows kept instead of others: hash of
    the id → (id, stage, place). ``merged`` counts, by `row_key`, how many each of them stands for.
    """

    refused: dict[str, int] = field(default_factory=dict)
    evidence: dict[str, Counter[Refusal]] = field(default_factory=dict)
    merged: Counter[bytes] = field(default_factory=Counter)
    wanted: dict[bytes, tuple[str, int, str]] = field(default_factory=dict)


def check_ledger(version: Version, recipe: Recipe | None, findings: Findings) -> LedgerFacts:
    """Check counts and similarities, and return what other checks need to know of the ledger.

    ``recipe`` says at which similarity rows were to be refused; null when it could not be read.
    """
    facts = LedgerFacts()
    places = {stage.name: i for i, stage in enumerate(version.manifest.stages)}
    counts: dict[tuple[str, str, str], tuple[int, int]] = {}
    for entry in version.of_role("ledger"):
        for table in version.tables(entry, findings, _READ):
            add_refused(counts, table)
            _count_refusals(table, facts)
            check_names(table, "id", entry.path, version, findings)
            duplicates = table.filter(stands_here(table))
            _check_duplicates(duplicates, entry, places, facts, findings)
            _check_thresholds(duplicates, entry, recipe, findings)
    told_counts = {
        (stage.name, refused.reason): (refused.rows, refused.bytes)
        for stage in version.manifest.stages
        for refused in stage.refused
    }
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for (source, stage, reason), (rows, size) in counts.items():
        facts.refused[source] = facts.refused.get(source, 0) + rows
        old = found.get((stage, reason), (0, 0))
        found[stage, reason] = (old[0] + rows, old[1] + size)
    for key in sorted({*told_counts, *found}):
        what = f"Rows and bytes refused as {key[0]}.{key[1]}"
        findings.expect(
            "ledger_counts", what, told_counts.get(key, (0, 0)), found.get(key, (0, 0)), "provenance/ledger"
        )
    return facts


def _count_refusals(table: pa.Table, facts: LedgerFacts) -> None:
    """Count where and why rows were refused, under the evidence that they have."""
    keys = ["evidence_id", "stage", "reason"]
    under = table.select(keys).filter(pc.is_valid(table.column("evidence_id")))
    for told in under.group_by(keys, use_threads=False).aggregate([([], "count_all")]).to_pylist():
        refusals = facts.evidence.setdefault(told["evidence_id"], Counter())
        refusals[Refusal(told["stage"], told["reason"])] += told["count_all"]


def _check_duplicates(
    table: pa.Table, entry: FileEntry, places: Mapping[str, int], facts: LedgerFacts, findings: Findings
) -> None:
    """Check the similarity of rows that were refused for another's sake, and note whom they name.

    Rows named by their content have the id of their exact duplicates; where they were read tells them apart.
    """
    for row in table.select(_DUPLICATE).to_pylist():
        value, threshold = row["value"], row["threshold"]
        if value is None or threshold is None or value < threshold:
            fault = "refused for another's sake without a similarity that reaches the threshold"
            findings.add_rows("similarity", fault, entry.path, 1, row["id"] or row["locator"])
        if (row["kept_id"], row["kept_locator"]) == (row["id"], row["locator"]):
            findings.add_rows("kept_rows", "refused for their own sake", entry.path, 1, row["id"])
        facts.merged[row_key(row["kept_id"], row["kept_locator"] or "")] += 1
        key, place = short_hash(row["kept_id"]), places.get(row["stage"], -1)
        known = facts.wanted.get(key)
        if known is None or known[1] < place:
            facts.wanted[key] = (row["kept_id"], place, entry.path)


def _check_thresholds(table: pa.Table, entry: FileEntry, recipe: Recipe | None, findings: Findings) -> None:
    """Check that the bound was the recipe's, or 1 for equal texts."""
    if recipe is None:
        return
    for row in table.select(["id", "locator", "reason", "threshold"]).to_pylist():
        wanted = 1.0 if row["reason"] == EXACT else recipe.dedup.threshold
        if row["threshold"] != wanted:
            fault = f"refused at a threshold of {row['threshold']} where the recipe sets {wanted}"
            findings.add_rows("similarity", fault, entry.path, 1, row["id"] or row["locator"])


def check_kept_rows(version: Version, facts: LedgerFacts, findings: Findings) -> None:
    """Check that the rows still wanted after the data was read were refused by a later stage.

    A row that stood for others at dedup may fall to a classifier afterwards.
    """
    places = {stage.name: i for i, stage in enumerate(version.manifest.stages)}
    wanted = facts.wanted
    for entry in version.of_role("ledger") if wanted else []:
        for table in version.tables(entry, findings, ("id", "stage")):
            for row_id, stage in zip(*(table.column(c).to_pylist() for c in ("id", "stage")), strict=True):
                known = wanted.get(short_hash(row_id)) if row_id is not None else None
                if known is not None and places.get(stage, -1) > known[1]:
                    del wanted[short_hash(row_id)]
    for row_id, _, place in wanted.values():
        fault = "named as kept instead of another, but neither kept nor refused later"
        findings.add_rows("kept_rows", fault, place, 1, row_id)


def check_clusters(version: Version, findings: Findings) -> None:
    """Check that the clusters table has the ledger's rows that name a kept one, in order."""
    ledger = [version.path(entry) for entry in version.of_role("ledger")]
    for entry in version.of_role("clusters"):
        with findings.reading(entry.path):
            told = in_groups_of(version.tables(entry, findings), 1)
            found = in_groups_of(cluster_rows(ledger), 1)
            if not _equal_streams(told, found):
                findings.add("clusters", "The table does not say what the ledger says.", entry.path)


def _equal_streams(told: Iterator[pa.Table], found: Iterator[pa.Table]) -> bool:
    """Tell whether two streams of tables have the same rows, however they are cut."""
    left, right = CLUSTERS.empty_table(), CLUSTERS.empty_table()
    while True:
        left = left if left.num_rows else next(told, left)
        right = right if right.num_rows else next(found, right)
        rows = min(left.num_rows, right.num_rows)
        if not rows:
            return bool(left.num_rows == right.num_rows)
        if left.slice(0, rows).to_pylist() != right.slice(0, rows).to_pylist():
            return False
        left, right = left.slice(rows), right.slice(rows)
