"""Looks at the beginning of a file before anything is run: is it what its source says, and where is it cut."""

from itertools import islice
from typing import Any

from licet.schemas.errors import InputError
from licet.schemas.recipe import Limits
from licet.schemas.sources import ChatSource, JsonlSource, ParquetSource, WarcSource, WetSource
from licet.schemas.split import Pin
from licet.stages.ingest import parquet
from licet.stages.ingest.blocks import blocks, compression_of
from licet.stages.ingest.detect import shape_of_file
from licet.stages.ingest.fields import at_path, path_of
from licet.stages.ingest.jsonl import BOM, read_objects
from licet.stages.ingest.reasons import Damaged, Refusal
from licet.stages.storage import open_input

HEAD = 4096
SAMPLE = 20
"""Rows of JSON Lines looked at for the text field."""
OTHERS = {
    b"PAR1": "a Parquet file",
    b"ARROW1": "an Arrow file",
    b"PK\x03\x04": "a zip archive",
    b"%PDF": "a PDF",
    b"SQLite format 3": "an SQLite database",
    b"BZh": "compressed with bzip2, which is not read",
    b"\xfd7zXZ": "compressed with xz, which is not read",
    b"WARC/": "a WARC file",
    b"<": "markup",
}
"""How files begin that are surely not JSON Lines."""

FileSource = JsonlSource | ParquetSource | ChatSource | WarcSource | WetSource
Sniffed = tuple[str, dict[str, Any], list[tuple[int, int]]]
"""The reader of a file, its settings, and the ranges to cut it into; (0, 0) is the whole file."""


def sniff(source: FileSource, pin: Pin, limits: Limits) -> Sniffed:
    """Return how a file is to be read.

    Raises:
        InputError: it is obviously of another format, or lacks what the source asks of it.

    """
    if isinstance(source, ParquetSource):
        return _parquet(source, pin, limits)
    compression, head = _beginning(pin)
    if isinstance(source, (WarcSource, WetSource)):
        if head and not head.lstrip().startswith(b"WARC/"):
            raise InputError(
                f"source {source.name}: {pin.name} is no {source.type.upper()} file: it has no WARC header"
            )
        return source.type, {}, [(0, 0)]
    if isinstance(source, ChatSource):
        return _chat(source, pin, limits, compression, head)
    _refuse_others(source, pin, head)
    if head.lstrip().startswith(b"["):
        raise InputError(f"source {source.name}: {pin.name} is a JSON array, not JSON Lines: write one object a line")
    settings = source.model_dump(include={n for n in parquet.FIELDS if getattr(source, n) is not None})
    found = islice(read_objects(pin, limits, 0, 0, compression), SAMPLE)
    rows = [each[0] for each in found if not isinstance(each, Refusal)]
    if rows and all(at_path(row, path_of(source.text_field)) is None for row in rows):
        keys = ", ".join(sorted({key for row in rows for key in row})) or "none"
        raise InputError(
            f"source {source.name}: none of the first {len(rows)} rows of {pin.name} has a field"
            f" `{source.text_field}`; their fields are {keys}: set text_field to one of them"
        )
    return "jsonl", {**settings, "compression": compression}, _byte_ranges(pin, limits, compression)


def _parquet(source: ParquetSource, pin: Pin, limits: Limits) -> Sniffed:
    settings = source.model_dump(include={n for n in parquet.FIELDS if getattr(source, n) is not None})
    with parquet.inspect(pin.path, pin.name, source.name) as file:
        parquet.check_columns(file.schema_arrow, settings, pin.name, source.name)
        return "parquet", settings, parquet.runs(file, limits.split_bytes) or [(0, 0)]


def _chat(source: ChatSource, pin: Pin, limits: Limits, compression: str, head: bytes) -> Sniffed:
    ranges = [(0, 0)]
    if head.startswith(b"PAR1"):
        reader = "parquet"
        with parquet.inspect(pin.path, pin.name, source.name) as file:
            ranges = parquet.runs(file, limits.split_bytes) or ranges
    else:
        _refuse_others(source, pin, head)
        reader = "json" if head.lstrip().startswith(b"[") else "jsonl"
        if reader == "jsonl":
            ranges = _byte_ranges(pin, limits, compression)
    shape, fields, sampled = shape_of_file(source, pin, limits, reader, compression)
    if shape == "tree":
        ranges = [(0, 0)]  # the rows of a tree are read together
    told = {"id_field", "license_field", "category", "checker", "tags"}
    told |= {"generator", "generator_field", "generated_field"}
    settings = source.model_dump(mode="json", include=told, exclude_none=True)
    found = {"shape": shape, "fields": fields, "sampled": sampled, "compression": compression}
    return reader, {**settings, **found}, ranges


def _beginning(pin: Pin) -> tuple[str, bytes]:
    """Return how a file is compressed, and its first bytes once it no longer is."""
    with open_input(pin.path) as file:
        compression = compression_of(file.read(4))
        file.seek(0)
        try:
            return compression, next(blocks(file, compression), b"")[:HEAD].removeprefix(BOM)
        except Damaged:
            return compression, b""


def _refuse_others(source: FileSource, pin: Pin, head: bytes) -> None:
    for magic, told in OTHERS.items():
        if head.lstrip().startswith(magic):
            raise InputError(f"source {source.name}: {pin.name} is not JSON: it is {told}")


def _byte_ranges(pin: Pin, limits: Limits, compression: str) -> list[tuple[int, int]]:
    """Return the ranges of plain JSON Lines; a compressed stream cannot be entered in its middle."""
    if compression or pin.size <= limits.split_bytes:
        return [(0, 0)]
    step = limits.split_bytes
    return [(at, min(at + step, pin.size)) for at in range(0, pin.size, step)]
