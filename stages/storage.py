"""Files on any fsspec store, written so that a name never holds half a file."""

import io
import os
import posixpath
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

import fsspec
import pyarrow as pa

OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "hf", "oss", "oci", "tos", "obs"})
"""Protocols of stores that show an object from the moment in which it is whole."""
_TEMPORARY = re.compile(r"\.[0-9a-f]{8}\.tmp$")


def is_local(path: str) -> bool:
    """Tell whether a path is of this machine's own file system."""
    return "://" not in path or path.startswith("file://")


def join(base: str, *parts: str) -> str:
    """Join a path or URL with further parts."""
    return posixpath.join(base, *parts)


def exists(path: str) -> bool:
    """Tell whether there is a file or folder."""
    if is_local(path):
        return os.path.exists(path.removeprefix("file://"))
    fs, name = fsspec.core.url_to_fs(path)
    return bool(fs.exists(name))


def state_of(path: str) -> tuple[int, ...]:
    """Return what tells a local file from what it was before; of other stores, and of what is not there, nothing."""
    with suppress(OSError):
        if is_local(path):
            found = os.stat(path.removeprefix("file://"))
            return found.st_ino, found.st_mtime_ns, found.st_size
    return ()


def open_input(path: str) -> IO[bytes]:
    """Open a file to read bytes."""
    if is_local(path):
        return open(path.removeprefix("file://"), "rb")
    fs, name = fsspec.core.url_to_fs(path)
    if path.startswith("memory://"):
        # There all that have a file open share one place in it.
        return io.BytesIO(fs.cat_file(name))
    return fs.open(name, "rb")


@contextmanager
def atomic_output(path: str) -> Iterator[IO[bytes]]:
    """Open a file to write bytes; the name appears when the block ends well, and not at all when it does not.

    Two may write under one name at once, as do a worker that was given up for dead and the one that took its place: the
    name has what one of them wrote, whole, and whoever has the other's open goes on reading that.

    Object stores show an object only once it is whole. On a local disk and on any other store, that is a temporary
    name and a rename.
    """
    if is_local(path):
        writing = _renamed_file(path.removeprefix("file://"))
    elif fsspec.core.split_protocol(path)[0] in OBJECT_STORES:
        writing = _uploaded(*fsspec.core.url_to_fs(path))
    else:
        writing = _renamed(*fsspec.core.url_to_fs(path))
    with writing as sink:
        yield sink


def _temporary(name: str) -> str:
    return f"{name}.{secrets.token_hex(4)}.tmp"


@contextmanager
def _renamed_file(name: str) -> Iterator[IO[bytes]]:
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    temporary = _temporary(name)
    try:
        with open(temporary, "wb") as sink:
            yield sink
        os.replace(temporary, name)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


@contextmanager
def _renamed(fs: fsspec.AbstractFileSystem, name: str) -> Iterator[IO[bytes]]:
    fs.makedirs(posixpath.dirname(name), exist_ok=True)
    temporary = _temporary(name)
    try:
        with fs.open(temporary, "wb") as sink:
            yield sink
        fs.mv(temporary, name)
    except BaseException:
        if fs.exists(temporary):
            fs.rm_file(temporary)
        raise


@contextmanager
def _uploaded(fs: fsspec.AbstractFileSystem, name: str) -> Iterator[IO[bytes]]:
    fs.makedirs(posixpath.dirname(name), exist_ok=True)
    sink = fs.open(name, "wb")
    try:
        yield sink
    except BaseException:
        sink.discard()
        # Its finalizer would upload what there is.
        sink.closed = True
        raise
    sink.close()


def write_bytes(path: str, data: bytes) -> None:
    """Write a whole file under its name at once."""
    with atomic_output(path) as sink:
        sink.write(data)


def read_bytes(path: str) -> bytes:
    """Return a whole file."""
    with open_input(path) as file:
        return file.read()


def write_arrow(path: str, batch: pa.RecordBatch) -> None:
    """Write one batch as an Arrow IPC file."""
    with atomic_output(path) as sink, pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)


def read_arrow(path: str) -> pa.RecordBatch:
    """Return the one batch of an Arrow IPC file; local files are mapped, not read."""
    if is_local(path):
        reader = pa.ipc.open_file(pa.memory_map(path.removeprefix("file://")))
    else:
        reader = pa.ipc.open_file(pa.BufferReader(read_bytes(path)))
    return reader.get_batch(0)


def names_in(folder: str) -> list[str]:
    """Return the names of what is in a folder, sorted."""
    fs, name = fsspec.core.url_to_fs(folder)
    # What this process listed before, others may have written to since.
    fs.invalidate_cache()
    return sorted(posixpath.basename(found.rstrip("/")) for found in fs.ls(name, detail=False))


def remove(path: str) -> None:
    """Remove a file or a whole folder, if it is there."""
    fs, name = fsspec.core.url_to_fs(path)
    fs.invalidate_cache()
    if fs.exists(name):
        fs.rm(name, recursive=True)


def remove_temporaries(folder: str) -> None:
    """Remove what writers below a folder left under temporary names when they died, or still write to unheard."""
    fs, name = fsspec.core.url_to_fs(folder)
    fs.invalidate_cache()
    for path in fs.find(name):
        if _TEMPORARY.search(path):
            with suppress(FileNotFoundError):
                fs.rm_file(path)


def replace_folder(made: str, place: str) -> None:
    """Put a folder that was made beside its place in it, instead of what was there.

    Locally that is two renames; a store without renames copies, what proves the version (its manifest) last. Nothing
    comes with it that a writer has not finished, whether the writer died or is still at work.
    """
    remove_temporaries(made)
    if is_local(place):
        made, place = made.removeprefix("file://"), place.removeprefix("file://")
        old = f"{place.rstrip('/')}.{secrets.token_hex(4)}.old"
        if os.path.exists(place):
            os.rename(place, old)
        os.makedirs(os.path.dirname(os.path.abspath(place)), exist_ok=True)
        os.rename(made, place)
        remove_temporaries(place)
        remove(old)
        return
    remove(place)
    fs, name = fsspec.core.url_to_fs(made)
    target = fsspec.core.url_to_fs(place)[1]
    found = sorted(fs.find(name), key=lambda path: (path.endswith("manifest.json"), path))
    for path in found:
        fs.mv(path, target + path[len(name) :])
    remove(made)
