"""Asking a hub again: when that is safe, how long to wait, and when to stop.

The client library retries the transfer of contents by itself. It never retries what changes a repository, and sets no
time limit on it (huggingface_hub 2.4, measured), so both are done here. Whether a lost answer means a lost commit
cannot be told from the answer: whoever commits passes ``done``, which looks.
"""

import re
import time
from collections.abc import Callable
from typing import TypeVar

import httpx2
from huggingface_hub import set_client_factory
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils._http import hf_request_event_hook

from licet.schemas.errors import VersionError

T = TypeVar("T")

ATTEMPTS = 6
FIRST_WAIT = 1.0
"""Seconds before the second attempt; each further wait is twice as long, up to `LONGEST_WAIT`."""
LONGEST_WAIT = 30.0
BUDGET = 900.0
"""Seconds that one request may take with all its waits, those that the hub asks for included."""
TIMEOUT = httpx2.Timeout(connect=15.0, read=120.0, write=120.0, pool=60.0)
"""The hub ends a commit after 60 s; a client that waits twice as long has either its answer or lost it."""
UNSURE = frozenset({408, 500, 502, 503, 504})
"""Answers after which the work may have been done."""
BUSY = 409
RATE_LIMITED = 429
_RATE = re.compile(r"\bt=(\d+)")

Told = Callable[[str], None]


def with_timeouts() -> None:
    """Let the client library wait no longer than `TIMEOUT` for any answer."""
    set_client_factory(
        lambda: httpx2.Client(event_hooks={"request": [hf_request_event_hook]}, follow_redirects=True, timeout=TIMEOUT)
    )


def patiently(
    what: str,
    ask: Callable[[], T],
    *,
    done: Callable[[], T | None] = lambda: None,
    wait_on_busy: bool = False,
    tell: Told = lambda _: None,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """Return the answer to a request, asked again where that is safe.

    ``done`` returns what an earlier attempt achieved although its answer was lost, else null. With ``wait_on_busy`` a
    409 means that another commit is at work at this moment and the same request will do. Other refusals are raised as
    they are, for the caller knows what they mean.

    Raises:
        HfHubHTTPError: the hub refused.
        VersionError: it did not answer within `ATTEMPTS` or `BUDGET`; what was sent is kept there.

    """
    began, wait, why = time.monotonic(), FIRST_WAIT, ""
    for attempt in range(ATTEMPTS):
        try:
            if attempt and (achieved := done()) is not None:
                return achieved
            return ask()
        except HfHubHTTPError as error:
            status = error.response.status_code
            if status == RATE_LIMITED:
                wait, why = asked_wait(error.response.headers, wait), "the hub asks for a pause"
            elif status in UNSURE:
                why = f"the hub answered {status}"
            elif status == BUSY and wait_on_busy:
                why = "another commit is at work"
            else:
                raise
        except (httpx2.TransportError, ConnectionError) as error:
            why = f"no answer ({type(error).__name__})"
        if time.monotonic() - began + wait > BUDGET:
            break
        if attempt + 1 < ATTEMPTS:
            tell(f"{what}: {why}; trying again in {wait:.0f} s")
            sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)
    if (achieved := last(done)) is not None:
        return achieved
    raise VersionError(f"{what} failed: {why}. What was sent is kept on the hub: publish again later to go on.")


def last(done: Callable[[], T | None]) -> T | None:
    """Look once more, when there will be no further attempt."""
    try:
        return done()
    except (HfHubHTTPError, httpx2.TransportError, ConnectionError):
        return None


def asked_wait(headers: httpx2.Headers, otherwise: float) -> float:
    """Return the seconds that a hub asks to wait: ``RateLimit: "api";r=0;t=N``, else ``Retry-After``."""
    if found := _RATE.search(headers.get("RateLimit", "")):
        return float(found[1]) + 1.0
    after = headers.get("Retry-After", "")
    return float(after) if after.isdigit() else otherwise
