"""What a site says of the use of its pages in files of its own, found as records in web archives.

``/robots.txt``, ``/.well-known/tdmrep.json`` (TDMRep) and RSL terms are looked for among the records of the archive
that is read and of those that the recipe names for it (crawls keep robots.txt in archives apart). They speak for the
pages of their host. A worker looks once through the archives named and holds what speaks of training; of the archive
itself the headers of all records are read a first time, and the bodies of these few.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from licet.schemas.errors import InputError
from licet.schemas.evidence import Claim
from licet.schemas.split import Pin
from licet.stages.ingest.archive_end import ending
from licet.stages.ingest.path_rules import fits, host_and_path
from licet.stages.ingest.pin import open_pinned
from licet.stages.ingest.reasons import Damaged
from licet.stages.ingest.robots_txt import MAX_BYTES, MAX_WORDS, Robots, read_robots, speaks

ROBOTS, TDMREP = "/robots.txt", "/.well-known/tdmrep.json"
_TERMS = re.compile(r"(?:rsl|licen[cs]e)[^/]*\.(?:xml|rsl)$|\.rsl$", re.IGNORECASE)
"""Paths at which RSL terms are looked for; what is there must also be RSL."""
_CONTENT = re.compile(r"<content\b[^>]*?\burl\s*=\s*(?P<quote>[\"'])(?P<url>.*?)(?P=quote)[^>]*>.*?</content\s*>", re.S)
_ENCODED = frozenset({"content-encoding", "transfer-encoding"})
MAX_RULES = 1000


@dataclass
class Table:
    """What was found in archives: files of sites by their host, and RSL terms by their address."""

    robots: dict[str, list[Robots]] = field(default_factory=dict)
    tdm: dict[str, list[list[dict[str, Any]]]] = field(default_factory=dict)
    terms: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SiteSignals:
    """The signals of sites."""

    tables: tuple[Table, ...]

    def of(self, url: str | None, own: tuple[Claim, ...]) -> tuple[Claim, ...]:
        """Return what the site says of the page at an address, after what the page's ``own`` headers say."""
        place = host_and_path(url or "")
        if place is None or not any(table.robots or table.tdm or table.terms for table in self.tables):
            return own
        host, path = place
        found = dict.fromkeys(self._with_terms(claim, host, path) for claim in own)
        for table in self.tables:
            for robots in table.robots.get(host, ()):
                found |= dict.fromkeys(robots.claims(path))
                for address in robots.licenses:
                    said = Claim(kind="usage_signal", raw=f"rsl: {address}"[:MAX_WORDS], locator=f"{ROBOTS}#license")
                    found |= {self._with_terms(said, host, path): None}
            for rules in table.tdm.get(host, ()):
                found |= dict.fromkeys(_reserved(rules, path))
        return tuple(claim for claim in found if claim is not None)

    def _with_terms(self, claim: Claim, host: str, path: str) -> Claim | None:
        """Return a claim that leads to RSL terms with their words for the page, where they are known; else as it is.

        Terms that say nothing of the page are no claim.
        """
        if claim.kind != "usage_signal" or not claim.raw.startswith("rsl: "):
            return claim
        address = claim.raw.removeprefix("rsl: ")
        terms = next((table.terms[address] for table in self.tables if address in table.terms), None)
        if terms is None:
            return claim
        contents = list(_CONTENT.finditer(terms))
        about = [" ".join(m[0].split()) for m in contents if _is_about(m["url"], host, path)]
        if contents and not about:
            return None
        words = f"rsl: {' '.join(about)}"
        # Terms that are too long to be kept whole are left unread, as those are that were not found.
        return (
            Claim(kind="usage_signal", raw=words, locator=claim.locator) if about and len(words) <= MAX_WORDS else claim
        )


