import pytest

from licet.schemas.dedup import Dedup
from licet.stages.dedup.curve import candidate_probability, s_curve, suggested, too_few


@pytest.mark.parametrize(
    ("similarity", "probability"), [(0.0, 0.0), (0.7, 0.565), (0.75, 0.772), (0.8, 0.924), (0.9, 0.9996), (1.0, 1.0)]
)
def test_finewebs_bands_have_the_published_curve(similarity: float, probability: float) -> None:
    assert candidate_probability(similarity, 14, 8) == pytest.approx(probability, abs=5e-4)


def test_the_table_rises_and_has_the_threshold() -> None:
    table = s_curve(Dedup(threshold=0.77))
    assert 0.77 in dict(table)
    assert table == sorted(table)
    assert [p for _, p in table] == sorted(p for _, p in table)


def test_a_similarity_beyond_one_is_refused() -> None:
    with pytest.raises(ValueError, match=r"between 0 and 1, not at 1\.5"):
        candidate_probability(1.5, 14, 8)


@pytest.mark.parametrize("threshold", [0.05, 0.3, 0.5, 0.7, 0.8, 0.9, 0.99, 1.0])
@pytest.mark.parametrize("permutations", [1, 16, 112, 256])
def test_what_is_suggested_finds_nine_of_ten_pairs_at_the_threshold(threshold: float, permutations: int) -> None:
    bands, rows = suggested(threshold, permutations)
    assert candidate_probability(threshold, bands, rows) >= 0.9
    Dedup(bands=bands, rows_per_band=rows)
    if bands * rows <= permutations and rows < 64:
        assert candidate_probability(threshold, permutations // (rows + 1), rows + 1) < 0.9 or threshold == 1


def test_bands_that_miss_many_pairs_are_told_with_better_ones() -> None:
    assert too_few(Dedup(threshold=0.7)) == (
        "`dedup`: 14 bands of 8 rows find only 56 % of the pairs at the threshold of 0.7;"
        " `bands: 22`, `rows_per_band: 5` find 98 %"
    )
    assert too_few(Dedup()) is None
    assert too_few(Dedup(threshold=0.7, enabled=False)) is None
