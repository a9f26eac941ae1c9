"""The real client in a process of its own, since it reads where its hub is when it is imported."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from licet.pipelines.serve.serve import Served

PREAMBLE = """
import json, os, sys
from huggingface_hub import (
    CommitOperationAdd, CommitOperationCopy, CommitOperationDelete, HfApi, HfFileSystem, snapshot_download,
)
from huggingface_hub.errors import HfHubHTTPError
api = HfApi(endpoint=os.environ["HF_ENDPOINT"], token=os.environ["HF_TOKEN"])
told = {}
"""
END = "\nprint(json.dumps(told))\n"


def client(served: Served, home: Path, code: str, **given: Any) -> Any:
    """Run code against a served hub; what it puts into ``told`` comes back. ``given`` are variables of the code."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    env |= {
        "HF_ENDPOINT": served.endpoint,
        "HF_TOKEN": served.token,
        "HF_HOME": str(home),
        "HF_XET_CACHE": str(home / "xet"),
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
    }
    if not served.is_xet:
        env["HF_HUB_DISABLE_XET"] = "1"
    settings = f"globals().update(json.loads({json.dumps(given)!r}))\n"
    whole = PREAMBLE + settings + code + END
    done = subprocess.run(
        [sys.executable, "-c", whole], env=env, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])
