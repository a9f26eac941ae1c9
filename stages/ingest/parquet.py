"""Parquet: runs of row groups, only the columns that are needed, a bounded number of rows at a time."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from licet.schemas.errors import InputError
from licet.schemas.recipe import Limits
from licet.schemas.split import Pin, Split
from licet.stages.ingest.fields import RowClaims, natural_id, plain
from licet.stages.ingest.gather import MAX_ROWS, Row
from licet.stages.ingest.jsonl import not_text, origin_of
from licet.stages.ingest.pin import open_pinned
from licet.stages.ingest.reasons import Damaged, Refusal
from licet.stages.storage import open_input

FIELDS = ("text_field", "id_field", "url_field", "date_field", "license_field")


def read_parquet(split: Split, limits: Limits) -> Iterator[Row | Refusal]:
    """Yield the documents of a run of row groups of one file."""
    settings = json.loads(split.settings)
    pin = split.files[0]
    text_field = settings["text_field"]
    wanted = [settings[name] for name in FIELDS if settings.get(name)]
    claims = RowClaims.of(origin_of(split), settings.get("license_field"), pin.name)
    try:
        for first, batch in batches(pin, limits, split.start, split.stop, wanted):
            texts = nested(batch, text_field)
            others = {n: _values(batch, settings.get(n)) for n in FIELDS[1:]}
            data = _as_bytes(texts)
            for i, text in enumerate(data):
                locator = f"{pin.name}#row={first + i}"
                broken = next((v for v in (values[i] for values in others.values()) if isinstance(v, ValueError)), None)
                if broken is not None:
                    yield Refusal("invalid_utf8", locator, str(broken), size=len(text or b""))
                    continue
                own = natural_id(others["id_field"][i])
                if text is None:
                    yield not_text(None, text_field, locator, 0, own)
                    continue
                try:
                    text.decode()
                except UnicodeDecodeError as error:
                    told = f"byte {error.start} of `{text_field}`: {error.reason}"
                    yield Refusal("invalid_utf8", locator, told, size=len(text), id=own)
                    continue
                yield Row(
                    text,
                    locator,
                    claims.claims(others["license_field"][i]),
                    len(text),
                    own,
                    plain(others["url_field"][i]),
                    plain(others["date_field"][i]),
                )
    except Damaged as error:
        yield Refusal(error.reason, f"{pin.name}#row={error.offset}", error.detail)


def batches(
    pin: Pin, limits: Limits, start: int, stop: int, columns: list[str] | None
) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Yield row groups [``start``, ``stop``) of a file in batches, each with the number of its first row in the file.

    A batch has as many rows as are likely to hold ``limits.batch_bytes``, judged by the row group's own figures.

    Raises:
        Damaged: ``unreadable``, with the first row of the batch that could not be decoded.

    """
    with open_pinned(pin) as source:
        row = 0
        try:
            file = pq.ParquetFile(source, buffer_size=1 << 20, pre_buffer=False)
            row = sum(file.metadata.row_group(i).num_rows for i in range(start))
            for group in range(start, stop or file.metadata.num_row_groups):
                meta = file.metadata.row_group(group)
                fit = limits.batch_bytes * meta.num_rows // max(1, meta.total_byte_size)
                size = max(1, min(MAX_ROWS, fit))
                for batch in file.iter_batches(size, row_groups=[group], columns=columns, use_threads=False):
                    yield row, batch
                    row += batch.num_rows
        except (pa.ArrowException, OSError, ValueError) as error:
            raise Damaged("unreadable", f"Parquet: {' '.join(str(error).split())}", offset=row) from error


def nested(batch: pa.RecordBatch, field: str) -> pa.Array:
    """Return a column, or by a dotted name a field within struct columns."""
    if field in batch.schema.names:
        return batch.column(field)
    name, *inner = field.split(".")
    return pc.struct_field(batch.column(name), inner)


def _values(batch: pa.RecordBatch, field: str | None) -> list[Any]:
    if field is None:
        return [None] * batch.num_rows
    column = nested(batch, field)
    return _text_values(column) if is_text(column.type) else python_values(column)


