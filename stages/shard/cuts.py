"""The bounds between quality buckets: decided once all scores are known, and told to what describes the version."""

import json
from collections.abc import Callable, Mapping, Sequence

from licet.schemas.staged import Judged
from licet.stages import storage

Cuts = Callable[[Sequence[Judged]], Mapping[str, Sequence[float]]]
"""From all judged parcels, in order, to the bounds between quality buckets by the column of scores."""

CUTS_NAME = "cuts.json"


def no_cuts(judged: Sequence[Judged]) -> Mapping[str, Sequence[float]]:
    """Return no bounds: the version has no quality buckets."""
    del judged
    return {}


def write_cuts(scratch: str, cuts: Mapping[str, Sequence[float]]) -> None:
    """Write the bounds between quality buckets by the column of scores."""
    storage.write_bytes(storage.join(scratch, CUTS_NAME), json.dumps(cuts).encode())


def read_cuts(scratch: str) -> dict[str, list[float]]:
    """Return what `write_cuts` wrote, when the pipeline has ended."""
    found: dict[str, list[float]] = json.loads(storage.read_bytes(storage.join(scratch, CUTS_NAME)))
    return found
