"""The ledger of a finished version under new decisions, which bring no text back."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from licet.pipelines.redo.objected import Objected, Place
from licet.pipelines.redo.rows import Lookup
from licet.schemas.ledger import stands_here
from licet.stages.dedup.verify import LAUNDERED
from licet.stages.license.reasons import STAGE, TEXT_NOT_KEPT

_RULED = ("value", "threshold", "kept_id", "kept_locator")


def ledger_anew(ledger: pa.Table, lookup: Lookup, gone: pa.Array, objected: Mapping[Place, Objected]) -> pa.Table:
    """Return ledger rows as the new decisions make them; ``gone`` are ids of rows that stood for others and leave.

    A row whose evidence the policy refuses is refused for its licence, whatever refused it before. One that was
    refused for its licence and is admitted now, or that stayed out for the sake of a row that leaves or for stricter
    terms elsewhere that are admitted now, has lost its text: `TEXT_NOT_KEPT`. All others stay as they are.
    """
    places = lookup.places(ledger.column("evidence_id"))
    refused = pc.is_valid(lookup.taken("reason", places))
    admitted = pc.and_(pc.is_valid(places), pc.invert(refused))
    is_known_lost = pc.equal(ledger.column("reason"), TEXT_NOT_KEPT)
    freed = pc.and_(admitted, pc.and_not(pc.equal(ledger.column("stage"), STAGE), is_known_lost))
    left = pc.and_(stands_here(ledger), pc.is_in(ledger.column("kept_id"), value_set=gone))
    bereft = pc.and_(pc.invert(refused), left)
    cleared = pc.and_(pc.invert(refused), _cleared(ledger, objected))
    lost = pc.or_(pc.or_(freed, bereft), cleared)
    anew = pc.or_(refused, lost)
    why = pc.if_else(
        freed,
        pc.binary_join_element_wise("admitted now: ", lookup.taken("license", places), "", null_handling="replace"),
        pc.if_else(
            cleared,
            pc.binary_join_element_wise("admitted now: ", ledger.column("detail"), "", null_handling="replace"),
            pc.binary_join_element_wise(
                "stayed out for ", ledger.column("kept_id"), ", which is refused now", "", null_handling="replace"
            ),
        ),
    )
    given = {
        "stage": pc.if_else(anew, pa.scalar(STAGE), ledger.column("stage")),
        "reason": pc.if_else(
            refused,
            lookup.taken("reason", places),
            pc.if_else(lost, pa.scalar(TEXT_NOT_KEPT), ledger.column("reason")),
        ),
        "detail": pc.if_else(refused, lookup.taken("detail", places), pc.if_else(lost, why, ledger.column("detail"))),
        "evidence_id": pc.coalesce(lookup.taken("evidence_id", places), ledger.column("evidence_id")),
        **{
            name: pc.if_else(anew, pa.scalar(None, ledger.schema.field(name).type), ledger.column(name))
            for name in _RULED
        },
    }
    columns = [given.get(field.name, ledger.column(field.name)) for field in ledger.schema]
    return pa.Table.from_arrays(columns, schema=ledger.schema)


def _cleared(ledger: pa.Table, objected: Mapping[Place, Objected]) -> pa.Array:
    """Return which rows were refused as laundered for terms that the policy admits now."""
    cleared = {place for place, it in objected.items() if it.objection is None}
    laundered = pc.equal(ledger.column("reason"), LAUNDERED)
    if not cleared or not pc.any(laundered).as_py():
        return pa.array([False] * ledger.num_rows, pa.bool_())
    keys = zip(ledger.column("id").to_pylist(), ledger.column("locator").to_pylist(), strict=True)
    return pc.and_(laundered, pa.array([key in cleared for key in keys], pa.bool_()))


def shrunk(before: pa.Table, after: pa.Table) -> dict[str, int]:
    """Return by how many rows the cluster of each kept row has shrunk between two states of the same ledger rows."""
    freed = pc.and_(stands_here(before), pc.is_null(after.column("kept_id")))
    counted = pc.value_counts(before.column("kept_id").filter(freed))
    return {entry["values"]: entry["counts"] for entry in counted.to_pylist()}
