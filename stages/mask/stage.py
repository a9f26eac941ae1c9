"""The stage that masks rows: their text, or all that a conversation publishes, and the texts that object to copies.

It stands behind the licence stage, which reads notices as they are, and before all that measures texts, so that what
is counted, compared and published is one text. Rows whose id was made from their content get the id of the new one: the
old one is a digest by which a guess at what was masked could be confirmed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.content import content_sha256, holding
from licet.schemas.masking import MASKED, Masking
from licet.schemas.rows import CHAT, MESSAGES, said, saying
from licet.stages.contract import annotate, isolate, sha256_of
from licet.stages.mask.json_strings import masked_json
from licet.stages.mask.texts import Counts, Masker, with_replaced
from licet.stages.parcel import Parcel

STAGE = "mask"
Rows = np.ndarray[tuple[int], np.dtype[np.int64]]
_TALKS = tuple(f.name for f in CHAT if f.type == MESSAGES)
_TEXTS = ("answer", "reasoning")


@dataclass(frozen=True)
class Mask:
    """Annotator: the rows' columns with what is masked replaced, their digest and id, and the counts of each row."""

    settings: Masking
    masker: Masker = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "masker", Masker(self.settings))

    def __call__(self, batch: pa.RecordBatch) -> dict[str, pa.Array]:
        """Return the columns that change, and `MASKED`."""
        columns, counts = self._masked(batch)
        rows = np.flatnonzero(counts.any(axis=1))
        text = columns.pop("text") if "text" in columns else with_said(batch, columns, rows)
        digests = with_contents(batch, {**columns, "text": text}, rows)
        return {**columns, "text": text, **with_digests(batch, digests, rows), MASKED: self._as_column(counts)}

    def counts(self, batch: pa.RecordBatch) -> Counts:
        """Return how many spans of each kind there are to mask in each of some published rows: (rows, kinds)."""
        return self._masked(batch)[1]

    def _masked(self, batch: pa.RecordBatch) -> tuple[dict[str, pa.Array], Counts]:
        if set(_TALKS).intersection(batch.schema.names):
            return self._conversations(batch)
        text, counts = self.masker(batch.column("text"))
        return {"text": text}, counts

    def talk(self, column: pa.Array) -> pa.Array:
        """Return a column of messages masked."""
        return within(column, self._messages)[0]

    def tools(self, column: pa.Array) -> tuple[pa.Array, Counts]:
        """Return definitions of tools masked, as they are staged or as they are published, and the counts of each."""
        as_json = partial(masked_json, self.masker)
        return within(column, as_json) if pa.types.is_list(column.type) else as_json(column)

    def _as_column(self, counts: Counts) -> pa.Array:
        kinds = self.settings.kinds
        return pa.StructArray.from_arrays([pa.array(counts[:, i], pa.int32()) for i in range(len(kinds))], list(kinds))

    def _conversations(self, batch: pa.RecordBatch) -> tuple[dict[str, pa.Array], Counts]:
        counts = np.zeros((batch.num_rows, len(self.settings.kinds)), np.int32)
        columns: dict[str, pa.Array] = {}
        names = set(batch.schema.names)
        for name in names.intersection(_TALKS):
            columns[name], found = within(batch.column(name), self._messages)
            counts += found
        columns["tools"], found = self.tools(batch.column("tools"))
        counts += found
        columns["metadata"], found = masked_json(self.masker, batch.column("metadata"))
        counts += found
        for name in names.intersection(_TEXTS):
            columns[name], found = self.masker(batch.column(name))
            counts += found
        return columns, counts

    def _messages(self, messages: pa.Array) -> tuple[pa.Array, Counts]:
        """Return messages with contents, reasoning and the arguments of tool calls masked."""
        content, counts = self.masker(messages.field("content"))
        reasoning, found = self.masker(messages.field("reasoning_content"))
        calls, also = within(messages.field("tool_calls"), self._calls)
        new = {"content": content, "reasoning_content": reasoning, "tool_calls": calls}
        return with_fields(messages, new), counts + found + also

    def _calls(self, calls: pa.Array) -> tuple[pa.Array, Counts]:
        function = calls.field("function")
        arguments, counts = masked_json(self.masker, function.field("arguments"))
        return with_fields(calls, {"function": with_fields(function, {"arguments": arguments})}), counts


