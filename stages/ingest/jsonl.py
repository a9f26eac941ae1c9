"""JSON Lines, plain, gzip or zstd: one object a line; plain files are cut into byte ranges.

Blank lines are no rows. A line that begins in a range belongs to it, so the rows of a file are the same however it
is cut. Lines must be UTF-8 (a byte order mark at the start of the file is passed over) and JSON as Python reads
it; ``NaN`` and the infinities, which are not JSON but common, are read as null.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple

import pyarrow as pa

from licet.schemas.recipe import Limits
from licet.schemas.split import Pin, Split
from licet.stages.ingest.blocks import blocks
from licet.stages.ingest.fields import RowClaims, at_path, natural_id, path_of, plain, type_name
from licet.stages.ingest.gather import Row
from licet.stages.ingest.json_columns import columns_of
from licet.stages.ingest.lines import Piece, lines, whole_lines
from licet.stages.ingest.pin import open_pinned
from licet.stages.ingest.reasons import Damaged, Refusal

BOM = b"\xef\xbb\xbf"
DECODE = json.JSONDecoder(parse_constant=lambda _: None).decode
OTHER_FIELDS = ("id_field", "url_field", "date_field", "license_field")
TOO_DEEP = "nested too deeply"
"""What Python's parser gives up on and Arrow's does not: such a line is tried by columns, as its neighbours were."""
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


class Object(NamedTuple):
    """An object, its locator, the bytes it was read from, and whether these tell that UTF-8 can write all its text."""

    row: dict[str, Any]
    locator: str
    size: int
    is_whole: bool = False


def read_jsonl(split: Split, limits: Limits) -> Iterator[Row | Refusal]:
    """Yield the documents of one range of one file."""
    settings = json.loads(split.settings)
    pin = split.files[0]
    documents = Documents(settings, RowClaims.of(origin_of(split), settings.get("license_field"), pin.name), pin.name)
    with open_pinned(pin) as file:
        try:
            for piece in pieces(file, limits, split.start, split.stop, settings["compression"]):
                yield from documents.of(piece, limits.max_row_bytes)
        except Damaged as error:
            yield Refusal(error.reason, f"{pin.name}#byte={error.offset}", error.detail)


@dataclass
class Documents:
    """Makes documents of runs of lines: by columns where a run allows it, else line by line.

    ``kinds`` is the type of each field in the last run that was read by columns: ids are text or whole numbers.
    """

    settings: dict[str, Any]
    claims: RowClaims
    name: str
    kinds: dict[str, pa.DataType] = field(default_factory=dict)

    def __post_init__(self) -> None:
        wanted = [self.settings[name] for name in ("text_field", *OTHER_FIELDS) if self.settings.get(name)]
        self.kinds = {} if any("." in name for name in wanted) else dict.fromkeys(wanted, pa.string())
        self.paths = {name: path_of(self.settings.get(name)) for name in ("text_field", *OTHER_FIELDS)}

    def of(self, piece: Piece, limit: int) -> Iterator[Row | Refusal]:
        """Yield the documents of one run, in order."""
        offset, run, _ = piece
        found = self.by_columns(offset, run, limit) if run is not None and self.kinds else None
        if found is not None:
            yield from found
            return
        for one in lines([piece], limit=limit):
            for line in objects([one], self.name, limit):
                if not isinstance(line, Refusal):
                    yield self.document(line)
                elif line.detail == TOO_DEEP and one[1] is not None and self.kinds:
                    yield from self.by_columns(one[0], one[1], limit) or [line]
                else:
                    yield line

    def by_columns(self, offset: int, run: bytes, limit: int) -> list[Row | Refusal] | None:
        """Return the documents of a run that Arrow can read; None for any other."""
        read = columns_of(run, self.kinds)
        own = self.settings.get("id_field")
        if read is None and own and own != self.settings["text_field"]:
            other = pa.string() if self.kinds[own] == pa.int64() else pa.int64()
            read = columns_of(run, {**self.kinds, own: other})
            if read is not None:
                self.kinds[own] = other
        if read is None:
            return None
        begins, values = read
        if max(map(int.__sub__, begins[1:], begins)) > limit:
            return None
        nothing: list[bytes | None] = [None] * (len(begins) - 1)
        texts = values[self.settings["text_field"]]
        ids, urls, dates, licenses = (values.get(self.settings.get(name, ""), nothing) for name in OTHER_FIELDS)
        rows: list[Row | Refusal] = []
        for i, text in enumerate(texts):
            locator = f"{self.name}#byte={offset + begins[i]}"
            size = begins[i + 1] - begins[i] - 1
            id_, license_ = ids[i], licenses[i]
            named = id_.decode() if id_ else None
            if text is None:
                rows.append(not_text(None, self.settings["text_field"], locator, size, named))
                continue
            url, date = urls[i], dates[i]
            rows.append(
                Row(
                    text,
                    locator,
                    self.claims.claims(license_.decode()) if license_ else self.claims.origin,
                    size,
                    named,
                    url.decode() if url else None,
                    date.decode() if date else None,
                )
            )
        return rows

    def document(self, found: Object) -> Row | Refusal:
        """Return the document in one object."""
        row, locator, size = found[:3]
        text, *others = (at_path(row, path) if path else None for path in self.paths.values())
        own = natural_id(others[0])
        try:
            if type(text) is not str:
                return not_text(text, self.settings["text_field"], locator, size, encodable(own))
            licensed = self.claims.claims(checked(others[3]))
            url, date = (checked(plain(value)) for value in others[1:3])
            return Row(text.encode(), locator, licensed, size, checked(own), url, date)
        except UnicodeEncodeError as error:
            return half_surrogate(error, locator, size)


def pieces(file: IO[bytes], limits: Limits, start: int, stop: int, compression: str) -> Iterator[Piece]:
    """Yield the lines that begin in a range of an open file; a ``stop`` of zero is the file's end."""
    if start:
        file.seek(start - 1)
    return whole_lines(blocks(file, compression), start=start, stop=stop or None, limit=limits.max_row_bytes)


