"""How the audit commands take a version and give an answer."""

import json
from collections.abc import Callable, Iterable
from typing import Annotated, Any

import typer
from rich.console import Console

from licet.pipelines.audit.screen import clean, is_heading

HELP = {"help_option_names": ["-h", "--help"]}
Version = Annotated[str, typer.Argument(help="The folder or URL of a finished version.", metavar="VERSION")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of words.")]
out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)


def tell(summary: dict[str, Any], as_json: bool, lines: Callable[[], Iterable[str]], is_fine: bool) -> None:
    """Print an answer, headings bold, and end with 1 where there is something to object to.

    What the data holds is printed as it is: no markup in it counts, nor anything that a terminal would act upon.
    """
    if as_json:
        typer.echo(json.dumps(summary, indent=2, sort_keys=True, default=str))
    else:
        for line in lines():
            out.print(clean(line), style="bold" if is_heading(line) else None)
    if not is_fine:
        raise typer.Exit(1)
