"""Every kind of hub that is published to: in memory, on a disk, in a bucket, and spoken to as a hub, both ways."""

import contextlib
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from deploy.engines.processes import LOOPBACK, free_port, processes
from hub_worker import Worker, worker

from licet.pipelines.serve.serve import Served, served

S3_PYTHON = Path(__file__).resolve().parents[1] / "build/s3/bin/python"
"""A Python with s3fs and moto's server beside what we use ourselves (`docs/decisions/publish-tests.md`)."""
KINDS = ("memory", "disk", "s3", "lfs", "xet")


@dataclass
class AHub:
    """A hub to publish to: what addresses begin with, who works with it, and the server where there is one of ours."""

    root: str
    worker: Worker
    served: Served | None = None


@contextlib.contextmanager
def hub(kind: str, folder: Path, *also: str) -> Iterator[AHub]:
    """Give a hub of a kind while a block lasts; ``also`` are modules that its worker imports beforehand."""
    roots = {"memory": "memory://", "disk": f"{folder}/hub-"}
    if kind in roots:
        with worker(folder / "home", {}) as work:
            yield AHub(roots[kind], work)
    elif kind == "s3":
        with moto(folder) as endpoint:
            settings = {"FSSPEC_S3_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
            with worker(folder / "home", {**settings, "AWS_DEFAULT_REGION": "us-east-1"}, str(S3_PYTHON)) as work:
                yield AHub("s3://bucket/hub-", work)
    else:
        with ExitStack() as stack:
            at = stack.enter_context(served(str(folder / "hub"), is_xet=kind == "xet"))
            work = stack.enter_context(worker(folder / "home", settings_for(at), also=also))
            yield AHub("hf://datasets/org/case-", work, at)


def settings_for(at: Served) -> dict[str, str]:
    """Return what lets the client speak to a served hub."""
    settings = {"HF_ENDPOINT": at.endpoint, "HF_TOKEN": at.token}
    return settings if at.is_xet else {**settings, "HF_HUB_DISABLE_XET": "1"}


@contextlib.contextmanager
def moto(folder: Path) -> Iterator[str]:
    """Run an S3 server with one bucket while a block lasts."""
    port = free_port()
    endpoint = f"http://{LOOPBACK}:{port}"
    bucket = urllib.request.Request(f"{endpoint}/bucket", method="PUT")

    def is_made() -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(bucket, timeout=5):
            return True
        return False

    with processes(folder) as started:
        started.start("moto", [str(S3_PYTHON), "-m", "moto.server", "-p", str(port)])
        started.wait_for("the S3 server", is_made)
        yield endpoint
