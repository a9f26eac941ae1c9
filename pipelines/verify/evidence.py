"""Checks of the evidence: it is there, it counts its rows, and the policy admits what it concludes."""

import sys
from collections import Counter
from typing import Any

from licet.pipelines.verify.data import DataFacts
from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.ledger import LedgerFacts, Refusal
from licet.pipelines.verify.policy import policy_of as policy_of
from licet.pipelines.verify.version import Version
from licet.schemas.manifest import FileEntry
from licet.stages.license.credit import credit_of
from licet.stages.license.policy import Policy
from licet.stages.license.reasons import STAGE, TEXT_NOT_KEPT


def check_evidence(
    version: Version, data: DataFacts, ledger: LedgerFacts, policy: Policy | None, findings: Findings
) -> None:
    """Check each evidence set against the rows under it and against the policy."""
    kept, refused = dict(data.evidence), dict(ledger.evidence)
    for entry in version.of_role("evidence"):
        for table in version.tables(entry, findings):
            for found in table.to_pylist():
                key = found["evidence_id"]
                rows = kept.pop(key, {})
                place = f"{entry.path}#{key}"
                findings.expect("evidence_counts", "Rows kept under it", found["rows_kept"], sum(rows.values()), place)
                refusals = refused.pop(key, Counter())
                findings.expect(
                    "evidence_counts", "Rows refused under it", found["rows_refused"], refusals.total(), place
                )
                _check_refused(found, refusals, place, findings)
                if rows:
                    _check_match(found, rows, entry, findings)
                    if policy is not None:
                        _check_policy(found, policy, place, findings)
    for key, rows in sorted(kept.items()):
        findings.add_rows("evidence_ids", "kept under evidence that is not there", "data", sum(rows.values()), key)
    for key, refusals in sorted(refused.items()):
        fault = "refused under evidence that is not there"
        findings.add_rows("evidence_ids", fault, "provenance/ledger", refusals.total(), key)


def credits_of(version: Version, findings: Findings) -> dict[str, str]:
    """Return how the attribution of each kept row must end, by its evidence: with the licence that it is used under."""
    found: dict[str, str] = {}
    for entry in version.of_role("evidence"):
        for table in version.tables(entry, findings, ["evidence_id", "concluded", "elected"]):
            for row in table.to_pylist():
                found[row["evidence_id"]] = sys.intern(credit_of(row["elected"] or row["concluded"]))
    return found


def _check_refused(found: dict[str, Any], refused: Counter[Refusal], place: str, findings: Findings) -> None:
    """Check that rows were refused for what their evidence says, or at a later stage although it admits them."""
    for refusal, rows in refused.items():
        if refusal.stage != STAGE or refusal.reason == TEXT_NOT_KEPT:
            if found["reason"] is not None:
                fault = f"refused as {refusal.stage}.{refusal.reason}, whose evidence was refused as {found['reason']}"
                findings.add_rows("refusals", fault, place, rows, found["evidence_id"])
        elif refusal.reason != found["reason"]:
            fault = f"refused as {refusal.reason}, whose evidence says {found['reason']}"
            findings.add_rows("refusals", fault, place, rows, found["evidence_id"])


def _check_match(
    found: dict[str, Any], rows: dict[tuple[str | None, ...], int], entry: FileEntry, findings: Findings
) -> None:
    """Check that rows say of their licence what their evidence concludes."""
    concluded = (found["concluded"], found["tier"], found["grade"])
    for told, count in rows.items():
        if told != concluded:
            fault = f"say {told} where their evidence concludes {concluded}"
            findings.add_rows("evidence_matches", fault, entry.path, count, f"under {found['evidence_id']}")


def _check_policy(found: dict[str, Any], policy: Policy, place: str, findings: Findings) -> None:
    """Check that the policy admits what was concluded, on evidence this good, with this tier and choice."""
    if found["reason"] is not None:
        findings.add("policy", f"Rows were kept although the evidence was refused as {found['reason']}.", place)
    decision = policy.evaluate(found["concluded"])
    if not decision.allowed:
        findings.add("policy", f"The policy does not admit {found['concluded']}.", place)
        return
    findings.expect("policy", "The branch chosen", decision.elected, found["elected"], place)
    findings.expect("policy", "The tier", decision.tier, found["tier"], place)
    findings.expect("policy", "The policy's name", policy.name, found["policy"], place)
    grade = found["grade"]
    sure = max((c["confidence"] or 0 for c in found["claims"] or [] if c["grade"] == grade), default=0)
    if grade is None or not policy.admits_evidence(grade, sure):
        findings.add("policy", f"Evidence of grade {grade} is not good enough for the policy.", place)
