"""Rows leave: the marks and scores of a judged parcel behind the bounds of its groups."""

import hashlib
import json
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from licet.schemas.balance import Balance
from licet.schemas.staged import Judged
from licet.stages import storage
from licet.stages.balance.bounds import Bounds
from licet.stages.balance.draw import shown
from licet.stages.balance.drawn import FORMAT, KEY, UNITS, Drawn, groups_in
from licet.stages.balance.reasons import STAGE, in_detail
from licet.stages.marks import MARKS, kept_mask


@dataclass(frozen=True)
class Leave:
    """Callable: a drawn parcel and the bounds of its groups -> `Judged`, whose files are written in ``folder``.

    A parcel that loses nothing stays as it is.
    """

    settings: Balance
    folder: str

    def __call__(self, drawn: Drawn, bounds: Bounds) -> Judged:
        """Return the parcel without the rows that leave, which are marked."""
        judged = drawn.judged
        rows = storage.read_arrow(drawn.path)
        names, codes = groups_in(rows)
        leaves = np.zeros(rows.num_rows, bool)
        for code, name in enumerate(names):
            if name in bounds:
                places = np.flatnonzero(codes == code)
                keys = rows.column(KEY).to_numpy()[places]
                leaves[places] = bounds[name].leaving(keys, places, judged.staged.order)
        if not leaves.any():
            return judged
        base = storage.join(self.folder, self._identity(drawn, bounds))
        marks = storage.read_arrow(judged.marks_path)
        scores = storage.read_arrow(judged.scores_path).filter(pa.array(~leaves))
        left = self._marks(rows, leaves, bounds, kept_mask(marks, judged.staged.rows))
        storage.write_arrow(f"{base}.scores.arrow", scores)
        storage.write_arrow(f"{base}.marks.arrow", _sorted(pa.concat_batches([marks, left])))
        return Judged(
            staged=judged.staged,
            marks_path=f"{base}.marks.arrow",
            scores_path=f"{base}.scores.arrow",
            kept_rows=scores.num_rows,
            kept_bytes=pc.sum(scores.column("length").cast(pa.int64())).as_py() or 0,
        )

    def _identity(self, drawn: Drawn, bounds: Bounds) -> str:
        """Return the sha256 of all that determines the files."""
        here = [[n, b.key, b.parcel, b.row, b.reason] for n, b in sorted(bounds.items())]
        told = [FORMAT, drawn.path.rsplit("/", 1)[-1], self.settings.keep, self.settings.unit, here]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def _marks(
        self, rows: pa.RecordBatch, leaves: NDArray[np.bool_], bounds: Bounds, kept: pa.BooleanArray
    ) -> pa.RecordBatch:
        """Return the marks of the rows that leave; ``kept`` tells which rows of the parcel the drawn ones are."""
        at = np.flatnonzero(kept.to_numpy(zero_copy_only=False))[leaves].astype(np.uint32)
        left = rows.filter(pa.array(leaves))
        names = left.column("group").cast(pa.string()).to_pylist()
        by_tokens = self.settings.unit == "tokens"
        tokens = left.column(UNITS).to_pylist() if by_tokens else [None] * left.num_rows
        cut = np.array([bounds[name].key for name in names], np.uint64)
        given = {
            "row": pa.array(at),
            "stage": pa.repeat(pa.scalar(STAGE), left.num_rows),
            "reason": pa.array([bounds[name].reason for name in names], pa.string()),
            "value": pa.array(shown(left.column(KEY).to_numpy(), self.settings.keep)),
            "threshold": pa.array(shown(cut, self.settings.keep)),
            "detail": pa.array([in_detail(n, t) for n, t in zip(names, tokens, strict=True)], pa.string()),
        }
        nothing = {f.name: pa.nulls(left.num_rows, f.type) for f in MARKS if f.name not in given}
        columns = {**given, **nothing}
        return pa.RecordBatch.from_arrays([columns[name] for name in MARKS.names], schema=MARKS)


def _sorted(marks: pa.RecordBatch) -> pa.RecordBatch:
    keys = [(name, "ascending") for name in ("row", "stage", "reason", "kept_id")]
    return marks.take(pc.sort_indices(marks, sort_keys=keys))
