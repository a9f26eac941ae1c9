"""What the heuristics measured of a row, beside their bounds: those nearest to theirs first."""

import math
from dataclasses import dataclass
from typing import Any

from licet.pipelines.audit.screen import below, wrapped
from licet.pipelines.audit.version import Audited

MOST_LINES = 3
"""Lines of measures on a screen; what is further from its bounds than these is counted."""


@dataclass(frozen=True)
class Measured:
    """A measure of a row: its value, and the least and the most that the rules allow; null where there is no bound."""

    measure: str
    value: float
    least: float | None
    most: float | None

    @property
    def is_within(self) -> bool:
        """Whether the rules allow the value; the bounds are within."""
        below_least = self.least is not None and self.value < self.least
        return not below_least and not (self.most is not None and self.value > self.most)

    @property
    def nearness(self) -> float:
        """How near the value is to the bound that it is nearest to: 1 at it, more beyond it, less within."""
        to_least = _share(self.least, self.value) if self.least is not None else 0.0
        return max(to_least, _share(self.value, self.most) if self.most is not None else 0.0)

    def told(self) -> str:
        """Return it in words."""
        if self.least is not None and self.most is not None:
            bound = f"{self.least:,g} to {self.most:,g}"
        else:
            bound = f"{self.most:,g} or less" if self.least is None else f"{self.least:,g} or more"
        value = f"{self.value:,.0f}" if self.value == int(self.value) else f"{self.value:.4g}"
        return f"{self.measure} {value} ({'' if self.is_within else 'refused: '}{bound})"


def _share(part: float, whole: float) -> float:
    if whole:
        return part / whole
    return math.inf if part else 1.0


def measured_of(version: Audited, row_id: str | None, locator: str) -> list[Measured]:
    """Return what was measured of a row, in the order of the rules; nothing where the version does not keep it.

    The bounds are those that the manifest names.
    """
    if row_id is None or not version.has_measures:
        return []
    found = version.rows("select * from measures where id = ? and locator is not distinct from ?", row_id, locator)
    values = found[0] if found else {}
    bounds: dict[str, dict[str, float]] = {}
    for rule in _rules(version):
        side = "least" if rule["name"].startswith("min_") else "most"
        bounds.setdefault(rule["measure"], {})[side] = rule["bound"]
    return [
        Measured(measure, values[measure], bound.get("least"), bound.get("most"))
        for measure, bound in bounds.items()
        if isinstance(values.get(measure), float)
    ]


def _rules(version: Audited) -> list[dict[str, Any]]:
    stages = [stage for stage in version.manifest.stages if stage.name == "heuristics"]
    return [rule for stage in stages for rule in stage.params.get("rules", ())]


def measured_lines(found: list[Measured], most: int = MOST_LINES) -> list[str]:
    """Return the measures as lines under a heading, at most so many of them and one that counts the others."""
    if not found or not most:
        return []
    nearest = sorted(found, key=lambda one: (one.is_within, -one.nearness))
    shown = len(nearest)
    while shown > 1 and len(_lines(nearest[:shown])) > most:
        shown -= 1
    lines = ["What was measured of its shape, and what the rules allow", *_lines(nearest[:shown])]
    if shown < len(nearest):
        lines += below(f"… and {len(nearest) - shown} more that are further from their bounds (--json has all)")
    return lines


def _lines(found: list[Measured]) -> list[str]:
    return wrapped("; ".join(one.told() for one in found), "  ", "  ", MOST_LINES + 1)
