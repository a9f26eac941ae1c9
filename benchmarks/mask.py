"""Masking of real files: MB/s on one core for each kind, and Licet's spans beside those of datatrove's PIIFormatter.

    python -m benchmarks mask [--size 200MB] [--peer] [--show KIND 100]

The texts are files of `benchmarks.corpus` in the order of a digest of their names, and what is in `../shared/data`.
`--peer` runs datatrove on the same rows, in an environment of its own below `build/`. `--show` prints that many
distinct spans of a kind, drawn by a digest, each with what stands beside it: for judging by hand.
"""

import argparse
import gzip
import hashlib
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.corpus import CACHE, site_packages
from licet.schemas.masking import KINDS, Kind, Masking
from licet.stages.mask import _scan
from licet.stages.mask.find import Finder, buffers, proposals
from licet.stages.mask.texts import Masker

HOME = CACHE / "mask"
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
PEER = "datatrove==0.9.0"
CODE = {".py", ".js", ".ts", ".c", ".h", ".sh", ".css", ".j2", ".tf"}
PROSE_AND_DATA = {".md", ".rst", ".txt", ".html", ".xml", ".csv", ".json", ".yaml", ".yml", ".toml", ".cfg", ".ini"}
ENDINGS = CODE | PROSE_AND_DATA | {".pem", ".conf"}
MOST = 1_000_000
"""Bytes of a file; longer ones are cut there."""
PARCEL = 16_000_000
"""Bytes of text that are masked at a time, as in a run."""


class Found(NamedTuple):
    """A span of a row, by bytes."""

    row: int
    start: int
    end: int
    kind: str


def texts(size: int) -> Iterator[str]:
    """Yield texts: the shared ones, then files until there are ``size`` bytes."""
    held = 0
    for path in sorted(p for p in SHARED.rglob("*") if p.is_file()):
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        text = data.decode("utf-8", "replace")
        pieces = text.splitlines() if ".jsonl" in path.name else [text]
        held += len(data)
        yield from pieces
    site = site_packages()
    names = [p for p in site.rglob("*") if p.suffix in ENDINGS or p.name == "METADATA"]
    for path in sorted(names, key=lambda p: hashlib.sha256(str(p.relative_to(site)).encode()).digest()):
        if held >= size:
            return
        text = path.read_bytes()[:MOST].decode("utf-8", "replace")
        held += len(text.encode())
        yield text


def parcels(rows: Sequence[str]) -> Iterator[pa.Array]:
    """Yield the texts in arrays of about `PARCEL` bytes."""
    first, held = 0, 0
    for at, text in enumerate(rows):
        held += len(text)
        if held >= PARCEL:
            yield pa.array(rows[first : at + 1], pa.string())
            first, held = at + 1, 0
    if first < len(rows):
        yield pa.array(rows[first:], pa.string())


def spans(rows: Sequence[str], kinds: Sequence[Kind]) -> list[Found]:
    """Return what Licet masks in the first round."""
    found, first = [], 0
    for array in parcels(rows):
        for row, _, there in Finder(Masking(kinds=list(kinds))).spans(array):
            found += [Found(first + row, span.start, span.end, span.kind) for span in there]
        first += len(array)
    return found


def speed(rows: Sequence[str], kinds: Sequence[Kind], megabytes: float) -> tuple[float, int]:
    """Return MB/s of processor time, the median of three, and how many spans were masked."""
    masker = Masker(Masking(kinds=list(kinds)))
    masker(pa.array(rows[:10], pa.string()))
    arrays, spent, count = list(parcels(rows)), [], 0
    for _ in range(3):
        began = time.process_time()
        count = sum(int(masker(array)[1].sum()) for array in arrays)
        spent.append(time.process_time() - began)
    return megabytes / sorted(spent)[1], count


def scan_speed(rows: Sequence[str], megabytes: float) -> float:
    """Return MB/s of the pass that proposes places alone."""
    arrays = [buffers(array) for array in parcels(rows)]
    began = time.process_time()
    for data, offsets in arrays:
        proposals(data, offsets, (_scan.BARE << 1) - 1)
    return megabytes / (time.process_time() - began)


