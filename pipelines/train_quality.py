"""Training of a fastText quality classifier from texts that are known to be good and bad.

The same texts and settings give the same model and report, byte for byte: rows are known by the hash of their text,
the hash decides who is held out, and fastText runs in one thread.
"""

import hashlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import fasttext
import numpy as np
import pyarrow as pa

from licet.pipelines.labelled_sets import Labelled, read_labelled
from licet.pipelines.quality_report import QualityReport, fit, measured, model_card
from licet.schemas.errors import InputError, RecipeError, RunError
from licet.schemas.quality import QualityModel
from licet.stages import storage
from licet.stages.quality import FastTextScorer
from licet.stages.quality.models import LABEL

POSITIVE, NEGATIVE = "positive", "negative"
LEAST_ROWS = 20
"""Distinct rows of each class, below which nothing can be said of the model."""
LEAST_HELD_OUT = 5
"""Held-out rows of each class, below which its measures would be noise."""


@dataclass(frozen=True, kw_only=True)
class Training:
    """What a training is set to; the defaults make a model of about 14 MB in seconds."""

    held_out: float = 0.2
    """Share of the texts (of the groups, when there are groups) that are kept from training, to measure on."""
    seed: int = 1
    dim: int = 32
    epochs: int = 5
    learning_rate: float = 0.5
    word_ngrams: int = 2
    buckets: int = 100_000
    """Hash buckets of the word n-grams: with ``dim``, what the size of the model is made of."""
    min_count: int = 5
    """Words that occur more rarely are not learnt."""
    max_rows: int = 20_000
    """Rows of each class that are used; of more, those with the least hashes."""
    max_characters: int = 20_000
    """Characters of each text that are learnt from and measured on, from its beginning."""

    def __post_init__(self) -> None:
        if not 0 < self.held_out < 1:
            raise RecipeError(f"held_out is {self.held_out:g}: give a share between 0 and 1, as 0.2")
        for name, most in (("dim", 1024), ("epochs", 1000), ("word_ngrams", 5), ("buckets", 10**8)):
            if not 1 <= getattr(self, name) <= most:
                raise RecipeError(f"{name} is {getattr(self, name)}: give a number from 1 to {most}")
        for name in ("min_count", "max_rows", "max_characters"):
            if getattr(self, name) < 1:
                raise RecipeError(f"{name} is {getattr(self, name)}: give at least 1")


@dataclass(frozen=True, order=True)
class _Row:
    digest: str
    good: bool
    text: str
    group: str


