"""Python with this folder on its path dies, with its process group, before it gives one file too many its name.

`DIES_BEFORE` is a pattern of paths, and `DIES_AFTER` how many files of it there may be.
"""

import glob
import os
import signal
import sys
from fnmatch import fnmatch
from typing import Any

PATTERN, ENOUGH = os.environ["DIES_BEFORE"], int(os.environ["DIES_AFTER"])


def look(event: str, told: tuple[Any, ...]) -> None:
    """Die at such a moment; the interpreter tells of a renaming before it is done."""
    if event == "os.rename" and fnmatch(str(told[1]), PATTERN) and len(glob.glob(PATTERN)) >= ENOUGH:
        os.killpg(0, signal.SIGKILL)


sys.addaudithook(look)
