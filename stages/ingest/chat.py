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
from licet.stages.ingest.misfits import instead
from licet.stages.ingest.original import NOTE, OWN, noted, paths_of, read_row
from licet.stages.ingest.parquet import batches, python_values
from licet.stages.ingest.pin import open_pinned
from licet.stages.ingest.reasons import Damaged, Refusal
from licet.stages.ingest.residue import without_nulls
from licet.stages.ingest.trees import ID, conversations
from licet.stages.ingest.verdicts import Undecided


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
    rows = raw_rows(pin, limits, split.reader, settings["compression"], split.start, split.stop)
    if settings["shape"] == "tree":
        rows = conversations(rows, limits.max_row_bytes)
        settings = {"id_field": ID, **settings, "shape": "messages", "fields": {}}
    for found in rows:
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
    row, locator, size, is_whole = found
    paths = {name: path_of(settings.get(name)) for name in ("id_field", "license_field", "generator_field")}
    own = natural_id(at_path(row, paths["id_field"])) if paths["id_field"] else None
    try:
        row = without_nulls(row if is_whole else checked(row))
        chat, left, note = read_row(row, settings["shape"], settings["fields"], tags=settings.get("tags") != "text")
        is_named = bool(paths["generator_field"])
        made_by = named_maker(row, settings)
        for name in OWN:
            chat[name] = left[name] if isinstance(left.get(name), str) else None
        chat["category"] = settings.get("category") or chat["category"]
        chat["generator"] = (made_by if is_named else None) or chat["generator"] or declared_name(settings)
        if "answer" in chat:
            chat["checker"] = chat.get("checker") or settings.get("checker")
        left = {key: value for key, value in left.items() if key not in OWN or value != chat[key]}
        how = noted(row, chat, left, note)
        left = {key: value for key, value in left.items() if key != NOTE} | ({} if how is None else {NOTE: how})
        chat["metadata"] = canonical(left) if left else None
        text = said(chat)
        own_licence = at_path(row, paths["license_field"]) if paths["license_field"] else None
        licensed = claims.claims(own_licence, dated(made_by, row, settings), label_of(row, settings))
        return Row(text.encode(), locator, licensed, size, own, chat=chat)
    except Undecided as error:
        field = paths_of(settings["shape"], settings["fields"]).get(error.field, error.field)
        return Refusal("no_preference", locator, f"{settings['shape']}: `{field}` {error.said}", size=size, id=own)
    except Misshapen as error:
        told = f"{settings['shape']}: {error}{instead(row, settings['shape'])}"
        return Refusal("unknown_shape", locator, told, size=size, id=own)
    except UnicodeEncodeError as error:
        return half_surrogate(error, locator, size)
    except RecursionError:
        return Refusal("unknown_shape", locator, "nested too deeply", size=size)


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
                    yield Object(value, locator, size)
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
                yield Object(without_nulls(row), locator, each)
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
