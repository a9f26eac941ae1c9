"""The columns of rows: as readers yield them, as stages add to them, as a version publishes them.

A row is read with the columns of `READ`; a post-training row has `CHAT` beside them. Stages add columns, and the
shard writer selects the published ones (`DOCUMENT`, `CONVERSATION`) in their order. Every row, of either kind,
has a ``text``: what heuristics and classifiers look at. A document's id and ``content_sha256`` are made from it. For a
post-training row it is `said`, and is not published; what makes it this row is its content (`licet.schemas.content`).
"""

from collections.abc import Collection, Mapping
from typing import Any

import pyarrow as pa

TOOL_CALL = pa.struct(
    [
        pa.field("id", pa.string()),
        pa.field("type", pa.string()),
        # `arguments` is a JSON *string*: a struct would differ from row to row and break every reader.
        pa.field("function", pa.struct([pa.field("name", pa.string()), pa.field("arguments", pa.string())])),
    ]
)
MESSAGE = pa.struct(
    [
        pa.field("role", pa.string()),
        pa.field("content", pa.string()),
        pa.field("reasoning_content", pa.string()),
        pa.field("tool_calls", pa.list_(TOOL_CALL)),
        pa.field("tool_call_id", pa.string()),
    ]
)
MESSAGES = pa.list_(MESSAGE)

READ = pa.schema(
    [
        # "<source>/<natural id>" (path, purl#path, WARC record id, the row's own id field); without one,
        # "<source>/sha256:<32 hex digits of content_sha256>", so that it does not depend on how input is cut.
        pa.field("id", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        # Of the UTF-8 bytes of `text`, or of a conversation's `content`, in hex.
        pa.field("content_sha256", pa.string(), nullable=False),
        pa.field("url", pa.string()),
        pa.field("date", pa.string()),
        # Where in the inputs the row was read: "file.jsonl#byte=1024", "shard.parquet#row=7", "src/ch01.md".
        pa.field("locator", pa.string(), nullable=False),
        # Index into the parcel's claims: what its origin says about the row's licence.
        pa.field("claims", pa.int32(), nullable=False),
        # The markup the text was taken from, for the evidence stage to look at; dropped there.
        pa.field("markup", pa.binary()),
    ]
)

CHAT = pa.schema(
    [
        pa.field("messages", MESSAGES),
        pa.field("prompt", MESSAGES),
        pa.field("chosen", MESSAGES),
        pa.field("rejected", MESSAGES),
        # An answer by itself, and whether it is a good one.
        pa.field("completion", MESSAGES),
        pa.field("label", pa.bool_()),
        pa.field("answer", pa.string()),
        # By what the answer of a model is held against `answer`: `math`, `ifeval`, a verifier's name.
        pa.field("checker", pa.string()),
        # JSON Schema of each tool, as JSON.
        pa.field("tools", pa.list_(pa.string())),
        pa.field("category", pa.string()),
        pa.field("reasoning", pa.string()),
        pa.field("generator", pa.string()),
        # What the row held besides: one JSON object, canonical, as a string.
        pa.field("metadata", pa.string()),
    ]
)

TURNS = ("messages", "prompt", "chosen", "rejected", "completion", "label", "answer", "reasoning")
"""The columns of `CHAT` with what is said in a conversation and how good it is, and with the reasoning behind it."""

KINDS: dict[str, tuple[str, ...]] = {
    "sft": ("messages",),
    "preference": ("prompt", "chosen", "rejected"),
    "unpaired": ("prompt", "completion", "label"),
    "rl": ("prompt", "answer", "checker"),
}
"""The kinds of post-training rows, which are the configs of a version, and the columns that are theirs. Trainers tell
the kind by the columns that are there, null or not, so a config has no column of another kind."""

LICENSED = pa.schema(
    [
        pa.field("license", pa.string()),
        pa.field("license_tier", pa.string()),
        pa.field("license_grade", pa.string()),
        pa.field("evidence_id", pa.string()),
        pa.field("attribution", pa.string()),
    ]
)

OBJECTIONS = pa.schema(
    [
        # A row that left for stated terms: under them its text speaks against copies of it that come with milder ones.
        *(READ.field(name) for name in ("id", "text", "content_sha256", "locator")),
        # The terms: an expression, or the restriction in words.
        pa.field("license", pa.string()),
        pa.field("license_tier", pa.string()),
        pa.field("license_grade", pa.string()),
        pa.field("evidence_id", pa.string()),
    ]
)

MEASURED = pa.schema(
    [
        pa.field("language", pa.string()),
        pa.field("language_score", pa.float32()),
        pa.field("token_count", pa.int32()),
    ]
)

CURATED = pa.schema(
    [
        pa.field("quality_score", pa.float32()),
        pa.field("quality_bucket", pa.int8()),
        pa.field("cluster_size", pa.int32()),
        pa.field("content_sha256", pa.string()),
    ]
)

ORIGIN = pa.schema(
    [
        pa.field("source", pa.string()),
        pa.field("source_revision", pa.string()),
        pa.field("locator", pa.string()),
        pa.field("date", pa.string()),
    ]
)

DOCUMENT = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("text", pa.string()),
        pa.field("url", pa.string()),
        *ORIGIN,
        *MEASURED,
        *LICENSED,
        *CURATED,
    ]
)

CONVERSATION = pa.schema(
    [
        pa.field("uuid", pa.string()),
        # Published as one JSON list: what TRL and Axolotl take, whose readers find no schema in a list of strings.
        *(pa.field("tools", pa.string()) if field.name == "tools" else field for field in CHAT),
        pa.field("generator_terms", pa.string()),
        pa.field("url", pa.string()),
        *ORIGIN,
        *MEASURED,
        *LICENSED,
        *CURATED,
    ]
)


def read_schema(*, chat: bool) -> pa.Schema:
    """Return the columns that a reader yields: `READ`, and `CHAT` beside it for post-training rows."""
    return pa.schema([*READ, *CHAT]) if chat else READ


SAID = ("messages", "prompt", "chosen", "rejected", "completion")
"""The columns of messages."""
SAYING = (*SAID, "answer")
"""The columns of a post-training row from which its text is made."""


def of_config(schema: pa.Schema, config: str) -> pa.Schema:
    """Return the columns that the rows of a config have: those of a schema without what is another kind's alone."""
    if config not in KINDS:
        return schema
    others = {name for names in KINDS.values() for name in names}.difference(KINDS[config])
    return pa.schema([field for field in schema if field.name not in others])


def saying(names: Collection[str]) -> list[str]:
    """Return, of the columns that rows have, those from which their text is made."""
    return [name for name in SAYING if name in names]


def said(chat: Mapping[str, Any]) -> str:
    """Return all that a post-training row says: the contents of its messages in order, joined by blank lines.

    Those of a preference are its prompt, the chosen answer and the rejected one, those of an unpaired one its prompt,
    the completion, those of a row for reinforcement learning its prompt, then the answer. Calls, reasoning and labels
    are no part of it: `content` has them.
    """
    told = [words for name in SAID for message in chat.get(name) or () if (words := message["content"])]
    if answer := chat.get("answer"):
        told.append(answer)
    return "\n\n".join(told)
