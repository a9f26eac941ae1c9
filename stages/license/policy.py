"""Policies: which concluded licences are admitted, and on how good evidence.

A policy is data: a file of `schemas/licenses/policies/`, or one of the user's that may extend it. When it is
loaded, its tiers are written out as the list of admitted ids, so that its digest changes whenever what it
admits does.

What an expression means to a policy:

* ``OR``: one admitted branch is enough; the one in the least strict tier is elected, the first written among equals;
* ``AND``: every part must be admitted; the tier is the strictest, the conditions are those of all;
* ``WITH``: an exception counts only where the policy lists it for that licence; any other is unknown;
* ``-or-later``: admitted as such, or by electing the best later version that is;
* a Creative Commons licence without a version: admitted when every version of it is, the tier is theirs;
* a port of a Creative Commons licence goes with its conditions;
* what cannot be read, or is not known, is never admitted.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, field_validator

from licet.schemas.evidence import Grade
from licet.schemas.license import (
    CC,
    NO_BITS,
    TIERS,
    Bits,
    bits_of,
    is_cc,
    rank_of,
    spdx,
    tier_of,
)
from licet.stages.license.expression import All, Leaf, Node, joined, parse
from licet.stages.license.reasons import (
    CUSTOM_TERMS,
    NO_DERIVATIVES,
    NO_LICENSE,
    NON_COMMERCIAL,
    NOT_PERMITTED,
    UNKNOWN_LICENSE,
    UNPARSABLE_LICENSE,
)

Elements = Literal["BY", "BY-SA", "BY-NC", "BY-NC-SA", "BY-ND", "BY-NC-ND", "SA"]
BIT_NAMES = tuple(str(bit.name).lower() for bit in Bits)

_TIER_REASONS = {
    "non-commercial": NON_COMMERCIAL,
    "no-derivatives": NO_DERIVATIVES,
    "custom-terms": CUSTOM_TERMS,
    "unlicensed": NO_LICENSE,
    "unknown": UNKNOWN_LICENSE,
}


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a policy says of an expression.

    ``elected`` is the branch chosen where there was a choice, else null; ``reason`` is null when it is admitted;
    ``detail`` names what was refused.
    """

    allowed: bool
    expression: str | None
    elected: str | None
    reason: str | None
    tier: str
    bits: Bits
    detail: str


