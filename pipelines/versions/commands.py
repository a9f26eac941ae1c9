"""The commands about versions: `licet diff`, `retract`, `versions` and `pull`."""

import json
from collections.abc import Iterator
from shlex import quote
from typing import Annotated

import typer

from licet.pipelines.audit.answer import HELP, Json, tell
from licet.pipelines.audit.screen import below, item, number
from licet.schemas.errors import InputError

Version = Annotated[
    str, typer.Argument(help="A folder, a URL, or a published version: hub/name@1.0.0.", metavar="VERSION")
]
MOST_SHOWN = 20


def retract(
    version: Version,
    reference: Annotated[str, typer.Option(help="What the request is called, such as the number of a ticket.")],
    row_id: Annotated[list[str] | None, typer.Option("--id", help="A row.")] = None,
    url: Annotated[list[str] | None, typer.Option(help="A page.")] = None,
    domain: Annotated[list[str] | None, typer.Option(help="A site with all below it.")] = None,
    repository: Annotated[list[str] | None, typer.Option(help="Address of a repository, or a package's purl.")] = None,
    holder: Annotated[list[str] | None, typer.Option(help="A name in the credits.")] = None,
    sha256: Annotated[list[str] | None, typer.Option(help="The sha256 of a text.")] = None,
    text: Annotated[list[str] | None, typer.Option(help="A file: its text, and what resembles it.")] = None,
    listed: Annotated[
        list[str] | None, typer.Option("--from", help="A file of requests, one a line: domain example.org.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--version", help="Number of the new version; by default the next PATCH.")
    ] = None,
    output: Annotated[str | None, typer.Option(help="Where it goes; by default the name and the number.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what leaves and why, and write nothing.")] = False,
    allow_absent: Annotated[
        bool, typer.Option("--allow-absent", help="Keep out of later versions what is not in this one either.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take rows back out of a version, with their copies and what resembles them, into a version without them.

    What was asked for is kept, without text, in provenance/retractions.parquet; a recipe whose `retractions` name the
    new version refuses it too. A dry run ends with 1 when nothing would leave.

    For example:
        licet retract hub/my-corpus@1.0.0 --domain example.org --reference "ticket 7" --dry-run

        licet retract out/my-corpus --id "web/page 1" --text mine.txt --version 1.0.1 --reference "ticket 7"

    """
    from licet.pipelines.versions.requests import request_of, requests_in
    from licet.pipelines.versions.retract import Retraction, plan_retraction
    from licet.pipelines.versions.retract import retract as taken_out

    if not reference.strip():
        raise InputError("--reference is empty: say what the request is called")
    requests = [
        *(request_of("id", value) for value in row_id or ()),
        *(request_of("url", value) for value in url or ()),
        *(request_of("domain", value) for value in domain or ()),
        *(request_of("repository", value) for value in repository or ()),
        *(request_of("holder", value) for value in holder or ()),
        *(request_of("sha256", value) for value in sha256 or ()),
        *(request_of("text", value) for value in text or ()),
        *(request for path in listed or () for request in requests_in(path)),
    ]
    planned = plan_retraction(version, requests, reference, to)

    def lines(planned: Retraction, most: int | None) -> Iterator[str]:
        told = planned.summary()
        yield f"{number(len(planned.leaving), 'row')} of {planned.manifest.rows.count:,} leave for {reference}"
        for asked in told["asked"]:
            found = f"{number(asked['kept'], 'row')} in the data, {asked['refused']:,} refused"
            yield from item(f"{asked['kind']} {asked['value']}: {found}", 2)
        for one in planned.leaving[:most]:
            yield from item(f"{one.row_id}: {one.why}", 2)
        if most is not None and len(planned.leaving) > most:
            yield from below(f"… and {number(len(planned.leaving) - most, 'more row')}; --json has all")
        size, whole = told["bytes_rewritten"] / 1e6, told["bytes_data"] / 1e6
        yield f"  {number(len(told['shards']), 'shard')} of the data written anew: {size:,.1f} of {whole:,.1f} MB"

    if dry_run:
        tell({**planned.summary(), "dry_run": True}, as_json, lambda: lines(planned, None), bool(planned.leaving))
        return
    done = taken_out(
        planned, output or f"{planned.manifest.dataset.name}-{planned.effective}", allow_absent=allow_absent
    )

    in_yaml = json.dumps(done.folder, ensure_ascii=False)

    def told() -> Iterator[str]:
        yield from lines(planned, MOST_SHOWN)
        yield f"Version {planned.effective} is in {done.folder}"
        yield from below(f"manifest {done.digest}")
        yield from below(f"publish it with: licet publish {quote(done.folder)} --to HUB --version {planned.effective}")
        yield from below(f"keep it out of the next run with the recipe's key: retractions: [{in_yaml}]")

    tell({**done.summary(), "dry_run": False}, as_json, told, True)


def diff(
    before: Annotated[str, typer.Argument(help="A folder, a URL, or hub/name@1.0.0.", metavar="BEFORE")],
    after: Annotated[str, typer.Argument(help="A folder, a URL, or hub/name@1.1.0.", metavar="AFTER")],
    rows: Annotated[str | None, typer.Option(help="A Parquet file to write every row to that differs.")] = None,
    examples: Annotated[int, typer.Option(min=0, help="Rows of each kind to name.")] = 5,
    as_json: Json = False,
) -> None:
    """Tell what differs between two versions: rows, licences, refusals, policy, columns, inputs; 1 where anything does.

    Rows are known by id and content. What merely made a version (libraries, its number, its parent) is told and does
    not count.

    Example: licet diff hub/my-corpus@1.0.0 hub/my-corpus@1.1.0
    """
    from licet.pipelines.versions.difference import difference
    from licet.pipelines.versions.difference_lines import in_lines

    found = difference(before, after, examples=examples, rows_to=rows)
    tell(found.summary(), as_json, lambda: in_lines(found), found.is_same)


def versions(
    hub: Annotated[str, typer.Argument(help="A folder, a URL, or hf://datasets/org/name.", metavar="HUB")],
    name: Annotated[str, typer.Argument(help="The dataset; hf:// URLs have it.", metavar="NAME")] = "",
    namespace: Annotated[str, typer.Option(help="Whose dataset it is.")] = "local",
    as_json: Json = False,
) -> None:
    """List what is published of a dataset: number, commit, manifest, rows, licences, retractions; 1 when nothing is.

    Example: licet versions hub my-corpus
    """
    from licet.pipelines.versions.listing import versions as listed

    name = name or (hub.rstrip("/").rpartition("/")[2] if hub.startswith("hf://") else "")
    if not name:
        raise InputError("say which dataset: licet versions HUB NAME")
    found = listed(hub, name, namespace)

    def lines() -> Iterator[str]:
        yield f"{name}: {number(len(found), 'version')} in {hub}"
        for one in found:
            yield f"{one.version}  {one.rows:,} rows, {one.bytes / 1e6:,.1f} MB of text, policy {one.policy}"
            yield from below(f"commit {one.commit}")
            yield from below(f"manifest {one.manifest_sha256}")
            most = [f"{licence} {rows:,}" for licence, rows in list(one.licences.items())[:5]]
            rest = len(one.licences) - len(most)
            yield from item(f"licences: {', '.join(most)}{f' and {rest} more' if rest else ''}", 2)
            if one.retractions:
                asked = number(len(one.retractions), "request")
                yield from item(f"retracted: {number(one.retracted, 'row')} for {asked}, {one.retractions[0]} …", 2)

    told = {"hub": hub, "name": name, "versions": [one.summary() for one in found]}
    tell(told, as_json, lines, bool(found))


def pull(
    version: Annotated[str, typer.Argument(help="hub/name@1.0.0 or hf://datasets/org/name@1.0.0", metavar="VERSION")],
    to: Annotated[str, typer.Option(help="The folder that it goes to.")],
    as_json: Json = False,
) -> None:
    """Fetch a published version, each file checked; the folder appears when all of it is there. A rerun goes on.

    Example: licet pull hf://datasets/org/my-corpus@1.0.0 --to my-corpus
    """
    from licet.pipelines.versions.pull import pull as fetched

    done = fetched(version, to)

    def lines() -> Iterator[str]:
        yield f"{version} is in {done.folder}{', and was there before' if done.already_there else ''}"
        yield from below(f"{number(done.files, 'file')}, {done.bytes / 1e6:,.1f} MB, of which fetched now:")
        yield from below(f"{done.bytes_fetched / 1e6:,.1f} MB")
        yield from below(f"manifest {done.digest}")
        yield from below(f"check it without a network: licet verify {quote(done.folder)}")

    tell(done.summary(), as_json, lines, True)


def register(app: typer.Typer) -> None:
    """Add the commands to `licet`."""
    for name, command in (("diff", diff), ("retract", retract), ("versions", versions), ("pull", pull)):
        app.command(name, context_settings=HELP)(command)
