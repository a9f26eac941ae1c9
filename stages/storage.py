"""Files on any fsspec store, written so that a name never holds half a file."""

import os
import posixpath
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import fsspec
import pyarrow as pa


def is_local(path: str) -> bool:
    """Tell whether a path is of this machine's own file system."""
    return "://" not in path or path.startswith("file://")


def join(base: str, *parts: str) -> str:
    """Join a path or URL with further parts."""
    return posixpath.join(base, *parts)


def exists(path: str) -> bool:
    """Tell whether there is a file or folder."""
    fs, name = fsspec.core.url_to_fs(path)
    return bool(fs.exists(name))


def open_input(path: str) -> IO[bytes]:
    """Open a file to read bytes."""
    if is_local(path):
        return open(path.removeprefix("file://"), "rb")
    fs, name = fsspec.core.url_to_fs(path)
    return fs.open(name, "rb")


@contextmanager
def atomic_output(path: str) -> Iterator[IO[bytes]]:
    """Open a file to write bytes; the name appears when the block ends well, and not at all when it does not.

    On a local disk that is a temporary name and a rename; object stores show an object only once it is whole.
    """
    if is_local(path):
        name = path.removeprefix("file://")
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        temporary = f"{name}.{secrets.token_hex(4)}.tmp"
        try:
            with open(temporary, "wb") as sink:
                yield sink
            os.replace(temporary, name)
        except BaseException:
            if os.path.exists(temporary):
                os.unlink(temporary)
            raise
        return
    fs, name = fsspec.core.url_to_fs(path)
    fs.makedirs(posixpath.dirname(name), exist_ok=True)
    sink = fs.open(name, "wb")
    try:
        yield sink
    except BaseException:
        if hasattr(sink, "discard"):
            sink.discard()
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
    return sorted(posixpath.basename(found.rstrip("/")) for found in fs.ls(name, detail=False))


def remove(path: str) -> None:
    """Remove a file or a whole folder, if it is there."""
    fs, name = fsspec.core.url_to_fs(path)
    if fs.exists(name):
        fs.rm(name, recursive=True)


def replace_folder(made: str, place: str) -> None:
    """Put a folder that was made beside its place in it, instead of what was there.

    Locally that is two renames; a store without renames copies, what proves the version (its manifest) last.
    """
    if is_local(place):
        made, place = made.removeprefix("file://"), place.removeprefix("file://")
        old = f"{place.rstrip('/')}.{secrets.token_hex(4)}.old"
        if os.path.exists(place):
            os.rename(place, old)
        os.makedirs(os.path.dirname(os.path.abspath(place)), exist_ok=True)
        os.rename(made, place)
        remove(old)
        return
    remove(place)
    fs, name = fsspec.core.url_to_fs(made)
    target = fsspec.core.url_to_fs(place)[1]
    found = sorted(fs.find(name), key=lambda path: (path.endswith("manifest.json"), path))
    for path in found:
        fs.mv(path, target + path[len(name) :])
    remove(made)
