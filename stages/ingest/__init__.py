"""Ingestion: from the sources of a recipe to parcels of rows.

`plan_source` turns a source into splits before a run; `read_split` makes parcels of one on a worker.
"""

from licet.stages.ingest.kinds import config_of
from licet.stages.ingest.plan import plan_source
from licet.stages.ingest.read import read_split
from licet.stages.ingest.reasons import REASONS, STAGE

__all__ = ["REASONS", "STAGE", "config_of", "plan_source", "read_split"]