def peer(rows: Sequence[str]) -> tuple[float, list[Found]]:
    """Return the seconds that datatrove took and its spans, by bytes."""
    home = HOME / "venv"
    if not (home / "done").exists():
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        subprocess.run([home / "bin" / "pip", "install", "--quiet", PEER, "pyarrow", "regex"], check=True)
        (home / "done").touch()
    pq.write_table(pa.table({"text": pa.array(rows, pa.large_string())}), HOME / "texts.parquet")
    script = Path(__file__).parent / "_peers" / "pii_datatrove.py"
    out = HOME / "datatrove.json"
    subprocess.run([home / "bin" / "python", script, HOME / "texts.parquet", out], check=True)
    told = json.loads(out.read_bytes())
    found = []
    for row, start, end, kind in told["spans"]:
        before = len(rows[row][:start].encode())
        found.append(Found(row, before, before + len(rows[row][start:end].encode()), kind))
    return told["seconds"], found


def overlapping(found: Sequence[Found], others: Sequence[Found]) -> list[bool]:
    """Tell, for each span, whether one of the others of its kind and row has a byte in common with it."""
    by_row: dict[tuple[int, str], list[Found]] = {}
    for other in others:
        by_row.setdefault((other.row, other.kind), []).append(other)
    return [any(o.start < f.end and f.start < o.end for o in by_row.get((f.row, f.kind), ())) for f in found]


def show(rows: Sequence[str], found: Sequence[Found], most: int) -> None:
    """Print distinct spans with what stands beside them."""
    distinct: dict[bytes, str] = {}
    for span in found:
        text = rows[span.row].encode()
        key = text[span.start : span.end]
        if key not in distinct:
            left, inner, right = text[max(0, span.start - 60) : span.start], key[:70], text[span.end : span.end + 30]
            distinct[key] = "⟦".join(
                (left.decode("utf-8", "replace"), inner.decode() + "⟧" + right.decode("utf-8", "replace"))
            )
    drawn = sorted(distinct, key=lambda key: hashlib.sha256(key).digest())[:most]
    print(f"{len(distinct)} distinct")
    for key in drawn:
        print(distinct[key].replace("\n", "⏎"))


def main(args: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks mask")
    parser.add_argument("--size", default="200MB")
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--show", nargs=2, metavar=("KIND", "MOST"))
    parser.add_argument("--only", choices=["ours", "theirs"], help="show spans that only one of both has")
    asked = parser.parse_args(args)
    HOME.mkdir(parents=True, exist_ok=True)
    rows = list(texts(int(asked.size.removesuffix("MB")) * 1_000_000))
    megabytes = sum(len(text.encode()) for text in rows) / 1e6
    print(f"{len(rows):,} texts, {megabytes:.1f} MB")
    ours = spans(rows, KINDS)
    if not asked.show:
        print(f"places alone: {scan_speed(rows, megabytes):.0f} MB/s")
        for kinds in (*([kind] for kind in KINDS), ["email", "ip_address"], list(KINDS)):
            rate, count = speed(rows, kinds, megabytes)
            print(f"{'+'.join(kinds)}: {rate:.0f} MB/s, {count:,} spans")
    theirs: list[Found] = []
    if asked.peer:
        seconds, theirs = peer(rows)
        print(f"datatrove, e-mail and IP: {megabytes / seconds:.1f} MB/s, {dict(Counter(f.kind for f in theirs))}")
        for kind in ("email", "ip_address"):
            mine, other = [f for f in ours if f.kind == kind], [f for f in theirs if f.kind == kind]
            shared = sum(overlapping(mine, other))
            lacking = len(other) - sum(overlapping(other, mine))
            print(f"{kind}: both {shared:,}, Licet alone {len(mine) - shared:,}, datatrove alone {lacking:,}")
    if asked.show:
        kind, most = asked.show[0], int(asked.show[1])
        chosen = [f for f in (theirs if asked.only == "theirs" else ours) if f.kind == kind]
        if asked.only:
            others = overlapping(chosen, ours if asked.only == "theirs" else theirs)
            chosen = [f for f, is_both in zip(chosen, others, strict=True) if not is_both]
        show(rows, chosen, most)
