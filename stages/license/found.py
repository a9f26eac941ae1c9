"""What one level of statements comes to, before levels are put together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from licet.stages.license.agree import NEUTRAL_FAMILIES, without_versionless
from licet.stages.license.expression import All, Node, joined, ordered, parse
from licet.stages.license.reasons import FAMILY_ONLY, NO_LICENSE, UNKNOWN_LICENSE, UNPARSABLE_LICENSE
from licet.stages.license.statements import Statement


@dataclass(frozen=True)
class Found:
    """What one level of statements comes to: a tree, or a reason that ends the matter, or neither."""

    node: Node | None = None
    reason: str | None = None
    detail: str = ""
    flags: tuple[str, ...] = ()


def unread(statement: Statement) -> Found:
    """Return the reason for which a statement was not understood."""
    flags = set(statement.flags)
    reason = UNKNOWN_LICENSE
    if statement.family and statement.family not in NEUTRAL_FAMILIES:
        reason = FAMILY_ONLY
    elif "unparsable" in flags or "too_long" in flags:
        reason = UNPARSABLE_LICENSE
    elif flags & {"empty", "placeholder", "family_only"}:
        reason = NO_LICENSE
    said = statement.claim.locator if "\n" in statement.claim.raw else statement.claim.raw
    return Found(reason=reason, detail=f"{statement.claim.kind}: {said[:200]}")


def trees_of(statements: Iterable[Statement]) -> list[Node]:
    """Return the distinct trees of statements, in the order of their text."""
    trees = {s.expression: parse(s.expression) for s in statements if s.expression is not None}
    return [node for _, node in sorted(trees.items()) if node is not None]


def own_words(own: Sequence[Statement]) -> Found:
    """Return what a row says of itself: every statement holds, and one that is not understood ends the matter."""
    for statement in own:
        if statement.expression is None and "empty" not in statement.flags:
            return unread(statement)
    nodes = trees_of(own)
    return Found(without_versionless(joined(All, nodes))) if nodes else Found()


def told(nodes: list[Node]) -> str:
    """Return trees that contradict each other as words for the ledger."""
    return " against ".join(str(ordered(node)) for node in nodes)
