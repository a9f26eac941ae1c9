"""Verification: within a component, which rows are duplicates of which, each measured against the row that stays.

Rows are walked in the order of how much they are worth keeping: best licence grade, then longest text, then id, then
locator. A row is refused only for its exact Jaccard similarity, at or above the threshold, to a row that was *kept*
before it and shares a band with it, or for identical content. So nothing is removed by a chain of resemblances: where
A resembles B and B resembles C but A does not resemble C, A and C both stay, and B falls to A.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby

import numpy as np
import pyarrow as pa

from licet.stages.dedup.shingles import nearest
from licet.stages.dedup.spool import Piece, Spools
from licet.stages.marks import MARKS

STAGE = "dedup"
EXACT = "exact_duplicate"
NEAR = "near_duplicate"

REASONS = {
    EXACT: "The text is byte for byte that of the row that stays in its stead.",
    NEAR: "The text's set of word shingles has at least the threshold's Jaccard similarity to that of the row that"
    " stays in its stead.",
}

# Kept rows that a bucket lists. One that is full is split by pairs of bands, which true duplicates mostly share:
# two rows at similarity 0.9 agree in 6 of 14 bands of 8, two at 0.7 in 0.8 of them.
BUCKET_ROWS = 256
# Kept rows that one row is compared with: those with which it shares the most buckets, then those worth most.
COMPARED_ROWS = 256


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of a component; ``piece`` and ``place`` say where its shingle set is."""

    file: int
    row: int
    id: str
    locator: str
    sha256: str
    grade: str | None
    length: int
    bands: tuple[int, ...]
    piece: int
    place: int

    @property
    def worth(self) -> tuple[str, int, str, str, str, int, int]:
        """The total order in which rows are kept, the best first; a row without a grade comes behind all grades."""
        grade = self.grade or "~"
        return grade, -self.length, self.id, self.locator, self.sha256, self.file, self.row


@dataclass(frozen=True, slots=True)
class Verdict:
    """A refused row, why, the similarity that was measured, and the row that stays in its stead."""

    row: Candidate
    reason: str
    value: float
    kept: Candidate


@dataclass
class Effort:
    """What verifying cost: rows looked at, pairs compared, and rows for which not every candidate was compared."""

    rows: int = 0
    pairs: int = 0
    bounded: int = 0


class Buckets:
    """The kept rows of a component by band hash, none longer than `BUCKET_ROWS`."""

    def __init__(self) -> None:
        self._lists: dict[int | tuple[int, int], list[int]] = {}

    def add(self, kept: int, bands: Sequence[int]) -> None:
        """List a kept row, by its place among the kept ones, in its bands and in pairs of those that are full."""
        for key in self._keys(bands):
            listed = self._lists.setdefault(key, [])
            if len(listed) < BUCKET_ROWS:
                listed.append(kept)

    def find(self, bands: Sequence[int]) -> tuple[list[int], bool]:
        """Return the kept rows to compare with, in their order, and whether there may be others."""
        if not self._lists:
            return [], False
        lists = [listed for key in self._keys(bands) if (listed := self._lists.get(key))]
        full = any(len(listed) >= BUCKET_ROWS for listed in lists)
        found = Counter(chain.from_iterable(lists))
        if len(found) <= COMPARED_ROWS:
            return sorted(found), full
        best = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:COMPARED_ROWS]
        return sorted(kept for kept, _ in best), True

    def _keys(self, bands: Sequence[int]) -> list[int | tuple[int, int]]:
        """Return the bands, and each pair of a full one with another."""
        keys: list[int | tuple[int, int]] = list(bands)
        full = [band for band in bands if len(self._lists.get(band, ())) >= BUCKET_ROWS]
        if full:
            keys += sorted({(min(a, b), max(a, b)) for a in full for b in bands if a != b})
        return keys


