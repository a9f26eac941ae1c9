"""Marks that elements in the body of a page make: anchors, badges, RDFa and microdata, each with what it covers."""

import re
from dataclasses import dataclass, replace

from resiliparse.parse.html import HTMLTree
from resiliparse.parse.html.node import DocumentNode, ElementNode

from licet.schemas.evidence import ClaimKind
from licet.stages.license.cc import read_cc_url
from licet.stages.license.normalize import normalize
from licet.stages.license.page_scope import Place, attribute, place_of, shows_media
from licet.stages.license.page_words import (
    ANY_NAME,
    CLOSE,
    OPEN,
    Clause,
    clause_of,
    clauses,
    differs,
    named,
    restricts,
)

MAX_MARKS = 64
MAX_BLOCK = 2_000
_DECLARES = re.compile(r"(?:^|[\s:#/])(?:licen[sc]e|copyright)(?:\s|$)", re.IGNORECASE)
# Narrow, because each element handed over by the parser costs more than finding it.
_ANCHORS = (
    'a[rel*="licen" i], a[rel~="copyright" i], a[property*="license" i], a[itemprop~="license" i],'
    ' a[href*="creativecommons.org" i], a[href*="licensebuttons.net" i], area[href*="creativecommons.org" i],'
    ' img[src*="creativecommons.org" i], img[src*="licensebuttons.net" i], [rel*="license" i][resource],'
    ' [property*="license" i][resource], span[property*="license" i],'
    ' div[property*="license" i], p[property*="license" i], span[itemprop~="license" i],'
    ' div[itemprop~="license" i], [itemprop~="license" i][content]'
)
_HEADING = re.compile(
    r"\W*(?:licen[sc]es?|licensing|copyright(?: and licen[sc]e)?|lizenz|licencia|licen[çc]a|licenza|licentie|"
    r"licencja|лицензия|rights(?: and permissions)?|open access|ライセンス|许可协议)\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A mark in the body; ``is_told`` when words beside it say that the text is licensed so."""

    kind: ClaimKind
    raw: str
    locator: str
    is_told: bool = False
    is_taken_back: bool = False
    """Words beside it forbid what the licence allows."""
    is_loose: bool = False
    """Nothing but ``rel=license`` says that it is of the page."""


def linked(tree: HTMLTree, root: DocumentNode, page: str) -> list[Mark]:
    """Return the marks of elements, after setting signs around them in the tree's text."""
    found = root.query_selector_all(_ANCHORS)
    nodes = list(found) if len(found) <= MAX_MARKS else [*found[: MAX_MARKS // 2], *found[-MAX_MARKS // 2 :]]
    read: list[tuple[ElementNode, str, bool]] = []
    for node in nodes:
        if node.tag in ("link", "meta") or (node.tag == "img" and _is_in_mark(node)):
            continue
        rel = " ".join(attribute(node, name) for name in ("rel", "property", "itemprop"))
        declares = _DECLARES.search(rel) is not None
        stated = _stated(node, declares=declares)
        if stated is None:
            continue
        _put(tree, node, OPEN + chr(0xE100 + len(read)))
        _put(tree, node, CLOSE, after=True)
        read.append((node, stated, declares))
    marks: list[Mark] = []
    texts: list[tuple[ElementNode | None, str]] = []
    for number, (node, stated, declares) in enumerate(read):
        place = place_of(node, page)
        text = next((t for block, t in texts if block == place.block), None)
        if text is None:
            text = _text(tree, place.block)
            texts.append((place.block, text))
        marks += _judged(node, stated, place, text, chr(0xE100 + number), root, declares=declares)
    return _without_listings(marks)


def _put(tree: HTMLTree, node: ElementNode, words: str, *, after: bool = False) -> None:
    """Set words before or after an element in the tree."""
    text = tree.create_text_node(words)
    if text is not None:
        (node.after if after else node.before)(text)


def _stated(node: ElementNode, *, declares: bool) -> str | None:
    """Return the licence that an element leads to or, where it declares one, names; null where it is none."""
    given = [attribute(node, name) for name in ("href", "src", "resource", "content")]
    for address in given:
        if address and (read_cc_url(address) or (declares and normalize(address).expression is not None)):
            return address.strip()
    if not declares:
        return None
    words = _label(node)
    if len(words) < 120 and normalize(words).expression is not None and ANY_NAME.search(words):
        return words
    ids = named(words)
    return ids[0] if len(ids) == 1 and len(words) < 200 else None


def _label(node: ElementNode) -> str:
    told = [
        node.text or "",
        *(attribute(i, "alt") for i in node.query_selector_all("img")[:3]),
        attribute(node, "title"),
    ]
    return next((" ".join(t.split()) for t in told if t.strip()), "")


def _is_in_mark(node: ElementNode) -> bool:
    """Tell whether a badge stands in an anchor that is a mark itself."""
    anchor = node.closest("a[href]")
    return anchor is not None and read_cc_url(attribute(anchor, "href")) is not None


def _text(tree: HTMLTree, block: ElementNode | None) -> str:
    if block is None or block.tag == "body":
        return _near(tree, block) if block is not None else ""
    for line in block.query_selector_all("br, li, p, div")[:80]:
        _put(tree, line, "\n")
    return block.text or ""


def _near(tree: HTMLTree, body: ElementNode) -> str:
    """Return the text of a body without paragraphs, cut at its line breaks."""
    for line in body.query_selector_all("br, p, div, hr, table")[:400]:
        _put(tree, line, "\n")
    return body.text or ""


def _judged(
    node: ElementNode, stated: str, place: Place, text: str, sign: str, root: DocumentNode, *, declares: bool
) -> list[Mark]:
    here = text.find(OPEN + sign)
    near = text[max(0, here - MAX_BLOCK) : here + MAX_BLOCK]
    sentence = next((s for s in clauses(near) if OPEN + sign in s), "")
    at = sentence.find(OPEN + sign)
    said = clause_of(sentence, at) if at >= 0 else Clause("silent", False, False, False)
    name = f"{node.tag}[rel=license]" if declares else node.tag
    part = Mark(kind="html_text", raw=stated, locator=f"#{'body' if place.region != 'part' else 'part'} {name}")
    expression = normalize(stated).expression or ""
    if place.region == "part" or said.subject == "part" or said.is_foreign or _is_one_of_many(place, root):
        return [part]
    if restricts(re.sub("[\ue000-\ue1ff]", " ", sentence), expression):
        return [replace(part, is_taken_back=True)]
    is_told = said.subject == "text" and said.is_grant
    told_here = said.is_of_page or (is_told and place.region == "footer")
    if place.region == "aside" and not said.is_of_page and not (is_told and declares):
        return [part]
    is_headed = place.region == "body" and is_under_heading(place.block)
    is_bare = place.region == "body" and not told_here and not is_headed
    if is_bare and (not declares or shows_media(place.block)):
        return [part]
    locator = f"#footer {name}" if place.region == "footer" else f"#{name}"
    loose = place.region == "body" and not is_told and not is_headed
    mark = Mark(kind="html_anchor", raw=stated, locator=locator, is_told=is_told, is_loose=loose)
    other = differs(_label(node), expression)
    return [mark, replace(mark, raw=other)] if other else [mark]


def _is_one_of_many(place: Place, root: DocumentNode) -> bool:
    """Tell whether a mark is in one of several articles side by side, and that is not the page's main one."""
    if place.article is None or place.article.query_selector("h1") is not None:
        return False
    return any(a != place.article and not a.contains(place.article) for a in root.query_selector_all("article")[:3])


def is_under_heading(block: ElementNode | None) -> bool:
    """Tell whether a heading such as *Licence* stands right before a block."""
    before = block.previous_element_sibling if block is not None and block.tag != "body" else None
    return (
        before is not None
        and before.tag in ("h2", "h3", "h4", "h5", "h6")
        and bool(_HEADING.fullmatch((before.text or "").strip()))
    )


def _without_listings(marks: list[Mark]) -> list[Mark]:
    """Return the marks, those that nothing but ``rel=license`` ties to the page as of parts where they form a list.

    A list are three of them, or fewer that disagree with each other or with the page's other marks.
    """
    loose = [m for m in marks if m.is_loose]
    every = {normalize(m.raw).expression for m in marks if m.kind == "html_anchor"}
    if len(loose) < 3 and len(every) < 2:
        return marks
    return [replace(m, kind="html_text", locator="#one of several rel=license") if m.is_loose else m for m in marks]
