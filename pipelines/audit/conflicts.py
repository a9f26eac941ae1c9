"""Where two statements about the same text disagree: in one place, or between copies that dedup brought together."""

from dataclasses import asdict, dataclass
from typing import Any

from licet.pipelines.audit.version import Audited
from licet.schemas.license import TIERS

MOST_SHOWN = 50


@dataclass(frozen=True)
class Copies:
    """A kept row and a copy of its text under other terms."""

    kept_id: str
    kept_license: str
    kept_grade: str
    other_id: str | None
    other_locator: str
    other_license: str | None
    other_grade: str | None
    similarity: float | None
    is_stricter: bool
    """Whether the copy that is not in the data is under the stricter terms."""


@dataclass(frozen=True)
class Conflicts:
    """What disagrees."""

    contradictory: list[dict[str, Any]]
    """Rows refused since statements about them contradict each other, by what they say."""
    laundered: list[dict[str, Any]]
    """Rows refused since the same text is under a stricter claim elsewhere."""
    copies: list[Copies]
    stricter: int
    looser: int

    def summary(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return asdict(self)


def conflicts(version: Audited) -> Conflicts:
    """Return the contradictions, the laundered rows, and the copies whose licences differ from the kept one's."""
    tiers = ", ".join(f"'{tier}'" for tier in TIERS)
    pairs = f"""
        with other as (
            select c.kept_id, c.kept_locator, c.id, c.locator, c.similarity, e.concluded, e.grade, e.tier
            from clusters c
            join (select id, locator, evidence_id from ledger where evidence_id is not null) l
                on l.locator = c.locator and l.id is not distinct from c.id
            join evidence e using (evidence_id)
        )
        select r.row_id as kept_id, r.license as kept_license, r.license_grade as kept_grade, o.id as other_id,
            o.locator as other_locator, o.concluded as other_license, o.grade as other_grade, o.similarity,
            list_position([{tiers}], o.tier) > list_position([{tiers}], r.license_tier) as is_stricter
        from other o join rows r on r.row_id = o.kept_id and r.locator = o.kept_locator
        where o.concluded is distinct from r.license
    """
    counts = {
        row["is_stricter"]: row["n"]
        for row in version.rows(f"select is_stricter, count(*) as n from ({pairs}) group by all")
    }
    shown = version.rows(f"{pairs} order by is_stricter desc, kept_id, other_id limit {MOST_SHOWN}")
    return Conflicts(
        contradictory=version.rows(
            "select detail, count(*) as n, min(coalesce(id, locator)) as example from ledger"
            " where reason = 'contradictory' group by all order by n desc, detail"
        ),
        laundered=version.rows(
            "select id, locator, detail, value as similarity from ledger where reason = 'laundered'"
            f" order by id, locator limit {MOST_SHOWN}"
        ),
        copies=[Copies(**row) for row in shown],
        stricter=counts.get(True, 0),
        looser=counts.get(False, 0),
    )
