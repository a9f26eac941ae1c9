"""The shard plan: which kept rows go into which file. Pure arithmetic over what is known of the parcels.

Rows are taken in the order of the plan of inputs, so that rows of one origin are neighbours and a removal stays in
one place. The kept text of a config is cut into equal shares of bytes, and a row belongs to the share in which its
first byte lies: a shard differs from its share by less than one row at either end.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from licet.schemas.staged import Judged, ShardSpec
from licet.stages import storage

Lengths = Callable[[Judged], NDArray[np.int64]]
"""From a judged parcel to the bytes of text of each of its kept rows, in order."""


def stored_lengths(judged: Judged) -> NDArray[np.int64]:
    """Return the lengths that stand in the parcel's score sidecar."""
    column = storage.read_arrow(judged.scores_path).column("length")
    return column.to_numpy(zero_copy_only=False).astype(np.int64)


def plan_shards(
    judged: Sequence[Judged],
    target_bytes: int,
    *,
    configs: Iterable[str] = (),
    lengths: Lengths = stored_lengths,
) -> list[ShardSpec]:
    """Return the shards of all configs, each of at most ``target_bytes`` of text, give or take a row.

    The order in which parcels are given does not matter. ``lengths`` is asked only of parcels that are cut. Every
    config in ``configs`` has at least one shard, an empty one when nothing was kept: a version whose config came
    out empty still opens, with its columns. A row larger than a share leaves no empty shard behind it.
    """
    if target_bytes < 1:
        raise ValueError(f"target_bytes is {target_bytes}: it must be at least 1")
    kept: dict[str, list[Judged]] = {config: [] for config in configs}
    for parcel in sorted(judged, key=lambda j: j.staged):
        kept.setdefault(parcel.staged.config, []).append(parcel)
    return [
        shard
        for config, parcels in sorted(kept.items())
        for shard in _config_shards(config, [p for p in parcels if p.kept_rows], target_bytes, lengths)
    ]


def _config_shards(config: str, parcels: Sequence[Judged], target_bytes: int, lengths: Lengths) -> list[ShardSpec]:
    """Return the shards of one config whose parcels are in order."""
    total = sum(parcel.kept_bytes for parcel in parcels)
    shares = max(1, -(-total // target_bytes))
    cuts = _cuts(parcels, [total * i // shares for i in range(1, shares)], lengths)
    ends = [(0, 0), *cuts, (len(parcels), 0)]
    made = [_pieces(parcels, start, stop) for start, stop in pairwise(ends)]
    shards = [pieces for pieces in made if pieces] or [()]
    return [
        ShardSpec(config=config, number=number, of=len(shards), pieces=pieces) for number, pieces in enumerate(shards)
    ]


def _cuts(parcels: Sequence[Judged], at_bytes: Sequence[int], lengths: Lengths) -> list[tuple[int, int]]:
    """Return each cut as (parcel, kept row in it): the first row that begins at or after a byte of the whole."""
    starts = np.cumsum([0, *(parcel.kept_bytes for parcel in parcels)])
    cuts: list[tuple[int, int]] = []
    begins, of = np.empty(0, np.int64), -1
    for at in at_bytes:
        index = int(np.searchsorted(starts, at, side="right")) - 1
        if starts[index] == at:
            # The least parcel that begins here: those before it with no bytes go to the next share, as rows do.
            index = int(np.searchsorted(starts, at, side="left"))
            cuts.append((index, 0))
            continue
        if index != of:
            sizes = lengths(parcels[index])
            begins, of = np.cumsum(sizes) - sizes, index
        row = int(np.searchsorted(begins, at - starts[index], side="left"))
        cuts.append((index, row) if row < parcels[index].kept_rows else (index + 1, 0))
    return cuts


def _pieces(
    parcels: Sequence[Judged], start: tuple[int, int], stop: tuple[int, int]
) -> tuple[tuple[Judged, int, int], ...]:
    """Return the rows from one cut to the next."""
    pieces = []
    for index in range(start[0], min(stop[0] + 1, len(parcels))):
        first = start[1] if index == start[0] else 0
        end = stop[1] if index == stop[0] else parcels[index].kept_rows
        if first < end:
            pieces.append((parcels[index], first, end))
    return tuple(pieces)


def with_cuts(shards: Sequence[ShardSpec], cuts: Mapping[str, Sequence[float]]) -> list[ShardSpec]:
    """Return the shards with the bounds between quality buckets filled in."""
    told = tuple((column, tuple(bounds)) for column, bounds in cuts.items())
    return [replace(shard, cuts=told) for shard in shards]


def shard_path(shard: ShardSpec) -> str:
    """Return a shard's name within the version: `data/<config>/train-00000-of-00012.parquet`."""
    return f"data/{shard.config}/train-{shard.number:05d}-of-{shard.of:05d}.parquet"
