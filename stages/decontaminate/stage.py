"""The stage that looks for evaluation items in rows: refuses or flags those that hold one, and reports each match.

Refused at the default bound of one half: a forum post that quotes a question of GSM8K, whatever its case, punctuation
or line breaks. Kept: a problem of the same kind with other words; a Python module with a licence header that stands
in several items of a set, which is no item's own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.decontamination import CONTAMINATION, Decontaminate
from licet.schemas.ledger import Verdicts
from licet.schemas.rows import CHAT, SAID
from licet.stages import storage
from licet.stages.contract import failed, isolate, joined
from licet.stages.decontaminate.arguments import Read, read_arguments
from licet.stages.decontaminate.index import Index
from licet.stages.decontaminate.search import Matches, search
from licet.stages.decontaminate.words import words_sha256
from licet.stages.parcel import Parcel

STAGE = "decontaminate"
CONTAMINATED = "contaminated"
REASONS = {
    CONTAMINATED: "The row holds an item of an evaluation set; value is the share of the item's words that were found"
    " in runs near each other, detail names item, field and place. All matches are in"
    " `provenance/contamination.parquet`.",
}
CONVERSATIONS = SAID
PARTS_OF_A_MESSAGE = ("content", "reasoning_content")
BESIDE_MESSAGES = ("answer", "reasoning")
"""Columns of text that conversations have beside their messages."""
ARGUMENTS = ".function.arguments"
"""What the place of a call's arguments ends with."""


@dataclass(frozen=True)
class Texts:
    """The texts of some rows: of which row each is, and what it is called there; null for a document's own.

    ``read`` has, by their number, those of which escapes were read.
    """

    texts: pa.Array
    rows: np.ndarray
    places: list[str | None]
    read: Mapping[int, Read] = field(default_factory=dict)

    def characters(self, text: int, start: int, end: int) -> tuple[int, int]:
        """Return between which characters of a text as it is published some of what is looked through stands."""
        read = self.read.get(text)
        return (read.place(start), read.place(end)) if read else (start, end)


@dataclass(frozen=True)
class Found:
    """What was found in a batch: its verdicts, and its rows of `CONTAMINATION`."""

    verdicts: Verdicts
    contamination: pa.RecordBatch


