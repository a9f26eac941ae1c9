"""What the writers of a version say of each file they wrote: small, plain, the same on every runner."""

import json
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from licet.schemas.manifest import Fact, FileEntry, LanguageCount, LicenceCount, Masked
from licet.schemas.measured import Histogram
from licet.stages import storage


class ShardRecord(Fact):
    """A shard as written. ``leaves`` names its packed leaves (`licet.stages.shard.digest`) in the scratch folder."""

    kind: Literal["shard"] = "shard"
    file: FileEntry
    config: str
    number: int
    of: int
    text_bytes: int
    tokens: int
    memory_bytes: int
    """Size of the rows as Arrow, decoded: what the card's `num_bytes` states."""
    licences: tuple[LicenceCount, ...]
    languages: tuple[LanguageCount, ...]
    masked: Masked | None = None
    """What was masked in its rows; null where the recipe asked for nothing."""
    groups: dict[str, tuple[int, int, int]] = Field(default_factory=dict)
    """Rows, bytes of text and tokens by group, where the recipe balances them."""
    leaves: str
    index: FileEntry | None = None
    """Its fingerprints for later runs, where the version carries them."""


class RefusedCount(Fact):
    """Ledger rows of one source, stage and reason, and the bytes of their text."""

    source: str
    stage: str
    reason: str
    rows: int
    bytes: int


class LedgerPart(Fact):
    """A part of the ledger as written; its evidence, the words of it and its objections are in the scratch folder."""

    kind: Literal["ledger"] = "ledger"
    file: FileEntry
    number: int
    kept_rows: int
    refused: tuple[RefusedCount, ...]
    evidence: str
    statements: str
    objections: str
    measures: FileEntry | None = None
    """What was measured of the rows of the same parcels, where that is kept."""
    histograms: tuple[Histogram, ...] = ()


class VersionTables(Fact):
    """What is known once all shards and ledger parts are there: the tables made of them, and the row digest.

    ``files`` has the parts of the measures too.
    """

    kind: Literal["tables"] = "tables"
    files: tuple[FileEntry, ...]
    rows: int
    digest: str
    histograms: tuple[Histogram, ...] = ()


Record = Annotated[ShardRecord | LedgerPart | VersionTables, Field(discriminator="kind")]
_RECORDS: TypeAdapter[list[ShardRecord | LedgerPart | VersionTables]] = TypeAdapter(list[Record])
RECORDS_NAME = "records.json"


def in_order(records: Sequence[Any]) -> list[Any]:
    """Return records in the order in which they are listed: by kind, then config, then number."""
    return sorted(records, key=lambda r: (r.kind, getattr(r, "config", ""), getattr(r, "number", 0)))


def write_records(path: str, records: Sequence[ShardRecord | LedgerPart | VersionTables]) -> None:
    """Write records as one JSON list."""
    told = [record.model_dump(mode="json") for record in in_order(records)]
    storage.write_bytes(path, json.dumps(told, sort_keys=True).encode())


def read_records(path: str) -> list[ShardRecord | LedgerPart | VersionTables]:
    """Return the records that `write_records` wrote."""
    return _RECORDS.validate_json(storage.read_bytes(path))
