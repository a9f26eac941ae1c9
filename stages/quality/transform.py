"""Classification as a step of the graph."""

from dataclasses import dataclass

import pyarrow as pa
from apache_beam import PTransform
from apache_beam.metrics.metric import Metrics
from apache_beam.pvalue import PCollection
from apache_beam.transforms.core import DoFn, ParDo

import licet.stages.coders  # noqa: F401  (that of batches)
from licet.schemas.quality import Quality
from licet.schemas.staged import Judged, Staged
from licet.stages import storage
from licet.stages.marks import kept_mask
from licet.stages.quality.classify import LOW_QUALITY, STAGE, Classifier


class _Classify(DoFn):
    """Classifies one staged parcel at a time, and counts."""

    def __init__(self, classifier: Classifier):
        self.classifier = classifier

    def setup(self) -> None:
        """Load the models."""
        self.classifier.setup()

    def process(self, element: tuple[Staged, pa.RecordBatch]) -> list[Judged]:
        """Take a staged parcel with its marks, yield the judged parcel."""
        staged, marks = element
        judged = self.classifier(staged, marks)
        before = kept_mask(marks, staged.rows).true_count
        Metrics.counter(STAGE, "rows_in").inc(before)
        Metrics.counter(STAGE, "rows_kept").inc(judged.kept_rows)
        if before > judged.kept_rows:
            Metrics.counter(STAGE, f"refused_{LOW_QUALITY}").inc(before - judged.kept_rows)
        return [judged]


@dataclass(eq=False)
class QualityClassify(PTransform):
    """Staged parcels with their marks (tuple[Staged, RecordBatch of `MARKS`]) in, as many `Judged` out.

    The files are ``<work>/judged/<digest>.marks.arrow`` and ``.scores.arrow``.
    """

    settings: Quality
    work: str

    def __post_init__(self) -> None:
        super().__init__()
        self.classifier = Classifier(self.settings, storage.join(self.work, "judged"))

    def expand(self, parcels: PCollection) -> PCollection:
        """Classify each parcel."""
        return parcels | ParDo(_Classify(self.classifier)).with_output_types(Judged)
