"""The mixture as a step of the graph: rows draw, one worker cuts the groups, rows leave.

    Judged ─ Draw ─► Drawn (files) ─ one key ─ bounds of the groups ─ Reshuffle ─ Leave ─► Judged

What meets on one key is a parcel's name and the units of its groups; keys are read from files, as scores are for the
cut points between quality buckets.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from apache_beam import PTransform
from apache_beam.metrics.metric import Metrics
from apache_beam.pvalue import PCollection
from apache_beam.transforms.core import Create, DoFn, FlatMap, Flatten, GroupByKey, Map, ParDo
from apache_beam.transforms.util import Reshuffle
from apache_beam.typehints import KV

import licet.stages.coders  # noqa: F401  (that of batches)
from licet.schemas.balance import Balance as Settings
from licet.schemas.staged import Judged
from licet.stages import storage
from licet.stages.balance.bounds import Bounds, bounds_of
from licet.stages.balance.drawn import Draw, Drawn
from licet.stages.balance.leave import Leave
from licet.stages.balance.reasons import STAGE


@dataclass(eq=False)
class Balance(PTransform):
    """`Judged` in, as many `Judged` out, without the rows that the mixture has no room for.

    What is written is below ``<work>/balance`` and is found there by a rerun.
    """

    settings: Settings
    work: str

    def __post_init__(self) -> None:
        super().__init__()

    def expand(self, judged: PCollection) -> PCollection:
        """Let rows draw, and those beyond the bounds of their group leave."""
        folder = storage.join(self.work, "balance")
        # A grouping that is never empty, whatever the input: https://github.com/apache/beam/issues/25315
        seed = judged.pipeline | "Seed" >> Create([(0, None)]).with_output_types(KV[int, Any])
        drawn = (
            judged
            | "Draw" >> Map(Draw(self.settings, folder)).with_output_types(Any)
            | "OneKey" >> Map(_keyed).with_output_types(KV[int, Any])
        )
        return (
            (drawn, seed)
            | "WithSeed" >> Flatten()
            | "Meet" >> GroupByKey()
            | "Cut" >> FlatMap(Cut(self.settings)).with_output_types(Any)
            | "Spread" >> Reshuffle()
            | "Leave" >> ParDo(_Leave(Leave(self.settings, folder))).with_output_types(Judged)
        )


def _keyed(element: Any) -> tuple[int, Any]:
    return 0, element


@dataclass(frozen=True)
class Cut:
    """Callable: all drawn parcels on one key -> each with the bounds of its groups."""

    settings: Settings

    def __call__(self, group: tuple[int, Iterable[Drawn | None]]) -> list[tuple[Drawn, Bounds]]:
        """Return the parcels in order."""
        drawn = sorted((found for found in group[1] if found is not None), key=lambda one: one.judged.staged)
        bounds = bounds_of(drawn, self.settings)
        return [(one, {name: bounds[name] for name, _ in one.groups if name in bounds}) for one in drawn]


class _Leave(DoFn):
    """Lets rows of one parcel at a time leave, and counts."""

    def __init__(self, leave: Leave):
        self.leave = leave

    def process(self, element: tuple[Drawn, Bounds]) -> list[Judged]:
        """Take a drawn parcel with its bounds, yield the judged parcel."""
        drawn, bounds = element
        judged = self.leave(drawn, bounds)
        Metrics.counter(STAGE, "rows_in").inc(drawn.judged.kept_rows)
        Metrics.counter(STAGE, "rows_kept").inc(judged.kept_rows)
        return [judged]
