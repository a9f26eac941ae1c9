"""How cost grows with the input: the same job on 0.2, 2 and 20 GB of documents, with worker processes.

    python -m benchmarks scale --gigabytes 0.2 2 [20] [--workers 2] [--keep]
    python -m benchmarks scale --show

Documents are those of `benchmarks.documents`: real ones as far as they go, beyond that the same in other words. Each
size is written to `build/`, curated by a run of its own from an empty work folder, and deleted, corpus and version,
unless ``--keep``. What was measured is added to ``build/bench/scale.json``; the table and the plot, `docs/scale.svg`,
are made of all that stands there, so sizes may be run on different days. 20 GB need 15 GB of disk and no attention.

Throughput per core is text by processor time of all processes, start included. *Beyond start* leaves out what a run of
a few documents takes: imports, kernels loaded, a graph put together, by driver and workers. Driver bytes per document
are the growth of the driver's peak from the next smaller size, by the growth in documents.
"""

import argparse
import json
import math
import shutil
import sys
from html import escape
from pathlib import Path
from typing import Any

from benchmarks.corpus import CACHE
from benchmarks.documents import recipe, write
from benchmarks.pipeline import fresh_run

RESULTS = CACHE / "scale.json"
PLOT = Path(__file__).resolve().parents[1] / "docs" / "scale.svg"
HOME = CACHE / "scale"
START = 0.002
"""Gigabytes of the run that is all start."""

Told = dict[str, Any]


def measured(gigabytes: float, workers: int, *, keep: bool) -> Told:
    """Write a corpus, run the job on it, delete both, and return what it took."""
    folder, out = HOME / f"{gigabytes:g}", HOME / "out"
    told = write(folder, int(gigabytes * 1e9))
    path = HOME / "recipe.yaml"
    path.write_text(recipe(folder, out))
    run = fresh_run(path, out, workers)
    shutil.rmtree(out, ignore_errors=True)
    shutil.rmtree(f"{out}.work", ignore_errors=True)
    if not keep:
        shutil.rmtree(folder)
    kept = ("wall", "core", "driver_rss", "worker_rss", "rows_kept", "digest", "stage_seconds")
    return {
        "gigabytes": gigabytes,
        "workers": workers,
        "documents": told["rows"],
        "bytes": told["bytes"],
        "real_bytes": told["real_bytes"],
        **{name: run[name] for name in kept},
    }


def remembered() -> dict[str, Told]:
    """Return all that was measured, by size and number of workers."""
    found: dict[str, Told] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    return found


def remember(told: Told) -> None:
    """Add what was measured to what stands there."""
    found = {**remembered(), f"{told['gigabytes']:g} GB, {told['workers']} workers": told}
    RESULTS.write_text(json.dumps(found, indent=2, sort_keys=True))


def compared(found: list[Told]) -> list[Told]:
    """Return the sizes in order, with throughput per core, and the driver's growth from one to the next."""
    found = sorted(found, key=lambda told: told["bytes"])
    start = found[0]["core"] if found and found[0]["gigabytes"] <= START else 0.0
    sizes = [told for told in found if told["gigabytes"] > START]
    rows = []
    for number, told in enumerate(sizes):
        smaller = sizes[number - 1] if number else found[0]
        more = told["documents"] - smaller["documents"]
        rows.append(
            {
                **told,
                "per_core": told["bytes"] / told["core"] / 1e6,
                "beyond_start": told["bytes"] / max(told["core"] - start, 1e-9) / 1e6,
                "driver_bytes": (told["driver_rss"] - smaller["driver_rss"]) / more if more else 0.0,
            }
        )
    return rows


def table(rows: list[Told]) -> str:
    """Return the rows of a Markdown table."""
    lines = [
        "| GB of text | documents | real | workers | wall s | core s | MB/s per core | beyond start | worker RSS |"
        " driver RSS | driver bytes per document |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row['gigabytes']:g} | {row['documents']:,} | {row['real_bytes'] / row['bytes']:.0%} | {row['workers']} |"
        f" {row['wall']:,.0f} | {row['core']:,.0f} | {row['per_core']:.1f} | {row['beyond_start']:.1f} |"
        f" {row['worker_rss'] / 1e6:,.0f} MB | {row['driver_rss'] / 1e6:,.0f} MB | {row['driver_bytes']:,.0f} |"
        for row in rows
    ]
    return "\n".join(lines)


