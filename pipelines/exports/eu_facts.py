"""What the rows tell that a summary of training content asks for: sites, dates, models, reservations."""

from dataclasses import dataclass
from typing import Any

from licet.pipelines.exports.finished import Finished
from licet.stages.license.generators import read_generator

_HOST = r"^[a-z][a-z0-9+.-]*://(?:[^/@?#]*@)?([^/:?#]+)"
_SITES = f"""
with sites as (
    select regexp_extract(lower(url), '{_HOST}', 1) as site, count(*) as rows,
        coalesce(sum(token_count), 0)::bigint as tokens
    from data where source = ? group by all
), named as (select * from sites where site <> '')
select site, rows, tokens, (select count(*) from named)::bigint as sites
from named order by tokens desc, site
limit (select ceil(count(*) / 10.0)::bigint from named)
"""
_SOURCES = """
select source, count(*) as rows, coalesce(sum(token_count), 0)::bigint as tokens,
    min(date) filter (regexp_matches(date, '^[0-9]{4}-[0-9]{2}-[0-9]{2}')) as earliest,
    max(date) filter (regexp_matches(date, '^[0-9]{4}-[0-9]{2}-[0-9]{2}')) as latest
from data group by all order by source
"""
_SIGNALS = """
with heard as (select evidence_id, rows_kept, unnest(claims) as claim from evidence where rows_kept > 0),
stated as (select distinct evidence_id, rows_kept from heard where claim.kind = 'usage_signal')
select coalesce(sum(rows_kept), 0)::bigint as rows from stated
"""


@dataclass(frozen=True)
class Used:
    """What was kept of a source."""

    rows: int
    tokens: int
    earliest: str | None
    latest: str | None


def used_of(version: Finished) -> dict[str, Used]:
    """Return what was kept of each source that anything was kept of; dates are days as the origins give them."""
    return {
        row["source"]: Used(row["rows"], row["tokens"], _day(row["earliest"]), _day(row["latest"]))
        for row in version.rows(_SOURCES)
    }


def _day(date: str | None) -> str | None:
    return date[:10] if date else None


def largest_sites(version: Finished, source: str) -> tuple[list[dict[str, Any]], int]:
    """Return the tenth of a source's sites that most tokens are from, the largest first, and how many sites it has."""
    found = list(version.rows(_SITES, source))
    return [{name: row[name] for name in ("site", "rows", "tokens")} for row in found], found[0][
        "sites"
    ] if found else 0


def generators(version: Finished) -> list[dict[str, Any]]:
    """Return the models that wrote rows, those of most rows first; people and plain programs are none."""
    if version.manifest.dataset.kind != "posttrain":
        return []
    found = version.rows(
        "select source, generator as model, generator_terms as terms, count(*) as rows from data where generator is"
        " not null group by all order by rows desc, model, source, terms nulls last"
    )
    return [row for row in found if read_generator(row["model"]).is_model]


def rows_with_signals(version: Finished) -> int:
    """Return how many kept rows' origins state a preference or reservation on use."""
    return int(next(version.rows(_SIGNALS))["rows"])
