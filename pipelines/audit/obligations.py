"""What the licences of the data ask of those who train with it, pass it on, or sell what comes of it."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from licet.pipelines.audit.screen import item, number
from licet.pipelines.audit.version import Audited
from licet.schemas.license import tier_of, url_of
from licet.schemas.obligations import Obligation, Use, obligations_of
from licet.stages.license.expression import leaves, parse


@dataclass(frozen=True)
class Owed:
    """One licence that rows are used under, and what it asks."""

    license: str
    tier: str
    url: str | None
    rows: int
    obligations: list[Obligation]


def obligations(version: Audited, use: Use | None = None) -> list[Owed]:
    """Return what each licence in the data asks, those of most rows first; of one use, or of all.

    Of a choice (``OR``) only the branch that was elected counts, of several parts (``AND``) each one.
    """
    counted: dict[str, int] = {}
    for row in version.rows(
        "select coalesce(e.elected, r.license) as used, count(*) as n"
        " from rows r left join evidence e using (evidence_id) group by all"
    ):
        node = parse(row["used"] or "")
        for key in sorted({leaf.id for leaf in leaves(node)}) if node is not None else []:
            counted[key] = counted.get(key, 0) + row["n"]
    return [
        Owed(key, tier_of(key), url_of(key), rows, [o for o in obligations_of(key) if use is None or use in o.uses])
        for key, rows in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]


def summary(found: Iterable[Owed], use: Use | None) -> dict[str, Any]:
    """Return obligations as JSON values."""
    return {"use": use, "licenses": [asdict(owed) for owed in found]}


def in_lines(found: Iterable[Owed], use: Use | None) -> Iterator[str]:
    """Yield what is owed as lines, a heading for each licence."""
    for owed in found:
        yield f"{owed.license} ({owed.tier}), {number(owed.rows, 'row')}" + (f", {owed.url}" if owed.url else "")
        for told in owed.obligations:
            clause = f" [{told.clause}]" if told.clause else ""
            yield from item(f"{', '.join(told.uses)}: {told.sentence}{clause}", 4)
        if not owed.obligations:
            yield "  asks for nothing" + (f" of those who {use_in_words(use)}" if use else "")
    yield "  Derived from the conditions of each licence; no legal advice."


def use_in_words(use: Use) -> str:
    """Return a use as what somebody does."""
    return {"train": "train with it", "redistribute": "pass it on", "commercial": "sell what comes of it"}[use]
