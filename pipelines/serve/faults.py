"""Faults on purpose, for tests of clients: the next requests of a kind are answered wrongly, late or never."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

Answer = Callable[[Request], Awaitable[Response]]


@dataclass
class Fault:
    """What happens to the next ``times`` requests whose method and path fit, once ``skip`` of them have passed.

    ``status`` is answered, with ``body``, instead of doing the work; with ``after`` the work is done first and its
    answer is lost. ``seconds`` passes before anything is answered; without a status the answer then comes as it would
    have. ``cut`` ends the connection after so many bytes of the answer, ``drop`` after so many of the request. ``act``
    is called before the work, with ``after`` between the work and its answer.
    """

    method: str = "*"
    path: str = "*"
    status: int | None = None
    times: int = 1
    headers: Mapping[str, str] = field(default_factory=dict)
    after: bool = False
    seconds: float = 0.0
    cut: int | None = None
    drop: int | None = None
    skip: int = 0
    body: Mapping[str, Any] = field(default_factory=lambda: {"error": "a fault on purpose"})
    act: Callable[[], None] | None = None

    def fits(self, method: str, path: str) -> bool:
        """Tell whether a request is meant."""
        return self.times > 0 and self.method in ("*", method) and fnmatchcase(path, self.path)


@dataclass(frozen=True)
class Logged:
    """One request that was answered."""

    method: str
    path: str
    status: int
    bytes_in: int


@dataclass
class Faults:
    """The queue of faults and the log of requests."""

    queue: list[Fault] = field(default_factory=list)
    log: list[Logged] = field(default_factory=list)

    def next_for(self, method: str, path: str) -> Fault | None:
        """Take the first fault that a request fits from the queue."""
        for fault in self.queue:
            if fault.fits(method, path):
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                return fault
        return None

    async def answered(self, request: Request, path: str, answer: Answer) -> Response:
        """Answer a request, or let it go wrong, and log it."""
        fault = self.next_for(request.method, path) or Fault()
        if fault.act is not None and not fault.after:
            fault.act()
        await asyncio.sleep(fault.seconds)
        if fault.drop is not None:
            found = await _dropped(request, fault.drop)
        elif fault.status is not None and not fault.after:
            found = _failed(fault)
        else:
            found = await answer(request)
            if fault.act is not None and fault.after:
                fault.act()
            if fault.status is not None:
                found = _failed(fault)
            elif fault.cut is not None:
                found = Cut(found, fault.cut)
        size = int(request.headers.get("content-length", "0") or 0)
        self.log.append(Logged(request.method, path, found.status_code, size))
        return found


def _failed(fault: Fault) -> Response:
    return JSONResponse(dict(fault.body), fault.status or 500, dict(fault.headers))


async def _dropped(request: Request, after: int) -> Response:
    """Take some bytes of a request, then break the connection off without any answer."""
    received = 0
    async for piece in request.stream():
        received += len(piece)
        if received >= after:
            break
    server: Any = request.receive
    server.__self__.transport.abort()
    return Response(status_code=499)


class Cut(Response):
    """An answer of which only the first bytes come."""

    def __init__(self, whole: Response, after: int):
        super().__init__(status_code=whole.status_code)
        self.whole = whole
        self.after = after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head and some bytes, then break off."""
        left = self.after

        async def some(message: MutableMapping[str, Any]) -> None:
            nonlocal left
            if message["type"] == "http.response.body":
                body = message.get("body", b"")
                if len(body) >= left:
                    await send({"type": "http.response.body", "body": body[:left], "more_body": True})
                    raise ConnectionAbortedError("cut on purpose")
                left -= len(body)
            await send(message)

        await self.whole(scope, receive, some)
