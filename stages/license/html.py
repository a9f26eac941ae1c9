"""Licence marks of a web page: what it says of itself, told apart from what it says of a photograph on it.

A mark counts for the page when HTML, its metadata or its place say so: a ``link`` or ``a`` with
``rel=license``, Dublin Core or JSON-LD in the head, a Creative Commons anchor in the footer. An anchor in the
running text, in a caption or beside the words "photo by" is about a part and is no evidence for the text.
``rel=license`` may also lead to terms that refuse (RSL does so), so only addresses that are licences count.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from resiliparse.parse.html import HTMLTree
from resiliparse.parse.html.node import DocumentNode, ElementNode

from licet.schemas.evidence import Claim, ClaimKind
from licet.stages.license.normalize import normalize

# Pages are cut here: what says something of the whole stands at the beginning or, on pages of any usual size, before.
MAX_BYTES = 4_000_000
MAX_MARKS = 64

_WORTH_PARSING = re.compile(
    rb"creativecommons\.org|licensebuttons\.net|rel\s*=\s*[\"']?[^\"'<>]{0,80}\blicense\b|[\"']license[\"']|"
    rb"(?:cc|dct|dcterms|schema|xhv):license|dc(?:terms)?[.:](?:rights|license)|itemprop=[\"']?license"
)
_HINTS = (b"license", b"creativecommons.org", b"dc.rights", b"dcterms.rights", b"dc:rights", b"dcterms:rights")
_CC = re.compile(r"^\s*(?:https?:)?//(?:www\.|i\.)?(?:creativecommons\.org|licensebuttons\.net)/", re.IGNORECASE)
_META = re.compile(r"(?:dc|dcterms)[.:](?:rights|license)|(?:cc|dct|dcterms|xhv|schema):license|license", re.IGNORECASE)
_RDFA = re.compile(r"(?:^|\s)(?:(?:cc|dct|dcterms|xhv|schema):)?license(?:\s|$)", re.IGNORECASE)
_FOOTER = re.compile(r"foot|copyright|licen[sc]e|legal|colophon|site-?info|rights", re.IGNORECASE)
_PART = re.compile(
    r"caption|credit|photo|image|media|figure|thumb|gallery|comment|embed|video|attachment|sidebar|related|card",
    re.IGNORECASE,
)
_PART_TAGS = frozenset(
    {"figure", "figcaption", "aside", "blockquote", "picture", "video", "audio", "table", "pre", "code"}
)
_OF_A_PART = re.compile(
    r"\b(?:photo(?:graph)?s?|images?|pictures?|icons?|illustrations?|artwork|graphics?|logos?|fonts?|themes?|templates?|"
    r"designs?|maps?|videos?|music|audio|sounds?|data|source code|code|wordpress)\b",
    re.IGNORECASE,
)
_OF_THE_TEXT = re.compile(
    r"\b(?:content|contents|text|texts|texto|texte|site|website|web ?site|page|pages|work|works|article|articles|post|"
    r"posts|blog|wiki|book|books|material|materials|otherwise|document|course|lesson|paper)\b",
    re.IGNORECASE,
)
_PAGE_TYPES = re.compile(
    r"WebPage|WebSite|Article|BlogPosting|Blog|CreativeWork|Book|Chapter|Course|LearningResource|TechArticle|Report|"
    r"Thesis|Dataset|Collection(?:Page)?|AboutPage|ItemPage|ProfilePage|FAQPage|QAPage|NewsArticle|ScholarlyArticle",
)
# Narrow, because each element handed over by the parser costs more than finding it.
_ANCHORS = (
    'a[rel*="license" i][href], a[property*="license" i][href], a[itemprop="license" i][href],'
    ' a[href*="creativecommons.org" i], a[href*="licensebuttons.net" i]'
)
_BADGES = 'img[src*="creativecommons.org" i], img[src*="licensebuttons.net" i]'
_BLOCKS = frozenset({"p", "div", "li", "td", "section", "footer", "small", "address", "dd"})


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a page says: claims about its licence, and whom and what to credit."""

    claims: tuple[Claim, ...] = ()
    title: str | None = None
    author: str | None = None


NO_MARKS = Page()


@lru_cache(maxsize=64)
def read_page(markup: bytes) -> Page:
    """Return the licence marks of an HTML page; `NO_MARKS` for most pages, which are not even parsed."""
    markup = markup[:MAX_BYTES]
    lowered = markup.lower()
    if not any(hint in lowered for hint in _HINTS) or not _WORTH_PARSING.search(lowered):
        return NO_MARKS
    tree = HTMLTree.parse(markup.decode("utf-8", errors="replace"))
    root = tree.document
    if root is None:
        return NO_MARKS
    claims = {c for c in (*_head(root), *_json_ld(root), *_body(root)) if normalize(c.raw).expression is not None}
    if not claims:
        return NO_MARKS
    title = " ".join((tree.title or "").split())[:300] or None
    return Page(claims=tuple(sorted(claims, key=_order)), title=title, author=_author(root))


def _order(claim: Claim) -> tuple[str, str, str]:
    return claim.kind, claim.locator, claim.raw


def _claim(kind: ClaimKind, raw: str, locator: str) -> Claim:
    return Claim(kind=kind, raw=raw.strip()[:1000], locator=locator)


