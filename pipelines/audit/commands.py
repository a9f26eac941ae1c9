"""The `licet audit` commands, and the three questions that stand at the top: explain, why-not, contains.

Exit codes: 0 found, or nothing to object; 1 not found, or something to object to; 2 the version cannot be looked at.
"""

import json
import sys
from collections.abc import Callable, Iterable
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from licet.schemas.errors import InputError

HELP = {"help_option_names": ["-h", "--help"]}

audit_app = typer.Typer(help="Ask a finished version about its licences. Each answer has --json.", no_args_is_help=True)
out = Console(highlight=False, soft_wrap=True)

Version = Annotated[str, typer.Argument(help="The folder or URL of a finished version.", metavar="VERSION")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]


class By(str, Enum):
    """What rows can be counted by."""

    license = "license"
    tier = "tier"
    grade = "grade"
    source = "source"
    language = "language"


class Using(str, Enum):
    """What one can do with a version."""

    train = "train"
    redistribute = "redistribute"
    commercial = "commercial"


class How(str, Enum):
    """How credits can be written."""

    text = "text"
    markdown = "markdown"
    html = "html"
    csv = "csv"


def tell(summary: dict[str, Any], as_json: bool, lines: Callable[[], Iterable[str]], is_fine: bool) -> None:
    """Print an answer, and end with 1 where there is something to object to."""
    if as_json:
        typer.echo(json.dumps(summary, indent=2, sort_keys=True, default=str))
    else:
        for line in lines():
            out.print(line)
    if not is_fine:
        raise typer.Exit(1)


@audit_app.command("licenses", context_settings=HELP)
def audit_licenses(
    version: Version,
    by: Annotated[By, typer.Option(help="What to count by.")] = By.license,
    as_json: Json = False,
) -> None:
    """Count its licences from the rows; 1 when the manifest says otherwise.

    Example: licet audit licenses out/my-corpus --by source
    """
    from licet.pipelines.audit.licenses import licenses
    from licet.pipelines.audit.version import audited

    with audited(version) as opened:
        found = licenses(opened, by.value)

    def lines() -> Iterable[str]:
        width = max((len(share.value) for share in found.shares), default=0)
        for share in found.shares:
            part = 100 * share.rows / found.rows if found.rows else 0
            yield f"{share.value:<{width}}  {share.rows:>12,} rows  {part:5.1f} %  {share.tokens:>15,} tokens"
        yield f"{'':<{width}}  {found.rows:>12,} rows           {found.tokens:>15,} tokens"
        yield from (f"[bold red]not as the manifest says[/]  {told}" for told in found.differences)

    tell(found.summary(), as_json, lines, not found.differences)


@audit_app.command("explain", context_settings=HELP)
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
        tell(told, as_json, lambda: [f"[bold]{row}[/bold] is not in the data (`licet why-not` says why)"], False)
        return
    tell({"found": True, **found.summary()}, as_json, lambda: in_lines(found), True)


@audit_app.command("why-not", context_settings=HELP)
def why_not(
    version: Version,
    what: Annotated[str, typer.Argument(help="An id, a URL, a site, a locator or the sha256 of a text.")],
    as_json: Json = False,
) -> None:
    """Say why something is not in it: stage, reason, measure, statements; 1 when it was not refused.

    Example: licet why-not out/my-corpus https://example.org/page
    """
    from licet.pipelines.audit.version import audited
    from licet.pipelines.audit.why_not import in_lines
    from licet.pipelines.audit.why_not import why_not as asked

    with audited(version) as opened:
        found = asked(opened, what)
    tell(found.summary(), as_json, lambda: in_lines(found), found.refused > 0)