@dataclass(frozen=True)
class Decontamination:
    """From parcel to parcel: what the index at ``path`` names is looked for in each row."""

    settings: Decontaminate
    path: str

    def __call__(self, parcel: Parcel) -> Parcel:
        """Return the parcel without the rows that are refused, and with a report of all matches."""
        if not parcel.rows.num_rows:
            return parcel
        pieces, errors = isolate(self.found, parcel.rows)
        if errors.null_count < len(errors):
            parcel = parcel.refuse(STAGE, failed(errors))
        if not pieces:
            return parcel
        told = pa.Table.from_batches([found.contamination for _, found in pieces]).combine_chunks()
        at = CONTAMINATION.get_field_index("source")
        told = told.set_column(at, CONTAMINATION.field(at), pa.repeat(pa.scalar(parcel.source), told.num_rows))
        report = pa.RecordBatch.from_arrays(
            [pa.concat_arrays(c.chunks) if c.num_chunks else pa.nulls(0, c.type) for c in told.columns],
            schema=CONTAMINATION,
        )
        verdicts = joined([found.verdicts for _, found in pieces])
        return replace(parcel.refuse(STAGE, verdicts), contamination=report)

    def found(self, batch: pa.RecordBatch) -> Found:
        """Return what of the index is found in a batch."""
        index = index_at(self.path)
        texts = texts_of(batch)
        matches = search(index, texts.texts)
        ids, locators = batch.column("id"), batch.column("locator")
        report = []
        worst: dict[int, dict[str, Any]] = {}
        for row, found in groupby(self._reported(index, matches, texts), key=itemgetter(0)):
            named = {"id": ids[row].as_py(), "locator": locators[row].as_py(), "source": ""}
            told = [match for _, match in found]
            for match, is_one in zip(told, self.settings.contaminating(told), strict=True):
                is_refused = is_one and self.settings.on_hit == "refuse"
                report.append({**named, **match, "is_refused": is_refused})
                if is_refused and (row not in worst or match["share"] > worst[row]["share"]):
                    worst[row] = match
        return Found(_verdicts(batch.num_rows, worst), pa.RecordBatch.from_pylist(report, schema=CONTAMINATION))

    def _reported(self, index: Index, matches: Matches, texts: Texts) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the matches that are put on record, in the order of rows, places and items."""
        share = matches.share
        for at in np.flatnonzero(share >= self.settings.report_share).tolist():
            name, item, field = index.parts[matches.part[at]]
            text = texts.texts[int(matches.text[at])].as_buffer()
            start, end = int(matches.start[at]), int(matches.end[at])
            data = memoryview(text)
            words = str(data[start:end], "utf-8")
            before = len(str(data[:start], "utf-8"))
            first, last = texts.characters(int(matches.text[at]), before, before + len(words))
            yield (
                int(texts.rows[matches.text[at]]),
                {
                    "place": texts.places[matches.text[at]],
                    "start": first,
                    "end": last,
                    "set": name,
                    "item": item,
                    "field": field,
                    "item_start": int(matches.item_start[at]),
                    "item_end": int(matches.item_end[at]),
                    "words_found": int(matches.found[at]),
                    "words_counted": int(matches.counted[at]),
                    "share": float(share[at]),
                    "threshold": self.settings.threshold(name, field),
                    "words_sha256": words_sha256(words),
                },
            )


def texts_of(batch: pa.RecordBatch) -> Texts:
    """Return the texts that are looked through.

    These are a document's own, or of each message what it says, its reasoning and the arguments of its calls, and what
    stands beside messages.
    """
    if CHAT.names[0] not in batch.schema.names:
        return Texts(batch.column("text"), np.arange(batch.num_rows), [None] * batch.num_rows)
    texts, rows, places = [], [], []
    for name in CONVERSATIONS:
        messages, parents, numbers = _items(batch.column(name))
        for part in PARTS_OF_A_MESSAGE:
            said = pc.struct_field(messages, part).cast(pa.large_string())
            held = not_empty(said)
            texts.append(said.take(pa.array(held, pa.int64())))
            rows.append(parents[held])
            ending = "" if part == PARTS_OF_A_MESSAGE[0] else f".{part}"
            places += [f"{name}[{number}]{ending}" for number in numbers[held].tolist()]
        calls, of, call = _items(pc.struct_field(messages, "tool_calls"))
        if len(calls):
            told = pc.struct_field(calls, ["function", "arguments"]).cast(pa.large_string())
            held = not_empty(told)
            texts.append(told.take(pa.array(held, pa.int64())))
            rows.append(parents[of[held]])
            where = zip(numbers[of[held]].tolist(), call[held].tolist(), strict=True)
            places += [f"{name}[{number}].tool_calls[{each}]{ARGUMENTS}" for number, each in where]
    for name in BESIDE_MESSAGES:
        said = batch.column(name).cast(pa.large_string())
        held = not_empty(said)
        texts.append(said.take(pa.array(held, pa.int64())))
        rows.append(held)
        places += [name] * len(held)
    of = np.concatenate(rows).astype(np.int64)
    order = np.argsort(of, kind="stable")
    named = [places[at] for at in order.tolist()]
    every, read = _escapes_read(pa.concat_arrays(texts).take(pa.array(order)), named)
    return Texts(every, of[order], named, read)


def _items(lists: pa.Array) -> tuple[pa.Array, np.ndarray, np.ndarray]:
    """Return the items of lists, of which list each is, and its number there."""
    parents = pc.list_parent_indices(lists).to_numpy()
    return pc.list_flatten(lists), parents, np.arange(len(parents)) - np.searchsorted(parents, parents)


def _escapes_read(texts: pa.Array, places: list[str]) -> tuple[pa.Array, dict[int, Read]]:
    """Return the texts with those of tool calls as they are looked through, and what was read of these."""
    is_call = np.fromiter((place.endswith(ARGUMENTS) for place in places), bool, len(places))
    if not is_call.any():
        return texts, {}
    escaped = np.flatnonzero(is_call & pc.match_substring(texts, "\\").to_numpy(zero_copy_only=False))
    read = {at: found for at in escaped.tolist() if (found := read_arguments(texts[at].as_py())).since}
    if not read:
        return texts, {}
    mask = np.zeros(len(texts), bool)
    mask[list(read)] = True
    new = pa.array([found.text for found in read.values()], texts.type)
    return pc.replace_with_mask(texts, pa.array(mask), new), read


def not_empty(texts: pa.Array) -> np.ndarray:
    """Return the numbers of the texts that say anything."""
    return np.flatnonzero(pc.greater(pc.fill_null(pc.binary_length(texts), 0), 0).to_numpy(zero_copy_only=False))


def in_words(told: dict[str, Any]) -> str:
    """Return what the ledger says of a match; no text is in it."""
    place = f" of {told['place']}" if told["place"] else ""
    return (
        f"{told['set']} {told['item']}, {told['field']}: words {told['item_start'] + 1}-{told['item_end']} of it at"
        f" characters {told['start']}-{told['end']}{place}"
    )


def _verdicts(rows: int, worst: dict[int, dict[str, Any]]) -> Verdicts:
    def column(kind: pa.DataType, values: dict[int, Any]) -> pa.Array:
        return pa.array([values.get(row) for row in range(rows)], kind)

    return Verdicts(
        reason=column(pa.string(), dict.fromkeys(worst, CONTAMINATED)),
        value=column(pa.float64(), {row: told["share"] for row, told in worst.items()}),
        threshold=column(pa.float64(), {row: told["threshold"] for row, told in worst.items()}),
        detail=column(pa.string(), {row: in_words(told) for row, told in worst.items()}),
    )


@lru_cache(maxsize=4)
def index_at(path: str) -> Index:
    """Return the index in a file; each process reads it once."""
    return Index.from_bytes(storage.read_bytes(path))
