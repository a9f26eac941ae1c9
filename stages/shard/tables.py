"""What is made of all shards and ledger parts together: clusters, evidence, and the row digest."""

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from licet.schemas.evidence import COUNTED_EVIDENCE, STATEMENTS
from licet.schemas.ledger import OBJECTED, stands_here
from licet.schemas.manifest import FileEntry
from licet.schemas.tables import CLUSTERS
from licet.stages import storage
from licet.stages.shard.digest import Leaves, RowDigest, row_digest, unpacked
from licet.stages.shard.evidence import merged_evidence, merged_statements
from licet.stages.shard.ledger import ROWS_A_GROUP, in_groups_of
from licet.stages.shard.measures import summed
from licet.stages.shard.parquet import parquet_input, parquet_output
from licet.stages.shard.records import LedgerPart, ShardRecord, VersionTables

CLUSTERS_PATH = "provenance/clusters.parquet"
EVIDENCE_PATH = "provenance/evidence.parquet"
STATEMENTS_PATH = "provenance/statements.parquet"
OBJECTIONS_PATH = "provenance/objections.parquet"


def write_tables(folder: str, shards: Sequence[ShardRecord], parts: Sequence[LedgerPart]) -> VersionTables:
    """Write clusters, objections, evidence and statements, and reckon the row digest, all in bounded memory."""
    parts = sorted(parts, key=lambda part: part.number)
    digest = stored_digest([shard.leaves for shard in shards])
    return VersionTables(
        files=(
            write_clusters(folder, parts),
            write_objections(folder, parts),
            write_evidence(folder, parts),
            write_statements(folder, parts),
            *(part.measures for part in parts if part.measures is not None),
        ),
        rows=digest.rows,
        digest=digest.digest,
        histograms=summed(part.histograms for part in parts),
    )


def write_clusters(folder: str, parts: Sequence[LedgerPart]) -> FileEntry:
    """Write what was merged into what, in the order of the ledger."""
    with parquet_output(
        storage.join(folder, CLUSTERS_PATH), CLUSTERS, dictionary=("kept_id", "kept_locator", "reason")
    ) as file:
        paths = [storage.join(folder, part.file.path) for part in parts]
        for group in in_groups_of(cluster_rows(paths), ROWS_A_GROUP):
            file.write(group)
    return file.entry(CLUSTERS_PATH, "clusters")


def write_objections(folder: str, parts: Sequence[LedgerPart]) -> FileEntry:
    """Write what speaks against which rows, in the order of the ledger's parts and of the rows in them."""
    with parquet_output(
        storage.join(folder, OBJECTIONS_PATH), OBJECTED, dictionary=("evidence_id", "threshold")
    ) as file:
        tables = (pa.Table.from_batches([storage.read_arrow(part.objections)]) for part in parts)
        for group in in_groups_of(tables, ROWS_A_GROUP):
            file.write(group)
    return file.entry(OBJECTIONS_PATH, "objections")


def cluster_rows(ledger_paths: Sequence[str]) -> Iterator[pa.Table]:
    """Yield the rows of the clusters table that ledger parts, in order, give rise to."""
    renamed = {"similarity": "value"}
    for path in ledger_paths:
        with parquet_input(path) as ledger:
            for batch in ledger.iter_batches(columns=[renamed.get(name, name) for name in CLUSTERS.names]):
                merged = batch.filter(stands_here(batch))
                columns = [merged.column(renamed.get(name, name)) for name in CLUSTERS.names]
                yield pa.Table.from_arrays(columns, schema=CLUSTERS)


def write_evidence(folder: str, parts: Sequence[LedgerPart]) -> FileEntry:
    """Write the distinct evidence sets, sorted by id."""
    pieces = [storage.read_arrow(part.evidence) for part in parts]
    return write_evidence_sets(folder, in_groups_of(merged_evidence(pieces), ROWS_A_GROUP))


def write_evidence_sets(folder: str, groups: Iterable[pa.Table]) -> FileEntry:
    """Write evidence sets that are sorted by id and counted, a row group each table."""
    with parquet_output(
        storage.join(folder, EVIDENCE_PATH),
        COUNTED_EVIDENCE,
        dictionary=("concluded", "elected", "tier", "grade", "reason", "policy"),
        plain=("claims",),
    ) as file:
        for group in groups:
            file.write(group)
    return file.entry(EVIDENCE_PATH, "evidence")


def write_statements(folder: str, parts: Sequence[LedgerPart]) -> FileEntry:
    """Write the words of all claims, each distinct statement once, sorted by sha256."""
    with parquet_output(storage.join(folder, STATEMENTS_PATH), STATEMENTS, plain=("raw",)) as file:
        pieces = [storage.read_arrow(part.statements) for part in parts]
        for group in in_groups_of(merged_statements(pieces), ROWS_A_GROUP):
            file.write(group)
    return file.entry(STATEMENTS_PATH, "statements")


def stored_digest(paths: Sequence[str]) -> RowDigest:
    """Return the row digest of the packed leaves in some files."""
    return row_digest([_leaves(path) for path in paths])


def _leaves(path: str) -> Leaves:
    """Return the leaves of a file; a local one is mapped, so that only the bucket at hand is in memory."""
    if storage.is_local(path):
        mapped = pa.memory_map(path.removeprefix("file://"))
        return unpacked(memoryview(mapped.read_buffer()))
    return unpacked(storage.read_bytes(path))
