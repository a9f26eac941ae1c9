"""Conclusion and policy together: what becomes of the rows of one set of claims."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from licet.schemas.evidence import Claim
from licet.schemas.generators import output_terms
from licet.stages.license.conclude import Conclusion, conclude
from licet.stages.license.credit import credit_of
from licet.stages.license.evidence import evidence_id, evidence_row
from licet.stages.license.expression import leaves, parse
from licet.stages.license.maker_name import named
from licet.stages.license.objection import Objection, objection
from licet.stages.license.policy import Policy
from licet.stages.license.reasons import (
    CONTRADICTORY,
    GENERATOR_FORBIDS,
    GENERATOR_TERMS,
    UNKNOWN_GENERATOR,
    USE_RESERVED,
    WEAK_EVIDENCE,
)
from licet.stages.license.signals import reserved

FORBIDDING = ("forbids", "non_commercial")
"""What terms say of training that no naming or passing on of conditions makes good."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What becomes of the rows of one set of claims; ``reason`` is null when they are admitted."""

    license: str | None
    elected: str | None
    tier: str
    grade: str
    evidence_id: str
    reason: str | None
    detail: str
    holders: tuple[str, ...]
    homepage: str | None
    evidence: dict[str, Any]
    generator_terms: str | None = None
    """The ids of what the models that made the rows ask of their outputs."""
    objection: Objection | None = None
    """The terms for which the rows were refused, where any were stated."""

    @property
    def credit(self) -> str:
        """The end of each row's attribution: the licences that are used, and where each can be read."""
        return credit_of(self.elected or self.license)


def judged(claims: frozenset[Claim], policy: Policy) -> Judgement:
    """Return the judgement on a set of claims."""
    found = conclude(claims)
    decision = policy.evaluate(found.expression)
    reason, detail, tier = found.reason, found.detail, decision.tier
    if reason is None:
        reason, detail = decision.reason, decision.detail
        if decision.allowed and not policy.admits_evidence(found.grade, found.confidence):
            reason = WEAK_EVIDENCE
            detail = f"{found.expression} on grade {found.grade}, confidence {found.confidence:.2f}: {found.detail}"
    elif reason == CONTRADICTORY:
        tier = "conflict"
    if (of_maker := refused_for_its_maker(found, policy)) is not None:
        besides = f"; besides, {reason}: {detail}" if found.reason is not None else ""
        reason, detail = of_maker[0], f"{of_maker[1]}{besides}"
    if reason is None and policy.signals == "honour" and (words := reserved(claims)) is not None:
        reason, detail = USE_RESERVED, words
    return Judgement(
        license=found.expression,
        elected=decision.elected if reason is None else None,
        tier=tier,
        grade=found.grade,
        evidence_id=evidence_id(found),
        reason=reason,
        detail=detail,
        holders=found.holders,
        homepage=found.homepage,
        evidence=evidence_row(
            found,
            elected=decision.elected if reason is None else None,
            tier=tier,
            reason=reason,
            policy=policy.name,
        ),
        generator_terms=found.generator_terms,
        objection=objection(found, decision, policy),
    )


def refused_for_its_maker(found: Conclusion, policy: Policy) -> tuple[str, str] | None:
    """Return the reason and its detail where a policy does not admit what a row's makers ask; null where it does.

    It stands whatever else is wrong with the row's licence: no other grant would lift it.
    """
    refused = _refused(found.generator_terms, policy)
    if not refused:
        return None
    makers = (s for s in found.statements if s.scope == "generator" and s.expression)
    names = ", ".join(dict.fromkeys(named(s.claim.kind, s.claim.raw) for s in makers))
    if (why := _reason_of(refused)) == GENERATOR_TERMS and found.reason == UNKNOWN_GENERATOR:
        return None
    said = [(key, told) for key in refused if (told := output_terms(key)) is not None]
    words = "; ".join(f"{told.says.rstrip('.')} ({told.title}, {key})" for key, told in said) or ", ".join(refused)
    return why, f"made by {names}: {words}"


def refused_terms(terms: Sequence[str], policy: Policy) -> str | None:
    """Return the reason for which a policy refuses what makers ask, told as expressions; null where it does not."""
    refused = _refused(" AND ".join(f"({each})" for each in terms) or None, policy)
    return _reason_of(refused) if refused else None


def _refused(terms: str | None, policy: Policy) -> list[str]:
    """Return the ids among the terms of makers that a policy does not admit, sorted."""
    node = parse(terms or "")
    return sorted({leaf.id for leaf in leaves(node) if not policy.evaluate(str(leaf)).allowed}) if node else []


def _reason_of(refused: Sequence[str]) -> str:
    said = [told.training for key in refused if (told := output_terms(key)) is not None]
    return GENERATOR_FORBIDS if any(training in FORBIDDING for training in said) else GENERATOR_TERMS
