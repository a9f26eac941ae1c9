"""The commands about a version as a whole: its licences, what they ask, what is weak, what disagrees."""

import json
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from licet.pipelines.audit.answer import Json, Version, out, tell
from licet.schemas.errors import InputError


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
    json = "json"


def licenses(
    version: Version,
    by: Annotated[By, typer.Option(help="What to count by.")] = By.license,
    as_json: Json = False,
) -> None:
    """Count its licences from the rows; 1 when the manifest says otherwise.

    Example: licet audit licenses out/my-corpus --by source
    """
    from licet.pipelines.audit.licenses import in_lines
    from licet.pipelines.audit.licenses import licenses as asked
    from licet.pipelines.audit.version import audited

    with audited(version) as opened:
        found = asked(opened, by.value)
    tell(found.summary(), as_json, lambda: in_lines(found), not found.differences)


def policy_check(
    version: Version,
    policy: Annotated[str, typer.Option(help="A preset, or the path of a policy file.")],
    as_json: Json = False,
) -> None:
    """Tell what another policy would refuse of it; 1 when that is anything. `licet redo` makes what is left.

    Example: licet policy check out/my-corpus --policy no-share-alike
    """
    from licet.pipelines.audit.policy_check import in_lines
    from licet.pipelines.audit.policy_check import policy_check as checked
    from licet.pipelines.audit.version import audited
    from licet.stages.license import load_policy

    loaded = load_policy(policy)
    with audited(version) as opened:
        found = checked(opened, loaded)
    tell(found.summary(), as_json, lambda: in_lines(found), not found.failing)


def unknown(
    version: Version,
    fail: Annotated[bool, typer.Option("--fail", help="End with 1 when there is anything.")] = False,
    as_json: Json = False,
) -> None:
    """List what rests on weak or odd evidence, most tokens first.

    Example: licet audit unknown out/my-corpus
    """
    from licet.pipelines.audit.unknown import in_lines
    from licet.pipelines.audit.unknown import unknown as asked
    from licet.pipelines.audit.version import audited

    with audited(version) as opened:
        found = asked(opened)
    tell(found.summary(), as_json, lambda: in_lines(found), not (fail and found.doubts))


def conflicts(version: Version, as_json: Json = False) -> None:
    """Show where two statements on the same text disagree; 1 when a row is in it whose copy elsewhere is stricter.

    Example: licet audit conflicts out/my-corpus
    """
    from licet.pipelines.audit.conflicts import conflicts as asked
    from licet.pipelines.audit.conflicts import in_lines
    from licet.pipelines.audit.version import audited

    with audited(version) as opened:
        found = asked(opened)
    tell(found.summary(), as_json, lambda: in_lines(found), found.stricter == 0)


def attribution(
    version: Version,
    how: Annotated[How, typer.Option("--format", help="How to write it.")] = How.text,
    to: Annotated[Path | None, typer.Option(help="A file; by default it is printed.")] = None,
    only: Annotated[Path | None, typer.Option("--for", help="A file with ids, one a line: only their credits.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Write all credits, by licence; 1 when a row that needs one has none, or an id asked for is not there.

    Example: licet audit attribution out/my-corpus --format markdown --to CREDITS.md
    """
    from licet.pipelines.audit.attribution import as_lines
    from licet.pipelines.audit.attribution import attribution as written
    from licet.pipelines.audit.version import audited

    form = "json" if as_json else how.value
    ids = _lines_of(only) if only is not None else None
    with audited(version) as opened:
        if to is None:
            found = written(opened, sys.stdout, form, ids)
        else:
            try:
                with to.open("w", encoding="utf-8") as sink:
                    found = written(opened, sink, form, ids)
            except OSError as error:
                raise InputError(f"{to} cannot be written: {error.strerror or error}") from error
    for line in as_lines(found):
        Console(stderr=True, highlight=False, soft_wrap=True).print(line)
    if not found.is_whole:
        raise typer.Exit(1)


def _lines_of(file: Path) -> list[str]:
    try:
        return [line for line in file.read_text(encoding="utf-8").splitlines() if line]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} cannot be read as a list of ids: {error}") from error


def obligations(
    version: Version,
    use: Annotated[Using | None, typer.Option(help="Only what binds this use.")] = None,
    as_json: Json = False,
) -> None:
    """List what its licences ask of you, each with the clause that says so. No legal advice.

    Example: licet audit obligations out/my-corpus --use redistribute
    """
    from licet.pipelines.audit.obligations import in_lines, summary
    from licet.pipelines.audit.obligations import obligations as asked
    from licet.pipelines.audit.version import audited
    from licet.schemas.obligations import Use

    chosen: Use | None = use.value if use is not None else None
    with audited(version) as opened:
        found = asked(opened, chosen)
    tell(summary(found, chosen), as_json, lambda: in_lines(found, chosen), True)


def sample(
    version: Version,
    n: Annotated[int, typer.Option("--n", min=1, max=100_000, help="How many rows.")] = 200,
    by: Annotated[
        str, typer.Option(help="What to draw from evenly: tier, source, license, grade, language.")
    ] = "tier,source",
    seed: Annotated[int, typer.Option(help="Decides which rows.")] = 1,
    to: Annotated[Path | None, typer.Option(help="A CSV file to fill in; by default JSON is printed.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, as without --to.")] = False,
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
    if to is not None:
        try:
            count = write_sheet(str(to), rows)
        except OSError as error:
            raise InputError(f"{to} cannot be written: {error.strerror or error}") from error
        told = f"{to}: {count:,} rows; write ok, wrong or unsure into `verdict`, then: licet audit sample-result {to}"
        if not as_json:
            out.print(told)
    if to is None or as_json:
        typer.echo(json.dumps({"seed": seed, "by": names, "rows": rows}, indent=2, sort_keys=True, default=str))


def sample_result(
    sheet: Annotated[Path, typer.Argument(help="The sheet, filled in.", metavar="SHEET")],
    as_json: Json = False,
) -> None:
    """Tell how often the rows of a sheet are wrong, with the interval of 95 %; 1 when any is.

    Example: licet audit sample-result sheet.csv
    """
    from licet.pipelines.audit.sample import in_lines, rates, rates_summary

    found = rates(str(sheet))
    tell(rates_summary(found), as_json, lambda: in_lines(found), not any(rate.wrong for rate in found))


def signals(version: Version, as_json: Json = False) -> None:
    """List the reservations and preferences on use that origins of kept rows state, apart from licences.

    Example: licet audit signals out/my-corpus
    """
    from licet.pipelines.audit.signals import in_lines
    from licet.pipelines.audit.signals import signals as asked
    from licet.pipelines.audit.version import audited

    with audited(version) as opened:
        found = asked(opened)
    tell(found.summary(), as_json, lambda: in_lines(found), True)


def synthetic(version: Version, as_json: Json = False) -> None:
    """List who made the rows: models, with their terms on what they put out, or people.

    Example: licet audit synthetic out/my-conversations
    """
    from licet.pipelines.audit.synthetic import in_lines
    from licet.pipelines.audit.synthetic import synthetic as asked
    from licet.pipelines.audit.version import audited

    with audited(version) as opened:
        found = asked(opened)
    tell(found.summary(), as_json, lambda: in_lines(found), True)
