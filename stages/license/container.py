"""What the container of a row says: licence files, notices, package metadata and the recipe's declaration.

All of them speak of the same thing, so they must agree. Several licence files hold together unless a
statement as good as theirs says that one may choose; a licence text that is not known stands in the way of
everything. What a licence file says of bundled components is put beside it last (`components`).
"""

import posixpath
import re

from licet.schemas.license import Bits, bits_of
from licet.stages.license.agree import in_family, reconciled, stem
from licet.stages.license.components import with_components
from licet.stages.license.expression import All, Any, is_closed, joined, leaves, ordered, parse
from licet.stages.license.found import Found, told, trees_of, unread
from licet.stages.license.of_file import names_of_file
from licet.stages.license.reasons import CONTRADICTORY, DATABASE_LAYER_ONLY, UNKNOWN_LICENSE
from licet.stages.license.spellings import spelling_key
from licet.stages.license.statements import Statement, is_manifest

_COLLECTED = re.compile(r"(?:^|/)LICENSES/([^/#]+?)(?:\.[a-z]+)?(?:#|$)")
_PACKAGE = ("package_expression", "package_classifier", "package_license")


def container(statements: tuple[Statement, ...]) -> Found:
    """Return what licence files, notices, package metadata and the declaration say together."""
    scoped = [s for s in statements if s.scope in ("container", "collection")]
    texts = _without_collected([s for s in scoped if s.claim.kind == "license_file"], statements)
    said = [s for s in scoped if s.claim.kind != "license_file" and "mention" not in s.flags]
    grants = [s for s in (*texts, *said) if s.expression is not None]
    layers = [s for s in grants if _is_database_layer(s)]
    if layers and len(layers) == len(grants):
        flags = ("db_layer_only",)
        return (
            Found(None, None, "", flags)
            if _has_own(statements)
            else Found(reason=DATABASE_LAYER_ONLY, detail=told(trees_of(layers)), flags=flags)
        )
    texts = [s for s in texts if s not in layers]
    said = [s for s in said if s not in layers]
    if not texts and (part := _read_in_part(said)) is not None:
        return unread(part)
    if dark := [s for s in said if _is_dark(s)]:
        return unread(dark[0])
    found = _texts(texts, said)
    listed = sum(s.claim.kind == "package_classifier" for s in said) > 1
    for statement in _by_weight(said):
        if found.reason is not None or statement.expression is None:
            continue
        if listed and statement.claim.kind == "package_classifier" and _is_among(statement, found):
            continue
        found = _with_said(found, statement, is_nested=_is_nested(statement, texts))
    if found.reason is None:
        found = _with_families(found, said)
    if found.reason is None:
        found = _with_unread_texts(found, texts, said)
    return with_components(found, [s for s in statements if s.scope == "component"], said)


def _read_in_part(said: list[Statement]) -> Statement | None:
    """Return the copyright file that was understood in part, where it alone says which licences hold."""
    spoken = [s for s in said if s.expression is not None]
    parts = [s for s in spoken if s.claim.kind == "notice" and "further_terms" in s.flags]
    return parts[0] if parts and len(parts) == len(spoken) else None


def _is_dark(statement: Statement) -> bool:
    """Tell whether a statement that could not be read stands in the way of what others say of the same thing.

    That of the recipe does; a dataset card that names a licence of its own or ``other``, which is none of the hub's;
    a manifest that names what is not known, or points to a file that is not there.
    """
    if statement.expression is not None or statement.family:
        return False
    if statement.claim.kind == "hub_card":
        return "empty" not in statement.flags and spelling_key(statement.claim.raw) != "unknown"
    if is_manifest(statement.claim):
        return "empty" not in statement.flags
    return statement.claim.kind == "declared"


def _is_nested(statement: Statement, texts: list[Statement]) -> bool:
    """Tell whether a manifest lies below every licence file, so that it speaks of a part of what they cover."""
    folder = posixpath.dirname(statement.claim.locator.partition("#")[0])
    above = {posixpath.dirname(text.claim.locator.partition("#")[0]) for text in texts}
    return is_manifest(statement.claim) and bool(folder) and folder not in above


def _without_collected(texts: list[Statement], statements: tuple[Statement, ...]) -> list[Statement]:
    """Leave out the texts that REUSE collects in LICENSES, where the file itself says which of them it is under."""
    said = trees_of(names_of_file(statements))
    named = {stem(leaf.id) for node in said for leaf in leaves(node)}
    collected = {s: m[1] for s in texts if (m := _COLLECTED.search(s.claim.locator))}
    there = {stem(key) for key in collected.values()}
    return [s for s in texts if s not in collected] if named and named <= there else texts


