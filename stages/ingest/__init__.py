"""Ingestion: from the sources of a recipe to parcels of rows.

`licet.stages.ingest.plan` turns a source into splits before a run; `licet.stages.ingest.read` makes parcels of one.
"""

from licet.stages.ingest.kinds import config_of
from licet.stages.ingest.reasons import REASONS, STAGE

__all__ = ["REASONS", "STAGE", "config_of"]
