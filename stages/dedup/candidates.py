"""Rows that may be alike: what is known of each, which of those listed share a band, and which is nearest."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from licet.schemas.license import rank_of
from licet.stages.dedup.shingles import nearest
from licet.stages.dedup.spool import Spools

# Rows that a bucket lists. One that is full is split by pairs of bands, which true duplicates mostly share:
# two rows at similarity 0.9 agree in 6 of 14 bands of 8, two at 0.7 in 0.8 of them.
BUCKET_ROWS = 256
# Rows that one row is compared with: those with which it shares the most buckets, then those worth most.
COMPARED_ROWS = 256


class Like(NamedTuple):
    """Where a row's bands and shingle set are, and how long its text is: of a copy, those of its like."""

    length: int
    bands: tuple[int, ...]
    piece: int
    place: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of a component; ``license`` and ``evidence_id`` are set where it left for stated terms."""

    file: int
    row: int
    id: str
    locator: str
    sha256: str
    grade: str
    tier: str | None
    license: str | None
    evidence_id: str | None
    like: Like

    @property
    def worth(self) -> tuple[str, int, int, str, str, str, int, int]:
        """The total order in which rows are kept, the best first."""
        return (
            self.grade,
            -self.strictness,
            -self.like.length,
            self.id,
            self.locator,
            self.sha256,
            self.file,
            self.row,
        )

    @property
    def strictness(self) -> int:
        """How strict its terms are; -1 where none are known."""
        return rank_of(self.tier) if self.tier else -1

    @property
    def objects(self) -> bool:
        """Whether it left for stated terms, and speaks against copies under milder ones."""
        return self.license is not None


@dataclass
class Effort:
    """What verifying cost: rows looked at, pairs compared, and rows for which not every candidate was compared.

    ``held`` are rows of earlier versions that were looked at besides.
    """

    rows: int = 0
    held: int = 0
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


class Compared:
    """Rows of a component that others are measured against."""

    def __init__(self, spools: Spools, threshold: float, effort: Effort):
        self.spools = spools
        self.threshold = threshold
        self.effort = effort
        self._rows: list[Candidate] = []
        self._buckets = Buckets()

    def add(self, row: Candidate) -> None:
        """List a row."""
        self._buckets.add(len(self._rows), row.like.bands)
        self._rows.append(row)

    def nearest(
        self, row: Candidate, counts: Callable[[Candidate], bool] | None = None
    ) -> tuple[float, Candidate] | None:
        """Return the most similar of the rows listed, at or above the threshold, the one listed first among equals.

        Only rows that share a band are measured, and of these, where ``counts`` is given, those for which it is true.
        """
        found, bounded = self._buckets.find(row.like.bands)
        self.effort.bounded += bounded
        if counts is not None:
            found = [number for number in found if counts(self._rows[number])]
        if not found:
            return None
        own = self.spools.sets(row.like.piece)[row.like.place]
        by_piece: dict[int, list[int]] = {}
        for number in found:
            by_piece.setdefault(self._rows[number].like.piece, []).append(number)
        best: tuple[float, int] | None = None
        for piece, numbers in by_piece.items():
            sets = self.spools.sets(piece)
            places = np.array([self._rows[number].like.place for number in numbers])
            at, value, compared = nearest(own, sets.values, sets.offsets, places, self.threshold)
            self.effort.pairs += compared
            if at >= 0 and (best is None or (value, -numbers[at]) > best):
                best = value, -numbers[at]
        return (best[0], self._rows[-best[1]]) if best else None


def candidates(spools: Spools) -> Iterator[tuple[int, Candidate]]:
    """Return (component, row) of all pieces; a copy is told the length, the bands and the set of its like."""
    likes: dict[tuple[int, str], Like] = {}
    copies: list[tuple[int, tuple[Any, ...]]] = []
    told = ("component", "row", "id", "locator", "content_sha256", "license_grade", "license_tier", "license")
    for piece, batch in enumerate(spools.told()):
        bands = batch.column("bands")
        worded = iter(np.asarray(bands.flatten()).reshape(-1, bands.type.list_size).tolist())
        hashes = [tuple(next(worded)) if valid else () for valid in bands.is_valid().to_pylist()]
        columns = [batch.column(name).to_pylist() for name in (*told, "evidence_id", "length")]
        for place, (component, *row, length) in enumerate(zip(*columns, strict=True)):
            if length is None:
                copies.append((piece, (component, *row)))
                continue
            like = likes[component, row[3]] = Like(length, hashes[place], piece, place)
            yield component, _candidate(spools.files[piece], row, like)
    for piece, (component, *row) in copies:
        # Two contents with one exact key would leave a copy without its like; such a row is just kept.
        like = likes.get((component, row[3]), Like(0, (), piece, 0))
        yield component, _candidate(spools.files[piece], row, like)


def _candidate(file: int, told: Sequence[Any], like: Like) -> Candidate:
    """Return a row from what its spool tells; one without a grade comes behind all grades."""
    row, name, locator, sha256, grade, tier, licence, evidence_id = told
    return Candidate(file, row, name, locator, sha256, grade or "~", tier, licence, evidence_id, like)
