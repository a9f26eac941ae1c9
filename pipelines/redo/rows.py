"""The rows of a finished version under new decisions: which stay, with which licence and credit, which leave."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.pipelines.redo.decide import Decision
from licet.pipelines.redo.objected import Objected, Place
from licet.pipelines.verify.data import texts_of
from licet.schemas.errors import VersionError
from licet.schemas.ledger import LEDGER
from licet.stages.license.credit import needs_attribution
from licet.stages.license.reasons import STAGE
from licet.stages.shard.parquet import parquet_input
from licet.stages.shard.published import TEXT_BYTES

Decisions = Mapping[str, Decision]


class Lookup:
    """Decisions as Arrow columns, for whole batches at once.

    ``objected`` are the rows to which others object, where the policy refuses what is laundered.
    """

    def __init__(self, decisions: Decisions, objected: Mapping[Place, Objected] | None = None):
        self._decisions = decisions
        self._objected = objected or {}
        keys = sorted(decisions)
        found = [decisions[key] for key in keys]
        self._keys = pa.array(keys, pa.string())
        self.columns = {
            "license": pa.array([d.license for d in found], pa.string()),
            "license_tier": pa.array([d.tier for d in found], pa.string()),
            "license_grade": pa.array([d.grade for d in found], pa.string()),
            "evidence_id": pa.array([d.evidence_id for d in found], pa.string()),
            "generator_terms": pa.array([d.generator_terms for d in found], pa.string()),
            "reason": pa.array([d.reason for d in found], pa.string()),
            "detail": pa.array([d.detail for d in found], pa.string()),
            "credit": pa.array([d.credit for d in found], pa.string()),
            "credit_before": pa.array([d.credit_before for d in found], pa.string()),
            "is_credit_due": pa.array([needs_attribution(d.tier) for d in found], pa.bool_()),
        }

    def places(self, evidence_id: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
        """Return which decision each id has; null where the id is null.

        Raises:
            VersionError: there is evidence that the version does not hold.

        """
        places = pc.index_in(evidence_id, value_set=self._keys)
        lost = pc.and_(pc.is_valid(evidence_id), pc.is_null(places))
        if pc.any(lost).as_py():
            first = evidence_id.filter(lost)[0].as_py()
            raise VersionError(f"the version does not hold the evidence {first}; check it with `licet verify`")
        return places

    def refusals(self, table: pa.Table) -> dict[int, dict[str, Any]]:
        """Return, for each of some published rows that leave, what the ledger says of it: by place in the table."""
        reasons = self.taken("reason", self.places(table.column("evidence_id")))
        refused = np.flatnonzero(pc.is_valid(reasons).to_numpy(zero_copy_only=False))
        evidence = table.column("evidence_id")
        found = {at: self._refusal(evidence[at].as_py()) for at in refused.tolist()}
        for at in self._places_objected(table):
            if at not in found:
                place = table.column(table.column_names[0])[at].as_py(), table.column("locator")[at].as_py()
                objected = self._objected.get(place)
                told = objected.refusal(self._decisions[evidence[at].as_py()]) if objected else None
                found |= {at: told} if told else {}
        return dict(sorted(found.items()))

    def _places_objected(self, table: pa.Table) -> list[int]:
        """Return where in a table there are rows with the ids of those to which others object."""
        if not self._objected:
            return []
        ids = pa.array(sorted({row_id for row_id, _ in self._objected}), pa.string())
        listed = pc.is_in(table.column(table.column_names[0]), value_set=ids).to_numpy()
        return [int(at) for at in np.flatnonzero(listed)]

    def _refusal(self, evidence_id: str) -> dict[str, Any]:
        decision = self._decisions[evidence_id]
        return {"stage": STAGE, "reason": decision.reason, "detail": decision.detail}

    def taken(self, name: str, places: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
        """Return a column's value for each place."""
        return self.columns[name].take(places)


