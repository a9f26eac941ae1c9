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

    def values(self, batch: pa.RecordBatch) -> dict[str, Floats]:
        """Return what each rule measures of each row, by the rule's name and in the order in which rules are tried."""
        if not self.rules:
            return {}
        measures = measure_text(batch.column("text"))
        return {rule.name: measures[rule.measure] for rule in self.rules}

    def __call__(self, batch: pa.RecordBatch) -> Verdicts:
        """Return one verdict a row."""
        return judged(self.values(batch), self.rules, batch.num_rows)


def judged(values: dict[str, Floats], rules: tuple[Rule, ...], rows: int) -> Verdicts:
    """Return the verdicts of rules, the first one that fails, on what they measure of so many rows."""
    if not rules:
        return Verdicts(reason=pa.nulls(rows, pa.string()))
    failed = np.full(rows, len(rules), np.int32)
    value = np.zeros(rows)
    for number, rule in enumerate(rules):
        measured = values[rule.name]
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
