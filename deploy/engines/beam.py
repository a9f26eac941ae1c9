"""What of Beam itself stands between a job and its engine, as processes of their own: job services, worker pools."""

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.engines.processes import LOOPBACK, Processes, command_line, descendants, processes

LISTENS = re.compile(r"^listening on (\S+)\n", re.MULTILINE)
"""What a pool says once it can be asked, with its address."""


@dataclass(frozen=True)
class WorkerPool:
    """A worker pool that runs. ``address`` is what a job is told."""

    address: str
    processes: Processes

    def workers(self) -> list[int]:
        """Return the processes of the workers that the pool has started and that live."""
        below = descendants(self.processes.running["pool"].pid)
        return [pid for pid in below if "licet.pipelines.runners.worker" in command_line(pid)]

    def kill(self) -> None:
        """End the pool and its workers at once."""
        self.processes.kill("pool")


@contextmanager
def worker_pool(folder: Path | None = None) -> Iterator[WorkerPool]:
    """Run `licet worker-pool` in another working folder than this one, and end it and its workers with the block."""
    with tempfile.TemporaryDirectory(prefix="pool-") as made, processes(folder or Path(made)) as started:
        started.start("pool", [sys.executable, "-m", "licet", "worker-pool", "--host", LOOPBACK, "--port", "0"])
        log = started.folder / "pool.log"
        started.wait_for("the worker pool", lambda: LISTENS.search(log.read_text()) is not None)
        (address,) = LISTENS.findall(log.read_text())
        yield WorkerPool(address, started)


@contextmanager
def job_service() -> Iterator[str]:
    """Run Beam's own job service, and yield its address: what it is given runs by Beam's local runner."""
    with tempfile.TemporaryDirectory(prefix="jobs-") as made, processes(Path(made)) as started:
        told = Path(made) / "port"
        command = [sys.executable, "-m", "apache_beam.runners.portability.local_job_service_main"]
        started.start("jobs", [*command, "--port_file", str(told), "--staging_dir", str(Path(made) / "staged")])
        started.wait_for("the job service", told.exists)
        yield f"localhost:{told.read_text()}"
