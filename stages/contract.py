"""The three kinds of stage, and what each does to a parcel.

A stage is a plain callable over a batch, tested without a pipeline:

* an **annotator** returns columns to add: ``batch -> {name: array}``, same rows, same order;
* a **judge** returns `Verdicts`: one nullable reason a row, null keeps;
* a **rewriter** returns the new ``text`` column.

`licet.stages.step` puts them into a pipeline. What fails on a row is not refused by a rule: it gets the reason
``error`` with the exception's words, and `isolate` sees to it that a poisoned row costs itself, never its batch.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.ledger import Verdicts
from licet.stages.parcel import Parcel

Annotator = Callable[[pa.RecordBatch], Mapping[str, pa.Array]]
Judge = Callable[[pa.RecordBatch], Verdicts]
Rewriter = Callable[[pa.RecordBatch], pa.Array]

ERROR = "error"
T = TypeVar("T")


def isolate(
    stage: Callable[[pa.RecordBatch], T], batch: pa.RecordBatch
) -> tuple[list[tuple[pa.RecordBatch, T]], pa.Array]:
    """Return what ``stage`` says of the good rows, in pieces, and the error of each row that makes it raise.

    The whole batch is tried first. Where that raises, the batch is halved until the bad rows stand alone, so one
    poisoned row among n costs about log2(n) further calls. The second value has one nullable string a row.
    """
    try:
        return [(batch, stage(batch))], pa.nulls(batch.num_rows, pa.string())
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except Exception as error:
        if batch.num_rows <= 1:
            told = f"{type(error).__name__}: {error}"[:500]
            return [], pa.repeat(pa.scalar(told), batch.num_rows)
    half = batch.num_rows // 2
    left, left_errors = isolate(stage, batch.slice(0, half))
    right, right_errors = isolate(stage, batch.slice(half))
    return left + right, pa.concat_arrays([left_errors, right_errors])


def annotate(parcel: Parcel, stage: str, annotator: Annotator) -> Parcel:
    """Return the parcel with the annotator's columns; rows on which it raises are refused as ``error``."""
    if not parcel.rows.num_rows:
        return parcel.with_columns(dict(annotator(parcel.rows)))
    pieces, errors = isolate(annotator, parcel.rows)
    if errors.null_count < len(errors):
        parcel = parcel.refuse(stage, failed(errors))
        if not pieces:
            return parcel.with_columns(dict(annotator(parcel.rows)))
    names = pieces[0][1].keys()
    return parcel.with_columns(
        {name: pa.concat_arrays([as_array(columns[name]) for _, columns in pieces]) for name in names}
    )


def judge(parcel: Parcel, stage: str, rule: Judge) -> Parcel:
    """Return the parcel with the rows that ``rule`` gives a reason moved to the ledger under ``stage``."""
    if not parcel.rows.num_rows:
        return parcel
    pieces, errors = isolate(rule, parcel.rows)
    if errors.null_count < len(errors):
        parcel = parcel.refuse(stage, failed(errors))
    for verdicts in (joined([v for _, v in pieces]),) if pieces else ():
        parcel = parcel.with_measured(verdicts).refuse(stage, verdicts)
    return parcel


def failed(errors: pa.Array) -> Verdicts:
    """Return verdicts that refuse, as ``error``, the rows for which there is an exception's text."""
    reason = pc.if_else(errors.is_valid(), ERROR, pa.scalar(None, pa.string()))
    return Verdicts(reason=reason, detail=errors)


def joined(pieces: list[Verdicts]) -> Verdicts:
    """Return the verdicts on consecutive pieces of a batch as one."""
    if len(pieces) == 1:
        return pieces[0]

    measured = [v.measured for v in pieces if v.measured is not None]

    def column(name: str, kind: pa.DataType) -> pa.Array:
        return pa.concat_arrays(
            [
                pa.nulls(len(v.reason), kind) if getattr(v, name) is None else as_array(getattr(v, name)).cast(kind)
                for v in pieces
            ]
        )

    return Verdicts(
        reason=column("reason", pa.string()),
        value=column("value", pa.float64()),
        threshold=column("threshold", pa.float64()),
        detail=column("detail", pa.string()),
        measured={name: pa.concat_arrays([m[name] for m in measured]) for name in measured[0]} if measured else None,
    )


def sha256_of(texts: pa.Array) -> pa.Array:
    """Return the sha256 of the UTF-8 bytes of each text, in hex."""
    return pa.array([hashlib.sha256(text.as_buffer()).hexdigest() for text in texts], pa.string())


def as_array(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a column as one contiguous array."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
