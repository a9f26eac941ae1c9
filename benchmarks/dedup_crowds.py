"""Crowded bands: what verifying rows of one template costs, in processor time and in memory a row.

Each row is a frame of 200 words and a filling of its own. With the shorter filling two rows are just above the
threshold, so that nearly all fall to a few; with the longer one they are just below it, so that all stay.
"""

import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from licet.schemas.dedup import Dedup
from licet.schemas.staged import Staged
from licet.stages.contract import sha256_of
from licet.stages.dedup.candidates import Effort, candidates
from licet.stages.dedup.components import assign
from licet.stages.dedup.exchange import edges, file_number, partitioned
from licet.stages.dedup.fingerprint import fingerprint
from licet.stages.dedup.spool import Piece, Spools, read_fingerprints, write_spool
from licet.stages.dedup.verify import walked
from licet.stages.storage import write_arrow

SETTINGS = Dedup()
FRAME = " ".join(f"frame{i}" for i in range(200))
FILLINGS = {"above": 20, "below": 27}
ROWS_A_FILE = 5000


def texts_of(rows: range, filling: int) -> pa.Array:
    """Return texts of the frame and ``filling`` words that no other text has."""
    return pa.array([f"{FRAME} " + " ".join(f"w{row}x{i}" for i in range(filling)) for row in rows])


def staged(folder: Path, texts: pa.Array, number: int) -> Staged:
    """Write texts as one staged file."""
    base = folder / f"{number:05d}" / "00000"
    base.parent.mkdir()
    names = pa.array([f"{number:05d}/{i:06d}" for i in range(len(texts))])
    columns = {
        "id": names,
        "locator": names,
        "text": texts,
        "content_sha256": sha256_of(texts),
        "license_grade": pa.repeat("A", len(texts)),
        "license_tier": pa.repeat("permissive", len(texts)),
        "date": pa.nulls(len(texts), pa.string()),
    }
    rows = pa.RecordBatch.from_pydict(columns)
    found = Staged(order=(number, 0), source="made", config="default", base=str(base), rows=len(texts), bytes=0)
    pq.write_table(pa.Table.from_batches([rows]), found.rows_path)
    write_arrow(found.bands_path, fingerprint(rows, SETTINGS))
    return found


def spooled(folder: Path, files: Sequence[Staged]) -> dict[int, list[Piece]]:
    """Return the spools of some files by chunk."""
    by_number = {file_number(one.key): one for one in files}
    keys = defaultdict(list)
    for number, one in by_number.items():
        for partition, batch in partitioned(read_fingerprints(one, SETTINGS), number, 8):
            keys[partition].append(batch)
    links = [batch for group in keys.values() for batch in edges(group)]
    found: dict[int, list[Piece]] = defaultdict(list)
    for number, assignment in assign(links):
        for chunk, piece in write_spool(by_number[number], number, assignment, SETTINGS, str(folder / "spool")):
            found[chunk].append(piece)
    return found


def peak() -> float:
    """Return the most memory that the process had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(name: str, rows: int) -> str:
    """Return what rows above or below the threshold cost, as a line."""
    with tempfile.TemporaryDirectory() as work:
        parts = [range(first, min(first + ROWS_A_FILE, rows)) for first in range(0, rows, ROWS_A_FILE)]
        files = [staged(Path(work), texts_of(part, FILLINGS[name]), i) for i, part in enumerate(parts)]
        chunks = spooled(Path(work), files)
        effort, before, refused = Effort(), peak(), 0
        spent = {"load": 0.0, "walk": 0.0}
        for pieces in chunks.values():
            began = time.process_time()
            found = candidates(Spools(pieces), SETTINGS)
            spent["load"] += time.process_time() - began
            began = time.process_time()
            refused += int(np.count_nonzero(walked(found, SETTINGS, effort).fate))
            spent["walk"] += time.process_time() - began
        return (
            f"{rows:9,d} rows {name} the threshold: load {spent['load']:6.2f} s, walk {spent['walk']:6.2f} s,"
            f" {1e6 * sum(spent.values()) / rows:6.1f} µs a row; {effort.pairs:,} pairs, {refused:,} refused,"
            f" {effort.bounded:,} bounded; most memory {before:.0f} MB before, {peak():.0f} MB after"
        )


def main(args: Sequence[str] = ()) -> None:
    """Measure with the numbers of rows that are given."""
    measured("below", 500)  # So that kernels are compiled.
    for rows in [int(arg) for arg in args] or [12_500, 25_000, 50_000]:
        for name in FILLINGS:
            print(measured(name, rows), flush=True)
