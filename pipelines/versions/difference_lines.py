"""A difference between versions as the lines of a screen."""

from collections.abc import Iterator
from typing import Any

from licet.pipelines.audit.screen import below, item, number, shortened
from licet.pipelines.versions.difference import Difference
from licet.pipelines.versions.manifests_between import Delta

_SAID = {
    "removed": "removed",
    "added": "added",
    "changed_text": "with another text",
    "relicensed": "under another licence",
    "changed_otherwise": "changed otherwise",
    "relicensed_elsewhere": "of those removed, whose text came back under another id and licence",
    "renamed": "of those removed, whose text came back under another id",
}
MOST = 12


def in_lines(found: Difference) -> Iterator[str]:
    """Yield a difference as lines."""
    one, other = found.manifests
    yield f"{found.before} ({one.rows.count:,} rows) against {found.after} ({other.rows.count:,} rows)"
    if found.is_same:
        yield from below("readers get the same from both")
    for kind, rows in found.rows.items():
        if rows:
            yield f"  {rows:>12,} {_SAID[kind]}"
            for change in found.examples.get(kind, ()):
                licences = " → ".join(dict.fromkeys(filter(None, (change.license_before, change.license_after))))
                yield from item(f"{change.row_id} ({licences})", 15)
    for told in found.relicensed[:MOST]:
        yield from item(f"{told['before']} → {told['after']}: {number(told['rows'], 'row')}", 2)
    for name, found_deltas in found.histograms.items():
        yield from _section(f"Rows by {name}", found_deltas)
    yield from _section("Rows refused", found.refused)
    if found.policy is not None:
        yield from _policy(found.policy)
    yield from _values("Columns", found.columns)
    yield from _values("Inputs", found.inputs)
    yield from _values("Settings", found.settings)
    for change_of, asked in found.retractions.items():
        yield from _values(f"Retractions {change_of}", [{"": each} for each in asked])
    yield from _values("Made otherwise (has no part in what readers get)", found.made_otherwise)


def _section(title: str, deltas: list[Delta]) -> Iterator[str]:
    if deltas:
        yield title
    for delta in deltas[:MOST]:
        yield f"  {delta.by:>+12,} {shortened(delta.name, 50)} ({delta.before:,} → {delta.after:,})"
    if len(deltas) > MOST:
        yield from below(f"… and {len(deltas) - MOST} more; --json has all")


def _policy(told: dict[str, Any]) -> Iterator[str]:
    yield f"Policy {told['a']} → {told['b']}"
    for side, name in (("only_a", "no longer admitted"), ("only_b", "admitted now")):
        ids = [each["license"] for each in told[side]]
        if ids:
            yield from item(f"{name}: {len(ids)}, {', '.join(ids[:MOST])}{' …' if len(ids) > MOST else ''}", 2)
    for name, (before, after) in told["settings"].items():
        yield from item(f"{name}: {before} → {after}", 2)


def _values(title: str, rows: list[dict[str, Any]]) -> Iterator[str]:
    if rows:
        yield title
    for row in rows[:MOST]:
        yield from item(shortened(", ".join(f"{k} {v}".strip() for k, v in row.items()), 400), 2)
    if len(rows) > MOST:
        yield from below(f"… and {len(rows) - MOST} more; --json has all")
