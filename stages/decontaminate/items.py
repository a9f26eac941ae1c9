"""The items of evaluation sets, read whole: these sets are small beside what is held against them."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from licet.schemas.decontamination import EvaluationSet
from licet.schemas.errors import InputError
from licet.stages.ingest.blocks import blocks, compression_of
from licet.stages.ingest.fields import at_path, natural_id, path_of
from licet.stages.ingest.locate import Found, check_names, locate
from licet.stages.ingest.reasons import Damaged
from licet.stages.storage import read_bytes

_TEXTS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv")
SUFFIXES = (".parquet", *(kind + packed for kind in _TEXTS for packed in ("", ".gz", ".zst")))
IDS = ("task_id", "question_id", "qid", "uid", "id")
"""Fields that usually name an item, the surest first."""
Row = dict[str, Any]


@dataclass(frozen=True)
class EvaluationFile:
    """A file of an evaluation set, pinned to the bytes that were read."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Part:
    """A text of an item: what is looked for. ``item`` counts the set's items, ``name`` is what the item is called."""

    item: int
    name: str
    field: str
    text: str


@dataclass(frozen=True)
class Items:
    """The items of one set: its files, how many items they hold, and their texts in the order of the files."""

    files: tuple[EvaluationFile, ...]
    count: int
    parts: tuple[Part, ...]


def read_items(settings: EvaluationSet, base: str) -> Items:
    """Return the items of an evaluation set whose relative paths are taken from ``base``.

    Raises:
        InputError: a file is missing or cannot be read, holds no rows, or a field is in none of the rows.

    """
    told = f"evaluation set {settings.name}"
    try:
        found, _ = locate(settings.paths, base, SUFFIXES, source=settings.name)
        check_names((file.name for file in found), settings.name)
    except InputError as error:
        raise InputError(f"`decontaminate`: {str(error).replace(f'source {settings.name}', told)}") from error
    files, parts, count = [], [], 0
    known: set[str] = set()
    texts: set[str] = set()
    for file in found:
        data = _read(file, told)
        files.append(EvaluationFile(file.name, len(data), hashlib.sha256(data).hexdigest()))
        for number, row in enumerate(_rows(data, file, told)):
            name = _name(row, settings.id_field) or f"{PurePosixPath(file.name).name}#{number}"
            known |= row.keys()
            for field, text in _texts(row, settings.fields):
                texts.add(field)
                parts.append(Part(count, name, field, text))
            count += 1
    if not count:
        raise InputError(f"`decontaminate`: {told}: {', '.join(file.name for file in found[:3])} holds no rows")
    for field in settings.fields:
        if field not in texts:
            raise InputError(
                f"`decontaminate`: {told}: no row has a text in the field {field}; the fields are"
                f" {', '.join(sorted(known)) or 'none'}"
            )
    return Items(tuple(files), count, tuple(parts))


def _read(file: Found, told: str) -> bytes:
    try:
        return read_bytes(file.path)
    except (OSError, ValueError, ImportError) as error:
        words = getattr(error, "strerror", None) or error
        raise InputError(f"`decontaminate`: {told}: cannot read {file.path}: {words}") from error


def _rows(data: bytes, file: Found, told: str) -> Iterator[Row]:
    """Yield the rows of a file of whichever format its bytes, and for CSV its name, tell."""
    try:
        if data.startswith(b"PAR1"):
            yield from pq.read_table(pa.BufferReader(data), use_threads=False).to_pylist()
            return
        text = b"".join(blocks(io.BytesIO(data), compression_of(data))).decode("utf-8-sig")
        kinds = {suffix for suffix in PurePosixPath(file.name.lower()).suffixes if suffix in (".csv", ".tsv")}
        if kinds:
            yield from _of_csv(text, "\t" if ".tsv" in kinds else ",")
        else:
            yield from _of_json(text)
    except Damaged as error:
        raise InputError(f"`decontaminate`: {told}: {file.name} is {error.reason}: {error.detail}") from error
    except (ValueError, RecursionError, csv.Error, pa.ArrowException, OSError) as error:
        words = " ".join(str(error).split())[:200]
        raise InputError(
            f"`decontaminate`: {told}: {file.name} holds no rows as JSON, JSON Lines, Parquet or CSV: {words}"
        ) from error


def _of_json(text: str) -> Iterator[Row]:
    """Yield the objects of a JSON array, or of a text that has one on each line."""
    if text.lstrip().startswith("["):
        rows = json.loads(text)
    else:
        rows = [json.loads(line) for line in text.split("\n") if line.strip()]
    for row in rows:
        if not isinstance(row, dict):
            raise ValueError("a row is no object with named fields")
        yield row


def _of_csv(text: str, delimiter: str) -> Iterator[Row]:
    yield from csv.DictReader(io.StringIO(text), delimiter=delimiter, restkey="", strict=True)


def _name(row: Row, field: str | None) -> str | None:
    names = (field,) if field else IDS
    return next((name for each in names if (name := natural_id(at_path(row, path_of(each)))) is not None), None)


def _texts(row: Row, fields: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the texts of some fields of a row, or of all; those of a list or an object within are one each."""
    for field in fields or row:
        yield from _strings(field, at_path(row, path_of(field)) if fields else row[field])


def _strings(field: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if value.strip():
            yield field, value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(field, each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(field, each)
