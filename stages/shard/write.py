"""Write one shard: the published columns of the rows that the plan gives it, a row group at a time."""

import json
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.manifest import FileEntry, LicenceCount, Masked
from licet.schemas.recipe import Shards
from licet.schemas.rows import of_config
from licet.schemas.staged import ShardSpec
from licet.stages import storage
from licet.stages.groups import group_histogram, total_groups
from licet.stages.index import as_index, index_path
from licet.stages.shard.counts import (
    LicenceHistogram,
    as_language_counts,
    as_licence_counts,
    language_histogram,
    licence_histogram,
    masked_counts,
    total_languages,
    total_licences,
    total_masked,
)
from licet.stages.shard.digest import packed, row_leaves
from licet.stages.shard.parquet import ParquetFile, parquet_output
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
    "checker",
    "generator",
    "generator_terms",
    *(f"{name}.list.element.role" for name in ("messages", "prompt", "chosen", "rejected", "completion")),
)
"""Columns that are dictionary-encoded."""
LONG_TEXT = (
    "text",
    "messages",
    "prompt",
    "chosen",
    "rejected",
    "completion",
    "answer",
    "tools",
    "reasoning",
    "metadata",
    "attribution",
)
"""Columns without minima and maxima."""


@dataclass(frozen=True, kw_only=True)
class ShardWriter:
    """Writes shards into ``folder``, and what only the next step needs into ``scratch``.

    ``schema`` has the columns of all configs, of which a shard gets those of its own (`of_config`).
    ``revisions`` are the revisions of the sources by name. ``footer`` goes into the footer of each shard beside its
    licence histogram, so that a shard found alone still says what it is. ``index`` is the schema of the dedup index
    that is written beside each shard (`licet.stages.index`); null where there is none. ``by`` are the columns that
    group rows where they are balanced; they are counted then.
    """

    folder: str
    scratch: str
    schema: pa.Schema
    settings: Shards
    revisions: Mapping[str, str | None] = field(default_factory=dict)
    footer: Mapping[str, str] = field(default_factory=dict)
    index: pa.Schema | None = None
    by: tuple[str, ...] = ()

    def __call__(self, shard: ShardSpec) -> ShardRecord:
        """Write one shard and return its record. The bytes depend on the rows and the libraries alone."""
        schema = of_config(self.schema, shard.config)
        return self.write(published_tables(shard, schema, self.revisions, self._fingerprints), shard)

    @property
    def _fingerprints(self) -> list[str]:
        """The columns of fingerprints that come with the rows."""
        return self.index.names[1:] if self.index is not None else []

    def write(self, tables: Iterable[pa.Table], shard: ShardSpec) -> ShardRecord:
        """Write tables of the published columns and ``text_bytes`` as a shard, whatever its plan says of pieces.

        Where an index is written, the tables have the columns of the fingerprints too.
        """
        return self.write_groups(in_row_groups(tables, self.settings.row_group_bytes), shard)

    def write_groups(self, groups: Iterable[pa.Table], shard: ShardSpec) -> ShardRecord:
        """Write such tables, each as a row group."""
        path = shard_path(shard)
        schema = of_config(self.schema, shard.config)
        tally = ShardTally(schema.names[0], self.by)
        with (
            parquet_output(
                storage.join(self.folder, path),
                schema,
                level=self.settings.compression_level,
                dictionary=FEW_VALUES,
                plain=LONG_TEXT,
            ) as file,
            self._index_output(path) as index,
        ):
            for group in groups:
                rows = group.select(schema.names)
                file.write(rows)
                tally.add(rows, group.column(TEXT_BYTES))
                if index is not None:
                    index.write(as_index(rows.column(0), group.select(self._fingerprints), index.schema))
            file.note({**self.footer, "licet.licences": licences_json(tally.licences)})
        record = tally.record(file.entry(path, "data"), shard, self.scratch)
        if index is None:
            return record
        return record.model_copy(update={"index": index.entry(index_path(path), "index")})

    def _index_output(self, path: str) -> AbstractContextManager[ParquetFile | None]:
        """Open the index of a shard to write, where there is to be one."""
        return nullcontext() if self.index is None else index_output(self.folder, path, self.index)


def index_output(folder: str, shard_path: str, schema: pa.Schema) -> AbstractContextManager[ParquetFile]:
    """Open the index of a shard to write; its pages have checksums, so that one that is damaged is told on reading."""
    return parquet_output(
        storage.join(folder, index_path(shard_path)),
        schema,
        plain=schema.names,
        encodings={schema.names[0]: "DELTA_BYTE_ARRAY"},
        checksums=True,
    )


@dataclass
class ShardTally:
    """Counts the rows of one shard, whether they are being written or are there already."""

    id_column: str
    by: tuple[str, ...] = ()
    leaves: list[bytes] = field(default_factory=list)
    text_bytes: int = 0
    memory_bytes: int = 0
    _licences: list[LicenceHistogram] = field(default_factory=list)
    _languages: list[Mapping[str, int]] = field(default_factory=list)
    _masked: list[Masked | None] = field(default_factory=list)
    _groups: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    def add(self, rows: pa.Table, sizes: pa.Array | pa.ChunkedArray) -> None:
        """Add rows with the published columns and the bytes of their texts."""
        self.leaves += row_leaves(rows, self.id_column)
        self._licences.append(licence_histogram(rows, sizes))
        self._languages.append(language_histogram(rows))
        self._masked.append(masked_counts(rows))
        if self.by:
            self._groups = total_groups(self._groups, group_histogram(rows, sizes, self.by))
        self.text_bytes += pc.sum(sizes).as_py() or 0
        self.memory_bytes += rows.nbytes

    @property
    def licences(self) -> list[LicenceCount]:
        """The licences of the rows so far."""
        return as_licence_counts(total_licences(self._licences))

    def record(self, entry: FileEntry, shard: ShardSpec, scratch: str) -> ShardRecord:
        """Leave the leaves in ``scratch`` and return the record of the shard."""
        leaves_path = storage.join(scratch, "leaves", f"{shard.config}-{shard.number:05d}")
        storage.write_bytes(leaves_path, packed(self.leaves))
        licences = self.licences
        return ShardRecord(
            file=entry,
            config=shard.config,
            number=shard.number,
            of=shard.of,
            text_bytes=self.text_bytes,
            tokens=sum(count.tokens for count in licences),
            memory_bytes=self.memory_bytes,
            licences=tuple(licences),
            languages=tuple(as_language_counts(total_languages(self._languages))),
            masked=total_masked(self._masked),
            groups=dict(sorted(self._groups.items())),
            leaves=leaves_path,
        )


def licences_json(counts: list[LicenceCount]) -> str:
    """Return a licence histogram as a shard's footer holds it."""
    return json.dumps([count.model_dump(mode="json") for count in counts], sort_keys=True, ensure_ascii=False)
