"""Rows from a reader, gathered into parcels of bounded size."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pyarrow as pa

from licet.schemas.content import content_sha256
from licet.schemas.evidence import Claim
from licet.schemas.ledger import ledger_batch
from licet.schemas.recipe import Limits
from licet.schemas.rows import CHAT, READ, read_schema
from licet.schemas.split import Split
from licet.stages.ingest.kinds import config_of
from licet.stages.ingest.reasons import STAGE, Refusal
from licet.stages.parcel import Parcel

MAX_ROWS = 20_000
"""Rows and refusals in a parcel at most: what bounds it when rows are tiny."""
ARROW_BYTES = 1_900_000_000
"""A column of 32-bit offsets holds 2**31 - 1 bytes; no parcel may come near it, whatever the recipe says."""

Claims = tuple[Claim, ...]


class Row(NamedTuple):
    """One row as a reader found it.

    ``text`` is valid UTF-8. ``id`` is the natural id, null where the content has to name the row. ``size`` is the
    bytes of input the row was made from. ``chat`` has the columns of `CHAT` for a post-training row.
    """

    text: bytes
    locator: str
    claims: Claims
    size: int
    id: str | None = None
    url: str | None = None
    date: str | None = None
    markup: bytes | None = None
    chat: dict[str, Any] | None = None


def gathered(split: Split, limits: Limits, items: Iterable[Row | Refusal], *, chat: bool) -> Iterator[Parcel]:
    """Yield parcels of consecutive items, each of at most about ``limits.batch_bytes`` of text and markup.

    One row may be larger than that, and then travels alone. Rows whose text is empty or white space are refused
    here, as every reader would have to. A split without items yields no parcel.
    """
    room = min(limits.batch_bytes, ARROW_BYTES)
    largest = min(limits.max_row_bytes, ARROW_BYTES)
    rows: list[Row] = []
    refused: list[Refusal] = []
    held = seq = 0
    for item in items:
        if isinstance(item, Refusal):
            refused.append(item)
            held += 200
        else:
            if item.text.isspace() or not item.text:
                item = Refusal("empty_text", item.locator, size=item.size, id=item.id, url=item.url)
                refused.append(item)
                continue
            size = len(item.text) + len(item.markup or b"")
            if len(item.text) > largest:
                refused.append(_too_large(item.locator, len(item.text), largest, item.id, item.url))
                continue
            if held and held + size > room:
                yield _parcel(split, seq, rows, refused, chat=chat)
                rows, refused, held, seq = [], [], 0, seq + 1
            rows.append(item)
            held += size
        if len(rows) + len(refused) >= MAX_ROWS:
            yield _parcel(split, seq, rows, refused, chat=chat)
            rows, refused, held, seq = [], [], 0, seq + 1
    if rows or refused:
        yield _parcel(split, seq, rows, refused, chat=chat)


def _too_large(locator: str, size: int, limit: int, id: str | None, url: str | None) -> Refusal:  # noqa: A002
    return Refusal("too_large", locator, value=size, threshold=limit, size=size, id=id, url=url)


def empty_parcel(split: Split) -> Parcel:
    """Return the one parcel of a split without rows."""
    return _parcel(split, 0, [], [], chat="shape" in json.loads(split.settings))


def _parcel(split: Split, seq: int, rows: list[Row], refused: list[Refusal], *, chat: bool) -> Parcel:
    known: dict[Claims, int] = {}
    last: Claims | None = None
    index = 0
    claims: list[int] = []
    for row in rows:
        if row.claims is not last:
            last = row.claims
            index = known.setdefault(last, len(known))
        claims.append(index)
    shas = [content_sha256(row.chat) if row.chat else hashlib.sha256(row.text).hexdigest() for row in rows]
    prefix = split.source + "/"
    columns: dict[str, pa.Array] = {
        "id": pa.array(
            [
                f"{prefix}{row.id}" if row.id is not None else f"{prefix}sha256:{sha[:32]}"
                for row, sha in zip(rows, shas, strict=True)
            ],
            pa.string(),
        ),
        "text": pa.array([row.text for row in rows], pa.binary()).view(pa.string()),
        "content_sha256": pa.array(shas, pa.string()),
        "url": pa.array([row.url for row in rows], pa.string()),
        "date": pa.array([row.date for row in rows], pa.string()),
        "locator": pa.array([row.locator for row in rows], pa.string()),
        "claims": pa.array(claims, pa.int32()),
        "markup": pa.array([row.markup for row in rows], pa.binary()),
    }
    arrays = [columns[name] for name in READ.names]
    if chat:
        talks = [row.chat or {} for row in rows]
        arrays += [pa.array([talk.get(field.name) for talk in talks], field.type) for field in CHAT]
    return Parcel(
        source=split.source,
        config=config_of(split),
        split=split.fingerprint,
        seq=seq,
        rows_in=len(rows) + len(refused),
        bytes_in=sum(row.size for row in rows) + sum(item.size or 0 for item in refused),
        rows=pa.RecordBatch.from_arrays(arrays, schema=read_schema(chat=chat)),
        ledger=ledger_batch([_entry(split.source, item) for item in refused]),
        claims=tuple(known) or ((),),
    )


def _entry(source: str, item: Refusal) -> dict[str, object]:
    return {
        "id": None if item.id is None else f"{source}/{item.id}",
        "source": source,
        "locator": item.locator,
        "url": item.url,
        "stage": STAGE,
        "reason": item.reason,
        "value": None if item.value is None else float(item.value),
        "threshold": None if item.threshold is None else float(item.threshold),
        "detail": None if item.detail is None else item.detail[:500],
        "bytes": item.size,
    }
