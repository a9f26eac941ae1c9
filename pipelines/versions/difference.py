"""What differs between two versions: rows, counts, refusals, policy, columns, inputs, settings and retractions."""

from dataclasses import asdict, dataclass, field
from typing import Any

from licet.pipelines.retractions import rules_of
from licet.pipelines.versions import manifests_between as between
from licet.pipelines.versions.manifests_between import Delta
from licet.pipelines.versions.reference import located
from licet.pipelines.versions.rows_between import KINDS, Change, rows_between
from licet.schemas.errors import VersionError
from licet.schemas.manifest import MANIFEST_PATH, Manifest, parse_manifest
from licet.stages import storage

EXAMPLES = 5


@dataclass(frozen=True)
class Difference:
    """What differs between two versions; lists are empty and ``policy`` is null where nothing does."""

    before: str
    after: str
    manifests: tuple[Manifest, Manifest]
    rows: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[Change]] = field(default_factory=dict)
    relicensed: list[dict[str, Any]] = field(default_factory=list)
    histograms: dict[str, list[Delta]] = field(default_factory=dict)
    refused: list[Delta] = field(default_factory=list)
    policy: dict[str, Any] | None = None
    columns: list[dict[str, Any]] = field(default_factory=list)
    inputs: list[dict[str, Any]] = field(default_factory=list)
    settings: list[dict[str, Any]] = field(default_factory=list)
    retractions: dict[str, list[str]] = field(default_factory=dict)
    made_otherwise: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        """Whether readers get the same from both, decided in the same way; other libraries may have made them."""
        told = (self.refused, self.policy, self.columns, self.inputs, self.settings, self.relicensed)
        counted = (*self.rows.values(), *self.histograms.values(), *self.retractions.values())
        return not any(told) and not any(counted)

    def summary(self) -> dict[str, Any]:
        """Return it as JSON values."""
        sides = {
            side: {
                "version": name,
                "digest": manifest.digest,
                "number": manifest.dataset.version,
                "rows": manifest.rows.count,
                "bytes": manifest.rows.bytes,
            }
            for side, name, manifest in zip(("before", "after"), (self.before, self.after), self.manifests, strict=True)
        }
        return {
            **sides,
            "same": self.is_same,
            "rows": self.rows,
            "examples": {kind: [asdict(change) for change in changes] for kind, changes in self.examples.items()},
            "relicensed": self.relicensed,
            "histograms": {name: between.as_json(found) for name, found in self.histograms.items()},
            "refused": between.as_json(self.refused),
            "policy": self.policy,
            "columns": self.columns,
            "inputs": self.inputs,
            "settings": self.settings,
            "retractions": self.retractions,
            "made_otherwise": self.made_otherwise,
        }


def difference(before: str, after: str, *, examples: int = EXAMPLES, rows_to: str | None = None) -> Difference:
    """Return what differs between two versions, whichever way each is named.

    ``rows_to`` is a local Parquet file to which every row that differs is written.

    Raises:
        VersionError: one of them cannot be looked at.

    """
    one, other = _opened(before), _opened(after)
    manifests = (one[1], other[1])
    if one[1].digest == other[1].digest and rows_to is None:
        return Difference(before, after, manifests)
    with rows_between(one, other) as compared:
        counts, relicensed = compared.counts(), compared.licences()
        shown = {kind: found for kind in KINDS if (found := compared.examples(kind, examples))}
        if rows_to is not None:
            compared.write(rows_to)
    try:
        return Difference(
            before,
            after,
            manifests,
            rows=counts,
            examples=shown,
            relicensed=relicensed,
            histograms=between.histograms(*manifests),
            refused=between.refusals(*manifests),
            policy=between.policies(*manifests),
            columns=between.columns(one, other),
            inputs=between.inputs(one, other),
            settings=between.settings(*manifests),
            retractions=_retractions(one, other),
            made_otherwise=between.made_otherwise(*manifests),
        )
    except (OSError, ValueError) as error:
        told = " ".join(str(error).split())[:200]
        raise VersionError(
            f"{before} and {after} cannot be compared ({told}): check both with `licet verify`"
        ) from error


def _opened(reference: str) -> tuple[str, Manifest]:
    folder = located(reference)
    try:
        return folder, parse_manifest(storage.read_bytes(storage.join(folder, MANIFEST_PATH)))
    except VersionError as error:
        raise VersionError(f"'{reference}' is no finished version: {error}") from error
    except FileNotFoundError as error:
        raise VersionError(f"'{reference}' is no finished version: there is no {MANIFEST_PATH} in it") from error
    except (OSError, ValueError, ImportError) as error:
        raise VersionError(f"'{reference}' cannot be read: {' '.join(str(error).split())[:200]}") from error


def _retractions(one: tuple[str, Manifest], other: tuple[str, Manifest]) -> dict[str, list[str]]:
    """Return what was asked to be retracted in one version and not in the other."""
    found = []
    for folder, manifest in (one, other):
        rules = rules_of(folder, manifest)
        told = rules.to_pylist() if rules is not None else []
        found.append({f"{rule['kind']} {rule['value']}" for rule in told if rule["because"] is None})
    return {"added": sorted(found[1] - found[0]), "removed": sorted(found[0] - found[1])}
