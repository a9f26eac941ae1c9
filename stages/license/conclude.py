"""From a set of claims to one conclusion: which licence holds, on which grade, or why none can be told.

Claims are read one by one (`statements`), then put together from the general to the specific:

    declared + container  ──►  page marks  ──►  the row's own column  ──►  the file: annotation, notice, SPDX header

Declaration, licence files, notices, dataset cards and package metadata speak of the same thing and must agree. A
more specific statement stands for itself when it is not looser than the general one; when it is looser, both hold;
when one of them is open and the other forbids what open licences allow, only the stricter specific one is
believed. What the models that made a row ask of their outputs holds beside all that. A pure function of the set: no
policy, no order.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from licet.schemas.evidence import Claim
from licet.schemas.license import rank_of
from licet.stages.license.agree import NEUTRAL_FAMILIES, in_family, stem, without_versionless
from licet.stages.license.container import container
from licet.stages.license.expression import All, Leaf, Node, is_closed, joined, leaves, ordered, parse, tier_of_node
from licet.stages.license.found import Found, own_words, told, trees_of, unread
from licet.stages.license.makers import unknown_maker
from licet.stages.license.of_file import of_file
from licet.stages.license.reasons import CONTRADICTORY, NO_LICENSE, UNKNOWN_GENERATOR
from licet.stages.license.statements import Statement, read_claims


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """What a set of claims comes to.

    ``expression`` is null exactly when ``reason`` is not; ``detail`` then says what was found, else which licence in
    it is founded worst. ``grade`` and
    ``confidence`` are those of the weakest licence in the expression, each on its best evidence.
    """

    expression: str | None
    reason: str | None
    detail: str
    grade: str
    confidence: float
    flags: tuple[str, ...]
    holders: tuple[str, ...]
    homepage: str | None
    """Where the recipe's author says the origin is."""
    statements: tuple[Statement, ...]
    generator_terms: str | None = None
    """The ids of the terms that the models which made the row put on their outputs."""


@lru_cache(maxsize=16_384)
def conclude(claims: frozenset[Claim]) -> Conclusion:
    """Return the conclusion from a set of claims; equal sets are looked at once."""
    statements = tuple(sorted((s for claim in claims for s in read_claims(claim)), key=lambda s: s.order))
    found = Found()
    for level in (container, _page, _row):
        found = _specific(level(statements), found)
    found = _specific(of_file(statements, found.node), found)
    if found.node is None and found.reason is None:
        found = _left_over(statements)
    found = _with_generators(found, statements)
    node = ordered(found.node) if found.node is not None and found.reason is None else None
    grade, confidence, weakest = _graded(node, statements) if node is not None else ("F", 0.0, "")
    own = [s for s in statements if s.scope != "component"]
    flags = {f for s in own for f in s.flags if s.expression is not None and f != "mention"} | set(found.flags)
    credit = next((s.claim for s in own if s.claim.kind == "credit"), None)
    named = (credit.raw,) if credit is not None and credit.raw else tuple(h for s in own for h in s.holders)
    return Conclusion(
        expression=str(node) if node is not None else None,
        reason=found.reason,
        detail=found.detail or weakest,
        grade=grade,
        confidence=confidence,
        flags=tuple(sorted(flags)),
        holders=tuple(dict.fromkeys(named))[:5],
        homepage=credit.url if credit is not None else None,
        statements=statements,
        generator_terms=_terms(statements),
    )


def _specific(own: Found, general: Found) -> Found:
    """Return what holds when a more specific level says ``own`` where the general one said ``general``."""
    if own.reason is not None:
        return own
    if general.reason is not None and own.node is not None:
        is_blocking = general.reason == CONTRADICTORY or any(f.startswith("restrictive_words") for f in general.flags)
        return general if is_blocking else Found(own.node, flags=(*own.flags, "container_unread"))
    if general.node is None:
        return own if own.node is not None else general
    if own.node is None:
        return replace(general, flags=(*general.flags, *own.flags))
    flags = (*general.flags, *own.flags)
    if is_closed(general.node) and not is_closed(own.node):
        detail = f"{own.node} for the row, {general.node} for what holds it"
        return Found(reason=CONTRADICTORY, detail=detail, flags=flags)
    if rank_of(tier_of_node(own.node)) >= rank_of(tier_of_node(general.node)):
        return Found(own.node, flags=flags)
    return Found(joined(All, [own.node, general.node]), flags=(*flags, "container_stricter"))


