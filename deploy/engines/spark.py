"""A Spark standalone cluster on this machine: a master and some workers, each a process of its own.

The jars are those of the Python package pyspark (`make build/engines/spark/ready`); Python's workers run in that
package's environment, which sees the project's. All files are in a temporary folder. Each worker has an address of its
own, 127.0.0.1, 127.0.0.2 and so on, all of the loopback: Spark takes them for different machines, without which it
would never run a second copy of a task (it does not on the machine that has the first).
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.engines import BUILD
from deploy.engines.processes import (
    LOOPBACK,
    SHORT_LIVED,
    Processes,
    command_line,
    descendants,
    free_port,
    java,
    kill,
    processes,
    told_at,
)

READY = BUILD / "spark" / "ready"
PYTHON = BUILD / "spark" / "bin" / "python"
"""The Python that starts jobs (`python -m licet run …`) and that Spark's workers start."""

RUNNER = "deploy.engines.pyspark_runner.PySparkRunner"

OPENED = (
    "java.base/java.lang=ALL-UNNAMED",
    "java.base/java.lang.invoke=ALL-UNNAMED",
    "java.base/java.lang.reflect=ALL-UNNAMED",
    "java.base/java.io=ALL-UNNAMED",
    "java.base/java.net=ALL-UNNAMED",
    "java.base/java.nio=ALL-UNNAMED",
    "java.base/java.util=ALL-UNNAMED",
    "java.base/java.util.concurrent=ALL-UNNAMED",
    "java.base/java.util.concurrent.atomic=ALL-UNNAMED",
    "java.base/sun.nio.ch=ALL-UNNAMED",
    "java.base/sun.nio.cs=ALL-UNNAMED",
    "java.base/sun.security.action=ALL-UNNAMED",
    "java.base/sun.util.calendar=ALL-UNNAMED",
)
"""What Java 17 has to open to Spark 3.5 (its JavaModuleOptions)."""

SPECULATIVE = {
    "spark.speculation": "true",
    "spark.speculation.interval": "50ms",
    "spark.speculation.quantile": "0.1",
    "spark.speculation.multiplier": "1.01",
    "spark.speculation.minTaskRuntime": "0ms",
}
"""Copies of tasks as soon as one has ended and another takes longer: many more than anybody would want."""


@dataclass(frozen=True)
class Told:
    """What the event log of an application tells, over all attempts of its tasks. Sizes in bytes."""

    shuffle_written: int
    shuffle_read: int
    tasks: int
    failed_tasks: int
    speculative_tasks: int
    executors_lost: int
    hosts: tuple[str, ...]
    """Where tasks ran, in order."""


@dataclass(frozen=True)
class SparkCluster:
    """A cluster that runs. ``master`` is its address, ``page`` that of its web page, ``events`` the log's folder."""

    master: str
    page: str
    events: Path
    processes: Processes
    workers: int

    def environment(self) -> dict[str, str]:
        """Return the environment of a process that starts a job here."""
        return {**os.environ, **variables(self.processes.folder)}

    def state(self) -> dict[str, object]:
        """Return what the master tells of itself: workers, applications; nothing before it answers."""
        return told_at(f"{self.page}/json/")

    def alive_workers(self) -> int:
        """Return how many workers the master counts."""
        return int(str(self.state().get("aliveworkers", 0)))

    def arguments(self, *, speculation: bool = False, max_failures: int = 4, further: Iterable[str] = ()) -> list[str]:
        """Return what `licet run` is told so that the job runs here, as one executor a worker.

        A grouping is cut into as many tasks as there are workers, which is little (Spark's guide tells two or three a
        core) and right for a small job, where a task costs more than its rows. ``further`` are settings of Spark, as
        ``name=value``, which win.
        """
        settings = {
            "spark.driver.host": LOOPBACK,
            "spark.driver.bindAddress": LOOPBACK,
            "spark.driver.memory": "512m",
            "spark.driver.extraJavaOptions": " ".join(SHORT_LIVED),
            "spark.executor.memory": "512m",
            "spark.executor.extraJavaOptions": " ".join(SHORT_LIVED),
            "spark.executor.cores": "1",
            "spark.default.parallelism": str(self.workers),
            "spark.scheduler.minRegisteredResourcesRatio": "1.0",
            "spark.task.maxFailures": str(max_failures),
            "spark.ui.enabled": "false",
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": self.events.as_uri(),
            "spark.eventLog.compress": "false",
            **(SPECULATIVE if speculation else {}),
        }
        told = [*(f"{name}={value}" for name, value in settings.items()), *further]
        return ["--runner", RUNNER, f"--spark_master_url={self.master}", *(f"--spark_conf={one}" for one in told)]

    def executors(self) -> dict[int, int]:
        """Return the process of each worker's executor by the worker's number; of those that have one."""
        found = {}
        for number in range(self.workers):
            if worker := self.processes.running.get(f"worker-{number}"):
                for pid in descendants(worker.pid):
                    if "org.apache.spark.executor.CoarseGrainedExecutorBackend" in command_line(pid):
                        found[number] = pid
        return found

    def kill_executor(self, number: int = 0) -> None:
        """End the executor of a worker at once, and the Python processes below it; the worker stays."""
        kill(self.executors()[number])

    def kill_worker(self, number: int = 0) -> None:
        """End a worker at once, its executor and the Python processes below that, as when its machine is lost."""
        self.processes.kill(f"worker-{number}")

    def told(self) -> Told:
        """Return what the event log tells of the last application."""
        return read_events(max(self.events.iterdir(), key=lambda path: path.stat().st_mtime_ns))


