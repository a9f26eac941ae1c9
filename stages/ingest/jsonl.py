"""JSON Lines, plain, gzip or zstd: one object a line; plain files are cut into byte ranges.

Blank lines are no rows. A line that begins in a range belongs to it, so the rows of a file are the same however it
is cut. Lines must be UTF-8 (a byte order mark at the start of the file is passed over) and JSON as Python reads
it; ``NaN`` and the infinities, which are not JSON but common, are read as null.
"""

import json
from collections.abc import Iterator
from typing import Any

from licet.schemas.recipe import Limits
from licet.schemas.split import Pin, Split
from licet.stages.ingest.blocks import blocks
from licet.stages.ingest.fields import RowClaims, at_path, natural_id, path_of, plain, type_name
from licet.stages.ingest.gather import Row
from licet.stages.ingest.lines import lines_of_range
from licet.stages.ingest.pin import open_pinned
from licet.stages.ingest.reasons import Damaged, Refusal

BOM = b"\xef\xbb\xbf"
DECODE = json.JSONDecoder(parse_constant=lambda _: None).decode
Object = tuple[dict[str, Any], str, int]
"""An object, its locator, and the bytes it was read from."""


def read_jsonl(split: Split, limits: Limits) -> Iterator[Row | Refusal]:
    """Yield the documents of one range of one file."""
    settings = json.loads(split.settings)
    pin = split.files[0]
    text_path = path_of(settings["text_field"])
    id_path, url_path, date_path, license_path = (
        path_of(settings.get(name)) for name in ("id_field", "url_field", "date_field", "license_field")
    )
    claims = RowClaims.of(origin_of(split), settings.get("license_field"), pin.name)
    for found in objects(pin, limits, split.start, split.stop, settings["compression"]):
        if isinstance(found, Refusal):
            yield found
            continue
        row, locator, size = found
        text = at_path(row, text_path)
        own = natural_id(at_path(row, id_path)) if id_path else None
        try:
            if type(text) is not str:
                yield not_text(text, settings["text_field"], locator, size, encodable(own))
                continue
            yield Row(
                text.encode(),
                locator,
                claims.claims(checked(at_path(row, license_path))) if license_path else claims.origin,
                size,
                checked(own),
                checked(plain(at_path(row, url_path))) if url_path else None,
                checked(plain(at_path(row, date_path))) if date_path else None,
            )
        except UnicodeEncodeError as error:
            yield half_surrogate(error, locator, size)


def objects(pin: Pin, limits: Limits, start: int, stop: int, compression: str) -> Iterator[Object | Refusal]:
    """Yield each line of a file, or of a byte range of it, that is a JSON object; a refusal for any other."""
    limit = limits.max_row_bytes
    with open_pinned(pin) as file:
        if start:
            file.seek(start - 1)
        found = lines_of_range(blocks(file, compression), start=start, stop=stop or None, limit=limit)
        try:
            for offset, line, length in found:
                if line is None:
                    locator = f"{pin.name}#byte={offset}"
                    yield Refusal("too_large", locator, value=length, threshold=limit, size=length)
                    continue
                if not offset and line.startswith(BOM):
                    line = line[3:]
                if not line or line.isspace():
                    continue
                yield _object(line, f"{pin.name}#byte={offset}")
        except Damaged as error:
            yield Refusal(error.reason, f"{pin.name}#byte={error.offset}", error.detail)


def _object(line: bytes, locator: str) -> Object | Refusal:
    try:
        row = DECODE(line.decode())
    except UnicodeDecodeError as error:
        return Refusal("invalid_utf8", locator, f"byte {error.start} of the line: {error.reason}", size=len(line))
    except (ValueError, RecursionError) as error:
        return Refusal("bad_json", locator, str(error) or "nested too deeply", size=len(line))
    if type(row) is not dict:
        return Refusal("not_an_object", locator, f"a JSON {type_name(row)}", size=len(line))
    return row, locator, len(line)


def not_text(value: Any, field: str, locator: str, size: int, own: str | None) -> Refusal:
    """Return the refusal of a row whose text field holds ``value``, which is not text."""
    if value is None:
        return Refusal("missing_text", locator, f"no `{field}`", size=size, id=own)
    return Refusal("wrong_type", locator, f"`{field}` is of type {type_name(value)}", size=size, id=own)


def half_surrogate(error: UnicodeEncodeError, locator: str, size: int) -> Refusal:
    """Return the refusal of a row with a code point that UTF-8 cannot write."""
    return Refusal("invalid_utf8", locator, f"character {error.start} of a field: {error.reason}", size=size)


def checked(value: Any) -> Any:
    """Return a value whose text can be written as UTF-8; raise UnicodeEncodeError for half a surrogate pair."""
    if isinstance(value, str):
        if not value.isascii():
            value.encode()
    elif isinstance(value, (list, dict)):
        json.dumps(value, ensure_ascii=False, default=str).encode()
    return value


def encodable(value: str | None) -> str | None:
    """Return a text that can be written as UTF-8, or None."""
    try:
        return None if value is None else value.encode().decode()
    except UnicodeEncodeError:
        return None


def origin_of(split: Split, file: int = 0) -> tuple[Any, ...]:
    """Return the claims that the origin of a split's file makes."""
    return split.claims[split.claims_of[file]] if split.claims_of else split.claims[0]
