"""Verification: within a component, which rows are duplicates of which, each measured against the row that stays.

Rows are walked in the order of how much they are worth keeping: best licence grade, then strictest terms, then what
the recipe prefers, then id, then locator. A row is refused only for its exact Jaccard similarity, at or above the
threshold, to a row that was *kept* before it and shares a band with it, or for identical content. So nothing is removed
by a chain of resemblances: where A resembles B and B resembles C but A does not resemble C, A and C both stay, and B
falls to A.

Rows of identical content share one verdict: the first of them is measured, and where it is refused as a near duplicate
the others fall to the same row. One that is refused as laundered speaks for itself only, since the next may have
stricter terms.

A row that would stay is held against the objections in its component: rows that left for stated terms stricter than its
own. One on evidence as good as the row's refuses it as laundered, where the policy says so; any other is noted.

Before all that, a row is held against the rows of earlier versions. One that the first of these has, identical or at
least as similar as the threshold, is refused for the most similar of them; it speaks for no other row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.dedup import Compared, Dedup
from licet.schemas.ledger import HELD_EXACT, HELD_NEAR
from licet.stages.dedup import _walk
from licet.stages.dedup.candidates import Candidates, Effort, candidates, lists_for
from licet.stages.dedup.spool import Holder, Piece, Spools
from licet.stages.marks import MARKS, OBJECTION

STAGE = "dedup"
EXACT = "exact_duplicate"
NEAR = "near_duplicate"
LAUNDERED = "laundered"

REASONS = {
    EXACT: "What is compared of the row, its text unless `dedup.compare` says otherwise, is byte for byte that of the"
    " row that stays in its stead.",
    NEAR: "The set of shingles of what is compared has at least the threshold's Jaccard similarity to that of the row"
    " that stays in its stead; where detail names prompts and answers, each of them has.",
    LAUNDERED: "The same text, or one at least as similar as the threshold, is found elsewhere under stricter terms"
    " that the policy refuses, on evidence as good as this row's own.",
    HELD_EXACT: "An earlier version has this very text, or what `dedup.compare` compares of it.",
    HELD_NEAR: "An earlier version has a row whose set of shingles has at least the threshold's Jaccard similarity to"
    " that of this one.",
}
# By their numbers in the walk.
_FATES = pa.array([None, EXACT, NEAR, LAUNDERED, HELD_EXACT, HELD_NEAR], pa.string())
PARTS: dict[Compared, str | None] = {
    "text": None,
    "prompts": "prompts",
    "answers": "answers",
    "both": "prompts and answers",
}
"""What the ledger's detail says was compared; nothing where it was the text."""


@dataclass
class Verdicts:
    """What becomes of each row: its fate, the row that stays in its stead or the objection (-1: none), how alike."""

    rows: Candidates
    fate: npt.NDArray[np.int8] = field(init=False)
    other: npt.NDArray[np.int64] = field(init=False)
    alike: npt.NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        self.fate = np.zeros(len(self.rows), np.int8)
        self.other = np.full(len(self.rows), -1, np.int64)
        self.alike = np.zeros(len(self.rows), np.float64)


def verify(
    pieces: Iterable[Piece],
    settings: Dedup,
    effort: Effort,
    *,
    sources: Sequence[str] = (),
    is_laundered_refused: bool = True,
) -> dict[int, pa.RecordBatch]:
    """Return the `MARKS` on the rows of a chunk, by file, from where its spools are; ``effort`` is added to.

    ``sources`` are the names of the recipe's, in its order.
    """
    spools = Spools(pieces)
    if not spools.files:
        return {}
    rows = candidates(spools, settings, sources)
    found = walked(rows, settings, effort, is_laundered_refused=is_laundered_refused)
    return _marks(found, settings, spools.holders)


def walked(rows: Candidates, settings: Dedup, effort: Effort, *, is_laundered_refused: bool = True) -> Verdicts:
    """Return the verdicts on rows."""
    found = Verdicts(rows)
    spent = np.zeros(3, np.int64)
    kept, objections, earlier = (lists_for(rows, kind) for kind in (_walk.NEW, _walk.OBJECTS, _walk.HELD))
    _walk.walk(
        rows.kind,
        rows.version,
        rows.content,
        rows.grade,
        rows.strictness,
        rows.like,
        rows.sets,
        kept,
        objections,
        earlier,
        settings.threshold,
        settings.compare != "text",
        is_laundered_refused,
        found.fate,
        found.other,
        found.alike,
        spent,
    )
    effort.rows += int(spent[_walk.VERIFIED])
    effort.held += int(np.count_nonzero(rows.kind == _walk.HELD))
    effort.pairs += int(spent[_walk.PAIRS])
    effort.bounded += int(spent[_walk.BOUNDED])
    return found


