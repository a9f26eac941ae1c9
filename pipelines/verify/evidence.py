"""Checks of the evidence: it is there, it counts its rows, and the policy admits what it concludes."""

from typing import Any

from pydantic import ValidationError

from licet.pipelines.verify.data import DataFacts
from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.ledger import LedgerFacts
from licet.pipelines.verify.version import Version
from licet.schemas.manifest import MANIFEST_PATH, FileEntry
from licet.stages.license.policy import Policy


def check_evidence(version: Version, data: DataFacts, ledger: LedgerFacts, findings: Findings) -> None:
    """Check each evidence set against the rows under it and against the policy."""
    policy = policy_of(version, findings)
    kept, refused = dict(data.evidence), dict(ledger.evidence)
    for entry in version.of_role("evidence"):
        for table in version.tables(entry, findings):
            for found in table.to_pylist():
                key = found["evidence_id"]
                rows = kept.pop(key, {})
                place = f"{entry.path}#{key}"
                findings.expect("evidence_counts", "Rows kept under it", found["rows_kept"], sum(rows.values()), place)
                findings.expect(
                    "evidence_counts", "Rows refused under it", found["rows_refused"], refused.pop(key, 0), place
                )
                if rows:
                    _check_match(found, rows, entry, findings)
                    if policy is not None:
                        _check_policy(found, policy, place, findings)
    for key, rows in sorted(kept.items()):
        findings.add_rows("evidence_ids", "kept under evidence that is not there", "data", sum(rows.values()), key)
    for key, count in sorted(refused.items()):
        findings.add_rows("evidence_ids", "refused under evidence that is not there", "provenance/ledger", count, key)


def policy_of(version: Version, findings: Findings) -> Policy | None:
    """Return the policy that the manifest holds, after checking its digest."""
    used = version.manifest.policy
    try:
        policy = Policy.model_validate(used.rules)
    except ValidationError as error:
        findings.add("policy", f"The policy cannot be read: {error.errors()[0]['msg']}.", MANIFEST_PATH)
        return None
    findings.expect("policy", "The digest of the policy", used.sha256, policy.digest, MANIFEST_PATH)
    named = (policy.id, policy.version)
    findings.expect("policy", "The policy's name", (used.id, used.version), named, MANIFEST_PATH)
    return policy


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
