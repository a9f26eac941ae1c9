"""The bins in which the values of a rule are counted: fixed by the rule alone, with the bound between two of them."""

from licet.schemas.measured import Bins
from licet.schemas.quality import Heuristics
from licet.stages.quality.rules import rules_of
from licet.stages.rule import Rule

LONG = ("words", "characters", "lines", "longest_line", "mean_line_length")
"""Measures of length: they span many powers of ten, so their bins double from one to the next."""
NEAR, FAR = 4, 16
"""Doublings on the side that such a rule refuses, and on the side that it keeps."""
MOST = 24
"""Bins of other measures between 0 and the last edge: as many as 24 for a share between 0 and 1."""
FEWEST = 6
"""Bins of other measures between 0 and the bound, however small that is."""


def kept_bins(settings: Heuristics) -> tuple[Bins, ...]:
    """Return the bins of each rule whose values are kept; none where settings do not keep them."""
    if not settings.keep_values:
        return ()
    return tuple(
        Bins(rule=r.name, measure=r.measure, bound=r.bound, is_minimum=r.is_minimum, edges=edges_of(r))
        for r in rules_of(settings)
    )


def edges_of(rule: Rule) -> tuple[float, ...]:
    """Return the edges of a rule's bins, ascending; the bound is one of them, and is not rounded.

    Lengths: the bound times powers of two. Shares: steps from 0 to 1 that hit the bound, at least `FEWEST` of them
    below it and at most `MOST` in all. Other measures: as many steps below the bound as above it.
    """
    if rule.measure in LONG and rule.bound > 0:
        below, above = (NEAR, FAR) if rule.is_minimum else (FAR, NEAR)
        return tuple(rule.bound * 2.0**power for power in range(-below, above + 1))
    if rule.bound == 0:
        return tuple(step / MOST for step in range(MOST + 1))
    if rule.measure.endswith("_share"):
        steps = max(FEWEST, round(MOST * rule.bound))
        last = int(min(MOST, steps / rule.bound))
    else:
        steps, last = MOST // 2, MOST
    return tuple(rule.bound if step == steps else rule.bound * step / steps for step in range(last + 1))
