"""What can be attested of a version: in-toto Statements whose subjects are its data files and its manifest.

Two follow from the manifest alone and are the same anywhere: how the version was made (SLSA provenance) and what its
licences are and rest on (our own predicate). The third is the word of whoever checked it, and when: a simple
verification result, which `licet sign` adds, since a run has neither checked itself from outside nor knows the time.
"""

from collections.abc import Sequence
from typing import Any

import licet
from licet.schemas.manifest import ATTESTATIONS_PATH, MANIFEST_PATH, FileEntry, Manifest, canonical_json
from licet.stages import storage

STATEMENT = "https://in-toto.io/Statement/v1"
PROVENANCE = "https://slsa.dev/provenance/v1"
AUDIT = "urn:licet:license-audit:v1"
RESULT = "https://in-toto.io/attestation/svr/v0.1"
BUILD_TYPE = "urn:licet:run:v1"
PREFIX = "LICET_"
"""What the names of verified properties begin with: they are the checks of `licet verify`."""
_BYPRODUCTS = (
    "ledger",
    "measures",
    "evidence",
    "statements",
    "clusters",
    "contamination",
    "index",
    "attribution",
    "bill",
    "croissant",
    "summary",
)

Json = dict[str, Any]


def write_attestations(folder: str, manifest: Manifest) -> None:
    """Write the statements that follow from a manifest beside it, unsigned, a line each."""
    lines = [canonical_json(told) + b"\n" for told in statements(manifest)]
    storage.write_bytes(storage.join(folder, ATTESTATIONS_PATH), b"".join(lines))


def statements(manifest: Manifest) -> list[Json]:
    """Return the statements that follow from a manifest."""
    return [_statement(manifest, PROVENANCE, _provenance(manifest)), _statement(manifest, AUDIT, _audit(manifest))]


def verification_result(manifest: Manifest, checks: Sequence[str], time: str) -> Json:
    """Return the statement that these checks held at a time (RFC 3339)."""
    return _statement(
        manifest,
        RESULT,
        {
            "verifier": {"id": f"urn:licet:verify:{licet.__version__}"},
            "timeCreated": time,
            "properties": [f"{PREFIX}{check.upper()}" for check in checks],
        },
    )


def _statement(manifest: Manifest, predicate_type: str, predicate: Json) -> Json:
    subject = [_resource(file) for file in manifest.files if file.role == "data"]
    subject.append({"name": MANIFEST_PATH, "digest": {"sha256": manifest.digest}})
    return {"_type": STATEMENT, "subject": subject, "predicateType": predicate_type, "predicate": predicate}


def _resource(file: FileEntry) -> Json:
    return {"name": file.path, "digest": {"sha256": file.sha256}}


def _provenance(manifest: Manifest) -> Json:
    """Return the SLSA provenance: no times, no host, so that the same recipe says the same anywhere."""
    recipe, inputs = (next(f for f in manifest.files if f.role == role) for role in ("recipe", "inputs"))
    return {
        "buildDefinition": {
            "buildType": BUILD_TYPE,
            "externalParameters": {
                "recipe": _resource(recipe),
                "policy": {"id": manifest.policy.id, "version": manifest.policy.version},
            },
            "internalParameters": {"environment": dict(manifest.environment)},
            "resolvedDependencies": [
                _resource(inputs),
                *(
                    {
                        "name": source.name,
                        "digest": {"sha256": source.digest},
                        "annotations": {
                            "digestOf": f"the (name, sha256) pairs of its files, as listed in {inputs.path}",
                            "uris": source.uris,
                            "revision": source.revision,
                            "files": source.files,
                            "rows": source.rows,
                        },
                    }
                    for source in manifest.inputs
                ),
                *({"name": f"model/{model.name}", "digest": {"sha256": model.sha256}} for model in manifest.models),
                {"name": f"policy/{manifest.policy.id}", "digest": {"sha256": manifest.policy.sha256}},
                *_parent(manifest),
                *({"name": f"version/{told.name}", "digest": {"sha256": told.sha256}} for told in manifest.against),
            ],
        },
        "runDetails": {
            "builder": {
                "id": "urn:licet:builder:v1",
                "version": {"licet": manifest.environment.get("licet", licet.__version__)},
            },
            "byproducts": [_resource(file) for file in manifest.files if file.role in _BYPRODUCTS],
        },
    }


def _parent(manifest: Manifest) -> list[Json]:
    parent = manifest.parent
    return [{"name": f"version/{parent.name}", "digest": {"sha256": parent.sha256}}] if parent else []


def _audit(manifest: Manifest) -> Json:
    """Return what an auditor asks first: which rule, which licences on which grade, and that nothing was lost."""
    return {
        "dataset": {"name": manifest.dataset.name, "kind": manifest.dataset.kind},
        "policy": {
            "id": manifest.policy.id,
            "version": manifest.policy.version,
            "digest": {"sha256": manifest.policy.sha256},
        },
        "rows": manifest.rows.model_dump(mode="json"),
        "licences": [count.model_dump(mode="json") for count in manifest.licences],
        "balances": [
            {
                "stage": stage.name,
                "rowsIn": stage.rows_in,
                "rowsKept": stage.rows_kept,
                "refused": {refused.reason: refused.rows for refused in stage.refused},
            }
            for stage in manifest.stages
        ],
        "evidence": [
            _resource(file)
            for file in manifest.files
            if file.role in ("evidence", "statements", "ledger", "attribution", "bill")
        ],
    }
