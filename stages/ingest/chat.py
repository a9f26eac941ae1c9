"""Post-training rows: objects out of JSON Lines, a JSON array or Parquet, brought to one schema by their shape."""

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from licet.schemas.recipe import Limits
from licet.schemas.rows import said
from licet.schemas.split import Pin, Split
from licet.stages.ingest.blocks import blocks
from licet.stages.ingest.fields import RowClaims, at_path, canonical, natural_id, path_of, type_name
from licet.stages.ingest.gather import Row
from licet.stages.ingest.json_array import items
from licet.stages.ingest.jsonl import Object, checked, half_surrogate, origin_of, read_objects
from licet.stages.ingest.makers import dated, declared_maker, declared_name, label_of, named_maker
from licet.stages.ingest.messages import Misshapen
from licet.stages.ingest.parquet import batches, python_values
from licet.stages.ingest.pin import open_pinned
from licet.stages.ingest.reasons import Damaged, Refusal
from licet.stages.ingest.shapes import SHAPES

OWN = ("category", "reasoning", "generator")
"""Columns of `CHAT` that a row of any shape may have by these names, where they are text."""


def read_chat(split: Split, limits: Limits) -> Iterator[Row | Refusal]:
    """Yield the conversations of a split."""
    settings = json.loads(split.settings)
    pin = split.files[0]
    claims = RowClaims.of(
        origin_of(split),
        settings.get("license_field"),
        pin.name,
        declared_maker(settings, split.source),
        settings.get("generator_field"),
    )
    for found in raw_rows(pin, limits, split.reader, settings["compression"], split.start, split.stop):
        yield found if isinstance(found, Refusal) else conversation(found, settings, claims)


def raw_rows(
    pin: Pin, limits: Limits, reader: str, compression: str, start: int = 0, stop: int = 0
) -> Iterator[Object | Refusal]:
    """Yield each row of a file, or of a range of it, as an object with its locator and size."""
    if reader == "jsonl":
        yield from read_objects(pin, limits, start, stop, compression)
    elif reader == "json":
        yield from _array(pin, limits, compression)
    else:
        yield from _table(pin, limits, start, stop)


def conversation(found: Object, settings: dict[str, Any], claims: RowClaims) -> Row | Refusal:
    """Return one row in the columns of `CHAT`, with the contents of its messages as its text."""
    row, locator, size = found
    fields = {name: settings.get(name) for name in ("id_field", "license_field", "generator_field")}
    paths = {name: path_of(field) for name, field in fields.items()}
    own = natural_id(at_path(row, paths["id_field"])) if paths["id_field"] else None
    try:
        checked(row)
        parts, used = SHAPES[settings["shape"]](row, settings["fields"])
        tools, has_tools = _tools(row.get("tools"))
        chat: dict[str, Any] = {**parts, "tools": tools}
        left = {key: value for key, value in row.items() if key not in used and value is not None}
        left = {key: value for key, value in left.items() if key not in fields.values()}
        if has_tools:
            left.pop("tools", None)
        is_named = bool(paths["generator_field"])
        made_by = named_maker(row, settings)
        for name in OWN:
            chat[name] = left.pop(name) if isinstance(left.get(name), str) else None
        chat["category"] = settings.get("category") or chat["category"]
        chat["generator"] = (made_by if is_named else None) or chat["generator"] or declared_name(settings)
        chat["metadata"] = canonical(left) if left else None
        text = said(parts)
        own_licence = at_path(row, paths["license_field"]) if paths["license_field"] else None
        licensed = claims.claims(own_licence, dated(made_by, row, settings), label_of(row, settings))
        return Row(text.encode(), locator, licensed, size, own, chat=chat)
    except Misshapen as error:
        return Refusal("unknown_shape", locator, f"{settings['shape']}: {error}", size=size, id=own)
    except UnicodeEncodeError as error:
        return half_surrogate(error, locator, size)
    except RecursionError:
        return Refusal("unknown_shape", locator, "nested too deeply", size=size)


def _tools(given: Any) -> tuple[list[str] | None, bool]:
    """Return tool definitions as JSON strings, and whether they could be read as such; a string may hold a list."""
    if isinstance(given, str) and given.strip():
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            return None, False
    if isinstance(given, list):
        return [tool if isinstance(tool, str) else canonical(tool) for tool in given], True
    return None, given in (None, "")


def _array(pin: Pin, limits: Limits, compression: str) -> Iterator[Object | Refusal]:
    count = 0
    with open_pinned(pin) as file:
        try:
            for value, written in items(blocks(file, compression), limit=limits.max_row_bytes):
                locator, size = f"{pin.name}#row={count}", len(written)
                count += 1
                if not isinstance(value, dict):
                    yield Refusal("not_an_object", locator, f"a JSON {type_name(value)}", size=size)
                else:
                    yield value, locator, size
        except Damaged as error:
            yield Refusal(error.reason, f"{pin.name}#row={error.offset}", error.detail)


def _table(pin: Pin, limits: Limits, start: int, stop: int) -> Iterator[Object | Refusal]:
    try:
        for first, batch in batches(pin, limits, start, stop, None):
            each = max(1, batch.nbytes // max(1, batch.num_rows))
            for i in range(batch.num_rows):
                locator = f"{pin.name}#row={first + i}"
                try:
                    row = _row(batch.slice(i, 1))
                except (UnicodeDecodeError, pa.ArrowException, ValueError) as error:
                    yield Refusal("invalid_utf8", locator, str(error), size=each)
                    continue
                yield _without_nulls(row), locator, each
    except Damaged as error:
        yield Refusal(error.reason, f"{pin.name}#row={error.offset}", error.detail)


def _row(batch: pa.RecordBatch) -> Any:
    """Return the one row of a batch; raise UnicodeDecodeError where its text is not UTF-8."""
    try:
        return batch.to_pylist()[0]
    except UnicodeDecodeError:
        raise
    except (ValueError, OverflowError):
        (found,) = python_values(batch.to_struct_array())
    _raise_errors(found)
    return found


def _raise_errors(value: Any) -> None:
    if isinstance(value, UnicodeDecodeError):
        raise value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _raise_errors(inner)


def _without_nulls(value: Any) -> Any:
    """Return a value without the null fields of its objects: in Parquet a struct has every field in every row."""
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value