def _marks(found: Verdicts, settings: Dedup, holders: Mapping[int, Holder]) -> dict[int, pa.RecordBatch]:
    """Return by file the marks, one a row and rows rising: on refused rows, and on kept ones of which there is word."""
    rows, told = found.rows, found.rows.told
    objected = np.zeros(len(rows), bool)
    objected[found.other >= 0] = rows.kind[found.other[found.other >= 0]] == _walk.OBJECTS
    fell = (found.fate != _walk.STAYS) & ~objected
    sizes = np.bincount(found.other[fell], minlength=len(rows))
    files, places = (np.asarray(told.column(name)) for name in ("file", "row"))
    at = np.flatnonzero(((found.other >= 0) | (sizes > 0)) & (rows.kind != _walk.HELD))
    at = at[np.lexsort((places[at], files[at]))]
    refused, objected = found.fate[at] != _walk.STAYS, objected[at]
    others = pa.array(found.other[at], mask=found.other[at] < 0)
    other = told.take(others)
    alike = pa.array(found.alike[at], mask=found.other[at] < 0)
    same = pa.array((found.other[at] >= 0) & (rows.content[at] == rows.content[found.other[at]]))
    bound = pc.if_else(same, 1.0, settings.threshold)
    nothing = pa.scalar(None, pa.string())
    stays = pa.array(~objected)
    marks = {
        "row": pa.array(places[at]),
        "stage": pc.if_else(pa.array(refused), STAGE, nothing),
        "reason": _FATES.take(pa.array(found.fate[at])),
        "value": pc.if_else(pa.array(refused), alike, None),
        "threshold": pc.if_else(pa.array(refused), bound, None),
        "kept_id": pc.if_else(stays, _array(other, "id"), nothing),
        "kept_locator": pc.if_else(stays, _array(other, "locator"), nothing),
        "detail": pa.array(_details(found, at, settings, holders), pa.string()),
        "cluster_size": pa.array(sizes[at] + 1, pa.int32(), mask=sizes[at] == 0),
        "objection": _objections(other, alike, bound, objected),
    }
    batch = pa.RecordBatch.from_arrays([marks[name] for name in MARKS.names], schema=MARKS)
    starts = np.flatnonzero(np.diff(files[at], prepend=-1)).tolist()
    return {int(files[at[start]]): batch.slice(start, stop - start) for start, stop in pairwise([*starts, len(at)])}


def _array(table: pa.Table, name: str) -> pa.Array:
    return table.column(name).combine_chunks()


def _objections(other: pa.Table, alike: pa.Array, bound: pa.Array, objected: npt.NDArray[np.bool_]) -> pa.Array:
    told = [_array(other, name) for name in ("id", "locator", "evidence_id")]
    return pa.StructArray.from_arrays(
        [*told, alike, bound.cast(pa.float64())], fields=list(OBJECTION), mask=pa.array(~objected)
    )


def _details(
    found: Verdicts, at: npt.NDArray[np.int64], settings: Dedup, holders: Mapping[int, Holder]
) -> list[str | None]:
    """Return the ledger's words on rows: what was compared, which version has it, or what speaks against it."""
    told, fates = found.rows.told, found.fate[at]
    compared = compared_in_words(settings)
    details: list[str | None] = [compared if fate != _walk.STAYS else None for fate in fates.tolist()]
    for place in np.flatnonzero(fates >= _walk.LAUNDERED).tolist():
        row, other = int(at[place]), int(found.other[at[place]])
        if fates[place] == _walk.LAUNDERED:
            names = ("license", "license_tier", "license_grade", "id")
            stated = [told.column(name)[other].as_py() for name in names]
            own = [told.column(name)[row].as_py() for name in ("license_tier", "license_grade")]
            details[place] = objection_in_words(*stated, *own)
        else:
            details[place] = holders[told.column("file")[other].as_py()].label
    return details


def compared_in_words(settings: Dedup) -> str | None:
    """Return what the ledger says of what was compared; nothing where it was the whole text."""
    told = [part] if (part := PARTS[settings.compare]) else []
    if settings.frame_rows:
        told.append(f"without what {settings.frame_rows} rows or more have in common")
    return ", ".join(told) or None


def objection_in_words(
    licence: str | None, tier: str | None, grade: str, at: str, own_tier: str | None, own_grade: str
) -> str:
    """Return what the ledger says of a laundered row: the terms elsewhere, where, and the row's own."""
    return f"{licence} ({tier}, grade {grade}) at {at}, against {own_tier}, grade {own_grade}"
