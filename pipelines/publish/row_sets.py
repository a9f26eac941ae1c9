"""Which rows two versions share: from their ids and the hashes of their contents, and nothing else of their rows."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from licet.schemas.manifest import Manifest, Role

Open = Callable[[str], IO[bytes]]
"""Opens a file of a version by its path there."""
Keys = NDArray[np.uint64]

MAX_ROWS = 20_000_000
"""Rows of the larger version up to which rows are compared: 16 bytes of each are held, and about 100 read."""


@dataclass(frozen=True)
class RowSet:
    """The rows of a version: a key of each id, sorted, and in the same order a key of its content."""

    ids: Keys
    contents: Keys


@dataclass(frozen=True)
class RowChanges:
    """How many rows came, went, and have another content; ``retracted`` of those that went were taken back."""

    added: int
    removed: int
    edited: int
    retracted: int


def row_changes(before: Manifest, open_before: Open, after: Manifest, open_after: Open) -> RowChanges | None:
    """Return how the rows of two versions differ, or null where there are too many to look."""
    if max(before.rows.count, after.rows.count) > MAX_ROWS:
        return None
    old, new = (_rows(m, o) for m, o in ((before, open_before), (after, open_after)))
    gone = old.ids[~np.isin(old.ids, new.ids, assume_unique=True)]
    common, at_old, at_new = np.intersect1d(old.ids, new.ids, assume_unique=True, return_indices=True)
    return RowChanges(
        added=len(new.ids) - len(common),
        removed=len(gone),
        edited=int((old.contents[at_old] != new.contents[at_new]).sum()),
        retracted=int(np.isin(gone, _retracted(after, open_after)).sum()) if len(gone) else 0,
    )


def kept_licences(before: Manifest, open_before: Open, after: Manifest, open_after: Open) -> set[str]:
    """Return the licences that a version had on rows which the version after still has."""
    name = "uuid" if before.dataset.kind == "posttrain" else "id"
    here, found = _rows(after, open_after).ids, set()
    for batch in _batches(before, "data", open_before, [name, "license"]):
        kept = pa.array(np.isin(_keys(batch.column(name)), here))
        found.update(batch.column("license").filter(kept).unique().to_pylist())
    return found


def _rows(manifest: Manifest, open_file: Open) -> RowSet:
    ids, contents = [], []
    name = "uuid" if manifest.dataset.kind == "posttrain" else "id"
    for batch in _batches(manifest, "data", open_file, [name, "content_sha256"]):
        ids.append(_keys(batch.column(name)))
        contents.append(_keys(batch.column("content_sha256")))
    empty = np.zeros(0, np.uint64)
    every = np.concatenate([empty, *ids])
    unique, first = np.unique(every, return_index=True)
    return RowSet(unique, np.concatenate([empty, *contents])[first])


def _retracted(manifest: Manifest, open_file: Open) -> Keys:
    from licet.stages.retract import RETRACTED

    batches = _batches(manifest, "ledger", open_file, ["id", "reason"])
    taken = (batch.filter(pc.equal(batch.column("reason"), RETRACTED)).column("id") for batch in batches)
    return np.concatenate([np.zeros(0, np.uint64), *map(_keys, taken)])


def _batches(manifest: Manifest, role: Role, open_file: Open, columns: list[str]) -> Iterator[pa.RecordBatch]:
    for entry in manifest.files:
        if entry.role == role and entry.path.endswith(".parquet"):
            with open_file(entry.path) as opened, pq.ParquetFile(opened) as parquet:
                yield from parquet.iter_batches(columns=columns)


def _keys(values: pa.Array) -> Keys:
    digests = [hashlib.blake2b((value or "").encode(), digest_size=8).digest() for value in values.to_pylist()]
    return np.frombuffer(b"".join(digests), np.uint64)
