import hashlib

import apache_beam as beam
import pyarrow as pa
import pyarrow.compute as pc
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from helpers import parcel, rows

from licet.schemas.ledger import Verdicts
from licet.stages.parcel import Parcel
from licet.stages.step import Annotate, Filter, Rewrite


def length(batch: pa.RecordBatch) -> dict[str, pa.Array]:
    if pc.any(pc.match_substring(batch.column("text"), "poison")).as_py():
        raise ValueError("a poisoned row")
    return {"length": pc.utf8_length(batch.column("text"))}


def too_short(batch: pa.RecordBatch) -> Verdicts:
    return Verdicts(reason=pc.if_else(pc.less(batch.column("length"), 3), "too_short", pa.scalar(None, pa.string())))


def shout(batch: pa.RecordBatch) -> pa.Array:
    return pc.utf8_upper(batch.column("text"))


def test_a_pipeline_of_all_three_kinds_counts_what_it_refuses() -> None:
    pipeline = beam.Pipeline(runner=FnApiRunner())
    after = (
        pipeline
        | beam.Create([parcel(rows("ab", "abc", "poison"))])
        | "Length" >> Annotate("length", length)
        | "TooShort" >> Filter("too_short", too_short)
        | "Shout" >> Rewrite("shout", shout)
    )
    assert after.element_type is Parcel
    _ = after | "Look" >> beam.Map(look)
    result = pipeline.run()
    result.wait_until_finish()
    counters = {(c.key.metric.namespace, c.key.metric.name): c.committed for c in result.metrics().query()["counters"]}
    assert counters == {
        ("length", "rows_in"): 3,
        ("length", "rows_kept"): 2,
        ("length", "refused_error"): 1,
        ("too_short", "rows_in"): 2,
        ("too_short", "rows_kept"): 1,
        ("too_short", "refused_too_short"): 1,
        ("shout", "rows_in"): 1,
        ("shout", "rows_kept"): 1,
    }


def look(after: Parcel) -> None:
    assert after.rows.column("text").to_pylist() == ["ABC"]
    assert after.rows.column("content_sha256").to_pylist() == [hashlib.sha256(b"ABC").hexdigest()]
    assert [name for name, _ in after.seconds] == ["length", "too_short", "shout"]
