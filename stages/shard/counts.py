"""Counting rows: licence and language histograms, the same for the writer of a version and for its verifier."""

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.manifest import LanguageCount, LicenceCount, Masked
from licet.schemas.masking import MASKED

UNKNOWN_LANGUAGE = "und"
NONE = "NOASSERTION"
LICENCE_KEYS = ("license", "license_tier", "license_grade", "source")

LicenceHistogram = Mapping[tuple[str, str, str, str], tuple[int, int, int]]
"""(expression, tier, grade, source) → (rows, bytes of text, tokens)."""


def licence_histogram(rows: pa.Table, text_bytes: pa.Array | pa.ChunkedArray) -> LicenceHistogram:
    """Return the licence histogram of rows with the published columns; a missing value counts as `NOASSERTION`."""
    keys = {name: pc.fill_null(rows.column(name), NONE) for name in LICENCE_KEYS}
    counted = pa.table(
        {
            **keys,
            "bytes": pc.cast(text_bytes, pa.int64()),
            "tokens": pc.cast(pc.fill_null(rows.column("token_count"), 0), pa.int64()),
        }
    )
    grouped = counted.group_by(list(LICENCE_KEYS), use_threads=False).aggregate(
        [("bytes", "count"), ("bytes", "sum"), ("tokens", "sum")]
    )
    return {
        tuple(row[name] for name in LICENCE_KEYS): (row["bytes_count"], row["bytes_sum"], row["tokens_sum"])
        for row in grouped.to_pylist()
    }


def language_histogram(rows: pa.Table) -> Mapping[str, int]:
    """Return how many rows are in each language."""
    counted = pc.value_counts(pc.fill_null(rows.column("language"), UNKNOWN_LANGUAGE))
    return {entry["values"]: entry["counts"] for entry in counted.to_pylist()}


def masked_counts(rows: pa.Table) -> Masked | None:
    """Return what was masked in rows with the published columns; null where the recipe asked for nothing."""
    if MASKED not in rows.column_names:
        return None
    column = rows.column(MASKED).combine_chunks()
    kinds = [f.name for f in column.type]
    found = [pc.fill_null(column.field(i), 0).to_numpy().astype(np.int64) for i in range(len(kinds))]
    counts = np.column_stack(found) if found else np.zeros((rows.num_rows, 0), np.int64)
    return Masked(rows=int(counts.any(axis=1).sum()), kinds=dict(zip(kinds, counts.sum(axis=0).tolist(), strict=True)))


def total_masked(counts: Iterable[Masked | None]) -> Masked | None:
    """Return the sum of what was masked; null where there is none to add."""
    told = [count for count in counts if count is not None]
    if not told:
        return None
    kinds: dict[str, int] = {}
    for count in told:
        for kind, spans in count.kinds.items():
            kinds[kind] = kinds.get(kind, 0) + spans
    return Masked(rows=sum(count.rows for count in told), kinds=kinds)


def total_licences(histograms: Iterable[LicenceHistogram]) -> dict[tuple[str, str, str, str], tuple[int, int, int]]:
    """Return the sum of licence histograms."""
    total: dict[tuple[str, str, str, str], tuple[int, int, int]] = {}
    for histogram in histograms:
        for key, (rows, size, tokens) in histogram.items():
            old = total.get(key, (0, 0, 0))
            total[key] = (old[0] + rows, old[1] + size, old[2] + tokens)
    return total


def total_languages(histograms: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Return the sum of language histograms."""
    total: dict[str, int] = {}
    for histogram in histograms:
        for language, rows in histogram.items():
            total[language] = total.get(language, 0) + rows
    return total


def as_licence_counts(histogram: LicenceHistogram) -> list[LicenceCount]:
    """Return a licence histogram as the manifest lists it, sorted."""
    return [
        LicenceCount(expression=key[0], tier=key[1], grade=key[2], source=key[3], rows=rows, bytes=size, tokens=tokens)
        for key, (rows, size, tokens) in sorted(histogram.items())
    ]


def as_language_counts(histogram: Mapping[str, int]) -> list[LanguageCount]:
    """Return a language histogram as the manifest lists it, sorted."""
    return [LanguageCount(language=language, rows=rows) for language, rows in sorted(histogram.items())]


def licences_of(counts: Iterable[LicenceCount]) -> LicenceHistogram:
    """Return the histogram that a list of counts tells."""
    return total_licences({(c.expression, c.tier, c.grade, c.source): (c.rows, c.bytes, c.tokens)} for c in counts)


def languages_of(counts: Iterable[LanguageCount]) -> dict[str, int]:
    """Return the histogram that a list of counts tells."""
    return total_languages({c.language: c.rows} for c in counts)
