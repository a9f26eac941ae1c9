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
from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled
from huggingface_hub.utils._http import hf_request_event_hook

from licet.schemas.errors import VersionError

T = TypeVar("T")

ATTEMPTS = 6
FIRST_WAIT = 1.0
"""Seconds before the second attempt; each further wait is twice as long, up to `LONGEST_WAIT`."""
LONGEST_WAIT = 30.0
BUDGET = 900.0
"""Seconds that are waited for one request in all, pauses that the hub asks for included; its own work not."""
TIMEOUT = httpx2.Timeout(connect=15.0, read=120.0, write=120.0, pool=60.0)
"""The hub ends a commit after 60 s; a client that waits twice as long has either its answer or lost it."""
UNSURE = frozenset({408, 500, 502, 503, 504})
"""Answers after which the work may have been done."""
BUSY = 409
RATE_LIMITED = 429
_RATE = re.compile(r"\bt=(\d+)")
_XET_STATUS = re.compile(r"HTTP status (?:client|server) error \((\d{3})")

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
        VersionError: it did not answer within `ATTEMPTS` or `BUDGET`, and what was sent is kept there; or the client
            library is told to stay offline.

    """
    waited, wait, why = 0.0, FIRST_WAIT, ""
    for attempt in range(ATTEMPTS):
        try:
            if attempt and (achieved := done()) is not None:
                return achieved
            return ask()
        except OfflineModeIsEnabled as error:
            raise VersionError("HF_HUB_OFFLINE is set, so nothing is asked of any hub: unset it to publish.") from error
        except (OSError, RuntimeError, httpx2.TransportError) as error:
            cause = cause_of(error)
            status = cause.response.status_code if isinstance(cause, HfHubHTTPError) else xet_status(cause)
            if status == RATE_LIMITED:
                wait, why = asked_wait(cause, wait), "the hub asks for a pause"
            elif status in UNSURE:
                why = f"the hub answered {status}"
            elif status == BUSY and wait_on_busy:
                why = "another commit is at work"
            elif isinstance(cause, HfHubHTTPError):
                raise cause from error
            elif status is not None:
                raise refused_by_xet(what, status, cause) from error
            elif isinstance(cause, (httpx2.TransportError, ConnectionError, TimeoutError)):
                why = f"no answer ({type(cause).__name__})"
            else:
                raise
        if waited + wait > BUDGET:
            why += f" of {wait:,.0f} s more"
            break
        if attempt + 1 < ATTEMPTS:
            tell(f"{what}: {why}; trying again in {wait:.0f} s")
            sleep(wait)
            waited += wait
            wait = min(2 * wait, LONGEST_WAIT)
    if (achieved := last(done)) is not None:
        return achieved
    raise VersionError(f"{what} failed: {why}. What was sent is kept on the hub: publish again later to go on.")


def cause_of(error: BaseException) -> BaseException:
    """Return what a request failed of: the client wraps what goes wrong in one of its threads."""
    cause = error
    while isinstance(cause, RuntimeError) and cause.__cause__ is not None:
        cause = cause.__cause__
    return cause


def xet_status(error: BaseException) -> int | None:
    """Return the status in an error of hf_xet, which tells of any answer as a `ConnectionError` with words."""
    found = _XET_STATUS.search(str(error)) if isinstance(error, ConnectionError) else None
    return int(found[1]) if found else None


def refused_by_xet(what: str, status: int, error: BaseException) -> VersionError:
    """Return the error for a content that the chunk store of a hub does not take, with what helps."""
    mend = {
        400: "the client may remember contents that the hub holds no longer, so empty HF_XET_CACHE and publish again",
        404: "this hub takes large files by git LFS, so set HF_HUB_DISABLE_XET=1 and publish again",
    }.get(status, "mend that and publish again, which goes on where it stopped")
    return VersionError(f"{what} failed ({' '.join(str(error).split())}): {mend}.")


def last(done: Callable[[], T | None]) -> T | None:
    """Look once more, when there will be no further attempt."""
    try:
        return done()
    except (OSError, httpx2.TransportError):
        return None


def asked_wait(error: BaseException, otherwise: float) -> float:
    """Return the seconds that a hub asks to wait: ``RateLimit: "api";r=0;t=N``, else ``Retry-After``."""
    headers = error.response.headers if isinstance(error, HfHubHTTPError) else {}
    if found := _RATE.search(headers.get("RateLimit", "")):
        return float(found[1]) + 1.0
    after = headers.get("Retry-After", "")
    return float(after) if after.isdigit() else otherwise
