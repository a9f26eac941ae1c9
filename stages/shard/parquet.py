"""Parquet written so that the same rows always have the same bytes, hashed on their way out."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from licet.schemas.manifest import FileEntry, Role, schema_digest
from licet.stages import storage


class HashedSink:
    """A file to write to that knows the size and the sha256 of what went through it."""

    closed = False

    def __init__(self, sink: IO[bytes]):
        self._sink = sink
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Write some bytes."""
        self._sink.write(data)
        self._hash.update(data)
        self.size += len(data)
        return len(data)

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self.size

    def flush(self) -> None:
        """Do nothing: the file below is closed by its owner."""

    close = flush

    @property
    def sha256(self) -> str:
        """The sha256 of all that was written so far, in hex."""
        return self._hash.hexdigest()


class ParquetFile:
    """A Parquet file being written; each table becomes one row group."""

    def __init__(self, writer: pq.ParquetWriter, sink: HashedSink, schema: pa.Schema):
        self._writer = writer
        self._sink = sink
        self.schema = schema
        self.rows = 0

    def write(self, table: pa.Table) -> None:
        """Write one row group; an empty table writes nothing."""
        if table.num_rows:
            self._writer.write_table(table, row_group_size=table.num_rows)
            self.rows += table.num_rows

    def note(self, facts: Mapping[str, str]) -> None:
        """Add key-value pairs to the footer."""
        self._writer.add_key_value_metadata(dict(facts))

    def entry(self, path: str, role: Role) -> FileEntry:
        """Return what the manifest says of the file; it must have been closed."""
        return FileEntry(
            path=path,
            role=role,
            bytes=self._sink.size,
            sha256=self._sink.sha256,
            rows=self.rows,
            schema_sha256=schema_digest(self.schema),
        )


@contextmanager
def parquet_output(
    path: str,
    schema: pa.Schema,
    *,
    level: int = 3,
    dictionary: Sequence[str] = (),
    plain: Sequence[str] = (),
    encodings: Mapping[str, str] | None = None,
    checksums: bool = False,
) -> Iterator[ParquetFile]:
    """Open a Parquet file to write; its name appears when the block ends well.

    zstd of the given level, page index, content-defined chunking (a removal in one place then leaves most of the
    stored chunks as they were). ``dictionary`` are the leaf columns with few distinct values. ``plain`` are the
    top-level columns of long text, for which minima and maxima would only be weight. ``encodings`` are for leaf columns
    that are best written in a way of their own. ``checksums`` are those of pages.
    """
    with storage.atomic_output(path) as raw:
        sink = HashedSink(raw)
        writer = pq.ParquetWriter(
            pa.PythonFile(sink, mode="w"),
            schema,
            compression="zstd",
            compression_level=level,
            use_dictionary=list(dictionary) or False,
            column_encoding=dict(encodings) if encodings else None,
            write_statistics=[name for name in leaf_columns(schema) if name.split(".")[0] not in plain],
            write_page_index=True,
            use_content_defined_chunking=True,
            write_page_checksum=checksums,
        )
        file = ParquetFile(writer, sink, schema)
        try:
            yield file
        finally:
            writer.close()


def leaf_columns(schema: pa.Schema) -> list[str]:
    """Return the paths of a schema's leaf columns as Parquet names them: `messages.list.element.role`."""

    def below(path: str, kind: pa.DataType) -> list[str]:
        if pa.types.is_struct(kind):
            return [leaf for field in kind for leaf in below(f"{path}.{field.name}", field.type)]
        if pa.types.is_list(kind):
            return below(f"{path}.list.element", kind.value_type)
        return [path]

    return [leaf for field in schema for leaf in below(field.name, field.type)]


@contextmanager
def parquet_input(path: str) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file to read; local files are mapped."""
    if storage.is_local(path):
        with pq.ParquetFile(path.removeprefix("file://"), memory_map=True) as file:
            yield file
        return
    with storage.open_input(path) as source, pq.ParquetFile(source) as file:
        yield file
