"""Licence marks of a web page: what it says of itself, told apart from what it says of a photograph on it.

A mark is an address or name of a licence in a ``link``, an anchor, RDFa, microdata, JSON-LD, Dublin Core, a badge, or
a sentence. It counts for the page when machine-readable markup or its place says so and no word near it says
otherwise; else it is about a part and no evidence for the text. ``rel=license`` may also lead to terms that refuse
(RSL does so), so only addresses that are licences count. Where the page stands is judged in `page_scope`, what is
said around a mark in `page_words`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from resiliparse.parse.html import HTMLTree
from resiliparse.parse.html.node import DocumentNode, ElementNode

from licet.schemas.evidence import Claim, ClaimKind
from licet.stages.license.normalize import normalize
from licet.stages.license.page_anchors import linked
from licet.stages.license.page_json import licenses_in
from licet.stages.license.page_names import named
from licet.stages.license.page_reserved import against
from licet.stages.license.page_scope import attribute, canonical, place_of
from licet.stages.license.page_sentences import in_words
from licet.stages.license.page_words import CLOSE, OPEN, restricts

# Pages are cut here: what says something of the whole stands at the beginning or, on pages of any usual size, before.
MAX_BYTES = 4_000_000
MAX_MARKS = 64

_META = re.compile(
    r"(?:dc|dcterms)[.:](?:rights|license)(?:\.\w+)?|(?:cc|dct|dcterms|xhv|schema|dc):(?:license|rights)|licen[sc]e|"
    r"copyright|rights|.*[#/]license",
    re.IGNORECASE,
)
_MEDIA_PAGE = re.compile(r"(?:video|music|.*photo|.*image)\b", re.IGNORECASE)
_METADATA = (
    'meta[name*="licen" i], meta[name*="rights" i], meta[name="copyright" i], meta[property*="license" i],'
    ' meta[property*="rights" i], meta[itemprop~="license" i], link[rel~="license" i][href],'
    ' link[rel~="copyright" i][href], link[rel*=":license" i][href], link[property*="license" i][href],'
    ' link[itemprop~="license" i][href]'
)


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a page says: claims about its licence, and whom and what to credit."""

    claims: tuple[Claim, ...] = ()
    title: str | None = None
    author: str | None = None


NO_MARKS = Page()


def read_page(markup: bytes) -> Page:
    """Return the licence marks of an HTML page, `NO_MARKS` where it has none.

    Parses the page; for many pages, ask `page_scan` first for which it is worth it.
    """
    # The signs that are set around marks must not be in the page already.
    text = markup[:MAX_BYTES].decode("utf-8", errors="replace").replace(OPEN, " ").replace(CLOSE, " ")
    tree = HTMLTree.parse(text)
    root = tree.document
    if root is None:
        return NO_MARKS
    claims = {c for c in _marks(tree, root) if normalize(c.raw).expression is not None}
    if not claims:
        return NO_MARKS
    title = " ".join((tree.title or "").split())[:300] or None
    return Page(claims=tuple(sorted(claims, key=_order)), title=title, author=_author(root))


def _order(claim: Claim) -> tuple[str, str, str]:
    return claim.kind, claim.locator, claim.raw


def claim(kind: ClaimKind, raw: str, locator: str) -> Claim:
    """Return a claim of a page, its words cut to 1,000 characters."""
    return Claim(kind=kind, raw=raw.strip()[:1000], locator=locator)


def _marks(tree: HTMLTree, root: DocumentNode) -> list[Claim]:
    """Return all marks; those of a page that is about a film or a photograph are of that."""
    page = canonical(root)
    found = [claim(*told) for told in (*_head(root, page), *_json_ld(root, page))]
    own = _own_words(tree, root)
    anchors = linked(tree, root, page, own)
    words = in_words(tree.body, page, own) if tree.body is not None else []
    found += [claim(m.kind, m.raw, m.locator) for m in (*anchors, *words)]
    of_page = [c for c in found if c.kind != "html_text" and normalize(c.raw).expression is not None]
    if not of_page:
        return found
    is_taken_back = any(m.is_taken_back for m in (*anchors, *words))
    if is_taken_back or (_is_of_media(root) and not any(m.is_told for m in (*anchors, *words))):
        why = "taken back" if is_taken_back else "of a media page"
        return [c if c.kind == "html_text" else claim("html_text", c.raw, f"{c.locator} {why}") for c in found]
    is_told = any(m.is_told and m.kind != "html_text" for m in (*anchors, *words))
    return found + [claim("html_anchor", raw, locator) for raw, locator in against(tree.body, page, is_told=is_told)]


def _head(root: DocumentNode, page: str) -> Iterator[tuple[ClaimKind, str, str]]:
    """Yield the marks of ``link`` and ``meta``."""
    for node in some(root, _METADATA):
        is_part = place_of(node, page).region == "part"
        if node.tag == "link":
            kind: ClaimKind = "html_link" if _is_under(node, "head") else "html_anchor"
            if re.search(r"rsl\+xml", attribute(node, "type"), re.IGNORECASE):
                continue
            yield "html_text" if is_part else kind, attribute(node, "href"), "#link[rel=license]"
            continue
        name = (attribute(node, "name") or attribute(node, "property") or attribute(node, "itemprop")).strip()
        content = attribute(node, "content")
        if not _META.fullmatch(name):
            continue
        kind = "html_text" if is_part else "html_metadata"
        if normalize(content).expression is not None:
            yield kind, content, f"#meta[{name.lower()}]"
        else:
            for key in named(content):
                yield "html_text" if restricts(content, key) else kind, key, f"#meta[{name.lower()}]"


def _json_ld(root: DocumentNode, page: str) -> Iterator[tuple[ClaimKind, str, str]]:
    """Yield the licences that JSON-LD states."""
    for script in some(root, 'script[type*="ld+json" i]'):
        for stated in licenses_in(script.text or "", page):
            kinds: dict[str, ClaimKind] = {"page": "html_metadata", "site": "html_anchor", "part": "html_text"}
            yield kinds[stated.scope], stated.raw, f"#json-ld/{stated.type}/license"


def _own_words(tree: HTMLTree, root: DocumentNode) -> frozenset[str]:
    """Return the words of the page's title, heading, author and site."""
    nodes = root.query_selector_all('h1, meta[name="author" i], meta[property="og:site_name" i]')[:6]
    told = [tree.title or "", *(attribute(n, "content") if n.tag == "meta" else n.text or "" for n in nodes)]
    return frozenset(re.findall(r"[^\W\d_]+", " ".join(told).lower()))


def _is_of_media(root: DocumentNode) -> bool:
    node = root.query_selector('meta[property="og:type" i]')
    return node is not None and _MEDIA_PAGE.match(attribute(node, "content").strip()) is not None


def _author(root: DocumentNode) -> str | None:
    """Return whom the page names as its author."""
    for selector, name in (
        ('[property="cc:attributionName"]', ""),
        ('meta[name="author"]', "content"),
        ('meta[name="dc.creator"]', "content"),
    ):
        for node in some(root, selector):
            named_so = " ".join((attribute(node, name) if name else node.text or "").split())
            author = re.sub("[\ue000-\uf8ff]", "", named_so)[:120]
            if author:
                return author
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


def some(root: DocumentNode, selector: str) -> list[ElementNode]:
    """Return the first and the last elements that a selector matches, `MAX_MARKS` in all."""
    # Sliced, because the parser's list makes all of its elements anew at each access by index.
    found = root.query_selector_all(selector)
    if len(found) <= MAX_MARKS:
        return list(found)
    return [*found[: MAX_MARKS // 2], *found[-MAX_MARKS // 2 :]]
