"""Rows held against an earlier version: bytes of its index, and processor time with and without one.

    python -m benchmarks against

200,000 made-up documents of 200 words are held by an earlier version; 10,000 new ones come, of which 4,000 are there
already to the byte, 1,000 with a few words changed, and 5,000 are new. The text is random words, so nothing else is
alike: what is measured is what every row costs. Reading, licences and shards have no part in it.
"""

import hashlib
import json
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import apache_beam as beam
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from licet.schemas.dedup import Dedup
from licet.schemas.staged import Held, Staged
from licet.stages import storage
from licet.stages.dedup import fingerprint, index_schema, with_fingerprints
from licet.stages.dedup.deduplicate import Deduplicate
from licet.stages.dedup.held_files import write_held
from licet.stages.index import as_index, index_path
from licet.stages.shard.write import index_output

HELD, SHARDS, WORDS, VOCABULARY = 200_000, 4, 200, 20_000
SAME, NEAR, NEW = 4_000, 1_000, 5_000


def main(asked: Sequence[str] = ()) -> None:
    """Print what the index takes, and what a run does with it, without it, and without an earlier version."""
    del asked
    draw = np.random.default_rng(1)
    vocabulary = np.array([f"{hashlib.sha256(str(i).encode()).hexdigest()[: 3 + i % 7]}" for i in range(VOCABULARY)])
    settings = Dedup()
    with TemporaryDirectory(prefix="licet-against-") as scratch:
        folder = Path(scratch)
        held, texts = _earlier(folder / "earlier", settings, draw, vocabulary)
        sizes = {
            kind: sum(p.stat().st_size for p in folder.glob(f"earlier/{kind}/**/*.parquet"))
            for kind in ("data", "provenance")
        }
        print(
            f"{HELD:,} rows held, {sum(map(len, texts)) / 1e6:.0f} MB of text:"
            f" shards {sizes['data'] / HELD:.0f}, index {sizes['provenance'] / HELD:.1f} bytes a row"
        )
        staged = _staged(folder / "staging", settings, draw, vocabulary, texts)
        _compare(staged, [], settings, folder / "warm")
        for name, against in (
            ("no earlier version", []),
            ("with its index", held),
            ("fingerprints made anew", [_without_index(one) for one in held]),
        ):
            spent, refused = _compare(staged, against, settings, folder / name)
            print(f"{name:24s} {spent:6.2f} s of processor time, refused {json.dumps(refused)}")


def _documents(count: int, draw: np.random.Generator, vocabulary: np.ndarray) -> list[str]:
    chosen = vocabulary[draw.integers(0, len(vocabulary), (count, WORDS))]
    return [" ".join(words) for words in chosen.tolist()]


def _rows(texts: Sequence[str], prefix: str) -> pa.Table:
    names = [f"{prefix}/{i:07d}" for i in range(len(texts))]
    return pa.table(
        {
            "id": pa.array(names, pa.string()),
            "text": pa.array(texts, pa.string()),
            "content_sha256": pa.array([hashlib.sha256(text.encode()).hexdigest() for text in texts], pa.string()),
            "locator": pa.array([f"{prefix}.jsonl#row={i}" for i in range(len(texts))], pa.string()),
            **{name: pa.array([value] * len(texts), pa.string()) for name, value in _SAID.items()},
        }
    )


_SAID = {"license_grade": "A", "license_tier": "permissive", "date": None}


def _earlier(
    folder: Path, settings: Dedup, draw: np.random.Generator, vocabulary: np.ndarray
) -> tuple[list[Held], list[str]]:
    """Write the shards and the index of an earlier version, and return its row groups and texts."""
    held, texts = [], []
    schema = index_schema(settings, chat=False)
    for shard in range(SHARDS):
        path = f"data/default/train-{shard:05d}-of-{SHARDS:05d}.parquet"
        documents = _documents(HELD // SHARDS, draw, vocabulary)
        rows = _rows(documents, f"earlier-{shard}")
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(rows, folder / path, compression="zstd")
        bands = with_fingerprints(rows, settings).select(schema.names[1:])
        with index_output(str(folder), path, schema) as file:
            file.write(as_index(rows.column("id"), bands, schema))
        held.append(
            Held(
                order=(0, shard, 0),
                version="e" * 64,
                label="earlier",
                folder=str(folder),
                shard=path,
                rows=rows.num_rows,
                index=str(folder / index_path(path)),
            )
        )
        texts += documents
    return held, texts


def _without_index(held: Held) -> Held:
    return Held(**{**{name: getattr(held, name) for name in held.__dataclass_fields__}, "index": None})


def _staged(
    folder: Path, settings: Dedup, draw: np.random.Generator, vocabulary: np.ndarray, texts: Sequence[str]
) -> list[Staged]:
    """Write the new rows as staged parcels."""
    taken = draw.choice(len(texts), SAME + NEAR, replace=False).tolist()
    near = [text.replace(text.split(" ")[50], "changed", 1) for text in (texts[i] for i in taken[SAME:])]
    documents = [*(texts[i] for i in taken[:SAME]), *near, *_documents(NEW, draw, vocabulary)]
    found = []
    for part in range(10):
        rows = _rows(documents[part::10], f"new-{part}")
        one = Staged(
            order=(part, 0),
            source="new",
            config="default",
            base=str(folder / str(part) / "00000"),
            rows=rows.num_rows,
            bytes=sum(map(len, documents[part::10])),
        )
        Path(one.base).parent.mkdir(parents=True)
        pq.write_table(rows, one.rows_path, compression="zstd")
        storage.write_arrow(one.bands_path, fingerprint(rows.combine_chunks().to_batches()[0], settings))
        found.append(one)
    return found


def _compare(
    staged: Sequence[Staged], held: Sequence[Held], settings: Dedup, work: Path
) -> tuple[float, dict[str, int]]:
    """Return the processor time of comparing, and how many rows were refused for what."""
    path = None
    if held:
        path = str(work / "held.arrow")
        write_held(path, held)
    began = time.process_time()
    pipeline = beam.Pipeline(runner="DirectRunner")
    _ = pipeline | beam.Create(list(staged)) | Deduplicate(settings, str(work / "dedup"), held=path)
    result = pipeline.run()
    result.wait_until_finish()
    spent = time.process_time() - began
    counted = {c.key.metric.name: c.committed for c in result.metrics().query()["counters"]}
    refused = {name.removeprefix("refused_"): n for name, n in counted.items() if name.startswith("refused_") and n}
    return spent, refused


if __name__ == "__main__":
    main()
