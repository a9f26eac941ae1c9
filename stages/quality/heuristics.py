"""The judge of a row's shape: the first rule of the profile that a row fails is its reason."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from licet.schemas.errors import InputError
from licet.schemas.ledger import Verdicts
from licet.schemas.quality import Heuristics
from licet.stages import storage
from licet.stages.quality.measures import Floats
from licet.stages.quality.phrases import listed_words
from licet.stages.quality.rules import definition_of, rules_of
from licet.stages.rule import Rule


@dataclass(frozen=True)
class HeuristicRules:
    """Judge: refuses the rows that fail a rule; ``value`` is what was measured, ``threshold`` the rule's bound.

    Where the settings keep values, ``measured`` has those of all rules, by measure: rules on the same one share it.
    """

    settings: Heuristics = field(default_factory=Heuristics)
    bad_words: tuple[str, ...] | None = None
    """The words of the settings' list; where they are not given, it is read for each batch."""
    rules: tuple[Rule, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", rules_of(self.settings))

    def values(self, batch: pa.RecordBatch) -> dict[str, Floats]:
        """Return what each rule measures of each row, by the rule's name and in the order in which rules are tried."""
        if not self.rules:
            return {}
        wanted = {rule.measure for rule in self.rules}
        measures = definition_of(self.settings).measure(batch.column("text"), wanted)
        if "bad_words" in wanted:
            words = words_at(str(self.settings.bad_words)) if self.bad_words is None else self.bad_words
            measures["bad_words"] = listed_words(batch.column("text"), words)
        return {rule.name: measures[rule.measure] for rule in self.rules}

    def __call__(self, batch: pa.RecordBatch) -> Verdicts:
        """Return one verdict a row."""
        values = self.values(batch)
        verdicts = judged(values, self.rules, batch.num_rows)
        if not (self.rules and self.settings.keep_values):
            return verdicts
        return replace(verdicts, measured={rule.measure: pa.array(values[rule.name]) for rule in self.rules})


def words_at(path: str) -> tuple[str, ...]:
    """Return the words of a list, one a line.

    Raises:
        InputError: it cannot be read, is not UTF-8, or has no words.

    """
    try:
        words = tuple(line.strip() for line in storage.read_bytes(path).decode().splitlines() if line.strip())
    except (OSError, ValueError, ImportError) as error:
        told = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", None) or error
        raise InputError(f"cannot read the list of bad words {path}: {told}") from error
    if not words:
        raise InputError(f"the list of bad words {path} has no words: write one a line, or leave out `bad_words`")
    return words


def verdicts_on(measured: pa.Table, judge: HeuristicRules) -> Verdicts:
    """Return the verdicts of a judge, made again from what it measured of some rows."""
    columns = {name: measured.column(name).to_numpy() for name in {rule.measure for rule in judge.rules}}
    return judged({rule.name: columns[rule.measure] for rule in judge.rules}, judge.rules, measured.num_rows)


def heuristics_params(settings: Heuristics) -> dict[str, Any]:
    """Return what the manifest says of the settings: beside them each rule with its bound, in the order of trying."""
    told = ("name", "measure", "bound", "reason")
    rules = [{name: getattr(rule, name) for name in told} for rule in rules_of(settings)]
    return {**settings.model_dump(mode="json"), "rules": rules}


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
