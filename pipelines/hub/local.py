"""A store's files on a disk: written under another name first, so that a kill at any moment leaves no half file.

Whatever is being made lies in ``objects/tmp/<random>/``, a folder locked by its writer for as long as the writer lives.
What a killed writer left there is unlocked by the kernel and swept by the next one. Hard links give two things at once:
a create-only write (linking never overwrites) and version folders that cost no space.
"""

import errno
import fcntl
import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import IO

from licet.pipelines.hub.files import CHUNK, changed, sha256_of
from licet.schemas.errors import VersionError

READ_ONLY = 0o444
_SCRATCH = "objects/tmp"
_NO_KERNEL_COPY = {errno.ENOSYS, errno.EXDEV, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM}


class LocalShelf:
    """Names under a folder of this machine."""

    def __init__(self, root: str) -> None:
        self._root = root.rstrip("/") or "/"

    def address(self, name: str) -> str:
        """Return the path of a name."""
        return os.path.join(self._root, name)

    def read(self, name: str) -> bytes | None:
        """Return a file's bytes, or None when there is none."""
        try:
            with open(self.address(name), "rb") as file:
                return file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def names(self, folder: str) -> list[str]:
        """Return the sorted names in a folder, none when it is not there."""
        try:
            return sorted(os.listdir(self.address(folder)))
        except FileNotFoundError:
            return []

    def size(self, name: str) -> int | None:
        """Return a file's bytes, or None when there is none."""
        try:
            found = os.stat(self.address(name))
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def create(self, name: str, data: bytes) -> bool:
        """Write a file under a free name; False when the name is taken."""
        with self._written(data) as temporary:
            target = self._made_for(name)
            try:
                os.link(temporary, target)
            except FileExistsError:
                return False
            except OSError as error:
                if error.errno in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS):
                    raise VersionError(
                        f"The disk of '{self._root}' has no hard links, which a hub folder needs: choose another."
                    ) from error
                raise
            _sync_folder(target)
            return True

    def replace(self, name: str, data: bytes) -> None:
        """Write a file whether or not there was one."""
        with self._written(data) as temporary:
            target = self._made_for(name)
            os.replace(temporary, target)
            _sync_folder(target)

    def keep(self, name: str, source: str, sha256: str) -> None:
        """Copy a local file in, read-only; a copy and never a link, since the original may be written to later.

        Where the disk can share blocks (Btrfs, XFS) the copy takes no space. The copy is hashed, not the original.
        """
        with self.receiving() as temporary:
            with open(source, "rb", buffering=0) as file, open(temporary, "xb", buffering=0) as sink:
                _copy(file.fileno(), sink.fileno())
            if sha256_of(temporary) != sha256:
                raise changed(source)
            self.adopt(name, temporary)

    @contextmanager
    def receiving(self) -> Iterator[str]:
        """Give the path of a file that may be written, on the hub's disk, and gone afterwards unless it is adopted."""
        with self._scratch() as folder:
            yield os.path.join(folder, "object")

    def adopt(self, name: str, received: str) -> None:
        """Give a received file its name for good, read-only and safely on the disk."""
        handle = os.open(received, os.O_RDONLY)
        try:
            os.fchmod(handle, READ_ONLY)
            os.fsync(handle)
        finally:
            os.close(handle)
        target = self._made_for(name)
        os.replace(received, target)
        _sync_folder(target)

    def unfold(self, folder: str, files: Mapping[str, tuple[str, int]]) -> None:
        """Make a folder of hard links to kept files; it appears at once, by one rename."""
        target = self.address(folder)
        if not os.path.isdir(target):
            with self._scratch() as scratch:
                view = os.path.join(scratch, "view")
                for path, (kept, _) in files.items():
                    link = os.path.join(view, path)
                    os.makedirs(os.path.dirname(link), exist_ok=True)
                    os.link(self.address(kept), link)
                try:
                    os.rename(view, self._made_for(folder))
                except OSError as error:
                    if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                        raise
            _sync_folder(target)
        if _listing(target) != {path: size for path, (_, size) in files.items()}:
            raise VersionError(
                f"'{target}' was changed after it was published: remove that folder and publish again to restore it."
            )

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading."""
        return open(self.address(name), "rb")

    def sweep(self) -> None:
        """Remove what killed writers left behind; what a living one is at work on is locked and stays."""
        for name in self.names(_SCRATCH):
            folder = self.address(f"{_SCRATCH}/{name}")
            with suppress(OSError), _locked(folder):
                shutil.rmtree(folder, ignore_errors=True)

    def _made_for(self, name: str) -> str:
        target = self.address(name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        return target

    @contextmanager
    def _written(self, data: bytes) -> Iterator[str]:
        with self._scratch() as folder:
            temporary = os.path.join(folder, "file")
            with open(temporary, "xb") as sink:
                sink.write(data)
                sink.flush()
                os.fchmod(sink.fileno(), READ_ONLY)
                os.fsync(sink.fileno())
            yield temporary

    @contextmanager
    def _scratch(self) -> Iterator[str]:
        """Make a folder, locked while in use; where a sweep comes between making and locking, make another."""
        with ExitStack() as held:
            while True:
                folder = self._made_for(f"{_SCRATCH}/{secrets.token_hex(8)}")
                os.mkdir(folder)
                try:
                    held.enter_context(_locked(folder))
                    break
                except (FileNotFoundError, BlockingIOError):
                    continue
            held.callback(shutil.rmtree, folder, ignore_errors=True)
            yield folder


@contextmanager
def _locked(folder: str) -> Iterator[None]:
    """Hold the lock of a folder, or raise `BlockingIOError` (taken) or `FileNotFoundError` (gone meanwhile)."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.stat(folder), os.fstat(handle)):
            raise FileNotFoundError(errno.ENOENT, "replaced meanwhile", folder)
        yield
    finally:
        os.close(handle)


def _copy(source: int, sink: int) -> None:
    copy = getattr(os, "copy_file_range", None)
    try:
        while copy is not None and copy(source, sink, 1 << 30):
            pass
    except OSError as error:
        if error.errno not in _NO_KERNEL_COPY:
            raise
    while chunk := os.read(source, CHUNK):
        view = memoryview(chunk)
        while view:
            view = view[os.write(sink, view) :]


def _sync_folder(target: str) -> None:
    handle = os.open(os.path.dirname(target), os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _listing(folder: str) -> dict[str, int]:
    return {
        os.path.relpath(os.path.join(at, name), folder): os.lstat(os.path.join(at, name)).st_size
        for at, _, names in os.walk(folder)
        for name in names
    }
