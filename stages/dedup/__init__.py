"""Exact and near duplicates in one pass over staged files; every removal is measured against the row that stays."""

from licet.stages.dedup.curve import candidate_probability, s_curve
from licet.stages.dedup.exchange import partitions_for
from licet.stages.dedup.fingerprint import band_schema, fingerprint, no_fingerprint
from licet.stages.dedup.index import index_schema, with_fingerprints
from licet.stages.dedup.verify import REASONS, STAGE

__all__ = [
    "REASONS",
    "STAGE",
    "band_schema",
    "candidate_probability",
    "fingerprint",
    "index_schema",
    "no_fingerprint",
    "partitions_for",
    "s_curve",
    "with_fingerprints",
]
