"""Where two statements about the same text disagree: in one place, or between copies of the text."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from licet.pipelines.audit.screen import below, entry, item
from licet.pipelines.audit.version import Audited
from licet.schemas.license import TIERS

MOST_SHOWN = 50
ON_SCREEN = 20
RELATIONS = ("stricter", "looser", "other")
"""How the terms of a copy that is not in the data compare with those of the row that is."""


@dataclass(frozen=True)
class Copies:
    """A kept row and a copy of its text under other terms; ``similarity`` is null for equal texts."""

    kept_id: str
    kept_license: str | None
    kept_grade: str | None
    other_id: str | None
    other_locator: str
    other_license: str | None
    other_grade: str | None
    other_reason: str
    similarity: float | None
    relation: str


@dataclass(frozen=True)
class Conflicts:
    """What disagrees."""

    contradictory: list[dict[str, Any]]
    """Rows refused since statements about them contradict each other, by what they say."""
    laundered: list[dict[str, Any]]
    """Rows refused since the same text is under a stricter claim elsewhere; the first `MOST_SHOWN`."""
    laundered_rows: int
    copies: list[Copies]
    stricter: int
    looser: int
    other: int

    def summary(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return asdict(self)


def conflicts(version: Audited) -> Conflicts:
    """Return the contradictions, the laundered rows, and the copies whose licences differ from the kept one's.

    Copies are those that dedup merged, and rows with exactly a kept text that were refused for their licence.
    """
    tiers = ", ".join(f"'{tier}'" for tier in TIERS)
    pairs = f"""
        with merged as (
            select c.kept_id, c.kept_locator, c.id, c.locator, c.similarity, c.reason, l.evidence_id
            from clusters c join ledger l
                on l.locator = c.locator and l.id is not distinct from c.id and l.kept_id = c.kept_id
            union all
            select r.row_id, r.locator, l.id, l.locator, null, l.reason, l.evidence_id
            from ledger l join rows r using (content_sha256) where l.stage = 'license'
        )
        select r.row_id as kept_id, r.license as kept_license, r.license_grade as kept_grade, m.id as other_id,
            m.locator as other_locator, e.concluded as other_license, e.grade as other_grade, m.reason as other_reason,
            m.similarity, case sign(list_position([{tiers}], e.tier) - list_position([{tiers}], r.license_tier))
                when 1 then 'stricter' when -1 then 'looser' else 'other' end as relation
        from merged m join evidence e using (evidence_id)
            join rows r on r.row_id = m.kept_id and r.locator is not distinct from m.kept_locator
        where e.concluded is distinct from r.license and e.evidence_id is distinct from r.evidence_id
    """
    counts = {
        row["relation"]: row["n"] for row in version.rows(f"select relation, count(*) as n from ({pairs}) group by all")
    }
    rank = ", ".join(f"'{name}'" for name in RELATIONS)
    shown = version.rows(
        f"{pairs} order by list_position([{rank}], relation), kept_id, other_id, other_locator limit {MOST_SHOWN}"
    )
    return Conflicts(
        contradictory=version.rows(
            "select coalesce(nullif(regexp_extract(l.detail, '(?s)besides, contradictory: (.*)$', 1), ''), l.detail)"
            " as detail, count(*) as n, min(coalesce(l.id, l.locator)) as example from ledger l"
            " left join evidence e using (evidence_id) where l.reason = 'contradictory'"
            " or (l.stage = 'license' and e.tier = 'conflict') group by 1 order by n desc, 1"
        ),
        laundered=version.rows(
            "select id, locator, detail, value as similarity from ledger where reason = 'laundered'"
            f" order by id, locator limit {MOST_SHOWN}"
        ),
        laundered_rows=version.rows("select count(*) as n from ledger where reason = 'laundered'")[0]["n"],
        copies=[Copies(**row) for row in shown],
        stricter=counts.get("stricter", 0),
        looser=counts.get("looser", 0),
        other=counts.get("other", 0),
    )


def in_lines(found: Conflicts) -> Iterator[str]:
    """Yield the answer as lines."""
    yield f"Refused, since statements contradict each other: {sum(row['n'] for row in found.contradictory):,}"
    for row in found.contradictory[:ON_SCREEN]:
        yield from entry(f"{row['n']:>9,}", f"{row['detail']}; such as {row['example']}", 2)
    yield f"Refused, since the same text is under a stricter claim elsewhere: {found.laundered_rows:,}"
    for row in found.laundered[:ON_SCREEN]:
        yield from item(f"{row['id'] or row['locator']}: {row['detail']}", 2)
    yield f"Kept, with a copy under stricter terms: {found.stricter:,}"
    yield from _pairs(found, "stricter")
    yield f"Kept, with a copy under looser terms: {found.looser:,}"
    yield from _pairs(found, "looser")
    yield f"Kept, with a copy under other terms, as strict: {found.other:,}"
    yield from _pairs(found, "other")


def _pairs(found: Conflicts, relation: str) -> Iterator[str]:
    for copy in [copy for copy in found.copies if copy.relation == relation][:ON_SCREEN]:
        alike = f"{copy.similarity:.3f} alike" if copy.similarity is not None else "the same text"
        yield from item(f"{copy.kept_id} under {copy.kept_license}, grade {copy.kept_grade}", 2)
        other = copy.other_license or f"no licence ({copy.other_reason})"
        yield from below(f"{copy.other_id or copy.other_locator} under {other} ({alike})", 2)
