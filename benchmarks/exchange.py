"""The band exchange and the components at 10 million rows and more, on made-up fingerprints: time, memory, disk.

    python -m benchmarks exchange [--rows 1e7] [--partitions 32]

Real texts would take days to fingerprint here; what is exchanged are their keys, and these can be made. A quarter of
the rows lie in clusters whose sizes have a long tail; three in ten of those are copies of the cluster's first row,
the others share each band with a chance of 0.8^8, as rows at similarity 0.8 do. One row in a hundred shares one band
with thousands it has nothing else in common with, as boilerplate makes them. Each step runs in a process of its own
through the functions of a run; fingerprints and keys lie in build/, about 300 bytes a row. Afterwards the copies are
looked up: each must be in the component of its like.
"""

import argparse
import json
import multiprocessing
import resource
import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.corpus import CACHE
from licet.schemas.dedup import Dedup
from licet.schemas.staged import Staged
from licet.stages import storage
from licet.stages.dedup.components import FILES, assign
from licet.stages.dedup.exchange import file_number
from licet.stages.dedup.exchange_files import read_links, write_keys, write_links
from licet.stages.dedup.fingerprint import band_schema

SETTINGS = Dedup()
FILE_ROWS = 50_000
HOT_KEYS = 5
CLUSTERED, COPIES, SAME_BAND, HOT = 0.25, 0.3, 0.8**8, 0.01


