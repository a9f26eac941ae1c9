"""Local files, read in pieces."""

import hashlib

from licet.schemas.errors import VersionError

CHUNK = 1 << 20
"""Bytes read at a time when hashing and copying."""


def sha256_of(path: str) -> str:
    """Return the hex SHA-256 of a local file, read a chunk at a time."""
    found = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


def git_oid_of(path: str, size: int) -> str:
    """Return the name that git gives a file's content: the SHA-1 of it as a blob."""
    found = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    with open(path, "rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


def changed(path: str) -> VersionError:
    """Return the error for a file that is no longer what was planned."""
    return VersionError(f"'{path}' changed while it was being published: publish again when it is at rest.")
