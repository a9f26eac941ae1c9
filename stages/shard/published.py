"""From staged rows to published ones: which are kept, and with which columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.masking import Kind, masked_field
from licet.schemas.rows import CONVERSATION, DOCUMENT
from licet.schemas.staged import Judged, ShardSpec
from licet.stages import storage
from licet.stages.marks import cluster_sizes, kept_mask
from licet.stages.shard.parquet import parquet_input

TEXT_BYTES = "text_bytes"
BUCKET = "_bucket"
"""What the name of a column of buckets has behind that of the scores."""


def published_schema(*, chat: bool, models: Sequence[str] = (), masked: Sequence[Kind] = ()) -> pa.Schema:
    """Return the columns of shards: `quality_<name>` and its buckets a model, after ``quality_score``.

    Shards of conversations have of them those of their config (`of_config`).
    ``masked`` are the kinds that the recipe has masked; their counts are the last column, which only then is there.
    """
    schema = CONVERSATION if chat else DOCUMENT
    at = schema.get_field_index("quality_score") + 1
    for name in reversed(models):
        schema = schema.insert(at, pa.field(f"quality_{name}{BUCKET}", pa.int8()))
        schema = schema.insert(at, pa.field(f"quality_{name}", pa.float32()))
    return schema.append(masked_field(masked)) if masked else schema


def published_tables(
    shard: ShardSpec,
    schema: pa.Schema,
    revisions: Mapping[str, str | None],
    fingerprints: Sequence[str] = (),
) -> Iterator[pa.Table]:
    """Yield a shard's rows in order, one table a staged row group: the published columns and ``text_bytes``.

    With them come the columns of their ``fingerprints``, where these are asked for.
    """
    for judged, start, stop in shard.pieces:
        for rows, sizes, scores in kept_rows(judged, start, stop, schema, fingerprints):
            constants = {
                "source": judged.staged.source,
                "source_revision": revisions.get(judged.staged.source),
            }
            table = as_published(rows, schema, constants, sizes, scores, dict(shard.cuts))
            for name in fingerprints:
                table = table.append_column(rows.schema.field(name), rows.column(name))
            yield table


def kept_rows(
    judged: Judged, start: int, stop: int, schema: pa.Schema, fingerprints: Sequence[str] = ()
) -> Iterator[tuple[pa.Table, pa.Array, pa.RecordBatch]]:
    """Yield the kept rows ``start`` to ``stop`` of a parcel with their cluster sizes and scores, by row group.

    ``fingerprints`` are columns of the parcel's band hashes that the rows get besides.

    Raises:
        RuntimeError: the parcel's files do not agree on how many rows there are.

    """
    staged = judged.staged
    marks = storage.read_arrow(judged.marks_path)
    scores = storage.read_arrow(judged.scores_path)
    kept = np.flatnonzero(kept_mask(marks, staged.rows).to_numpy(zero_copy_only=False))
    if not len(kept) == judged.kept_rows == scores.num_rows:
        raise RuntimeError(
            f"parcel {staged.key}: {judged.kept_rows} rows should be kept, its marks keep {len(kept)} and"
            f" {scores.num_rows} have scores"
        )
    wanted = kept[start:stop]
    sizes = cluster_sizes(marks, staged.rows).take(pa.array(wanted))
    bands = storage.read_arrow(staged.bands_path).select(list(fingerprints)) if fingerprints else None
    at, done = 0, 0
    with parquet_input(staged.rows_path) as file:
        if file.metadata.num_rows != staged.rows:
            raise RuntimeError(
                f"parcel {staged.key}: {staged.rows} rows were staged, {file.metadata.num_rows} are there"
            )
        columns = ["id" if name == "uuid" else name for name in schema.names]
        for group in range(file.metadata.num_row_groups):
            end = at + file.metadata.row_group(group).num_rows
            here = wanted[done : int(np.searchsorted(wanted, end))] - at
            if len(here):
                rows = file.read_row_group(group, columns=[*columns, TEXT_BYTES], use_threads=False)
                if len(here) < rows.num_rows:
                    rows = rows.take(pa.array(here))
                if bands is not None:
                    for field, column in zip(bands.schema, bands.take(pa.array(here + at)).columns, strict=True):
                        rows = rows.append_column(field, column)
                yield rows, sizes.slice(done, len(here)), scores.slice(start + done, len(here))
            at, done = end, done + len(here)


def as_published(
    rows: pa.Table,
    schema: pa.Schema,
    constants: Mapping[str, str | None],
    sizes: pa.Array,
    scores: pa.RecordBatch,
    cuts: Mapping[str, Sequence[float]],
) -> pa.Table:
    """Return staged rows with the published columns and types; what nothing is known of is null.

    ``constants`` are the same for every row. ``scores`` may lack the quality columns, which then are null.
    """
    scored = set(scores.schema.names)

    def column(field: pa.Field) -> pa.Array | pa.ChunkedArray:
        name = "id" if field.name == "uuid" else field.name
        if name in constants:
            return pa.repeat(pa.scalar(constants[name], field.type), rows.num_rows)
        if name == "cluster_size":
            return sizes
        if name == "quality_bucket":
            return best_buckets(scores, cuts)
        if name.endswith(BUCKET) and name.removesuffix(BUCKET) in scored:
            score = name.removesuffix(BUCKET)
            return quality_buckets(scores.column(score), cuts.get(score, ()))
        if name in scored:
            return pc.cast(scores.column(name), field.type)
        if name in rows.column_names:
            found = rows.column(name)
            if name == "tools":
                return as_json_lists(found)
            return found if found.type == field.type else pc.cast(found, field.type)
        return pa.nulls(rows.num_rows, field.type)

    fields = [*schema, pa.field(TEXT_BYTES, pa.int64())]
    return pa.Table.from_arrays([column(field) for field in fields], schema=pa.schema(fields))


def as_json_lists(lists: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return each list of JSON values as one JSON list; null stays null."""
    return pc.binary_join_element_wise("[", pc.binary_join(lists, ","), "]", "")