def cluster_of(rows: int, seed: int, count: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the cluster of each of ``count`` rows, -1 where it has none, and which are copies of the first."""
    chance = np.random.default_rng([7, seed])
    clusters = max(1, rows // 20)
    found = (clusters * chance.random(count) ** 2).astype(np.int64)
    found[chance.random(count) >= CLUSTERED] = -1
    return found, (chance.random(count) < COPIES) & (found >= 0)


def fingerprints(rows: int, file: int, count: int) -> pa.RecordBatch:
    """Return made-up fingerprints of the rows of one file."""
    chance = np.random.default_rng([8, file])
    cluster, copy = cluster_of(rows, file, count)
    own = chance.integers(0, 2**63, (count, SETTINGS.bands), np.uint64) << np.uint64(1)
    band = np.arange(SETTINGS.bands, dtype=np.uint64)
    shared = _spread(cluster.astype(np.uint64)[:, None] * np.uint64(997) + band) & np.uint64(2**64 - 2)
    alike = (chance.random(own.shape) < SAME_BAND) & (cluster >= 0)[:, None]
    own = np.where(alike | copy[:, None], shared, own)
    hot = chance.random(count) < HOT
    own[hot, 0] = _spread(chance.integers(0, HOT_KEYS, hot.sum()).astype(np.uint64)) & np.uint64(2**64 - 2)
    exact = chance.integers(0, 2**63, count, np.uint64)
    exact = np.where(copy, _spread(cluster.astype(np.uint64) + np.uint64(1 << 40)), exact) | np.uint64(1)
    schema = band_schema(SETTINGS.bands)
    bands = pa.FixedSizeListArray.from_arrays(pa.array(own.reshape(-1)), type=schema.field("bands").type)
    return pa.RecordBatch.from_arrays([pa.array(exact), bands], schema=schema)


def _spread(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return MurmurHash3's finaliser of each value."""
    with np.errstate(over="ignore"):
        values = (values ^ (values >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
        values = (values ^ (values >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return np.asarray(values ^ (values >> np.uint64(33)))


def staged_files(rows: int, folder: Path) -> Iterator[Staged]:
    """Yield made-up staged files, one after another; only their names and fingerprints are ever there."""
    for number, start in enumerate(range(0, rows, FILE_ROWS)):
        count = min(FILE_ROWS, rows - start)
        base = str(folder / "staged" / f"{number:08d}" / "00000")
        yield Staged(order=(number, 0), source="made", config="default", base=base, rows=count, bytes=count * 3500)


def exchange(rows: int, partitions: int, folder: Path) -> dict[str, float]:
    """Write the keys of all files; the making of fingerprints is not counted."""
    spent = 0.0
    for number, staged in enumerate(staged_files(rows, folder)):
        storage.write_arrow(staged.bands_path, fingerprints(rows, number, staged.rows))
        began = time.process_time()
        write_keys(staged, SETTINGS, str(folder / "keys"), partitions)
        spent += time.process_time() - began
    return {"seconds": spent, "bytes": sum(path.stat().st_size for path in (folder / "keys").iterdir())}


def link(partitions: int, folder: Path) -> dict[str, float]:
    """Find what is alike in each partition, one after another."""
    began = time.process_time()
    keys = [str(path) for path in (folder / "keys").iterdir()]
    for partition in range(partitions):
        write_links(keys, partition, str(folder / "links"))
    return {
        "seconds": time.process_time() - began,
        "bytes": sum(path.stat().st_size for path in (folder / "links").iterdir()),
    }


def components(rows: int, folder: Path) -> dict[str, float]:
    """Find the components, check the copies, and tell how large things came out."""
    began = time.process_time()
    numbers = {file_number(staged.key): place for place, staged in enumerate(staged_files(rows, folder))}
    seen = [pa.RecordBatch.from_pydict({"file": list(numbers)}, schema=FILES)]
    links = chain.from_iterable(read_links(str(path)) for path in sorted((folder / "links").iterdir()))
    found = {numbers[file]: batch for file, batch in assign(chain(seen, links))}
    spent = time.process_time() - began
    of_cluster: dict[int, int] = {}
    copies = apart = 0
    sizes: dict[int, int] = {}
    for place, batch in sorted(found.items()):
        count = min(FILE_ROWS, rows - place * FILE_ROWS)
        component = np.full(count, -1, np.int64)
        component[np.asarray(batch.column("row"))] = np.asarray(batch.column("component"))
        for number, many in zip(*np.unique(component[component >= 0], return_counts=True), strict=True):
            sizes[int(number)] = sizes.get(int(number), 0) + int(many)
        cluster, copy = cluster_of(rows, place, count)
        for one, where in zip(cluster[copy].tolist(), component[copy].tolist(), strict=True):
            copies += 1
            apart += of_cluster.setdefault(one, where) != where
    return {
        "seconds": spent,
        "linked_rows": sum(batch.num_rows for batch in found.values()),
        "components": len(sizes),
        "largest": max(sizes.values(), default=0),
        "copies": copies,
        "copies_apart": apart,
    }


def apart(step: Callable[[], dict[str, float]]) -> dict[str, float]:
    """Run a step in a fresh process; its result has that process's peak of memory, and of it what was there before."""
    receive, send = multiprocessing.get_context("spawn").Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_told, args=(step, send))
    process.start()
    send.close()
    told: dict[str, float] = receive.recv()
    process.join()
    return told


def _told(step: Callable[[], dict[str, float]], send: Any) -> None:
    before, began = _peak(), time.perf_counter()
    send.send({**step(), "wall": time.perf_counter() - began, "rss": _peak(), "rss_before": before})


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks exchange")
    parser.add_argument("--rows", type=float, default=1e7)
    parser.add_argument("--partitions", type=int, default=32)
    asked = parser.parse_args(argv)
    rows = int(asked.rows)
    folder = CACHE / f"exchange-{rows}"
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("keys", "links", "staged"):
        (folder / part).mkdir(parents=True)
    try:
        steps = {
            "keys": apart(partial(exchange, rows, asked.partitions, folder)),
            "links": apart(partial(link, asked.partitions, folder)),
            "components": apart(partial(components, rows, folder)),
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{rows:,} rows, {asked.partitions} partitions, {SETTINGS.bands} bands\n")
    print("| step | processor s | µs a row | peak RSS MB | of it before | disk MB | bytes a row |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, told in steps.items():
        size = told.get("bytes", 0)
        print(
            f"| {name} | {told['seconds']:.1f} | {told['seconds'] / rows * 1e6:.2f} | {told['rss'] / 1e6:,.0f} |"
            f" {told['rss_before'] / 1e6:,.0f} | {size / 1e6:,.0f} | {size / rows:.0f} |"
        )
    told = steps["components"]
    print(
        f"\n{told['linked_rows']:,} rows in {told['components']:,} components, the largest of {told['largest']:,};"
        f" {told['copies']:,} copies, {told['copies_apart']:,} not beside their like"
    )
    print(json.dumps({"rows": rows, "partitions": asked.partitions, **steps}))
