"""What is published of a dataset: each version with its commit, manifest, rows, licences and retractions."""

from dataclasses import asdict, dataclass
from tempfile import TemporaryDirectory
from typing import Any

from licet.pipelines.publish import list_versions
from licet.pipelines.publish.backend import Backend, PublishedVersion
from licet.pipelines.publish.publish import backend_at, told_of
from licet.pipelines.publish.store import LOCAL
from licet.pipelines.versions.pull import manifest_at
from licet.schemas.errors import VersionError
from licet.schemas.manifest import Manifest
from licet.stages import storage
from licet.stages.retract import read_rules


@dataclass(frozen=True)
class Listed:
    """A published version; ``retractions`` is what was asked to be taken back up to it."""

    version: str
    commit: str
    manifest_sha256: str
    rows: int
    bytes: int
    policy: str
    licences: dict[str, int]
    retractions: list[str]
    retracted: int
    """Rows that were published in an earlier version and taken back."""

    def summary(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def versions(hub: str, name: str, namespace: str = LOCAL) -> list[Listed]:
    """Return the published versions of a dataset, oldest first; none where nothing is published under that name.

    Raises:
        VersionError: the hub cannot be read, or a manifest is not the one on record.

    """
    try:
        there = list_versions(hub, name, namespace)
        backend = backend_at(hub, name, namespace)
        return [_listed(backend, entry) for entry in there]
    except OSError as error:
        raise VersionError(f"The hub '{hub}' cannot be read: {told_of(error)}.") from error


def _listed(backend: Backend, entry: PublishedVersion) -> Listed:
    manifest = manifest_at(backend, entry)
    licences: dict[str, int] = {}
    for count in manifest.licences:
        licences[count.expression] = licences.get(count.expression, 0) + count.rows
    return Listed(
        version=entry.version,
        commit=entry.commit,
        manifest_sha256=entry.manifest_sha256,
        rows=manifest.rows.count,
        bytes=manifest.rows.bytes,
        policy=f"{manifest.policy.id} {manifest.policy.version}",
        licences=dict(sorted(licences.items(), key=lambda told: (-told[1], told[0]))),
        retractions=_retractions(backend, entry, manifest),
        retracted=sum(r.rows for stage in manifest.stages if stage.name == "retract" for r in stage.refused),
    )


def _retractions(backend: Backend, entry: PublishedVersion, manifest: Manifest) -> list[str]:
    for file in manifest.files:
        if file.role == "retractions":
            with TemporaryDirectory(prefix="licet-rules-") as scratch:
                place = storage.join(scratch, "rules.parquet")
                with backend.open(entry.version, file.path) as source:
                    storage.write_bytes(place, source.read())
                rules = read_rules(place).drop_columns(["shingles"]).to_pylist()
            return [f"{rule['kind']} {rule['value']}" for rule in rules if rule["because"] is None]
    return []
