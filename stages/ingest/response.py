"""What the headers of an HTTP response say of the licence of its page, and of its use.

``Link: <...>; rel="license"`` (RFC 8288) is a claim on the licence, as ``link`` in the page's head is.
``X-Robots-Tag``, ``Content-Usage`` (IETF aipref drafts), ``Content-Signal``, ``tdm-reservation`` and ``tdm-policy``
(TDMRep) are signals on use, kept word for word; what they mean is read in the licence stage. Equal headers make equal
claims, without the record they came with, so that the pages of a server share one evidence set; a row's own locator
names its record.
"""

import re
from collections.abc import Iterable, Iterator

from licet.schemas.evidence import Claim

MAX_WORDS = 1000
MAX_CLAIMS = 32
SIGNALS = frozenset({"content-usage", "content-signal", "tdm-reservation", "tdm-policy"})
_ROBOTS = re.compile(r"(?<![\w-])(?:noai|noml|noimageai)(?![\w-])", re.IGNORECASE)
_LINK = re.compile(r"<(?P<url>[^<>]*)>(?P<rest>(?:\s*;\s*[\w*!#$&+.^`|~-]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s\",;]+))?)*)")
_PARAMETER = re.compile(r";\s*(?P<name>[\w*-]+)\s*=\s*(?:\"(?P<quoted>[^\"]*)\"|(?P<bare>[^\s\",;]+))")


def header_claims(headers: Iterable[tuple[str, str]]) -> tuple[Claim, ...]:
    """Return the usage signals among response headers, and the licences that ``Link`` headers lead to."""
    found: set[Claim] = set()
    for name, value in headers:
        key = name.strip().lower()
        if key in SIGNALS or (key == "x-robots-tag" and _ROBOTS.search(value)):
            found.add(_signal(f"{key}: {' '.join(value.split())}", f"#header[{key}]"))
        elif key == "link" and "license" in value.lower():
            found.update(_linked(" ".join(value.split())))
    return tuple(sorted(found, key=lambda claim: (claim.kind, claim.locator, claim.raw))[:MAX_CLAIMS])


def _linked(value: str) -> Iterator[Claim]:
    """Yield what the links with ``rel=license`` in one header lead to: a licence of the page, or RSL terms."""
    for match in _LINK.finditer(value):
        told = {m["name"].lower(): m["quoted"] or m["bare"] or "" for m in _PARAMETER.finditer(match["rest"])}
        address = match["url"].strip()
        if "license" not in told.get("rel", "").lower().split() or told.get("anchor", "").strip() or not address:
            continue
        if "rsl+xml" in told.get("type", "").lower():
            yield _signal(f"rsl: {address}", "#header[link]")
        else:
            yield Claim(kind="html_link", raw=address[:MAX_WORDS], locator="#header[link]")


def _signal(words: str, locator: str) -> Claim:
    return Claim(kind="usage_signal", raw=words[:MAX_WORDS], locator=locator)
