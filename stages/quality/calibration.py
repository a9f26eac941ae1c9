"""Calibration: from a classifier's scores to probabilities, by Platt's scaling on the log-odds.

    p = 1 / (1 + exp(-(scale × ln(s / (1 - s)) + shift)))

fastText's softmax is mostly too sure of itself; scale and shift are those that make rows which were not learnt from
most likely (Platt 1999, "Probabilistic outputs for support vector machines"; on the log-odds of a network's
probabilities, Guo et al. 2017, arXiv 1706.04599). The order of rows stays.
"""

from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Truths = np.ndarray[Any, np.dtype[np.bool_]]

EDGE = 1e-6
"""Scores nearer to 0 or 1 count as this near, so that their log-odds are finite."""
STEPS = 100
LEAST_ROWS = 10
"""Rows of each class, below which there is nothing to fit."""


def calibrated(scores: Floats, scale: float, shift: float) -> Floats:
    """Return the calibrated probability of each score, in [0, 1]."""
    return 1 / (1 + np.exp(-(scale * _log_odds(scores) + shift)))


def fitted(scores: Floats, truths: Truths) -> tuple[float, float] | None:
    """Return the scale and shift of the greatest likelihood, rounded to six digits; None where they mean nothing.

    The targets are Platt's, a little off 0 and 1, so that classes which the scores part without a fault do not drive
    the scale to infinity. Nothing is returned for fewer than `LEAST_ROWS` of a class, nor for scores whose order is
    wrong more often than right, which no scaling mends.
    """
    positive, negative = int(truths.sum()), int((~truths).sum())
    if min(positive, negative) < LEAST_ROWS:
        return None
    target = np.where(truths, (positive + 1) / (positive + 2), 1 / (negative + 2))
    odds = np.stack([_log_odds(scores), np.ones(len(scores))])
    found = np.array([1.0, 0.0])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-(found @ odds)))
        slope = odds @ (target - likely)
        bend = (odds * (likely * (1 - likely))) @ odds.T + 1e-9 * np.eye(2)
        step = np.linalg.solve(bend, slope)
        while _cost(found + step, odds, target) > _cost(found, odds, target) and np.abs(step).max() > 1e-9:
            step = step / 2
        found = found + step
        if np.abs(step).max() < 1e-9:
            break
    scale, shift = (round(float(value), 6) for value in found)
    return (scale, shift) if scale > 0 and np.isfinite(found).all() else None


def _cost(found: Floats, odds: Floats, target: Floats) -> float:
    """Return the negative log-likelihood of the targets, which is convex in scale and shift."""
    reached = found @ odds
    return float((np.logaddexp(0, reached) - target * reached).sum())


def _log_odds(scores: Floats) -> Floats:
    held = np.clip(np.asarray(scores, np.float64), EDGE, 1 - EDGE)
    return np.asarray(np.log(held) - np.log1p(-held))
