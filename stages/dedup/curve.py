"""The S-curve of banding: how likely a pair of rows is to be compared at all, by its similarity."""

import math

from licet.schemas.dedup import Dedup

# The similarities of the report's table: around any threshold that is used for near duplicates.
SIMILARITIES = (0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0)

# The least share of the pairs at the threshold that bands should propose: FineWeb's 14 of 8 propose 92 % at 0.8.
EXPECTED_SHARE = 0.9
MOST_BANDS = 256
MOST_ROWS = 64


def candidate_probability(similarity: float, bands: int, rows: int) -> float:
    """Return the probability that two rows of this Jaccard similarity agree in at least one band.

    It is 1 - (1 - sʳ)ᵇ (Leskovec, Rajaraman and Ullman, *Mining of Massive Datasets*, 3.4.2).
    """
    if not 0 <= similarity <= 1:
        raise ValueError(f"a similarity lies between 0 and 1, not at {similarity}")
    return float(1 - (1 - similarity**rows) ** bands)


def s_curve(settings: Dedup) -> list[tuple[float, float]]:
    """Return the curve as (similarity, probability) at `SIMILARITIES` and at the threshold, rising."""
    return [
        (similarity, candidate_probability(similarity, settings.bands, settings.rows_per_band))
        for similarity in sorted({*SIMILARITIES, settings.threshold})
    ]


def at_threshold(settings: Dedup) -> float:
    """Return the probability that two rows which are just alike enough are compared at all."""
    return candidate_probability(settings.threshold, settings.bands, settings.rows_per_band)


def suggested(threshold: float, permutations: int, share: float = EXPECTED_SHARE) -> tuple[int, int]:
    """Return the bands and rows a band that propose at least a share of the pairs at a threshold.

    Of those that need no more than so many permutations it is the one with the most rows a band, which proposes the
    fewest pairs below the threshold, and as many bands as there are permutations for; with fewer permutations than any
    needs, the one that needs the fewest.
    """
    if threshold >= 1:
        return 1, min(MOST_ROWS, max(1, permutations))
    found = []
    for rows in range(1, MOST_ROWS + 1):
        # One less, lest rounding ask for a band too many.
        bands = max(1, math.ceil(math.log(1 - share) / math.log1p(-(threshold**rows))) - 1)
        bands += candidate_probability(threshold, bands, rows) < share
        if bands <= MOST_BANDS:
            found.append((bands, rows))
    fitting = [(bands, rows) for bands, rows in found if bands * rows <= permutations]
    if not fitting:
        return min(found, key=lambda it: it[0] * it[1])
    most = max(rows for _, rows in fitting)
    return min(MOST_BANDS, permutations // most), most


def too_few(settings: Dedup) -> str | None:
    """Return a sentence on bands that miss many pairs at the threshold, with better ones; None where they do not."""
    probability = at_threshold(settings)
    if not settings.enabled or probability >= EXPECTED_SHARE:
        return None
    bands, rows = suggested(settings.threshold, settings.bands * settings.rows_per_band)
    better = candidate_probability(settings.threshold, bands, rows)
    return (
        f"`dedup`: {settings.bands} bands of {settings.rows_per_band} rows find only {100 * probability:.0f} % of the"
        f" pairs at the threshold of {settings.threshold:g}; `bands: {bands}`, `rows_per_band: {rows}` find"
        f" {100 * better:.0f} %"
    )
