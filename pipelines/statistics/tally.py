"""How often each whole number comes: exact quantiles in memory that grows with the distinct numbers alone."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Spread:
    """Where numbers lie. ``median``, ``p90`` and ``p99`` are numbers that are there (nearest rank)."""

    least: int
    median: int
    mean: float
    p90: int
    p99: int
    most: int
    total: int


class Tally:
    """Counts of numbers from 0 on."""

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()

    def add(self, numbers: np.ndarray[Any, Any]) -> None:
        """Count numbers."""
        values, counts = np.unique(numbers.astype(np.int64), return_counts=True)
        self.counts.update(dict(zip(values.tolist(), counts.tolist(), strict=True)))

    def spread(self) -> Spread | None:
        """Return where the numbers lie; null where there are none."""
        if not self.counts:
            return None
        values = np.array(sorted(self.counts))
        counts = np.array([self.counts[value] for value in values.tolist()])
        ranks, n = np.cumsum(counts), int(counts.sum())
        # As whole numbers: n * 0.9 may be a hair above the rank that is meant.
        median, p90, p99 = (int(values[np.searchsorted(ranks, -(-n * part // 100))]) for part in (50, 90, 99))
        total = int((values * counts).sum())
        return Spread(int(values[0]), median, round(total / n, 2), p90, p99, int(values[-1]), total)

    def doubling(self) -> list[tuple[int, int]]:
        """Return counts by bins that double in width, as (least, count): 0, 1, 2 to 3, 4 to 7, without gaps."""
        found: Counter[int] = Counter()
        for value, count in self.counts.items():
            found[1 << (value.bit_length() - 1) if value else 0] += count
        if not found:
            return []
        edges = [0, *(1 << power for power in range(max(found).bit_length()))]
        return [(edge, found[edge]) for edge in edges if min(found) <= edge <= max(found)]


def as_json(spread: Spread | None) -> dict[str, Any] | None:
    """Return a spread as JSON values."""
    return asdict(spread) if spread is not None else None
