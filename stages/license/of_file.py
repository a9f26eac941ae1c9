"""What is said of one file alone: by an annotation elsewhere, by the notice at its head, by its own SPDX header.

The header is the most exact and holds where the notice agrees with it; where they contradict each other the row is
refused. An annotation that REUSE calls ``closest`` yields to what the file says itself, one that it calls ``override``
takes its place unless the file forbids what the annotation allows; any other holds beside it.
"""

from licet.stages.license.agree import in_family, reconciled, stem
from licet.stages.license.dep5 import Precedence, read_annotation
from licet.stages.license.expression import All, Node, is_closed, joined, leaves, ordered, parse
from licet.stages.license.found import Found, own_words, trees_of, unread
from licet.stages.license.reasons import CONTRADICTORY, NO_LICENSE
from licet.stages.license.statements import Statement


def of_file(statements: tuple[Statement, ...], general: Node | None) -> Found:
    """Return what annotations, notice and headers of a file come to; ``general`` is what holds for its container."""
    notes = [s for s in statements if s.claim.kind == "file_annotation"]
    headers = [s for s in statements if s.claim.kind == "spdx_header"]
    notices = [s for s in statements if s.claim.kind == "file_notice"]
    if (overriding := _of_precedence(notes, "override")) and (noted := own_words(overriding)) != Found():
        return _overridden([*headers, *notices], noted, overriding[0])
    granted = general if general is not None or not notes else own_words(notes).node
    own = _same(own_words(headers), _noticed(notices, granted))
    if own.node is not None:
        closest = _of_precedence(notes, "closest")
        notes = [s for s in notes if s not in closest]
    noted = own_words(notes)
    if own.reason is not None or noted.reason is not None or own.node is None or noted.node is None:
        return own if own.reason is not None or noted == Found() else noted
    if is_closed(own.node) != is_closed(noted.node):
        return _against(own.node, noted.node, notes[0])
    return Found(joined(All, [own.node, noted.node]), flags=own.flags)


def names_of_file(statements: tuple[Statement, ...]) -> list[Statement]:
    """Return the headers and annotations of a file that count: without what a closer or an overriding word replaces."""
    headers = [s for s in statements if s.claim.kind == "spdx_header"]
    notes = [s for s in statements if s.claim.kind == "file_annotation"]
    if overriding := [s for s in _of_precedence(notes, "override") if s.expression]:
        return overriding
    closest = _of_precedence(notes, "closest") if any(s.expression for s in headers) else []
    return [*headers, *(s for s in notes if s not in closest)]


def _of_precedence(notes: list[Statement], precedence: Precedence) -> list[Statement]:
    return [s for s in notes if read_annotation(s.claim.raw).precedence == precedence]


def _overridden(own: list[Statement], noted: Found, note: Statement) -> Found:
    """Return what an annotation says in place of the file itself; what the file forbids is not to be annotated away."""
    if noted.node is None or is_closed(noted.node) or not own:
        return noted
    if (forbidding := next((s for s in own if _forbids(s)), None)) is not None:
        said = forbidding.expression or ", ".join(forbidding.flags)
        detail = f"{said} in the file against {ordered(noted.node)} in {note.claim.locator}"
        return Found(reason=CONTRADICTORY, detail=detail)
    return Found(noted.node, flags=("overridden",))


def _forbids(statement: Statement) -> bool:
    node = parse(statement.expression) if statement.expression else None
    return (node is not None and is_closed(node)) or any(f.startswith("restrictive_words") for f in statement.flags)


def _noticed(notices: list[Statement], general: Node | None) -> Found:
    """Return what notices at the file's head say; a bare "all rights reserved" takes nothing from a grant above."""
    flags: tuple[str, ...] = ()
    for notice in notices:
        if notice.expression is not None:
            continue
        if any(flag.startswith("restrictive_words") for flag in notice.flags):
            if general is not None and not is_closed(general):
                detail = f"{ordered(general)} against {notice.claim.locator}: {', '.join(notice.flags)}"
                return Found(reason=CONTRADICTORY, detail=detail, flags=notice.flags)
            return unread(notice)
        if "all_rights_reserved" in notice.flags:
            if general is None:
                return Found(reason=NO_LICENSE, detail=f"all rights reserved: {notice.claim.locator}")
            flags += ("all_rights_reserved",)
        elif not (notice.choice and general is not None and _is_choice_of(notice.choice, general)):
            return unread(notice)
    nodes = trees_of(notices)
    return Found(joined(All, nodes), flags=flags) if nodes else Found(flags=flags)


def _is_choice_of(choice: tuple[str, ...], general: Node) -> bool:
    """Tell whether each licence that holds is one of those between which a notice lets one choose."""
    return all(any(stem(leaf.id) == stem(c) or in_family(leaf.id, c) for c in choice) for leaf in leaves(general))


def _same(header: Found, noticed: Found) -> Found:
    """Return what header and notice of one file say together."""
    if header.reason is not None or noticed.reason is not None:
        return header if header.reason is not None else noticed
    if header.node is None or noticed.node is None:
        return noticed if header.node is None else Found(header.node, flags=noticed.flags)
    mine = {stem(leaf.id) for leaf in leaves(header.node)}
    theirs = {stem(leaf.id) for leaf in leaves(noticed.node)}
    both = reconciled(noticed.node, header.node, is_choice_believed=True)
    if both is None or not (mine <= theirs or theirs <= mine):
        detail = f"{ordered(header.node)} in the header against {ordered(noticed.node)} in the notice of the file"
        return Found(reason=CONTRADICTORY, detail=detail)
    return Found(header.node if theirs <= mine else both, flags=noticed.flags)


def _against(own: Node, noted: Node, note: Statement) -> Found:
    detail = f"{ordered(own)} in the file against {ordered(noted)} in {note.claim.locator}"
    return Found(reason=CONTRADICTORY, detail=detail)