class Policy(BaseModel):
    """A policy with its tiers written out as ids."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    version: str
    title: str = ""
    source: str = ""
    extends: str | None = None
    """The preset that the file started from."""
    tiers: tuple[Literal[TIERS], ...]  # type: ignore[valid-type]
    """Tiers of which every licence is admitted, Creative Commons ports by their conditions."""
    creative_commons: tuple[Elements, ...] = ()
    """Creative Commons licences admitted besides, by their elements, in every version and port."""
    allow: tuple[str, ...] = ()
    """Ids admitted besides."""
    refuse: tuple[str, ...] = ()
    """Ids not admitted although their tier is."""
    refuse_bits: tuple[str, ...] = ()
    """Conditions of which no licence is admitted, whatever its tier: `network_copyleft`, `naming_duty` …"""
    exceptions: dict[str, tuple[str, ...]] = {}
    """For each SPDX exception that counts, the licences that it may stand with."""
    min_grade: Grade = "C"
    """The weakest evidence that is enough."""
    min_confidence: float = Field(0.95, ge=0, le=1)
    """Text detection (grade D) as sure as this is enough too."""
    signals: Literal["record", "honour"] = "record"
    """Whether a reservation against training (TDMRep, aipref, RSL, robots) refuses a row that its licence would admit.

    By default it is recorded in the evidence only: a reservation keeps back what the law would allow without asking,
    and takes nothing from what a licence grants."""
    laundered: Literal["refuse", "flag"] = "refuse"
    """What becomes of a row whose text is found elsewhere under a stricter claim on evidence as good as its own."""
    licenses: tuple[str, ...] = ()
    """The listed ids that are admitted; written when the policy is loaded."""

    @field_validator("refuse_bits")
    @classmethod
    def _are_conditions(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if strange := sorted(set(names) - set(BIT_NAMES)):
            raise ValueError(f"there is no condition {', '.join(strange)}: the conditions are {', '.join(BIT_NAMES)}")
        return names

    @cached_property
    def digest(self) -> str:
        """Sha256 of the policy as RFC 8785 JSON, ids written out."""
        return hashlib.sha256(rfc8785.dumps(self.model_dump(mode="json"))).hexdigest()

    @cached_property
    def name(self) -> str:
        """What evidence calls it: ``open-definition-2.1/1@<12 hex digits of the digest>``."""
        return f"{self.id}/{self.version}@{self.digest[:12]}"

    def admits_evidence(self, grade: str, confidence: float) -> bool:
        """Tell whether evidence of that grade and confidence is good enough."""
        return grade <= self.min_grade or (grade == "D" and confidence >= self.min_confidence)

    def evaluate(self, expression: str | None) -> Decision:
        """Return what the policy says of an SPDX expression; null and what cannot be read are refused."""
        if expression is None or not expression.strip():
            return _refusal(None, NO_LICENSE, "unknown", "no licence")
        node = parse(expression)
        if node is None:
            is_id = re.fullmatch(r"[A-Za-z0-9.+-]+", expression)
            return _refusal(expression, UNKNOWN_LICENSE if is_id else UNPARSABLE_LICENSE, "unknown", expression)
        ruled = self._rule(node)
        if not ruled.allowed:
            reason = _TIER_REASONS.get(ruled.tier, NOT_PERMITTED)
            return _refusal(expression, reason, ruled.tier, f"{expression} ({ruled.tier})", ruled.bits)
        elected = str(ruled.node)
        return Decision(
            allowed=True,
            expression=expression,
            elected=elected if elected != str(node) else None,
            reason=None,
            tier=ruled.tier,
            bits=ruled.bits,
            detail=f"{expression} ({ruled.tier})",
        )

    @cached_property
    def _listed(self) -> frozenset[str]:
        return frozenset(self.licenses)

    def _rule(self, node: Node) -> "_Ruling":
        if isinstance(node, Leaf):
            return self._rule_leaf(node)
        rulings = [self._rule(branch) for branch in node.branches]
        if isinstance(node, All):
            bits = Bits(0)
            for ruling in rulings:
                bits |= ruling.bits
            strictest = max(rulings, key=lambda r: (not r.allowed, rank_of(r.tier)))
            return _Ruling(
                allowed=all(r.allowed for r in rulings),
                node=joined(All, [r.node for r in rulings]),
                tier=strictest.tier,
                bits=bits,
            )
        return min(rulings, key=lambda r: (not r.allowed, rank_of(r.tier)))

    def _rule_leaf(self, leaf: Leaf) -> "_Ruling":
        tier, bits = tier_of(leaf.id), bits_of(leaf.id)
        if leaf.exception and leaf.id not in self.exceptions.get(leaf.exception, ()):
            return _Ruling(allowed=False, node=leaf, tier="unknown", bits=bits)
        if self._admits(leaf.id):
            return _Ruling(allowed=True, node=leaf, tier=tier, bits=bits)
        if leaf.id.endswith("-or-later"):
            later = [key for key in later_versions(leaf.id) if self._admits(key)]
            if later:
                best = min(later, key=lambda key: rank_of(tier_of(key)))
                return _Ruling(allowed=True, node=Leaf(best, leaf.exception), tier=tier_of(best), bits=bits_of(best))
        return _Ruling(allowed=False, node=leaf, tier=tier, bits=bits)

    def _admits(self, key: str) -> bool:
        if key in self.refuse:
            return False
        if key in self._listed:
            return True
        if not is_cc(key):
            return False
        found = CC.fullmatch(key)
        if found and found["version"] == "unversioned":
            every = [k for k in spdx()["licenses"] if k.startswith(f"CC-{found['elements']}-") and is_cc(k)]
            same = [k for k in every if CC.fullmatch(k)["elements"] == found["elements"]]  # type: ignore[index]
            return bool(same) and all(self._admits(k) for k in same)
        return self.admits_cc(key)

    def admits_cc(self, key: str) -> bool:
        """Tell whether a Creative Commons licence is admitted for its tier or its elements."""
        found = CC.fullmatch(key)
        elements = found["elements"] if found else ""
        return (tier_of(key) in self.tiers or elements in self.creative_commons) and not self.forbids(key)

    def forbids(self, key: str) -> bool:
        """Tell whether a licence has a condition that the policy refuses."""
        return any(Bits[name.upper()] in bits_of(key) for name in self.refuse_bits)


@dataclass(frozen=True, kw_only=True)
class _Ruling:
    allowed: bool
    node: Node
    tier: str
    bits: Bits


def _refusal(expression: str | None, reason: str, tier: str, detail: str, bits: Bits = NO_BITS) -> Decision:
    return Decision(
        allowed=False, expression=expression, elected=None, reason=reason, tier=tier, bits=bits, detail=detail
    )


@lru_cache(maxsize=1024)
def later_versions(key: str) -> tuple[str, ...]:
    """Return the ``-only`` ids that an ``-or-later`` id lets one choose, oldest first."""
    found = re.fullmatch(r"(.+)-(\d+(?:\.\d+)*)((?:-[a-z]+)*)-or-later", key)
    if not found:
        return ()
    stem, version, variant = found[1], _version(found[2]), found[3]
    pattern = re.compile(rf"{re.escape(stem)}-(\d+(?:\.\d+)*){re.escape(variant)}-only")
    versions = [(k, m) for k in spdx()["licenses"] if (m := pattern.fullmatch(k))]
    chosen = sorted((_version(m[1]), k) for k, m in versions if _version(m[1]) >= version)
    return tuple(k for _, k in chosen)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))
