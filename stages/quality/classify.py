"""Classification of staged rows: scores beside the rows, and a mark on each that scores too low.

Kept: rows at or above ``quality.min_score``. Refused: those below (`low_quality`; value is the score). The score is
the greatest of the models' (as Nemotron-CC's ensemble). A staged file is scored once: what is written has the name of
what determined it, so a rerun finds it.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from licet.schemas.errors import RecipeError
from licet.schemas.quality import Quality
from licet.schemas.staged import Judged, Staged
from licet.stages import storage
from licet.stages.marks import MARKS, kept_mask
from licet.stages.quality.scorer import FastTextScorer

STAGE = "quality"
LOW_QUALITY = "low_quality"
FORMAT = 1
"""To be raised when what is written for the same rows and settings changes."""
BATCH_ROWS = 1024
"""Rows read at a time: what bounds the memory."""

QUALITY_REASONS = {LOW_QUALITY: "The row's quality score is below `quality.min_score`."}


@dataclass(frozen=True)
class Classifier:
    """Callable: a staged parcel and its marks so far -> `Judged`, its two files written or found in ``folder``."""

    settings: Quality
    folder: str

    def __post_init__(self) -> None:
        names = [model.name for model in self.settings.models]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise RecipeError(f"two quality models are named {', '.join(twice)}: names must differ")
        if taken := [name for name in names if name in ("score", "bucket") or name.endswith("_bucket")]:
            raise RecipeError(
                f"a quality model cannot be named {taken[0]}: `quality_{taken[0]}` is a column of the version's own"
            )
        if self.settings.min_score and not names:
            raise RecipeError("`quality.min_score` is set, but there is no model to score by: add one, or leave it out")

    @property
    def scorers(self) -> tuple[FastTextScorer, ...]:
        """The models' scorers, in the recipe's order."""
        return tuple(FastTextScorer(model) for model in self.settings.models)

    def setup(self) -> None:
        """Load the models, so that one that is missing or unfit fails before any row is read."""
        for scorer in self.scorers:
            scorer.setup()

    def __call__(self, staged: Staged, marks: pa.RecordBatch) -> Judged:
        """Return the judged parcel.

        Raises:
            InputError: a model is missing or no classifier.
            RunError: a model gives scores that are no numbers.

        """
        marks = _sorted(marks)
        base = storage.join(self.folder, self._identity(staged, marks))
        marks_path, scores_path = base + ".marks.arrow", base + ".scores.arrow"
        scores = _written_before(scores_path, marks_path)
        if scores is None:
            scores, marks = self._judge(staged, marks)
            storage.write_arrow(scores_path, scores)
            storage.write_arrow(marks_path, marks)
        return Judged(
            staged=staged,
            marks_path=marks_path,
            scores_path=scores_path,
            kept_rows=scores.num_rows,
            kept_bytes=pc.sum(scores.column("length").cast(pa.int64())).as_py() or 0,
        )

    def _identity(self, staged: Staged, marks: pa.RecordBatch) -> str:
        """Return the sha256 of all that determines the two files; where models lie is no part of it."""
        models = [scorer.facts for scorer in self.scorers]
        told = [FORMAT, staged.key, self.settings.min_score, models, marks.to_pylist()]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def _judge(self, staged: Staged, marks: pa.RecordBatch) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        """Return the scores of the rows that stay, and the marks with those that score too low."""
        pieces = list(self._scored(staged, kept_mask(marks, staged.rows)))
        scored = pa.Table.from_batches(pieces, self._schema()).combine_chunks()
        scored = scored.to_batches()[0] if scored.num_rows else pa.RecordBatch.from_pylist([], self._schema())
        if self.settings.models:
            # The score is a float32, and so is what it is compared with.
            low = pc.less(scored.column("quality_score"), pa.scalar(np.float32(self.settings.min_score)))
            marks = _sorted(pa.concat_batches([marks, self._low(scored.filter(low))]))
            scored = scored.filter(pc.invert(low))
        return scored.drop_columns(["row"]), marks

    def _schema(self) -> pa.Schema:
        names = ["quality_score", *(f"quality_{m.name}" for m in self.settings.models)] if self.settings.models else []
        scores = [pa.field(name, pa.float32()) for name in names]
        return pa.schema([pa.field("row", pa.uint32()), pa.field("length", pa.int32()), *scores])

    def _scored(self, staged: Staged, kept: pa.BooleanArray) -> Iterator[pa.RecordBatch]:
        """Yield place, length and scores of the kept rows; text is read only when there is a model to read it."""
        columns = ["text_bytes", "text"] if self.settings.models else ["text_bytes"]
        schema, place = self._schema(), 0
        with storage.open_input(staged.rows_path) as file:
            for batch in pq.ParquetFile(file).iter_batches(BATCH_ROWS, columns=columns):
                here = kept.slice(place, batch.num_rows)
                at = pa.array(np.arange(place, place + batch.num_rows, dtype=np.uint32)).filter(here)
                place += batch.num_rows
                rows = batch.filter(here)
                scores = [scorer(rows.column("text")) for scorer in self.scorers]
                best = [pc.max_element_wise(*scores)] if scores else []
                length = rows.column("text_bytes").cast(pa.int32())
                yield pa.RecordBatch.from_arrays([at, length, *best, *scores], schema=schema)

    def _low(self, rows: pa.RecordBatch) -> pa.RecordBatch:
        """Return the marks of rows that score too low."""
        given = {
            "row": rows.column("row"),
            "stage": pa.repeat(pa.scalar(STAGE), rows.num_rows),
            "reason": pa.repeat(pa.scalar(LOW_QUALITY), rows.num_rows),
            "value": rows.column("quality_score").cast(pa.float64()),
            "threshold": pa.repeat(pa.scalar(self.settings.min_score), rows.num_rows),
        }
        nothing = {f.name: pa.nulls(rows.num_rows, f.type) for f in MARKS if f.name not in given}
        columns = {**given, **nothing}
        return pa.RecordBatch.from_arrays([columns[name] for name in MARKS.names], schema=MARKS)


def _written_before(scores_path: str, marks_path: str) -> pa.RecordBatch | None:
    """Return the scores that an earlier run wrote, or None when not both files are there and whole."""
    if not storage.exists(marks_path) or not storage.exists(scores_path):
        return None
    try:
        storage.read_arrow(marks_path)
        return storage.read_arrow(scores_path)
    except pa.ArrowInvalid:
        return None


def _sorted(marks: pa.RecordBatch) -> pa.RecordBatch:
    """Return marks in the order of rows, so that the order in which they arrived leaves no trace."""
    keys = [(name, "ascending") for name in ("row", "stage", "reason", "kept_id")]
    return marks.take(pc.sort_indices(marks, sort_keys=keys))
