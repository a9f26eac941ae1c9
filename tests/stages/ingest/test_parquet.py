import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from licet.schemas.errors import InputError
from licet.schemas.recipe import Limits


def write(path: Path, columns: dict[str, Any], **options: Any) -> None:
    pq.write_table(pa.table(columns), path, **options)


def test_rows_are_read_with_their_fields(tmp_path: Path, read: Callable[..., Any]) -> None:
    write(
        tmp_path / "a.parquet",
        {
            "body": pa.array([{"text": "one"}, {"text": "two"}]),
            "n": [1, 2],
            "day": [datetime.date(2024, 1, 2), None],
            "lic": ["MIT", None],
        },
    )
    fields = {"text_field": "body.text", "id_field": "n", "date_field": "day", "license_field": "lic"}
    got = read(tmp_path, type="parquet", paths="a.parquet", **fields)
    assert [(r["id"], r["text"], r["date"], r["locator"]) for r in got.rows] == [
        ("src/1", "one", "2024-01-02", "a.parquet#row=0"),
        ("src/2", "two", None, "a.parquet#row=1"),
    ]
    assert [[c.raw for c in claims] for claims in got.parcels[0].claims] == [["MIT"], []]


def test_nulls_empties_bad_bytes_and_giants_go_to_the_ledger(tmp_path: Path, read: Callable[..., Any]) -> None:
    bad = pa.array([b"ok", None, b"", b"\xff\xfe", b"x" * 500], pa.binary()).view(pa.string())
    write(tmp_path / "a.parquet", {"text": bad})
    got = read(tmp_path, Limits(max_row_bytes=100), type="parquet", paths="a.parquet")
    assert got.texts == ["ok"]
    assert got.refused == [
        ("a.parquet#row=1", "missing_text"),
        ("a.parquet#row=2", "empty_text"),
        ("a.parquet#row=3", "invalid_utf8"),
        ("a.parquet#row=4", "too_large"),
    ]


@pytest.mark.parametrize("kind", [pa.large_string(), pa.binary(), pa.dictionary(pa.int8(), pa.string())])
def test_text_may_be_of_any_arrow_type_for_text(kind: pa.DataType, tmp_path: Path, read: Callable[..., Any]) -> None:
    write(tmp_path / "a.parquet", {"text": pa.array(["a", "b"]).cast(kind)})
    assert read(tmp_path, type="parquet", paths="a.parquet").texts == ["a", "b"]


def test_runs_of_row_groups_hold_the_same_rows(tmp_path: Path, read: Callable[..., Any]) -> None:
    write(tmp_path / "a.parquet", {"text": [str(i) for i in range(100)]}, row_group_size=7)
    whole = read(tmp_path, type="parquet", paths="a.parquet")
    cut = read(tmp_path, Limits(split_bytes=100, batch_bytes=4), type="parquet", paths="a.parquet")
    assert len(cut.splits) > 3
    assert cut.rows == whole.rows
    assert [row["locator"] for row in cut.rows] == [f"a.parquet#row={i}" for i in range(100)]


def test_a_file_without_rows_has_none(tmp_path: Path, read: Callable[..., Any]) -> None:
    write(tmp_path / "a.parquet", {"text": pa.array([], pa.string())})
    assert read(tmp_path, type="parquet", paths="a.parquet").parcels == []


def test_a_damaged_page_costs_the_rest_of_its_run(tmp_path: Path, read: Callable[..., Any]) -> None:
    path = tmp_path / "a.parquet"
    write(path, {"text": [f"{i:0100d}" for i in range(1000)]}, row_group_size=500, use_dictionary=False)
    data = bytearray(path.read_bytes())
    middle = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    data[middle : middle + 40] = b"\xff" * 40
    path.write_bytes(data)
    got = read(tmp_path, type="parquet", paths="a.parquet")
    assert len(got.rows) == 500
    assert got.refused == [("a.parquet#row=500", "unreadable")]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"body": ["a"], "n": [1]}, "a.parquet has no column `text`; its columns are body, n: set text_field to one"),
        ({"text": [1]}, "column `text` of a.parquet is of type int64, which is not text"),
    ],
)
def test_a_file_without_text_is_refused_before_the_run(
    columns: dict[str, Any], message: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    write(tmp_path / "a.parquet", columns)
    with pytest.raises(InputError, match=message):
        read(tmp_path, type="parquet", paths="a.parquet")


@pytest.mark.parametrize("data", [b"", b"PAR1", b'{"text": "a"}\n', b"PAR1" + b"\0" * 50 + b"PAR1"])
def test_what_is_no_parquet_is_refused_before_the_run(data: bytes, tmp_path: Path, read: Callable[..., Any]) -> None:
    (tmp_path / "a.parquet").write_bytes(data)
    with pytest.raises(InputError, match=r"a\.parquet is no Parquet file"):
        read(tmp_path, type="parquet", paths="a.parquet")
