"""The same graph through Beam's own job servers, which need jars that not every registry serves."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from deploy.engines import flink, job_server, spark
from deploy.engines.processes import LOOPBACK, Processes, free_port, processes
from launched import launch
from runs import contents, corpus, run, write_files

pytestmark = pytest.mark.runners


def needs(engine: str, ready: Path) -> pytest.MarkDecorator:
    """Skip a test where an engine or Beam's job server for it is absent."""
    there = ready.exists() and job_server(engine) is not None
    return pytest.mark.skipif(not there, reason=f"no {engine} or no job server of Beam for it here: make engines")


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[str]:
    """The address of workers that engines start through Beam's `EXTERNAL` environment."""
    (tmp_path / "logs").mkdir()
    with processes(tmp_path / "logs") as started:
        yield serve_pool(started)


def serve_pool(started: Processes) -> str:
    port = free_port()
    command = [sys.executable, "-m", "licet", "worker-pool", "--host", LOOPBACK, "--port", str(port)]
    started.start("pool", command)
    started.wait_for("the worker pool", lambda: str(port) in (started.folder / "pool.log").read_text())
    return f"{LOOPBACK}:{port}"


def outside(pool: str) -> list[str]:
    """Options that Beam documents for workers that are started elsewhere."""
    return ["--environment_type=EXTERNAL", f"--environment_config={pool}"]


def check_same(folder: Path, arguments: list[str]) -> None:
    """Hold a run by an engine against one in this process."""
    write_files(folder / "local", corpus())
    local = run(folder / "local")
    (folder / "engine").mkdir()
    env = {**os.environ, "LICET_SHARED_FILESYSTEM": "1"}
    version = launch(folder / "engine", Path(sys.executable), arguments, env).wait()
    assert contents(version) == contents(local.folder)


@needs("flink", flink.READY)
def test_flink_makes_the_same_version_through_beams_job_server(tmp_path: Path, pool: str) -> None:
    with flink.flink_cluster(task_managers=2, slots=1) as cluster:
        arguments = ["--runner", "flink", f"--flink_master={cluster.address}", "--flink_version=1.20"]
        jar = f"--flink_job_server_jar={job_server('flink')}"
        check_same(tmp_path, [*arguments, jar, "--parallelism=2", *outside(pool)])


@needs("spark", spark.READY)
def test_spark_makes_the_same_version_through_beams_job_server(tmp_path: Path, pool: str) -> None:
    with spark.spark_cluster(workers=2) as cluster:
        arguments = ["--runner", "spark", f"--spark_master_url={cluster.master}"]
        check_same(tmp_path, [*arguments, f"--spark_job_server_jar={job_server('spark')}", *outside(pool)])
