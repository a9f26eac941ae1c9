"""The file that tells workers of the row groups of earlier versions that rows are held against."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

import pyarrow as pa

from licet.schemas.staged import Held
from licet.stages import storage

HELD_FILE = pa.schema(
    [
        pa.field("order", pa.list_(pa.int64())),
        *(pa.field(name, pa.string()) for name in ("version", "label", "folder", "shard")),
        pa.field("rows", pa.int64()),
        pa.field("chat", pa.bool_()),
        pa.field("index", pa.string()),
    ]
)
"""One row a row group: the fields of `Held`."""


def write_held(path: str, held: Iterable[Held]) -> None:
    """Write row groups of earlier versions for `Deduplicate`."""
    storage.write_arrow(path, pa.RecordBatch.from_pylist([asdict(one) for one in held], schema=HELD_FILE))


def read_held_files(path: str) -> Iterator[Held]:
    """Yield what `write_held` wrote."""
    for told in storage.read_arrow(path).to_pylist():
        yield Held(**{**told, "order": tuple(told["order"])})
