"""Licences in JSON-LD: of the page or of what it is part of, told from those of its pictures, data and comments."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from licet.stages.license.normalize import normalize
from licet.stages.license.page_scope import is_page, is_site

MAX_NODES = 256
MAX_DEPTH = 12

_KEYS = (
    "license",
    "schema:license",
    "cc:license",
    "dct:license",
    "dcterms:license",
    "dc:rights",
    "dcterms:rights",
    "http://schema.org/license",
    "https://schema.org/license",
    "http://purl.org/dc/terms/license",
    "http://creativecommons.org/ns#license",
)
# What a page is, by its type; a Book or Dataset has a page *about* it, which is not the book.
_PAGE_TYPES = re.compile(
    r"(?:(?:Web|About|Item|Profile|FAQ|QA|Contact|Medical|Checkout)Page|\w*Article|\w*Posting|CreativeWork|Chapter|"
    r"Course|LearningResource|Report|Thesis|HowTo|Recipe|Question|DefinedTerm|Guide|TechArticle|Legislation|Poem|"
    r"ShortStory|WebContent|TextDigitalDocument|DigitalDocument|Essay|Claim|Quiz|WebPageElement)"
)
_SITE_TYPES = re.compile(
    r"WebSite|Blog|CollectionPage|Collection|Periodical|PublicationIssue|PublicationVolume|Book|Wiki|"
    r"CreativeWorkSeries|BookSeries"
)
_WHOLE = frozenset({"mainentity", "mainentityofpage", "@graph", "subjectof"})
_CONTAINER = frozenset({"ispartof"})


@dataclass(frozen=True)
class Stated:
    """A licence that JSON-LD states: ``scope`` is ``page``, ``site`` or ``part``."""

    raw: str
    type: str
    scope: str


def licenses_in(text: str, page: str) -> list[Stated]:
    """Return the licences that a JSON-LD document states; none where it is no JSON.

    ``page`` is the page's canonical address, empty where that is not known: a node with another address is of a part.
    """
    try:
        found = json.loads(
            re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$", "", text), strict=False
        )
    except (ValueError, RecursionError):
        return []
    stated = []
    for number, (node, scope) in enumerate(_nodes(found, "page", 0)):
        if number >= MAX_NODES:
            break
        kinds = [str(t).rpartition("/")[2].rpartition("#")[2].rpartition(":")[2] for t in _listed(node.get("@type"))]
        stated += [Stated(raw, "/".join(kinds)[:40], _scope(node, kinds, scope, page)) for raw in _values(node)]
    if any(s.scope == "page" for s in stated):
        stated = [s for s in stated if s.scope != "site"]
    return stated


def _nodes(found: object, scope: str, depth: int) -> Iterator[tuple[dict[str, object], str]]:
    """Yield the objects of a document, each with what it would be of if it is a page at all."""
    if depth > MAX_DEPTH:
        return
    for node in _listed(found):
        if not isinstance(node, dict):
            continue
        yield node, scope
        for key, value in node.items():
            if not isinstance(value, dict | list) or key in _KEYS:
                continue
            name = key.lower().rpartition(":")[2]
            inner = scope if name in _WHOLE else "site" if name in _CONTAINER and scope == "page" else "part"
            yield from _nodes(value, inner, depth + 1)


def _scope(node: dict[str, object], kinds: list[str], scope: str, page: str) -> str:
    if scope == "part" or not kinds:
        return "part"
    if scope == "page" and all(_PAGE_TYPES.fullmatch(kind) for kind in kinds):
        address = node.get("url") or node.get("@id") or _address_of(node.get("mainEntityOfPage"))
        if not isinstance(address, str) or not page or is_page(address, page) or address.startswith(("#", "_:")):
            return "page"
        return "site" if is_site(address, page) else "part"
    if all(_SITE_TYPES.fullmatch(kind) or _PAGE_TYPES.fullmatch(kind) for kind in kinds):
        if scope == "page" and kinds == ["Book"]:
            return "part"
        address = node.get("url") or node.get("@id")
        is_far = isinstance(address, str) and address.startswith("http") and page and not is_site(address, page)
        return "part" if is_far and scope == "page" else "site"
    return "part"


def _address_of(value: object) -> object:
    return value.get("@id") if isinstance(value, dict) else value


def _values(node: dict[str, object]) -> Iterator[str]:
    """Yield the licences of one node, each by its address, else by its name."""
    for key in _KEYS:
        for value in _listed(node.get(key)):
            told = (
                [value.get(k) for k in ("@id", "url", "@value", "sameAs", "name")]
                if isinstance(value, dict)
                else [value]
            )
            words = [t for t in told if isinstance(t, str) and t.strip()]
            read = [t for t in words if normalize(t).expression is not None]
            if read or words:
                yield (read or words)[0]


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]
