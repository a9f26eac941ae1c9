"""By which settings, and by which function, the fingerprints in a dedup index were made."""

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache

import pyarrow as pa

from licet.schemas.dedup import Dedup
from licet.schemas.manifest import canonical_json
from licet.schemas.rows import CHAT
from licet.stages import index
from licet.stages.dedup.compared import columns_for
from licet.stages.dedup.fingerprint import band_schema, fingerprint

# What tells one function from another: words, signs, scripts with and without spaces, and one text of many windows.
_SAID = (
    "",
    "One, two: three?",
    "The quick brown fox jumps over the lazy dog; 12,345 times in 2024 - it's not so quick any_more.",
    "Über den Wolken muß die Freiheit wohl grenzenlos sein. Ёлка, Ωμέγα, ŁÓDŹ\u00a0… “quoted”",
    "統計的機械学習の理論。데이터 처리 파이프라인. ภาษาไทยไม่มีช่องว่าง བོད་ཡིག",
    "  def f(x):\n\treturn x**2  # square\n" * 3,
    " ".join(f"word{n * n}" for n in range(10_000)),
)


def index_schema(settings: Dedup, *, chat: bool) -> pa.Schema | None:
    """Return the columns of the dedup index of a version that is made with these settings; null where it has none."""
    if not (settings.enabled and settings.index):
        return None
    return index.index_schema("uuid" if chat else "id", band_schema(settings.bands), facts(settings, chat=chat))


def with_fingerprints(rows: pa.Table, settings: Dedup) -> pa.Table:
    """Return published rows with the columns of their fingerprints, made from what they say."""
    made = fingerprint(_as_staged(rows, settings), settings)
    for field, column in zip(made.schema, made.columns, strict=True):
        rows = rows.append_column(field, column)
    return rows


def _as_staged(rows: pa.Table, settings: Dedup) -> pa.RecordBatch:
    """Return of published rows what fingerprints are made from."""
    names = columns_for(settings.compare, chat="text" not in rows.column_names)
    rows = with_turns(rows, names).select(["content_sha256", *names])
    arrays = [pa.concat_arrays([pa.array([], column.type), *column.chunks]) for column in rows.columns]
    return pa.RecordBatch.from_arrays(arrays, schema=rows.schema)


def with_turns(rows: pa.Table, names: Sequence[str]) -> pa.Table:
    """Return published conversations with the columns of other kinds, which are null."""
    for name in set(names).intersection(CHAT.names).difference(rows.column_names):
        rows = rows.append_column(name, pa.nulls(rows.num_rows, CHAT.field(name).type))
    return rows


def facts(settings: Dedup, *, chat: bool) -> str:
    """Return, as canonical JSON, the settings on which fingerprints depend, and what tells the function itself."""
    return _facts(settings.model_dump_json(), chat=chat)


@lru_cache(maxsize=8)
def _facts(told: str, *, chat: bool) -> str:
    settings = Dedup.model_validate_json(told)
    return canonical_json({"settings": settings.of_fingerprints, "probe": probe(settings, chat=chat)}).decode()


def probe(settings: Dedup, *, chat: bool) -> str:
    """Return the sha256 of the fingerprints of a few texts: another one, where these are made in another way."""
    rows = _few_rows().select(["content_sha256", *columns_for(settings.compare, chat=chat)])
    found = fingerprint(rows, settings)
    return hashlib.sha256(json.dumps(found.to_pylist(), sort_keys=True).encode()).hexdigest()


def _few_rows() -> pa.RecordBatch:
    """Return texts, and conversations of them, as rows are when they are staged."""
    rows = [
        {
            "text": said,
            "content_sha256": hashlib.sha256(said.encode()).hexdigest(),
            "messages": [{"role": role, "content": said[place::2]} for place, role in enumerate(("user", "assistant"))],
        }
        for said in _SAID
    ]
    return pa.RecordBatch.from_pylist(
        rows, schema=pa.schema([pa.field("text", pa.string()), pa.field("content_sha256", pa.string()), *CHAT])
    )
