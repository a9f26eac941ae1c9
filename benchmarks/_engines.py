"""The engines that one recipe is run on, each started for the run, with a worker that can be killed half-way."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.engines import PRISM, flink, job_server, spark
from deploy.engines.beam import job_service, worker_pool
from deploy.engines.processes import command_line, descendants, kill

THIS = Path(sys.executable)


@dataclass(frozen=True)
class Started:
    """An engine that runs: the Python that hands jobs in, what it is told, and what kills one worker of a run."""

    arguments: Sequence[str]
    kill_one: Callable[[int], None]
    """Kills a worker, given the process that handed the job in."""
    python: Path = THIS
    environment: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Engine:
    """An engine by its name; ``lacking`` says why it cannot be started here, empty where it can."""

    name: str
    killed: str
    started: Callable[[], AbstractContextManager[Started]]
    lacking: str = ""


def engines() -> list[Engine]:
    """Return all engines, in the order of the table."""
    prism = "" if PRISM.exists() else "no Prism here (`make engines`)"
    java = {name: "" if job_server(name) else "Beam's job server for it is not here" for name in ("flink", "spark")}
    return [
        Engine("direct, in process", "the process", lambda: alone([])),
        Engine("direct, 2 processes", "one of 2 workers", lambda: alone(["--workers", "2"], "sdk_worker_main")),
        Engine("Prism, in process", "Prism itself", lambda: alone(with_prism(), str(PRISM)), prism),
        Engine("Prism, worker pool", "its worker", pooled_prism, prism),
        Engine("Beam's job service, pool of 2 workers", "one of 2 workers", pooled_service),
        Engine("Spark 3.5, 2 workers, by PySpark", "one of 2 executors", on_spark, ready(spark.READY)),
        Engine("Flink 1.20, 2 TaskManagers", "one TaskManager", on_flink, ready(flink.READY) or java["flink"]),
        Engine(
            "Spark 3.5, 2 workers, by Beam", "one of 2 executors", on_beams_spark, ready(spark.READY) or java["spark"]
        ),
    ]


def ready(path: Path) -> str:
    """Return why an engine cannot be started: its environment is not there; empty where it is."""
    return "" if path.exists() else "not here (`make engines`)"


def with_prism() -> list[str]:
    """Return the options that run a job by the Prism of `make engines`."""
    return ["--runner", "prism", f"--prism-location={PRISM}"]


@contextmanager
def alone(arguments: Sequence[str], word: str = "") -> Iterator[Started]:
    """Run jobs by processes of their own; the one to kill has a word in its command line, or is the job's first."""

    def kill_one(job: int) -> None:
        below = [pid for pid in descendants(job) if any(word in part for part in command_line(pid))]
        one_of(below if word else [job])

    yield Started(arguments, kill_one)


@contextmanager
def pooled_prism() -> Iterator[Started]:
    """Run jobs by Prism, whose worker is started by a pool."""
    with worker_pool() as pool:
        told = [*with_prism(), f"--worker-pool={pool.address}", "--shared-filesystem"]
        yield Started(told, lambda _: one_of(pool.workers()))


@contextmanager
def pooled_service() -> Iterator[Started]:
    """Run jobs by Beam's job service, whose workers are started by a pool."""
    with worker_pool() as pool, job_service() as address:
        told = ["--runner", "portable", f"--job-endpoint={address}", "--direct-num-workers=2"]
        told += [f"--worker-pool={pool.address}", "--shared-filesystem"]
        yield Started(told, lambda _: one_of(pool.workers()))


@contextmanager
def on_spark() -> Iterator[Started]:
    """Run jobs on a Spark cluster by a translation in Python."""
    with spark.spark_cluster(workers=2) as cluster:
        yield Started(cluster.arguments(), lambda _: cluster.kill_executor(1), spark.PYTHON, cluster.environment())


@contextmanager
def on_flink() -> Iterator[Started]:
    """Run jobs on a Flink cluster by Beam's job server."""
    with worker_pool() as pool, flink.flink_cluster(task_managers=2, slots=1) as cluster:
        told = ["--runner", "flink", f"--flink-master={cluster.address}", f"--worker-pool={pool.address}"]
        told += [f"--flink-job-server-jar={job_server('flink')}", "--shared-filesystem"]
        yield Started(told, lambda _: cluster.kill_task_manager(1))


@contextmanager
def on_beams_spark() -> Iterator[Started]:
    """Run jobs on a Spark cluster by Beam's job server."""
    with worker_pool() as pool, spark.spark_cluster(workers=2) as cluster:
        told = ["--runner", "spark", f"--spark-master-url={cluster.master}", f"--worker-pool={pool.address}"]
        told += [f"--spark-job-server-jar={job_server('spark')}", "--shared-filesystem"]
        yield Started(told, lambda _: cluster.kill_executor(1), environment=cluster.environment())


def one_of(pids: Sequence[int]) -> None:
    """Kill the first of some processes, and all below it; none where the run has ended."""
    for pid in pids[:1]:
        kill(pid)


def environment_of(started: Started) -> dict[str, str]:
    """Return the environment that jobs are handed in with."""
    return {**os.environ, **(started.environment or {})}
