"""What a trained quality classifier is worth, measured on rows that it has not seen."""

from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np

from licet.stages.quality.calibration import calibrated, fitted

THRESHOLD = 0.5
"""The score from which on a row is taken for positive, in precision, recall and F1."""
BINS = 10

Floats = np.ndarray[Any, np.dtype[np.float64]]
Truths = np.ndarray[Any, np.dtype[np.bool_]]


class Bin(TypedDict):
    """One line of the calibration table: what rows of about one score really are."""

    from_score: float
    to_score: float
    rows: int
    mean_score: float
    positive_share: float


class Measured(TypedDict):
    """The measures on held-out rows."""

    precision: float
    recall: float
    f1: float
    auc: float
    brier: float
    calibration_error: float
    calibration: list[Bin]


class Fit(TypedDict):
    """Platt's scaling, fitted on one half of the held-out rows, and measured with the other half beside what was."""

    scale: float
    shift: float
    fitted_rows: int
    measured_rows: int
    brier_before: float
    brier: float
    calibration_error_before: float
    calibration_error: float


@dataclass(frozen=True, kw_only=True)
class QualityReport:
    """A trained model: what it was made of, and its measures on held-out rows."""

    model_sha256: str
    data_sha256: str
    """Of the hashes and labels of all rows used."""
    model_bytes: int
    label: str
    training: dict[str, Any]
    grouped: bool
    """Whether whole groups were held out."""
    counts: dict[str, int]
    precision: float
    recall: float
    f1: float
    auc: float
    brier: float
    """Mean square of what the score is off by."""
    calibration_error: float
    """Mean distance of score and share of positive rows, over the lines of the calibration table."""
    calibration: list[Bin]
    fit: Fit | None
    """How the scores are made probabilities; null where there were too few rows to fit, or nothing to be mended so."""

    def table(self) -> list[tuple[str, str]]:
        """Return names and values, to be shown in two columns."""
        c = self.counts
        return [
            ("learnt from", f"{c['learnt_positive']:,} positive, {c['learnt_negative']:,} negative rows"),
            ("held out", f"{c['held_out_positive']:,} positive, {c['held_out_negative']:,} negative rows"),
            ("left out", f"{c['repeated']:,} repeated rows, {c['contradictory']:,} texts with both labels"),
            (f"precision at {THRESHOLD}", f"{self.precision:.3f}"),
            (f"recall at {THRESHOLD}", f"{self.recall:.3f}"),
            ("F1", f"{self.f1:.3f}"),
            ("AUC", f"{self.auc:.3f}"),
            ("Brier score", f"{self.brier:.4f}"),
            ("calibration error", f"{self.calibration_error:.4f}"),
            ("calibration", in_words(self.fit)),
            ("model", f"{self.model_bytes / 1e6:.1f} MB, label `{self.label}`, sha256 {self.model_sha256[:12]}…"),
        ]


def measured(scores: Floats, truths: Truths) -> Measured:
    """Return the measures of scores against what the rows really are; both classes must be there."""
    taken = scores >= THRESHOLD
    hits = int((taken & truths).sum())
    precision = hits / int(taken.sum()) if taken.any() else 0.0
    recall = hits / int(truths.sum())
    return Measured(
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / (precision + recall) if hits else 0.0,
        auc=auc(scores, truths),
        brier=brier(scores, truths),
        calibration_error=calibration_error(scores, truths),
        calibration=calibration(scores, truths),
    )


def brier(scores: Floats, truths: Truths) -> float:
    """Return the mean square of what scores are off by (Brier 1950): 0 is perfect, 0.25 says nothing."""
    return float(((scores - truths) ** 2).mean())


def calibration_error(scores: Floats, truths: Truths) -> float:
    """Return the expected calibration error over `BINS` tenths (Naeini et al. 2015)."""
    lines = calibration(scores, truths)
    return sum(line["rows"] * abs(line["mean_score"] - line["positive_share"]) for line in lines) / len(scores)


def fit(scores: Floats, truths: Truths, is_fitted_on: Truths) -> Fit | None:
    """Fit a calibration on some of the held-out rows and measure it with the others; None where that cannot be."""
    apart = ~is_fitted_on
    found = fitted(scores[is_fitted_on], truths[is_fitted_on])
    if found is None or not apart.any():
        return None
    before, after, truths = scores[apart], calibrated(scores[apart], *found), truths[apart]
    return Fit(
        scale=found[0],
        shift=found[1],
        fitted_rows=int(is_fitted_on.sum()),
        measured_rows=int(apart.sum()),
        brier_before=brier(before, truths),
        brier=brier(after, truths),
        calibration_error_before=calibration_error(before, truths),
        calibration_error=calibration_error(after, truths),
    )


def auc(scores: Floats, truths: Truths) -> float:
    """Return the probability that a positive row scores above a negative one, ties counting half."""
    positive, negative = np.sort(scores[truths]), np.sort(scores[~truths])
    below = np.searchsorted(negative, positive, "left") + np.searchsorted(negative, positive, "right")
    return float(below.sum() / (2 * len(positive) * len(negative)))


def calibration(scores: Floats, truths: Truths) -> list[Bin]:
    """Return one line for each tenth of the scores that has rows."""
    which = np.minimum((scores * BINS).astype(int), BINS - 1)
    return [
        Bin(
            from_score=number / BINS,
            to_score=(number + 1) / BINS,
            rows=int((which == number).sum()),
            mean_score=round(float(scores[which == number].mean()), 6),
            positive_share=round(float(truths[which == number].mean()), 6),
        )
        for number in range(BINS)
        if (which == number).any()
    ]


def in_words(found: Fit | None) -> str:
    """Return a calibration as a recipe takes it, and what it mends."""
    if found is None:
        return "none: too few held-out rows, or nothing that a scale could mend"
    return (
        f"{{scale: {found['scale']:g}, shift: {found['shift']:g}}}, Brier score {found['brier_before']:.4f} to"
        f" {found['brier']:.4f}, error {found['calibration_error_before']:.4f} to {found['calibration_error']:.4f}"
        f" on {found['measured_rows']:,} other rows"
    )


def model_card(report: QualityReport) -> str:
    """Return the model's card in Markdown."""
    measures = "\n".join(f"| {name} | {value} |" for name, value in report.table())
    settings = "\n".join(f"| {name} | {value} |" for name, value in report.training.items())
    bins = "\n".join(
        f"| {b['from_score']:.1f} to {b['to_score']:.1f} | {b['rows']:,} | {b['mean_score']:.3f} |"
        f" {b['positive_share']:.3f} |"
        for b in report.calibration
    )
    parted = "whole groups" if report.grouped else "single rows"
    return f"""# Quality classifier

A fastText classifier. Its score is the probability that a text belongs with the positive examples it was given,
rather than with the negative ones; it knows nothing else about quality.

Measured on held-out rows ({parted} were held out, by the hash of their {"name" if report.grouped else "text"}):

| | |
|---|---|
{measures}

## Calibration

| score | rows | mean score | positive |
|---|---|---|---|
{bins}

Scale and shift were fitted on half of the held-out rows and measured with the other half; as `calibration` of the
model in a recipe they make its scores probabilities. These follow the balance of the classes in training; where the
balance of the data differs, use their order (buckets), not their size.

## Training

| setting | value |
|---|---|
{settings}

Training rows: sha256 {report.data_sha256}. Model: sha256 {report.model_sha256}.
"""
