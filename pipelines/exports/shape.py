"""Whether an export has the shape that it must have: our JSON Schemas, which are stricter than the standards' own."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow.parquet as pq
from jsonschema import Draft202012Validator

from licet.stages import storage


@cache
def validator(name: str) -> Draft202012Validator:
    """Return the validator of a schema in ``schemas/exports``."""
    told = json.loads((files("licet.schemas") / "exports" / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(told)
    return Draft202012Validator(told)


def misfits(name: str, value: Any) -> list[str]:
    """Return what of a JSON value does not meet a schema: where, and what is wrong with it."""
    found = sorted(validator(name).iter_errors(value), key=lambda error: [str(part) for part in error.absolute_path])
    return [f"{'.'.join(str(part) for part in e.absolute_path) or 'its top level'}: {e.message[:200]}" for e in found]


def shape_of(path: str) -> Any:
    """Return what a schema speaks of: a file's JSON value, or the names and types of a Parquet file's columns.

    Raises:
        ValueError: the file is neither; OSError where it cannot be read.

    """
    if path.endswith(".parquet"):
        with storage.open_input(path) as file:
            return [{"name": field.name, "type": str(field.type)} for field in pq.read_schema(file)]
    return json.loads(storage.read_bytes(path))
