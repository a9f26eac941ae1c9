"""Where a mark stands on a page, and hence how much of it the mark covers.

Captions, comments, related posts, galleries and quotations are parts whatever is said in them; sidebars, cards and
tables are parts unless it is said that the site or its content is licensed. A container of the page's main heading is
no part, however it is called: themes name whole layouts after their images and sidebars.
"""

import re
from typing import Literal, NamedTuple

from resiliparse.parse.html.node import DocumentNode, ElementNode

Region = Literal["part", "aside", "footer", "body"]


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_PART_TAGS = _set(
    """
    figure figcaption blockquote pre code picture video audio svg noscript iframe object select option textarea
    button label q cite del s
    """
)
_ASIDE_TAGS = _set("aside table form nav")
_PART_NAMES = _set(
    """
    caption captions wp-caption photo photos photograph photographs photographer image images img imgs picture
    pictures figure figures thumbnail thumbnails gallery galleries lightbox carousel slideshow slider comment
    comments commentlist disqus thread giscus utterances discussion reply replies respond embed embedded oembed
    video videos audio player podcast attachment attachments related recommended recommendations recirculation
    teaser teasers quote quotes blockquote snippet snippets codehilite sourcecode preview avatar infobox tweet
    testimonial advert ad ads
    """
)
_ASIDE_NAMES = _set(
    """
    sidebar sidebars aside widget widgets card cards media thumb credit credits attribution byline tile tiles
    result results listing item-list excerpt popup modal tooltip dropdown hero
    """
)
_FOOTER_NAMES = _set(
    """
    foot footer footers footnote colophon siteinfo copyright copyrights copy license licence licenses licensing
    licencing legal legals rights imprint impressum cc creativecommons contentinfo disclaimer lizenz licencia
    licenca bottom credit-footer sitefooter pagefooter permissions oa openaccess
    """
)
_FOOTER_PREFIXES = ("footer", "copyright", "licens", "licenc", "creativecommons", "colophon", "siteinfo")
_NOT_A_NAME = _set("with has no without have hide show is")
_WORD = re.compile(r"[a-z]+|[A-Z][a-z]+|[A-Z]+(?![a-z])")
_MEDIA_TYPES = re.compile(
    r"(?:Image|Video|Audio|Media|Music|3DModel|Photograph|Painting|Comment|Dataset|DataCatalog|Software|Product|"
    r"Person|Review|StillImage|MovingImage|Sound|VisualArtwork|Clip|Movie|Song|Recording)\w*",
)
_MEDIA_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|svg|webp|tiff?|mp[34]|ogg|webm|avi|mov|wav|flac|pdf|zip|stl|csv)(?:[?#]|$)", re.I
)
_MEDIA_HOST = re.compile(
    r"//(?:[\w-]+\.)*(?:flickr\.com|staticflickr\.com|flic\.kr|commons\.wikimedia\.org|upload\.wikimedia\.org|"
    r"unsplash\.com|"
    r"pixabay\.com|pexels\.com|500px\.com|deviantart\.com|youtube\.com|youtu\.be|vimeo\.com|soundcloud\.com|"
    r"freesound\.org|"
    r"openclipart\.org|thenounproject\.com|flaticon\.com|fontawesome\.com|openstreetmap\.org|html5up\.net|"
    r"colorlib\.com|"
    r"giphy\.com|geograph\.org\.uk|europeana\.eu|sketchfab\.com|thingiverse\.com|instagram\.com)(?:[/:?]|$)",
    re.IGNORECASE,
)
_HEIGHT = 60


class Place(NamedTuple):
    """Where a mark stands; ``block`` is the paragraph, cell or the like that it stands in."""

    region: Region
    block: ElementNode | None
    article: ElementNode | None


_BLOCKS = _set(
    """
    p div li td th section footer small address dd dt center header article main h1 h2 h3 h4 h5 h6 aside body
    figcaption caption blockquote form fieldset details summary dl ul ol
    """
)


def attribute(node: ElementNode, name: str) -> str:
    """Return the value of an attribute, empty where there is none."""
    return node.getattr(name) or ""


def place_of(node: ElementNode, page: str) -> Place:
    """Return where a mark stands on the page with a canonical address, which may be empty."""
    region: Region = "body"
    block: ElementNode | None = None
    article: ElementNode | None = None
    is_named = False
    current: ElementNode | None = node
    for _ in range(_HEIGHT):
        if current is None or current.tag in ("html", None):
            break
        if block is None and current is not node and current.tag in _BLOCKS:
            block = current
        if current.tag == "body":
            break
        names = names_of(current)
        if current.tag in _PART_TAGS or _is_about_another(current, node, page):
            return Place("part", block, article)
        if current.tag == "article" and article is None:
            article = current
        is_footer = current.tag == "footer" or _is_footer(names) or attribute(current, "role").lower() == "contentinfo"
        if names & _PART_NAMES and not _is_frame(current):
            return Place("part", block, article)
        if (names & _ASIDE_NAMES or current.tag in _ASIDE_TAGS) and not is_named and not _is_frame(current):
            if region != "footer" or current.tag != "table":
                region = "aside"
        elif is_footer and not (current.tag != "footer" and _is_frame(current)) and region != "aside":
            region = "footer"
            is_named = is_named or current.tag == "footer"
        current = current.parent_element
    else:
        return Place("part", block, article)
    return Place(region, block, article)


def names_of(node: ElementNode) -> set[str]:
    """Return the words that an element's id and classes are made of, without those that say it *has* something."""
    text = f"{attribute(node, 'id')} {attribute(node, 'class')}"
    if not text.strip():
        return set()
    found: set[str] = set()
    for name in text.split():
        words = [word.lower() for word in _WORD.findall(name)]
        if not words or words[0] in _NOT_A_NAME or any(word in _NOT_A_NAME for word in words):
            continue
        found.update(words)
        found.add(name.lower())
    return found


def _is_footer(names: set[str]) -> bool:
    return bool(names & _FOOTER_NAMES) or any(name.startswith(_FOOTER_PREFIXES) for name in names)


def _is_frame(node: ElementNode) -> bool:
    """Tell whether an element holds the page's main heading or text, and so is the page's frame."""
    return node.tag not in ("a", "img", "span", "li", "p") and node.query_selector("h1, main") is not None


def _is_about_another(current: ElementNode, node: ElementNode, page: str) -> bool:
    """Tell whether RDFa or microdata say that what stands in an element is about something else than the page."""
    about = attribute(current, "about")
    if not about and current is not node and attribute(current, "typeof"):
        about = attribute(current, "resource")
    if about and not is_page(about, page):
        return True
    types = f"{attribute(current, 'typeof')} {attribute(current, 'itemtype')}"
    if types.strip() and any(_MEDIA_TYPES.fullmatch(t) for t in re.split(r"[\s/:#]+", types)):
        return True
    nested = current.hasattr("itemscope") and attribute(current, "itemprop")
    return bool(nested) and not re.search(r"mainEntity|articleBody|text|license|publisher|author|creator", nested or "")


def is_page(address: str, page: str) -> bool:
    """Tell whether an address may be the page's own: empty, a fragment, or its canonical address."""
    address = address.strip().strip("[]")
    if _MEDIA_FILE.search(address) or _MEDIA_HOST.search(address):
        return False
    mine, its = bare(page), bare(address)
    if not its or address.startswith(("#", "_:")) or its in (".", "./"):
        return True
    if re.match(r"(?:https?:)?//", address, re.IGNORECASE):
        return bool(mine) and mine == its
    return not mine or mine.partition("/")[2] == its.strip("/") or not address.startswith("/")


def is_site(address: str, page: str) -> bool:
    """Tell whether an address is the start of the site or of the section that the page is in."""
    return bool(bare(page)) and bool(bare(address)) and bare(page).startswith(bare(address))


def bare(address: str) -> str:
    """Return an address without scheme, ``www``, query, fragment and final slash."""
    found = re.sub(r"^(?:https?:)?//(?:www\.)?", "", address.strip(), flags=re.IGNORECASE)
    return re.split(r"[?#]", found)[0].rstrip("/").lower()


def shows_media(block: ElementNode | None) -> bool:
    """Tell whether a block, or what stands right before it, shows or links a picture or film and no badge."""
    if block is None or block.tag == "body":
        return False
    before = block.previous_element_sibling
    for node in (block, before):
        if node is None or (node is before and node.tag in ("main", "article", "section", "header", "footer")):
            continue
        if node.tag in ("figure", "picture", "video", "iframe"):
            return True
        pictures = [node] if node.tag == "img" else list(node.query_selector_all("img, video, iframe, picture")[:5])
        if node is before and len((node.text or "").split()) > 25:
            continue
        if any(not _is_badge(picture) for picture in pictures):
            return True
    return any(_MEDIA_HOST.search(attribute(a, "href")) for a in block.query_selector_all("a[href]")[:12])


def _is_badge(node: ElementNode) -> bool:
    told = " ".join(attribute(node, name) for name in ("src", "alt", "class", "title", "id"))
    return (
        node.tag == "img"
        and re.search(
            r"creative.?commons|licensebuttons|licen[sc]e|(?:^|[/_\s-])cc[-_./\s0]|by-(?:nc|sa|nd)|cc-?by|88x31|"
            r"80x15|logo",
            told,
            re.I,
        )
        is not None
    )


def canonical(root: DocumentNode) -> str:
    """Return the address that the page gives itself; empty where it gives none."""
    for selector, name in (('link[rel~="canonical" i][href]', "href"), ('meta[property="og:url" i]', "content")):
        node = root.query_selector(selector)
        if node is not None and attribute(node, name).strip():
            return attribute(node, name)
    return ""
