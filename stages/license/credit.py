"""The credit that a row bears: whose licence asks for one, and how it ends."""

from licet.schemas.license import rank_of, url_of
from licet.stages.license.expression import All, Leaf, Node, parse


def needs_attribution(tier: str) -> bool:
    """Tell whether rows of a tier bear a credit: all whose licence demands at least to keep its notice."""
    return rank_of(tier) >= rank_of("permissive")


def credit_of(expression: str | None) -> str:
    """Return how an attribution ends that credits the licences of an expression; empty without one."""
    node = parse(expression or "")
    return f"licensed under {_with_addresses(node)}" if node is not None else ""


def _with_addresses(node: Node) -> str:
    """Return a tree in words, each licence with its address in brackets where it has one."""
    if isinstance(node, Leaf):
        url = url_of(node.id)
        return f"{node} ({url})" if url else str(node)
    word = " and " if isinstance(node, All) else " or "
    return word.join(_with_addresses(branch) for branch in node.branches)
