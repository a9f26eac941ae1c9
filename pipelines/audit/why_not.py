"""Why something is not in the version: a row, a page, everything of a site, a text."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from licet.pipelines.audit.explain import Heard, heard_in
from licet.pipelines.audit.version import Audited
from licet.pipelines.audit.words import KINDS
from licet.pipelines.describe import reasons

MOST_SHOWN = 5
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)


@dataclass(frozen=True)
class Refusal:
    """One refused row, and why."""

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
    heard: list[Heard]


@dataclass(frozen=True)
class WhyNot:
    """What is known of something that was asked for: how much of it was refused, for which reasons, and is kept."""

    asked: str
    matched_by: str
    refused: int
    kept: int
    by_reason: list[dict[str, Any]]
    examples: list[Refusal]

    def summary(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return asdict(self)


def why_not(version: Audited, asked: str) -> WhyNot:
    """Return why an id, locator, URL, domain or sha256 of a text was refused.

    The first of these that finds anything counts: a row's id, its content's sha256, its URL, its locator, the site that
    it was read from.
    """
    for matched_by, condition, given in _ways(asked):
        refused = version.rows(f"select count(*) as n from ledger where {condition}", given)[0]["n"]
        kept = version.rows(f"select count(*) as n from rows where {_of_rows(condition)}", given)[0]["n"]
        if refused or kept:
            return WhyNot(
                asked=asked,
                matched_by=matched_by,
                refused=refused,
                kept=kept,
                by_reason=version.rows(
                    f"select stage, reason, count(*) as n from ledger where {condition} group by all order by n desc,"
                    " stage, reason",
                    given,
                ),
                examples=_examples(version, condition, given),
            )
    return WhyNot(asked, "nothing", 0, 0, [], [])


def _ways(asked: str) -> list[tuple[str, str, str]]:
    """Return the ways in which something may be meant: what it is called, the condition, the value."""
    found = []
    if _SHA256.fullmatch(asked.lower()):
        found.append(("sha256", "content_sha256 = ?", asked.lower()))
    found += [("id", "id = ?", asked), ("url", "url = ?", asked), ("locator", "locator = ?", asked)]
    bare = re.sub(r"^https?://", "", asked).rstrip("/")
    found.append(("url", "regexp_replace(rtrim(url, '/'), '^https?://', '') = ?", bare))
    if _DOMAIN.fullmatch(bare):
        site = r"^(?:[a-z0-9-]+\.)*" + re.escape(bare.lower()) + "$"
        found.append(("site", r"regexp_matches(regexp_extract(lower(url), '^[a-z]+://([^/:]+)', 1), ?)", site))
    return found


def _of_rows(condition: str) -> str:
    return condition.replace("id = ?", "row_id = ?") if condition == "id = ?" else condition


def _examples(version: Audited, condition: str, given: str) -> list[Refusal]:
    sentences = reasons()
    found = version.rows(
        f"select * from ledger where {condition} order by id nulls last, locator limit {MOST_SHOWN}", given
    )
    examples = []
    for row in found:
        evidence = version.rows("select claims from evidence where evidence_id = ?", row["evidence_id"] or "")
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
                heard=heard_in(evidence[0]["claims"] or ()) if evidence else [],
            )
        )
    return examples


def in_lines(told: WhyNot) -> list[str]:
    """Return the answer as the lines of a screen."""
    if not told.refused:
        if told.kept:
            rows = "is in the data" if told.kept == 1 else f"is in the data, {told.kept:,} rows"
            return [f"[bold]{told.asked}[/bold] was not refused: it {rows} (`licet explain` says why)"]
        return [f"[bold]{told.asked}[/bold] was never met: it is neither in the data nor in the ledger"]
    lines = []
    if told.refused > 1 or told.kept:
        lines += [
            f"[bold]{told.asked}[/bold]: {told.refused:,} rows refused, {told.kept:,} kept (by {told.matched_by})"
        ]
        lines += [f"  {row['n']:>8,}  {row['stage']}: {row['reason']}" for row in told.by_reason]
        lines += [""]
    for number, refusal in enumerate(told.examples):
        lines += ["", *_refusal(refusal)] if number else _refusal(refusal)
    if told.refused > len(told.examples):
        lines += ["", f"… and {told.refused - len(told.examples):,} more rows"]
    return lines


def _refusal(refusal: Refusal) -> list[str]:
    lines = [f"[bold]{refusal.row_id or refusal.locator}[/bold] was refused at the stage {refusal.stage}"]
    lines += [f"  because     {refusal.sentence or refusal.reason} ({refusal.reason})"]
    if refusal.value is not None and refusal.threshold is not None:
        lines += [f"  measured    {refusal.value:g}, where the bound is {refusal.threshold:g}"]
    if refusal.detail:
        lines += [f"  in full     {refusal.detail}"]
    if refusal.kept_id:
        lines += [f"  in its stead {refusal.kept_id} is in the data"]
    lines += [
        f"  read from   {refusal.locator} of source {refusal.source}" + (f", {refusal.url}" if refusal.url else "")
    ]
    for heard in refusal.heard[:6]:
        quote = heard.quote if len(heard.quote) <= 110 else heard.quote[:107] + "…"
        read = f"read as {heard.expression}, grade {heard.grade}" if heard.expression else "not read as a licence"
        lines += [f"  found       {KINDS.get(heard.kind, heard.kind)} “{quote}” at {heard.where}: {read}"]
    if len(refusal.heard) > 6:
        lines += [f"  … and {len(refusal.heard) - 6} more statements (--json lists them)"]
    if refusal.stage == "license" and not refusal.heard:
        lines += ["  found       no statement on its licence at all"]
    return lines
