"""Why a row is in the version: what it is, who says what of its licence, what follows from that, what one owes."""

from dataclasses import asdict, dataclass, field
from itertools import product
from typing import Any

from licet.pipelines.audit.clauses import clauses
from licet.pipelines.audit.heard import Heard, heard_in, told
from licet.pipelines.audit.measured import MOST_LINES, Measured, measured_lines, measured_of
from licet.pipelines.audit.screen import HEIGHT, below, entry, fitted, heading, item, joined, number, shortened
from licet.pipelines.audit.together import put_together
from licet.pipelines.audit.version import Audited
from licet.pipelines.audit.words import GRADES, TIERS, conditions, flag_in_words
from licet.schemas.generators import output_terms
from licet.schemas.license import bits_of, is_known, url_of
from licet.schemas.obligations import naming
from licet.stages.license.expression import leaves, parse
from licet.stages.license.generators import read_generator

MOST_CLAIMS = 8
"""Statements that one screen holds; the others are counted."""
MOST_MERGED = 5
"""Merged rows that are named; the others are counted."""


@dataclass(frozen=True)
class Merged:
    """A row that was merged into another: how alike the two are (null for equal texts), and under which licence."""

    row_id: str | None
    locator: str
    similarity: float | None
    license: str | None
    grade: str | None


