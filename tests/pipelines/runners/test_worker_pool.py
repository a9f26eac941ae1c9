import signal
import socket
import subprocess
import sys
import threading
import time

import grpc
import pytest
from apache_beam.portability.api import beam_fn_api_pb2 as api
from apache_beam.portability.api import beam_fn_api_pb2_grpc as services
from apache_beam.portability.api import endpoints_pb2
from called import called
from deploy.engines.beam import WorkerPool, worker_pool
from deploy.engines.processes import LOOPBACK, PATIENCE, command_line

from licet.pipelines.runners import worker_pool as servicer

SILENT = endpoints_pb2.ApiServiceDescriptor(url=f"{LOOPBACK}:9")
"""A control endpoint that nobody listens at: a worker waits for it a minute."""


@pytest.fixture
def pool() -> object:
    with worker_pool() as started:
        yield started


def asked(pool: WorkerPool) -> services.BeamFnExternalWorkerPoolStub:
    return services.BeamFnExternalWorkerPoolStub(grpc.insecure_channel(pool.address))


def start(pool: WorkerPool, name: str) -> None:
    assert asked(pool).StartWorker(api.StartWorkerRequest(worker_id=name, control_endpoint=SILENT)).error == ""


def gone(pid: int) -> bool:
    until = time.monotonic() + PATIENCE
    while command_line(pid) and time.monotonic() < until:
        time.sleep(0.05)
    return not command_line(pid)


def test_a_worker_is_started_in_the_interpreter_of_the_pool_and_ended_when_told(pool: WorkerPool) -> None:
    start(pool, "one")
    start(pool, "two")
    one, two = (next(pid for pid in pool.workers() if name in command_line(pid)) for name in ("one", "two"))
    assert command_line(one)[0] == command_line(two)[0] == sys.executable
    asked(pool).StopWorker(api.StopWorkerRequest(worker_id="one"))
    assert (pool.workers(), gone(one)) == ([two], True)
    asked(pool).StopWorker(api.StopWorkerRequest(worker_id="one"))


def test_workers_end_with_their_pool_however_that_ends(pool: WorkerPool) -> None:
    start(pool, "one")
    (worker,) = pool.workers()
    process = pool.processes.running["pool"]
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert gone(worker)


def test_a_pool_that_is_told_to_end_takes_its_workers_along(pool: WorkerPool) -> None:
    start(pool, "one")
    (worker,) = pool.workers()
    process = pool.processes.running["pool"]
    process.terminate()
    assert process.wait(PATIENCE) == 0
    assert gone(worker)


def test_a_worker_that_is_asked_for_while_the_pool_ends_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = servicer.WorkerPool()
    started: list[list[str]] = []
    monkeypatch.setattr("licet.pipelines.runners.worker_pool.subprocess.Popen", started.append)
    ended.close()
    told = ended.StartWorker(api.StartWorkerRequest(worker_id="late", control_endpoint=SILENT), None)
    assert (told.error, started) == ("the worker pool is ending", [])


def test_a_worker_that_is_told_to_end_while_it_starts_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    pool, starting, told = servicer.WorkerPool(), threading.Event(), threading.Event()
    start = subprocess.Popen
    started: list[subprocess.Popen[bytes]] = []

    def slowly(_: list[str]) -> subprocess.Popen[bytes]:
        started.append(start(["sleep", "600"]))
        starting.set()
        told.wait(0.2)
        return started[0]

    monkeypatch.setattr("licet.pipelines.runners.worker_pool.subprocess.Popen", slowly)
    request = api.StartWorkerRequest(worker_id="one", control_endpoint=SILENT)
    starter = threading.Thread(target=pool.StartWorker, args=(request, None))
    starter.start()
    starting.wait()
    pool.StopWorker(api.StopWorkerRequest(worker_id="one"), None)
    told.set()
    starter.join()
    still_runs = started[0].poll() is None
    pool.close()
    assert not still_runs


def test_a_port_that_is_taken_is_told() -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "licet", "worker-pool", "--port", port],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr


def test_the_command_tells_of_itself() -> None:
    code, out, _ = called("worker-pool", "--help")
    assert code == 0
    assert "EXTERNAL" in out
