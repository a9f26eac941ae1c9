"""Which licences are in a version, and whether its manifest says so too."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from licet.pipelines.audit.version import Audited

GROUPS = {
    "license": "license",
    "tier": "license_tier",
    "grade": "license_grade",
    "source": "source",
    "language": "coalesce(language, 'und')",
}
NONE = "NOASSERTION"


@dataclass(frozen=True)
class Share:
    """Rows and tokens of one value."""

    value: str
    rows: int
    tokens: int


@dataclass(frozen=True)
class Licenses:
    """The rows by some column, the most frequent first, and what differs from the manifest."""

    by: str
    shares: list[Share]
    rows: int
    tokens: int
    differences: list[str]

    def summary(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return asdict(self)


def licenses(version: Audited, by: str = "license") -> Licenses:
    """Return the rows and tokens by licence, tier, grade, source or language, counted from the rows themselves.

    ``differences`` lists what the manifest's histogram says otherwise.
    """
    shares = [
        Share(row["value"], row["n"], row["tokens"])
        for row in version.rows(
            f"select coalesce({GROUPS[by]}, '{NONE}') as value, count(*) as n,"
            " coalesce(sum(token_count), 0)::bigint as tokens from rows group by all order by n desc, value"
        )
    ]
    counted = {
        tuple(row[name] for name in ("license", "tier", "grade", "source")): (row["n"], row["tokens"])
        for row in version.rows(
            f"select coalesce(license, '{NONE}') as license, coalesce(license_tier, '{NONE}') as tier,"
            f" coalesce(license_grade, '{NONE}') as grade, source, count(*) as n,"
            " coalesce(sum(token_count), 0)::bigint as tokens from rows group by all"
        )
    }
    told = {(c.expression, c.tier, c.grade, c.source): (c.rows, c.tokens) for c in version.manifest.licences}
    differences = [
        f"{' / '.join(key)}: the manifest says {told.get(key, (0, 0))[0]:,} rows, the data has"
        f" {counted.get(key, (0, 0))[0]:,}"
        for key in sorted({*counted, *told})
        if counted.get(key) != told.get(key)
    ]
    return Licenses(by, shares, sum(s.rows for s in shares), sum(s.tokens for s in shares), differences)


def in_lines(found: Licenses) -> Iterator[str]:
    """Yield the answer as lines."""
    width = max((len(share.value) for share in found.shares), default=0)
    yield f"{found.rows:,} rows with {found.tokens:,} tokens, by {found.by}"
    for share in found.shares:
        part = 100 * share.rows / found.rows if found.rows else 0
        yield f"  {share.value:<{width}}  {share.rows:>12,} rows  {part:5.1f} %  {share.tokens:>15,} tokens"
    if found.differences:
        yield "Not as the manifest says"
        yield from (f"  {told}" for told in found.differences)
