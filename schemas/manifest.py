"""The manifest: what a finished version says of itself, in one canonical file.

`manifest.json` holds the RFC 8785 (JSON Canonicalization Scheme) bytes of a `Manifest`; the manifest digest is their
sha256. Nothing in it depends on where, when or how widely a run was spread: no times, no hosts, no worker counts, no
Python version. The same recipe on the same pinned inputs with the same libraries has the same digest anywhere.
"""

import hashlib
import json
from typing import Any, Literal

import pyarrow as pa
import rfc8785
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from licet.schemas.errors import VersionError

FORMAT = "licet-manifest/1"
MANIFEST_PATH = "provenance/manifest.json"
ATTESTATIONS_PATH = "provenance/attestations.intoto.jsonl"
UNLISTED = frozenset({MANIFEST_PATH, ATTESTATIONS_PATH})
"""The files of a version that its manifest cannot list: itself, and the statements that name its digest."""
OF_A_HUB = frozenset({"versions.json", ".gitattributes"})
"""What a hub keeps beside the files of a version: it is no version's, and comes along when one is fetched."""
SHA256 = r"^[0-9a-f]{64}$"

INPUTS = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("bytes", pa.int64(), nullable=False),
        pa.field("sha256", pa.string(), nullable=False),
    ]
)
"""The columns of `provenance/inputs.parquet`: every file read, by source and name."""


class Fact(BaseModel):
    """What all parts of a manifest share: unknown keys are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Dataset(Fact):
    """What the version is called. ``version`` is null until it is published under a number."""

    name: str
    version: str | None = None
    kind: Literal["pretrain", "posttrain"]
    description: str = ""


class Declared(Fact):
    """The licence that the recipe declares for a source, and where it says that can be read."""

    expression: str
    evidence: str | None = None


class SourceInput(Fact):
    """One source: its files and what was read from them."""

    name: str
    reader: str
    """The source's type in the recipe."""
    uris: list[str]
    """Where the input is, as the recipe writes it."""
    revision: str | None = None
    license: Declared | None = None
    files: int = Field(ge=0)
    bytes: int = Field(ge=0)
    """Bytes of the files as stored."""
    digest: str = Field(pattern=SHA256)
    """`inputs_digest` of the source's files; each is listed in `provenance/inputs.parquet`."""
    rows: int = Field(ge=0)
    """Rows read, pieces of input that could not be read as rows included."""


class Refused(Fact):
    """How many rows a stage refused for one reason, and the bytes of their text."""

    reason: str
    rows: int = Field(ge=0)
    bytes: int = Field(ge=0)


class StageRun(Fact):
    """One stage: what it was set to, and what it did. ``rows_in = rows_kept + sum(refused)``, likewise bytes.

    ``bytes_in`` is reckoned backwards from what was kept in the end, since rewriting changes a text's length:
    it is the bytes of all rows that this stage or a later one refused, and of those that were kept.
    """

    name: str
    params: dict[str, Any]
    params_sha256: str = Field(pattern=SHA256)
    """Of the canonical bytes of ``params``."""
    code: str
    """Digest of the code that ran."""
    rows_in: int
    rows_kept: int
    bytes_in: int
    bytes_kept: int
    refused: list[Refused]


class Model(Fact):
    """A model that had a say."""

    name: str
    sha256: str = Field(pattern=SHA256)
    cuts: list[float] = []
    """Of a quality model: the 19 scores that part its 20 buckets, each the least that is in the bucket above."""


class PolicyUsed(Fact):
    """The rule on concluded licences, whole, so that every decision can be made again from the version alone."""

    id: str
    version: str
    sha256: str = Field(pattern=SHA256)
    """Of the canonical bytes of ``rules``."""
    rules: dict[str, Any]
    """The policy with the ids that it admits written out, as `licet.stages.license.Policy` reads it."""


class LicenceCount(Fact):
    """Rows of one licence expression, tier, grade and source."""

    expression: str
    tier: str
    grade: str
    source: str
    rows: int
    bytes: int
    """UTF-8 bytes of text."""
    tokens: int


class LanguageCount(Fact):
    """Rows in one language; `und` stands for those without."""

    language: str
    rows: int


class Masked(Fact):
    """What was masked in all rows together."""

    rows: int = Field(ge=0)
    """Rows in which anything was."""
    kinds: dict[str, int]
    """Spans by kind, for each kind that the recipe names."""


class MixtureGroup(Fact):
    """One group of rows, in the units of the mixture: what there was of it, what it was to have, what it has."""

    name: str
    """The values of the columns that group rows; `(none)` where a row has none."""
    weight: float | None = None
    """The share that its weight gives it, of all groups that have one; null without weights."""
    asked: int | None = None
    """The most that it was to have; null where nothing bounds it."""
    available: int = Field(ge=0)
    """What came to the stage and did not leave for another reason since: what it has, and what left for the mixture."""
    kept: int = Field(ge=0)
    """What it has."""
    rows: int = Field(ge=0)
    """How many rows that is."""
    share: float = Field(ge=0, le=1)
    """What it has, as a share of what all groups have."""
    epochs: float | None = None
    """How often its rows have to be read to meet its weight; null without weights, and where it has no rows."""