def train_quality(
    positives: Sequence[str],
    negatives: Sequence[str],
    out: Path,
    *,
    text_field: str = "text",
    group_field: str | None = None,
    training: Training | None = None,
) -> QualityReport:
    """Train on files of good and of bad texts; write ``model.bin``, ``report.json`` and ``MODEL_CARD.md`` to ``out``.

    ``positives`` and ``negatives`` are paths, folders or globs (JSON Lines, Parquet, text files). With
    ``group_field`` all rows of a group are either learnt from or held out, so that near-duplicates do not leak.

    Raises:
        InputError: a file cannot be read, or there are too few distinct rows.
        RecipeError: a setting is out of range.
        RunError: training failed.

    """
    training = training or Training()
    good = list(read_labelled(positives, text_field, group_field))
    bad = list(read_labelled(negatives, text_field, group_field))
    rows, counts = distinct(good, bad, training)
    learnt = [row for row in rows if not _is_held_out(row, training)]
    held = [row for row in rows if _is_held_out(row, training)]
    for part, name, least in ((learnt, "to learn from", LEAST_ROWS // 2), (held, "held out", LEAST_HELD_OUT)):
        for label, wanted in ((POSITIVE, True), (NEGATIVE, False)):
            number = sum(row.good == wanted for row in part)
            if number < least:
                raise InputError(
                    f"{number} {label} rows are {name}, {least} are needed: give more rows or groups, or change"
                    f" held_out ({training.held_out:g})"
                )
    model = out / "model.bin"
    _fit(learnt, training, model)
    scorer = FastTextScorer(QualityModel(name="trained", path=str(model), label=POSITIVE))
    scores = np.asarray(scorer(pa.array([row.text for row in held], pa.string())), np.float64)
    truths = np.array([row.good for row in held])
    halves = np.array([_share(row, training.seed, "calibration") < 0.5 for row in held])
    report = QualityReport(
        model_sha256=_sha256(model),
        data_sha256=hashlib.sha256("".join(f"{r.digest} {r.good}\n" for r in rows).encode()).hexdigest(),
        model_bytes=model.stat().st_size,
        label=POSITIVE,
        training=asdict(training),
        grouped=group_field is not None,
        counts={
            **counts,
            "learnt_positive": sum(r.good for r in learnt),
            "learnt_negative": sum(not r.good for r in learnt),
            "held_out_positive": sum(r.good for r in held),
            "held_out_negative": sum(not r.good for r in held),
            "held_out_groups": len({r.group for r in held}) if group_field else 0,
        },
        **measured(scores, truths),
        fit=fit(scores, truths, halves),
    )
    storage.write_bytes(str(out / "report.json"), (json.dumps(asdict(report), indent=2) + "\n").encode())
    storage.write_bytes(str(out / "MODEL_CARD.md"), model_card(report).encode())
    return report


def distinct(
    positives: Sequence[Labelled], negatives: Sequence[Labelled], training: Training
) -> tuple[list[_Row], dict[str, int]]:
    """Return the distinct rows in the order of their hashes, and how many were read, repeated and contradictory.

    A text that is in both classes says nothing and is left out of both.

    Raises:
        InputError: a class is empty or has too few rows.

    """
    by_class: list[dict[str, Labelled]] = []
    for texts in (positives, negatives):
        kept: dict[str, Labelled] = {}
        for row in sorted(texts, key=lambda r: (r.group, r.text)):
            kept.setdefault(hashlib.sha256(row.text.encode("utf-8", "surrogatepass")).hexdigest(), row)
        by_class.append(kept)
    both = by_class[0].keys() & by_class[1].keys()
    rows: list[_Row] = []
    for good, kept, label in ((True, by_class[0], POSITIVE), (False, by_class[1], NEGATIVE)):
        chosen = sorted(kept.keys() - both)[: training.max_rows]
        if len(chosen) < LEAST_ROWS:
            raise InputError(
                f"there are {len(chosen)} distinct {label} texts that are not in both classes, and a classifier needs"
                f" {LEAST_ROWS} at least: give more {label} files"
            )
        cut = training.max_characters
        rows += [_Row(digest, good, kept[digest].text[:cut], kept[digest].group) for digest in chosen]
    return sorted(rows), {
        "read_positive": len(positives),
        "read_negative": len(negatives),
        "repeated": len(positives) + len(negatives) - sum(map(len, by_class)),
        "contradictory": len(both),
    }


def _is_held_out(row: _Row, training: Training) -> bool:
    return _share(row, training.seed) < training.held_out


def _share(row: _Row, seed: int, *asked: str) -> float:
    """Return a number in [0, 1) that is drawn by a hash: the same for all rows of a group."""
    key = "\n".join([str(seed), *asked, row.group or row.digest])
    return int(hashlib.sha256(key.encode()).hexdigest()[:15], 16) / 16.0**15


def _fit(rows: Sequence[_Row], training: Training, model: Path) -> None:
    """Train on rows and write the model at once."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "rows.txt"
        with source.open("w", encoding="utf-8", errors="replace") as file:
            for row in rows:
                # A label within a text would be learnt as one.
                text = row.text.replace(LABEL, "label ").replace("\n", " ")
                file.write(f"{LABEL}{POSITIVE if row.good else NEGATIVE} {text}\n")
        try:
            trained: Any = fasttext.train_supervised(
                input=str(source),
                dim=training.dim,
                epoch=training.epochs,
                lr=training.learning_rate,
                wordNgrams=training.word_ngrams,
                bucket=training.buckets,
                minCount=training.min_count,
                seed=training.seed,
                thread=1,
                verbose=0,
            )
        except (RuntimeError, ValueError) as error:
            raise RunError(
                f"fastText could not learn from these texts ({error}): lower min_count or learning_rate"
            ) from error
        trained.save_model(str(Path(folder) / "model.bin"))
        storage.write_bytes(str(model), (Path(folder) / "model.bin").read_bytes())


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
