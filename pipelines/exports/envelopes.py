"""DSSE envelopes around statements, and ed25519 signatures over their RFC 8785 bytes.

A line of the attestations is a statement that nobody signed, or an envelope with as many signatures as have signed.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from licet.schemas.errors import InputError, VersionError
from licet.schemas.manifest import ATTESTATIONS_PATH, canonical_json

PAYLOAD_TYPE = "application/vnd.in-toto+json"


@dataclass(frozen=True)
class Attestation:
    """A statement and its signatures: key id → signature."""

    statement: dict[str, Any]
    signatures: dict[str, bytes]

    @property
    def payload(self) -> bytes:
        """The bytes of the statement that are signed."""
        return canonical_json(self.statement)

    @property
    def signed_bytes(self) -> bytes:
        """The bytes that a signature is over: DSSE's pre-authentication encoding of the payload and its type."""
        kind, body = PAYLOAD_TYPE.encode(), self.payload
        return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body)

    def line(self) -> bytes:
        """Return the line that holds it."""
        if not self.signatures:
            return self.payload + b"\n"
        told = {
            "payloadType": PAYLOAD_TYPE,
            "payload": base64.b64encode(self.payload).decode(),
            "signatures": [
                {"keyid": key, "sig": base64.b64encode(self.signatures[key]).decode()}
                for key in sorted(self.signatures)
            ],
        }
        return canonical_json(told) + b"\n"


def read_attestations(data: bytes) -> list[Attestation]:
    """Return the attestations in the lines of a file.

    Raises:
        VersionError: a line is neither a statement nor an envelope around the canonical bytes of one.

    """
    found = []
    for number, line in enumerate(data.removesuffix(b"\n").split(b"\n"), start=1):
        try:
            attestation = _attestation(json.loads(line))
            is_canonical = attestation.line() == line + b"\n"
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, binascii.Error) as error:
            raise VersionError(
                f"{ATTESTATIONS_PATH}: line {number} is neither a statement nor an envelope of one"
            ) from error
        if not is_canonical:
            raise VersionError(f"{ATTESTATIONS_PATH}: line {number} does not have the canonical bytes of what it says")
        found.append(attestation)
    return found


def _attestation(told: dict[str, Any]) -> Attestation:
    if "payload" not in told:
        return Attestation(dict(told), {})
    payload = base64.b64decode(told["payload"], validate=True)
    signatures = {entry["keyid"]: base64.b64decode(entry["sig"], validate=True) for entry in told["signatures"]}
    return Attestation(dict(json.loads(payload)), signatures)


class PublicKey:
    """An ed25519 key that signatures are checked with."""

    def __init__(self, pem: bytes, name: str = "the key"):
        """Read a public key in PEM, or the public half of a private one."""
        from licet.pipelines.exports import keys

        self._key = keys.public_key(pem, name)
        self.keyid = hashlib.sha256(keys.public_der(self._key)).hexdigest()
        """The sha256 of the key's DER: a name that both sides reckon."""

    def has_signed(self, attestation: Attestation) -> bool:
        """Tell whether an attestation bears a signature of this key that is over its very bytes."""
        from licet.pipelines.exports import keys

        signature = attestation.signatures.get(self.keyid)
        return signature is not None and keys.is_valid(self._key, signature, attestation.signed_bytes)


class PrivateKey(PublicKey):
    """An ed25519 key that signs."""

    def __init__(self, pem: bytes, name: str = "the key"):
        """Read a private key in PEM, unencrypted."""
        from licet.pipelines.exports import keys

        self._private = keys.private_key(pem, name)
        super().__init__(keys.public_pem(self._private), name)

    def signed(self, attestation: Attestation) -> Attestation:
        """Return an attestation with the signature of this key beside those that it has."""
        signature = self._private.sign(attestation.signed_bytes)
        return Attestation(attestation.statement, {**attestation.signatures, self.keyid: signature})


def key_bytes(path: str) -> bytes:
    """Return what a key file holds.

    Raises:
        InputError: it cannot be read.

    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise InputError(f"the key {path} cannot be read: {error.strerror or error}") from error
