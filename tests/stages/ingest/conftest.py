from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from licet.schemas.recipe import Limits
from licet.schemas.sources import Source
from licet.schemas.split import Split
from licet.stages.ingest.plan import plan_source
from licet.stages.ingest.read import read_split
from licet.stages.parcel import Parcel

_SOURCE: TypeAdapter[Source] = TypeAdapter(Source)
DEFAULT = Limits()


@dataclass(frozen=True)
class Read:
    """What came of a source: its splits, their parcels, and both rows and refusals as plain dicts."""

    splits: list[Split]
    parcels: list[Parcel]

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [row for parcel in self.parcels for row in parcel.rows.to_pylist()]

    @property
    def texts(self) -> list[str]:
        return [row["text"] for row in self.rows]

    @property
    def refused(self) -> list[tuple[str, str]]:
        return [(row["locator"], row["reason"]) for row in self.ledger]

    @property
    def ledger(self) -> list[dict[str, Any]]:
        return [row for parcel in self.parcels for row in parcel.ledger.to_pylist()]


def _read(base: str | Path, limits: Limits = DEFAULT, **source: Any) -> Read:
    given = _SOURCE.validate_python({"name": "src", **source})
    splits = plan_source(given, base=str(base), limits=limits, chat=given.type == "chat")
    parcels = [parcel for split in splits for parcel in read_split(split, limits)]
    assert all(parcel.is_conserved for parcel in parcels)
    return Read(splits, parcels)


@pytest.fixture
def read() -> Callable[..., Read]:
    return _read


@pytest.fixture
def memory() -> Iterator[str]:
    import fsspec

    fs = fsspec.filesystem("memory")
    yield "memory://ingest"
    if fs.exists("/ingest"):
        fs.rm("/ingest", recursive=True)
