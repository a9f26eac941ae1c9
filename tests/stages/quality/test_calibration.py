import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.stages.quality.calibration import calibrated, fitted


def drawn(scale: float, shift: float, rows: int = 40_000) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and truths that are as probable as the scores so scaled say."""
    chance = np.random.default_rng(3)
    scores = chance.random(rows)
    return scores, chance.random(rows) < calibrated(scores, scale, shift)


@pytest.mark.parametrize(("scale", "shift"), [(1.0, 0.0), (0.4, -1.0), (2.5, 0.7)])
def test_the_scale_and_shift_that_made_the_truths_are_found(scale: float, shift: float) -> None:
    found = fitted(*drawn(scale, shift))
    assert found == pytest.approx((scale, shift), abs=0.06)


def test_scale_one_and_shift_nothing_change_nothing() -> None:
    scores = np.linspace(0.001, 0.999, 99)
    assert np.allclose(calibrated(scores, 1.0, 0.0), scores)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20), st.floats(0.01, 9), st.floats(-9, 9))
def test_calibration_keeps_the_order_and_gives_probabilities(scores: list[float], scale: float, shift: float) -> None:
    found = calibrated(np.sort(scores), scale, shift)
    assert np.all(np.diff(found) >= 0)
    assert np.all((found >= 0) & (found <= 1))


def test_classes_parted_without_a_fault_have_a_finite_scale() -> None:
    scores, truths = np.array([0.0] * 20 + [1.0] * 20), np.array([False] * 20 + [True] * 20)
    scale, _ = fitted(scores, truths) or (0.0, 0.0)
    assert 0 < scale < 1


def test_too_few_rows_or_an_order_upside_down_fit_nothing() -> None:
    scores, truths = drawn(1.0, 0.0, 200)
    assert fitted(scores[:5], truths[:5]) is None
    assert fitted(scores, np.ones(200, bool)) is None
    assert fitted(1 - scores, truths) is None
