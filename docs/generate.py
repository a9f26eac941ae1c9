"""Writes the pages of this folder that are made from the code; a test keeps them current."""

import inspect
import json
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import typer.main

from licet.pipelines.cli import app
from licet.schemas.generators import generator_table
from licet.schemas.manifest import manifest_json_schema
from licet.schemas.recipe import Recipe
from licet.stages import balance, conversation, decontaminate, dedup, ingest, quality, retract
from licet.stages import license as licensing

HERE = Path(__file__).parent
FAMILIES = (
    ("ingest", ingest),
    ("license", licensing),
    ("retractions", retract),
    ("conversations", conversation),
    ("quality", quality),
    ("decontaminate", decontaminate),
    ("dedup", dedup),
    ("balance", balance),
)
NOTE = "<!-- Made by docs/generate.py from the code: change it there. -->\n\n"


def pages() -> dict[str, str]:
    """Return the text of each generated page by its name."""
    return {
        "recipe.md": recipe_page(),
        "recipe.schema.json": json.dumps(Recipe.model_json_schema(), indent=2) + "\n",
        "manifest.schema.json": manifest_json_schema(),
        "reasons.md": reasons_page(),
        "commands.md": commands_page(),
        "generators.md": generators_page(),
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
    for name, family in FAMILIES:
        text += f"\n## {name}\n\n| reason | meaning |\n| --- | --- |\n"
        for reason, meaning in family.REASONS.items():
            text += f"| `{reason}` | {' '.join(meaning.split())} |\n"
    return text + "\nAny stage may also give `error`: it failed on the row, and `detail` says how.\n"


def generators_page() -> str:
    """Return what publishers of models ask of outputs, with where and when it was read, and the families by name."""
    table = generator_table()
    text = NOTE + "# What publishers of models ask of outputs\n\n"
    text += f"As of {table.reviewed_on}. {table.source} How it was reviewed, and how names in rows are matched:"
    text += " [decisions/license-generators.md](decisions/license-generators.md).\n\n"
    text += (
        "| terms | from | until | of training other models | clause | read |\n| --- | --- | --- | --- | --- | --- |\n"
    )
    for terms in table.terms:
        for version in terms.versions:
            cells = [
                f"[{terms.title}]({terms.url}), `{terms.id}`: {terms.says}",
                str(version.since or "not known"),
                str(version.until or ""),
                f"`{version.training}`",
                version.clause,
                f"{version.grade}: {version.source}",
            ]
            text += f"| {' | '.join(cells)} |\n"
    text += "\n## Models that add nothing\n\n| models | weights | from | of training | read |\n"
    text += "| --- | --- | --- | --- | --- |\n"
    for family in table.models:
        if family.whole and family.is_model:
            since = str(family.since or "")
            read = f"{family.grade}: {family.source}"
            text += f"| {family.family} | {family.weights} | {since} | `{family.training}` | {read} |\n"
    text += "\n## Models whose terms nobody read\n\nTheir rows are refused.\n\n"
    unread = (family for family in table.models if not family.reviewed)
    return text + "".join(f"- {family.family}: {family.note}\n" for family in unread)


def commands_page() -> str:
    """Return what every command does, with its arguments and options."""
    text = NOTE + "# Commands\n\nEvery command tells about itself with `--help`.\n"
    text += f"\n{app.info.epilog}\n"
    for path, command in commands(typer.main.get_command(app), "licet"):
        text += f"\n## {path}\n\n{described(command.help)}\n\n"
        text += "| argument or option | default | meaning |\n| --- | --- | --- |\n"
        for param in command.params:
            names = ", ".join(
                f"`{name}`"
                for name in (param.opts if param.opts[0].startswith("-") else [param.metavar or param.name.upper()])
            )
            default = "*required*" if param.required else shown_default(param.default)
            text += f"| {names} | {default} | {' '.join((param.help or '').split())} |\n"
    return text


def described(text: str) -> str:
    """Return a command's help with its examples set as code."""
    return re.sub(r"(?m)^(\s*|Example: )(licet [a-z].*)$", r"\1`\2`", inspect.cleandoc(text).replace("``", "`"))


def shown_default(value: Any) -> str:
    """Return a default as it is to be read; nothing for what is off or unset."""
    value = value.value if isinstance(value, Enum) else value
    return "" if value is None or value is False or value == "" or callable(value) else f"`{value}`"


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
