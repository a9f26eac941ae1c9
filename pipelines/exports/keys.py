"""ed25519 keys in PEM, by `cryptography`, which only those need who sign or check signatures."""

from typing import Any

from licet.schemas.errors import InputError

try:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
except ImportError as error:
    raise InputError("signatures need the package `cryptography`: install licet[sign]") from error


def private_key(pem: bytes, name: str) -> Ed25519PrivateKey:
    """Return the private key in a PEM file.

    Raises:
        InputError: it is none, is encrypted, or is of another kind.

    """
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except TypeError as error:
        raise InputError(f"{name} is encrypted: give the key without a passphrase") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InputError(f"{name} is no private key in PEM") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError(f"{name} is no ed25519 key: `openssl genpkey -algorithm ed25519 -out key.pem` makes one")
    return key


def public_key(pem: bytes, name: str) -> Ed25519PublicKey:
    """Return the public key in a PEM file.

    Raises:
        InputError: it is none, or is of another kind.

    """
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InputError(
            f"{name} is no public key in PEM: `openssl pkey -in key.pem -pubout -out pub.pem` makes one"
        ) from error
    if not isinstance(key, Ed25519PublicKey):
        raise InputError(f"{name} is no ed25519 key: signatures of other kinds are not made here")
    return key


def new_pair() -> tuple[bytes, bytes]:
    """Return a new private key and its public half in PEM."""
    key = Ed25519PrivateKey.generate()
    return (
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        public_pem(key),
    )


def public_pem(key: Ed25519PrivateKey) -> bytes:
    """Return the public half of a private key in PEM."""
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def public_der(key: Any) -> bytes:
    """Return a public key in DER."""
    return bytes(key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))


def is_valid(key: Any, signature: bytes, data: bytes) -> bool:
    """Tell whether a signature over some bytes is of a key."""
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True