def signals_for(pin: Pin, named: tuple[Pin, ...], *, is_own: bool) -> SiteSignals:
    """Return the signals in the archives named and, with ``is_own``, in the archive itself.

    Raises:
        InputError: an archive that the recipe names for this cannot be read to its end.

    """
    own = Table()
    if is_own:
        _look_through(pin, own, is_damage_told=False)
    return SiteSignals((own, _of_archives(named)))


@lru_cache(maxsize=4)
def _of_archives(named: tuple[Pin, ...]) -> Table:
    found = Table()
    for pin in named:
        _look_through(pin, found, is_damage_told=True)
    return found


def _look_through(pin: Pin, found: Table, *, is_damage_told: bool) -> None:
    try:
        for url, body in _records(pin, is_end_checked=is_damage_told):
            _add(found, url, body)
    except (Damaged, OSError, ValueError, UnicodeError) as error:
        # Of the archive itself its reader tells, row by row.
        if is_damage_told:
            raise InputError(
                f"{pin.name}, which is named for robots.txt, cannot be read to its end: {error}"
            ) from error


def _records(pin: Pin, *, is_end_checked: bool) -> Iterator[tuple[str, bytes]]:
    last = 0
    with open_pinned(pin) as file:
        archive = ArchiveIterator(
            file, record_types=WarcRecordType.response, parse_http=False, func_filter=_is_site_file, fsspec_args=False
        )
        for record in archive:
            last = record.stream_pos
            try:
                record.parse_http(auto_decode="all")
                if record.http_headers is None or int(record.http_headers.status_code or 0) != 200:
                    continue
                body = record.reader.read(MAX_BYTES)
                is_plain = _ENCODED.isdisjoint(name.lower() for name, _ in record.http_headers.items())
                if is_end_checked and is_plain and len(body) < min(record.content_length, MAX_BYTES):
                    raise Damaged("truncated", f"the record at {last} is cut")
            except (OSError, ValueError, TypeError):
                continue
            yield _address(record), body
    if is_end_checked and (problem := ending(pin, last)) is not None:
        raise problem


def _address(record: WarcRecord) -> str:
    return (record.headers.get("WARC-Target-URI") or "").strip("<> ")


def _is_site_file(record: WarcRecord) -> bool:
    url = _address(record)
    path = url.partition("?")[0]
    return path.endswith((ROBOTS, TDMREP)) or _TERMS.search(path) is not None


def _add(found: Table, url: str, body: bytes) -> None:
    place = host_and_path(url)
    if place is None:
        return
    host, path = place
    if path == ROBOTS:
        if speaks(body):
            found.robots.setdefault(host, []).append(read_robots(body))
    elif path == TDMREP:
        if rules := _rules(body):
            found.tdm.setdefault(host, []).append(rules)
    elif b"<rsl" in body:
        found.terms[url] = body.decode("utf-8", "replace")


def _rules(body: bytes) -> list[dict[str, Any]]:
    """Return the rules of a tdmrep.json; what is none is passed over."""
    try:
        told = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return []
    rules = told if isinstance(told, list) else [told]
    return [r for r in rules[:MAX_RULES] if isinstance(r, dict) and isinstance(r.get("location"), str)]


def _reserved(rules: list[dict[str, Any]], path: str) -> Iterator[Claim]:
    """Yield what the first rule in sequence says that names a path, as TDMRep has it."""
    rule = next((rule for rule in rules if fits(rule["location"], path)), None)
    if rule is None:
        return
    for name in ("tdm-reservation", "tdm-policy"):
        value = rule.get(name)
        if isinstance(value, (int, str)) and not isinstance(value, bool):
            raw = f"{name}: {' '.join(str(value).split())}"[:MAX_WORDS]
            yield Claim(kind="usage_signal", raw=raw, locator=f"{TDMREP}#location={rule['location'][:200]}")


def _is_about(url: str, host: str, path: str) -> bool:
    """Tell whether terms for ``url``, an address or a path with robots.txt's signs, are about a page."""
    if "://" not in url:
        return fits(url, path)
    place = host_and_path(url)
    return place is not None and place[0] == host and fits(place[1], path)
