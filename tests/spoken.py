"""Conversations made by hand, with the columns in which they are staged."""

import json
from typing import Any

import pyarrow as pa

from licet.schemas.content import content_sha256
from licet.schemas.rows import CHAT, READ, said

Turn = dict[str, object]


def turn(role: str, content: str | None, **more: object) -> Turn:
    return {"role": role, "content": content, **more}


def call(name: str, arguments: object) -> dict[str, object]:
    return {"id": None, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}


def chats(*rows: dict[str, Any]) -> pa.RecordBatch:
    """Rows of conversations as they are staged."""
    told = [{"text": said(row), **row} for row in rows]
    columns = [pa.array([row.get(field.name) for row in told], field.type) for field in CHAT]
    texts = pa.array([row["text"] for row in told], pa.string())
    fields = [READ.field("text"), READ.field("content_sha256"), *CHAT]
    contents = pa.array([content_sha256(row) for row in rows], pa.string())
    return pa.RecordBatch.from_arrays([texts, contents, *columns], schema=pa.schema(fields))
