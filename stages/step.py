"""The transforms that put the three kinds of stage into a pipeline: `Annotate`, `Filter` and `Rewrite`.

Each wraps one callable of `licet.stages.contract`, counts what it kept and refused, and checks that no row was lost.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc
from apache_beam import PTransform
from apache_beam.metrics.metric import Metrics
from apache_beam.pvalue import PCollection
from apache_beam.transforms.core import DoFn, ParDo

import licet.stages.coders  # noqa: F401  (that of parcels)
from licet.stages.contract import Annotator, Judge, Rewriter, annotate, judge, sha256_of
from licet.stages.parcel import Parcel


class _Step(DoFn):
    """Applies one function to each parcel, counts what it kept and refused, checks that no row was lost."""

    def __init__(self, stage: str, function: Callable[[Parcel], Parcel]):
        self.stage = stage
        self.function = function

    def process(self, parcel: Parcel) -> list[Parcel]:
        """Take one parcel, yield one parcel."""
        started = time.perf_counter()
        after = self.function(parcel)
        if not after.is_conserved:
            raise RuntimeError(
                f"stage {self.stage}: {after.rows_in} rows came in, {after.rows.num_rows} are here and"
                f" {after.ledger.num_rows} in the ledger"
            )
        Metrics.counter(self.stage, "rows_in").inc(parcel.rows.num_rows)
        Metrics.counter(self.stage, "rows_kept").inc(after.rows.num_rows)
        new = after.ledger.slice(parcel.ledger.num_rows)
        for counted in pc.value_counts(new.column("reason")).to_pylist():
            Metrics.counter(self.stage, f"refused_{counted['values']}").inc(counted["counts"])
        spent = time.perf_counter() - started
        return [replace(after, seconds=(*after.seconds, (self.stage, spent)))]


@dataclass(eq=False)
class Step(PTransform):
    """Applies ``function`` to each parcel under the name of ``stage``: what all the wrappers have in common."""

    stage: str
    function: Callable[[Parcel], Parcel]

    def expand(self, parcels: PCollection) -> PCollection:
        """Parcels in, as many parcels out."""
        return parcels | ParDo(_Step(self.stage, self.function)).with_output_types(Parcel)


def Annotate(stage: str, annotator: Annotator) -> Step:
    """Return a transform that adds an annotator's columns."""
    return Step(stage, _Annotated(stage, annotator))


def Filter(stage: str, rule: Judge) -> Step:
    """Return a transform that moves the rows a judge refuses to the ledger."""
    return Step(stage, _Judged(stage, rule))


def Rewrite(stage: str, rewriter: Rewriter) -> Step:
    """Return a transform that replaces the text column, and with it ``content_sha256``, which is of the text."""
    return Step(stage, _Annotated(stage, _Text(rewriter)))


@dataclass(frozen=True)
class _Annotated:
    stage: str
    annotator: Annotator

    def __call__(self, parcel: Parcel) -> Parcel:
        return annotate(parcel, self.stage, self.annotator)


@dataclass(frozen=True)
class _Judged:
    stage: str
    rule: Judge

    def __call__(self, parcel: Parcel) -> Parcel:
        return judge(parcel, self.stage, self.rule)


@dataclass(frozen=True)
class _Text:
    rewriter: Rewriter

    def __call__(self, batch: pa.RecordBatch) -> dict[str, pa.Array]:
        text = self.rewriter(batch)
        return {"text": text, "content_sha256": sha256_of(text)}
