"""Fetch a published version: each file checked by its sha256, the folder there when all of it is, and not before.

What a killed download got stays beside the folder, and the next one goes on from there, in the middle of a file too.
Whoever opens the folder can check it again without a network, by `licet verify`.
"""

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from licet.pipelines.hub.files import sha256_of
from licet.pipelines.publish import list_versions
from licet.pipelines.publish.backend import Backend, PublishedVersion
from licet.pipelines.publish.limits import check_path
from licet.pipelines.publish.publish import backend_at, told_of
from licet.pipelines.versions.reference import Published, published_in
from licet.schemas.errors import RunError, VersionError
from licet.schemas.manifest import ATTESTATIONS_PATH, MANIFEST_PATH, FileEntry, Manifest, parse_manifest
from licet.stages import storage

AT_ONCE = 4
"""Files that are fetched at the same time."""
_PIECE = 1 << 20
Progress = Callable[[int, int], None]
"""Called with the bytes that are there and the bytes in all, after each file."""


@dataclass(frozen=True)
class Pulled:
    """A version that was fetched; ``bytes_fetched`` had to be, the others were there from an earlier attempt."""

    folder: str
    version: str
    commit: str
    digest: str
    files: int
    bytes: int
    bytes_fetched: int
    already_there: bool = False

    def summary(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def no_progress(done: int, total: int) -> None:
    """Show nothing."""


def pull(reference: str, to: str, progress: Progress = no_progress) -> Pulled:
    """Fetch a published version into the folder ``to``.

    Raises:
        VersionError: there is no such version, its hub cannot be read, or a file is not what the manifest says.
        RunError: the folder is taken.

    """
    wanted = published_in(reference)
    if wanted is None:
        raise VersionError(
            f"'{reference}' is no published version: write HUB/NAME@1.0.0 or hf://datasets/org/name@1.0.0"
        )
    if not storage.is_local(to):
        raise RunError(f"'{to}' is no folder of this machine: versions are fetched to one")
    folder = Path(to.removeprefix("file://"))
    try:
        entry = _entry(wanted)
        backend = backend_at(wanted.hub, wanted.name, wanted.namespace)
        return _pulled(backend, entry, folder, progress)
    except OSError as error:
        raise VersionError(
            f"'{reference}' cannot be fetched ({told_of(error)}): run the same command again, which goes on where it"
            " stopped"
        ) from error


def manifest_at(backend: Backend, entry: PublishedVersion) -> Manifest:
    """Return the manifest of a published version.

    Raises:
        VersionError: it is not the one that the hub has on record.

    """
    with backend.open(entry.version, MANIFEST_PATH) as file:
        data = file.read()
    if (found := hashlib.sha256(data).hexdigest()) != entry.manifest_sha256:
        raise VersionError(
            f"the manifest of {entry.version} has the sha256 {found}, and the hub has {entry.manifest_sha256} on"
            " record: somebody changed one of them"
        )
    return parse_manifest(data)


def _entry(wanted: Published) -> PublishedVersion:
    there = list_versions(wanted.hub, wanted.name, wanted.namespace)
    for entry in there:
        if entry.version == wanted.version:
            return entry
    known = f"it has {', '.join(entry.version for entry in there)}" if there else "nothing of that name is published"
    raise VersionError(f"'{wanted.hub}' has no version {wanted.version} of '{wanted.name}': {known}.")


def _pulled(backend: Backend, entry: PublishedVersion, folder: Path, progress: Progress) -> Pulled:
    manifest = manifest_at(backend, entry)
    size = sum(file.bytes for file in manifest.files)
    told = Pulled(str(folder), entry.version, entry.commit, manifest.digest, len(manifest.files), size, 0)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        _check_there(folder, manifest)
        return Pulled(**{**asdict(told), "already_there": True})
    for file in manifest.files:
        check_path(file.path)
    partial = folder.with_name(f"{folder.name}.partial-{manifest.digest[:12]}")
    fetched, done = 0, 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(_fetch, backend, entry.version, file, partial) for file in manifest.files]
        try:
            for file, each in zip(manifest.files, waiting, strict=True):
                fetched += each.result()
                done += file.bytes
                progress(done, size)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    _fetch_attestations(backend, entry.version, partial)
    (partial / MANIFEST_PATH).write_bytes(manifest.canonical_bytes())
    if folder.exists():
        folder.rmdir()
    os.replace(partial, folder)
    return Pulled(**{**asdict(told), "bytes_fetched": fetched})


def _check_there(folder: Path, manifest: Manifest) -> None:
    """Raise `RunError` unless a folder holds the version already."""
    place = folder / MANIFEST_PATH
    if place.is_file() and place.read_bytes() == manifest.canonical_bytes():
        return
    raise RunError(f"{folder} is taken, and not by this version: choose another --to")


def _fetch(backend: Backend, version: str, file: FileEntry, partial: Path) -> int:
    """Fetch one file under a name of its own until it is whole, and return the bytes that had to be fetched."""
    place = partial / file.path
    if place.is_file() and place.stat().st_size == file.bytes and sha256_of(str(place)) == file.sha256:
        return 0
    half = place.with_name(place.name + ".half")
    half.parent.mkdir(parents=True, exist_ok=True)
    start = half.stat().st_size if half.is_file() else 0
    if start > file.bytes:
        half.unlink()
        start = 0
    fetched = _append(backend, version, file, half, start)
    if sha256_of(str(half)) != file.sha256:
        half.unlink()
        if not start:
            raise VersionError(f"'{file.path}' of {version} is not what its manifest says: the hub has another content")
        fetched += _append(backend, version, file, half, 0)
        if sha256_of(str(half)) != file.sha256:
            half.unlink()
            raise VersionError(f"'{file.path}' of {version} is not what its manifest says: the hub has another content")
    os.replace(half, place)
    return fetched


def _append(backend: Backend, version: str, file: FileEntry, half: Path, start: int) -> int:
    """Add to a file what is missing behind its first ``start`` bytes, never more than it should have."""
    missing = file.bytes - start
    with half.open("ab") as sink:
        if missing:
            with backend.open(version, file.path) as source:
                source.seek(start)
                while missing and (piece := source.read(min(_PIECE, missing))):
                    sink.write(piece)
                    missing -= len(piece)
    return file.bytes - start - missing


def _fetch_attestations(backend: Backend, version: str, partial: Path) -> None:
    """Fetch the statements on a version, which its manifest cannot list; it may have none."""
    try:
        with backend.open(version, ATTESTATIONS_PATH) as file:
            data = file.read()
    except (FileNotFoundError, VersionError):
        return
    (partial / ATTESTATIONS_PATH).parent.mkdir(parents=True, exist_ok=True)
    (partial / ATTESTATIONS_PATH).write_bytes(data)
