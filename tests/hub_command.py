"""The `licet` command as a worker's piece of work: what it prints, and, on a terminal, what it asks."""

import contextlib
import os
import pty
import re
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from licet.pipelines import cli


def licet(*, given: list[str], answer: str | None = None, **env: str) -> dict[str, Any]:
    """Run the command and return its exit code, output and errors; an ``answer`` is typed, on a terminal."""
    os.environ.update(env, COLUMNS="120")
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        _connect(1, os.open(out, os.O_WRONLY | os.O_CREAT))
        shown: list[bytes] = []
        reading = None
        if answer is None:
            _connect(0, os.open(os.devnull, os.O_RDONLY))
            _connect(2, os.open(err, os.O_WRONLY | os.O_CREAT))
        else:
            ours, theirs = pty.openpty()
            os.write(ours, f"{answer}\n".encode())
            reading = threading.Thread(target=_read, args=(ours, shown))
            reading.start()
            _connect(0, os.dup(theirs))
            _connect(2, theirs)
        sys.stdin = os.fdopen(0)
        code = _run(given)
        if reading is not None:
            _connect(0, os.open(os.devnull, os.O_RDONLY))
            _connect(2, os.open(os.devnull, os.O_WRONLY))
            reading.join()
        said = b"".join(shown) if reading is not None else err.read_bytes()
        return {
            "code": code,
            "out": out.read_text().strip(),
            "err": re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", said.decode()).strip(),
        }


def _connect(to: int, opened: int) -> None:
    os.dup2(opened, to)
    os.close(opened)


def _run(given: list[str]) -> int:
    sys.argv = ["licet", *given]
    try:
        cli.main()
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _read(terminal: int, shown: list[bytes]) -> None:
    """Take what a terminal shows, which holds up those who write to it otherwise, until nobody has it open any more."""
    with contextlib.suppress(OSError):
        while piece := os.read(terminal, 65536):
            shown.append(piece)
