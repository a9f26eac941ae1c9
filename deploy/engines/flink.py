"""A Flink session cluster on this machine: a JobManager and some TaskManagers, each a process of its own.

The jars are those of the Python package apache-flink-libraries (`make build/engines/flink/ready`). All addresses are of
the loopback, all ports free ones, all files in a temporary folder.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.engines import BUILD
from deploy.engines.processes import LOOPBACK, Processes, free_port, java, processes, told_at

READY = BUILD / "flink" / "ready"

OPENED = (
    "java.base/java.net=ALL-UNNAMED",
    "java.base/java.nio=ALL-UNNAMED",
    "java.base/java.lang=ALL-UNNAMED",
    "java.base/java.lang.reflect=ALL-UNNAMED",
    "java.base/java.text=ALL-UNNAMED",
    "java.base/java.time=ALL-UNNAMED",
    "java.base/java.util=ALL-UNNAMED",
    "java.base/java.util.concurrent=ALL-UNNAMED",
    "java.base/java.util.concurrent.atomic=ALL-UNNAMED",
    "java.base/java.util.concurrent.locks=ALL-UNNAMED",
)
"""What Java 17 has to open to Flink and Kryo: `env.java.opts.all` of the configuration that Flink 1.20 ships."""

LOGGING = """\
rootLogger.level = INFO
rootLogger.appenderRef.console.ref = Console
appender.console.type = CONSOLE
appender.console.name = Console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{HH:mm:ss,SSS} %-5p %c{1} - %m%n
"""


@dataclass(frozen=True)
class FlinkCluster:
    """A cluster that runs. ``address`` is that of its REST service, as in Beam's ``--flink_master``."""

    address: str
    processes: Processes

    def overview(self) -> dict[str, object]:
        """Return what the JobManager tells of itself: task managers, slots, jobs; nothing before it answers."""
        return told_at(f"http://{self.address}/overview")

    def kill_task_manager(self, number: int = 0) -> None:
        """End a TaskManager at once."""
        self.processes.kill(f"taskmanager-{number}")

    def wait_for(self, task_managers: int, slots: int) -> None:
        """Wait until the JobManager counts so many TaskManagers and slots."""

        def counted() -> bool:
            told = self.overview()
            return (told.get("taskmanagers"), told.get("slots-total")) == (task_managers, slots)

        self.processes.wait_for(f"{task_managers} task managers with {slots} slots", counted)


@contextmanager
def flink_cluster(task_managers: int = 2, slots: int = 1) -> Iterator[FlinkCluster]:
    """Start a cluster, wait until all its TaskManagers are counted, and end it with the block.

    A TaskManager that cannot be reached twice in a row, a second apart, counts as lost; one that is only slow does not.
    A job is begun anew up to three times.

    Raises:
        RuntimeError: it does not start; the words end with those of its logs.

    """
    with tempfile.TemporaryDirectory(prefix="flink-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        rest = free_port()
        (folder / "config.yaml").write_text(json.dumps(settings(folder, rest, free_port(), slots)))
        (folder / "log4j.properties").write_text(LOGGING)
        with processes(folder) as started:
            runtime = "org.apache.flink.runtime"
            started.start("jobmanager", command(folder, f"{runtime}.entrypoint.StandaloneSessionClusterEntrypoint"))
            for number in range(task_managers):
                runner = command(folder, f"{runtime}.taskexecutor.TaskManagerRunner")
                started.start(f"taskmanager-{number}", [*runner, "-D", f"taskmanager.resource-id=tm-{number}"])
            cluster = FlinkCluster(f"{LOOPBACK}:{rest}", started)
            cluster.wait_for(task_managers, task_managers * slots)
            yield cluster


def settings(folder: Path, rest: int, rpc: int, slots: int) -> dict[str, object]:
    """Return Flink's configuration; its memory is that of a small job whose rows live in Python's workers."""
    return {
        "jobmanager.rpc.address": LOOPBACK,
        "jobmanager.rpc.port": rpc,
        "jobmanager.bind-host": LOOPBACK,
        "rest.address": LOOPBACK,
        "rest.bind-address": LOOPBACK,
        "rest.port": rest,
        "taskmanager.host": LOOPBACK,
        "taskmanager.bind-host": LOOPBACK,
        "taskmanager.numberOfTaskSlots": slots,
        "taskmanager.cpu.cores": 1.0,
        "taskmanager.memory.task.heap.size": "256m",
        "taskmanager.memory.task.off-heap.size": "64m",
        "taskmanager.memory.managed.size": "128m",
        "taskmanager.memory.network.min": "64m",
        "taskmanager.memory.network.max": "64m",
        "taskmanager.memory.framework.heap.size": "128m",
        "taskmanager.memory.framework.off-heap.size": "128m",
        "taskmanager.memory.jvm-metaspace.size": "256m",
        "taskmanager.memory.jvm-overhead.min": "128m",
        "taskmanager.memory.jvm-overhead.max": "128m",
        "heartbeat.interval": 1_000,
        "heartbeat.timeout": 60_000,
        "restart-strategy.type": "fixed-delay",
        "restart-strategy.fixed-delay.attempts": 3,
        "restart-strategy.fixed-delay.delay": "1 s",
        "io.tmp.dirs": str(folder),
    }


def command(folder: Path, main: str) -> list[str]:
    """Return the command that starts one of Flink's classes with the configuration in a folder."""
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    jars = BUILD / "flink" / "lib" / python / "site-packages" / "pyflink" / "lib"
    return [
        *java("512m"),
        f"-Dlog4j.configurationFile=file:{folder / 'log4j.properties'}",
        f"-Djava.io.tmpdir={folder}",
        *(word for opened in OPENED for word in ("--add-opens", opened)),
        *("-cp", f"{jars}/*", main, "--configDir", str(folder)),
    ]
