"""Rows that earlier versions hold: they speak against copies of them, and are never refused nor published again.

An earlier version takes part by row groups of its shards. A row group is exchanged as a staged file is, under a number
that is greater than all of these, so that of equal texts its own is not the one that is read. Only its keys that a new
row has too are looked at, so rows of earlier versions never link each other.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from licet.schemas.content import CONTENT, content_sha256, holding, is_content_of
from licet.schemas.dedup import Dedup
from licet.schemas.errors import RunError
from licet.schemas.rows import said
from licet.schemas.staged import Held
from licet.stages import index, storage
from licet.stages.dedup.compared import columns_for
from licet.stages.dedup.exchange import file_number
from licet.stages.dedup.fingerprint import band_schema, fingerprint
from licet.stages.dedup.index import facts, with_turns

HOLDER = b"holder"
"""The key of a spool's metadata under which `Held.holder` is, where its rows are an earlier version's."""
_HELD = 1 << 62


def held_number(held: Held) -> int:
    """Return the number under which a row group of an earlier version is exchanged."""
    return file_number(held.key) | _HELD


def is_held(number: int) -> bool:
    """Tell whether a number is that of a row group of an earlier version."""
    return number >= _HELD


def met(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Return `KEYS` of new rows as they are, and of held rows those that a new row has too."""
    new: list[np.ndarray] = []
    later: list[pa.RecordBatch] = []
    for batch in batches:
        if is_held(int(batch.schema.metadata[b"file"])):
            later.append(batch)
        else:
            new.append(np.asarray(batch.column("hash")))
            yield batch
    if not later:
        return
    known = np.unique(np.concatenate(new)) if new else np.empty(0, np.uint64)
    if not len(known):
        return
    for batch in later:
        hashes = np.asarray(batch.column("hash"))
        at = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
        found = batch.filter(pa.array(known[at] == hashes))
        if found.num_rows:
            yield found


def held_bands_path(held: Held, settings: Dedup, work: str) -> str:
    """Return where the fingerprints of a row group rest while a run lasts."""
    digest = hashlib.sha256(f"{held.key}\n{facts(settings, chat=held.chat)}".encode()).hexdigest()[:16]
    return storage.join(work, f"{held_number(held):016x}-{digest}.bands.arrow")


def held_fingerprints(held: Held, settings: Dedup, work: str) -> pa.RecordBatch:
    """Return the fingerprints of a row group: from its index, or made anew from its texts; they rest in ``work``.

    Raises:
        RunError: the index or the shard is not what it was when the run was planned.

    """
    path = held_bands_path(held, settings, work)
    if storage.exists(path):
        return storage.read_arrow(path)
    if held.index is not None:
        found = _indexed(held, band_schema(settings.bands))
    else:
        columns = columns_for(settings.compare, chat=held.chat)
        rows = read_held(held, ["content_sha256", *columns]).combine_chunks()
        found = fingerprint(rows.to_batches()[0], settings)
    storage.write_arrow(path, found)
    return found


def _indexed(held: Held, schema: pa.Schema) -> pa.RecordBatch:
    assert held.index is not None
    try:
        with storage.open_input(held.index) as source:
            file = pq.ParquetFile(source, page_checksum_verification=True)
            found = file.read_row_group(held.order[2], columns=schema.names, use_threads=False)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise RunError(
            f"the dedup index {held.index} is damaged ({_first_line(error)}): `licet verify {held.folder}` tells more."
            " Fetch the version again, or remove that file: then its fingerprints are made anew from its texts"
        ) from error
    _check_rows(held, found.num_rows)
    return index.fingerprints_in(found, schema)


def read_held(held: Held, columns: Sequence[str], places: pa.Array | None = None) -> pa.Table:
    """Return some rows of a row group, or all, with columns as those of staged rows are called.

    A text that is asked for is checked to be that of its hash, and so is a conversation always. Those of a version that
    an earlier Licet made have the ``content_sha256`` that they would have now.

    Raises:
        RunError: the shard is not what it was when the run was planned, or does not hold what it says.

    """
    is_made = held.chat and "text" in columns
    stored = {("uuid" if held.chat and name == "id" else name) for name in columns if not (is_made and name == "text")}
    stored |= {"content_sha256", *(CONTENT if held.chat else ())}
    path = storage.join(held.folder, held.shard)
    try:
        with storage.open_input(path) as source:
            file = pq.ParquetFile(source)
            there = sorted(stored.intersection(file.schema_arrow.names) if held.chat else stored)
            table = file.read_row_group(held.order[2], columns=there, use_threads=False)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise RunError(f"{path}, which rows are held against, cannot be read: {_first_line(error)}") from error
    _check_rows(held, table.num_rows)
    if places is not None:
        table = table.take(places)
    if held.chat:
        table = with_turns(_as_made_now(table, path, is_made=is_made), columns)
    elif "text" in columns:
        _check_texts(table, path)
    return table.rename_columns(["id" if name == "uuid" else name for name in table.column_names]).select(columns)


def _check_rows(held: Held, rows: int) -> None:
    if rows != held.rows:
        raise RunError(
            f"row group {held.order[2]} of {held.shard} in {held.folder} has {rows} rows, not {held.rows}: the version"
            " was changed during the run; run again"
        )


def _as_made_now(table: pa.Table, path: str, *, is_made: bool) -> pa.Table:
    """Return conversations with their ``content_sha256``, checked, and with their text where it is to be made."""
    rows = table.select(holding(table.column_names)).to_pylist()
    digests = table.column("content_sha256").to_pylist()
    for row, digest in zip(rows, digests, strict=True):
        if not is_content_of(digest, row):
            raise _is_another(path, digest)
    contents = pa.array([content_sha256(row) for row in rows], pa.string())
    table = table.set_column(table.column_names.index("content_sha256"), "content_sha256", contents)
    return table.append_column("text", pa.array(map(said, rows), pa.large_string())) if is_made else table


def _check_texts(table: pa.Table, path: str) -> None:
    for text, digest in zip(table.column("text").to_pylist(), table.column("content_sha256").to_pylist(), strict=True):
        if hashlib.sha256(text.encode()).hexdigest() != digest:
            raise _is_another(path, digest)


def _is_another(path: str, digest: str) -> RunError:
    return RunError(
        f"{path}, which rows are held against, has a text that is not of its content_sha256 {digest}:"
        " `licet verify` tells more; fetch the version again, or leave it out of `dedup.against`"
    )


def _first_line(error: BaseException) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:200]
