"""What a recipe says of duplicates."""

from pydantic import Field

from licet.schemas.sources import Settings


class Dedup(Settings):
    """Exact and near duplicates in one pass; every removal is verified against the row that stays."""

    enabled: bool = True
    """Whether duplicates are looked for at all."""
    shingle_words: int = Field(5, ge=1, le=32)
    """Words in a shingle: 5 as in datatrove and FineWeb."""
    bands: int = Field(14, ge=1, le=256)
    rows_per_band: int = Field(8, ge=1, le=64)
    """14 bands of 8 rows as in FineWeb: of the pairs at Jaccard 0.8, 92 % become candidates."""
    threshold: float = Field(0.8, gt=0, le=1)
    """The least exact Jaccard similarity of shingle sets at which a row is a duplicate of the one that stays."""
    seed: int = Field(1, ge=0, lt=2**32)
    """Seed of the permutations, datasketch's default."""
