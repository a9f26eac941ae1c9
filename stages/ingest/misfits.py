"""What is said of a row that is not of its source's shape: of which other it would be."""

from collections.abc import Mapping, Sequence
from typing import Any

from licet.stages.ingest.fields import at_path, path_of
from licet.stages.ingest.kinds import kind_of
from licet.stages.ingest.messages import Misshapen
from licet.stages.ingest.original import read_row
from licet.stages.ingest.shapes import SHAPES, SURE


def named(shape: str, rows: Sequence[dict[str, Any]], given: Mapping[str, str]) -> dict[str, str]:
    """Return what rows call a shape's fields where it is not as usual: as given, else the first usual one."""
    found = {}
    for field, names in SHAPES[shape].fields.items():
        there = (name for name in names if any(at_path(row, path_of(name)) is not None for row in rows))
        usual = next(there, names[0])
        if usual != names[0]:
            found[field] = usual
    return {**found, **given}


def misfit(shape: str, row: dict[str, Any], fields: Mapping[str, str], *, is_asked: bool = True) -> str | None:
    """Return why a row does not fit a shape; None when it does. ``is_asked`` is whether the recipe names the shape."""
    try:
        read_row(row, shape, fields)
    except Misshapen as error:
        return f"{shape}: {error}"
    if shape == "completion" and not is_asked and at_path(row, path_of(fields.get("prompt", "prompt"))) is None:
        return "completion: a text alone may be a document, and is read as an answer where the recipe says so"
    if shape == "rl" and not is_asked:
        paths = {name: fields.get(name, usual[0]) for name, usual in SHAPES["rl"].needs.items()}
        if paths["answer"] not in SURE and not isinstance(at_path(row, path_of(paths["prompt"])), list):
            return "rl: a question with an answer may be one to learn from"
    return None


def instead(row: dict[str, Any], shape: str) -> str:
    """Return, as the end of a sentence, which other shape a row has, and of which kind that is; empty for none."""
    for other in SHAPES:
        if other != shape and misfit(other, row, named(other, [row], {}), is_asked=False) is None:
            kind = f", of the kind {kind_of(other)}" if kind_of(other) != kind_of(shape) else ""
            return f"; it is a row of the shape {other}{kind}: read the file by a source of that shape too"
    return ""
