"""Checks of the dedup index: it is there where it should be, and its fingerprints are those of the rows."""

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from licet.pipelines.verify.finding import Findings
from licet.pipelines.verify.version import Version
from licet.schemas.dedup import Dedup
from licet.schemas.manifest import SHA256, FileEntry
from licet.schemas.recipe import Recipe
from licet.stages.dedup import index_schema, with_fingerprints
from licet.stages.index import FACTS, as_index, index_path
from licet.stages.shard.parquet import parquet_input


def check_index(version: Version, recipe: Recipe | None, findings: Findings) -> None:
    """Check that each shard has an index exactly where the recipe asks for it, and make all fingerprints again."""
    if recipe is None:
        return
    schema = index_schema(recipe.dedup, chat=version.manifest.dataset.kind == "posttrain")
    listed = {entry.path: entry for entry in version.manifest.files if entry.role == "index"}
    shards = {index_path(entry.path): entry for entry in version.manifest.files if entry.role == "data"}
    for path in sorted(set(listed) - (set(shards) if schema is not None else set())):
        findings.add("index", "It is the index of no shard, or of a version whose recipe asks for none.", path)
    if schema is None:
        return
    for path in sorted(set(shards) - set(listed)):
        findings.add("index", "The recipe asks for this index, and it is not listed.", path)
    for path in sorted(set(shards) & set(listed)):
        if {path, shards[path].path} <= version.present:
            _check_shard(version, recipe.dedup, schema, shards[path], listed[path], findings)


def _check_shard(
    version: Version, settings: Dedup, schema: pa.Schema, shard: FileEntry, entry: FileEntry, findings: Findings
) -> None:
    """Check the index of one shard, row group by row group."""
    with (
        findings.reading(entry.path),
        parquet_input(version.path(entry)) as index,
        parquet_input(version.path(shard)) as data,
    ):
        found = index.schema_arrow
        if not found.equals(schema):
            findings.add("index", "It does not have the columns of an index of these settings.", entry.path)
            return
        if (found.metadata or {}).get(FACTS) != schema.metadata[FACTS]:
            told = "Its fingerprints were made with other settings than the recipe's, or in another way than here."
            findings.add("index", told, entry.path)
            return
        if not findings.expect("index", "The sizes of its row groups", _sizes(data), _sizes(index), entry.path):
            return
        for group in range(data.metadata.num_row_groups):
            rows = data.read_row_group(group, use_threads=False)
            if not _has_texts(rows):
                continue
            anew = with_fingerprints(rows, settings)
            stored = index.read_row_group(group, use_threads=False)
            right = as_index(anew.column(0), anew.select(schema.names[1:]), schema)
            if not right.equals(stored):
                faults = [a != b for a, b in zip(right.to_pylist(), stored.to_pylist(), strict=True)]
                first = rows.column(0)[faults.index(True)].as_py()
                findings.add_rows(
                    "index", "whose fingerprints there are not those of their text", entry.path, sum(faults), first
                )


def _has_texts(rows: pa.Table) -> bool:
    """Tell whether there are texts and hashes to make fingerprints from; other checks say where there are not."""
    hashed = pc.match_substring_regex(rows.column("content_sha256"), SHA256)
    said = rows.column("text").null_count == 0 if "text" in rows.column_names else True
    return said and pc.all(pc.fill_null(hashed, fill_value=False)).as_py() is not False


def _sizes(file: pq.ParquetFile) -> list[int]:
    return [file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups)]