@contextmanager
def spark_cluster(workers: int = 2, memory: str = "1g") -> Iterator[SparkCluster]:
    """Start a master and workers of one core each, wait until all are counted, and end them with the block.

    Raises:
        RuntimeError: it does not start; the words end with those of its logs.

    """
    with tempfile.TemporaryDirectory(prefix="spark-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        (folder / "events").mkdir()
        port, page = free_port(), free_port()
        master = f"spark://{LOOPBACK}:{port}"
        with processes(folder) as started:
            addressed = ["--host", LOOPBACK, "--port", str(port), "--webui-port", str(page)]
            started.start("master", command("org.apache.spark.deploy.master.Master", *addressed), variables(folder))
            for number in range(workers):
                host = address(number)
                offered = ["--host", host, "--webui-port", str(free_port(host)), "--cores", "1", "--memory", memory]
                offered += ["--work-dir", str(folder / "work"), master]
                named = {**variables(folder), "SPARK_LOCAL_IP": host}
                started.start(f"worker-{number}", command("org.apache.spark.deploy.worker.Worker", *offered), named)
            cluster = SparkCluster(master, f"http://{LOOPBACK}:{page}", folder / "events", started, workers)
            started.wait_for(f"{workers} workers", lambda: cluster.alive_workers() == workers)
            yield cluster


def address(number: int) -> str:
    """Return the address of a worker."""
    return f"127.0.0.{number + 1}"


def home() -> Path:
    """Return the folder of pyspark, which is a whole Spark."""
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return BUILD / "spark" / "lib" / python / "site-packages" / "pyspark"


def variables(folder: Path) -> dict[str, str]:
    """Return the environment of Spark's own processes and of those that start jobs.

    Executors are started from SPARK_HOME, by the Python of PYSPARK_PYTHON.
    """
    return {
        "SPARK_HOME": str(home()),
        "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_LOCAL_IP": LOOPBACK,
        "PYSPARK_PYTHON": str(PYTHON),
        "SPARK_SCALA_VERSION": "2.12",
    }


def command(main: str, *arguments: str) -> list[str]:
    """Return the command that starts one of Spark's classes."""
    opened = [word for one in OPENED for word in ("--add-opens", one)]
    return [*java("256m"), *opened, "-cp", os.path.join(home(), "jars", "*"), main, *arguments]


def read_events(log: Path) -> Told:
    """Return what an event log tells: a JSON object a line, those of ended tasks with their metrics."""
    written = read = tasks = failed = speculative = lost = 0
    hosts = set()
    with log.open() as lines:
        for event in map(json.loads, lines):
            lost += event["Event"] == "SparkListenerExecutorRemoved"
            if event["Event"] != "SparkListenerTaskEnd":
                continue
            tasks += 1
            failed += event["Task Info"]["Failed"]
            speculative += event["Task Info"]["Speculative"]
            hosts.add(event["Task Info"]["Host"])
            if metrics := event.get("Task Metrics"):
                written += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
                reads = metrics["Shuffle Read Metrics"]
                read += reads["Remote Bytes Read"] + reads["Local Bytes Read"]
    return Told(written, read, tasks, failed, speculative, lost, tuple(sorted(hosts)))
