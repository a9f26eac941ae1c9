"""Staging: where text rests while its rows are compared, and what makes a rerun cheap.

A parcel is staged under a name that is made of what determined it (its split's fingerprint and its place therein), so
that a file that exists need never be made again. The counts are written last: a parcel whose ``.json`` exists is
whole, a split is whole when its last parcel and all before it are.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from licet.schemas.split import Split
from licet.schemas.staged import Staged
from licet.stages import storage
from licet.stages.parcel import Parcel

Fingerprint = Callable[[pa.RecordBatch], pa.RecordBatch]
"""From rows to their band hashes, one row each."""


PLAIN = frozenset({"text", "id", "content_sha256", "locator", "url"})
"""Columns whose values do not repeat: looking for a dictionary in them costs and finds none."""


def parcel_base(folder: str, fingerprint: str, seq: int) -> str:
    """Return the path of a staged parcel without its ending."""
    return storage.join(folder, fingerprint[:32], f"{seq:05d}")


def write_parcel(parcel: Parcel, folder: str, fingerprint: Fingerprint) -> Staged:
    """Write a parcel and its sidecars; the counts come last, and make it count."""
    rows = parcel.rows.append_column("text_bytes", pc.binary_length(parcel.rows.column("text")))
    staged = Staged(
        order=(parcel.order, parcel.seq),
        source=parcel.source,
        config=parcel.config,
        base=parcel_base(folder, parcel.split, parcel.seq),
        rows=rows.num_rows,
        bytes=pc.sum(rows.column("text_bytes").cast(pa.int64())).as_py() or 0,
        objections=parcel.objections.num_rows,
        measured=parcel.measured.num_rows,
        contamination=parcel.contamination.num_rows,
    )
    began = time.perf_counter()
    bands = fingerprint(rows)
    if staged.objections:
        bands = pa.concat_batches([bands, fingerprint(parcel.objections)])
    fingerprinted = time.perf_counter()
    with storage.atomic_output(staged.rows_path) as sink:
        pq.write_table(
            pa.Table.from_batches([rows]),
            sink,
            compression="zstd",
            compression_level=1,
            use_dictionary=[name for name in rows.schema.names if name not in PLAIN],
            write_statistics=False,
        )
    if staged.objections:
        with storage.atomic_output(staged.objections_path) as sink:
            pq.write_table(pa.Table.from_batches([parcel.objections]), sink, compression="zstd", compression_level=1)
    if staged.measured:
        storage.write_arrow(staged.measured_path, parcel.measured)
    if staged.contamination:
        storage.write_arrow(staged.contamination_path, parcel.contamination)
    storage.write_arrow(staged.ledger_path, parcel.ledger)
    storage.write_arrow(staged.evidence_path, parcel.evidence)
    storage.write_arrow(staged.statements_path, parcel.statements)
    storage.write_arrow(staged.bands_path, bands)
    spent = (("fingerprint", fingerprinted - began), ("staging", time.perf_counter() - fingerprinted))
    told = {**counts(replace(parcel, seconds=(*parcel.seconds, *spent)), staged), "sizes": sizes(staged)}
    storage.write_bytes(staged.done_path, json.dumps(told, sort_keys=True).encode())
    return staged


def counts(parcel: Parcel, staged: Staged) -> dict[str, object]:
    """Return what became of the rows of a parcel: ``refused`` is by stage, then reason, rows and bytes."""
    refused: dict[str, dict[str, dict[str, int]]] = {}
    grouped = pa.Table.from_batches([parcel.ledger]).group_by(["stage", "reason"], use_threads=False)
    for row in grouped.aggregate([("locator", "count"), ("bytes", "sum")]).to_pylist():
        told = {"rows": row["locator_count"], "bytes": row["bytes_sum"] or 0}
        refused.setdefault(row["stage"], {})[row["reason"]] = told
    return {
        "source": parcel.source,
        "config": staged.config,
        "rows_in": parcel.rows_in,
        "bytes_in": parcel.bytes_in,
        "rows": staged.rows,
        "bytes": staged.bytes,
        "objections": staged.objections,
        "measured": staged.measured,
        "contamination": staged.contamination,
        "refused": refused,
        "last": parcel.last,
        "seconds": seconds_by_stage(parcel),
        "cleaned": dict(parcel.cleaned),
    }


def seconds_by_stage(parcel: Parcel) -> dict[str, float]:
    """Return the time spent on a parcel by stage; some stages are two steps, as one that looks and one that judges."""
    spent: dict[str, float] = {}
    for stage, seconds in parcel.seconds:
        spent[stage] = spent.get(stage, 0.0) + seconds
    return {stage: round(seconds, 6) for stage, seconds in spent.items()}


def sizes(staged: Staged) -> list[int]:
    """Return the bytes of the files of a parcel on a local disk, -1 for one that is not there; none for other stores.

    A disk that was full or pulled out can leave a name without its bytes; an object store shows only what is whole.
    """
    if not storage.is_local(staged.base):
        return []
    paths = [staged.rows_path, staged.ledger_path, staged.evidence_path, staged.statements_path, staged.bands_path]
    paths += [staged.objections_path] if staged.objections else []
    paths += [staged.measured_path] if staged.measured else []
    paths += [staged.contamination_path] if staged.contamination else []
    local = [path.removeprefix("file://") for path in paths]
    return [os.path.getsize(path) if os.path.isfile(path) else -1 for path in local]


def staged_parcels(split: Split, folder: str) -> list[Staged] | None:
    """Return the parcels that a split was staged as, or None when not all of them are there and whole."""
    found: list[Staged] = []
    while storage.exists(parcel_base(folder, split.fingerprint, len(found)) + ".json"):
        base = parcel_base(folder, split.fingerprint, len(found))
        try:
            told = json.loads(storage.read_bytes(base + ".json"))
            parcel = Staged(
                order=(split.order, len(found)),
                source=told["source"],
                config=told["config"],
                base=base,
                rows=told["rows"],
                bytes=told["bytes"],
                objections=told["objections"],
                measured=told["measured"],
                contamination=told["contamination"],
            )
            if told["sizes"] != sizes(parcel):
                return None
        except (ValueError, LookupError, TypeError, IsADirectoryError):
            return None
        found.append(parcel)
        if told["last"]:
            return found
    return None
