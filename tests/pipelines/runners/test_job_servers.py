"""The same graph through Beam's own job servers for Flink and Spark, whose jars not every registry serves."""

import os
import sys
from pathlib import Path

import pytest
from deploy.engines import flink, job_server, spark
from deploy.engines.beam import worker_pool
from launched import launch
from runs import contents, corpus, run, write_files

pytestmark = pytest.mark.runners


def needs(engine: str, ready: Path) -> pytest.MarkDecorator:
    """Skip a test where an engine or Beam's job server for it is absent."""
    there = ready.exists() and job_server(engine) is not None
    return pytest.mark.skipif(not there, reason=f"{engine} or Beam's job server for it is not here: make engines")


def check_same(folder: Path, *arguments: str) -> None:
    """Hold a run by an engine, whose workers a pool starts, against one in this process."""
    write_files(folder / "local", corpus())
    local = run(folder / "local")
    (folder / "engine").mkdir()
    with worker_pool() as pool:
        told = [*arguments, f"--worker-pool={pool.address}", "--shared-filesystem"]
        version = launch(folder / "engine", Path(sys.executable), told, os.environ).wait()
    assert contents(version) == contents(local.folder)


@needs("flink", flink.READY)
def test_flink_makes_the_version_of_one_process(tmp_path: Path) -> None:
    with flink.flink_cluster(task_managers=2, slots=1) as cluster:
        jar = f"--flink-job-server-jar={job_server('flink')}"
        check_same(tmp_path, "--runner=flink", f"--flink-master={cluster.address}", jar, "--parallelism=2")


@needs("spark", spark.READY)
def test_spark_makes_the_version_of_one_process(tmp_path: Path) -> None:
    with spark.spark_cluster(workers=2) as cluster:
        jar = f"--spark-job-server-jar={job_server('spark')}"
        check_same(tmp_path, "--runner=spark", f"--spark-master-url={cluster.master}", jar)