def row_groups(path: str, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """Yield a Parquet file by row groups."""
    with parquet_input(path) as file:
        for group in range(file.metadata.num_row_groups):
            yield file.read_row_group(group, columns=columns, use_threads=False)


def kept_rows(table: pa.Table, lookup: Lookup, fewer: Mapping[str, int]) -> pa.Table:
    """Return the published rows that stay, as they are published now, with their ``text_bytes``.

    ``fewer`` says by how many rows the cluster of a row has shrunk.
    """
    leaving = lookup.refusals(table)
    stays = np.ones(table.num_rows, bool)
    stays[list(leaving)] = False
    table = table.filter(pa.array(stays))
    places = lookup.places(table.column("evidence_id"))
    table = _with(table, "attribution", credited(table, lookup, places))
    decided = ("license", "license_tier", "license_grade", "evidence_id", "generator_terms")
    for name in (name for name in decided if name in table.column_names):
        table = _with(table, name, lookup.taken(name, places))
    if fewer:
        ids = table.column(table.column_names[0]).to_pylist()
        left = pa.array([fewer.get(row_id, 0) for row_id in ids], pa.int32())
        table = _with(table, "cluster_size", pc.subtract(table.column("cluster_size"), left))
    sizes = pa.array([len(text) for text in texts_of(table)], pa.int64())
    return table.append_column(pa.field(TEXT_BYTES, pa.int64()), sizes)


def refused_rows(table: pa.Table, lookup: Lookup) -> pa.Table:
    """Return ledger rows for the published rows that leave."""
    leaving = lookup.refusals(table)
    told = table.take(pa.array(list(leaving), pa.int64()))
    evidence = lookup.taken("evidence_id", lookup.places(told.column("evidence_id")))
    return as_refused(told, list(leaving.values()), evidence)


def as_refused(rows: pa.Table, told: Sequence[Mapping[str, Any]], evidence: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Return published rows as the ledger has them, with what it says of each and the evidence that they have now."""
    names = ("stage", "reason", "detail", "value", "threshold")
    given = {
        "id": rows.column(rows.column_names[0]),
        **{name: pa.array([row.get(name) for row in told], LEDGER.field(name).type) for name in names},
        "evidence_id": evidence,
        "bytes": pa.array([len(text) for text in texts_of(rows)], pa.int64()),
        **{name: rows.column(name) for name in ("source", "locator", "url", "content_sha256")},
    }
    columns = [given.get(field.name, pa.nulls(rows.num_rows, field.type)) for field in LEDGER]
    return pa.Table.from_arrays(columns, schema=LEDGER)


def credited(table: pa.Table, lookup: Lookup, places: pa.Array | pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """Return the rows' attributions with the licences that are used now; whom and what they credit stays."""
    before, after = lookup.taken("credit_before", places), lookup.taken("credit", places)
    due = lookup.taken("is_credit_due", places)
    told = table.column("attribution")
    same = pc.and_(pc.equal(before, after), pc.equal(pc.is_valid(told), due))
    changed = np.flatnonzero(~same.to_numpy(zero_copy_only=False).astype(bool))
    if not len(changed):
        return told
    lines = told.to_pylist()
    for row in changed.tolist():
        lines[row] = (
            _line(table, row, lines[row], before[row].as_py(), after[row].as_py()) if due[row].as_py() else None
        )
    return pa.array(lines, pa.string())


def _line(table: pa.Table, row: int, line: str | None, before: str, after: str) -> str:
    if line is None:
        row_id, url = table.column(table.column_names[0])[row].as_py(), table.column("url")[row].as_py()
        title = row_id.partition("/")[2] or row_id
        return ", ".join(part for part in (f'"{title}"', url, after) if part)
    if not line.endswith(before):
        raise VersionError(f"the attribution of {table.column(table.column_names[0])[row]} does not name its licence")
    return line.removesuffix(before) + after


def _with(table: pa.Table, name: str, column: pa.Array | pa.ChunkedArray) -> pa.Table:
    at = table.schema.get_field_index(name)
    return table.set_column(at, table.schema.field(at), column)
