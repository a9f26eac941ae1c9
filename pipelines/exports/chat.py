"""The rows of a version of conversations, written again in one of the shapes that sets of others have."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from licet.pipelines.audit.screen import number
from licet.schemas.errors import RunError, VersionError
from licet.schemas.manifest import Manifest
from licet.stages import storage
from licet.stages.ingest.kinds import kind_of
from licet.stages.ingest.original import write_row
from licet.stages.ingest.unshape import WRITERS, Uncarried
from licet.stages.shard.parquet import parquet_input

CREDITS = ("uuid", "license", "attribution")
SHAPES = (*WRITERS, "hermes")
"""The shapes that rows can be written in: all that are read, but for trees, and ShareGPT's with tags for tools."""


@dataclass
class Rewritten:
    """What came of it: rows ``written``, those of configs of another kind, and by reason those that are ``uncarried``.

    ``first`` is the uuid of the first row of each reason.
    """

    shape: str
    out: str
    written: int = 0
    of_other_kinds: dict[str, int] = field(default_factory=dict)
    uncarried: dict[str, int] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """Yield it in words."""
        yield f"{self.out}: {number(self.written, 'row')} as {self.shape}"
        for config, rows in self.of_other_kinds.items():
            yield f"left out: {number(rows, 'row')} of the config {config}, of another kind"
        for reason, rows in self.uncarried.items():
            yield f"[bold yellow]cannot be carried[/]  {number(rows, 'row')}: {reason}, first {self.first[reason]}"


def rewrite(folder: str, manifest: Manifest, shape: str, out: str, *, credits: bool = False) -> Rewritten:  # noqa: A002
    """Write the rows of a version as JSON Lines of a shape; ``credits`` adds to each what to credit, as ``licet``.

    A row is written as it was where it was read in that shape, and without what was masked in it since. What a shape
    has no place for is not written, and counted.

    Raises:
        VersionError: the version has no conversations, or none of the shape's kind.
        RunError: the file cannot be written.

    """
    if manifest.dataset.kind != "posttrain":
        raise VersionError(f"'{folder}' holds documents: only conversations have shapes")
    told = Rewritten(shape=shape, out=out)
    shards = sorted(file.path for file in manifest.files if file.role == "data")
    own = [path for path in shards if path.split("/")[1] == kind_of(shape)]
    for file in manifest.files:
        if file.role == "data" and file.path not in own and file.rows:
            config = file.path.split("/")[1]
            told.of_other_kinds[config] = told.of_other_kinds.get(config, 0) + file.rows
    if not own:
        configs = ", ".join(sorted({path.split("/")[1] for path in shards}))
        raise VersionError(
            f"'{folder}' has no rows of the kind {kind_of(shape)}, which {shape} is for; it has {configs}"
        )
    try:
        with storage.atomic_output(out) as sink:
            for path in own:
                for row in _rows(storage.join(folder, path)):
                    try:
                        made = write_row(row, shape)
                    except Uncarried as error:
                        reason = str(error)
                        told.uncarried[reason] = told.uncarried.get(reason, 0) + 1
                        told.first.setdefault(reason, row["uuid"])
                        continue
                    if credits:
                        made["licet"] = {name: row[name] for name in CREDITS if row[name] is not None}
                    sink.write(json.dumps(made, ensure_ascii=False).encode() + b"\n")
                    told.written += 1
    except OSError as error:
        raise RunError(f"{out} cannot be written: {error.strerror or error}") from error
    return told


def _rows(path: str) -> Iterator[dict[str, Any]]:
    with parquet_input(path) as file:
        for batch in file.iter_batches(batch_size=1000, use_threads=False):
            yield from batch.to_pylist()
