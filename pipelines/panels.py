"""In which order `licet --help` shows the commands, and under which headings."""

import typer
from typer.models import CommandInfo, TyperInfo

PANELS: dict[str, tuple[str, ...]] = {
    "Make a version": ("recipe", "plan", "run", "worker-pool", "train-quality", "redo", "retract", "policy"),
    "Ask a version": ("show", "stats", "explain", "why-not", "contains", "diff", "audit"),
    "Prove it": ("verify", "sign", "keygen", "export"),
    "Publish it": ("publish", "versions", "pull", "hub"),
}
"""Headings in their order, each with its commands in theirs; each command of `licet` that is not hidden has a place."""
_ORDER = [name for names in PANELS.values() for name in names]


def in_panels(app: typer.Typer) -> None:
    """Put the commands of an app under their headings."""
    told: list[CommandInfo | TyperInfo] = [*app.registered_commands, *app.registered_groups]
    for info in told:
        if panel := next((panel for panel, names in PANELS.items() if _name(info) in names), None):
            info.rich_help_panel = panel
    app.registered_commands.sort(key=_place)
    app.registered_groups.sort(key=_place)


def _place(info: CommandInfo | TyperInfo) -> int:
    name = _name(info)
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def _name(info: CommandInfo | TyperInfo) -> str:
    return info.name if isinstance(info.name, str) else getattr(info.callback, "__name__", "")
