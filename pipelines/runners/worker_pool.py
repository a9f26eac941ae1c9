"""A pool of workers that runners of other machines start and stop: Beam's `EXTERNAL` environment.

Beam's own pool starts whatever `python` the path leads to, listens on every interface, and never reads what its
workers print, which stops them when the pipe is full. This one starts workers in the interpreter that it runs in, so
that they have the same Licet, listens where it is told, and lets them write to its standard error.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import grpc
from apache_beam.portability.api import beam_fn_api_pb2, beam_fn_api_pb2_grpc
from apache_beam.utils.thread_pool_executor import shared_unbounded_instance

from licet.schemas.errors import RunError

GRACE_SECONDS = 10.0
"""How long a worker that is told to end may go on."""


class WorkerPool(beam_fn_api_pb2_grpc.BeamFnExternalWorkerPoolServicer):
    """Starts a process for each worker that a runner asks for, and ends it when the runner says so."""

    def __init__(self) -> None:
        self._workers: dict[str, subprocess.Popen[bytes]] = {}
        self._ended = False
        self._lock = threading.Lock()

    def StartWorker(self, request: Any, context: Any) -> beam_fn_api_pb2.StartWorkerResponse:  # noqa: N802, ARG002
        """Start a worker; what hinders that is told to the runner."""
        told = [request.control_endpoint.url, request.worker_id, str(os.getpid())]
        with self._lock:
            if self._ended:
                return beam_fn_api_pb2.StartWorkerResponse(error="the worker pool is ending")
            try:
                started = subprocess.Popen([sys.executable, "-m", "licet.pipelines.runners.worker", *told])
            except OSError as error:
                return beam_fn_api_pb2.StartWorkerResponse(error=str(error))
            self._workers[request.worker_id] = started
        return beam_fn_api_pb2.StartWorkerResponse()

    def StopWorker(self, request: Any, context: Any) -> beam_fn_api_pb2.StopWorkerResponse:  # noqa: N802, ARG002
        """End a worker; one that is not known has ended already."""
        with self._lock:
            worker = self._workers.pop(request.worker_id, None)
        if worker is not None:
            _end(worker)
        return beam_fn_api_pb2.StopWorkerResponse()

    def close(self) -> None:
        """End all workers, and start no more."""
        with self._lock:
            self._ended = True
            workers = list(self._workers.values())
            self._workers.clear()
        for worker in workers:
            _end(worker)


def _end(worker: "subprocess.Popen[bytes]") -> None:
    worker.terminate()
    try:
        worker.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def serve_pool(host: str, port: int, told: Callable[[str], None], ended: threading.Event) -> None:
    """Serve a pool at ``host:port`` until ``ended`` is set; port 0 takes a free one; ``told`` hears which it was.

    Raises:
        RunError: the address cannot be listened on.

    """
    server = grpc.server(
        shared_unbounded_instance(),
        options=[
            ("grpc.http2.max_pings_without_data", 0),
            ("grpc.http2.max_ping_strikes", 0),
            ("grpc.so_reuseport", 0),
        ],
    )
    pool = WorkerPool()
    beam_fn_api_pb2_grpc.add_BeamFnExternalWorkerPoolServicer_to_server(pool, server)
    address = f"[{host}]" if ":" in host else host
    try:
        chosen = server.add_insecure_port(f"{address}:{port}")
    except RuntimeError as error:
        raise RunError(
            f"cannot listen on {host}:{port}: the port is taken, or the address is not this machine's"
        ) from error
    server.start()
    told(f"{address}:{chosen}")
    try:
        ended.wait()
    finally:
        pool.close()
        server.stop(0).wait()


def serve_until_ended(host: str, port: int, told: Callable[[str], None]) -> None:
    """Serve a pool until this process is interrupted or told to end, then end its workers.

    Raises:
        RunError: the address cannot be listened on.

    """
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    serve_pool(host, port, told, ended)
