"""Mixtures: what the one worker that cuts the groups needs for ten million rows, and what a draw costs.

The numbers are made up. The rows are in parcels of 4,000 and in 20 groups of unequal size, or all in one. The baseline
of memory is that of the same process before it decides.
"""

import argparse
import hashlib
import multiprocessing
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa

from licet.schemas.balance import Balance
from licet.schemas.staged import Judged, Staged
from licet.stages import storage
from licet.stages.balance.bounds import bounds_of
from licet.stages.balance.draw import draws
from licet.stages.balance.drawn import Drawn

PARCEL = 4_000
DRAWN = 200_000


def written(folder: Path, rows: int, groups: int) -> list[Drawn]:
    """Write drawn parcels of made-up keys and tokens."""
    chance = np.random.default_rng(1)
    sizes = np.arange(1, groups + 1) / np.arange(1, groups + 1).sum()
    names = pa.array([f"group {number:02d}" for number in range(groups)])
    found = []
    for number in range(rows // PARCEL):
        codes = chance.choice(groups, PARCEL, p=sizes).astype(np.int32)
        units = chance.integers(20, 2_000, PARCEL, dtype=np.uint32)
        batch = pa.RecordBatch.from_pydict(
            {
                "group": pa.DictionaryArray.from_arrays(pa.array(codes), names),
                "key": pa.array(chance.integers(0, 2**64, PARCEL, dtype=np.uint64)),
                "units": pa.array(units),
            }
        )
        base = str(folder / f"{number:06d}")
        storage.write_arrow(f"{base}.drawn.arrow", batch)
        staged = Staged(order=(number, 0), source="s", config="default", base=base, rows=PARCEL, bytes=0)
        judged = Judged(staged=staged, marks_path="", scores_path="", kept_rows=PARCEL, kept_bytes=0)
        counted = np.bincount(codes, weights=units, minlength=groups)
        told = tuple((name.as_py(), int(count)) for name, count in zip(names, counted, strict=True))
        found.append(Drawn(judged=judged, path=f"{base}.drawn.arrow", groups=told))
    return found


def peak() -> int:
    """Return the most memory of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def decided(drawn: list[Drawn], settings: Balance) -> tuple[float, int, int]:
    """Return processor seconds of deciding, memory above what there was, and how many groups were cut."""
    before, began = peak(), time.process_time()
    bounds = bounds_of(drawn, settings)
    return time.process_time() - began, peak() - before, len(bounds)


def in_rows(drawn: list[Drawn]) -> list[Drawn]:
    """Return the same parcels where rows are counted."""
    found = []
    for one in drawn:
        batch = storage.read_arrow(one.path).drop_columns(["units"])
        path = one.path.replace(".drawn.", ".rows.")
        storage.write_arrow(path, batch)
        counted = np.bincount(batch.column("group").indices.to_numpy(), minlength=len(one.groups))
        told = tuple((name, int(count)) for (name, _), count in zip(one.groups, counted, strict=True))
        found.append(Drawn(judged=one.judged, path=path, groups=told))
    return found


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks balance", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    rows = parser.parse_args(arguments).rows
    print("| groups | counted | decides in processor s | memory | bytes a row |\n| --- | --- | --- | --- | --- |")
    for groups in (20, 1):
        with tempfile.TemporaryDirectory() as name:
            drawn = written(Path(name), rows, groups)
            for unit, parcels in (("tokens", drawn), ("rows", in_rows(drawn))):
                settings = Balance(
                    by="category", unit=unit, max_share=None, total=sum(n for p in parcels for _, n in p.groups) // 2
                )
                with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as one:
                    spent, memory, cut = one.submit(decided, parcels, settings).result()
                assert cut == groups
                print(f"| {groups} | {unit} | {spent:.1f} | {memory / 1e6:,.0f} MB | {memory / rows:.1f} |", flush=True)
    contents = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(DRAWN)]
    ids = [f"source/sha256:{content[:32]}" for content in contents]
    began = time.process_time()
    draws(contents, ids, 0)
    print(f"\na draw: {1e6 * (time.process_time() - began) / DRAWN:.2f} µs a row")
