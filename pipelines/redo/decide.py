"""The evidence of a version under another policy: every conclusion is reached again from the words that were heard."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from licet.pipelines.statements import Words
from licet.schemas.errors import VersionError
from licet.stages.license.credit import credit_of
from licet.stages.license.evidence import claims_of
from licet.stages.license.judge import Judgement, judged
from licet.stages.license.objection import Objection
from licet.stages.license.policy import Policy


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What becomes of the rows under one evidence set; ``reason`` is null when they are admitted.

    ``credit_before`` and ``credit`` are how their attributions ended and how they end now.
    """

    license: str | None
    tier: str
    grade: str
    evidence_id: str
    reason: str | None
    detail: str
    credit_before: str
    credit: str
    generator_terms: str | None = None
    objection: Objection | None = None
    """The terms for which it is refused, where any were stated."""


def decided(evidence: Mapping[str, Any], words: Words, policy: Policy) -> tuple[Decision, Judgement]:
    """Return the decision on an evidence set of a finished version, and the judgement that it rests on.

    Raises:
        VersionError: the words of a claim are not in the version.

    """
    try:
        judgement = judged(claims_of(evidence, words), policy)
    except KeyError as error:
        raise VersionError(
            f"the version does not hold the words of a claim in evidence {evidence['evidence_id']}"
            f" (statement {error.args[0][:12]}…); check it with `licet verify`"
        ) from error
    return (
        Decision(
            license=judgement.license,
            tier=judgement.tier,
            grade=judgement.grade,
            evidence_id=judgement.evidence_id,
            reason=judgement.reason,
            detail=judgement.detail,
            credit_before=credit_of(evidence["elected"] or evidence["concluded"]),
            credit=judgement.credit,
            generator_terms=judgement.generator_terms,
            objection=judgement.objection,
        ),
        judgement,
    )
