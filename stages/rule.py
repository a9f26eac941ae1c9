"""What stages that hold rows against bounds have in common: a bound on a measure, under the name that a recipe uses."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A bound on a measure: ``min_`` refuses what is below it, ``max_`` what is above; the bound itself is kept."""

    name: str
    """What a recipe calls the bound: `min_words`."""
    measure: str
    """What is measured, by the name that its family of stages has for it."""
    bound: float
    reason: str
    """What the ledger says of a row outside: `too_few_words`."""
    source: str = ""
    """Where the bound comes from, where that is told rule by rule."""

    @property
    def is_minimum(self) -> bool:
        """Whether lesser values are refused; otherwise greater ones are."""
        return self.name.startswith("min_")
