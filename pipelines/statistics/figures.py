"""The report's part on what rows hold: small charts of turns and lengths, and a table of what is named."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from licet.pipelines.report_page import table
from licet.pipelines.statistics.count import UNSAID, ConfigStatistics, ordered
from licet.pipelines.statistics.tally import Tally

TOLD = (
    "Counted from the rows that were kept. Each bar of lengths stands for twice the range of the one before it. A turn"
    " is one of the user's; tokens are as the column token_count has them."
)
WIDTH, HEIGHT, FOOT = 240, 64, 14
"""Size of a chart, and the room for what stands under it."""
TURNS = 9
"""Turns up to which each number has a bar."""
MOST_LABELS = 6
MOST = 8
"""Values that are named; the others are counted."""


def statistics_figures(found: Sequence[ConfigStatistics]) -> str:
    """Return charts and a table of each config, as HTML."""
    return "".join(_config(told) for told in found if told.rows)


def _config(told: ConfigStatistics) -> str:
    charts = [
        _turns(f"{told.config}: turns", told.turns.counts),
        _lengths(f"{told.config}: tokens", told.tokens),
        _lengths(f"{told.config}: characters", told.characters),
        *(_lengths(f"{told.config}: characters of {name}", tally) for name, tally in told.sides.items()),
    ]
    rows = [[escape(name), _named(counts)] for name, counts in rows_of(told)]
    return f'<div class="small">{"".join(charts)}</div>' + table([escape(told.config), ""], rows, numbers=0)


def rows_of(told: ConfigStatistics) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return what is counted by name of a config: messages by role, and rows by what they have and say."""
    found: list[tuple[str, list[tuple[str, int]]]] = []
    if told.is_chat:
        found.append(("messages by role", sorted((name, role.messages) for name, role in told.roles.items())))
        have = [("reasoning", told.with_reasoning), ("tools", told.with_tools), ("calls", told.with_calls)]
        found.append(("rows with", [each for each in have if each[1]]))
    found += [
        (name, ordered(counts))
        for name, counts in told.named.items()
        if name in ("category", "checker", "language") and counts.keys() != {UNSAID}
    ]
    found += [("tools", ordered(told.tools)), ("calls", ordered(told.calls)), ("longer side", ordered(told.longer))]
    found += [("labels", ordered(told.labels))]
    return [(name, counts) for name, counts in found if counts]


def _named(counts: Sequence[tuple[str, int]]) -> str:
    shown = [f"{escape(name)} {rows:,}" for name, rows in counts[:MOST]]
    rest = counts[MOST:]
    return ", ".join([*shown, *([f"{len(rest)} others {sum(rows for _, rows in rest):,}"] if rest else [])])


def _turns(title: str, counts: Mapping[int, int]) -> str:
    """Return a bar for each number of turns up to `TURNS`, and one for more."""
    if not counts:
        return ""
    most = min(max(counts), TURNS)
    bins = [(f"{turns}", counts.get(turns, 0)) for turns in range(min(1, *counts), most + 1)]
    more = sum(rows for turns, rows in counts.items() if turns > most)
    return _chart(title, [*bins, *([(f"over {most}", more)] if more else [])])


def _lengths(title: str, tally: Tally) -> str:
    spread = tally.spread()
    if spread is None:
        return ""
    bins = [(f"{least:,}", rows) for least, rows in tally.doubling()]
    return _chart(f"{title}, median {spread.median:,}, most {spread.most:,}", bins)


def _chart(title: str, bins: Sequence[tuple[str, int]]) -> str:
    """Return bars side by side, the first and the last of them named below."""
    step, most = WIDTH / max(len(bins), 4), max(rows for _, rows in bins)
    bars = "".join(_bar(at * step, step, rows / most) for at, (_, rows) in enumerate(bins) if rows)
    words = f"{title}: " + "; ".join(f"{name} {rows:,}" for name, rows in bins)
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg viewBox="0 0 {WIDTH} {HEIGHT + FOOT}" role="img"'
        f' aria-label="{escape(words)}">{bars}<line class="axis" x1="0" x2="{WIDTH}" y1="{HEIGHT}" y2="{HEIGHT}"/>'
        f"{''.join(_labels([name for name, _ in bins], step))}</svg></figure>"
    )


def _bar(left: float, width: float, share: float) -> str:
    height = max(HEIGHT * share, 0.7)
    place = f'x="{left + 0.5:.1f}" y="{HEIGHT - height:.1f}" width="{width - 1:.1f}" height="{height:.1f}"'
    return f'<rect class="kept" {place}/>'


def _labels(names: Sequence[str], step: float) -> Iterable[str]:
    """Yield what stands under the bars: all names where there is room, else the first and the last, at the ends."""
    if len(names) <= MOST_LABELS:
        places = [((at + 0.5) * step, "middle", name) for at, name in enumerate(names)]
    else:
        places = [(0.0, "start", names[0]), (len(names) * step, "end", names[-1])]
    for x, anchor, name in places:
        yield (f'<text class="label" x="{x:.1f}" y="{HEIGHT + FOOT - 2}" text-anchor="{anchor}">{escape(name)}</text>')
