"""Write one shard: the published columns of the rows that the plan gives it, a row group at a time."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.manifest import LicenceCount
from licet.schemas.recipe import Shards
from licet.schemas.staged import ShardSpec
from licet.stages import storage
from licet.stages.shard.counts import (
    as_language_counts,
    as_licence_counts,
    language_histogram,
    licence_histogram,
    total_languages,
    total_licences,
)
from licet.stages.shard.digest import packed, row_leaves
from licet.stages.shard.parquet import parquet_output
from licet.stages.shard.plan import shard_path
from licet.stages.shard.published import TEXT_BYTES, in_row_groups, published_tables
from licet.stages.shard.records import ShardRecord

FEW_VALUES = (
    "source",
    "source_revision",
    "language",
    "license",
    "license_tier",
    "license_grade",
    "evidence_id",
    "attribution",
    "quality_bucket",
    "cluster_size",
    "category",
    "generator",
    "generator_terms",
    *(f"{name}.list.element.role" for name in ("messages", "prompt", "chosen", "rejected")),
)
"""Columns that are dictionary-encoded."""
LONG_TEXT = ("text", "messages", "prompt", "chosen", "rejected", "tools", "reasoning", "metadata", "attribution")
"""Columns without minima and maxima."""


@dataclass(frozen=True, kw_only=True)
class ShardWriter:
    """Writes shards into ``folder``, and what only the next step needs into ``scratch``.

    ``revisions`` are the revisions of the sources by name. ``footer`` goes into the footer of each shard beside its
    licence histogram, so that a shard found alone still says what it is.
    """

    folder: str
    scratch: str
    schema: pa.Schema
    settings: Shards
    revisions: Mapping[str, str | None] = field(default_factory=dict)
    footer: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, shard: ShardSpec) -> ShardRecord:
        """Write one shard and return its record. The bytes depend on the rows and the libraries alone."""
        return self.write(published_tables(shard, self.schema, self.revisions), shard)

    def write(self, tables: Iterable[pa.Table], shard: ShardSpec) -> ShardRecord:
        """Write tables of the published columns and ``text_bytes`` as a shard, whatever its plan says of pieces."""
        path = shard_path(shard)
        id_column = self.schema.names[0]
        leaves: list[bytes] = []
        licences, languages = [], []
        text_bytes = memory_bytes = 0
        with parquet_output(
            storage.join(self.folder, path),
            self.schema,
            level=self.settings.compression_level,
            dictionary=FEW_VALUES,
            plain=LONG_TEXT,
        ) as file:
            for group in in_row_groups(tables, self.settings.row_group_bytes):
                sizes = group.column(TEXT_BYTES)
                rows = group.drop_columns([TEXT_BYTES])
                file.write(rows)
                leaves += row_leaves(rows, id_column)
                licences.append(licence_histogram(rows, sizes))
                languages.append(language_histogram(rows))
                text_bytes += pc.sum(sizes).as_py()
                memory_bytes += rows.nbytes
            counts = as_licence_counts(total_licences(licences))
            file.note({**self.footer, "licet.licences": licences_json(counts)})
        leaves_path = storage.join(self.scratch, "leaves", f"{shard.config}-{shard.number:05d}")
        storage.write_bytes(leaves_path, packed(leaves))
        return ShardRecord(
            file=file.entry(path, "data"),
            config=shard.config,
            number=shard.number,
            of=shard.of,
            text_bytes=text_bytes,
            tokens=sum(count.tokens for count in counts),
            memory_bytes=memory_bytes,
            licences=tuple(counts),
            languages=tuple(as_language_counts(total_languages(languages))),
            leaves=leaves_path,
        )


def licences_json(counts: list[LicenceCount]) -> str:
    """Return a licence histogram as a shard's footer holds it."""
    return json.dumps([count.model_dump(mode="json") for count in counts], sort_keys=True, ensure_ascii=False)
