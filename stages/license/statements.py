"""Claims read one by one: what each says, how much it covers, how far it can be trusted."""

import re
from dataclasses import dataclass

from licet.schemas.evidence import Claim
from licet.stages.license.expression import All, Leaf, joined
from licet.stages.license.holders import holders_in
from licet.stages.license.normalize import normalize
from licet.stages.license.notice import read_notice
from licet.stages.license.text import identify

# How much each kind of claim covers, and its grade: A work-level, B registry, C container, F third party.
KINDS: dict[str, tuple[str, str]] = {
    "spdx_header": ("file", "A"),
    "row_column": ("work", "B"),
    "package_expression": ("container", "B"),
    "package_classifier": ("container", "B"),
    "package_license": ("container", "B"),
    "license_file": ("container", "C"),
    "notice": ("container", "C"),
    "html_link": ("page", "B"),
    "html_metadata": ("page", "B"),
    "html_anchor": ("page", "C"),
    "html_text": ("part", "F"),
    "declared": ("collection", "C"),
}
# A licence file is a statement of its container when its text is known this well; below, it is text detection.
SURE = 0.95
_IGNORABLE = re.compile(r"(?:^|/)(?:notice|authors|contributors|patents|credits|thanks|changelog)[^/]*$", re.IGNORECASE)
_ABOUT_LICENSES = re.compile(r"licen[sc]e|permission|permitted|copyright|warrant|all rights|terms", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A claim and what was read in it.

    ``family`` is set where only a family of licences is named; ``choice`` has ids and families between which the
    claim lets one choose; ``holders`` are named in copyright lines.
    """

    claim: Claim
    expression: str | None
    grade: str
    scope: str
    confidence: float
    flags: tuple[str, ...]
    family: str | None = None
    choice: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """What statements are sorted by, so that nothing depends on the order of claims."""
        return (self.claim.kind, self.claim.locator, self.claim.raw, self.claim.url or "")


def read_claim(claim: Claim) -> Statement:
    """Return what a claim says. Never raises; what cannot be read has no expression and a flag."""
    scope, grade = KINDS[claim.kind]
    if claim.kind == "license_file":
        return _license_file(claim, scope)
    if claim.kind == "notice":
        return _notice(claim, scope)
    if claim.kind == "package_license" and (len(claim.raw) > 200 or "\n" in claim.raw.strip()):
        return _license_file(claim, scope)
    if claim.kind == "declared" and not claim.url:
        grade = "F"
    found = normalize(claim.raw)
    return Statement(
        claim=claim,
        expression=found.expression,
        grade=grade,
        scope=scope,
        confidence=1.0,
        flags=found.flags,
        family=found.family,
    )


def _license_file(claim: Claim, scope: str) -> Statement:
    found = identify(claim.raw)
    holders = holders_in(claim.raw)
    if found.ids:
        sure = found.confidence >= SURE
        return Statement(
            claim=claim,
            expression=str(joined(All, [Leaf(key) for key in found.ids])),
            grade="C" if sure else "D",
            scope=scope,
            confidence=found.confidence,
            flags=found.flags,
            holders=holders,
        )
    short = claim.raw.strip()
    named = normalize(short) if len(short) < 200 and "\n" not in short else None
    if named is not None and named.expression is not None:
        return Statement(
            claim=claim, expression=named.expression, grade="C", scope=scope, confidence=1.0, flags=named.flags
        )
    notice = _notice(claim, scope)
    if (notice.expression or notice.choice) and notice.grade == "C":
        return notice
    flags = set(found.flags)
    if _IGNORABLE.search(claim.locator.split("#")[0]) or not _ABOUT_LICENSES.search(claim.raw):
        flags.add("ignored")
    return Statement(
        claim=claim,
        expression=None,
        grade="D",
        scope=scope,
        confidence=0.0,
        flags=tuple(sorted(flags)),
        holders=holders,
    )


def _notice(claim: Claim, scope: str) -> Statement:
    found = read_notice(claim.raw)
    return Statement(
        claim=claim,
        expression=found.expression,
        grade="C" if found.grants else "F",
        scope=scope,
        confidence=1.0 if found.grants else 0.5,
        flags=found.flags if found.grants else (*found.flags, "mention"),
        choice=found.choice,
        holders=holders_in(claim.raw),
    )
