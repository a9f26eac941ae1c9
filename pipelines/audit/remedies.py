"""What would have to change for a refused row to come in: said for its stage and reason, in words for its holder."""

from licet.schemas.ledger import HELD
from licet.stages.license import reasons

_GRANT = (
    "a grant by the holder, where the row is read: a licence file beside it, a mark for the whole page, or a licence"
    " column; or the recipe declares one and names where it can be read"
)
_POLICY = "the holder grants another licence, or the version is made under a policy that admits this one"
_LICENCE: dict[str, str] = {
    reasons.NO_LICENSE: _GRANT,
    reasons.UNKNOWN_LICENSE: "the licence is named by an id or text that is known; one that nobody here has read does"
    " not come in by itself",
    reasons.UNPARSABLE_LICENSE: "the statement is worded as a licence name or an SPDX expression",
    reasons.FAMILY_ONLY: "the statement says which licence of the family is meant, with its version",
    reasons.DATABASE_LAYER_ONLY: "a statement covers the texts themselves, not the collection of them",
    reasons.CONTRADICTORY: "the origin takes back one of the statements that disagree; the recipe cannot overrule it",
    reasons.WEAK_EVIDENCE: "the statement is made where it counts for more: in the work, its registry, or a licence"
    " file; or the policy asks for less",
    reasons.UNKNOWN_GENERATOR: "the row names the model that made it, or the recipe does and says where that can be"
    " read (`generator: {name: …, evidence: …}`); and what its publisher asks of outputs is known",
    reasons.GENERATOR_FORBIDS: "the publisher of the model allows it in writing, or the version is made for ends that"
    " its terms allow, under a policy that names them under `allow`; no licence of the data can",
    reasons.GENERATOR_TERMS: "the version is made under a policy that admits the model's terms (`allow`), and what they"
    " ask is done: `licet audit obligations`",
    reasons.USE_RESERVED: "the origin lifts its reservation, or the version is made under a policy that records them",
    reasons.TEXT_NOT_KEPT: "a run of the recipe under this policy, which reads the text again",
    reasons.NON_COMMERCIAL: _POLICY,
    reasons.NO_DERIVATIVES: _POLICY,
    reasons.CUSTOM_TERMS: _POLICY,
    reasons.NOT_PERMITTED: _POLICY,
}
_STAGES: dict[str, str] = {
    "ingest": "the input at this place can be read as a row; nothing was decided on its licence",
    "license": _GRANT,
    "conversations": "the turns meet the rule, or the recipe's `conversations` set another bound; its licence was no"
    " reason",
    "clean": "the text has lines that the profile keeps, or the recipe's `heuristics` name one that takes none",
    "heuristics": "the text meets the rule, or the recipe's `heuristics` set another bound; its licence was no reason",
    "language": "the text is in a language that the recipe admits under `language`; its licence was no reason",
    "dedup": "the row that stays in its stead leaves, or the recipe's `dedup` sets a higher threshold; its licence was"
    " no reason",
    **dict.fromkeys(("retract", "retractions"), "whoever asked for the retraction takes it back"),
    "decontaminate": "the text shares less with items of evaluation sets, or the recipe sets another bound",
    "balance": "the recipe's `balance` has more room for its group; its licence was no reason",
    "quality": "the text scores at least as high as the recipe's `quality` asks; its licence was no reason",
}


def remedy(stage: str, reason: str) -> str:
    """Return what would have to change for a row that left a stage for a reason."""
    if reason == "laundered":
        return "the stricter claim on the same text elsewhere is taken back, or the policy flags such rows only"
    if reason in HELD:
        return "nothing: an earlier version, which the recipe names under `dedup.against`, has it already"
    known = _LICENCE.get(reason) if stage == "license" else None
    return known or _STAGES.get(stage, f"what the stage {stage} of the recipe asks is met")
