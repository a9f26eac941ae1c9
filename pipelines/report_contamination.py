"""The report's part on evaluation sets: what was looked for, what was found, and what to look at first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pyarrow as pa

from licet.pipelines.evaluations import cannot_be_looked_for
from licet.pipelines.report_page import table
from licet.schemas.manifest import Manifest
from licet.stages.decontaminate import STAGE

MOST = 10
"""Items that are shown of each set: those found in most rows."""
TOLD = (
    "The share of an item's words that runs of words in one place of a row have. An item that is found in many rows"
    " is often no leak but a saying, a notice or a piece of code that the set has from elsewhere: look at a few of its"
    " rows before it is left to refuse them. All matches are in provenance/contamination.parquet."
)


@dataclass
class _Item:
    """What was found of an item: its rows by their greatest share, and those refused for it."""

    rows: dict[tuple[str, str], float] = field(default_factory=dict)
    refused: set[tuple[str, str]] = field(default_factory=set)


def contamination(manifest: Manifest, found: Iterable[pa.Table]) -> str | None:
    """Return tables of sets and items as HTML; null where nothing was looked for."""
    stage = next((stage for stage in manifest.stages if stage.name == STAGE), None)
    if stage is None:
        return None
    items: dict[tuple[str, str], _Item] = {}
    for matches in found:
        names = ("set", "item", "id", "locator", "share", "is_refused")
        for name, item, row_id, locator, share, is_refused in zip(
            *(matches.column(n).to_pylist() for n in names), strict=True
        ):
            entry, row = items.setdefault((name, item), _Item()), (row_id, locator)
            entry.rows[row] = max(share, entry.rows.get(row, 0.0))
            if is_refused:
                entry.refused.add(row)
    sets = [_set(told, {item: e for (name, item), e in items.items() if name == told["name"]}) for told in _sets(stage)]
    heads = ["set", "not looked for", "items", "looked for", "found", "rows with a match", "rows refused"]
    ordered = sorted(items.items(), key=lambda each: (-len(each[1].rows), each[0]))
    rows = [
        [escape(name), escape(item), f"{len(e.rows):,}", f"{len(e.refused):,}", f"{max(e.rows.values()):.2f}"]
        for told in _sets(stage)
        for (name, item), e in [each for each in ordered if each[0][0] == told["name"]][:MOST]
    ]
    shown = table(["set", "item", "rows with a match", "rows refused", "greatest share"], rows, numbers=3)
    return table(heads, sets, numbers=5) + (shown if rows else "")


def _sets(stage: Any) -> list[dict[str, Any]]:
    return list(stage.params["sets"])


def _set(told: Mapping[str, Any], items: Mapping[str, _Item]) -> list[str]:
    rows = {row for entry in items.values() for row in entry.rows}
    refused = {row for entry in items.values() for row in entry.refused}
    counts = (told["items"], told["items_looked_for"], len(items), len(rows), len(refused))
    return [escape(told["name"]), escape(cannot_be_looked_for(told) or "–"), *(f"{count:,}" for count in counts)]
