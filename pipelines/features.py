"""Arrow schemas as the `dataset_info` of a dataset card writes them."""

from typing import Any

import pyarrow as pa


def features_of(schema: pa.Schema) -> list[dict[str, Any]]:
    """Return a schema's columns in the notation of the `datasets` library's cards."""
    return [{"name": field.name, **_feature(field.type)} for field in schema]


def _feature(kind: pa.DataType) -> dict[str, Any]:
    if pa.types.is_struct(kind):
        return {"struct": [{"name": field.name, **_feature(field.type)} for field in kind]}
    if pa.types.is_list(kind):
        inner = _feature(kind.value_type)
        return {"list": inner.get("struct", inner.get("dtype", inner))}
    return {"dtype": {"float": "float32", "double": "float64"}.get(str(kind), str(kind))}
