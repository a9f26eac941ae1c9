"""What is to be told of a version's signatures beside what the checks found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from licet.pipelines.exports.envelopes import PublicKey
from licet.pipelines.verify.attestations import attestations_of
from licet.pipelines.verify.finding import Finding
from licet.schemas.errors import VersionError

State = Literal["unsigned", "not checked", "valid", "not valid"]


@dataclass(frozen=True)
class SignatureState:
    """Whether a version is signed, by the ids of which keys, and whether that was checked."""

    state: State
    signers: list[str]

    def summary(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"signature": self.state, "signers": self.signers}

    @property
    def in_words(self) -> str:
        """The state in a sentence."""
        many = f"{len(self.signers)} {'key' if len(self.signers) == 1 else 'keys'}"
        return {
            "unsigned": "nobody has signed it: who made it is not proven (`licet sign` signs)",
            "not checked": f"signed by {many}, which was not checked: give --key with a public key that you trust",
            "valid": "signed by each key that was given",
            "not valid": "not signed by each key that was given",
        }[self.state]


def signature_state(folder: str, keys: Sequence[PublicKey], findings: Sequence[Finding]) -> SignatureState:
    """Return the state of a version's signatures after it was verified with some keys."""
    try:
        signers = sorted({key for attestation in attestations_of(folder) for key in attestation.signatures})
    except (VersionError, OSError):
        signers = []
    if keys:
        fine = not any(finding.check in ("signatures", "attestations", "manifest") for finding in findings)
        return SignatureState("valid" if fine else "not valid", signers)
    return SignatureState("not checked" if signers else "unsigned", signers)
