"""The licence stage as a step of the graph."""

from dataclasses import dataclass

from apache_beam import PTransform
from apache_beam.pvalue import PCollection

from licet.stages.license.policy import Policy
from licet.stages.license.reasons import STAGE
from licet.stages.license.stage import filter_licenses
from licet.stages.parcel import Parcel
from licet.stages.step import Step


@dataclass(frozen=True)
class _Filtering:
    policy: Policy

    def __call__(self, parcel: Parcel) -> Parcel:
        return filter_licenses(parcel, self.policy)


@dataclass(eq=False)
class LicenseFilter(PTransform):
    """Concludes the licence of each row and moves the rows that the policy refuses to the ledger."""

    policy: Policy

    def expand(self, parcels: PCollection) -> PCollection:
        """Parcels in, as many parcels out."""
        return parcels | STAGE >> Step(STAGE, _Filtering(self.policy))
