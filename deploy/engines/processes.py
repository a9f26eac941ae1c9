"""The processes that an engine consists of: started, waited for, killed, and ended with all that they started."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LOOPBACK = "127.0.0.1"

SHORT_LIVED = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Options of a Java that mostly starts and waits for others: it begins to answer after half the processor time."""


PATIENCE = 600.0
"""Seconds after which what is waited for counts as stuck: many times what it takes on a machine that is busy."""


def told_at(address: str) -> dict[str, object]:
    """Return the JSON object that an engine's page holds; nothing before it answers."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            told: dict[str, object] = json.load(answer)
            return told
    except OSError:
        return {}


def free_port(host: str = LOOPBACK) -> int:
    """Return a port that nothing listens on, and that the system gives to nobody else for a minute.

    A connection that its listener has closed holds the port for that long (RFC 9293, TIME-WAIT): who lets the system
    choose gets another, and who asks for this one by its number gets it, as long as it says SO_REUSEADDR, as Java does.
    """
    with socket.create_server((host, 0)) as found, socket.create_connection(found.getsockname()) as caller:
        called, _ = found.accept()
        called.close()
        caller.recv(1)
        return int(found.getsockname()[1])


def java(heap: str) -> list[str]:
    """Return the command that starts Java with so much heap: that of JAVA_HOME, else the one on the path."""
    home = os.environ.get("JAVA_HOME")
    return [os.path.join(home, "bin", "java") if home else "java", f"-Xmx{heap}", *SHORT_LIVED]


def descendants(pid: int) -> list[int]:
    """Return all processes below one, each behind its parent.

    The system tells a parent's children reliably only while none of its threads ends, and each child's parent always.
    """
    children: dict[int, list[int]] = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            children.setdefault(int(_stat(process)[1]), []).append(int(process.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found[1:]


def command_line(pid: int) -> list[str]:
    """Return the words that a process was started by; none when it has ended.

    The system has no words yet of a process whose program is being loaded, which its parent knows already: they are
    waited for.
    """
    with contextlib.suppress(OSError):
        process = Path(f"/proc/{pid}")
        while not (words := (process / "cmdline").read_bytes()) and _stat(process)[0] not in {"X", "Z"}:
            time.sleep(0.001)
        return words.decode(errors="replace").split("\0")[:-1]
    return []


def _stat(process: Path) -> list[str]:
    """Return what the system tells of a process behind its name: first its state, then its parent (proc(5))."""
    return (process / "stat").read_text(errors="replace").rpartition(")")[2].split()


def kill(pid: int) -> list[int]:
    """End a process and all below it at once, as a machine ends that loses its power; return which these were.

    All are stopped before any is ended, so that none can start another one meanwhile.
    """
    ended: list[int] = []
    while found := [one for one in [pid, *descendants(pid)] if one not in ended]:
        _send(signal.SIGSTOP, found)
        ended += found
    _send(signal.SIGKILL, ended)
    return ended


def _send(number: signal.Signals, pids: Sequence[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


@dataclass
class Processes:
    """Some processes that write to logs below ``folder``."""

    folder: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        """Start a process whose output goes to ``<name>.log``; further variables are added to the environment's."""
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                command,
                cwd=self.folder,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def kill(self, name: str) -> None:
        """End a process and all below it at once."""
        kill(self.running[name].pid)
        self.running.pop(name).wait()

    def wait_for(self, what: str, is_ready: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait until a question is answered by yes.

        Raises:
            RuntimeError: a process has ended, or the time has passed; the words tell what was waited for and end with
                those of the logs.

        """
        until = time.monotonic() + seconds
        while not is_ready():
            dead = [name for name, process in self.running.items() if process.poll() is not None]
            if dead or time.monotonic() > until:
                why = f"{', '.join(dead)} ended" if dead else f"{seconds:.0f} s have passed"
                raise RuntimeError(f"waited for {what}, but {why}:\n{self.last_words(dead or list(self.running))}")
            time.sleep(0.1)

    def last_words(self, names: Sequence[str]) -> str:
        """Return the ends of logs."""
        logs = {name: (self.folder / f"{name}.log").read_text(errors="replace") for name in names}
        return "\n".join(f"{name}: {log[-8_000:]}" for name, log in logs.items())

    def end(self) -> None:
        """End all processes, those that were started last first, and wait until they are gone."""
        below: list[int] = []
        for name in reversed(list(self.running)):
            below += kill(self.running[name].pid)[1:]
            self.running.pop(name).wait()
        until = time.monotonic() + PATIENCE
        while any(command_line(pid) for pid in below) and time.monotonic() < until:
            time.sleep(0.05)


@contextlib.contextmanager
def processes(folder: Path) -> Iterator[Processes]:
    """Yield a group of processes that ends with the block."""
    group = Processes(folder)
    try:
        yield group
    finally:
        group.end()
