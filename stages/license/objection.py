"""What a row that was refused for its licence says against copies of its text that come with milder terms.

The same text under CC BY from one source and under CC BY-NC, or with all rights reserved, from another is what a
laundered licence looks like. Such a row leaves, but its text stays at hand until copies have been looked for. Rows of
which nothing is known object to nothing, nor does what a third party says: only terms that were stated do.
"""

from dataclasses import dataclass

from licet.stages.license.conclude import Conclusion
from licet.stages.license.policy import Decision, Policy
from licet.stages.license.statements import Statement

RESERVED = "LicenseRef-All-Rights-Reserved"
_OF_THE_TEXT = frozenset({"file", "work", "page", "container", "collection"})
_THIRD_PARTY = "F"
_UNSAID = frozenset({"unknown", "conflict"})


@dataclass(frozen=True, kw_only=True, order=True)
class Objection:
    """Terms that a policy refuses, as stated: how good the evidence is, how strict they are, and their name."""

    grade: str
    tier: str
    license: str


def objection(found: Conclusion, decision: Decision, policy: Policy) -> Objection | None:
    """Return the best founded of the terms for which a policy refuses a conclusion; null where none are stated."""
    if decision.allowed and found.reason is None:
        return None
    if found.expression is not None and found.reason is None:
        if decision.tier in _UNSAID or found.grade == _THIRD_PARTY:
            return None
        return Objection(grade=found.grade, tier=decision.tier, license=found.expression)
    heard = (s for s in found.statements if s.scope in _OF_THE_TEXT and s.grade != _THIRD_PARTY)
    return min((it for s in heard if (it := _stated(s, policy)) is not None), default=None)


def _stated(statement: Statement, policy: Policy) -> Objection | None:
    """Return the terms that one statement lays down and the policy refuses; null where it lays down none."""
    if statement.expression is not None:
        decision = policy.evaluate(statement.expression)
        if decision.allowed or decision.tier in _UNSAID:
            return None
        return Objection(grade=statement.grade, tier=decision.tier, license=statement.expression)
    if "all_rights_reserved" in statement.flags or "restrictive_words:proprietary" in statement.flags:
        return Objection(grade=statement.grade, tier="unlicensed", license=RESERVED)
    if words := [flag for flag in statement.flags if flag.startswith("restrictive_words:")]:
        return Objection(grade=statement.grade, tier="custom-terms", license=words[0])
    return None
