"""Work with the real client in processes of their own: one imports everything once and forks for each piece of work.

The client reads its settings when it is imported, so a process per setting is needed; forking makes that cheap, and a
forked one can be killed without a trace in the others. Run as a script it takes lines of JSON, a piece of work each.
"""

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent
PATHS = (TESTS.parent / "src", TESTS)
IMPORTED = (
    "hub_cases",
    "huggingface_hub.lfs",
    "huggingface_hub.repocard",
    "huggingface_hub.hf_file_system",
    "huggingface_hub.utils._xet",
    "hf_xet",
)
WAITS = {"FIRST_WAIT": 0.02, "LONGEST_WAIT": 0.1}
"""How long the publisher waits here, in place of its own seconds."""
PATIENCE = 600.0
"""Seconds after which work counts as stuck."""


@dataclass
class Running:
    """A piece of work that was begun: its process, and what it answers once it has ended."""

    pid: int
    answer: Path
    ended: threading.Event = field(default_factory=threading.Event)

    def kill(self) -> None:
        """Kill it hard, wherever it is."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def result(self) -> Any:
        """Wait for its end and return its answer; None when it was killed; its traceback fails the test."""
        assert self.ended.wait(PATIENCE), "the work did not end"
        if not self.answer.exists():
            return None
        told = json.loads(self.answer.read_text())
        assert "failed" not in told, told["failed"]
        return told["done"]


class Worker:
    """A process that has imported everything, for one setting of the client."""

    def __init__(self, home: Path, settings: Mapping[str, str], python: str, also: Sequence[str]) -> None:
        self._home = home
        env = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
        env |= {
            "HF_HOME": str(home),
            "HF_XET_CACHE": str(home / "xet"),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
            "HF_XET_CLIENT_RETRY_BASE_DELAY": "10ms",
            "PYTHONPATH": os.pathsep.join(map(str, PATHS)),
            **settings,
        }
        home.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [python, __file__, *also], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._read = threading.Thread(target=self._listen, daemon=True)
        self._started: dict[str, Running] = {}
        self._begun = threading.Condition()
        self._ended = False
        self._read.start()

    def begin(self, work: str, **given: Any) -> Running:
        """Begin ``module.function(**given)``."""
        answer = self._home / f"answer-{len(self._started)}-{os.urandom(4).hex()}.json"
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"work": work, "given": given, "answer": str(answer)}) + "\n")
        self._process.stdin.flush()
        with self._begun:
            self._begun.wait_for(lambda: str(answer) in self._started or self._ended, PATIENCE)
            assert str(answer) in self._started, "the worker does not start"
            return self._started[str(answer)]

    def do(self, work: str, **given: Any) -> Any:
        """Do ``module.function(**given)`` and return its answer."""
        return self.begin(work, **given).result()

    def end(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)
        self._read.join(PATIENCE)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.startswith("{"):
                continue
            told = json.loads(line)
            with self._begun:
                if "begun" in told:
                    self._started[told["begun"]] = Running(told["pid"], Path(told["begun"]))
                    self._begun.notify_all()
                else:
                    self._started[told["ended"]].ended.set()
        with self._begun:
            self._ended = True
            for running in self._started.values():
                running.ended.set()
            self._begun.notify_all()


@contextlib.contextmanager
def worker(
    home: Path, settings: Mapping[str, str], python: str = sys.executable, also: Sequence[str] = ()
) -> Iterator[Worker]:
    """Give a worker while a block lasts; ``also`` are modules that it imports beforehand."""
    made = Worker(home, settings, python, also)
    try:
        yield made
    finally:
        made.end()


def main() -> None:
    """Take work from standard input until it ends; each piece is done by a fork."""
    from licet.pipelines.publish import patience

    for name in [*IMPORTED, *sys.argv[1:]]:
        importlib.import_module(name)
    for name, seconds in WAITS.items():
        setattr(patience, name, seconds)
    said = threading.Lock()

    def say(**told: Any) -> None:
        with said:
            os.write(1, (json.dumps(told) + "\n").encode())

    def wait(pid: int, answer: str) -> None:
        os.waitpid(pid, 0)
        say(ended=answer)

    for line in sys.stdin:
        told = json.loads(line)
        with said:
            pid = os.fork()
        if pid == 0:
            _work(told)
        say(begun=told["answer"], pid=pid)
        threading.Thread(target=wait, args=(pid, told["answer"])).start()


def _work(told: dict[str, Any]) -> None:
    module, _, name = told["work"].rpartition(".")
    try:
        answer = {"done": getattr(importlib.import_module(module), name)(**told["given"])}
    except BaseException:
        answer = {"failed": traceback.format_exc()}
    partial = told["answer"] + ".part"
    Path(partial).write_text(json.dumps(answer))
    os.replace(partial, told["answer"])
    os._exit(0)


if __name__ == "__main__":
    main()
