"""Which shape the rows of a file have, told from its first rows."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from licet.schemas.errors import InputError
from licet.schemas.recipe import Limits
from licet.schemas.rows import SAID
from licet.schemas.sources import ChatSource
from licet.schemas.split import Pin
from licet.stages.ingest.chat import raw_rows
from licet.stages.ingest.fields import at_path, path_of
from licet.stages.ingest.messages import Misshapen
from licet.stages.ingest.misfits import misfit, named
from licet.stages.ingest.original import paths_of, read_row
from licet.stages.ingest.reasons import Refusal
from licet.stages.ingest.residue import without_nulls
from licet.stages.ingest.shapes import SHAPES

SAMPLE = 50
"""Rows looked at. Files are uniform or mixed from their beginning; a later misfit goes to the ledger."""

Found = tuple[str, dict[str, str], dict[str, Any]]
"""A shape, what a file calls its fields where that is not as usual, and what was seen of it in the first rows: how many
``rows`` were looked at and how many ``fit``, which ``speakers`` have a say in them, and which ``tags``."""


def shape_of_file(source: ChatSource, pin: Pin, limits: Limits, reader: str, compression: str) -> Found:
    """Return the shape of a file's rows.

    A file without a readable row has the shape that the source names, or ``messages``.

    Raises:
        InputError: none of the first rows fits.

    """
    found = islice(raw_rows(pin, limits, reader, compression), SAMPLE)
    rows = [without_nulls(each[0]) for each in found if not isinstance(each, Refusal)]
    tried = tuple(SHAPES) if source.shape == "auto" else (source.shape,)
    if not rows:
        return (tried[0] if source.shape != "auto" else "messages"), dict(source.fields), {"rows": 0, "fit": 0}
    (shape, fields), count, told = detect(rows, tried, source.fields)
    if not count:
        keys = ", ".join(sorted(rows[0])) or "none"
        sought = "any known shape" if source.shape == "auto" else f"the shape {source.shape}"
        raise InputError(
            f"source {source.name}: none of the first {len(rows)} rows of {pin.name} fits {sought} ({told});"
            f" its fields are {keys}: set shape and fields"
        )
    seen = _seen(rows, shape, fields)
    return shape, fields, {"rows": len(rows), "fit": count, **({"misfit": told} if told else {}), **seen}


def detect(
    rows: Sequence[dict[str, Any]], shapes: Sequence[str], given: Mapping[str, str]
) -> tuple[tuple[str, dict[str, str]], int, str]:
    """Return the shape that most rows fit, with its fields' names; how many fit; and the first misfit of the best.

    Of shapes that as many rows fit, the first in the order of `SHAPES` is taken; where none fits any, the one of whose
    fields most are there.
    """
    best: tuple[tuple[str, dict[str, str]], int, str] = ((shapes[0], dict(given)), -1, "")
    nearest = (-1.0, 0)
    for shape in shapes:
        fields = named(shape, rows, given)
        fits, first = 0, ""
        for told in (misfit(shape, row, fields, is_asked=len(shapes) == 1) for row in rows):
            fits += told is None
            first = first or told or ""
        near = (0.0, 0) if fits else _there(shape, rows[0], fields)
        if fits > best[1] or (fits == best[1] == 0 and near > nearest):
            best, nearest = ((shape, fields), fits, first), near
    if not best[1] and not nearest[1] and len(shapes) > 1 and best[2].endswith("is missing"):
        return best[0], 0, "no shape needs a field of any of their names"
    return best


def _there(shape: str, row: dict[str, Any], fields: Mapping[str, str]) -> tuple[float, int]:
    """Return what share of the fields that a shape needs a row has, and how many these are."""
    paths = [path_of(paths_of(shape, fields)[name]) for name in SHAPES[shape].needs]
    count = sum(at_path(row, path) is not None for path in paths)
    return count / len(paths), count


def _seen(rows: Sequence[dict[str, Any]], shape: str, fields: Mapping[str, str]) -> dict[str, list[str]]:
    """Return what speakers are called in rows of a shape, and which tags are in what they say."""
    speakers: set[str] = set()
    tags: set[str] = set()
    for row in rows:
        try:
            parts, _, note = read_row(row, shape, fields)
        except Misshapen:
            continue
        tags.update(note.get("tags", ()))
        turns = [turn for value in row.values() if isinstance(value, list) for turn in value if isinstance(turn, dict)]
        own = {str(name) for turn in turns if (name := turn.get("role", turn.get("from")))}
        speakers.update(own or {one["role"] for name in SAID for one in parts.get(name) or ()})
    return {"speakers": sorted(speakers), "tags": sorted(tags)}
