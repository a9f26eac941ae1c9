"""What would become of a version under another policy, without making it."""

from dataclasses import asdict, dataclass
from typing import Any

from licet.pipelines.audit.version import Audited
from licet.stages.license.policy import Policy
from licet.stages.license.reasons import WEAK_EVIDENCE


@dataclass(frozen=True)
class Failing:
    """Rows under one licence that the policy refuses."""

    license: str | None
    reason: str
    rows: int
    tokens: int


@dataclass(frozen=True)
class PolicyCheck:
    """How a version fares under a policy."""

    policy: str
    rows: int
    tokens: int
    rows_left: int
    tokens_left: int
    failing: list[Failing]
    admitted_besides: int
    """Rows refused for their licence that this policy admits; their text is not in the version."""

    def summary(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return asdict(self)


def policy_check(version: Audited, policy: Policy) -> PolicyCheck:
    """Return which rows a policy refuses, deciding on what was concluded, as it was concluded."""
    sets = version.rows(
        """
        select e.evidence_id, e.concluded, e.grade, coalesce(r.n, 0) as n, coalesce(r.tokens, 0)::bigint as tokens,
            list_max([c.confidence for c in coalesce(e.claims, []) if c.grade = e.grade]) as sure
        from evidence e left join
            (select evidence_id, count(*) as n, sum(token_count) as tokens from rows group by all) r
            using (evidence_id)
        """
    )
    refused_before = {
        row["evidence_id"]: row["n"]
        for row in version.rows(
            "select evidence_id, count(*) as n from ledger"
            " where stage = 'license' and evidence_id is not null group by all"
        )
    }
    failing: dict[tuple[str | None, str], list[int]] = {}
    besides = 0
    for found in sets:
        reason = verdict(policy, found["concluded"], found["grade"], found["sure"])
        if reason is None:
            besides += refused_before.get(found["evidence_id"], 0)
        elif found["n"]:
            entry = failing.setdefault((found["concluded"], reason), [0, 0])
            entry[0] += found["n"]
            entry[1] += found["tokens"]
    rows, tokens = sum(found["n"] for found in sets), sum(found["tokens"] for found in sets)
    listed = [Failing(key[0], key[1], n, t) for key, (n, t) in failing.items()]
    return PolicyCheck(
        policy=policy.name,
        rows=rows,
        tokens=tokens,
        rows_left=rows - sum(f.rows for f in listed),
        tokens_left=tokens - sum(f.tokens for f in listed),
        failing=sorted(listed, key=lambda f: (-f.rows, f.license or "")),
        admitted_besides=besides,
    )


def verdict(policy: Policy, concluded: str | None, grade: str | None, sure: float | None) -> str | None:
    """Return why a policy refuses a conclusion on evidence of some grade and confidence; null when it admits it."""
    decision = policy.evaluate(concluded)
    if not decision.allowed:
        return decision.reason
    return None if grade and policy.admits_evidence(grade, sure or 0.0) else WEAK_EVIDENCE
