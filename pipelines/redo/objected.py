"""Rows to which others object, under new decisions: the similarity is as it was measured, the terms may be others."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyarrow as pa

from licet.pipelines.redo.decide import Decision
from licet.schemas.ledger import OBJECTED
from licet.schemas.license import rank_of
from licet.stages.dedup.verify import LAUNDERED, objection_in_words
from licet.stages.dedup.verify import STAGE as DEDUP
from licet.stages.license.objection import Objection

Place: TypeAlias = tuple[str, str]
"""A row by its id and locator."""


@dataclass(frozen=True, slots=True)
class Objected:
    """What objects to a row: its terms as they are stated now, null where the policy admits them, and how alike."""

    told: Mapping[str, Any]
    objection: Objection | None

    def refusal(self, own: Decision) -> dict[str, Any] | None:
        """Return what the ledger says of the row if it is laundered; null when the objection does not outweigh it."""
        said = self.objection
        if said is None or said.grade > own.grade or rank_of(said.tier) <= rank_of(own.tier):
            return None
        return {
            "stage": DEDUP,
            "reason": LAUNDERED,
            "value": self.told["similarity"],
            "threshold": self.told["threshold"],
            "detail": objection_in_words(
                said.license, said.tier, said.grade, self.told["objection_id"], own.tier, own.grade
            ),
        }


def objected(tables: Iterable[pa.Table], decisions: Mapping[str, Decision]) -> dict[Place, Objected]:
    """Return what objects to which rows, from a version's `OBJECTED` and the decisions by the evidence before."""
    return {
        (told["id"], told["locator"]): Objected(told, decisions[told["evidence_id"]].objection)
        for table in tables
        for told in table.to_pylist()
    }


def objected_anew(found: Mapping[Place, Objected], decisions: Mapping[str, Decision]) -> pa.RecordBatch:
    """Return `OBJECTED` with the evidence as it is called now; an objection that the policy admits is none any more."""

    def rows() -> Iterator[dict[str, Any]]:
        for it in found.values():
            if it.objection is not None:
                yield {**it.told, "evidence_id": decisions[it.told["evidence_id"]].evidence_id}

    return pa.RecordBatch.from_pylist(list(rows()), schema=OBJECTED)