@audit_app.command("contains", context_settings=HELP)
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
    from licet.pipelines.audit.contains import contains_text
    from licet.pipelines.audit.version import audited

    ways = {"url": url, "domain": domain, "source": source, "holder": holder, "id": row_id, "sha256": sha256}
    given = {how: what for how, what in {**ways, "text": text}.items() if what is not None}
    if len(given) != 1:
        raise InputError(f"give one of {', '.join(f'--{how}' for how in (*ways, 'text'))}")
    ((how, what),) = given.items()
    with audited(version) as opened:
        found = contains_text(opened, what) if how == "text" else asked(opened, how, what)

    def lines() -> Iterable[str]:
        yield f"[bold]{found.asked}[/bold]: {found.kept:,} rows in the data, {found.refused:,} refused"
        for match in found.matches:
            alike = f", {match.similarity:.3f} alike" if match.similarity is not None else ""
            yield f"  {match.row_id} under {match.license}{alike}"
        if found.kept > len(found.matches):
            yield f"  … and {found.kept - len(found.matches):,} more rows"

    tell(found.summary(), as_json, lines, found.kept > 0)


QUESTIONS: dict[str, Callable[..., None]] = {"explain": explain, "why-not": why_not, "contains": contains}
"""The questions that stand at the top of `licet` too."""


@audit_app.command("policy-check", context_settings=HELP)
def policy_check(
    version: Version,
    policy: Annotated[str, typer.Option(help="A preset, or the path of a policy file.")],
    as_json: Json = False,
) -> None:
    """Tell what another policy would refuse of it; 1 when that is anything. `licet redo` makes what is left.

    Example: licet audit policy-check out/my-corpus --policy no-share-alike
    """
    from licet.pipelines.audit.policy_check import policy_check as checked
    from licet.pipelines.audit.version import audited
    from licet.stages.license import load_policy

    loaded = load_policy(policy)
    with audited(version) as opened:
        found = checked(opened, loaded)

    def lines() -> Iterable[str]:
        yield f"under [bold]{found.policy}[/bold] {found.rows_left:,} of {found.rows:,} rows would be left, with"
        yield f"{found.tokens_left:,} of {found.tokens:,} tokens"
        for fails in found.failing:
            told = f"{fails.license or 'no licence'}: {fails.reason}"
            yield f"  {fails.rows:>10,} rows  {fails.tokens:>13,} tokens  {told}"
        if found.admitted_besides:
            yield f"it admits {found.admitted_besides:,} rows that were refused for their licence: a run brings them"

    tell(found.summary(), as_json, lines, not found.failing)


@audit_app.command("unknown", context_settings=HELP)
def unknown(
    version: Version,
    fail: Annotated[bool, typer.Option("--fail", help="End with 1 when there is anything.")] = False,
    as_json: Json = False,
) -> None:
    """List what rests on weak or odd evidence, most tokens first.

    Example: licet audit unknown out/my-corpus
    """
    from licet.pipelines.audit.unknown import unknown as asked
    from licet.pipelines.audit.version import audited

    with audited(version) as opened:
        found = asked(opened)

    def lines() -> Iterable[str]:
        if not found.doubts:
            yield "every licence rests on evidence that leaves nothing to be desired"
        for doubt in found.doubts:
            part = 100 * doubt.tokens / found.tokens if found.tokens else 0
            yield f"{doubt.rows:>10,} rows  {part:5.1f} % of tokens  {doubt.doubt}: {doubt.in_words}"
            yield f"{'':>10}       such as {doubt.example}"

    tell(found.summary(), as_json, lines, not (fail and found.doubts))


