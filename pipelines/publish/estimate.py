"""What of some files would really travel by xet: measured with the hub's own chunking, on this machine alone.

The files of the version before go into a chunk store in a temporary folder, then those that are to be sent; what the
second step adds is what a hub that holds the first would be sent. Needs as much free disk as the files of both have
chunks, and neither a hub nor an account.
"""

import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from huggingface_hub import constants


@dataclass(frozen=True)
class Estimate:
    """Bytes of the files that are to be sent, and how many of them are in chunks that the hub does not hold."""

    total: int
    new: int


def can_estimate() -> bool:
    """Tell whether the chunking library is installed, and wanted."""
    return find_spec("hf_xet") is not None and not constants.HF_HUB_DISABLE_XET


def estimate(paths: Sequence[str], held: Iterable[str] = ()) -> Estimate:
    """Return what sending local files takes where a hub holds others already."""
    with tempfile.TemporaryDirectory(prefix="licet-xet-") as folder:
        _stored(list(held), folder)
        return _stored(paths, folder)


def _stored(paths: Sequence[str], folder: str) -> Estimate:
    import hf_xet

    if not paths:
        return Estimate(0, 0)
    session = hf_xet.XetSession()
    with session.new_upload_commit(endpoint=f"local://{os.path.abspath(folder)}") as commit:
        handles = [commit.start_upload_file(path, sha256=hf_xet.SKIP_SHA256) for path in paths]
    found = [handle.result().dedup_metrics for handle in handles]
    return Estimate(sum(each.total_bytes for each in found), sum(each.new_bytes for each in found))
