"""One run at a time in a work folder: two would pull files from under each other."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from licet.schemas.errors import RunError
from licet.stages import storage


@contextmanager
def working_alone(work: str) -> Iterator[None]:
    """Hold the lock of a run's work folder, which is made where it is not; it ends with the process, however that ends.

    Stores know no such locks: there nothing is held.

    Raises:
        RunError: another run holds it.

    """
    if not storage.is_local(work):
        yield
        return
    folder = work.removeprefix("file://")
    os.makedirs(folder, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunError(f"another run is at work in {work}: let it end, or stop it, and run this again") from error
        yield
    finally:
        os.close(handle)
