"""MinHash signatures of English text: our kernel and datasketch, on the same texts, in MB/s on one core.

The texts are the topics of Python's own manual, as installed with every interpreter, or the files named as arguments.
"""

import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from pydoc_data.topics import topics

import numpy as np
import pyarrow as pa
from datasketch import MinHash

from licet.schemas.dedup import Dedup
from licet.stages.dedup.fingerprint import fingerprint
from licet.stages.dedup.minhash import signatures
from licet.stages.dedup.shingles import shingle_sets

SETTINGS = Dedup()
PERMUTATIONS = SETTINGS.bands * SETTINGS.rows_per_band
PIECE = 4096
KERNEL_BYTES = 64_000_000
DATASKETCH_BYTES = 2_000_000
WORD = re.compile(r"\w+")


def pieces(texts: Sequence[str], size: int) -> list[str]:
    """Cut texts into pieces of a few KB and repeat them up to about ``size`` characters."""
    cut = [text[at : at + PIECE] for text in texts for at in range(0, len(text), PIECE)]
    held = sum(map(len, cut))
    return (cut * (size // held + 1))[: max(1, len(cut) * size // held)]


def datasketch_from_text(texts: Sequence[str]) -> None:
    """Do as its users do: split, join shingles, let update_batch hash them."""
    for text in texts:
        words = WORD.findall(text.lower())
        size = SETTINGS.shingle_words
        shingles = [" ".join(words[i : i + size]).encode() for i in range(max(1, len(words) - size + 1))]
        MinHash(PERMUTATIONS, seed=1, scheme="affine32").update_batch(shingles)


def datasketch_from_hashes(hashed: Sequence[list[int]]) -> list[np.ndarray]:
    """Give update_batch our own shingle hashes, made before."""
    found = []
    for shingles in hashed:
        theirs = MinHash(PERMUTATIONS, seed=SETTINGS.seed, scheme="affine32", hashfunc=lambda it: it & 0xFFFFFFFF)
        theirs.update_batch(shingles)
        found.append(theirs.hashvalues)
    return found


def best(function: Callable[[], object], megabytes: float, times: int = 5) -> float:
    """Return the best MB/s of some runs."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        function()
        spent.append(time.perf_counter() - began)
    return megabytes / min(spent)


def main(args: Sequence[str] = ()) -> None:
    """Measure, compare the signatures, print one line a figure."""
    texts = [Path(name).read_text(encoding="utf-8", errors="replace") for name in args] or list(topics.values())
    large = pa.array(pieces(texts, KERNEL_BYTES))
    small = pieces(texts, DATASKETCH_BYTES)
    megabytes = sum(len(text.as_buffer()) for text in large) / 1e6
    few = sum(len(text.encode()) for text in small) / 1e6
    sets = shingle_sets(pa.array(small), SETTINGS.shingle_words)
    hashed = [sets[row].tolist() for row in range(len(sets))]
    sign = {"words": SETTINGS.shingle_words, "seed": SETTINGS.seed}
    ours, _ = signatures(pa.array(small), num_perm=PERMUTATIONS, **sign)
    if not np.array_equal(ours, np.array(datasketch_from_hashes(hashed))):
        sys.exit("our signatures are not datasketch's")
    rows = pa.RecordBatch.from_pydict({"text": large, "content_sha256": ["0" * 64] * len(large)})
    fingerprint(rows.slice(0, 1), SETTINGS)
    figures = {
        f"signatures, {PERMUTATIONS} permutations": best(
            lambda: signatures(large, num_perm=PERMUTATIONS, **sign), megabytes
        ),
        "signatures, 1 permutation": best(lambda: signatures(large, num_perm=1, **sign), megabytes),
        "fingerprints": best(lambda: fingerprint(rows, SETTINGS), megabytes),
        "shingle sets": best(lambda: shingle_sets(large, SETTINGS.shingle_words), megabytes),
        "datasketch from text": best(lambda: datasketch_from_text(small), few, 1),
        "datasketch from our hashes": best(lambda: datasketch_from_hashes(hashed), few, 1),
    }
    print(f"{len(large)} texts, {megabytes:.1f} MB; datasketch: {len(small)} texts, {few:.1f} MB; signatures equal")
    for name, speed in figures.items():
        print(f"{name:30s} {speed:8.1f} MB/s")
