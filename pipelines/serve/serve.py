"""Serve a hub's folder until interrupted, or in the background for as long as a block lasts."""

import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn

from licet.pipelines.serve.app import make_app
from licet.pipelines.serve.faults import Faults
from licet.pipelines.serve.site import Site
from licet.schemas.errors import VersionError

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Served:
    """A hub that is being served."""

    endpoint: str
    token: str
    is_xet: bool = True
    faults: Faults = field(default_factory=Faults)


def new_token() -> str:
    """Return a token that nobody can guess, in the form that clients know."""
    return f"hf_{secrets.token_urlsafe(24)}"


def serve(
    folder: str,
    *,
    host: str = LOOPBACK,
    port: int = 0,
    token: str | None = None,
    is_xet: bool = True,
    ready: Callable[[Served], None] | None = None,
) -> None:
    """Serve the hub in a folder until the process is interrupted.

    Raises:
        VersionError: the folder holds something else, or the address cannot be used.

    """
    site = Site.at(folder, token or new_token(), is_xet=is_xet)
    listening = _listen(host, port)
    served = Served(f"http://{host}:{listening.getsockname()[1]}", site.token, is_xet)
    if ready is not None:
        ready(served)
    uvicorn.Server(_config(site, None)).run(sockets=[listening])


@contextmanager
def served(folder: str, *, token: str = "hf_test", is_xet: bool = True) -> Iterator[Served]:
    """Serve the hub in a folder on the loopback interface from a thread, with a log and faults, while a block lasts."""
    site = Site.at(folder, token, is_xet=is_xet)
    faults = Faults()
    listening = _listen(LOOPBACK, 0)
    server = uvicorn.Server(_config(site, faults))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield Served(f"http://{LOOPBACK}:{listening.getsockname()[1]}", token, is_xet, faults)
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


def _config(site: Site, faults: Faults | None) -> uvicorn.Config:
    # A client that is slow to leave must not keep the hub from ending.
    return uvicorn.Config(make_app(site, faults), log_level="error", lifespan="off", timeout_graceful_shutdown=1)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio leaves Nagle's algorithm on and each answer is 40 ms late (measured).
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise VersionError(
            f"Cannot serve at {host}:{port} ({error.strerror or error}): choose another --port."
        ) from error
    listening.listen(128)
    return listening
