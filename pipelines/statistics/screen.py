"""What a version holds, as the lines of a screen."""

from collections.abc import Iterable, Sequence

from licet.pipelines.audit.screen import entry, number
from licet.pipelines.makers import Maker
from licet.pipelines.statistics.count import ConfigStatistics, ordered
from licet.pipelines.statistics.figures import rows_of
from licet.pipelines.statistics.tally import Spread

MOST = 12
"""Names of a kind that a screen holds; the others are counted."""


def statistics_lines(name: str, found: Sequence[ConfigStatistics], makers: Sequence[Maker]) -> list[str]:
    """Return the statistics of a version as lines."""
    lines = [f"{name}: {number(sum(told.rows for told in found), 'row')}"]
    for told in found:
        lines += ["", f"{told.config}: {number(told.rows, 'row')}"]
        if turns := sorted(told.turns.counts.items()):
            lines += _names("turns", [(f"{n:,} in", rows) for n, rows in turns])
        lines += _lengths("tokens", told.tokens.spread())
        lines += _lengths("characters", told.characters.spread())
        for side, tally in told.sides.items():
            lines += _lengths(side, tally.spread())
        for what, counts in rows_of(told):
            lines += _names(_SHORT.get(what, what), counts)
        for what in ("source", "license"):
            lines += _names(what, ordered(told.named[what]))
    if makers:
        lines += ["", "Who made the rows"]
        for maker in makers[:MOST]:
            refused = f", {maker.refused:,} refused for it" if maker.refused else ""
            lines += entry("made by", f"{maker.name}: {number(maker.kept, 'row')}{refused}; {maker.says}", 2)
    return lines


_SHORT = {"messages by role": "messages", "longer side": "longer"}


def _lengths(what: str, spread: Spread | None) -> Iterable[str]:
    if spread is None:
        return []
    told = f"median {spread.median:,}, 90 % up to {spread.p90:,}, 99 % up to {spread.p99:,}, at most {spread.most:,}"
    return entry(what, f"{told}; {spread.total:,} in all", 2)


def _names(what: str, counts: Sequence[tuple[str, int]]) -> Iterable[str]:
    told = ", ".join(f"{name} {rows:,}" for name, rows in counts[:MOST])
    more = f" and {len(counts) - MOST} more" if len(counts) > MOST else ""
    return entry(what, told + more, 4)