def _is_among(statement: Statement, found: Found) -> bool:
    """Tell whether one classifier of several names what is found: a list says neither AND nor OR."""
    node = parse(statement.expression or "")
    if node is None or found.node is None:
        return False
    return {stem(leaf.id) for leaf in leaves(node)} <= {stem(leaf.id) for leaf in leaves(found.node)}


def _texts(texts: list[Statement], said: list[Statement]) -> Found:
    """Return what several licence files come to: all of them, unless somebody says that one may choose."""
    nodes = trees_of(texts)
    if not nodes:
        return Found()
    ids = {leaf.id for node in nodes for leaf in leaves(node)}
    if len(nodes) > 1 and _may_choose(ids, [*texts, *said]):
        return Found(joined(Any, nodes))
    if len({is_closed(node) for node in nodes}) > 1:
        return Found(reason=CONTRADICTORY, detail=told(nodes))
    return Found(joined(All, nodes))


def _may_choose(ids: set[str], statements: list[Statement]) -> bool:
    """Tell whether a statement good enough lets one choose among exactly the licences that are laid down."""
    for statement in statements:
        if statement.grade > "C":
            continue
        choice = set(statement.choice)
        node = parse(statement.expression) if statement.expression else None
        if isinstance(node, Any):
            choice |= {leaf.id for leaf in leaves(node)}
        covered = all(any(stem(i) == stem(c) or in_family(i, c) for c in choice) for i in ids)
        if choice and covered and all(any(stem(i) == stem(c) or in_family(i, c) for i in ids) for c in choice):
            return True
    return False


def _with_said(found: Found, statement: Statement, *, is_nested: bool = False) -> Found:
    said = parse(statement.expression or "")
    if said is None:
        return found
    if found.node is None:
        return Found(said, flags=found.flags)
    both = reconciled(
        found.node,
        said,
        is_choice_believed=statement.grade <= "C",
        is_said_of_same=statement.claim.kind != "notice" and not is_nested,
    )
    if both is None:
        detail = f"{ordered(found.node)} against {ordered(said)} in {statement.claim.locator}"
        return Found(reason=CONTRADICTORY, detail=detail, flags=found.flags)
    return Found(both, flags=found.flags)


def _with_families(found: Found, said: list[Statement]) -> Found:
    """Check that each family named has a member among the licences; a family alone is not enough."""
    for statement in said:
        if not statement.family or statement.expression is not None or found.node is None:
            continue
        if statement.family == "freeware" or not any(
            in_family(leaf.id, statement.family) for leaf in leaves(found.node)
        ):
            if statement.claim.kind == "notice":
                continue
            detail = f"{ordered(found.node)} against {statement.claim.raw[:120]}"
            return Found(reason=CONTRADICTORY, detail=detail, flags=found.flags)
    return found


def _with_unread_texts(found: Found, texts: list[Statement], said: list[Statement]) -> Found:
    """Let a licence text that is not known stand in the way, unless the registry names the licence."""
    dark = [s for s in texts if s.expression is None and not s.choice and "ignored" not in s.flags]
    restricted = [
        s for s in (*texts, *said) if any(f.startswith("restrictive_words") for f in s.flags) and not s.expression
    ]
    if restricted:
        words = f"{restricted[0].claim.locator}: {', '.join(restricted[0].flags)}"
        if found.node is not None and not is_closed(found.node):
            return Found(reason=CONTRADICTORY, detail=f"{ordered(found.node)} against {words}", flags=found.flags)
        flags = (*found.flags, *restricted[0].flags)
        return Found(reason=UNKNOWN_LICENSE, detail=words, flags=flags) if found.node is None else found
    if not dark:
        return found
    is_registered = any(s.claim.kind in _PACKAGE and s.grade <= "B" and s.expression for s in said)
    if found.node is not None and is_registered:
        return Found(found.node, flags=(*found.flags, "unidentified_text"))
    return unread(dark[0])


def _by_weight(said: list[Statement]) -> list[Statement]:
    """Return statements in the order in which they are put together: the better founded first, classifiers last."""
    return sorted(said, key=lambda s: (s.grade, s.claim.kind == "package_classifier", s.order))


def _is_database_layer(statement: Statement) -> bool:
    node = parse(statement.expression or "")
    return node is not None and all(Bits.DATABASE_LAYER_ONLY in bits_of(leaf.id) for leaf in leaves(node))


def _has_own(statements: tuple[Statement, ...]) -> bool:
    """Tell whether anything speaks of the row itself."""
    return any(s.scope in ("file", "work", "page") and s.expression for s in statements)