@dataclass
class Walk:
    """The walk through the rows of one component."""

    spools: Spools
    threshold: float
    effort: Effort
    buckets: Buckets = field(default_factory=Buckets)
    kept: list[Candidate] = field(default_factory=list)

    def verdicts(self, rows: Iterable[Candidate]) -> Iterator[Verdict]:
        """Return the verdict on each row that is refused.

        Rows of identical content share one verdict: the first of them is measured, and where it is refused as a near
        duplicate the others fall to the same row.
        """
        settled: dict[str, Candidate | Verdict] = {}
        for row in sorted(rows, key=lambda row: row.worth):
            self.effort.rows += 1
            before = settled.get(row.sha256)
            if isinstance(before, Candidate):
                yield Verdict(row, EXACT, 1.0, before)
            elif before is not None:
                yield Verdict(row, before.reason, before.value, before.kept)
            elif nearest := self._nearest(row):
                settled[row.sha256] = nearest
                yield nearest
            else:
                settled[row.sha256] = row
                self.buckets.add(len(self.kept), row.bands)
                self.kept.append(row)

    def _nearest(self, row: Candidate) -> Verdict | None:
        """Return the verdict that the most similar kept row gives, the one kept first among equals."""
        found, bounded = self.buckets.find(row.bands)
        self.effort.bounded += bounded
        if not found:
            return None
        own = self.spools.sets(row.piece)[row.place]
        by_piece: dict[int, list[int]] = {}
        for number in found:
            by_piece.setdefault(self.kept[number].piece, []).append(number)
        best: tuple[float, int] | None = None
        for piece, numbers in by_piece.items():
            sets = self.spools.sets(piece)
            places = np.array([self.kept[number].place for number in numbers])
            at, value, compared = nearest(own, sets.values, sets.offsets, places, self.threshold)
            self.effort.pairs += compared
            if at >= 0 and (best is None or (value, -numbers[at]) > best):
                best = value, -numbers[at]
        return Verdict(row, NEAR, best[0], self.kept[-best[1]]) if best else None


def verify(pieces: Iterable[Piece], threshold: float, effort: Effort) -> dict[int, pa.RecordBatch]:
    """Return the `MARKS` on the rows of a chunk, by file, from where its spools are; ``effort`` is added to."""
    spools = Spools(pieces)
    found: list[Verdict] = []
    rows = sorted(_candidates(spools), key=lambda told: told[0])
    for _, members in groupby(rows, key=lambda told: told[0]):
        found += Walk(spools, threshold, effort).verdicts(candidate for _, candidate in members)
    return _marks(found, threshold)


def _candidates(spools: Spools) -> Iterator[tuple[int, Candidate]]:
    """Return (component, row) of all pieces; a copy is told the length, the bands and the set of its like."""
    told: dict[tuple[int, str], tuple[int, tuple[int, ...], int, int]] = {}
    copies: list[tuple[int, int, int, str, str, str, str | None]] = []
    for piece, batch in enumerate(spools.told()):
        bands = batch.column("bands")
        worded = iter(np.asarray(bands.flatten()).reshape(-1, bands.type.list_size).tolist())
        hashes = [tuple(next(worded)) if valid else () for valid in bands.is_valid().to_pylist()]
        names = ("component", "row", "id", "locator", "content_sha256", "license_grade", "length")
        columns = [batch.column(name).to_pylist() for name in names]
        for place, (component, row, name, locator, sha256, grade, length) in enumerate(zip(*columns, strict=True)):
            if length is None:
                copies.append((piece, component, row, name, locator, sha256, grade))
                continue
            like = told[component, sha256] = (length, hashes[place], piece, place)
            yield component, Candidate(spools.files[piece], row, name, locator, sha256, grade, *like)
    for piece, component, row, name, locator, sha256, grade in copies:
        # Two contents with one exact key would leave a copy without its like; such a row is just kept.
        like = told.get((component, sha256), (0, (), piece, 0))
        yield component, Candidate(spools.files[piece], row, name, locator, sha256, grade, *like)


def _marks(verdicts: Iterable[Verdict], threshold: float) -> dict[int, pa.RecordBatch]:
    """Return by file the marks on refused rows, and on kept ones the size of their cluster, rows rising."""
    sizes: Counter[tuple[int, int]] = Counter()
    marks: dict[int, list[dict[str, object]]] = {}
    for verdict in verdicts:
        sizes[verdict.kept.file, verdict.kept.row] += 1
        marks.setdefault(verdict.row.file, []).append(
            {
                "row": verdict.row.row,
                "stage": STAGE,
                "reason": verdict.reason,
                "value": verdict.value,
                "threshold": 1.0 if verdict.reason == EXACT else threshold,
                "kept_id": verdict.kept.id,
                "kept_locator": verdict.kept.locator,
            }
        )
    for (file, row), refused in sizes.items():
        marks.setdefault(file, []).append({"row": row, "cluster_size": refused + 1})
    return {file: pa.RecordBatch.from_pylist(told, schema=MARKS).sort_by("row") for file, told in marks.items()}
