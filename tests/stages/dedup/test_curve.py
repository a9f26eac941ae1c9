import pytest

from licet.schemas.dedup import Dedup
from licet.stages.dedup.curve import candidate_probability, s_curve


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