def _row(statements: tuple[Statement, ...]) -> Found:
    return own_words([s for s in statements if s.claim.kind == "row_column"])


def _with_generators(found: Found, statements: tuple[Statement, ...]) -> Found:
    """Return what holds beside the terms of the models that made the row; a model that is not known ends the matter."""
    makers = [s for s in statements if s.scope == "generator"]
    if not makers or found.node is None or found.reason is not None:
        return found
    if (unknown := unknown_maker(makers)) is not None:
        where = "" if unknown.claim.kind == "generator" else f" (said in {unknown.claim.locator})"
        return Found(reason=UNKNOWN_GENERATOR, detail=f"{unknown.claim.raw[:200]}{where}", flags=found.flags)
    terms = trees_of(makers)
    flags = {
        *found.flags,
        *("generated" for s in makers if "generated" in s.flags),
        *(("generator_terms",) if terms else ()),
    }
    return Found(joined(All, [found.node, *terms]), flags=tuple(sorted(flags)))


def _terms(statements: tuple[Statement, ...]) -> str | None:
    nodes = trees_of(s for s in statements if s.scope == "generator")
    return str(ordered(joined(All, nodes))) if nodes else None


def _page(statements: tuple[Statement, ...]) -> Found:
    marks = [s for s in statements if s.scope == "page"]
    nodes = trees_of(marks)
    parts = trees_of(s for s in statements if s.scope == "part")
    if not nodes:
        dark = [s for s in marks if s.expression is None]
        return unread(dark[0]) if dark else Found(joined(All, parts)) if parts else Found()
    if len({is_closed(node) for node in nodes}) > 1:
        return Found(reason=CONTRADICTORY, detail=told(nodes))
    flags = ("part_stricter",) if any(is_closed(p) for p in parts) and not is_closed(nodes[0]) else ()
    return Found(without_versionless(joined(All, nodes)), flags=flags)


def _left_over(statements: tuple[Statement, ...]) -> Found:
    """Return why there is no licence when no level found one."""
    families = [s for s in statements if s.family and s.family not in NEUTRAL_FAMILIES]
    dark = [s for s in statements if "unknown_id" in s.flags] or [s for s in statements if "unparsable" in s.flags]
    if dark or families:
        return unread((*dark, *families)[0])
    spoken = [s.claim.raw[:120] for s in statements if "placeholder" in s.flags]
    return Found(reason=NO_LICENSE, detail=", ".join(spoken) or "no claim")


def _graded(node: Node, statements: tuple[Statement, ...]) -> tuple[str, float, str]:
    """Return the grade and confidence of the worst-founded licence in a tree, each on its best evidence, and which."""
    return max((_leaf_grade(leaf, statements) for leaf in leaves(node)), key=lambda g: (g[0], -g[1], g[2]))


def _leaf_grade(leaf: Leaf, statements: tuple[Statement, ...]) -> tuple[str, float, str]:
    """Return the best grade at which a licence is stated, and where; text that a family bears out counts as C."""
    best = ("F", 0.0, "")
    held = [s for s in statements if s.scope != "component" and _states(s, leaf)]
    for statement in held or [s for s in statements if s.place in ("anywhere", "here") and _states(s, leaf)]:
        graded = (statement.grade, statement.confidence, f"{leaf} in {statement.claim.locator}")
        best = min(best, graded, key=lambda g: (g[0], -g[1], g[2]))
    if best[0] == "D" and any(
        s.family and s.family not in NEUTRAL_FAMILIES and s.grade <= "B" and in_family(leaf.id, s.family)
        for s in statements
    ):
        return "C", best[1], best[2]
    return best


def _states(statement: Statement, leaf: Leaf) -> bool:
    """Tell whether a statement names a licence, be it without what its text cannot tell."""
    node = parse(statement.expression) if statement.expression else None
    return node is not None and any(stem(x.id) == stem(leaf.id) for x in leaves(node))
