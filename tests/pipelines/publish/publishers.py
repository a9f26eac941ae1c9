"""Real publisher processes for the fault tests: killed at a step of our choice, or many at once.

Run as a script. The publisher is not changed: the steps are the interpreter's audit events for whatever touches the
disk, and each event comes before its effect. Copies go 1,500 bytes at a time, each a step, so that
kills fall into files.
"""

import fcntl
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tiny_versions import publish

from licet.schemas.errors import VersionError

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
STEPS = {"os.mkdir", "os.link", "os.rename", "os.remove", "os.rmdir", "os.chmod", "fcntl.flock"}


def die_at(step: int) -> None:
    """Make this process kill itself, hard, before its step of that number."""
    left = step

    def count() -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    def audit(event: str, args: tuple[Any, ...]) -> None:
        if event in STEPS or (event == "open" and isinstance(args[2], int) and args[2] & WRITING):
            count()

    whole = os.copy_file_range

    def copy(source: int, sink: int, size: int) -> int:
        count()
        return whole(source, sink, min(size, 1500))

    os.copy_file_range = copy  # type: ignore[assignment]
    sys.addaudithook(audit)


def child(work: Callable[[], int]) -> int:
    """Run in a process of its own and return its process id."""
    pid = os.fork()
    if pid == 0:
        os._exit(work())
    return pid


def kill_at_every_step(folder: str, hub: str, version: str, at: str) -> None:
    """Leave, for each step, a hub in ``at`` whose publisher was killed there; print how many there are."""
    step = 0
    while True:
        target = Path(at) / f"{step:04d}"
        if Path(hub).exists():
            shutil.copytree(hub, target)

        def killed(target: Path = target, step: int = step) -> int:
            die_at(step)
            publish(folder, str(target), version)
            return 0

        status = os.waitpid(child(killed), 0)[1]
        if not os.WIFSIGNALED(status):
            break
        step += 1
    shutil.rmtree(target)
    print(step)


def race(hub: str, *folders_and_versions: str) -> None:
    """Publish several (folder, version) at the same moment; print each outcome."""
    tries = list(zip(folders_and_versions[::2], folders_and_versions[1::2], strict=True))
    outcomes = Path(f"{hub}.outcomes")
    outcomes.mkdir()
    gate = os.open(f"{hub}.gate", os.O_WRONLY | os.O_CREAT)
    fcntl.flock(gate, fcntl.LOCK_EX)

    def run(number: int, folder: str, version: str) -> int:
        with open(f"{hub}.gate") as mine:
            fcntl.flock(mine, fcntl.LOCK_SH)
        try:
            done = publish(folder, hub, version)
            told = "already there" if done.already_there else "published"
        except VersionError as error:
            told = str(error)
        (outcomes / str(number)).write_text(told)
        return 0

    def start(number: int, folder: str, version: str) -> int:
        return child(lambda: run(number, folder, version))

    pids = [start(number, *given) for number, given in enumerate(tries)]
    fcntl.flock(gate, fcntl.LOCK_UN)
    for pid in pids:
        os.waitpid(pid, 0)
    print(json.dumps([(outcomes / str(number)).read_text() for number in range(len(tries))]))


if __name__ == "__main__":
    command: dict[str, Callable[..., None]] = {"kill": kill_at_every_step, "race": race}
    command[sys.argv[1]](*sys.argv[2:])
