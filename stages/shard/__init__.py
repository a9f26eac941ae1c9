"""Sharding: the plan of the files, the shards, the ledger, and the digest over all rows."""

from licet.stages.shard.cuts import read_cuts
from licet.stages.shard.digest import (
    InclusionProof,
    RowDigest,
    digest_of_rows,
    inclusion_proof,
    is_included,
    row_digest,
    row_leaves,
)
from licet.stages.shard.ledger import LedgerSpec, LedgerWriter, plan_ledger
from licet.stages.shard.plan import plan_shards, shard_path
from licet.stages.shard.published import published_schema
from licet.stages.shard.records import (
    LedgerPart,
    RefusedCount,
    ShardRecord,
    VersionTables,
    read_records,
    write_records,
)
from licet.stages.shard.write import ShardWriter

__all__ = [
    "InclusionProof",
    "LedgerPart",
    "LedgerSpec",
    "LedgerWriter",
    "RefusedCount",
    "RowDigest",
    "ShardRecord",
    "ShardWriter",
    "VersionTables",
    "digest_of_rows",
    "inclusion_proof",
    "is_included",
    "plan_ledger",
    "plan_shards",
    "published_schema",
    "read_cuts",
    "read_records",
    "row_digest",
    "row_leaves",
    "shard_path",
    "write_records",
]