def _head(root: DocumentNode) -> Iterator[Claim]:
    """Yield the marks of ``link`` and ``meta``."""
    for node in _some(root, 'link[rel~="license" i][href]'):
        kind: ClaimKind = "html_link" if _is_under(node, "head") else "html_anchor"
        yield _claim(kind, _attribute(node, "href"), "#link[rel=license]")
    for node in _some(root, 'meta[name*="license" i], meta[name*="rights" i], meta[property*="license" i]'):
        name = _attribute(node, "name") or _attribute(node, "property")
        if _META.fullmatch(name.strip()):
            yield _claim("html_metadata", _attribute(node, "content"), f"#meta[{name.strip().lower()}]")


def _json_ld(root: DocumentNode) -> Iterator[Claim]:
    """Yield the ``license`` of each JSON-LD node; those of images and the like are of parts."""
    for script in _some(root, 'script[type="application/ld+json"]'):
        try:
            found = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for number, node in enumerate(_json_nodes(found)):
            if number > MAX_MARKS:
                break
            kind: ClaimKind = "html_metadata" if _PAGE_TYPES.search(str(node.get("@type"))) else "html_text"
            given = node.get("license")
            for value in given if isinstance(given, list) else [given]:
                stated = value.get("@id") or value.get("url") if isinstance(value, dict) else value
                if isinstance(stated, str):
                    yield _claim(kind, stated, f"#json-ld/{str(node.get('@type'))[:40]}/license")


def _json_nodes(found: object) -> Iterator[dict[str, object]]:
    """Yield the objects of a JSON-LD document: the top ones and those of its graph."""
    for node in found if isinstance(found, list) else [found]:
        if isinstance(node, dict):
            yield node
            graph = node.get("@graph")
            yield from (n for n in graph if isinstance(n, dict)) if isinstance(graph, list) else ()


def _body(root: DocumentNode) -> Iterator[Claim]:
    """Yield the marks of anchors, badges, RDFa and microdata."""
    own: list[Claim] = []
    for node in _some(root, _ANCHORS):
        href = _attribute(node, "href")
        rel = f"{_attribute(node, 'rel')} {_attribute(node, 'property')} {_attribute(node, 'itemprop')}"
        is_license = _RDFA.search(rel) is not None
        if not is_license and not _CC.match(href):
            continue
        place = _place(node)
        if place != "part" and is_license:
            own.append(_claim("html_anchor", href, "#a[rel=license]"))
        elif place == "footer":
            yield _claim("html_anchor", href, "#footer a")
        else:
            yield _claim("html_text", href, "#body a")
    if len({normalize(c.raw).expression for c in own}) > 1:
        own = [_claim("html_text", c.raw, "#one of several a[rel=license]") for c in own]
    yield from own
    for node in _some(root, _BADGES):
        if _CC.match(_attribute(node, "src")) and not _is_under(node, "a"):
            kind: ClaimKind = "html_anchor" if _place(node) == "footer" else "html_text"
            yield _claim(kind, _attribute(node, "src"), "#img")
    for node in _some(root, '[property*="license" i][resource], span[property*="license" i][content]'):
        if _RDFA.search(_attribute(node, "property")):
            stated = _attribute(node, "resource") or _attribute(node, "content")
            yield _claim("html_text" if _place(node) == "part" else "html_anchor", stated, "#rdfa")


def _place(node: ElementNode) -> str:
    """Return where a mark stands and hence what it covers: ``footer`` or ``body`` for the page, ``part`` for less."""
    place, block = "body", None
    current: ElementNode | None = node
    for _ in range(40):
        if current is None or current.tag in ("body", "html", None):
            break
        names = f"{_attribute(current, 'id')} {_attribute(current, 'class')}"
        if current.tag in _PART_TAGS or _attribute(current, "about").startswith("http"):
            return "part"
        if current is not node and block is None and current.tag in _BLOCKS:
            block = current
        if current.tag == "footer" or _FOOTER.search(names):
            place = "footer"
        elif place != "footer" and _PART.search(names):
            return "part"
        current = current.parent_element
    around = " ".join((block.text or "").split())[:400] if block is not None else ""
    return "part" if _OF_A_PART.search(around) and not _OF_THE_TEXT.search(around) else place


def _author(root: DocumentNode) -> str | None:
    """Return whom the page names as its author."""
    for selector, attribute in (
        ('[property="cc:attributionName"]', ""),
        ('meta[name="author"]', "content"),
        ('meta[name="dc.creator"]', "content"),
    ):
        for node in _some(root, selector):
            named = " ".join((_attribute(node, attribute) if attribute else node.text or "").split())[:120]
            if named:
                return named
    return None


def _is_under(node: ElementNode, tag: str) -> bool:
    current = node.parent_element
    for _ in range(40):
        if current is None:
            return False
        if current.tag == tag:
            return True
        current = current.parent_element
    return False


def _attribute(node: ElementNode, name: str) -> str:
    return node.getattr(name) or ""


def _some(root: DocumentNode, selector: str) -> list[ElementNode]:
    """Return the first elements that a selector matches."""
    # Sliced once: the parser's list makes all of its elements anew at each access by index.
    return list(root.query_selector_all(selector)[:MAX_MARKS])