@audit_app.command("conflicts", context_settings=HELP)
def conflicts(version: Version, as_json: Json = False) -> None:
    """Show where two statements on the same text disagree; 1 when a row is in it whose copy elsewhere is stricter.

    Example: licet audit conflicts out/my-corpus
    """
    from licet.pipelines.audit.conflicts import conflicts as asked
    from licet.pipelines.audit.version import audited

    with audited(version) as opened:
        found = asked(opened)

    def lines() -> Iterable[str]:
        refused = sum(row["n"] for row in found.contradictory)
        yield f"[bold]refused, since statements contradict each other[/bold]: {refused:,}"
        for row in found.contradictory[:20]:
            yield f"  {row['n']:>8,}  {row['detail']}; such as {row['example']}"
        yield f"[bold]refused, since the same text is under a stricter claim[/bold]: {len(found.laundered):,}"
        yield from (f"  {row['id']}: {row['detail']}" for row in found.laundered[:20])
        yield f"[bold]kept, with a copy under stricter terms[/bold]: {found.stricter:,}"
        yield f"[bold]kept, with a copy under looser terms[/bold]: {found.looser:,}"
        for copy in found.copies[:20]:
            word = "stricter" if copy.is_stricter else "looser"
            alike = f" ({copy.similarity:.3f} alike)" if copy.similarity is not None else ""
            yield f"  {copy.kept_id}: {copy.kept_license}, grade {copy.kept_grade}"
            where = copy.other_id or copy.other_locator
            yield f"    {word}: {copy.other_license}, grade {copy.other_grade}, at {where}{alike}"

    tell(found.summary(), as_json, lines, found.stricter == 0)


@audit_app.command("attribution", context_settings=HELP)
def attribution(
    version: Version,
    how: Annotated[How, typer.Option("--format", help="How to write it.")] = How.text,
    to: Annotated[Path | None, typer.Option(help="A file; by default it is printed.")] = None,
    only: Annotated[Path | None, typer.Option("--for", help="A file with ids, one a line: only their credits.")] = None,
) -> None:
    """Write all credits, by licence; 1 when a row that needs one has none.

    Example: licet audit attribution out/my-corpus --format markdown --to CREDITS.md
    """
    from licet.pipelines.audit.attribution import as_lines
    from licet.pipelines.audit.attribution import attribution as written
    from licet.pipelines.audit.version import audited

    ids = None
    if only is not None:
        try:
            ids = [line for line in only.read_text(encoding="utf-8").splitlines() if line]
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{only} cannot be read as a list of ids: {error}") from error
    with audited(version) as opened:
        if to is None:
            found = written(opened, sys.stdout, how.value, ids)
        else:
            with to.open("w", encoding="utf-8") as sink:
                found = written(opened, sink, how.value, ids)
    Console(stderr=True, highlight=False).print(*as_lines(found))
    if found.credited < found.needed:
        raise typer.Exit(1)


@audit_app.command("obligations", context_settings=HELP)
def obligations(
    version: Version,
    use: Annotated[Using | None, typer.Option(help="Only what binds this use.")] = None,
    as_json: Json = False,
) -> None:
    """List what its licences ask of you, each with the clause that says so. No legal advice.

    Example: licet audit obligations out/my-corpus --use redistribute
    """
    from licet.pipelines.audit.obligations import obligations as asked
    from licet.pipelines.audit.obligations import summary
    from licet.pipelines.audit.version import audited
    from licet.schemas.obligations import Use

    chosen: Use | None = use.value if use is not None else None
    with audited(version) as opened:
        found = asked(opened, chosen)

    def lines() -> Iterable[str]:
        for owed in found:
            yield f"[bold]{owed.license}[/bold] ({owed.tier}), {owed.rows:,} rows" + (
                f", {owed.url}" if owed.url else ""
            )
            for told in owed.obligations:
                clause = f" [dim]{told.clause}[/dim]" if told.clause else ""
                yield f"  {', '.join(told.uses)}: {told.sentence}{clause}"
            if not owed.obligations:
                yield "  asks for nothing" + (f" of those who {use.value}" if use else "")
        yield "[dim]Derived from the conditions of each licence; no legal advice.[/dim]"

    tell(summary(found, chosen), as_json, lines, True)


