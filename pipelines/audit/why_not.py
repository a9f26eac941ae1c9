"""Why something is not in the version: a row, a page, everything of a site, a text."""

from dataclasses import asdict, dataclass
from typing import Any

from licet.pipelines.audit.clauses import clauses
from licet.pipelines.audit.heard import Heard, heard_in, told
from licet.pipelines.audit.measured import Measured, measured_lines, measured_of
from licet.pipelines.audit.remedies import remedy
from licet.pipelines.audit.screen import HEIGHT, below, entry, fitted, heading, item, joined, number, shortened
from licet.pipelines.audit.search import first_hits
from licet.pipelines.audit.version import Audited
from licet.pipelines.describe import reasons
from licet.schemas.ledger import HELD

MOST_SHOWN = 5
"""Refused rows that are named."""
MOST_REASONS = 8
"""Reasons that are counted on the screen, those of most rows first."""
MOST_CLAIMS = 8


@dataclass(frozen=True)
class Refusal:
    """One refused row, and why; ``clauses`` is what the policy says of its licence, ``remedy`` what would help."""

    row_id: str | None
    source: str
    locator: str
    url: str | None
    stage: str
    reason: str
    sentence: str
    value: float | None
    threshold: float | None
    detail: str | None
    kept_id: str | None
    is_kept_there: bool
    """Whether the row that stays in this one's stead is in the data; a later stage may have refused it."""
    concluded: str | None
    clauses: list[str]
    remedy: str
    evidence_id: str | None
    heard: list[Heard]
    measured: list[Measured]


