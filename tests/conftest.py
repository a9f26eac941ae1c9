"""What all tests have in common: nothing of the machine, the hour or luck has a part in them.

Examples of laws are the same each time; `HYPOTHESIS_PROFILE=search` draws others and looks longer.
"""

import ipaddress
import os
import shutil
import sys
import tempfile
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

HEEDED = (
    "HF_",
    "HUGGING_FACE_",
    "LICET_",
    "COLUMNS",
    "LINES",
    "GITHUB_ACTIONS",
    "FORCE_COLOR",
    "PY_COLORS",
    "NO_COLOR",
)
"""What the variables are called that the command or a library heeds, and that a machine may have set."""

settings.register_profile(
    "same", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", settings.get_profile("same"), derandomize=False, max_examples=1_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

for name in [name for name in os.environ if name.startswith(HEEDED) or name.lower().endswith("_proxy")]:
    del os.environ[name]
CACHES = tempfile.mkdtemp(prefix="licet-tests-")
os.environ.update(HF_HOME=f"{CACHES}/huggingface", LICET_CACHE=f"{CACHES}/licet", HF_UPDATE_DOWNLOAD_COUNTS="0")


def pytest_unconfigure() -> None:
    """Remove the caches of this process."""
    shutil.rmtree(CACHES, ignore_errors=True)


def _stay(event: str, told: tuple[Any, ...]) -> None:
    """Refuse to speak to any other machine."""
    if event == "socket.getaddrinfo":
        host = told[0]
    elif event == "socket.connect" and isinstance(told[1], tuple):
        host = told[1][0]
    else:
        return
    if not _is_here(host.decode() if isinstance(host, bytes) else host):
        pytest.fail(f"a test wanted to speak to {host}, which is another machine")


def _is_here(host: str | None) -> bool:
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


sys.addaudithook(_stay)
