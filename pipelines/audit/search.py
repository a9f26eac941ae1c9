"""How something that is asked for may be meant: as an id, a place, an address, a site, or the sha256 of a text."""

import re
from dataclasses import dataclass

from licet.pipelines.audit.version import Audited

_SHA256 = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
_SITE = re.compile(r"(?:[\w-]+\.)+[\w-]{2,}", re.IGNORECASE)
_BARE_URL = "regexp_replace(rtrim(url, '/'), '^https?://', '')"
_HOST = "regexp_extract(lower(url), '^[a-z][a-z0-9+.-]*://(?:[^/@]*@)?([^/:?#]+)', 1)"


@dataclass(frozen=True)
class Way:
    """One meaning: what it is called, and the rows of ``rows`` or ``ledger`` that have it, as a SQL condition."""

    name: str
    condition: str
    value: str


@dataclass(frozen=True)
class Hits:
    """How many rows were kept and refused that something may mean."""

    way: Way
    kept: int
    refused: int


def by_url(asked: str) -> Way:
    """Return the rows of a page: ``http`` or ``https``, with or without a slash at the end."""
    return Way("url", f"{_BARE_URL} = ?", _bare(asked))


def by_site(asked: str) -> Way:
    """Return the rows of a site and of all below it; ``www.example.org`` is looked for as ``example.org``."""
    host = re.sub(r"[/:?#].*", "", _bare(asked)).lower().removeprefix("www.").strip(".")
    return Way("site", f"(({_HOST}) = $1 or ends_with({_HOST}, '.' || $1))", host)


def by_sha256(asked: str) -> Way:
    """Return the rows of a text by its sha256."""
    return Way("sha256", "content_sha256 = ?", asked.strip().lower())


def by_id(asked: str) -> Way:
    """Return the row of an id."""
    return Way("id", "row_id = ?", asked)


def ways(asked: str) -> list[Way]:
    """Return the meanings of what was asked for, the most exact first."""
    found = [by_id(asked), Way("locator", "locator = ?", asked), by_url(asked)]
    if _SHA256.fullmatch(asked.strip()):
        found.insert(0, by_sha256(asked))
    if _SITE.fullmatch(_bare(asked)):
        found.append(by_site(asked))
    return found


def _bare(asked: str) -> str:
    return re.sub(r"^https?://", "", asked.strip(), flags=re.IGNORECASE).rstrip("/")


def hits(version: Audited, way: Way) -> Hits:
    """Return how many rows of data and ledger a meaning finds."""
    kept, refused = (
        version.rows(f"select count(*) as n from {view} where {way.condition}", way.value)[0]["n"]
        for view in ("rows", "ledger")
    )
    return Hits(way, kept, refused)


def first_hits(version: Audited, asked: str) -> Hits | None:
    """Return what the most exact meaning that finds anything finds; null when none does."""
    return next((found for way in ways(asked) if (found := hits(version, way)).kept or found.refused), None)
