"""Which clause of a policy admits or refuses a licence, told with the key of the policy that says so."""

from collections.abc import Iterator

from licet.schemas.license import CC, Bits, bits_of, is_cc, tier_of
from licet.stages.license.expression import Leaf, leaves, parse
from licet.stages.license.policy import Policy, later_versions


def clauses(policy: Policy, expression: str | None) -> list[str]:
    """Return for each licence of an expression what the policy says of it, as a clause of a sentence."""
    node = parse(expression or "")
    if node is None:
        return []
    return list(dict.fromkeys(f"{leaf}: {_clause(policy, leaf)}" for leaf in leaves(node)))


def _clause(policy: Policy, leaf: Leaf) -> str:
    refused = next(_objections(policy, leaf), None)
    if refused is not None:
        return f"refused, {refused}"
    tier, cc = tier_of(leaf.id), CC.fullmatch(leaf.id)
    stands = f" (`exceptions` lets {leaf.exception} stand with it)" if leaf.exception else ""
    if leaf.id in policy.allow:
        return f"admitted, named under `allow`{stands}"
    if tier in policy.tiers:
        return f"admitted, `tiers` has its tier {tier}{stands}"
    if cc is not None and cc["elements"] in policy.creative_commons:
        return f"admitted, `creative_commons` has {cc['elements']}{stands}"
    later = [key for key in later_versions(leaf.id) if policy.evaluate(key).allowed]
    return f"admitted by choosing {later[0]}{stands}" if later else f"admitted{stands}"


def _objections(policy: Policy, leaf: Leaf) -> Iterator[str]:
    """Yield what speaks against a licence, nothing where it is admitted."""
    if policy.evaluate(str(leaf)).allowed:
        return
    if leaf.exception and leaf.id not in policy.exceptions.get(leaf.exception, ()):
        yield f"`exceptions` does not let {leaf.exception} stand with it"
    if leaf.id in policy.refuse:
        yield "named under `refuse`"
    forbidden = [name for name in policy.refuse_bits if Bits[name.upper()] in bits_of(leaf.id)]
    if forbidden:
        yield f"`refuse_bits` has its condition {forbidden[0]}"
    tier = tier_of(leaf.id)
    if tier == "unknown":
        yield "its conditions are not known"
    versions = " in all its versions" if is_cc(leaf.id) and "unversioned" in leaf.id else ""
    yield f"`tiers` does not have its tier {tier}{versions}"