def best_buckets(scores: pa.RecordBatch, cuts: Mapping[str, Sequence[float]]) -> pa.Array:
    """Return the greatest of each row's buckets, one for each column of scores that has cut points; null without."""
    buckets = [quality_buckets(scores.column(column), bounds) for column, bounds in cuts.items() if bounds]
    return pc.max_element_wise(*buckets) if buckets else pa.nulls(scores.num_rows, pa.int8())


def quality_buckets(score: pa.Array, cuts: Sequence[float]) -> pa.Array:
    """Return the bucket of each score, int8: how many of the cut points it reaches. Null without score or cuts."""
    if not cuts:
        return pa.nulls(len(score), pa.int8())
    bounds = np.asarray(cuts, np.float32)
    values = pc.fill_null(score, 0).to_numpy(zero_copy_only=False).astype(np.float32)
    buckets = np.searchsorted(bounds, values, side="right").astype(np.int8)
    return pa.array(buckets, pa.int8(), mask=score.is_null().to_numpy(zero_copy_only=False))


def in_row_groups(tables: Iterable[pa.Table], row_group_bytes: int) -> Iterator[pa.Table]:
    """Yield the same rows in tables of ``row_group_bytes`` of text: each ends with the row that reaches it."""
    held: list[pa.Table] = []
    size = 0
    for table in tables:
        ends = np.cumsum(table.column(TEXT_BYTES).to_numpy())
        first = 0
        while first < table.num_rows:
            before = int(ends[first - 1]) if first else 0
            last = int(np.searchsorted(ends, before + row_group_bytes - size, side="left"))
            if last >= table.num_rows:
                held.append(table.slice(first))
                size += int(ends[-1]) - before
                break
            held.append(table.slice(first, last + 1 - first))
            yield pa.concat_tables(held)
            held, size, first = [], 0, last + 1
    if held:
        yield pa.concat_tables(held)
