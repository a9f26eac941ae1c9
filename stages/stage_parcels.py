"""The transform that writes parcels to staging and lets go of their rows."""

from collections.abc import Iterable
from dataclasses import dataclass

from apache_beam import PTransform
from apache_beam.pvalue import PCollection
from apache_beam.transforms.core import DoFn, ParDo

import licet.stages.coders  # noqa: F401  (that of parcels)
from licet.schemas.staged import Staged
from licet.stages.parcel import Parcel
from licet.stages.staging import Fingerprint, write_parcel


class _StageParcel(DoFn):
    def __init__(self, folder: str, fingerprint: Fingerprint):
        self.folder = folder
        self.fingerprint = fingerprint

    def process(self, parcel: Parcel) -> Iterable[Staged]:
        yield write_parcel(parcel, self.folder, self.fingerprint)


@dataclass(eq=False)
class Stage(PTransform):
    """Writes each parcel to the staging folder."""

    folder: str
    fingerprint: Fingerprint

    def expand(self, parcels: PCollection) -> PCollection:
        """Parcels in, one `Staged` for each out."""
        return parcels | ParDo(_StageParcel(self.folder, self.fingerprint)).with_output_types(Staged)
