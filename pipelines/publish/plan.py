"""The publication plan: every file of a finished version with its hash, after all checks that need no network.

A plan that exists is safe to send: the folder is exactly what its manifest says. Nothing is written here.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from licet.pipelines.hub.files import sha256_of
from licet.pipelines.publish import limits
from licet.pipelines.publish.card import CARD, check_card
from licet.pipelines.publish.semver import parse_release
from licet.schemas.errors import VersionError
from licet.schemas.manifest import ATTESTATIONS_PATH, MANIFEST_PATH, UNLISTED, FileEntry, Manifest, parse_manifest

Progress = Callable[[str, int, int], None]
"""Called with the phase (``check`` or ``send``), the bytes done and the bytes in all, after each file."""


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

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)

    @property
    def run_id(self) -> str:
        """Name of this publication: the same for every attempt at it, so that a rerun finds its own traces."""
        return hashlib.sha256(f"{self.name}\n{self.version}\n{self.manifest_sha256}".encode()).hexdigest()[:16]


def no_progress(phase: str, done: int, total: int) -> None:
    """Show nothing."""


def plan_publication(folder: str, version: str, progress: Progress = no_progress) -> PublishPlan:
    """Check a finished version folder and return the plan to publish it as ``version``.

    Raises `VersionError` with one sentence when the version number, a name, a path, a count, a size, a hash, a Parquet
    footer or the dataset card is not as it must be. Memory is bounded by the list of files, never by a file.
    """
    parse_release(version)
    root = folder.removeprefix("file://")
    if "://" in root or not os.path.isdir(root):
        raise VersionError(f"'{folder}' is not a local folder: name the output folder of a finished run.")
    try:
        manifest, manifest_file = _read_manifest(root, version)
        limits.check_name("dataset", manifest.dataset.name)
        listed = _listed(manifest, root)
        attestations = _attestations(root)
        _check_presence(root, {*listed, MANIFEST_PATH, *(file.path for file in attestations)})
        sizes = [(path, file.bytes) for path, (file, _) in listed.items()]
        unlisted = [manifest_file, *attestations]
        for path, size in [*sizes, *((file.path, file.size) for file in unlisted)]:
            limits.check_size(path, size)
        limits.check_counts([*listed, *(file.path for file in unlisted)])
        _check_sizes(listed)
        _check_data(listed)
        _check_hashes(listed, progress)
    except OSError as error:
        raise VersionError(f"'{folder}' cannot be read: {error.strerror or error}.") from error
    files = [PlannedFile(path, file.sha256, file.bytes, source) for path, (file, source) in listed.items()]
    return PublishPlan(
        name=manifest.dataset.name,
        version=version,
        manifest_sha256=manifest_file.sha256,
        files=tuple(sorted([*files, *unlisted], key=lambda file: file.path)),
    )


def _read_manifest(root: str, version: str) -> tuple[Manifest, PlannedFile]:
    source = os.path.join(root, MANIFEST_PATH)
    if not os.path.isfile(source):
        raise VersionError(
            f"'{root}' has no {MANIFEST_PATH}: it is not a finished version, so let the run finish first."
        )
    data = Path(source).read_bytes()
    manifest = parse_manifest(data)
    if manifest.canonical_bytes() != data:
        raise VersionError(f"{MANIFEST_PATH} is not canonical JSON (RFC 8785), so it was edited: build it again.")
    if manifest.dataset.version not in (None, version):
        raise VersionError(
            f"{MANIFEST_PATH} calls this version {manifest.dataset.version}: publish it as that, not as {version}."
        )
    return manifest, PlannedFile(MANIFEST_PATH, hashlib.sha256(data).hexdigest(), len(data), source)


def _attestations(root: str) -> list[PlannedFile]:
    """Return the file of statements on the version, signed or not: the manifest cannot list it, as it names that."""
    source = os.path.join(root, ATTESTATIONS_PATH)
    if not os.path.isfile(source):
        return []
    return [PlannedFile(ATTESTATIONS_PATH, sha256_of(source), os.path.getsize(source), source)]


def _listed(manifest: Manifest, root: str) -> dict[str, tuple[FileEntry, str]]:
    listed: dict[str, tuple[FileEntry, str]] = {}
    for file in manifest.files:
        limits.check_path(file.path)
        if file.path in listed or file.path in UNLISTED:
            raise VersionError(f"{MANIFEST_PATH} lists '{file.path}' where it must not: build the version again.")
        listed[file.path] = (file, os.path.join(root, file.path))
    return listed


def _check_presence(root: str, expected: set[str]) -> None:
    present: set[str] = set()
    for at, folders, names in os.walk(root, onerror=_raise):
        for name in [*folders, *names]:
            full = os.path.join(at, name)
            path = os.path.relpath(full, root).replace(os.sep, "/")
            if os.path.islink(full) or (name in names and not os.path.isfile(full)):
                raise VersionError(f"'{path}' is not a plain file: a version holds plain files only.")
            if name in names:
                present.add(path)
    if missing := expected - present:
        raise VersionError(f"'{min(missing)}' is in the manifest but not in the folder: build the version again.")
    if extra := present - expected:
        raise VersionError(f"'{min(extra)}' is in the folder but not in the manifest: move it elsewhere.")


def _raise(error: OSError) -> None:
    raise error


def _check_sizes(listed: dict[str, tuple[FileEntry, str]]) -> None:
    for path, (file, source) in sorted(listed.items()):
        size = os.path.getsize(source)
        if size != file.bytes:
            raise VersionError(f"'{path}' has {size:,} bytes and the manifest says {file.bytes:,}: build it again.")


def _check_data(listed: dict[str, tuple[FileEntry, str]]) -> None:
    schemas: dict[str, pa.Schema] = {
        path: limits.check_parquet(path, source, file.rows)
        for path, (file, source) in sorted(listed.items())
        if path.endswith(".parquet")
    }
    if CARD not in listed:
        raise VersionError(f"The version has no {CARD}: a hub shows it as the dataset's card, so build it again.")
    try:
        text = Path(listed[CARD][1]).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise VersionError(f"{CARD} is not UTF-8 text: build the version again.") from error
    for config, paths in check_card(text, listed).items():
        of_config = [path for path in paths if path in schemas]
        for path in of_config[1:]:
            if schemas[path] != schemas[of_config[0]]:
                raise VersionError(
                    f"'{path}' has another schema than '{of_config[0]}', and config '{config}' of {CARD} holds both."
                )


def _check_hashes(listed: dict[str, tuple[FileEntry, str]], progress: Progress) -> None:
    total, done = sum(file.bytes for file, _ in listed.values()), 0
    for path, (file, source) in sorted(listed.items()):
        if sha256_of(source) != file.sha256:
            raise VersionError(f"'{path}' is not what the manifest says (its SHA-256 differs): build it again.")
        done += file.bytes
        progress("check", done, total)
