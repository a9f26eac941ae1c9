"""The recipe's quality models as one scorer, for whoever has to know which of two texts is the better."""

import hashlib
import json
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.quality import Quality
from licet.stages.quality.scorer import FastTextScorer


@dataclass(frozen=True)
class Ensemble:
    """Callable: the greatest of the models' scores for each text, float32 in [0, 1], as `quality_score` is.

    Models are loaded by the first call, once a process.
    """

    settings: Quality

    @property
    def scorers(self) -> tuple[FastTextScorer, ...]:
        """The models' scorers, in the recipe's order."""
        return tuple(FastTextScorer(model) for model in self.settings.models)

    def identity(self) -> str:
        """Return the sha256 of all that determines the scores; where models lie is no part of it."""
        told = [scorer.facts[1:] for scorer in self.scorers]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def __call__(self, texts: pa.Array) -> pa.Array:
        """Return one score a text.

        Raises:
            InputError: a model is missing or no classifier.
            RunError: a model gives scores that are no numbers.

        """
        return pc.max_element_wise(*(scorer(texts) for scorer in self.scorers))
