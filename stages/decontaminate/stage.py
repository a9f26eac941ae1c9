"""The stage that looks for evaluation items in rows: refuses or flags those that hold one, and reports each match.

Refused at the default bound of one half: a forum post that quotes a question of GSM8K, whatever its case, punctuation
or line breaks. Kept: a problem of the same kind with other words; a Python module with a licence header that stands
in several items of a set, which is no item's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.decontamination import CONTAMINATION, Decontaminate
from licet.schemas.ledger import Verdicts
from licet.schemas.rows import CHAT
from licet.stages import storage
from licet.stages.contract import failed, isolate, joined
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
CONVERSATIONS = ("messages", "prompt", "chosen", "rejected")
PARTS_OF_A_MESSAGE = ("content", "reasoning_content")
BESIDE_MESSAGES = ("answer", "reasoning")
"""Columns of text that conversations have beside their messages."""


@dataclass(frozen=True)
class Texts:
    """The texts of some rows: of which row each is, and what it is called there; null for a document's own."""

    texts: pa.Array
    rows: np.ndarray
    places: list[str | None]


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
            yield (
                int(texts.rows[matches.text[at]]),
                {
                    "place": texts.places[matches.text[at]],
                    "start": before,
                    "end": before + len(words),
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

    These are a document's own, or of each message what it says and its reasoning, and what stands beside messages.
    """
    if CHAT.names[0] not in batch.schema.names:
        return Texts(batch.column("text"), np.arange(batch.num_rows), [None] * batch.num_rows)
    texts, rows, places = [], [], []
    for name in CONVERSATIONS:
        column = batch.column(name)
        messages, parents = pc.list_flatten(column), pc.list_parent_indices(column).to_numpy()
        numbers = np.arange(len(parents)) - np.searchsorted(parents, parents)
        for part in PARTS_OF_A_MESSAGE:
            said = pc.struct_field(messages, part).cast(pa.large_string())
            held = not_empty(said)
            texts.append(said.take(pa.array(held, pa.int64())))
            rows.append(parents[held])
            ending = "" if part == PARTS_OF_A_MESSAGE[0] else f".{part}"
            places += [f"{name}[{number}]{ending}" for number in numbers[held].tolist()]
    for name in BESIDE_MESSAGES:
        said = batch.column(name).cast(pa.large_string())
        held = not_empty(said)
        texts.append(said.take(pa.array(held, pa.int64())))
        rows.append(held)
        places += [name] * len(held)
    of = np.concatenate(rows).astype(np.int64)
    order = np.argsort(of, kind="stable")
    return Texts(pa.concat_arrays(texts).take(pa.array(order)), of[order], [places[at] for at in order.tolist()])


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
