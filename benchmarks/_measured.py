"""What a command costs with all its processes: wall, processor seconds, memory."""

import contextlib
import ctypes
import os
import resource
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# From <sys/prctl.h>: processes whose parent has ended become ours, so that their time can be waited for.
_BECOME_REAPER = 36


@dataclass(frozen=True)
class Cost:
    """Wall and processor seconds, and the most memory that all processes held at one time, in bytes."""

    wall: float
    processor: float
    memory: int
    code: int


def measured(
    command: Sequence[str], log: Path, cwd: Path, env: Mapping[str, str] | None = None, most_memory: int = 0
) -> Cost:
    """Run a command until it and all that it started have ended; children that this process had before go on.

    Memory is the sum of the processes' proportional set sizes (shared pages count once), looked at twice a second;
    above ``most_memory``, where that is given, the command is ended.
    """
    ctypes.CDLL(None).prctl(_BECOME_REAPER, 1, 0, 0, 0)
    before = _processor_seconds()
    others = set(children(os.getpid()))
    started = time.perf_counter()
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command, cwd=cwd, env={**os.environ, **(env or {})}, stdout=sink, stderr=subprocess.STDOUT
        )
        peak = 0
        ended = threading.Event()

        def watch() -> None:
            nonlocal peak
            while not ended.wait(0.5):
                pids = descendants(os.getpid())
                peak = max(peak, held := sum(map(proportional_set, pids)))
                if most_memory and held > most_memory:
                    for pid in pids:
                        with contextlib.suppress(OSError):
                            os.kill(pid, 9)

        watcher = threading.Thread(target=watch)
        watcher.start()
        code = process.wait()
        wall = time.perf_counter() - started
        with contextlib.suppress(ChildProcessError):
            while left := set(children(os.getpid())) - others:
                os.waitpid(min(left), 0)
        ended.set()
        watcher.join()
    return Cost(wall, _processor_seconds() - before, peak, code)


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def children(pid: int) -> list[int]:
    """Return the processes that one has started, and those that were left to it; none when it is gone."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
    return found


def descendants(pid: int) -> list[int]:
    """Return all processes below one."""
    found: list[int] = []
    todo = [pid]
    while todo:
        below = children(todo.pop())
        found += below
        todo += below
    return found


def proportional_set(pid: int) -> int:
    """Return the bytes a process holds, its share of shared pages counted; zero when it is gone."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) * 1024
    return 0
