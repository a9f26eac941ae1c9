"""The publication plan: every file of a finished version with its hash, after all checks that need no network.

A plan that exists is safe to send: the folder is exactly what its manifest says. Nothing is written here.
"""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from licet.pipelines.hub.files import sha256_of
from licet.pipelines.publish import contents, limits
from licet.pipelines.publish.contents import Progress
from licet.pipelines.publish.problems import Problems
from licet.schemas.errors import VersionError
from licet.schemas.manifest import ATTESTATIONS_PATH, MANIFEST_PATH, Manifest, parse_manifest
from licet.schemas.semver import parse_release

UNNUMBERED = "0.0.0"
"""Stands in a plan for the number that is still to be found; nobody publishes it, as versions begin with 0.0.1."""


@dataclass(frozen=True)
class PlannedFile:
    """One file of a version: where it goes, what it must be, and the local file that it is."""

    path: str
    sha256: str
    size: int
    source: str


@dataclass(frozen=True)
class PublishPlan:
    """A checked version: its files in order of path, the manifest among them."""

    name: str
    version: str
    manifest_sha256: str
    files: tuple[PlannedFile, ...]
    manifest: Manifest = field(compare=False, repr=False)

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)

    def open(self, path: str) -> IO[bytes]:
        """Open one of the version's files."""
        return open(next(file.source for file in self.files if file.path == path), "rb")

    @property
    def run_id(self) -> str:
        """Name of this publication: the same for every attempt at it, so that a rerun finds its own traces."""
        return hashlib.sha256(f"{self.name}\n{self.version}\n{self.manifest_sha256}".encode()).hexdigest()[:16]


def no_progress(phase: str, done: int, total: int) -> None:
    """Show nothing."""


def plan_publication(
    folder: str, version: str | None, progress: Progress = no_progress, *, verified: bool = True
) -> PublishPlan:
    """Check a finished version folder and return the plan to publish it as ``version``, null: to be numbered later.

    Checked are the version number, names, paths, counts, sizes, hashes, Parquet footers and the dataset card; unless
    it is ``verified``, also all that `licet verify` checks: rows, evidence, decisions, policy, exports. Memory is
    bounded by the list of files, never by a file.

    Raises:
        VersionError: something is not as it must be; a line for each problem.

    """
    if version is not None:
        parse_release(version)
    root = folder.removeprefix("file://")
    if "://" in root or not os.path.isdir(root):
        raise VersionError(f"'{folder}' is not a local folder: name the output folder of a finished run.")
    try:
        plan = _checked(root, version, progress)
    except OSError as error:
        raise VersionError(f"'{folder}' cannot be read: {error.strerror or error}.") from error
    if not verified:
        check_verified(root)
    return plan


def check_verified(folder: str) -> None:
    """Refuse a version of which `licet verify` finds that it is not what it says of itself."""
    # Imported here, since it brings Beam and numba, which nobody needs who lists versions or serves a hub.
    from licet.pipelines.verify import verify

    problems = Problems()
    for finding in verify(folder):
        problems.add(f"{finding.place}: {finding.message} ({finding.check})")
    if problems:
        problems.found.insert(0, f"'{folder}' is not what it says of itself: build the version again.")
    problems.raise_any()


def _checked(root: str, version: str | None, progress: Progress) -> PublishPlan:
    problems = Problems()
    manifest, manifest_file = _read_manifest(root, version, problems)
    with problems.gathered():
        limits.check_name("dataset", manifest.dataset.name)
    listed = contents.listed_files(manifest, root, problems)
    unlisted = [manifest_file, *_attestations(root)]
    present = contents.check_presence(root, {*listed, *(file.path for file in unlisted)}, problems)
    for path, size in [
        *((path, file.bytes) for path, (file, _) in listed.items()),
        *((file.path, file.size) for file in unlisted),
    ]:
        with problems.gathered():
            limits.check_size(path, size)
    with problems.gathered():
        limits.check_counts([*listed, *(file.path for file in unlisted)])
    there = {path: entry for path, entry in listed.items() if path in present}
    whole = contents.check_hashes(contents.check_sizes(there, problems), progress, problems)
    contents.check_data(whole, manifest, problems)
    problems.raise_any()
    files = [PlannedFile(path, file.sha256, file.bytes, source) for path, (file, source) in listed.items()]
    return PublishPlan(
        name=manifest.dataset.name,
        version=version or manifest.dataset.version or UNNUMBERED,
        manifest_sha256=manifest_file.sha256,
        files=tuple(sorted([*files, *unlisted], key=lambda file: file.path)),
        manifest=manifest,
    )


def _read_manifest(root: str, version: str | None, problems: Problems) -> tuple[Manifest, PlannedFile]:
    source = os.path.join(root, MANIFEST_PATH)
    if not os.path.isfile(source):
        raise VersionError(
            f"'{root}' has no {MANIFEST_PATH}: it is not a finished version, so let the run finish first."
        )
    data = Path(source).read_bytes()
    manifest = parse_manifest(data)
    if manifest.canonical_bytes() != data:
        problems.add(f"{MANIFEST_PATH} is not canonical JSON (RFC 8785), so it was edited: build it again.")
    called = manifest.dataset.version
    if called is not None and version not in (None, called):
        problems.add(f"{MANIFEST_PATH} calls this version {called}: publish it as that, not as {version}.")
    return manifest, PlannedFile(MANIFEST_PATH, hashlib.sha256(data).hexdigest(), len(data), source)


def _attestations(root: str) -> list[PlannedFile]:
    """Return the file of statements on the version, signed or not: the manifest cannot list it, as it names that."""
    source = os.path.join(root, ATTESTATIONS_PATH)
    if not os.path.isfile(source):
        return []
    return [PlannedFile(ATTESTATIONS_PATH, sha256_of(source), os.path.getsize(source), source)]
