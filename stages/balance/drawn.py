"""A parcel whose rows have drawn: what one worker needs to know of them, a few bytes a row."""

import hashlib
import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from licet.schemas.balance import DRAW, Balance
from licet.schemas.staged import Judged
from licet.stages import storage
from licet.stages.balance.draw import draws, keys_of
from licet.stages.groups import group_names
from licet.stages.marks import kept_mask

FORMAT = 1
"""To be raised when what is written for the same rows and settings changes."""
BATCH_ROWS = 8192
"""Rows read at a time."""
GROUP, KEY, UNITS = "group", "key", "units"


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A judged parcel and the Arrow file of its kept rows, in order: group, key, and the units where rows are not.

    ``groups`` has the name of each group in it and its units.
    """

    judged: Judged
    path: str
    groups: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Draw:
    """Callable: a judged parcel -> `Drawn`, its file written or found in ``folder``."""

    settings: Balance
    folder: str

    def __call__(self, judged: Judged) -> Drawn:
        """Return the parcel whose rows have drawn."""
        path = storage.join(self.folder, f"{self._identity(judged)}.drawn.arrow")
        rows = _written_before(path, judged.kept_rows)
        if rows is None:
            rows = self._draw(judged)
            storage.write_arrow(path, rows)
        return Drawn(judged=judged, path=path, groups=tuple(sorted(_counted(rows).items())))

    def _identity(self, judged: Judged) -> str:
        """Return the sha256 of all that determines the file: the rows, by their files' names, and the settings."""
        settings = self.settings
        names = [path.rsplit("/", 1)[-1] for path in (judged.marks_path, judged.scores_path)]
        told = [FORMAT, DRAW, judged.staged.key, names, settings.columns, settings.unit, settings.keep, settings.seed]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def _draw(self, judged: Judged) -> pa.RecordBatch:
        """Return group, key and units of the kept rows; their texts are not read."""
        staged, settings = judged.staged, self.settings
        kept = kept_mask(storage.read_arrow(judged.marks_path), staged.rows)
        columns = [name for name in settings.columns if name != "source"]
        counted = ["token_count"] if settings.unit == "tokens" else []
        pieces, place = [], 0
        with storage.open_input(staged.rows_path) as file:
            for batch in pq.ParquetFile(file).iter_batches(
                BATCH_ROWS, columns=["id", "content_sha256", *columns, *counted]
            ):
                rows = batch.filter(kept.slice(place, batch.num_rows))
                place += batch.num_rows
                rows = rows.append_column("source", pa.repeat(pa.scalar(staged.source), rows.num_rows))
                pieces.append(rows)
        rows = pa.Table.from_batches(pieces).combine_chunks() if pieces else None
        if rows is None or not rows.num_rows:
            return pa.RecordBatch.from_pylist([], schema=self._schema)
        scores = storage.read_arrow(judged.scores_path)
        drawn = draws(rows.column("content_sha256").to_pylist(), rows.column("id").to_pylist(), settings.seed)
        keys = keys_of(drawn, scores.column("quality_score") if settings.keep == "quality" else None)
        given = [group_names(rows, settings.columns).dictionary_encode(), pa.array(keys)]
        if settings.unit == "tokens":
            given.append(pc.fill_null(rows.column("token_count").combine_chunks(), 0).cast(pa.uint32()))
        if settings.unit == "bytes":
            given.append(scores.column("length").cast(pa.uint32()))
        return pa.RecordBatch.from_arrays(given, schema=self._schema)

    @property
    def _schema(self) -> pa.Schema:
        fields = [pa.field(GROUP, pa.dictionary(pa.int32(), pa.string())), pa.field(KEY, pa.uint64())]
        return pa.schema([*fields, *([pa.field(UNITS, pa.uint32())] if self.settings.unit != "rows" else [])])


def groups_in(rows: pa.RecordBatch) -> tuple[list[str], np.ndarray]:
    """Return the names of groups in a file of drawn rows, and which of them each row is of."""
    encoded = rows.column(GROUP)
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False)


def _counted(rows: pa.RecordBatch) -> dict[str, int]:
    names, codes = groups_in(rows)
    units = rows.column(UNITS).to_numpy().astype(np.float64) if UNITS in rows.schema.names else None
    found = np.bincount(codes, weights=units, minlength=len(names))
    return {name: int(count) for name, count in zip(names, found, strict=True)}


def _written_before(path: str, rows: int) -> pa.RecordBatch | None:
    """Return what an earlier run drew, or None when the file is not there and whole."""
    if not storage.exists(path):
        return None
    try:
        found = storage.read_arrow(path)
    except pa.ArrowInvalid:
        return None
    return found if found.num_rows == rows else None