@dataclass(frozen=True)
class WhyNot:
    """What is known of something that was asked for: how much of it was refused, for which reasons, and is kept."""

    asked: str
    matched_by: str
    refused: int
    kept: int
    kept_ids: list[str]
    """The first of those that are kept."""
    by_reason: list[dict[str, Any]]
    examples: list[Refusal]

    def summary(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return asdict(self)


def why_not(version: Audited, asked: str) -> WhyNot:
    """Return why an id, locator, URL, site or sha256 of a text was refused.

    The first of these that finds anything counts: the sha256 of a text, a row's id, its locator, its URL, the site
    that it was read from.
    """
    found = first_hits(version, asked)
    if found is None:
        return WhyNot(asked, "nothing", 0, 0, [], [], [])
    where, given = found.way.condition, found.way.value
    counted = version.rows(
        f"select stage, reason, count(*) as n from ledger where {where} group by all order by n desc, stage, reason",
        given,
    )
    kept = version.rows(f"select row_id from rows where {where} order by row_id limit {MOST_SHOWN}", given)
    return WhyNot(
        asked=asked,
        matched_by=found.way.name,
        refused=found.refused,
        kept=found.kept,
        kept_ids=[row["row_id"] for row in kept],
        by_reason=counted,
        examples=_examples(version, where, given),
    )


def _examples(version: Audited, where: str, given: str) -> list[Refusal]:
    sentences = reasons()
    rows = version.rows(f"select * from ledger where {where} order by id nulls last, locator limit {MOST_SHOWN}", given)
    ids = sorted({row["evidence_id"] for row in rows if row["evidence_id"]})
    sets = version.rows("select * from evidence where evidence_id in (select unnest($1::varchar[]))", ids)
    evidence = {found["evidence_id"]: found for found in sets}
    stead = sorted({row["kept_id"] for row in rows if row["kept_id"]})
    there = version.rows("select distinct row_id from rows where row_id in (select unnest($1::varchar[]))", stead)
    kept = {found["row_id"] for found in there}
    nothing: dict[str, Any] = {"concluded": None, "claims": []}
    examples = []
    for row in rows:
        found = evidence.get(row["evidence_id"] or "", nothing)
        examples.append(
            Refusal(
                row_id=row["id"],
                source=row["source"],
                locator=row["locator"],
                url=row["url"],
                stage=row["stage"],
                reason=row["reason"],
                sentence=sentences.get(f"{row['stage']}.{row['reason']}", ""),
                value=row["value"],
                threshold=row["threshold"],
                detail=row["detail"],
                kept_id=row["kept_id"],
                is_kept_there=row["kept_id"] in kept and row["reason"] not in HELD,
                concluded=found["concluded"],
                clauses=clauses(version.policy, found["concluded"]),
                remedy=remedy(row["stage"], row["reason"]),
                evidence_id=row["evidence_id"],
                heard=heard_in(found["claims"]),
                measured=measured_of(version, row["id"], row["locator"]),
            )
        )
    return examples


def in_lines(found: WhyNot) -> list[str]:
    """Return the answer as the lines of a screen, at most `HEIGHT` of them."""
    asked = shortened(found.asked, 70) or "(nothing)"
    if not found.refused:
        if found.kept:
            rows = "it is in the data" if found.kept == 1 else f"{found.kept:,} rows of it are in the data"
            lines = heading(f"{asked} was not refused: {rows} (`licet explain` says why)")
            return [*lines, *(line for row_id in found.kept_ids for line in item(row_id, 2))]
        return [*heading(f"{asked} was never met"), *below("it is neither in the data nor among what was refused")]
    for most in range(MOST_CLAIMS, 0, -1):
        lines = joined([_counts(found), *_refusal(found.examples[0], most), _others(found)])
        if len(lines) <= HEIGHT:
            break
    return fitted(lines)


def _counts(found: WhyNot) -> list[str]:
    if found.refused == 1 and not found.kept:
        return []
    lines = heading(f"{shortened(found.asked, 70)}: {number(found.refused, 'row')} refused, {found.kept:,} kept")
    lines += entry("found by", found.matched_by)
    for row in found.by_reason[:MOST_REASONS]:
        lines += entry(f"{row['n']:>9,}", f"{row['stage']}: {row['reason']}", 1)
    if len(found.by_reason) > MOST_REASONS:
        lines += below(f"… and {number(len(found.by_reason) - MOST_REASONS, 'more reason')}")
    return lines


def _refusal(refusal: Refusal, most: int) -> list[list[str]]:
    name = shortened(refusal.row_id or refusal.locator, 70)
    origin = f"; {refusal.url}" if refusal.url else ""
    what = entry("read from", f"{refusal.locator} of the source {refusal.source}{origin}", 2)
    why = ["Why", *entry("reason", refusal.sentence or refusal.reason.replace("_", " "))]
    if refusal.value is not None and refusal.threshold is not None:
        why += entry("measured", f"{refusal.value:.4g}, where the bound is {refusal.threshold:g}")
    if refusal.detail and refusal.detail != "no claim" and refusal.reason not in HELD:
        why += entry("in full", refusal.detail)
    if refusal.kept_id:
        is_elsewhere = refusal.reason in HELD
        where = "is in the data (`licet explain` says why)" if refusal.is_kept_there else "was refused later itself"
        where = f"of the earlier version {refusal.detail}" if is_elsewhere else where
        why += entry("held there" if is_elsewhere else "instead", f"{refusal.kept_id} {where}", 2)
    if refusal.stage == "license" and refusal.concluded:
        why += entry("concluded", refusal.concluded, 2)
        why += entry("policy", "; ".join(refusal.clauses))
    return [
        [*heading(f"{name} was refused at the stage {refusal.stage}: {refusal.reason}"), *what],
        why,
        measured_lines(refusal.measured),
        told(refusal.heard, most) if refusal.evidence_id or refusal.stage == "license" else [],
        ["What would have to change", *item(refusal.remedy)],
    ]


def _others(found: WhyNot) -> list[str]:
    others = found.examples[1:]
    if not others:
        return []
    lines = ["Other rows of it"]
    for other in others:
        lines += item(f"{other.row_id or other.locator}, {other.stage}: {other.reason}", 1)
    if found.refused > len(found.examples):
        lines += below(f"… and {found.refused - len(found.examples):,} more")
    return lines
