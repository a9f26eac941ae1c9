"""Which shape the rows of a file have, told from its first rows."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from licet.schemas.errors import InputError
from licet.schemas.recipe import Limits
from licet.schemas.sources import ChatSource
from licet.schemas.split import Pin
from licet.stages.ingest.chat import raw_rows
from licet.stages.ingest.messages import Misshapen
from licet.stages.ingest.reasons import Refusal
from licet.stages.ingest.shapes import FIELDS, SHAPES, is_transcript

SAMPLE = 50
"""Rows looked at. Files are uniform or mixed from their beginning; a later misfit goes to the ledger."""


def shape_of_file(
    source: ChatSource, pin: Pin, limits: Limits, reader: str, compression: str
) -> tuple[str, dict[str, str]]:
    """Return the shape of a file's rows and what it calls the shape's fields.

    A file without a readable row has the shape that the source names, or ``messages``.

    Raises:
        InputError: none of the first rows fits.

    """
    found = islice(raw_rows(pin, limits, reader, compression), SAMPLE)
    rows = [each[0] for each in found if not isinstance(each, Refusal)]
    tried = tuple(FIELDS) if source.shape == "auto" else (source.shape,)
    if not rows:
        return (tried[0] if source.shape != "auto" else "messages"), dict(source.fields)
    best, count, misfit = detect(rows, tried, source.fields)
    if not count:
        keys = ", ".join(sorted(rows[0])) or "none"
        sought = "any known shape" if source.shape == "auto" else f"the shape {source.shape}"
        raise InputError(
            f"source {source.name}: none of the first {len(rows)} rows of {pin.name} fits {sought} ({misfit});"
            f" its fields are {keys}: set shape and fields"
        )
    return best


def detect(
    rows: Sequence[dict[str, Any]], shapes: Sequence[str], given: Mapping[str, str]
) -> tuple[tuple[str, dict[str, str]], int, str]:
    """Return the shape that most rows fit, with its fields' names; how many fit; and the first misfit of the best.

    Of shapes that as many rows fit, the first in the order of `FIELDS` is taken.
    """
    best: tuple[tuple[str, dict[str, str]], int, str] = ((shapes[0], dict(given)), -1, "")
    for shape in shapes:
        fields = _named(shape, rows, given)
        fits, misfit = 0, ""
        for told in (_misfit(shape, row, fields) for row in rows):
            fits += told is None
            misfit = misfit or told or ""
        if shape == "transcript" and not any(is_transcript(v) for row in rows for v in row.values()):
            fits = 0
        if fits > best[1]:
            best = (shape, fields), fits, misfit
    return best


def _misfit(shape: str, row: dict[str, Any], fields: Mapping[str, str]) -> str | None:
    """Return why a row does not fit a shape; None when it does."""
    try:
        SHAPES[shape](row, fields)
    except Misshapen as error:
        return f"{shape}: {error}"
    return None


def _named(shape: str, rows: Sequence[dict[str, Any]], given: Mapping[str, str]) -> dict[str, str]:
    """Return what the rows call a shape's fields: as the source says, else the first usual name that they have."""
    present = {key for row in rows for key in row}
    named = {}
    for field, names in FIELDS[shape].items():
        usual = next((name for name in names if name in present), field)
        if usual != field:
            named[field] = usual
    return {**named, **given}
