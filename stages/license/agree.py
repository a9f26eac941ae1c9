"""How two statements about the same thing go together: they agree, one refines the other, or they contradict.

Nothing here loosens: where two readings differ and neither explains the other, both hold (``AND``); where one is open
and the other is not, or the one laid down as text is stricter than the one declared, that is a contradiction.
"""

import re

from licet.schemas.license import CC, rank_of
from licet.stages.license.expression import All, Any, Leaf, Node, is_closed, joined, leaves, tier_of_node

_FAMILY_STEMS = {
    "PSF": ("PSF-", "Python-", "CNRI-Python"),
    "CC": ("CC-", "CC0-", "LicenseRef-CC-"),
    "GPL": ("GPL-",),
    "CeCILL": ("CECILL",),
    "OGL": ("OGL-",),
    "BSD": ("BSD-", "0BSD"),
    "MIT": ("MIT",),
}
_GNU = re.compile(r"(?P<kind>[AL]?GPL|GFDL)-(?P<version>\d\.\d)-(?P<reach>only|or-later)")
_GNU_VERSIONS = ("1.0", "1.1", "1.2", "1.3", "2.0", "2.1", "3.0")
# Families that say nothing by which a licence could be told from another.
NEUTRAL_FAMILIES = frozenset({"OSI", "DFSG"})


def in_family(key: str, family: str) -> bool:
    """Tell whether a licence is one of a family: BSD-3-Clause of ``BSD``."""
    return family in NEUTRAL_FAMILIES or key.startswith(_FAMILY_STEMS.get(family, (f"{family}-",)))


def stem(key: str) -> str:
    """Return an id without what its text cannot tell: ``-only`` or ``-or-later``."""
    return re.sub(r"-(?:only|or-later)$", "", key)


def reconciled(text: Node, said: Node, *, is_choice_believed: bool, is_said_of_same: bool = True) -> Node | None:
    """Return what holds when one statement is ``text`` and another ``said``; null when they contradict each other.

    ``text`` is what is laid down in files, or what was agreed on so far; ``said`` is a declaration or metadata.
    ``is_choice_believed`` tells whether an OR in ``said`` is good enough evidence for a choice between licences
    that are all laid down. ``is_said_of_same`` is false for a statement that may be about a part only.
    """
    text, said = _spelled_alike(text, said)
    if text == said:
        return text
    mine, theirs = {str(leaf) for leaf in leaves(text)}, {str(leaf) for leaf in leaves(said)}
    if mine == theirs:
        if is_choice_believed and (isinstance(said, Any) or isinstance(text, Any)):
            return said if isinstance(said, Any) else text
        return text if isinstance(text, All) else said
    if mine < theirs and isinstance(said, Any):
        return text
    if theirs < mine and isinstance(text, Any):
        return said
    if mine < theirs or theirs < mine:
        bigger = said if mine < theirs else text
        return bigger if is_closed(text) == is_closed(said) else None
    if is_closed(text) != is_closed(said):
        return None
    if is_said_of_same and rank_of(tier_of_node(said)) < rank_of(tier_of_node(text)):
        return None
    return without_versionless(joined(All, [text, said]))


def narrower(one: Leaf, other: Leaf) -> Leaf | None:
    """Return the one of two GNU licences of a kind that allows fewer versions; null where neither does.

    Both are said of the same work: ``GPL-2.0-or-later`` and ``GPL-3.0-or-later`` come to the latter.
    """
    first, second = _allowed(one), _allowed(other)
    if not first or not second:
        return None
    return one if first <= second else other if second <= first else None


def _allowed(leaf: Leaf) -> set[str]:
    """Return the GNU licences, by kind and version, that one allows to choose; empty for any other licence."""
    found = _GNU.fullmatch(leaf.id)
    if not found:
        return set()
    versions = [
        v for v in _GNU_VERSIONS if v == found["version"] or (v > found["version"] and found["reach"] != "only")
    ]
    return {f"{found['kind']} {version}" for version in versions}


def _spelled_alike(text: Node, said: Node) -> tuple[Node, Node]:
    """Give both the narrower or more exact spelling where one statement cannot know better.

    A text cannot say whether later versions may be chosen, so the one that says it is right.
    """
    later = {stem(leaf.id): leaf.id for leaf in leaves(said) if leaf.id.endswith("-or-later")}
    return _renamed(text, later), said


def _renamed(node: Node, later: dict[str, str]) -> Node:
    if isinstance(node, Leaf):
        if node.id.endswith("-only") and stem(node.id) in later:
            return Leaf(later[stem(node.id)], node.exception)
        return node
    return joined(type(node), [_renamed(branch, later) for branch in node.branches])


def without_versionless(node: Node) -> Node:
    """Drop from an AND a Creative Commons licence without a version where the same one has a version."""
    if not isinstance(node, All):
        return node
    found = {leaf: CC.fullmatch(leaf.id) for leaf in leaves(node)}
    versioned = {m["elements"] for m in found.values() if m and m["version"] != "unversioned"}
    kept = [
        b
        for b in node.branches
        if not (
            isinstance(b, Leaf) and (m := found.get(b)) and m["version"] == "unversioned" and m["elements"] in versioned
        )
    ]
    return joined(All, kept)
