"""Input files, found and pinned to the bytes they have now."""

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import IO, TypeVar

import fsspec

from licet.schemas.errors import InputError
from licet.schemas.split import Pin
from licet.stages.ingest.locate import Found, check_names
from licet.stages.storage import is_local, open_input

T = TypeVar("T")
R = TypeVar("R")

THREADS = 4
"""Files hashed at once: hashing lets go of the interpreter, and disks like a few readers."""
FILES_AT_ONCE = 256
"""Files given to a thread at once, when there are many: handing over a small file costs more than hashing it."""
BLOCK_BYTES = 1 << 18
ETAGS = ("ETag", "etag", "sha256", "md5Hash", "content_md5", "crc32c", "blob_id")
"""Where fsspec's stores keep what names an object's content, best first."""


def pin_all(found: Sequence[Found], source: str) -> list[Pin]:
    """Return the pins of files, in their order; local files are read whole to be hashed.

    Raises:
        InputError: a file cannot be read, or has a name that is not UTF-8.

    """
    check_names((file.name for file in found), source)

    def pin(file: Found) -> Pin:
        try:
            return pin_of(file)
        except (OSError, ValueError) as error:
            told = getattr(error, "strerror", None) or error
            raise InputError(f"source {source}: cannot read {file.path}: {told}") from error

    return in_threads(pin, found)


def in_threads(done: Callable[[T], R], files: Sequence[T]) -> list[R]:
    """Return what is to be done with each file, in their order, several at once."""
    size = max(1, min(FILES_AT_ONCE, len(files) // (4 * THREADS)))
    groups = [files[at : at + size] for at in range(0, len(files), size)]
    with ThreadPoolExecutor(THREADS) as pool:
        return list(chain.from_iterable(pool.map(lambda group: [done(file) for file in group], groups)))


def pin_of(found: Found) -> Pin:
    """Return the pin of one file: its sha256, or what the object store itself names its content by."""
    if is_local(found.path) or found.path.startswith("memory://"):
        digest, size = hashlib.sha256(), 0
        with open(found.path, "rb", buffering=0) if is_local(found.path) else open_input(found.path) as file:
            while block := file.read(BLOCK_BYTES):
                digest.update(block)
                size += len(block)
        return Pin(path=found.path, name=found.name, size=size, sha256=digest.hexdigest())
    fs, name = fsspec.core.url_to_fs(found.path)
    info = fs.info(name)
    tag = next((str(info[key]) for key in ETAGS if info.get(key)), None) or str(fs.ukey(name))
    return Pin(path=found.path, name=found.name, size=int(info.get("size") or 0), sha256="etag:" + tag.strip('"'))


def open_pinned(pin: Pin) -> IO[bytes]:
    """Open a file that was pinned.

    Raises:
        InputError: it is gone, or no longer has the size it was planned with: a run on other bytes than those it
            names would prove nothing.

    """
    try:
        file = open_input(pin.path)
        size = os.fstat(file.fileno()).st_size if is_local(pin.path) else pin.size
    except OSError as error:
        raise InputError(
            f"{pin.name} was there when the run was planned and cannot be read now: {error.strerror or error}"
        ) from error
    if size != pin.size:
        file.close()
        raise InputError(f"{pin.name} changed from {pin.size} to {size} bytes since the run was planned: plan again")
    return file
