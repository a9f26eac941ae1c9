"""Where a store keeps its files: the few steps that it needs of a file system, and their form on an object store.

`Shelf` names the steps; `RemoteShelf` takes them on any fsspec file system (s3, gs, memory), `local.LocalShelf` on a
disk. The only step that orders anything between two writers is `Shelf.create`, which never overwrites.
"""

import contextlib
import hashlib
from collections.abc import Mapping
from typing import IO, Protocol

import fsspec

from licet.pipelines.hub.files import CHUNK, changed
from licet.stages import storage


class Shelf(Protocol):
    """Files under one root, addressed by relative names."""

    def address(self, name: str) -> str:
        """Return the full path or URL of a name."""

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None when there is none."""

    def names(self, folder: str) -> list[str]:
        """Return the sorted names in a folder, none when it is not there."""

    def size(self, name: str) -> int | None:
        """Return a file's bytes, or None when there is none."""

    def create(self, name: str, data: bytes) -> bool:
        """Write a file under a free name, whole or not at all; False when the name is taken, which stays as it was."""

    def replace(self, name: str, data: bytes) -> None:
        """Write a file whether or not there was one; readers see the old or the new."""

    def keep(self, name: str, source: str, sha256: str) -> None:
        """Copy a local file in under the name of its content; raise `VersionError` when it is not that content."""

    def unfold(self, folder: str, files: Mapping[str, tuple[str, int]]) -> None:
        """Make a folder of kept files, given as path -> (kept name, bytes); nothing to do where it is whole already."""

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading."""


class RemoteShelf:
    """Names under a URL of any fsspec file system that has create-only writes.

    An object store cannot show a folder at once, so `unfold` copies in the order given and the last file is the sign
    that all are there.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._fs, self._root = fsspec.core.url_to_fs(self._url, use_listings_cache=False)

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    def address(self, name: str) -> str:
        """Return the URL of a name."""
        return storage.join(self._url, name)

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None when there is none."""
        try:
            return bytes(self._fs.cat_file(self._at(name)))
        except FileNotFoundError:
            return None

    def names(self, folder: str) -> list[str]:
        """Return the sorted names in a folder, none when it is not there."""
        try:
            found = self._fs.ls(self._at(folder), detail=False)
        except FileNotFoundError:
            return []
        return sorted(path.rstrip("/").rpartition("/")[2] for path in found)

    def size(self, name: str) -> int | None:
        """Return a file's bytes, or None when there is none."""
        try:
            info = self._fs.info(self._at(name))
        except FileNotFoundError:
            return None
        return int(info["size"]) if info["type"] == "file" else None

    def create(self, name: str, data: bytes) -> bool:
        """Write a file under a free name; False when the name is taken."""
        try:
            self._fs.pipe_file(self._at(name), data, mode="create")
        except FileExistsError:
            return False
        return True

    def replace(self, name: str, data: bytes) -> None:
        """Write a file whether or not there was one."""
        self._fs.pipe_file(self._at(name), data)

    def keep(self, name: str, source: str, sha256: str) -> None:
        """Send a local file, hashing what is sent; what turns out to be other content is taken away again."""
        sent = hashlib.sha256()
        try:
            with open(source, "rb", buffering=0) as file, storage.atomic_output(self.address(name)) as sink:
                while chunk := file.read(CHUNK):
                    sent.update(chunk)
                    sink.write(chunk)
                if sent.hexdigest() != sha256:
                    raise changed(source)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                self._fs.rm_file(self._at(name))
            raise

    def unfold(self, folder: str, files: Mapping[str, tuple[str, int]]) -> None:
        """Copy kept files into a folder on the server's side, in the order given, leaving out what is there."""
        for path, (kept, size) in files.items():
            name = f"{folder}/{path}"
            if self.size(name) != size:
                self._fs.cp_file(self._at(kept), self._at(name))

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading."""
        return storage.open_input(self.address(name))
