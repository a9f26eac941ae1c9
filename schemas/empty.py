"""A batch without rows."""

import pyarrow as pa


def empty_batch(schema: pa.Schema) -> pa.RecordBatch:
    """Return a batch of a schema without rows.

    It is not made from an empty list: to look at that, pyarrow imports pandas where it finds it, which costs a quarter
    of a second at the start of a command.
    """
    return pa.RecordBatch.from_arrays([pa.nulls(0, field.type) for field in schema], schema=schema)
