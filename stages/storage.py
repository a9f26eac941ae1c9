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
