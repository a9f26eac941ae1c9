"""Ingestion as a step of the graph: it reads splits, counts their rows, and checks that none was lost."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pyarrow.compute as pc
from apache_beam import PTransform
from apache_beam.metrics.metric import Metrics
from apache_beam.pvalue import PCollection
from apache_beam.transforms.core import DoFn, ParDo

import licet.stages.coders  # noqa: F401  (that of parcels)
from licet.schemas.recipe import Limits
from licet.schemas.split import Split
from licet.stages.ingest.read import placed, read_split
from licet.stages.ingest.reasons import STAGE
from licet.stages.parcel import Parcel


class _Read(DoFn):
    """Reads one split, counting rows and refusals."""

    def __init__(self, limits: Limits):
        self.limits = limits

    def process(self, split: Split) -> Iterator[Parcel]:
        """Take one split, yield its parcels."""
        started = time.perf_counter()
        for parcel in placed(split, read_split(split, self.limits)):
            if not parcel.is_conserved:
                raise RuntimeError(
                    f"stage {STAGE}: {parcel.rows_in} rows were found, {parcel.rows.num_rows} are here and"
                    f" {parcel.ledger.num_rows} in the ledger"
                )
            spent = time.perf_counter() - started
            Metrics.counter(STAGE, "rows_in").inc(parcel.rows_in)
            Metrics.counter(STAGE, "rows_kept").inc(parcel.rows.num_rows)
            Metrics.counter(STAGE, "bytes_in").inc(parcel.bytes_in)
            for counted in pc.value_counts(parcel.ledger.column("reason")).to_pylist():
                Metrics.counter(STAGE, f"refused_{counted['values']}").inc(counted["counts"])
            yield replace(parcel, seconds=(*parcel.seconds, (STAGE, spent)))
            started = time.perf_counter()
        Metrics.counter(STAGE, "splits").inc()


@dataclass(eq=False)
class Ingest(PTransform):
    """Reads splits: as many parcels a split as its rows need under ``limits``."""

    limits: Limits

    def expand(self, splits: PCollection) -> PCollection:
        """Take splits, return parcels."""
        return splits | ParDo(_Read(self.limits)).with_output_types(Parcel)
