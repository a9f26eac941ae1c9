"""Text of a page by blocks, without scripts, forms and quotations, and the blocks in which something is said."""

import re
from typing import NamedTuple

from resiliparse.parse.html.node import ElementNode

_DEPTH, _WIDTH, _MOST = 60, 200, 40
_HIDDEN = "script, style, template, noscript, textarea, select, pre, code, blockquote"
_SKIPPED = frozenset(_HIDDEN.split(", ")) | {"option", "svg", "head", "nav"}
_INLINE = re.compile(r"a|abbr|b|bdi|cite|em|font|i|ins|kbd|mark|small|span|strong|sub|sup|time|tt|u")


class Sought(NamedTuple):
    """A pattern, and words of which one is, in lower case, in whatever it matches: looking for those is much faster."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]

    def words_in(self, text: str) -> list[str]:
        """Return those of the words that a text has."""
        lowered = text.lower()
        words = [word for word in self.words if word.isascii()] if lowered.isascii() else self.words
        return [word for word in words if word in lowered]


def blocks_with(top: ElementNode, sought: Sought) -> list[ElementNode]:
    """Return the smallest blocks whose text, but for scripts and the like, has what is sought; some dozens at most."""
    words = sought.words_in(top.text or "")
    found: list[ElementNode] = []
    open_nodes = [(top, 0)] if words else []
    while open_nodes and len(found) < _MOST:
        node, depth = open_nodes.pop()
        children = [c for c in _children(node) if _has(c, words)] if depth < _DEPTH else []
        if children:
            open_nodes += [(child, depth + 1) for child in children]
        elif sought.pattern.search(text_of(node)):
            found.append(node)
    return _blocks(found)


def _has(node: ElementNode, words: list[str]) -> bool:
    lowered = (node.text or "").lower()
    return any(word in lowered for word in words)


def _children(node: ElementNode) -> list[ElementNode]:
    """Return the elements in an element that may hold text, of very many the first and the last."""
    # Sliced once: the parser's list makes all of its elements anew at each access by index.
    found = node.children[:]
    if len(found) > 2 * _WIDTH:
        found = [*found[:_WIDTH], *found[-_WIDTH:]]
    return [child for child in found if child.tag not in _SKIPPED]


def _blocks(nodes: list[ElementNode]) -> list[ElementNode]:
    """Return the paragraphs and the like that elements stand in, each once, in an order of their own."""
    found: list[ElementNode] = []
    for node in nodes:
        current = node
        while (
            _INLINE.fullmatch(current.tag or "")
            and current.parent_element is not None
            and current.parent_element.tag != "body"
        ):
            current = current.parent_element
        if current not in found:
            found.append(current)
    return found


def text_of(node: ElementNode, depth: int = 0) -> str:
    """Return an element's text without that of scripts and styles in it."""
    if depth > _DEPTH or node.query_selector(f"br, {_HIDDEN}") is None:
        return node.text or ""
    pieces: list[str] = []
    for child in node.child_nodes[:]:
        tag = getattr(child, "tag", None)
        if tag is None or not isinstance(child, ElementNode):
            pieces.append(getattr(child, "text", "") or "")
        elif tag == "br":
            pieces.append("\n")
        elif tag not in _SKIPPED:
            pieces.append(text_of(child, depth + 1))
    return "".join(pieces)
