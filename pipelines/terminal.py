"""What commands have in common: what they are given, and how their results are shown."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

HELP = {"help_option_names": ["-h", "--help"]}
"""How each command tells about itself."""

out = Console(soft_wrap=False)

RecipeFile = Annotated[Path, typer.Argument(help="The recipe, a YAML file.", metavar="RECIPE")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]


def emit(told: dict[str, Any], as_json: bool, show: Callable[[], None]) -> None:
    """Print a result as JSON on standard output, or show it."""
    if as_json:
        typer.echo(json.dumps(told, indent=2, sort_keys=True, default=str))
    else:
        show()
