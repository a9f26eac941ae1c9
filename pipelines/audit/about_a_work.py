"""The commands about one work: why it is in a version, why not, whether it is."""

from collections.abc import Callable
from typing import Annotated

import typer

from licet.pipelines.audit.answer import Json, Version, tell
from licet.schemas.errors import InputError


def explain(
    version: Version,
    row: Annotated[str, typer.Argument(help="The row's id.", metavar="ID")],
    as_json: Json = False,
) -> None:
    """Say why a row is in it: what was found, what follows from it, what it asks of you; 1 when it is not there.

    Example: licet explain out/my-corpus "web/<urn:uuid:…>"
    """
    from licet.pipelines.audit.explain import explain as explained
    from licet.pipelines.audit.explain import in_lines
    from licet.pipelines.audit.version import audited

    with audited(version) as opened:
        found = explained(opened, row)
    if found is None:
        told = {"row_id": row, "found": False}
        tell(told, as_json, lambda: [f"{row} is not in the data", "  `licet why-not` says why"], False)
        return
    tell({"found": True, **found.summary()}, as_json, lambda: in_lines(found), True)


def why_not(
    version: Version,
    what: Annotated[str, typer.Argument(help="An id, a URL, a site, a locator or the sha256 of a text.")],
    as_json: Json = False,
) -> None:
    """Say why something is not in it: stage, reason, measure, statements, what would help; 1 when it was not refused.

    Example: licet why-not out/my-corpus https://example.org/page
    """
    from licet.pipelines.audit.version import audited
    from licet.pipelines.audit.why_not import in_lines
    from licet.pipelines.audit.why_not import why_not as asked

    with audited(version) as opened:
        found = asked(opened, what)
    tell(found.summary(), as_json, lambda: in_lines(found), found.refused > 0)


def contains(
    version: Version,
    url: Annotated[str | None, typer.Option(help="A page.")] = None,
    domain: Annotated[str | None, typer.Option(help="A site with all below it.")] = None,
    source: Annotated[str | None, typer.Option(help="A source of the recipe.")] = None,
    holder: Annotated[str | None, typer.Option(help="A name in the credits.")] = None,
    row_id: Annotated[str | None, typer.Option("--id", help="A row's id.")] = None,
    sha256: Annotated[str | None, typer.Option(help="The sha256 of a text.")] = None,
    text: Annotated[str | None, typer.Option(help="A file: its text, and what resembles it.")] = None,
    as_json: Json = False,
) -> None:
    """Look for some work in it; 1 when nothing of it is.

    Example: licet contains out/my-corpus --domain example.org
    """
    from licet.pipelines.audit.contains import contains as asked
    from licet.pipelines.audit.contains import contains_text, in_lines
    from licet.pipelines.audit.version import audited

    ways = {"url": url, "domain": domain, "source": source, "holder": holder, "id": row_id, "sha256": sha256}
    given = {how: what for how, what in {**ways, "text": text}.items() if what is not None}
    if len(given) != 1:
        raise InputError(f"give one of {', '.join(f'--{how}' for how in (*ways, 'text'))}")
    ((how, what),) = given.items()
    if not what.strip():
        raise InputError(f"--{how} is empty: say what to look for")
    with audited(version) as opened:
        found = contains_text(opened, what) if how == "text" else asked(opened, how, what)
    tell(found.summary(), as_json, lambda: in_lines(found), found.kept > 0)


QUESTIONS: dict[str, Callable[..., None]] = {"explain": explain, "why-not": why_not, "contains": contains}
"""The questions that stand at the top of `licet` too."""