def read_objects(pin: Pin, limits: Limits, start: int, stop: int, compression: str) -> Iterator[Object | Refusal]:
    """Yield each line of a file, or of a byte range of it, that is a JSON object; a refusal for any other."""
    with open_pinned(pin) as file:
        try:
            found = lines(pieces(file, limits, start, stop, compression), limit=limits.max_row_bytes)
            yield from objects(found, pin.name, limits.max_row_bytes)
        except Damaged as error:
            yield Refusal(error.reason, f"{pin.name}#byte={error.offset}", error.detail)


def objects(found: Iterable[Piece], name: str, limit: int) -> Iterator[Object | Refusal]:
    """Yield the object of each line, or why it has none; blank lines are nothing."""
    for offset, line, length in found:
        locator = f"{name}#byte={offset}"
        if line is None:
            yield Refusal("too_large", locator, value=length, threshold=limit, size=length)
            continue
        if not offset and line.startswith(BOM):
            line = line[3:]
        if line and not line.isspace():
            yield _object(line, locator)


def _object(line: bytes, locator: str) -> Object | Refusal:
    try:
        row = DECODE(line.decode())
    except UnicodeDecodeError as error:
        return Refusal("invalid_utf8", locator, f"byte {error.start} of the line: {error.reason}", size=len(line))
    except ValueError as error:
        return Refusal("bad_json", locator, str(error), size=len(line))
    except RecursionError:
        return Refusal("bad_json", locator, TOO_DEEP, size=len(line))
    if type(row) is not dict:
        return Refusal("not_an_object", locator, f"a JSON {type_name(row)}", size=len(line))
    return Object(row, locator, len(line), b"\\" not in line or not _HALF.search(line))


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