def plot(rows: list[Told]) -> str:
    """Return a chart of throughput per core over size: the whole job, and beyond start with the band of ±10 %."""
    width, height, left, top, right, bottom = 720, 320, 64, 52, 180, 48
    most = 10 * math.ceil(1.15 * max(row["beyond_start"] for row in rows) / 10)
    low, high = (math.log10(edge(row["gigabytes"] for row in rows)) for edge in (min, max))

    def x(gigabytes: float) -> float:
        share = (math.log10(gigabytes) - low) / (high - low) if high > low else 0.5
        return left + 20 + share * (width - left - right - 40)

    def y(speed: float) -> float:
        return top + (1 - speed / most) * (height - top - bottom)

    middle = sum(row["beyond_start"] for row in rows) / len(rows)
    parts = [
        f'<rect width="{width}" height="{height}" rx="8" fill="#fdfdfc"/>',
        f'<text x="{left}" y="28" font-size="15" font-weight="600" fill="#1f2328">MB of text a second and core</text>',
        f'<rect x="{left}" y="{y(1.1 * middle):.1f}" width="{width - left - right}"'
        f' height="{y(0.9 * middle) - y(1.1 * middle):.1f}" fill="#2f7d63" opacity="0.10"/>',
    ]
    parts += [
        f'<line x1="{left}" x2="{width - right}" y1="{y(mark):.1f}" y2="{y(mark):.1f}" stroke="#e3e6e8"/>'
        f'<text x="{left - 10}" y="{y(mark) + 4:.1f}" font-size="12" text-anchor="end" fill="#667078">{mark}</text>'
        for mark in range(0, most + 1, 10)
    ]
    lines = (("beyond_start", "#2f7d63", "beyond start, ±10 %"), ("per_core", "#4f78a8", "start included"))
    for key, colour, name in lines:
        points = " ".join(f"{x(row['gigabytes']):.1f},{y(row[key]):.1f}" for row in rows)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{x(row["gigabytes"]):.1f}" cy="{y(row[key]):.1f}" r="4" fill="{colour}"><title>'
            f"{row['gigabytes']:g} GB: {row[key]:.1f} MB/s</title></circle>"
            for row in rows
        ]
        at = y(rows[-1][key]) + (-6 if key == "beyond_start" else 14)
        parts.append(f'<text x="{width - right + 8}" y="{at:.1f}" font-size="12" fill="{colour}">{name}</text>')
    parts += [
        f'<text x="{x(row["gigabytes"]):.1f}" y="{height - bottom + 20}" font-size="12" text-anchor="middle"'
        f' fill="#667078">{row["gigabytes"]:g} GB</text>'
        for row in rows
    ]
    told = escape("; ".join(f"{row['gigabytes']:g} GB {row['beyond_start']:.1f} MB/s" for row in rows), quote=True)
    font = "ui-sans-serif,system-ui,Segoe UI,Helvetica,Arial,sans-serif"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{told}"'
        f' font-family="{font}">{"".join(parts)}</svg>\n'
    )


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks scale")
    parser.add_argument("--gigabytes", type=float, nargs="+", default=[0.2, 2.0])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="leave each corpus where it was written")
    parser.add_argument("--show", action="store_true", help="run nothing: show what was measured before")
    asked = parser.parse_args(argv)
    HOME.mkdir(parents=True, exist_ok=True)
    # The first run compiles kernels where the code is new: the second is the one that counts.
    for gigabytes in [] if asked.show else [START, START, *sorted(asked.gigabytes)]:
        print(f"{gigabytes:g} GB …", file=sys.stderr, flush=True)
        remember(measured(gigabytes, asked.workers, keep=asked.keep))
    rows = compared([told for told in remembered().values() if told["workers"] == asked.workers])
    print(table(rows))
    if rows:
        PLOT.write_text(plot(rows))
