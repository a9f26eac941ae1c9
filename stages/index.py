"""The dedup index of a version: the fingerprints of its rows, by which a later run tells what is there already.

Each shard has a file of the same name with as many rows in the same row groups: the row's id, its exact key, and the
hashes of its bands, 64 bits each, little-endian, one after another; they are null for a text without words. The
schema's metadata says by which settings they were made. Hashes do not compress: a row takes 8 bytes a band, 8 for its
exact key, and what is left of its id.
"""

import pyarrow as pa

FACTS = b"licet.fingerprints"
_DATA, _INDEX = "data/", "provenance/dedup/"


def index_path(shard_path: str) -> str:
    """Return the name of the index of a shard: `provenance/dedup/<config>/train-00000-of-00012.parquet`."""
    return _INDEX + shard_path.removeprefix(_DATA)


def index_schema(id_column: str, fingerprints: pa.Schema, facts: str) -> pa.Schema:
    """Return the columns of an index of such fingerprints; ``facts`` say how they were made."""
    columns = [pa.field(field.name, _stored(field.type), field.nullable) for field in fingerprints]
    return pa.schema([pa.field(id_column, pa.string(), nullable=False), *columns], metadata={FACTS: facts})


def as_index(ids: pa.ChunkedArray, fingerprints: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return rows of an index."""
    columns = [_as_bytes(column) if pa.types.is_fixed_size_list(column.type) else column for column in fingerprints]
    return pa.Table.from_arrays([ids, *columns], schema=schema)


def fingerprints_in(index: pa.Table, schema: pa.Schema) -> pa.RecordBatch:
    """Return the fingerprints in rows of an index, with their own schema."""
    columns = []
    for field in schema:
        column = _whole(index.column(field.name))
        columns.append(_as_list(column, field.type) if pa.types.is_fixed_size_list(field.type) else column)
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _stored(kind: pa.DataType) -> pa.DataType:
    # Parquet has no lists of a fixed size, and reads lists ten times slower than bytes.
    return pa.binary(8 * kind.list_size) if pa.types.is_fixed_size_list(kind) else kind


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _as_bytes(column: pa.ChunkedArray) -> pa.Array:
    lists = pa.concat_arrays([pa.array([], column.type), *column.chunks])
    values = lists.values.buffers()[1]
    return pa.Array.from_buffers(_stored(lists.type), len(lists), [_validity(lists), values], offset=lists.offset)


def _as_list(column: pa.Array, kind: pa.DataType) -> pa.Array:
    values = pa.Array.from_buffers(
        kind.value_type, (column.offset + len(column)) * kind.list_size, [None, column.buffers()[1]]
    )
    return pa.Array.from_buffers(kind, len(column), [column.buffers()[0]], offset=column.offset, children=[values])


def _validity(array: pa.Array) -> pa.Buffer | None:
    found: pa.Buffer | None = array.buffers()[0] if array.null_count else None
    return found
