"""Verification: within a component, which rows are duplicates of which, each measured against the row that stays.

Rows are walked in the order of how much they are worth keeping: best licence grade, then strictest terms, then longest
text, then id, then locator. A row is refused only for its exact Jaccard similarity, at or above the threshold, to a row
that was *kept* before it and shares a band with it, or for identical content. So nothing is removed by a chain of
resemblances: where A resembles B and B resembles C but A does not resemble C, A and C both stay, and B falls to A.

A row that would stay is held against the objections in its component: rows that left for stated terms stricter than its
own. One on evidence as good as the row's refuses it as laundered, where the policy says so; any other is noted.

Before all that, a row is held against the rows of earlier versions. One that the first of these has, identical or at
least as similar as the threshold, is refused for the most similar of them; it speaks for no other row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pyarrow as pa

from licet.schemas.ledger import HELD_EXACT, HELD_NEAR
from licet.stages.dedup.candidates import Candidate, Compared, Effort, candidates
from licet.stages.dedup.spool import Holder, Piece, Spools
from licet.stages.marks import MARKS

STAGE = "dedup"
EXACT = "exact_duplicate"
NEAR = "near_duplicate"
LAUNDERED = "laundered"

REASONS = {
    EXACT: "The text is byte for byte that of the row that stays in its stead.",
    NEAR: "The text's set of word shingles has at least the threshold's Jaccard similarity to that of the row that"
    " stays in its stead.",
    LAUNDERED: "The same text, or one at least as similar as the threshold, is found elsewhere under stricter terms"
    " that the policy refuses, on evidence as good as this row's own.",
    HELD_EXACT: "An earlier version has this very text.",
    HELD_NEAR: "An earlier version has a row whose set of word shingles has at least the threshold's Jaccard similarity"
    " to that of this one.",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was measured of a row, and why it is refused; ``reason`` is null for a kept row that is objected to.

    ``other`` is the row that stays in its stead, or the objection.
    """

    row: Candidate
    reason: str | None
    value: float
    other: Candidate


@dataclass
class Walk:
    """The walk through the rows of one component."""

    spools: Spools
    threshold: float
    effort: Effort
    is_laundered_refused: bool = True
    holders: Mapping[int, Holder] = field(default_factory=dict)
    """The earlier versions, by the numbers of files whose rows are theirs."""
    kept: Compared = field(init=False)
    objections: Compared = field(init=False)
    by_content: dict[str, list[Candidate]] = field(default_factory=dict)
    """Objections to each content, the best founded first, each stricter than those before it."""
    held: dict[int, "HeldRows"] = field(default_factory=dict)
    """The rows of earlier versions, by the place of the version, in the recipe's order."""

    def __post_init__(self) -> None:
        self.kept = Compared(self.spools, self.threshold, self.effort)
        self.objections = Compared(self.spools, self.threshold, self.effort)

    def verdicts(self, rows: Iterable[Candidate]) -> Iterator[Verdict]:
        """Return the verdict on each row that is refused, and on each that is kept in spite of an objection.

        Rows of identical content share one verdict: the first of them is measured, and where it is refused as a near
        duplicate the others fall to the same row. One that is refused as laundered speaks for itself only, since the
        next may have stricter terms.
        """
        settled: dict[str, Candidate | Verdict] = {}
        ranked = self._hold(sorted(rows, key=lambda row: row.worth))
        self._hear(row for row in ranked if row.objects)
        for row in ranked:
            if row.objects:
                continue
            self.effort.rows += 1
            before = settled.get(row.sha256)
            if isinstance(before, Candidate):
                yield Verdict(row, EXACT, 1.0, before)
            elif before is not None:
                yield Verdict(row, before.reason, before.value, before.other)
            elif found := self._already(row):
                settled[row.sha256] = found
                yield found
            elif nearest := self.kept.nearest(row):
                settled[row.sha256] = verdict = Verdict(row, NEAR, *nearest)
                yield verdict
            else:
                objected = self._objected(row)
                if objected is not None:
                    yield objected
                if objected is None or objected.reason is None:
                    settled[row.sha256] = row
                    self.kept.add(row)

    def _hold(self, rows: Sequence[Candidate]) -> list[Candidate]:
        """List the rows of earlier versions, by id, and return the others in their order."""
        held = [row for row in rows if row.file in self.holders]
        held.sort(key=lambda row: (self.holders[row.file].place, row.id, row.locator, row.file, row.row))
        for row in held:
            place = self.holders[row.file].place
            if place not in self.held:
                self.held[place] = HeldRows(Compared(self.spools, self.threshold, self.effort))
            self.held[place].add(row)
        self.effort.held += len(held)
        return [row for row in rows if row.file not in self.holders]

    def _already(self, row: Candidate) -> Verdict | None:
        """Return what the first of the earlier versions that has a row, or one like it, makes of it."""
        for rows in self.held.values():
            if row.sha256 in rows.by_content:
                return Verdict(row, HELD_EXACT, 1.0, rows.by_content[row.sha256])
            if nearest := rows.compared.nearest(row):
                return Verdict(row, HELD_NEAR, *nearest)
        return None

    def _hear(self, objections: Iterable[Candidate]) -> None:
        """List objections, the best founded first; of one content only those that say more than the ones before."""
        for objection in objections:
            same = self.by_content.setdefault(objection.sha256, [])
            if not same or objection.strictness > same[-1].strictness:
                same.append(objection)
                self.objections.add(objection)

    def _objected(self, row: Candidate) -> Verdict | None:
        """Return what the most similar objection makes of a row that would stay, one that outweighs it first."""
        if not self.by_content:
            return None
        if found := self._likest(row, lambda it: it.strictness > row.strictness and it.grade <= row.grade):
            return Verdict(row, LAUNDERED if self.is_laundered_refused else None, *found)
        found = self._likest(row, lambda it: it.strictness > row.strictness)
        return Verdict(row, None, *found) if found else None

    def _likest(self, row: Candidate, counts: Callable[[Candidate], bool]) -> tuple[float, Candidate] | None:
        """Return the objection that counts and is most like a row: one of the same content where there is any."""
        same = next((it for it in self.by_content.get(row.sha256, ()) if counts(it)), None)
        return (1.0, same) if same is not None else self.objections.nearest(row, counts)