@audit_app.command("sample", context_settings=HELP)
def sample(
    version: Version,
    n: Annotated[int, typer.Option("--n", min=1, help="How many rows.")] = 200,
    by: Annotated[
        str, typer.Option(help="What to draw from evenly: tier, source, license, grade, language.")
    ] = "tier,source",
    seed: Annotated[int, typer.Option(help="Decides which rows.")] = 1,
    to: Annotated[Path | None, typer.Option(help="A CSV file to fill in; by default JSON is printed.")] = None,
) -> None:
    """Draw rows to be looked at by hand, the same for everybody, with their evidence.

    Example: licet audit sample out/my-corpus --n 100 --to sheet.csv
    """
    from licet.pipelines.audit.sample import STRATA, write_sheet
    from licet.pipelines.audit.sample import sample as drawn
    from licet.pipelines.audit.version import audited

    names = [name.strip() for name in by.split(",") if name.strip()]
    if strange := sorted(set(names) - set(STRATA)):
        raise InputError(f"--by knows {', '.join(STRATA)}, not {', '.join(strange)}")
    with audited(version) as opened:
        rows = drawn(opened, n, names, seed)
    if to is None:
        typer.echo(json.dumps({"seed": seed, "by": names, "rows": rows}, indent=2, sort_keys=True, default=str))
        return
    count = write_sheet(str(to), rows)
    out.print(f"{to}: {count:,} rows; write ok, wrong or unsure into `verdict`, then: licet audit sample-result {to}")


@audit_app.command("sample-result", context_settings=HELP)
def sample_result(
    sheet: Annotated[Path, typer.Argument(help="The sheet, filled in.", metavar="SHEET")],
    as_json: Json = False,
) -> None:
    """Tell how often the rows of a sheet are wrong, with the interval of 95 %; 1 when any is.

    Example: licet audit sample-result sheet.csv
    """
    from licet.pipelines.audit.sample import rates, rates_summary

    found = rates(str(sheet))

    def lines() -> Iterable[str]:
        for rate in found:
            yield (
                f"{rate.stratum}: {rate.wrong} of {rate.looked_at} wrong, {100 * rate.rate:.1f} %"
                f" ({100 * rate.low:.1f} to {100 * rate.high:.1f} %), {rate.unsure} unsure"
            )

    tell(rates_summary(found), as_json, lines, not any(rate.wrong for rate in found))


@audit_app.command("signals", context_settings=HELP)
def signals(version: Version, as_json: Json = False) -> None:
    """List the reservations and preferences on use that origins of kept rows state, apart from licences.

    Example: licet audit signals out/my-corpus
    """
    from licet.pipelines.audit.version import audited

    with audited(version) as opened:
        found = opened.rows(
            "with heard as (select evidence_id, unnest(claims) as claim from evidence) select claim.snippet as said,"
            " regexp_extract(claim.locator, '#.*$') as place, count(*) as n, min(r.row_id) as example from heard join"
            " rows r using (evidence_id) where claim.kind = 'usage_signal' group by all order by n desc, said, place"
        )
        honoured = opened.policy.signals

    def lines() -> Iterable[str]:
        yield f"the policy {'honours' if honoured == 'honour' else 'records'} them"
        yield from (f"{row['n']:>10,} rows  {row['said']} ({row['place']}), such as {row['example']}" for row in found)
        if not found:
            yield "no kept row's origin states any"

    tell({"policy": honoured, "signals": found}, as_json, lines, True)


@audit_app.command("synthetic", context_settings=HELP)
def synthetic(version: Version, as_json: Json = False) -> None:
    """List the models that made rows, and their terms on what they put out.

    Example: licet audit synthetic out/my-conversations
    """
    from licet.pipelines.audit.version import audited

    with audited(version) as opened:
        found = (
            opened.rows(
                "select generator, generator_terms as terms, license, count(*) as n from rows"
                " where generator is not null group by all order by n desc, generator, license"
            )
            if opened.is_chat
            else []
        )

    def lines() -> Iterable[str]:
        yield from (
            f"{row['n']:>10,} rows  {row['generator']} ({row['terms'] or 'no terms'}): {row['license']}"
            for row in found
        )
        if not found:
            yield "no row says that a model made it"

    tell({"generators": found}, as_json, lines, True)
