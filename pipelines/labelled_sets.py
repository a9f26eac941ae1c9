"""Texts to learn from, read from JSON Lines, Parquet or trees of text files, on any fsspec store."""

import gzip
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from licet.schemas.errors import InputError
from licet.stages import storage

JSON_ENDINGS = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".jsonl.zst", ".ndjson.zst")
PARQUET_ENDINGS = (".parquet",)


@dataclass(frozen=True)
class Labelled:
    """One text; ``group`` names what must not be parted between training and held-out rows, empty for none."""

    text: str
    group: str = ""


def read_labelled(
    patterns: Sequence[str], text_field: str = "text", group_field: str | None = None
) -> Iterator[Labelled]:
    """Yield the texts of files, folders and globs, in the order of their names; empty texts are passed over.

    Any file that is neither JSON Lines nor Parquet is one text, and its folder is its group when groups are asked for.

    Raises:
        InputError: a pattern matches nothing, a file cannot be read, or a row lacks a field.

    """
    for path in [path for pattern in patterns for path in files_of(pattern)]:
        yield from _told(path, (row for row in _read(path, text_field, group_field) if row.text.strip()))


def _told(path: str, rows: Iterator[Labelled]) -> Iterator[Labelled]:
    """Yield rows; what goes wrong on the way is an `InputError` that names the file."""
    try:
        yield from rows
    except (OSError, EOFError, UnicodeDecodeError, zstandard.ZstdError, pa.ArrowException) as error:
        raise InputError(f"cannot read {path}: {' '.join(str(error).split())}") from error


def files_of(pattern: str) -> list[str]:
    """Return the files that a path, folder or glob stands for, sorted."""
    try:
        fs, name = fsspec.core.url_to_fs(pattern)
        if any(mark in name for mark in "*?["):
            found = [path for path in fs.glob(name) if not fs.isdir(path)]
        else:
            found = fs.find(name)
    except (OSError, ValueError, ImportError) as error:
        raise InputError(f"cannot look for {pattern}: {' '.join(str(error).split())}") from error
    if not found:
        raise InputError(f"{pattern} matches no file: give a file, a folder or a glob")
    local = storage.is_local(pattern)
    return sorted(path if local else fs.unstrip_protocol(path) for path in found)


def _read(path: str, text_field: str, group_field: str | None) -> Iterator[Labelled]:
    if path.endswith(JSON_ENDINGS):
        yield from _read_json(path, text_field, group_field)
    elif path.endswith(PARQUET_ENDINGS):
        with storage.open_input(path) as file:
            table = pq.ParquetFile(file)
            wanted = [text_field, *([group_field] if group_field else [])]
            for name in wanted:
                if name not in table.schema_arrow.names:
                    raise InputError(_lacking(path, name, table.schema_arrow.names))
            for batch in table.iter_batches(1024, columns=wanted):
                for row in batch.to_pylist():
                    yield _labelled(path, row, text_field, group_field)
    else:
        text = storage.read_bytes(path).decode("utf-8")
        yield Labelled(text, path.rpartition("/")[0] if group_field else "")


def _read_json(path: str, text_field: str, group_field: str | None) -> Iterator[Labelled]:
    with storage.open_input(path) as file, _unpacked(path, file) as stream, io.TextIOWrapper(stream, "utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise InputError(f"{path}, line {number} is not JSON: {error}") from error
            if not isinstance(row, dict):
                raise InputError(f"{path}, line {number} is no JSON object")
            yield _labelled(f"{path}, line {number}", row, text_field, group_field)


def _unpacked(path: str, file: IO[bytes]) -> Any:
    """Return the bytes of a file, decompressed by what its name says."""
    if path.endswith(".gz"):
        return gzip.GzipFile(fileobj=file)
    return zstandard.ZstdDecompressor().stream_reader(file) if path.endswith(".zst") else file


def _labelled(where: str, row: dict[str, Any], text_field: str, group_field: str | None) -> Labelled:
    for name in (text_field, group_field):
        if name and name not in row:
            raise InputError(_lacking(where, name, list(row)))
    text = row[text_field]
    if text is None:
        return Labelled("")
    if not isinstance(text, str):
        raise InputError(f"{where}: the field `{text_field}` is no text")
    return Labelled(text, str(row[group_field]) if group_field else "")


def _lacking(where: str, name: str, names: list[str]) -> str:
    return f"{where} has no field `{name}`: its fields are {', '.join(names) or 'none'}"