def within(lists: pa.Array, rewriter: Any) -> tuple[pa.Array, Counts]:
    """Return lists whose items were rewritten, and the counts of all items of each list together."""
    values, counts = rewriter(lists.flatten())
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False).astype(np.int64)
    ends = np.concatenate([[0], np.cumsum(lengths)])
    before = np.concatenate([np.zeros((1, counts.shape[1]), np.int32), np.cumsum(counts, axis=0, dtype=np.int32)])
    offsets = pa.array(ends, pa.int32())
    mask = lists.is_null() if lists.null_count else None
    made = pa.ListArray.from_arrays(offsets, values, type=lists.type, mask=mask)
    return made, before[ends[1:]] - before[ends[:-1]]


def with_fields(structs: pa.Array, new: Mapping[str, pa.Array]) -> pa.Array:
    """Return structs some of whose fields are replaced; a null stays null."""
    names = [f.name for f in structs.type]
    columns = [new[name] if name in new else structs.field(name) for name in names]
    mask = structs.is_null() if structs.null_count else None
    return pa.StructArray.from_arrays(columns, fields=list(structs.type), mask=mask)


def with_said(batch: pa.RecordBatch, columns: Mapping[str, pa.Array], rows: Rows) -> pa.Array:
    """Return the text of conversations, for those whose columns changed what they say now."""
    saying_now = {name: columns.get(name, batch.column(name)) for name in saying(batch.schema.names)}
    talks = pa.RecordBatch.from_pydict(saying_now).take(pa.array(rows, pa.int64()))
    new = {row: said(talk) for row, talk in zip(rows.tolist(), talks.to_pylist(), strict=True)}
    return with_replaced(batch.column("text"), new)


def with_contents(batch: pa.RecordBatch, columns: Mapping[str, pa.Array], rows: Rows) -> list[str]:
    """Return what ``content_sha256`` is in some rows, whose columns changed."""
    at = pa.array(rows, pa.int64())
    if not set(_TALKS).intersection(columns):
        return list(sha256_of(columns["text"].take(at)).to_pylist())
    whole = {name: columns.get(name, batch.column(name)) for name in holding(batch.schema.names)}
    return [content_sha256(row) for row in pa.RecordBatch.from_pydict(whole).take(at).to_pylist()]


def with_digests(batch: pa.RecordBatch, digests: Sequence[str], rows: Rows) -> dict[str, pa.Array]:
    """Return the digests of a batch of which some rows were rewritten, and ids and credits made from them."""
    names = [name for name in ("content_sha256", "id", "attribution") if name in batch.schema.names]
    if not len(rows):
        return {name: batch.column(name) for name in names}
    columns = {name: batch.column(name).to_pylist() for name in names}
    for row, digest in zip(rows.tolist(), digests, strict=True):
        before, columns["content_sha256"][row] = columns["content_sha256"][row], digest
        named = f"sha256:{before[:32]}"
        if columns["id"][row].endswith(f"/{named}"):
            for name in names[1:]:
                told = columns[name][row]
                columns[name][row] = told and told.replace(named, f"sha256:{digest[:32]}")
    return {name: pa.array(columns[name], batch.schema.field(name).type) for name in names}


@dataclass(frozen=True)
class MaskParcel:
    """Masks the rows of a parcel; one on which that fails is refused as ``error``.

    Objections are masked too, or none would be the text of a copy that is. One on which it fails stays as it is: it is
    in the ledger already, and its text is published nowhere.
    """

    settings: Masking

    def __call__(self, parcel: Parcel) -> Parcel:
        """Return the parcel masked."""
        parcel = annotate(parcel, STAGE, Mask(self.settings))
        if not parcel.objections.num_rows:
            return parcel
        return replace(parcel, objections=masked_objections(parcel.objections, Mask(self.settings)))


def masked_objections(objections: pa.RecordBatch, mask: Mask) -> pa.RecordBatch:
    """Return objections with their texts and turns masked, and their digests; ids stay what the ledger calls them."""

    def rewritten(batch: pa.RecordBatch) -> pa.RecordBatch:
        text, _ = mask.masker(batch.column("text"))
        columns = {"text": text}
        columns |= {name: mask.talk(batch.column(name)) for name in _TALKS if name in batch.schema.names}
        columns |= {name: mask.masker(batch.column(name))[0] for name in _TEXTS if name in batch.schema.names}
        if "tools" in batch.schema.names:
            columns["tools"] = mask.tools(batch.column("tools"))[0]
        digests = with_contents(batch, columns, np.arange(batch.num_rows))
        columns["content_sha256"] = pa.array(digests, pa.string())
        made = [columns.get(f.name, batch.column(f.name)) for f in batch.schema]
        return pa.RecordBatch.from_arrays(made, schema=batch.schema)

    pieces, errors = isolate(rewritten, objections)
    if errors.null_count < len(errors):
        return pa.concat_batches([*(made for _, made in pieces), objections.filter(errors.is_valid())])
    return pa.concat_batches([made for _, made in pieces])
