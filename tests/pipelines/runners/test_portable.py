"""Jobs handed to Beam's job service, whose workers are other processes with another working folder."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from deploy.engines import PRISM
from deploy.engines.beam import WorkerPool, job_service, worker_pool
from deploy.engines.processes import kill
from launched import PATIENCE, launch
from runs import contents, staged_splits

PYTHON = Path(sys.executable)
FIRST_PARCEL = "out.work/staging/*/*.json"


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    with worker_pool() as started:
        yield started


@pytest.fixture(params=["job service", pytest.param("prism", marks=pytest.mark.runners)])
def engine(request: pytest.FixtureRequest, pool: WorkerPool) -> Iterator[list[str]]:
    """Options that hand a job to an engine which starts its workers by the pool."""
    told = [f"--worker-pool={pool.address}", "--shared-filesystem"]
    if request.param == "prism":
        if not PRISM.exists():
            pytest.skip("there is no Prism here: make build/engines/prism")
        yield ["--runner", "prism", f"--prism-location={PRISM}", *told]
        return
    with job_service() as address:
        yield ["--runner", "portable", f"--job-endpoint={address}", "--direct-num-workers=2", *told]


def test_workers_elsewhere_make_the_version_of_one_process(
    local: dict[str, str], engine: list[str], tmp_path: Path
) -> None:
    assert contents(launch(tmp_path, PYTHON, engine, os.environ).wait()) == local
    told = json.loads((tmp_path / "out.work" / "run.json").read_text())
    assert told["runner"]["environment"] == "EXTERNAL"
    assert {"ingest", "license", "heuristics", "dedup"} <= set(told["counters"])
    assert told["counters"]["ingest"]["rows_in"] == told["rows_in"]
    assert told["counters"]["dedup"]["refused_near_duplicate"] == told["refused"]["dedup.near_duplicate"]


def test_a_job_whose_workers_die_ends_at_once_and_the_next_goes_on(
    local: dict[str, str], engine: list[str], pool: WorkerPool, tmp_path: Path
) -> None:
    job = launch(tmp_path, PYTHON, engine, os.environ)
    job.wait_for_file(FIRST_PARCEL)
    for pid in pool.workers():
        kill(pid)
    assert job.process.wait(PATIENCE) == 2
    said = job.log.read_text()
    assert "the run stopped: " in said
    assert "What is staged is kept" in said
    assert "Traceback" not in said
    before = staged_splits(tmp_path)
    assert contents(launch(tmp_path, PYTHON, engine, os.environ).wait()) == local
    after = staged_splits(tmp_path)
    assert {name: after[name] for name in before} == before


def test_a_job_may_be_handed_in_again_by_itself(
    local: dict[str, str], engine: list[str], pool: WorkerPool, tmp_path: Path
) -> None:
    job = launch(tmp_path, PYTHON, [*engine, "--attempts=2"], os.environ)
    job.wait_for_file(FIRST_PARCEL)
    for pid in pool.workers():
        kill(pid)
    assert contents(job.wait()) == local
    assert json.loads((tmp_path / "out.work" / "run.json").read_text())["runner"]["attempts"] == 2


def test_a_pool_that_is_not_there_is_told(tmp_path: Path) -> None:
    with job_service() as address:
        told = ["--runner", "portable", f"--job-endpoint={address}", "--worker-pool=127.0.0.1:1", "--shared-filesystem"]
        job = launch(tmp_path, PYTHON, told, os.environ)
        assert job.process.wait(PATIENCE) == 2
    assert "Connection refused" in job.log.read_text()
