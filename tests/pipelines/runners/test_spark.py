import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from deploy.engines.spark import PYTHON, READY, SparkCluster, address, spark_cluster
from launched import ROOT, launch
from runs import contents

pytestmark = [
    pytest.mark.runners,
    pytest.mark.skipif(not READY.exists(), reason="there is no Spark here: make build/engines/spark/ready"),
]

FIRST_PARCEL = "out.work/staging/*/*.json"
FIRST_SHARD = "out.partial-*/data/**/*.parquet"


@pytest.fixture
def cluster() -> Iterator[SparkCluster]:
    with spark_cluster(workers=2) as started:
        yield started


def test_two_workers_make_the_version_of_one_process(
    local: dict[str, str], cluster: SparkCluster, tmp_path: Path
) -> None:
    version = launch(tmp_path, PYTHON, cluster.arguments(), cluster.environment()).wait()
    assert contents(version) == local
    told = cluster.told()
    assert told.hosts == (address(0), address(1))
    assert (told.failed_tasks, told.speculative_tasks) == (0, 0)
    assert told.shuffle_read == told.shuffle_written > 0


@pytest.mark.parametrize("lost", [SparkCluster.kill_executor, SparkCluster.kill_worker])
@pytest.mark.parametrize("moment", [FIRST_PARCEL, FIRST_SHARD])
def test_a_loss_in_the_middle_changes_nothing(
    local: dict[str, str],
    cluster: SparkCluster,
    tmp_path: Path,
    moment: str,
    lost: Callable[[SparkCluster, int], None],
) -> None:
    job = launch(tmp_path, PYTHON, cluster.arguments(), cluster.environment())
    job.wait_for_file(moment)
    lost(cluster, 1)
    assert job.process.poll() is None
    assert contents(job.wait()) == local
    assert cluster.told().executors_lost > 0


def test_tasks_that_run_twice_at_a_time_change_nothing(
    local: dict[str, str], cluster: SparkCluster, tmp_path: Path
) -> None:
    version = launch(tmp_path, PYTHON, cluster.arguments(speculation=True), cluster.environment()).wait()
    assert contents(version) == local
    assert cluster.told().speculative_tasks > 0


def test_what_a_worker_raised_comes_out_as_one_sentence(cluster: SparkCluster, tmp_path: Path) -> None:
    job = launch(tmp_path, PYTHON, cluster.arguments(max_failures=1), cluster.environment())
    job.wait_for_file("out.work/plans/*.splits")
    for part in (tmp_path / "data").glob("*.jsonl"):
        part.write_text("{}")
    assert job.process.wait() != 0
    said = job.log.read_text()
    assert "changed" in said
    assert "Traceback" not in said


def test_what_is_mended_of_the_runner_holds_where_pyspark_is() -> None:
    mended = Path(__file__).with_name("test_pyspark_runner.py")
    command = [str(PYTHON), "-m", "pytest", "-q", "-p", "no:cacheprovider", str(mended)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-3_000:]
    assert done.stdout.startswith("." * 6)
