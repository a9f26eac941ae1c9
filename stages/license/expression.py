"""SPDX expressions as trees: parsed strictly, rendered in one way."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeAlias

from license_expression import ExpressionError, LicenseSymbol, LicenseWithExceptionSymbol, Licensing
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.licenses._spdx import LICENSES as PACKAGING_LICENSES

from licet.schemas.license import CLOSED_TIERS, TIERS, bits_of, is_known, rank_of, spdx, tier_of


@dataclass(frozen=True)
class Leaf:
    """One licence, perhaps with an exception."""

    id: str
    exception: str | None = None

    def __str__(self) -> str:
        return f"{self.id} WITH {self.exception}" if self.exception else self.id


@dataclass(frozen=True)
class Any:
    """``OR``: one of the branches is enough, in the order written."""

    branches: tuple["Node", ...]

    def __str__(self) -> str:
        return " OR ".join(_nested(b) for b in self.branches)


@dataclass(frozen=True)
class All:
    """``AND``: every part holds."""

    branches: tuple["Node", ...]

    def __str__(self) -> str:
        return " AND ".join(_nested(b) for b in self.branches)


Node: TypeAlias = Leaf | Any | All

MAX_NESTED = 100
"""Brackets within brackets; trees are walked by recursion."""


def _nested(node: Node) -> str:
    return f"({node})" if isinstance(node, (Any, All)) else str(node)


def joined(kind: type[Any] | type[All], nodes: Iterable[Node]) -> Node:
    """Return nodes under one operator: flattened, without repetitions, in the order given."""
    flat: list[Node] = []
    for node in nodes:
        for part in node.branches if isinstance(node, kind) else (node,):
            if part not in flat:
                flat.append(part)
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


@cache
def _licensing() -> Licensing:
    return Licensing()


@lru_cache(maxsize=16_384)
def parse(expression: str) -> Node | None:
    """Return the tree of an SPDX expression; null when it is none, or names a licence or exception unknown to us."""
    if not _is_well_formed(expression):
        return None
    try:
        tree = _licensing().parse(expression)
    except (ExpressionError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None
    return _node(tree) if tree is not None else None


def _is_well_formed(expression: str) -> bool:
    """Tell whether names and operators alternate and brackets close: the library drops an operator at the end."""
    depth, is_open = 0, True
    for token in re.findall(r"[()]|[^\s()]+", expression):
        is_operator = token.upper() in ("AND", "OR", "WITH")
        if is_open != (token == "(" or not (is_operator or token == ")")):
            return False
        depth += (token == "(") - (token == ")")
        if not 0 <= depth <= MAX_NESTED:
            return False
        is_open = token == "(" or is_operator
    return depth == 0 and not is_open


def _node(tree: object) -> Node | None:
    if isinstance(tree, LicenseWithExceptionSymbol):
        key, exception = tree.license_symbol.key, tree.exception_symbol.key
        return Leaf(key, exception) if is_known(key) and exception in spdx()["exceptions"] else None
    if isinstance(tree, LicenseSymbol):
        return Leaf(tree.key) if is_known(tree.key) else None
    operator = getattr(tree, "operator", "").strip()
    branches = [_node(branch) for branch in getattr(tree, "args", ())]
    if operator not in ("OR", "AND") or not branches or any(b is None for b in branches):
        return None
    return joined(Any if operator == "OR" else All, [b for b in branches if b is not None])


def canonical(expression: str) -> str | None:
    """Return an expression in the one way we write it; null when it does not hold up.

    Where the ``packaging`` library knows all of its ids, it must find the expression valid too.
    """
    node = parse(expression)
    if node is None:
        return None
    written = str(node)
    if all(leaf.id.lower() in PACKAGING_LICENSES for leaf in leaves(node)):
        try:
            canonicalize_license_expression(written)
        except InvalidLicenseExpression:
            return None
    return written


def leaves(node: Node) -> list[Leaf]:
    """Return the licences of a tree in the order written."""
    if isinstance(node, Leaf):
        return [node]
    return [leaf for branch in node.branches for leaf in leaves(branch)]


def is_closed(node: Node) -> bool:
    """Tell whether a tree forbids what open licences allow: NC, ND or custom terms, in every branch of an OR."""
    if isinstance(node, Leaf):
        return tier_of(node.id) in CLOSED_TIERS
    branches = [is_closed(branch) for branch in node.branches]
    return all(branches) if isinstance(node, Any) else any(branches)


def tier_of_node(node: Node) -> str:
    """Return the tier of a tree: the least strict branch of an OR, the strictest part of an AND."""
    if isinstance(node, Leaf):
        return tier_of(node.id)
    ranks = [rank_of(tier_of_node(branch)) for branch in node.branches]
    return TIERS[min(ranks) if isinstance(node, Any) else max(ranks)]


def ordered(node: Node) -> Node:
    """Return a tree with its branches in one order, whoever wrote it: OR by freedom, AND by name.

    Freer means a less strict tier, then fewer conditions, then the name: ``MIT OR Apache-2.0``.
    """
    if isinstance(node, Leaf):
        return node
    branches = [ordered(branch) for branch in node.branches]
    if isinstance(node, All):
        return All(tuple(sorted(branches, key=lambda b: str(b).casefold())))

    def freedom(branch: Node) -> tuple[int, int, str]:
        conditions = max(bin(bits_of(leaf.id)).count("1") for leaf in leaves(branch))
        return rank_of(tier_of_node(branch)), conditions, str(branch).casefold()

    return Any(tuple(sorted(branches, key=freedom)))
