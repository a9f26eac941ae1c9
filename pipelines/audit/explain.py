"""Why a row is in the version."""

from dataclasses import asdict, dataclass, field
from typing import Any

from licet.pipelines.audit.version import Audited
from licet.pipelines.audit.words import GRADES, KINDS, TIERS, conditions, flag_in_words
from licet.schemas.license import bits_of, is_known, url_of
from licet.stages.license.expression import leaves, parse

MOST_CLAIMS = 8
"""Claims that one screen holds; the others are counted."""


@dataclass(frozen=True)
class Heard:
    """One statement about the licence, as it was found and as it was read."""

    kind: str
    where: str
    url: str | None
    quote: str
    expression: str | None
    grade: str
    flags: list[str]

    @property
    def in_words(self) -> str:
        """The statement as a sentence."""
        return f"{KINDS.get(self.kind, self.kind)} “{self.quote}”"


@dataclass(frozen=True)
class Explanation:
    """All that one screen needs to say why a row was allowed in."""

    row_id: str
    source: str
    revision: str | None
    locator: str
    url: str | None
    date: str | None
    license: str
    elected: str | None
    tier: str
    grade: str
    flags: list[str]
    conditions: dict[str, list[str]]
    attribution: str | None
    policy: str
    heard: list[Heard]
    stands_for: list[dict[str, Any]]
    stood_for: int
    content_sha256: str
    evidence_id: str
    generator: str | None = None
    generator_terms: str | None = None
    stages: list[str] = field(default_factory=list)

    def summary(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return asdict(self)


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
    evidence = version.rows("select * from evidence where evidence_id = ?", row["evidence_id"])
    told = evidence[0] if evidence else {"claims": [], "elected": None, "flags": [], "policy": "", "grade": None}
    merged = version.rows(
        "select id, locator, similarity, reason from clusters where kept_id = ? order by similarity desc, id limit 5",
        row_id,
    )
    many = version.rows("select count(*) as n from clusters where kept_id = ?", row_id)[0]["n"]
    return Explanation(
        row_id=row["row_id"],
        source=row["source"],
        revision=row["source_revision"],
        locator=row["locator"],
        url=row["url"],
        date=row["date"],
        license=row["license"],
        elected=told["elected"],
        tier=row["license_tier"],
        grade=row["license_grade"],
        flags=list(told["flags"] or ()),
        conditions=conditions_of(told["elected"] or row["license"]),
        attribution=row["attribution"],
        policy=told["policy"],
        heard=heard_in(told["claims"] or ()),
        stands_for=merged,
        stood_for=many,
        content_sha256=row["content_sha256"],
        evidence_id=row["evidence_id"],
        generator=row.get("generator"),
        generator_terms=row.get("generator_terms"),
        stages=[stage.name for stage in version.manifest.stages],
    )


def heard_in(claims: Any) -> list[Heard]:
    """Return the statements of an evidence set, the best first."""
    found = [
        Heard(
            kind=claim["kind"],
            where=claim["locator"],
            url=claim["url"],
            quote=claim["snippet"] or "",
            expression=claim["expression"],
            grade=claim["grade"],
            flags=list(claim["flags"] or ()),
        )
        for claim in claims
    ]
    return sorted(found, key=lambda h: (h.expression is None, h.grade, h.kind, h.where))


def conditions_of(expression: str) -> dict[str, list[str]]:
    """Return what each licence of an expression asks for, in words."""
    node = parse(expression)
    return {leaf.id: conditions(bits_of(leaf.id)) for leaf in leaves(node) if is_known(leaf.id)} if node else {}


def in_lines(told: Explanation) -> list[str]:
    """Return an explanation as the lines of a screen, headings in bold markup."""
    lines = [f"[bold]{told.row_id}[/bold] is in the data under [bold]{told.elected or told.license}[/bold]", ""]
    lines += [f"  read from   {told.locator} of source {told.source}" + (f", {told.url}" if told.url else "")]
    if told.revision or told.date:
        lines += [f"  of          {', '.join(part for part in (told.revision, told.date) if part)}"]
    if told.generator:
        terms = told.generator_terms or "no terms of its own on what it puts out"
        lines += [f"  made by     {told.generator} ({terms})"]
    lines += ["", "[bold]What was found[/bold]"]
    for heard in told.heard[:MOST_CLAIMS]:
        quote = heard.quote if len(heard.quote) <= 110 else heard.quote[:107] + "…"
        read = f"read as {heard.expression}" if heard.expression else "not read as a licence"
        if heard.kind in ("credit", "usage_signal"):
            read = "no word on the licence"
        elif "family_only" in heard.flags:
            read = "names a family of licences only"
        lines += [
            f"  {KINDS.get(heard.kind, heard.kind)} “{quote}”",
            f"    at {heard.where}: {read}, grade {heard.grade}",
        ]
    if len(told.heard) > MOST_CLAIMS:
        lines += [f"  … and {len(told.heard) - MOST_CLAIMS} more statements (--json lists them)"]
    lines += ["", "[bold]What follows from it[/bold]"]
    chosen = (
        f"; of the choice, {told.elected} was taken, the least strict that the policy admits" if told.elected else ""
    )
    lines += [f"  concluded   {told.license}{chosen}"]
    lines += [f"  tier        {told.tier}: {TIERS.get(told.tier, '')}"]
    lines += [f"  grade       {told.grade}: {GRADES.get(told.grade, '')}"]
    lines += [f"  admitted    by the policy {told.policy}"]
    for licence, asked in told.conditions.items():
        lines += [f"  {licence}: {'; '.join(asked) if asked else 'asks for nothing'}" + _at(url_of(licence))]
    lines += [f"  note        {flag_in_words(flag)}" for flag in told.flags]
    if told.attribution:
        lines += [f"  credit      {told.attribution}"]
    if told.stood_for:
        lines += ["", f"[bold]It stands for {told.stood_for} other row{'s' if told.stood_for > 1 else ''}[/bold]"]
        for other in told.stands_for:
            alike = f"{other['similarity']:.3f} alike" if other["similarity"] is not None else "the same text"
            lines += [f"  {other['id'] or other['locator']} ({alike})"]
    lines += ["", f"  sha256 of the text {told.content_sha256}", f"  evidence           {told.evidence_id}"]
    return lines


def _at(url: str | None) -> str:
    return f" ({url})" if url else ""