@dataclass(frozen=True)
class Explanation:
    """All that one screen needs to say why a row was allowed in."""

    row_id: str
    source: str
    revision: str | None
    locator: str
    url: str | None
    date: str | None
    license: str | None
    elected: str | None
    tier: str | None
    grade: str | None
    flags: list[str]
    together: str
    conditions: dict[str, list[str]]
    attribution: str | None
    policy: str
    clauses: list[str]
    min_grade: str
    heard: list[Heard]
    merged: list[Merged]
    stands_for: int
    content_sha256: str
    evidence_id: str | None
    measured: list[Measured]
    generator: str | None = None
    generator_terms: str | None = None
    against: list[str] = field(default_factory=list)
    """Earlier versions that have neither this row nor one like it."""

    @property
    def used(self) -> str:
        """The expression that the row is used under: the branch elected, where there was a choice."""
        return self.elected or self.license or "no licence"

    def summary(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return {**asdict(self), "used": self.used}


def explain(version: Audited, row_id: str) -> Explanation | None:
    """Return why a row is in the version; null when it is not there."""
    made = ", generator, generator_terms" if version.is_chat else ""
    found = version.rows(
        f"select row_id, source, source_revision, locator, url, date, license, license_tier, license_grade,"
        f" evidence_id, attribution, content_sha256{made} from rows where row_id = ? limit 1",
        row_id,
    )
    if not found:
        return None
    row = found[0]
    sets = version.rows("select * from evidence where evidence_id = ?", row["evidence_id"] or "")
    evidence = sets[0] if sets else {"claims": [], "elected": None, "flags": [], "policy": "none: it has no evidence"}
    heard = heard_in(evidence["claims"])
    used = evidence["elected"] or row["license"]
    merged = merged_into(version, row_id, row["locator"])
    return Explanation(
        row_id=row["row_id"],
        source=row["source"],
        revision=row["source_revision"],
        locator=row["locator"],
        url=row["url"],
        date=row["date"],
        license=row["license"],
        elected=evidence["elected"],
        tier=row["license_tier"],
        grade=row["license_grade"],
        flags=list(evidence["flags"] or ()),
        together=put_together(heard, row["license"]),
        conditions=conditions_of(used),
        attribution=row["attribution"],
        policy=evidence["policy"] or "",
        clauses=clauses(version.policy, used),
        min_grade=version.policy.min_grade,
        heard=heard,
        merged=merged[:MOST_MERGED],
        stands_for=len(merged),
        content_sha256=row["content_sha256"],
        evidence_id=row["evidence_id"],
        measured=measured_of(version, row["row_id"], row["locator"]),
        generator=row.get("generator"),
        generator_terms=row.get("generator_terms"),
        against=[earlier.label for earlier in version.manifest.against],
    )


def merged_into(version: Audited, row_id: str, locator: str) -> list[Merged]:
    """Return the rows that a kept row stands for, the most alike first, each with what was concluded of its licence."""
    found = version.rows(
        "select c.id, c.locator, c.similarity, e.concluded, e.grade from clusters c"
        " left join ledger l on l.locator = c.locator and l.id is not distinct from c.id and l.kept_id = c.kept_id"
        " left join evidence e using (evidence_id)"
        " where c.kept_id = ? and c.kept_locator is not distinct from ?"
        " order by c.similarity desc nulls first, c.id, c.locator",
        row_id,
        locator,
    )
    return [Merged(row["id"], row["locator"], row["similarity"], row["concluded"], row["grade"]) for row in found]


def conditions_of(expression: str | None) -> dict[str, list[str]]:
    """Return what each licence of an expression asks for, in words."""
    node = parse(expression or "")
    return {leaf.id: conditions(bits_of(leaf.id)) for leaf in leaves(node) if is_known(leaf.id)} if node else {}


def in_lines(found: Explanation) -> list[str]:
    """Return an explanation as the lines of a screen, at most `HEIGHT` of them."""
    # What was heard of the licence comes before what was measured of the shape.
    rooms = product(range(MOST_CLAIMS, 0, -1), (MOST_LINES, 1, 0))
    for most, measures in rooms:
        lines = joined(
            [
                heading(f"{shortened(found.row_id, 70)} is in the data, used under {found.used}"),
                _what_it_is(found),
                told(found.heard, most),
                _what_follows(found),
                _what_is_owed(found),
                measured_lines(found.measured, measures),
                _merged(found),
            ]
        )
        if len(lines) <= HEIGHT:
            break
    return fitted(lines)


def _what_it_is(found: Explanation) -> list[str]:
    lines = ["What it is"]
    origin = ", ".join(part for part in (found.url, found.revision, found.date) if part)
    lines += entry("read from", f"{found.locator} of the source {found.source}" + (f"; {origin}" if origin else ""), 2)
    if found.generator:
        asked = _asked_of_outputs(found.generator_terms) if read_generator(found.generator).is_model else "no model"
        lines += entry("made by", f"{found.generator}; {asked}", 3)
    lines += entry("text", f"sha256 {found.content_sha256}")
    if found.against:
        named = ", ".join(shortened(label, 40) for label in found.against[:2])
        more = f" and {len(found.against) - 2} more" if len(found.against) > 2 else ""
        lines += entry("new", f"neither it nor its like is in {named}{more}", 2)
    return lines


def _asked_of_outputs(terms: str | None) -> str:
    """Return what the terms of a row's makers say of outputs, in words."""
    node = parse(terms or "")
    told = [(leaf.id, output_terms(leaf.id)) for leaf in leaves(node)] if node is not None else []
    words = [f"{it.title} ({key}): {it.says}" if it is not None else key for key, it in told]
    return " ".join(words) if words else "nothing is asked of its outputs"


def _what_follows(found: Explanation) -> list[str]:
    lines = ["What follows from it"]
    how = (", " if found.together.startswith("as ") else ": ") + found.together if found.together else ""
    lines += entry("concluded", f"{found.license or 'nothing'}{how}")
    if found.elected:
        lines += entry("elected", f"{found.elected}, of the branches that the policy admits the least strict", 2)
    lines += entry("tier", f"{found.tier}: {TIERS.get(found.tier or '', '')}", 2)
    grade = GRADES.get(found.grade or "", "")
    lines += entry("evidence", f"grade {found.grade}, {grade}; the policy asks for {found.min_grade} or better", 2)
    lines += entry("policy", f"{found.policy}; {'; '.join(found.clauses) or 'nothing is said of it'}", 3)
    if found.flags:
        lines += entry("note", "; ".join(flag_in_words(flag) for flag in found.flags), 3)
    return lines


def _what_is_owed(found: Explanation) -> list[str]:
    lines = ["What you owe"]
    for licence, asked in list(found.conditions.items())[:3]:
        url = url_of(licence)
        at = f" ({url})" if url else ""
        terms = output_terms(licence)
        asked = [*asked, naming(terms)] if terms is not None and naming(terms) else asked
        lines += item(f"{licence}: {'; '.join(asked) if asked else 'nothing'}{at}", 2)
    if len(found.conditions) > 3:
        lines += below(f"… and what {len(found.conditions) - 3} more ask (`licet audit obligations` lists it)")
    if found.attribution:
        lines += entry("credit", found.attribution)
    return lines


def _merged(found: Explanation) -> list[str]:
    if not found.stands_for:
        return []
    lines = [f"It stands for {number(found.stands_for, 'other row')}, left out as copies"]
    for other in found.merged:
        alike = f"{other.similarity:.3f} alike" if other.similarity is not None else "the same text"
        under = f"{other.license}, grade {other.grade}" if other.license else "no licence that could be concluded"
        lines += item(f"{other.row_id or other.locator} ({alike}), under {under}", 2)
    if found.stands_for > len(found.merged):
        lines += below(f"… and {number(found.stands_for - len(found.merged), 'more row')}")
    return lines
