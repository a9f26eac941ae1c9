"""The commands that look at what a version holds: `licet show` at single rows, `licet stats` at all of them."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from enum import Enum
from typing import Annotated, Any

import typer

from licet.pipelines.audit.answer import HELP, Json, tell
from licet.schemas.errors import InputError

Version = Annotated[
    str, typer.Argument(help="A folder, a URL, or a published version: hub/name@1.0.0.", metavar="VERSION")
]


class As(str, Enum):
    """What a template sees the arguments of a tool call as."""

    object = "object"
    string = "string"


def show(
    version: Version,
    row: Annotated[str | None, typer.Argument(help="The row's id.", metavar="ID")] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="Without ID: so many rows, drawn from all.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides which rows are drawn.")] = 1,
    config: Annotated[str | None, typer.Option(help="Draw rows of one config: sft, preference, unpaired, rl.")] = None,
    template: Annotated[
        str | None,
        typer.Option(help="Render it: chatml, a Jinja file, a tokenizer_config.json, a tokenizer's folder."),
    ] = None,
    arguments: Annotated[As, typer.Option(help="What a template gets of tool calls' arguments.")] = As.object,
    full: Annotated[bool, typer.Option("--full", help="Show long texts whole.")] = False,
    as_json: Json = False,
) -> None:
    """Show a row turn by turn, both sides of a preference with what differs; 1 when it is not there.

    For example:
        licet show out/my-conversations --sample 3

        licet show out/my-conversations "chats/42" --template chatml

        licet show out/my-conversations "chats/42" --template models/my-model/tokenizer_config.json --json

    """
    from licet.pipelines.audit.version import audited
    from licet.pipelines.row.find import Absent, Row, drawn, row_of
    from licet.pipelines.row.render import Rendered, rendered
    from licet.pipelines.row.screen import absent_lines, rendered_lines, row_lines
    from licet.pipelines.row.templates import load_template

    if (row is None) == (sample is None):
        raise InputError("Give the id of a row, or --sample and how many to draw")
    loaded = load_template(template) if template is not None else None
    with audited(version) as opened:
        if row is not None:
            found = row_of(opened, row)
            if isinstance(found, Absent):
                tell(found.summary(), as_json, lambda: absent_lines(found), False)
                return
            rows = [found]
        else:
            rows = drawn(opened, sample or 0, seed, config)
        if loaded is not None and not opened.is_chat:
            raise InputError(f"{version} holds documents, and templates are for conversations: leave --template out")

    def texts(one: Row) -> dict[str, Rendered]:
        try:
            return rendered(one.values, loaded, arguments.value) if loaded is not None else {}
        except InputError as error:
            raise InputError(f"{one.row_id}: {error}") from error

    def summary(one: Row) -> dict[str, Any]:
        told = {"rendered": {name: asdict(text) for name, text in texts(one).items()}} if loaded is not None else {}
        return {"config": one.config, "row": one.values, **told}

    def lines() -> Iterable[str]:
        for place, one in enumerate(rows):
            yield from [] if place == 0 else ["", "─" * 20, ""]
            if loaded is not None:
                yield from rendered_lines(one, texts(one), loaded.name, is_full=full)
            else:
                yield from row_lines(one, is_full=full)

    if as_json:
        told = summary(rows[0]) if row is not None else {"seed": seed, "rows": [summary(one) for one in rows]}
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False, default=str))
    else:
        tell({}, False, lines, True)


def stats(version: Version, as_json: Json = False) -> None:
    """Count what it holds: turns, lengths, roles, tools, languages, who made the rows; from the rows themselves.

    Example: licet stats out/my-conversations
    """
    from licet.pipelines.audit.version import audited
    from licet.pipelines.makers import makers_in
    from licet.pipelines.statistics.count import statistics_in
    from licet.pipelines.statistics.screen import statistics_lines

    with audited(version) as opened:
        folder, manifest = opened.folder, opened.manifest
    found, makers = statistics_in(folder, manifest), makers_in(folder, manifest)
    name = " ".join(part for part in (manifest.dataset.name, manifest.dataset.version) if part)
    summary = {
        "dataset": manifest.dataset.name,
        "version": manifest.dataset.version,
        "configs": [told.summary() for told in found],
        "makers": [{**asdict(maker), "says": maker.says} for maker in makers],
    }
    tell(summary, as_json, lambda: statistics_lines(name, found, makers), True)


def register(app: typer.Typer) -> None:
    """Add the commands to an app."""
    app.command(context_settings=HELP)(show)
    app.command(context_settings=HELP)(stats)
