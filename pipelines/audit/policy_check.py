"""What would become of a version under another policy, without making it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from licet.pipelines.audit.version import Audited, damaged
from licet.stages.license.conclude import conclude
from licet.stages.license.evidence import claims_of
from licet.stages.license.judge import refused_terms
from licet.stages.license.policy import Policy
from licet.stages.license.reasons import USE_RESERVED, WEAK_EVIDENCE


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
        select e.evidence_id, e.concluded, e.grade, e.claims, coalesce(r.n, 0) as n,
            coalesce(r.tokens, 0)::bigint as tokens, coalesce(l.n, 0) as refused
        from evidence e
        left join (select evidence_id, count(*) as n, sum(token_count) as tokens from rows group by all) r
            using (evidence_id)
        left join (select evidence_id, count(*) as n from ledger where stage = 'license' and reason <> 'laundered'
            group by all) l using (evidence_id)
        """
    )
    failing: dict[tuple[str | None, str], list[int]] = {}
    besides = 0
    for found in sets:
        reason = verdict(version, policy, found)
        if reason is None:
            besides += found["refused"]
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
        failing=sorted(listed, key=lambda f: (-f.rows, f.license or "", f.reason)),
        admitted_besides=besides,
    )


def verdict(version: Audited, policy: Policy, evidence: Mapping[str, Any]) -> str | None:
    """Return why a policy refuses the rows of an evidence set; null when it admits them."""
    decision = policy.evaluate(evidence["concluded"])
    if not decision.allowed:
        said = (claim["expression"] for claim in evidence["claims"] or () if claim["scope"] == "generator")
        return refused_terms(sorted({key for key in said if key}), policy) or decision.reason
    grade = evidence["grade"]
    sure = _confidence(version, evidence) if grade == "D" else 0.0
    if not grade or not policy.admits_evidence(grade, sure):
        return WEAK_EVIDENCE
    reserves = any("reserves:train" in (claim["flags"] or ()) for claim in evidence["claims"] or ())
    return USE_RESERVED if policy.signals == "honour" and reserves else None


def _confidence(version: Audited, evidence: Mapping[str, Any]) -> float:
    """Return how sure the worst-founded licence of a set is, concluded again from its words."""
    keys = sorted({claim["source_sha256"] for claim in evidence["claims"] or ()})
    found = version.rows("select sha256, raw from statements where sha256 in (select unnest($1::varchar[]))", keys)
    try:
        return conclude(claims_of(evidence, {row["sha256"]: row["raw"] for row in found})).confidence
    except KeyError as error:
        raise damaged(version.folder, ValueError(f"the words of the claim {error} are not there")) from error


def in_lines(found: PolicyCheck) -> Iterator[str]:
    """Yield the answer as lines."""
    yield f"Under {found.policy} {found.rows_left:,} of {found.rows:,} rows would be left"
    yield f"  with {found.tokens_left:,} of {found.tokens:,} tokens"
    for fails in found.failing:
        told = f"{fails.license or 'no licence'}: {fails.reason}"
        yield f"  {fails.rows:>10,} rows  {fails.tokens:>13,} tokens  {told}"
    if found.admitted_besides:
        yield f"  it admits {found.admitted_besides:,} rows that were refused for their licence: a run brings them"
