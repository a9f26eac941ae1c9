"""Writes the pages of this folder that are made from the code; a test keeps them current."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import typer.main

from licet.pipelines.cli import app
from licet.schemas.manifest import manifest_json_schema
from licet.schemas.recipe import Recipe
from licet.stages import dedup, ingest, quality
from licet.stages import license as licensing

HERE = Path(__file__).parent
NOTE = "<!-- Made by docs/generate.py from the code: change it there. -->\n\n"


def pages() -> dict[str, str]:
    """Return the text of each generated page by its name."""
    return {
        "recipe.md": recipe_page(),
        "recipe.schema.json": json.dumps(Recipe.model_json_schema(), indent=2) + "\n",
        "manifest.schema.json": manifest_json_schema(),
        "reasons.md": reasons_page(),
        "commands.md": commands_page(),
    }


def recipe_page() -> str:
    """Return all keys of a recipe, a table for each of its parts."""
    schema = Recipe.model_json_schema()
    parts = [("recipe", schema), *sorted(schema["$defs"].items())]
    text = NOTE + "# The keys of a recipe\n\nUnknown keys are refused; `licet recipe check FILE` tells all mistakes.\n"
    for name, part in parts:
        text += f"\n## {name}\n\n{part.get('description', '')}\n\n| key | default | meaning |\n| --- | --- | --- |\n"
        for key, field in part.get("properties", {}).items():
            text += f"| `{key}` | {default_of(key, field, part)} | {' '.join(field.get('description', '').split())} |\n"
    return text


def default_of(key: str, field: dict[str, Any], part: dict[str, Any]) -> str:
    """Return the default of a key, or that there is none."""
    if key in part.get("required", []):
        return "*required*"
    default = field.get("default")
    return "" if default is None or isinstance(default, dict) else f"`{json.dumps(default)}`"


def reasons_page() -> str:
    """Return every reason for which a row can be refused."""
    text = NOTE + "# Why a row is refused\n\nEach refused row is in the ledger with one of these reasons.\n"
    for name, family in (("ingest", ingest), ("license", licensing), ("quality", quality), ("dedup", dedup)):
        text += f"\n## {name}\n\n| reason | meaning |\n| --- | --- |\n"
        for reason, meaning in family.REASONS.items():
            text += f"| `{reason}` | {' '.join(meaning.split())} |\n"
    return text + "\nAny stage may also give `error`: it failed on the row, and `detail` says how.\n"


def commands_page() -> str:
    """Return the help of every command."""
    text = NOTE + "# Commands\n"
    for path, command in commands(typer.main.get_command(app), "licet"):
        context = click.Context(command, info_name=path, terminal_width=100, max_content_width=100)
        text += f"\n## {path}\n\n```text\n{click.Command.get_help(command, context).rstrip()}\n```\n"
    return text


def commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield each command that is not hidden, with its full name."""
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, inner in command.commands.items():
        if not inner.hidden:
            yield from commands(inner, f"{path} {name}")


if __name__ == "__main__":
    for page, content in pages().items():
        (HERE / page).write_text(content, encoding="utf-8")
