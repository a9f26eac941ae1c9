"""What the licences of bundled components mean for a row of the project.

A licence file says of some components where they are: what is placed elsewhere, linked as a library, or only quoted
does not hold for the row. What lies at the row's own path does, beside the project's licence. What may be anywhere
holds too (``AND``), except where the publisher's own expression names the licences of the whole distribution and
the component's is known and not stricter.
"""

from licet.schemas.license import rank_of
from licet.stages.license.agree import stem
from licet.stages.license.expression import All, Node, is_closed, joined, leaves, ordered, parse, tier_of_node
from licet.stages.license.found import Found
from licet.stages.license.reasons import CONTRADICTORY, UNKNOWN_LICENSE
from licet.stages.license.statements import Statement

BUNDLED = "bundled"
STRICTER = "part_stricter"


def with_components(found: Found, components: list[Statement], said: list[Statement]) -> Found:
    """Return what holds for a row once components are looked at; flags tell what was set aside.

    ``bundled``: components were found that do not hold for the row; ``part_stricter``: one of them is stricter.
    """
    is_registered = any(s.claim.kind == "package_expression" and s.expression is not None for s in said)
    for statement in sorted(components, key=lambda s: s.order):
        if found.reason is not None:
            return found
        found = _with_component(found, statement, is_registered=is_registered)
    return found


def _with_component(found: Found, statement: Statement, *, is_registered: bool) -> Found:
    node = parse(statement.expression) if statement.expression else None
    if statement.place in ("placed", "linked", "referred"):
        return _set_aside(found, node)
    is_known = node is not None and tier_of_node(node) != "unknown"
    is_restricted = any(flag.startswith("restrictive_words") for flag in statement.flags)
    if not is_known and is_registered and statement.place == "anywhere" and not is_restricted:
        return _set_aside(found, node, "unidentified_text")
    if node is None:
        if "ignored" in statement.flags and statement.place == "anywhere" and not is_restricted:
            return found
        detail = (
            f"the licence of {statement.about or 'a part'} is not known and may hold here: {statement.claim.locator}"
        )
        return Found(reason=UNKNOWN_LICENSE, detail=detail, flags=found.flags)
    if found.node is None:
        return Found(node, flags=(*found.flags, BUNDLED))
    if is_closed(node) != is_closed(found.node):
        detail = f"{ordered(found.node)} against {ordered(node)} for {statement.about} in {statement.claim.locator}"
        return Found(reason=CONTRADICTORY, detail=detail, flags=found.flags)
    if _has_all(found.node, node):
        return found
    is_told = is_registered and statement.place == "anywhere"
    if is_told and rank_of(tier_of_node(node)) <= rank_of(tier_of_node(found.node)):
        return _set_aside(found, node)
    return Found(joined(All, [found.node, node]), flags=(*found.flags, BUNDLED))


def _has_all(whole: Node, part: Node) -> bool:
    """Tell whether an AND holds each licence of another tree already."""
    mine, theirs = (node.branches if isinstance(node, All) else (node,) for node in (whole, part))
    return all(branch in mine for branch in theirs)


def _set_aside(found: Found, node: Node | None, flag: str = BUNDLED) -> Found:
    flags = {*found.flags, flag, BUNDLED}
    if node is not None and found.node is not None:
        strict = {stem(leaf.id) for leaf in leaves(node)} - {stem(leaf.id) for leaf in leaves(found.node)}
        if strict and rank_of(tier_of_node(node)) > rank_of(tier_of_node(found.node)):
            flags.add(STRICTER)
    return Found(found.node, found.reason, found.detail, tuple(sorted(flags)))
