"""The vocabulary of the tests: batches from Python lists, parcels around them, reasons as lists."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from licet.schemas.evidence import Claim
from licet.schemas.ledger import Verdicts
from licet.schemas.rows import READ
from licet.stages.parcel import Parcel

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
BRIEF = 60.0
"""Seconds of processor time that suffice for what is bounded on any machine; what runs away takes minutes or years."""
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the real inputs are not beside the repository")


def rows(*texts: str, **columns: list[Any]) -> pa.RecordBatch:
    """Rows as a reader yields them, with these texts; further columns replace the made-up ones."""
    given: dict[str, list[Any]] = {
        "id": [f"test/{i}" for i in range(len(texts))],
        "text": list(texts),
        "content_sha256": [hashlib.sha256(t.encode()).hexdigest() for t in texts],
        "url": [None] * len(texts),
        "date": [None] * len(texts),
        "locator": [f"file#row={i}" for i in range(len(texts))],
        "claims": [0] * len(texts),
        "markup": [None] * len(texts),
        **columns,
    }
    extra = [pa.field(name, pa.array(values).type) for name, values in columns.items() if name not in READ.names]
    return pa.RecordBatch.from_pydict(given, schema=pa.schema([*READ, *extra]))


def parcel(batch: pa.RecordBatch, *claims: Claim) -> Parcel:
    """A parcel of those rows, all with the same claims."""
    return Parcel(source="test", split="0" * 64, seq=0, rows_in=batch.num_rows, rows=batch, claims=(tuple(claims),))


def reasons(verdicts: Verdicts) -> list[str | None]:
    """The reasons of a judge as a plain list."""
    found: list[str | None] = verdicts.reason.to_pylist()
    return found


@contextmanager
def brief() -> Iterator[None]:
    """Hold the processor time of a block to `BRIEF`, whatever else the machine does meanwhile."""
    started = time.process_time()
    yield
    assert time.process_time() - started < BRIEF
