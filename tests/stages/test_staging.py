import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from helpers import parcel, rows

from licet.schemas.ledger import Verdicts
from licet.schemas.split import Split
from licet.stages import storage
from licet.stages.staging import staged_parcels, write_parcel

SPLIT = Split(source="test", reader="jsonl", files=(), fingerprint="0" * 64, order=7)


def lengths(batch: pa.RecordBatch) -> pa.RecordBatch:
    return pa.record_batch({"length": batch.column("text_bytes")})


def test_a_staged_parcel_has_its_rows_sidecars_and_counts(tmp_path: Path) -> None:
    given = parcel(rows("é", "ab", "abc")).refuse("length", Verdicts(reason=pa.array([None, "short", None])))
    staged = write_parcel(replace(given, order=7, last=True), str(tmp_path), lengths)
    assert (staged.order, staged.key, staged.rows, staged.bytes) == ((7, 0), f"{'0' * 32}/00000", 2, 5)
    assert pq.read_table(staged.rows_path).column("text_bytes").to_pylist() == [2, 3]
    told = json.loads(Path(staged.done_path).read_bytes())
    assert {name: told[name] for name in ("rows_in", "rows", "refused", "last")} == {
        "rows_in": 3,
        "rows": 2,
        "refused": {"length": {"short": {"rows": 1, "bytes": 2}}},
        "last": True,
    }


def test_what_was_measured_is_staged_and_a_parcel_that_lost_it_is_not_whole(tmp_path: Path) -> None:
    verdicts = Verdicts(reason=pa.array([None, "short"]), measured={"words": pa.array([2.0, 1.0])})
    given = parcel(rows("a b", "c")).with_measured(verdicts).refuse("length", verdicts)
    staged = write_parcel(replace(given, order=7, last=True), str(tmp_path), lengths)
    assert staged.measured == 2
    told = storage.read_arrow(staged.measured_path).to_pylist()
    assert [(row["reason"], row["words"]) for row in told] == [(None, 2.0), ("short", 1.0)]
    assert staged_parcels(SPLIT, str(tmp_path)) == [staged]
    Path(staged.measured_path).write_bytes(b"")
    assert staged_parcels(SPLIT, str(tmp_path)) is None


def test_a_split_is_staged_when_its_last_parcel_and_all_before_it_are(tmp_path: Path) -> None:
    first = replace(parcel(rows("a")), order=7)
    last = replace(parcel(rows("b", "c")), order=7, seq=1, last=True)
    assert staged_parcels(SPLIT, str(tmp_path)) is None
    two = write_parcel(last, str(tmp_path), lengths)
    assert staged_parcels(SPLIT, str(tmp_path)) is None
    one = write_parcel(first, str(tmp_path), lengths)
    assert staged_parcels(SPLIT, str(tmp_path)) == [one, two]


def test_staging_the_same_parcel_again_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_parcel(parcel(rows("a", "b")), str(tmp_path / name), lengths)
    data = [
        {p.name: p.read_bytes() for p in (tmp_path / name).rglob("*.*") if p.suffix != ".json"}
        for name in ("one", "two")
    ]
    assert data[0] == data[1]
    assert len(data[0]) == 5