class Mixture(Fact):
    """The achieved mixture of the published rows; ``groups`` are sorted by name."""

    by: list[str]
    """The columns that group rows."""
    unit: Literal["rows", "tokens", "bytes"]
    groups: list[MixtureGroup]


class Parent(Fact):
    """The version that this one was made from by deciding anew, without reading inputs."""

    name: str
    version: str | None = None
    sha256: str = Field(pattern=SHA256)
    """Its manifest digest."""


class HeldAgainst(Fact):
    """An earlier version that rows were held against, so that none is published again; in the recipe's order."""

    name: str
    version: str | None = None
    sha256: str = Field(pattern=SHA256)
    """Its manifest digest."""
    rows: int = Field(ge=0)
    """Rows that it publishes."""

    @property
    def label(self) -> str:
        """How the ledger calls it, so that none is taken for another."""
        return f"{self.name}{f'@{self.version}' if self.version else ''} sha256:{self.sha256}"


class Rows(Fact):
    """All published rows together."""

    count: int
    bytes: int
    tokens: int
    digest: str = Field(pattern=SHA256)
    """Root of the tree over all rows, whatever shards they are in: see `licet.stages.shard.digest`."""


Role = Literal[
    "data",
    "ledger",
    "measures",
    "evidence",
    "statements",
    "clusters",
    "index",
    "objections",
    "contamination",
    "retractions",
    "inputs",
    "recipe",
    "card",
    "chart",
    "notice",
    "report",
    "attribution",
    "licenses",
    "bill",
    "croissant",
    "summary",
]


class FileEntry(Fact):
    """One file of the version. ``schema_sha256`` is `schema_digest` of a Parquet file; null for others, like rows."""

    path: str
    role: Role
    bytes: int
    sha256: str = Field(pattern=SHA256)
    rows: int | None = None
    schema_sha256: str | None = None


class Manifest(Fact):
    """A whole manifest. Lists are in a fixed order, each sorted by its leading keys, stages as they ran."""

    format: Literal["licet-manifest/1"] = "licet-manifest/1"
    dataset: Dataset
    parent: Parent | None = None
    against: list[HeldAgainst] = []
    inputs: list[SourceInput]
    stages: list[StageRun]
    models: list[Model]
    policy: PolicyUsed
    licences: list[LicenceCount]
    languages: list[LanguageCount]
    rows: Rows
    masked: Masked | None = Field(None, exclude_if=lambda masked: masked is None)
    """What was masked; not there where the recipe asks for nothing to be."""
    mixture: Mixture | None = Field(None, exclude_if=lambda mixture: mixture is None)
    """What the rows are a mixture of; not there where the recipe does not balance them."""
    files: list[FileEntry]
    environment: dict[str, str]
    """Versions of what decides about bytes and decisions: Licet, its libraries, lists and tables."""

    def canonical_bytes(self) -> bytes:
        """Return the RFC 8785 bytes: what `manifest.json` holds."""
        return canonical_json(self.model_dump(mode="json"))

    @property
    def digest(self) -> str:
        """The manifest digest: sha256 of the canonical bytes, in hex."""
        return hashlib.sha256(self.canonical_bytes()).hexdigest()


def parse_manifest(data: bytes) -> Manifest:
    """Return the manifest in the bytes of a `manifest.json`.

    Raises:
        VersionError: they are not a manifest; the message says what is wrong with them.

    """
    try:
        return Manifest.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "its top level"
        raise VersionError(f"{MANIFEST_PATH} is not a manifest: {place}: {first['msg']}") from error


def manifest_json_schema() -> str:
    """Return the JSON Schema of manifests, as it is published."""
    return json.dumps(Manifest.model_json_schema(), indent=2, sort_keys=True) + "\n"


def canonical_json(value: Any) -> bytes:
    """Return the RFC 8785 bytes of a JSON value."""
    return bytes(rfc8785.dumps(value))


def canonical_sha256(value: Any) -> str:
    """Return the sha256 of a JSON value's RFC 8785 bytes, in hex."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def inputs_digest(files: list[tuple[str, str]]) -> str:
    """Return the sha256 of the canonical JSON list of a source's (name, sha256) pairs, sorted."""
    return canonical_sha256([list(pair) for pair in sorted(files)])


def schema_digest(schema: pa.Schema) -> str:
    """Return a digest of a schema's column names, types and nullability, in order.

    Metadata has no part in it, nor the name of a list's items: memory says ``item`` where Parquet says ``element``.
    """
    return hashlib.sha256(
        "\n".join(f"{f.name}\t{_type_name(f.type)}\t{f.nullable}" for f in schema).encode()
    ).hexdigest()


def _type_name(kind: pa.DataType) -> str:
    if pa.types.is_struct(kind):
        return f"struct<{', '.join(f'{field.name}: {_type_name(field.type)}' for field in kind)}>"
    if pa.types.is_list(kind):
        return f"list<{_type_name(kind.value_type)}>"
    return str(kind)
