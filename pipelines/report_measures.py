"""The report's small histograms: the values of each rule, of rows let in and of rows refused, and its bound."""

from collections.abc import Sequence
from html import escape

from licet.schemas.measured import Histogram

TOLD = (
    "What each rule of the heuristics measured, of all rows that came to them: those let in above the line, those that"
    " any of the rules refused below it, each to a scale of its own. The upright line is the bound. The values of every"
    " row are in provenance/measures."
)
WIDTH, UP, DOWN, MARGIN = 240, 56, 28, 14
"""Size of a histogram: its width, its heights above and below the line, the room for what stands under it."""


def histograms(found: Sequence[Histogram]) -> str:
    """Return a histogram for each rule, as HTML."""
    return f'<div class="small">{"".join(map(_figure, found))}</div>'


def _figure(told: Histogram) -> str:
    kept, refused = sum(told.kept), sum(told.refused)
    bins = len(told.kept)
    step = WIDTH / bins
    bound = step * (1 + told.edges.index(told.bound)) if told.bound in told.edges else 0.0
    bars = _bars(told.kept, "kept", step, up=True) + _bars(told.refused, "refused", step, up=False)
    words = f"{told.rule} {told.bound:g}: {kept:,} rows let in, {refused:,} refused"
    ends = ("start", step, told.edges[0]), ("end", WIDTH - step, told.edges[-1])
    labels = "".join(
        f'<text class="label" x="{x:.1f}" y="{UP + DOWN + MARGIN - 2}" text-anchor="{anchor}">{_number(edge)}</text>'
        for anchor, x, edge in ends
    )
    return (
        f"<figure><figcaption>{escape(told.rule)} <b>{told.bound:g}</b></figcaption>"
        f'<svg viewBox="0 0 {WIDTH} {UP + DOWN + MARGIN}" role="img" aria-label="{escape(words)}">'
        f'{bars}<line class="axis" x1="0" x2="{WIDTH}" y1="{UP}" y2="{UP}"/>'
        f'<line class="bound" x1="{bound:.1f}" x2="{bound:.1f}" y1="0" y2="{UP + DOWN}"/>{labels}</svg></figure>'
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _bars(counts: Sequence[int], colour: str, step: float, *, up: bool) -> str:
    most, room = max(counts), UP if up else DOWN
    found = []
    for place, count in enumerate(counts):
        if count:
            height = max(room * count / most, 1)
            top = UP - height if up else UP
            found.append(
                f'<rect class="{colour}" x="{step * place + 0.5:.1f}" y="{top:.1f}" width="{step - 1:.1f}"'
                f' height="{height:.1f}"/>'
            )
    return "".join(found)
