"""Sign a version: check it first, say so with the time, and put a signature on that and on every statement."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from licet.pipelines.exports.envelopes import Attestation, PrivateKey
from licet.pipelines.exports.statements import RESULT, verification_result
from licet.pipelines.verify import CHECKS, verify
from licet.pipelines.verify.attestations import attestations_of
from licet.schemas.errors import VersionError
from licet.schemas.manifest import ATTESTATIONS_PATH, MANIFEST_PATH, parse_manifest
from licet.stages import storage

NOT_SAID = "signatures"
"""The check that a signer does not vouch for: that the version is signed follows from the signature."""


@dataclass(frozen=True)
class Signed:
    """What was signed, and by which keys it is now."""

    version: str
    manifest_sha256: str
    keyid: str
    statements: int
    signers: list[str]

    def summary(self) -> dict[str, Any]:
        """Return the outcome as JSON values."""
        return vars(self)


def now() -> str:
    """Return the time in RFC 3339, to the second."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def sign(folder: str, key: PrivateKey, time: Callable[[], str] = now) -> Signed:
    """Sign the statements of the version in a folder, and that it was checked just now; other signatures stay.

    Signing again with the same key replaces what that key has said of the check.

    Raises:
        VersionError: the version does not hold what it says, so nothing is signed.

    """
    if findings := verify(folder):
        first = findings[0]
        raise VersionError(
            f"{folder} does not hold what it says ({len(findings)} findings; {first.check}: {first.message}):"
            " it is not signed; `licet verify` tells more"
        )
    manifest = parse_manifest(storage.read_bytes(storage.join(folder, MANIFEST_PATH)))
    checks = [check for check in CHECKS if check != NOT_SAID]
    kept = [told for told in attestations_of(folder) if not _is_own_result(told, key)]
    due = [told for told in kept if told.statement["predicateType"] != RESULT]
    others = [told for told in kept if told.statement["predicateType"] == RESULT]
    result = Attestation(verification_result(manifest, checks, time()), {})
    found = [*(key.signed(told) for told in due), *others, key.signed(result)]
    storage.write_bytes(storage.join(folder, ATTESTATIONS_PATH), b"".join(told.line() for told in found))
    signers = sorted({keyid for told in found for keyid in told.signatures})
    return Signed(folder, manifest.digest, key.keyid, len(due) + 1, signers)


def _is_own_result(attestation: Attestation, key: PrivateKey) -> bool:
    return attestation.statement["predicateType"] == RESULT and set(attestation.signatures) == {key.keyid}
