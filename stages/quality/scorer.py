"""A fastText classifier as a scorer: from texts to the probability of one label.

Measured on one core with a model of word 2-grams (dim 32): 45 MB/s of English prose and Python, and the same one
text at a time; the time is fastText's own hashing, so texts go in lists of a few megabytes.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import pyarrow as pa

from licet.schemas.errors import RecipeError, RunError
from licet.schemas.quality import QualityModel
from licet.stages.quality.calibration import calibrated
from licet.stages.quality.models import LABEL, load_model, local_model, one_line

ROWS = 1024
"""Texts that are made into Python strings at a time."""


@dataclass(frozen=True)
class FastTextScorer:
    """Callable: the probability of the model's label for each text, calibrated if so set, float32 in [0, 1].

    The model is loaded by the first call, or by `setup`, once a process; the scorer itself is light and pickles.
    """

    model: QualityModel

    @property
    def digest(self) -> str:
        """The sha256 of the model's file, for the manifest.

        Raises:
            InputError: the file cannot be read.

        """
        return local_model(self.model.path)[1]

    @property
    def facts(self) -> tuple[str, str, str, tuple[float, float] | None]:
        """What determines the scores and under which name they stand; where the model lies is no part of it."""
        settled = self.model.calibration
        return self.model.name, self.model.label, self.digest, (settled.scale, settled.shift) if settled else None

    def setup(self) -> Any:
        """Return the loaded model, checked.

        Raises:
            InputError: the model is missing or no fastText classifier.
            RecipeError: it has no such label.

        """
        loaded = load_model(self.model.path)
        labels = [label.removeprefix(LABEL) for label in loaded.get_labels()]
        if self.model.label not in labels:
            nearest = get_close_matches(self.model.label, labels, n=1, cutoff=0.5)
            hint = f" (did you mean `{nearest[0]}`?)" if nearest else ""
            shown = ", ".join(sorted(labels)[:20]) + (", …" if len(labels) > 20 else "")
            raise RecipeError(
                f"quality model {self.model.name} has no label `{self.model.label}`{hint}; its labels are: {shown}"
            )
        return loaded

    def __call__(self, texts: pa.Array) -> pa.Array:
        """Return one score a text.

        Raises:
            RunError: the model gives a score that is no number.

        """
        loaded, label = self.setup(), LABEL + self.model.label
        scores = np.zeros(len(texts), np.float32)
        for start in range(0, len(texts), ROWS):
            labels, probabilities = loaded.predict(one_line(texts.slice(start, ROWS)), k=-1)
            for row, (found, probability) in enumerate(zip(labels, probabilities, strict=True), start):
                # A label is left out where its probability is nothing.
                scores[row] = probability[found.index(label)] if label in found else 0.0
        if np.isnan(scores).any():
            raise RunError(
                f"quality model {self.model.name} gives scores that are no numbers: it is damaged or was badly"
                " trained; train it anew or leave it out"
            )
        # fastText's softmax ends a little above 1; adding zero makes -0.0 a plain 0.
        scores = np.clip(scores, 0, 1) + np.float32(0)
        if settled := self.model.calibration:
            scores = calibrated(scores.astype(np.float64), settled.scale, settled.shift).astype(np.float32)
        return pa.array(scores)
