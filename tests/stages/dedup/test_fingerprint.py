import numpy as np
import pyarrow as pa
from helpers import rows

from licet.schemas.dedup import Dedup
from licet.stages.dedup.fingerprint import _hash, band_schema, fingerprint

LONG = " ".join(f"word{i}" for i in range(300))


def test_there_is_a_row_a_row_and_no_bands_without_words() -> None:
    found = fingerprint(rows(LONG, "", "…", "two words"), Dedup())
    assert found.schema.equals(band_schema(14))
    assert found.column("exact").null_count == 0
    assert found.column("bands").is_valid().to_pylist() == [True, False, False, True]


def test_an_empty_batch_has_no_fingerprints() -> None:
    assert fingerprint(rows(), Dedup(bands=3)).equals(pa.RecordBatch.from_pylist([], schema=band_schema(3)))


def test_only_identical_content_has_the_same_exact_key() -> None:
    exact = fingerprint(rows("a b c", "a b c", "a b  c"), Dedup()).column("exact").to_pylist()
    assert exact[0] == exact[1] != exact[2]


def test_texts_that_differ_in_punctuation_have_the_same_bands() -> None:
    bands = fingerprint(rows("One two, three.", "one two three"), Dedup()).column("bands").to_pylist()
    assert bands[0] == bands[1]


def test_exact_keys_and_bands_never_meet() -> None:
    found = fingerprint(rows(*(f"{LONG} {i}" for i in range(50))), Dedup())
    assert all(key & 1 for key in found.column("exact").to_pylist())
    assert not any(key & 1 for key in found.column("bands").flatten().to_pylist())


def test_a_band_is_told_apart_by_its_number() -> None:
    hashes = np.empty((1, 20), np.uint64)
    _hash(np.zeros(1, np.uint64), np.zeros((1, 40), np.uint32), 2, hashes)
    assert len(np.unique(hashes)) == 20


def test_bands_agree_as_often_as_the_curve_says() -> None:
    """Two texts at Jaccard 0.6 should agree in a band of two rows with probability 0.36."""
    settings = Dedup(shingle_size=1, bands=256, rows_per_band=2)
    words = [f"w{i}" for i in range(2000)]
    one, other = " ".join(words[:1500]), " ".join(words[375:1875])
    first, second = np.array(fingerprint(rows(one, other), settings).column("bands").to_pylist(), np.uint64)
    assert abs((first == second).mean() - 0.36) < 3 * (0.36 * 0.64 / 256) ** 0.5


def test_the_cut_into_batches_does_not_matter() -> None:
    batch = rows(*(f"{LONG[: 40 * i]} {i}" for i in range(12)))
    whole = fingerprint(batch, Dedup())
    parts = [fingerprint(batch.slice(start, 5), Dedup()) for start in (0, 5, 10)]
    assert pa.concat_batches(parts).equals(whole)
