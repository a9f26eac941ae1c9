"""The judge of a row's shape: the first rule of the profile that a row fails is its reason."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from licet.schemas.ledger import Verdicts
from licet.schemas.quality import Heuristics
from licet.stages.quality.measures import Floats, measure_text
from licet.stages.quality.rules import Rule, rules_of


@dataclass(frozen=True)
class HeuristicRules:
    """Judge: refuses the rows that fail a rule; ``value`` is what was measured, ``threshold`` the rule's bound."""

    settings: Heuristics = field(default_factory=Heuristics)
    rules: tuple[Rule, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", rules_of(self.settings))

    def __call__(self, batch: pa.RecordBatch) -> Verdicts:
        """Return one verdict a row."""
        if not self.rules:
            return Verdicts(reason=pa.nulls(batch.num_rows, pa.string()))
        return judged(measure_text(batch.column("text")), self.rules)


def judged(measures: dict[str, Floats], rules: tuple[Rule, ...]) -> Verdicts:
    """Return the verdicts of rules, the first one that fails, on measures of as many rows."""
    rows = len(measures["words"])
    failed = np.full(rows, len(rules), np.int32)
    value = np.zeros(rows)
    for number, rule in enumerate(rules):
        measured = measures[rule.measure]
        outside = measured < rule.bound if rule.is_minimum else measured > rule.bound
        first = outside & (failed == len(rules))
        failed[first] = number
        value[first] = measured[first]
    kept = failed == len(rules)
    which = pa.array(failed, mask=kept)
    return Verdicts(
        reason=pa.array([rule.reason for rule in rules], pa.string()).take(which),
        value=pa.array(value, mask=kept),
        threshold=pa.array([rule.bound for rule in rules], pa.float64()).take(which),
    )
