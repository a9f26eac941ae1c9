"""The check of quality buckets: each is that of its score, and a row's own the greatest of its models'."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from licet.pipelines.cut_points import score_column
from licet.pipelines.verify.finding import Findings
from licet.schemas.manifest import FileEntry, Model
from licet.stages.shard.published import BUCKET, best_buckets


def check_buckets(table: pa.Table, entry: FileEntry, models: Sequence[Model], findings: Findings) -> None:
    """Reckon the buckets of one row group again from its scores and the manifest's cut points."""
    cuts = {score_column(model.name): model.cuts for model in models if model.cuts}
    for column in [name for name in cuts if name not in table.column_names]:
        findings.add("buckets", f"It has no column {column}, whose cut points the manifest gives.", entry.path)
        del cuts[column]
    if "quality_bucket" not in table.column_names:
        return
    scores = table.select(list(cuts)).combine_chunks()
    batch = scores.to_batches()[0] if scores.num_rows else pa.RecordBatch.from_pylist([], scores.schema)
    if not cuts:
        batch = pa.record_batch({"none": pa.nulls(table.num_rows)})
    expected = {f"{column}{BUCKET}": best_buckets(batch, {column: bounds}) for column, bounds in cuts.items()}
    expected["quality_bucket"] = best_buckets(batch, cuts)
    for name, buckets in expected.items():
        if name not in table.column_names:
            findings.add("buckets", f"It has no column {name}.", entry.path)
            continue
        found = table.column(name).combine_chunks()
        same = pc.or_(pc.equal(found, buckets).fill_null(False), pc.and_(found.is_null(), buckets.is_null()))
        if wrong := len(same) - same.true_count:
            first = table.column(0)[pc.index(same, False).as_py()].as_py()
            findings.add_rows("buckets", f"with a {name} that is not that of the score", entry.path, wrong, first)
