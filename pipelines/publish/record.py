"""``versions.json`` of a repository: the published versions, in order, each with its commit and manifest digest.

A commit cannot name itself, so the newest version has no commit in the record; the next publication writes it in. What
the record says never changes otherwise, but for a version that had to be taken down whole: whoever removes its tag
marks its entry ``"withdrawn": true``, and its number stays taken.
"""

import json
from dataclasses import dataclass
from typing import Any

import rfc8785

from licet.schemas.errors import VersionError

RECORD_PATH = "versions.json"


@dataclass(frozen=True)
class Entry:
    """One published version; ``commit`` is null for the newest, and one that is ``withdrawn`` needs no tag."""

    version: str
    manifest_sha256: str
    commit: str | None
    withdrawn: bool = False

    @property
    def told(self) -> dict[str, Any]:
        """What the record says of it; of being withdrawn only where it is."""
        return {name: value for name, value in vars(self).items() if name != "withdrawn" or value}


def parse_record(data: bytes) -> list[Entry]:
    """Return the entries of a record.

    Raises:
        VersionError: it is not one.

    """
    try:
        return [Entry(**told) for told in json.loads(data)["versions"]]
    except (ValueError, LookupError, TypeError) as error:
        raise VersionError(
            f"The {RECORD_PATH} of the repository is not readable: restore it from its history."
        ) from error


def record_bytes(entries: list[Entry]) -> bytes:
    """Return the bytes of a record."""
    return bytes(rfc8785.dumps({"versions": [entry.told for entry in entries]}))


def continued(entries: list[Entry], tags: dict[str, str], version: str, manifest_sha256: str) -> list[Entry]:
    """Return a record with the commits of what is tagged written in, and a new version at its end.

    Raises:
        VersionError: a recorded version is tagged on another commit, or not at all: somebody moved or removed its tag.

    """
    known = []
    for entry in entries:
        tagged = tags.get(entry.version)
        if tagged is None and entry.withdrawn:
            known.append(entry)
            continue
        if tagged is None or entry.commit not in (None, tagged):
            raise VersionError(
                f"Version {entry.version} is on record with commit {entry.commit} and its tag names {tagged}: somebody"
                " moved or removed the tag, so restore it before anything else is published, or mark the version as"
                f" withdrawn in {RECORD_PATH}."
            )
        known.append(Entry(entry.version, entry.manifest_sha256, tagged))
    return [*known, Entry(version, manifest_sha256, None)]
