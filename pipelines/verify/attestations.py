"""Checks of the attested statements and of the signatures on them.

manifest ─► statements anew ─► the attested ones? ─► signed by each key?
"""

from collections.abc import Sequence

from licet.pipelines.exports.envelopes import Attestation, PublicKey, read_attestations
from licet.pipelines.exports.shape import misfits
from licet.pipelines.exports.statements import PREFIX, RESULT, statements, verification_result
from licet.pipelines.verify.finding import CHECKS, Findings
from licet.pipelines.verify.version import Version
from licet.schemas.errors import VersionError
from licet.schemas.manifest import ATTESTATIONS_PATH
from licet.stages import storage


def check_attestations(version: Version, keys: Sequence[PublicKey], findings: Findings) -> None:
    """Check that the statements are those of this version, and that each key has signed all that it should have."""
    try:
        found = attestations_of(version.folder)
    except (VersionError, OSError) as error:
        findings.add("attestations", f"{' '.join(str(error).split())}.", ATTESTATIONS_PATH)
        return
    due = statements(version.manifest)
    for statement in due:
        if sum(attestation.statement == statement for attestation in found) != 1:
            message = f"The statement {statement['predicateType']} of this version is not there, or not once."
            findings.add("attestations", message, ATTESTATIONS_PATH)
    for number, attestation in enumerate(found, start=1):
        place = f"{ATTESTATIONS_PATH}#{number}"
        for misfit in misfits("statement", attestation.statement):
            findings.add("attestations", f"It does not meet the schema statement: {misfit}.", place)
        if attestation.statement not in due and not _is_result_of(version, attestation):
            findings.add("attestations", "It does not follow from this version, and is no signed check of it.", place)
    for key in keys:
        _check_key(key, found, findings)


def attestations_of(folder: str) -> list[Attestation]:
    """Return the attestations of a version.

    Raises:
        VersionError: a line of them cannot be read; OSError when they are not there.

    """
    return read_attestations(storage.read_bytes(storage.join(folder, ATTESTATIONS_PATH)))


def _is_result_of(version: Version, attestation: Attestation) -> bool:
    """Tell whether somebody has signed that some of our checks held of this very version."""
    told = attestation.statement
    if told.get("predicateType") != RESULT or not attestation.signatures:
        return False
    predicate = told.get("predicate") or {}
    names = [str(name).removeprefix(PREFIX).lower() for name in predicate.get("properties", ())]
    anew = verification_result(version.manifest, names, str(predicate.get("timeCreated")))
    anew["predicate"]["verifier"] = predicate.get("verifier")
    return set(names) <= set(CHECKS) and anew == told


def _check_key(key: PublicKey, found: Sequence[Attestation], findings: Findings) -> None:
    results = [a for a in found if a.statement.get("predicateType") == RESULT and key.keyid in a.signatures]
    due = [*(a for a in found if a.statement.get("predicateType") != RESULT), *results]
    if not results:
        message = f"Nobody with the key {key.keyid[:16]} has signed that the version was checked."
        findings.add("signatures", message, ATTESTATIONS_PATH)
    for attestation in due:
        if not key.has_signed(attestation):
            fault = "is not that of the statement" if key.keyid in attestation.signatures else "is missing"
            kind = attestation.statement.get("predicateType")
            findings.add("signatures", f"The signature of {key.keyid[:16]} on {kind} {fault}.", ATTESTATIONS_PATH)
