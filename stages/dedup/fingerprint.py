"""Fingerprints: the few numbers a row by which duplicates find each other, written beside the rows when staged.

A row has one *exact* key, the same only where what is compared is identical, and one hash for each *band* of its
MinHash signature (Leskovec, Rajaraman and Ullman, *Mining of Massive Datasets*, 3.4): rows that share either are
candidates.
"""

from functools import reduce

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from licet.schemas.dedup import Dedup
from licet.stages.compiled import compiled
from licet.stages.dedup._kernel import mixed, set_signatures_into
from licet.stages.dedup.compared import compared
from licet.stages.dedup.minhash import permutations, signatures
from licet.stages.dedup.shingles import ShingleSets

U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]

_EXACT_SALT = np.uint64(0xA0761D6478BD642F)
_BAND_SALT = np.uint64(0xE7037ED1A0B428DB)
_ODD = np.uint64(1)
_EVEN = np.uint64(0xFFFFFFFFFFFFFFFE)


def band_schema(bands: int) -> pa.Schema:
    """Return the schema of fingerprints with this many bands.

    ``exact`` is odd and made from the leading 64 bits of the sha256 of what is compared; the hashes of ``bands`` are
    even, so that the two never meet. ``bands`` is null for a text without words, which can be an exact duplicate only.
    """
    return pa.schema(
        [
            pa.field("exact", pa.uint64(), nullable=False),
            pa.field("bands", pa.list_(pa.field("item", pa.uint64(), nullable=False), bands)),
        ]
    )


def fingerprint(batch: pa.RecordBatch, settings: Dedup) -> pa.RecordBatch:
    """Return the fingerprints, `band_schema`, of the rows of a batch, from `columns_for` and ``content_sha256``.

    Of rows that are compared by parts, the bands are those of the shingles of all parts together: where each part
    reaches a similarity, so do all together.
    """
    texts = compared(batch, settings.compare)
    leading = pa.compute.utf8_slice_codeunits(texts.content, 0, 16)
    exact = np.frombuffer(bytes.fromhex("".join(leading.to_pylist())), ">u8").astype(np.uint64)
    num_perm = settings.bands * settings.rows_per_band
    made = [
        signatures(
            each, size=settings.shingle_size, num_perm=num_perm, seed=settings.seed, unit=settings.shingles, part=part
        )
        for part, each in texts.parts.items()
    ]
    found = reduce(np.minimum, (signature for signature, _ in made))
    shingles = sum(count for _, count in made)
    hashes = np.empty((batch.num_rows, settings.bands), np.uint64)
    _hash(exact, found, settings.rows_per_band, hashes)
    schema = band_schema(settings.bands)
    bands = pa.FixedSizeListArray.from_arrays(
        pa.array(hashes.reshape(-1)), type=schema.field("bands").type, mask=pa.array(shingles == 0)
    )
    return pa.RecordBatch.from_arrays([pa.array(exact), bands], schema=schema)


def bands_of_sets(sets: ShingleSets, settings: Dedup) -> U64:
    """Return the band hashes of sets of shingles, rows × bands: those of the texts that they are the sets of."""
    a, b = permutations(settings.bands * settings.rows_per_band, settings.seed)
    found = np.empty((len(sets), len(a)), np.uint32)
    set_signatures_into(sets.values, sets.offsets, a, b, found)
    hashes = np.empty((len(sets), settings.bands), np.uint64)
    _hash(np.zeros(len(sets), np.uint64), found, settings.rows_per_band, hashes)
    return hashes


def no_fingerprint(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return nothing for a batch of rows: what stands for their fingerprints where no duplicates are looked for."""
    del batch
    return pa.RecordBatch.from_pylist([], schema=pa.schema([]))


@compiled
def _hash(exact: U64, found: U32, rows: int, hashes: U64) -> None:
    """Salt the exact keys in place and write the hash of each band, its number mixed in."""
    for row in range(len(exact)):
        exact[row] = mixed(exact[row] ^ _EXACT_SALT) | _ODD
        for band in range(hashes.shape[1]):
            value = mixed(_BAND_SALT + np.uint64(band))
            for at in range(band * rows, (band + 1) * rows):
                value = mixed(value ^ np.uint64(found[row, at]))
            hashes[row, band] = value & _EVEN
