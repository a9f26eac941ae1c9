"""Marks that elements in the body of a page make: anchors, badges, RDFa and microdata, each with what it covers."""

import re
from dataclasses import dataclass, replace

from resiliparse.parse.html import HTMLTree
from resiliparse.parse.html.node import DocumentNode, ElementNode

from licet.schemas.evidence import ClaimKind
from licet.stages.license.cc import read_cc_url
from licet.stages.license.normalize import normalize
from licet.stages.license.page_names import ANY_NAME, differs, named
from licet.stages.license.page_scope import Place, attribute, place_of, shows_media
from licet.stages.license.page_words import (
    CLOSE,
    OPEN,
    Clause,
    clause_of,
    clauses,
    credits_somebody,
    is_pointer,
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
_CREDITS = re.compile(
    r"credit|source|reference|acknowledg|attribution|image|photo|picture|illustration|music|bildnachweis|quellen|"
    r"further|"
    r"related|also like|read (?:more|next)|more from|see also|elsewhere|latest|recent|popular|resources|"
    r"bibliograph|download|crédits|fuentes|fonti",
    re.IGNORECASE,
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


def linked(tree: HTMLTree, root: DocumentNode, page: str, own: frozenset[str]) -> list[Mark]:
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
        marks += _judged(node, stated, place, text, chr(0xE100 + number), root, own, declares=declares)
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
    for line in block.query_selector_all("br, li, p, div, h1, h2, h3, h4, table, ul")[:80]:
        _put(tree, line, "\n")
        _put(tree, line, "\n", after=True)
    return block.text or ""


def _near(tree: HTMLTree, body: ElementNode) -> str:
    """Return the text of a body without paragraphs, cut at its line breaks."""
    for line in body.query_selector_all("br, p, div, hr, table")[:400]:
        _put(tree, line, "\n")
    return body.text or ""


def _judged(
    node: ElementNode,
    stated: str,
    place: Place,
    text: str,
    sign: str,
    root: DocumentNode,
    own: frozenset[str],
    *,
    declares: bool,
) -> list[Mark]:
    here = text.find(OPEN + sign)
    near = text[max(0, here - MAX_BLOCK) : here + MAX_BLOCK]
    sentence, said, is_credit = _said(near, OPEN + sign, own | _attributed(place))
    name = f"{node.tag}[rel=license]" if declares else node.tag
    part = Mark(kind="html_text", raw=stated, locator=f"#{'body' if place.region != 'part' else 'part'} {name}")
    expression = normalize(stated).expression or ""
    if place.region == "part" or said.subject == "part" or said.is_foreign or _is_one_of_many(place, root):
        return [part]
    if is_credit and not (place.region == "footer" and said.subject == "text"):
        return [part]
    if restricts(re.sub("[\ue000-\ue1ff]", " ", sentence), expression):
        return [replace(part, is_taken_back=True)]
    is_told = said.subject == "text" and said.is_grant
    told_here = said.is_of_page or (is_told and place.region == "footer")
    if place.region == "aside" and not said.is_of_page and not (is_told and declares):
        return [part]
    is_headed = place.region == "body" and is_under_heading(place.block)
    is_bare = place.region == "body" and not told_here and not is_headed
    if is_bare and (not declares or shows_media(place.block) or is_under_credits(place.block)):
        return [part]
    locator = f"#footer {name}" if place.region == "footer" else f"#{name}"
    loose = place.region == "body" and not is_told and not is_headed
    mark = Mark(kind="html_anchor", raw=stated, locator=locator, is_told=is_told, is_loose=loose)
    other = differs(_label(node), expression)
    return [mark, replace(mark, raw=other)] if other else [mark]


def _said(text: str, sign: str, own: frozenset[str]) -> tuple[str, Clause, bool]:
    """Return the sentence that a mark is in, what it says, and whether it credits somebody without a verb."""
    sentences = clauses(text)
    number = next((n for n, s in enumerate(sentences) if sign in s), None)
    if number is None:
        return "", Clause("silent", False, False, False), False
    sentence = sentences[number]
    at = sentence.find(sign)
    said = clause_of(sentence, at)
    if is_pointer(sentence[:at]) and said.subject != "part" and number:
        told = [clause_of(s, match.start()) for s in sentences[number - 1 :: -1] if (match := ANY_NAME.search(s))]
        if told:
            return sentence, next((clause for clause in told if clause.is_of_page), told[0]), False
    lead = sentence[:at].rpartition(CLOSE)[2]
    tail = sentence[at:].partition(CLOSE)[2].split(OPEN)[0]
    if said.is_grant:
        return sentence, said, said.subject == "silent" and credits_somebody(lead, own)
    return sentence, said, credits_somebody(lead if said.subject == "text" else f"{lead} {tail}", own)


def _attributed(place: Place) -> frozenset[str]:
    """Return the words by which RDFa in the block names the work and whom to credit for it."""
    if place.block is None or place.block.tag == "body":
        return frozenset()
    named_so = place.block.query_selector_all(
        '[property*="attributionName" i], [property*="title" i], [rel*="attributionURL" i]'
    )
    return frozenset(word for node in named_so[:6] for word in re.findall(r"[^\W\d_]+", (node.text or "").lower()))


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


def is_under_credits(block: ElementNode | None) -> bool:
    """Tell whether the heading over a block or its list is one of credits, sources or the like."""
    current = block if block is not None and block.tag != "body" else None
    if current is not None and current.tag in ("li", "dd", "dt", "td"):
        current = current.closest("ul, ol, dl, table")
    for _ in range(4):
        current = current.previous_element_sibling if current is not None else None
        if current is not None and current.tag in ("h2", "h3", "h4", "h5", "h6"):
            return _CREDITS.search(current.text or "") is not None
    return False


def _without_listings(marks: list[Mark]) -> list[Mark]:
    """Return the marks, those that nothing but ``rel=license`` ties to the page as of parts where they form a list.

    A list are three of them, or fewer that disagree with each other or with the page's other marks.
    """
    loose = [m for m in marks if m.is_loose]
    every = {normalize(m.raw).expression for m in marks if m.kind == "html_anchor"}
    if len(loose) < 3 and len(every) < 2:
        return marks
    return [replace(m, kind="html_text", locator="#one of several rel=license") if m.is_loose else m for m in marks]
