"""Runs that a process of its own drives, to be looked at and disturbed while they go on."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runs import corpus, write_files, write_run

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 600
"""Seconds after which a run counts as stuck."""


@dataclass
class Launched:
    """A run of the small corpus in ``folder`` that goes on; ``log`` takes what it says."""

    folder: Path
    log: Path
    process: "subprocess.Popen[bytes]"

    def wait_for_file(self, pattern: str) -> None:
        """Wait until a file below the run's folder has such a name, while the run goes on."""
        until = time.monotonic() + PATIENCE
        while not any(self.folder.glob(pattern)):
            assert self.process.poll() is None, self.log.read_text()[-3_000:]
            assert time.monotonic() < until, f"no {pattern} after {PATIENCE} s"
            time.sleep(0.02)

    def wait(self) -> Path:
        """Wait for the end of the run, which has to be a good one, and return the version's folder."""
        try:
            assert self.process.wait(PATIENCE) == 0, self.log.read_text()[-3_000:]
        finally:
            self.process.kill()
        return self.folder / "out"


def launch(folder: Path, python: Path, arguments: Sequence[str], env: Mapping[str, str]) -> Launched:
    """Write the small corpus and start a run over it."""
    write_files(folder, corpus())
    command = [str(python), "-m", "licet", "run", str(write_run(folder)), *arguments]
    with (folder / "run.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=dict(env), stdout=log, stderr=subprocess.STDOUT)
    return Launched(folder, folder / "run.log", process)