def python_values(column: pa.Array) -> list[Any]:
    """Return the values of a column; in place of one that has bytes which are not UTF-8, the error.

    A time that Python has no type for, before year 1, after 9999 or finer than microseconds, is written out.
    """
    try:
        found: list[Any] = column.to_pylist()
    except (ValueError, OverflowError):
        return [_python_value(value) for value in column]
    return found


def _python_value(value: pa.Scalar) -> Any:
    try:
        return value.as_py()
    except UnicodeDecodeError as error:
        return error
    except (ValueError, OverflowError):
        if pa.types.is_struct(value.type):
            return {value.type.field(i).name: _python_value(value[i]) for i in range(value.type.num_fields)}
        if pa.types.is_list(value.type) or pa.types.is_large_list(value.type):
            return [_python_value(inner) for inner in value.values]
        return str(value.cast(pa.string())) if pa.types.is_temporal(value.type) else None


def _text_values(column: pa.Array) -> list[Any]:
    return [None if value is None else value.decode(errors="replace") for value in _as_bytes(column)]


def _as_bytes(column: pa.Array) -> list[bytes | None]:
    """Return a text column as bytes: Arrow does not look whether what a file calls UTF-8 is."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    found: list[bytes | None] = column.cast(pa.large_binary()).to_pylist()
    return found


def is_text(kind: pa.DataType) -> bool:
    """Tell whether a column of this type can hold text: strings and bytes, in any of Arrow's ways."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return any(test(kind) for test in (*tests, pa.types.is_binary, pa.types.is_large_binary))


@contextmanager
def inspect(path: str, name: str, source: str) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file to look at its schema and row groups.

    Raises:
        InputError: it is no Parquet file.

    """
    with open_input(path) as file:
        try:
            opened = pq.ParquetFile(file)
        except (pa.ArrowException, OSError, ValueError) as error:
            told = " ".join(str(error).split())[:200]
            raise InputError(f"source {source}: {name} is no Parquet file, or not a whole one: {told}") from error
        yield opened


def check_columns(schema: pa.Schema, fields: dict[str, str], name: str, source: str) -> None:
    """Refuse a file that lacks a column the source names, or whose text column is no text.

    Raises:
        InputError: naming the columns the file has.

    """
    for setting, field in fields.items():
        found = _type_at(schema, field)
        if schema.names.count(field.split(".")[0]) > 1:
            raise InputError(f"source {source}: {name} has more than one column `{field.split('.')[0]}`: rename them")
        if found is None:
            raise InputError(
                f"source {source}: {name} has no column `{field}`; its columns are {', '.join(schema.names) or 'none'}:"
                f" set {setting} to one of them"
            )
        if setting == "text_field" and not is_text(found):
            raise InputError(f"source {source}: column `{field}` of {name} is of type {found}, which is not text")


def _type_at(schema: pa.Schema, field: str) -> pa.DataType | None:
    if schema.names.count(field) == 1:
        return schema.field(field).type
    name, *inner = field.split(".")
    if schema.names.count(name) != 1 or not inner:
        return None
    kind = schema.field(name).type
    for key in inner:
        if not pa.types.is_struct(kind) or kind.get_field_index(key) < 0:
            return None
        kind = kind.field(key).type
    return kind


def runs(file: pq.ParquetFile, split_bytes: int) -> list[tuple[int, int]]:
    """Return consecutive runs of row groups, [start, stop), each of about ``split_bytes`` as stored."""
    found: list[tuple[int, int]] = []
    start, held = 0, 0
    for group in range(file.metadata.num_row_groups):
        meta = file.metadata.row_group(group)
        size = sum(meta.column(i).total_compressed_size for i in range(meta.num_columns))
        if held and held + size > split_bytes:
            found.append((start, group))
            start, held = group, 0
        held += size
    return [*found, (start, file.metadata.num_row_groups)] if file.metadata.num_row_groups else []
