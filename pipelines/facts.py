"""What a run hands over when its rows are written, so that the version can be described."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from typing import Any

import pyarrow as pa

import licet
from licet.schemas.manifest import HeldAgainst, Mixture, Model, Parent, PolicyUsed
from licet.schemas.recipe import Recipe
from licet.schemas.split import Pin, Split
from licet.stages import storage
from licet.stages.license.policy import Policy
from licet.stages.shard import LedgerPart, ShardRecord, VersionTables

LIBRARIES = (
    "apache-beam",
    "datasketch",
    "fasttext-community",
    "fastwarc",
    "license-expression",
    "numba",
    "pyarrow",
    "pycld2",
    "resiliparse",
)
"""Libraries whose versions can change a row, a decision or a byte of the version."""


@dataclass(frozen=True, kw_only=True)
class StageFacts:
    """A stage as it was set: its name in the ledger, its settings as JSON values, the digest of its code."""

    name: str
    params: Mapping[str, Any]
    code: str


@dataclass(frozen=True, kw_only=True)
class StagingCounts:
    """The counts of all staged parcels together: rows read by source, rows refused by (stage, reason)."""

    rows_in: Mapping[str, int]
    refused: Mapping[tuple[str, str], int]


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """All that `licet.pipelines.finish.build_version` needs to know of a run.

    ``recipe`` is as its author wrote it, paths unresolved. ``pins`` are the input files of each source, each once.
    ``stages`` are in the order in which rows meet them and name every stage that the ledger can name. ``records``
    are those of the shard stage. ``reasons`` are sentences by "stage.reason" and ``s_curve`` (similarity,
    probability) pairs, both for the report only. ``version`` is null unless the number is known already,
    ``parent`` unless the version was made from another one. ``retractions`` are the rules that the version keeps to, as
    `RETRACTIONS`, and ``contamination`` what was found of evaluation sets, as tables of `CONTAMINATION` to be read
    once; null where there are none.
    """

    recipe: Recipe
    pins: Mapping[str, Sequence[Pin]]
    stages: Sequence[StageFacts]
    staging: StagingCounts
    records: Sequence[ShardRecord | LedgerPart | VersionTables]
    policy: PolicyUsed
    models: Sequence[Model] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    s_curve: Sequence[tuple[float, float]] = ()
    version: str | None = None
    parent: Parent | None = None
    retractions: pa.Table | None = None
    against: Sequence[HeldAgainst] = ()
    """The earlier versions that rows were held against."""
    contamination: Iterable[pa.Table] | None = None
    mixture: Mixture | None = None
    """That of the parent, which says what each group was to have; null where rows were balanced in this run."""

    @property
    def shards(self) -> list[ShardRecord]:
        """The shards, in order."""
        return [record for record in self.records if isinstance(record, ShardRecord)]

    @property
    def ledger(self) -> list[LedgerPart]:
        """The parts of the ledger, in order."""
        return [record for record in self.records if isinstance(record, LedgerPart)]

    @property
    def tables(self) -> VersionTables:
        """The tables made of all files, and the row digest."""
        (found,) = (record for record in self.records if isinstance(record, VersionTables))
        return found


def staging_counts(done_paths: Iterable[str]) -> StagingCounts:
    """Return the sum of the counts in the ``.json`` files of staged parcels."""
    rows_in: dict[str, int] = {}
    refused: dict[tuple[str, str], int] = {}
    for path in done_paths:
        told = json.loads(storage.read_bytes(path))
        rows_in[told["source"]] = rows_in.get(told["source"], 0) + told["rows_in"]
        for stage, reasons in told["refused"].items():
            for reason, count in reasons.items():
                refused[stage, reason] = refused.get((stage, reason), 0) + count["rows"]
    return StagingCounts(rows_in=rows_in, refused=refused)


def pins_of(splits: Iterable[Split]) -> dict[str, list[Pin]]:
    """Return the input files of each source, each once however often it was split, by name."""
    found: dict[str, dict[str, Pin]] = {}
    for split in splits:
        found.setdefault(split.source, {}).update({pin.name: pin for pin in split.files})
    return {source: [pins[name] for name in sorted(pins)] for source, pins in found.items()}


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the versions of Licet and its `LIBRARIES`, and what ``more`` adds, such as versions of licence lists."""
    found = {name: _installed(name) for name in LIBRARIES}
    return {"licet": licet.__version__, **found, **(more or {})}


def _installed(name: str) -> str:
    try:
        return installed(name)
    except PackageNotFoundError:
        return "absent"


def policy_used(policy: Policy) -> PolicyUsed:
    """Return a policy as the manifest holds it."""
    rules = policy.model_dump(mode="json")
    return PolicyUsed(id=policy.id, version=policy.version, sha256=policy.digest, rules=rules)


def footer_facts(recipe: Recipe, policy: PolicyUsed) -> dict[str, str]:
    """Return what each shard says of itself in its footer, beside its licence histogram."""
    return {
        "licet.dataset": recipe.name,
        "licet.kind": recipe.kind,
        "licet.policy": f"{policy.id} {policy.version}",
        "licet.policy_sha256": policy.sha256,
    }


def sha256_of(data: bytes) -> str:
    """Return the sha256 of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()
