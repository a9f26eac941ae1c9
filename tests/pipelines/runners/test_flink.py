from collections.abc import Iterator
from pathlib import Path

import pytest
from deploy.engines.flink import READY, FlinkCluster, flink_cluster
from deploy.engines.processes import command_line

pytestmark = [
    pytest.mark.runners,
    pytest.mark.skipif(not READY.exists(), reason="there is no Flink here: make build/engines/flink/ready"),
]


@pytest.fixture
def cluster() -> Iterator[FlinkCluster]:
    with flink_cluster(task_managers=2, slots=1) as started:
        yield started


def test_a_cluster_counts_its_task_managers_and_misses_one_that_is_killed(cluster: FlinkCluster) -> None:
    told = cluster.overview()
    assert (told["taskmanagers"], told["slots-total"], told["flink-version"]) == (2, 2, "1.20.5")
    cluster.kill_task_manager(1)
    cluster.wait_for(task_managers=1, slots=1)


def test_a_cluster_leaves_nothing_behind() -> None:
    with flink_cluster(task_managers=1) as cluster:
        pids = [process.pid for process in cluster.processes.running.values()]
        folder = cluster.processes.folder
        assert all("org.apache.flink" in " ".join(command_line(pid)) for pid in pids)
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []
    assert not folder.exists()


def test_a_cluster_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.engines.flink.OPENED", ("no.such=module",))
    with pytest.raises(RuntimeError, match=r"waited for 1 task managers with 1 slots, but .* ended:"), flink_cluster(1):
        pass
