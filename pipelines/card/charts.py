"""The card's two charts, as SVG files of the version: what became of the rows, and under which licences they are.

Drawn by hand, so that the same version has the same bytes anywhere. They bring their own background, since hubs show
cards on light and dark ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from licet.pipelines.card.words import added, greatest_first, share_text
from licet.schemas.manifest import Manifest

ROWS_PATH = "charts/rows.svg"
LICENCES_PATH = "charts/licences.svg"
NAME_CHARS = 40
"""Characters of a bar's name: what fits beside it in the widest of the usual fonts."""
BARS = 10
"""Bars of a chart; what is left is one more."""

KEPT, REST = "#2f7d63", "#9aa3a9"
STAGES = {
    "ingest": "#8a9299",
    "license": "#b5553c",
    "heuristics": "#c98a3d",
    "dedup": "#4f78a8",
    "quality": "#8463a3",
    "balance": "#6b8f3c",
}
TIERS = {
    "public-domain": "#2f7d63",
    "permissive": "#4a9b80",
    "attribution": "#4f78a8",
    "share-alike": "#8463a3",
    "copyleft-weak": "#c98a3d",
    "copyleft-strong": "#b5733c",
}
_WIDTH, _LABEL, _FIGURE, _LINE = 860, 330, 150, 26
_INK, _SOFT, _PAPER, _RULE = "#1f2328", "#667078", "#fdfdfc", "#e3e6e8"
_FONT = "ui-sans-serif,system-ui,Segoe UI,Helvetica,Arial,sans-serif"


@dataclass(frozen=True)
class Bar:
    """One line of a chart."""

    name: str
    rows: int
    colour: str


def rows_chart(manifest: Manifest) -> str:
    """Return what became of the rows that were read: those kept, then those refused, by stage and reason."""
    read = sum(source.rows for source in manifest.inputs)
    refused = [
        Bar(f"{stage.name}: {told.reason}", told.rows, STAGES.get(stage.name, REST))
        for stage in manifest.stages
        for told in stage.refused
    ]
    bars = _most([Bar("kept", manifest.rows.count, KEPT), *sorted(refused, key=lambda bar: (-bar.rows, bar.name))])
    return _chart(f"What became of {read:,} rows", bars, read, {"kept": KEPT, **STAGES})


def licences_chart(manifest: Manifest) -> str:
    """Return the licences of the kept rows, coloured by tier."""
    tiers = {count.expression: count.tier for count in manifest.licences}
    counted = greatest_first(added((count.expression, count.rows) for count in manifest.licences))
    bars = _most([Bar(name, rows, TIERS.get(tiers[name], REST)) for name, rows in counted])
    named = {tier: colour for tier, colour in TIERS.items() if tier in tiers.values()}
    return _chart(f"Licences of {manifest.rows.count:,} rows", bars, manifest.rows.count, named)


def _most(bars: list[Bar]) -> list[Bar]:
    """Return the first bars, and the others as one."""
    if len(bars) <= BARS + 1:
        return bars
    rest = bars[BARS:]
    return [*bars[:BARS], Bar(f"{len(rest)} others", sum(bar.rows for bar in rest), REST)]


def _chart(title: str, bars: Sequence[Bar], whole: int, legend: dict[str, str]) -> str:
    used = {bar.colour for bar in bars}
    shown = {name: colour for name, colour in legend.items() if colour in used}
    height = 66 + _LINE * len(bars) + 34
    body = "".join(_line(bar, 58 + _LINE * at, whole) for at, bar in enumerate(bars))
    described = escape("; ".join(f"{bar.name} {bar.rows:,}" for bar in bars), quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
        f' role="img" aria-label="{described}" font-family="{_FONT}" font-size="13">'
        f'<rect width="{_WIDTH}" height="{height}" rx="8" fill="{_PAPER}" stroke="{_RULE}"/>'
        f'<text x="24" y="34" font-size="16" font-weight="600" fill="{_INK}">{escape(title)}</text>'
        f"{body}{_legend(shown, height - 18)}</svg>\n"
    )


def _line(bar: Bar, top: int, whole: int) -> str:
    room = _WIDTH - _LABEL - _FIGURE - 24
    width = max(room * bar.rows / whole if whole else 0, 1 if bar.rows else 0)
    name = bar.name if len(bar.name) <= NAME_CHARS else f"{bar.name[: NAME_CHARS - 1]}…"
    return (
        f'<text x="{_LABEL - 12}" y="{top + 13}" text-anchor="end" fill="{_INK}">{escape(name)}</text>'
        f'<rect x="{_LABEL}" y="{top}" width="{width:.1f}" height="{_LINE - 9}" rx="2" fill="{bar.colour}"/>'
        f'<text x="{_LABEL + width + 8:.1f}" y="{top + 13}" fill="{_SOFT}">{bar.rows:,}'
        f" · {share_text(bar.rows, whole)}</text>"
    )


def _legend(named: dict[str, str], bottom: int) -> str:
    parts, left = [], 24
    for name, colour in named.items():
        parts.append(
            f'<rect x="{left}" y="{bottom - 10}" width="11" height="11" rx="2" fill="{colour}"/>'
            f'<text x="{left + 17}" y="{bottom}" fill="{_SOFT}">{escape(name)}</text>'
        )
        left += 34 + 8 * len(name)
    return "".join(parts)
