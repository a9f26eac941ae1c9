"""The measures of a version: what the heuristics measured of each row, let in or not, and histograms of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
import pyarrow as pa

from licet.schemas.manifest import FileEntry
from licet.schemas.measured import Bins, Histogram, measured_schema
from licet.schemas.staged import Judged
from licet.stages import storage
from licet.stages.shard.parquet import parquet_output


class Tally:
    """Counts rows by the bins of each rule."""

    def __init__(self, bins: Sequence[Bins]):
        self._bins = bins
        self._counts = [np.zeros((2, len(one.edges) + 1), np.int64) for one in bins]

    def add(self, measured: pa.Table) -> None:
        """Count the rows of a table of measures."""
        is_refused = measured.column("reason").is_valid().to_numpy().astype(np.int64)
        for one, counts in zip(self._bins, self._counts, strict=True):
            side: Literal["left", "right"] = "right" if one.is_minimum else "left"
            place = np.searchsorted(np.array(one.edges), measured.column(one.measure).to_numpy(), side)
            counts += np.bincount(place + is_refused * counts.shape[1], minlength=counts.size).reshape(counts.shape)

    def histograms(self) -> tuple[Histogram, ...]:
        """Return what was counted, a histogram for each rule."""
        return tuple(
            Histogram(
                rule=one.rule,
                measure=one.measure,
                bound=one.bound,
                is_minimum=one.is_minimum,
                edges=one.edges,
                kept=tuple(counts[0].tolist()),
                refused=tuple(counts[1].tolist()),
            )
            for one, counts in zip(self._bins, self._counts, strict=True)
        )


def measures_of(bins: Sequence[Bins]) -> list[str]:
    """Return the measures of rules, each once, in their order."""
    return list(dict.fromkeys(one.measure for one in bins))


def measures_path(number: int, of: int) -> str:
    """Return the name of a part within the version."""
    return f"provenance/measures/part-{number:05d}-of-{of:05d}.parquet"


def write_measures(
    folder: str, path: str, tables: Iterable[pa.Table], bins: Sequence[Bins]
) -> tuple[FileEntry, tuple[Histogram, ...]]:
    """Write one part and return its entry and the histograms of its rows."""
    names = measures_of(bins)
    schema = measured_schema(names)
    tally = Tally(bins)
    encodings = {"id": "DELTA_BYTE_ARRAY", "locator": "DELTA_BYTE_ARRAY"}
    encodings |= dict.fromkeys(names, "BYTE_STREAM_SPLIT")
    with parquet_output(storage.join(folder, path), schema, dictionary=("reason",), encodings=encodings) as file:
        for table in tables:
            tally.add(table)
            file.write(table)
    return file.entry(path, "measures"), tally.histograms()


def measured_rows(parcels: Iterable[Judged]) -> Iterator[pa.Table]:
    """Yield what was measured of the rows of parcels, in the order in which they were read."""
    for judged in parcels:
        if judged.staged.measured:
            yield pa.Table.from_batches([storage.read_arrow(judged.staged.measured_path)])


def summed(parts: Iterable[Sequence[Histogram]]) -> tuple[Histogram, ...]:
    """Return the histograms of parts, each with the same rules, as those of the whole."""
    total: dict[str, Histogram] = {}
    for histogram in (one for part in parts for one in part):
        before = total.get(histogram.rule)
        total[histogram.rule] = histogram if before is None else _added(before, histogram)
    return tuple(total.values())


def _added(one: Histogram, other: Histogram) -> Histogram:
    sums: Mapping[str, tuple[int, ...]] = {
        name: tuple(a + b for a, b in zip(getattr(one, name), getattr(other, name), strict=True))
        for name in ("kept", "refused")
    }
    return one.model_copy(update=sums)