@dataclass
class HeldRows:
    """The rows of one earlier version, the least id first."""

    compared: Compared
    by_content: dict[str, Candidate] = field(default_factory=dict)

    def add(self, row: Candidate) -> None:
        """List a row."""
        self.by_content.setdefault(row.sha256, row)
        self.compared.add(row)


def verify(
    pieces: Iterable[Piece], threshold: float, effort: Effort, *, is_laundered_refused: bool = True
) -> dict[int, pa.RecordBatch]:
    """Return the `MARKS` on the rows of a chunk, by file, from where its spools are; ``effort`` is added to."""
    spools = Spools(pieces)
    found: list[Verdict] = []
    rows = sorted(candidates(spools), key=lambda told: told[0])
    for _, members in groupby(rows, key=lambda told: told[0]):
        walk = Walk(spools, threshold, effort, is_laundered_refused, spools.holders)
        found += walk.verdicts(candidate for _, candidate in members)
    return _marks(found, threshold, spools.holders)


def _marks(
    verdicts: Iterable[Verdict], threshold: float, holders: Mapping[int, Holder]
) -> dict[int, pa.RecordBatch]:
    """Return by file the marks, one a row and rows rising: on refused rows, and on kept ones of which there is word."""
    marks: dict[tuple[int, int], dict[str, Any]] = {}
    for verdict in verdicts:
        told = marks.setdefault((verdict.row.file, verdict.row.row), {})
        bound = 1.0 if verdict.row.sha256 == verdict.other.sha256 else threshold
        if verdict.reason is not None:
            told |= {"stage": STAGE, "reason": verdict.reason, "value": verdict.value, "threshold": bound}
        if verdict.other.objects:
            told["objection"] = {
                "id": verdict.other.id,
                "locator": verdict.other.locator,
                "evidence_id": verdict.other.evidence_id,
                "similarity": verdict.value,
                "threshold": bound,
            }
            if verdict.reason is not None:
                told["detail"] = _words(verdict.row, verdict.other)
        elif holder := holders.get(verdict.other.file):
            told |= {"kept_id": verdict.other.id, "kept_locator": verdict.other.locator, "detail": holder.label}
        else:
            told |= {"kept_id": verdict.other.id, "kept_locator": verdict.other.locator}
            kept = marks.setdefault((verdict.other.file, verdict.other.row), {})
            kept["cluster_size"] = kept.get("cluster_size", 1) + 1
    by_file: dict[int, list[dict[str, Any]]] = {}
    for file, row in sorted(marks):
        by_file.setdefault(file, []).append({"row": row, **marks[file, row]})
    return {file: pa.RecordBatch.from_pylist(told, schema=MARKS) for file, told in by_file.items()}


def _words(row: Candidate, other: Candidate) -> str:
    return objection_in_words(other.license, other.tier, other.grade, other.id, row.tier, row.grade)


def objection_in_words(
    licence: str | None, tier: str | None, grade: str, at: str, own_tier: str | None, own_grade: str
) -> str:
    """Return what the ledger says of a laundered row: the terms elsewhere, where, and the row's own."""
    return f"{licence} ({tier}, grade {grade}) at {at}, against {own_tier}, grade {own_grade}"
