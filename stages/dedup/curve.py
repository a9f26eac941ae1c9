"""The S-curve of banding: how likely a pair of rows is to be compared at all, by its similarity."""

from licet.schemas.dedup import Dedup

# The similarities of the report's table: around any threshold that is used for near duplicates.
SIMILARITIES = (0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0)


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
