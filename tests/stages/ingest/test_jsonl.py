import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licet.schemas.errors import InputError
from licet.schemas.recipe import Limits


def write(path: Path, *rows: Any) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_a_row_is_named_by_its_content(tmp_path: Path, read: Callable[..., Any]) -> None:
    write(tmp_path / "a.jsonl", {"text": "né"})
    sha = hashlib.sha256("né".encode()).hexdigest()
    assert read(tmp_path, type="jsonl", paths="a.jsonl").rows == [
        {
            "id": f"src/sha256:{sha[:32]}",
            "text": "né",
            "content_sha256": sha,
            "url": None,
            "date": None,
            "locator": "a.jsonl#byte=0",
            "claims": 0,
            "markup": None,
        }
    ]


def test_fields_are_read_by_their_names(tmp_path: Path, read: Callable[..., Any]) -> None:
    write(
        tmp_path / "a.jsonl",
        {"content": {"body": "one"}, "n": 7, "u": "http://x/1", "d": "2024", "lic": "MIT"},
        {"content": {"body": "two"}, "n": 8, "u": 5, "d": 2025, "lic": ["MIT", "CC0-1.0"]},
        {"content": {"body": "six"}, "n": 9, "lic": "MIT"},
        {"content": {"body": "ten"}},
    )
    fields = {
        "text_field": "content.body",
        "id_field": "n",
        "url_field": "u",
        "date_field": "d",
        "license_field": "lic",
    }
    got = read(tmp_path, type="jsonl", paths="a.jsonl", **fields)
    assert [(r["id"][:6], r["text"], r["url"], r["date"], r["claims"]) for r in got.rows] == [
        ("src/7", "one", "http://x/1", "2024", 0),
        ("src/8", "two", "5", "2025", 1),
        ("src/9", "six", None, None, 0),
        ("src/sh", "ten", None, None, 2),
    ]
    assert [[(c.kind, c.raw, c.locator) for c in claims] for claims in got.parcels[0].claims] == [
        [("row_column", "MIT", "a.jsonl#lic")],
        [("row_column", "MIT", "a.jsonl#lic"), ("row_column", "CC0-1.0", "a.jsonl#lic")],
        [],
    ]


HOSTILE = [
    (b"{broken", "bad_json"),
    (b"[1]", "not_an_object"),
    (b"7", "not_an_object"),
    (b'{"other": 1}', "missing_text"),
    (b'{"text": null}', "missing_text"),
    (b'{"text": 5}', "wrong_type"),
    (b'{"text": ["a"]}', "wrong_type"),
    (b'{"text": ""}', "empty_text"),
    (b'{"text": " \\n\\t"}', "empty_text"),
    (b'{"text": "\xff"}', "invalid_utf8"),
    (b'{"text": "\\ud800"}', "invalid_utf8"),
    (b'{"text": "a"} {"text": "b"}', "bad_json"),
    (b"\x00\x01\x02", "bad_json"),
    (b'{"text": ' + b"[" * 100_000 + b"}", "bad_json"),
    (b'{"text": "' + b"x" * 200_000 + b'"}', "too_large"),
]


@pytest.mark.parametrize(("line", "reason"), HOSTILE)
def test_a_bad_line_costs_itself_alone(line: bytes, reason: str, tmp_path: Path, read: Callable[..., Any]) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "good"}\n' + line + b'\n\n{"text": "also"}')
    got = read(tmp_path, Limits(max_row_bytes=150_000), type="jsonl", paths="a.jsonl")
    assert got.texts == ["good", "also"]
    assert got.refused == [("a.jsonl#byte=17", reason)]
    assert got.parcels[0].rows_in == 3


def test_a_wrong_type_is_told(tmp_path: Path, read: Callable[..., Any]) -> None:
    write(tmp_path / "a.jsonl", {"text": {"a": 1}, "id": "x"})
    (entry,) = read(tmp_path, type="jsonl", paths="a.jsonl", id_field="id").ledger
    assert (entry["id"], entry["detail"], entry["bytes"]) == ("src/x", "`text` is of type object", 29)


def test_numbers_that_are_no_json_elsewhere_do_no_harm(tmp_path: Path, read: Callable[..., Any]) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "a", "score": NaN}\n{"text": "b", "score": 1e999}\n')
    assert read(tmp_path, type="jsonl", paths="a.jsonl").texts == ["a", "b"]


def test_a_line_of_twenty_megabytes_is_passed_over(tmp_path: Path, read: Callable[..., Any]) -> None:
    with open(tmp_path / "a.jsonl", "wb") as file:
        file.write(b'{"text": "first"}\n{"text": "')
        for _ in range(20):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n{"text": "last"}\n')
    got = read(tmp_path, Limits(max_row_bytes=1_000_000), type="jsonl", paths="a.jsonl")
    assert got.texts == ["first", "last"]
    (entry,) = got.ledger
    assert (entry["reason"], entry["value"], entry["threshold"]) == ("too_large", 20_000_012, 1_000_000)


def test_an_empty_file_has_no_rows(tmp_path: Path, read: Callable[..., Any]) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"")
    got = read(tmp_path, type="jsonl", paths="a.jsonl")
    assert (len(got.splits), got.parcels) == (1, [])


def test_a_byte_order_mark_and_windows_line_ends_are_no_text(tmp_path: Path, read: Callable[..., Any]) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'\xef\xbb\xbf{"text": "a"}\r\n{"text": "b"}\r\n')
    assert read(tmp_path, type="jsonl", paths="a.jsonl").texts == ["a", "b"]


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zstandard.ZstdCompressor().compress(data)])
def test_compressed_lines_are_told_by_their_bytes(
    pack: Callable[[bytes], bytes], tmp_path: Path, read: Callable[..., Any]
) -> None:
    one, two = (pack(json.dumps({"text": t}).encode() + b"\n") for t in ("a", "b"))
    (tmp_path / "misnamed.jsonl").write_bytes(one + two)
    got = read(tmp_path, Limits(split_bytes=10), type="jsonl", paths="misnamed.jsonl")
    assert (len(got.splits), got.texts) == (1, ["a", "b"])


@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_what_stands_before_a_truncation_is_kept(kind: str, tmp_path: Path, read: Callable[..., Any]) -> None:
    lines = [json.dumps({"text": f"{i} {hashlib.sha256(str(i).encode()).hexdigest()}"}) for i in range(5000)]
    data = ("\n".join(lines) + "\n").encode()
    whole = gzip.compress(data) if kind == "gzip" else zstandard.ZstdCompressor().compress(data)
    (tmp_path / "a.jsonl").write_bytes(whole[: len(whole) * 3 // 4])
    got = read(tmp_path, type="jsonl", paths="a.jsonl")
    assert 100 < len(got.rows) < 5000
    assert [json.dumps({"text": text}) for text in got.texts] == lines[: len(got.rows)]
    assert got.refused == [(f"a.jsonl#byte={sum(len(line) + 1 for line in lines[: len(got.rows)])}", "truncated")]


def test_damage_within_a_stream_is_told(tmp_path: Path, read: Callable[..., Any]) -> None:
    data = bytearray(gzip.compress(b'{"text": "a"}\n' * 3) + gzip.compress(b'{"text": "b"}\n'))
    data[-12] ^= 0xFF
    (tmp_path / "a.jsonl.gz").write_bytes(data)
    got = read(tmp_path, type="jsonl", paths="a.jsonl.gz")
    assert got.texts[:3] == ["a", "a", "a"]
    assert [entry["reason"] for entry in got.ledger][-1] == "unreadable"


LINE = st.one_of(
    st.text(max_size=30).map(lambda t: json.dumps({"text": t}).encode()),
    st.text(max_size=30).map(lambda t: json.dumps({"text": t, "id": 3}, ensure_ascii=False).encode(errors="replace")),
    st.binary(max_size=20).map(lambda b: b.replace(b"\n", b"")),
    st.sampled_from([b"", b"{}", b'{"text": 1}', b'{"text": "a"}{"text": "b"}', b'{"text": "\\ud800"}', b"\r"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINE, max_size=12), step=st.integers(1, 80), ending=st.sampled_from([b"", b"\n"]))
def test_the_rows_of_a_file_are_the_same_however_it_is_cut(
    lines: list[bytes], step: int, ending: bytes, tmp_path: Path, read: Callable[..., Any]
) -> None:
    first = json.dumps({"text": "first"}).encode()
    (tmp_path / "a.jsonl").write_bytes(b"\n".join([first, *lines]) + ending)
    whole = read(tmp_path, Limits(max_row_bytes=40), type="jsonl", paths="a.jsonl")
    cut = read(tmp_path, Limits(max_row_bytes=40, split_bytes=step), type="jsonl", paths="a.jsonl")
    assert cut.rows == whole.rows
    assert cut.ledger == whole.ledger
    assert len({split.fingerprint for split in cut.splits}) == len(cut.splits)


def test_parcels_are_bounded_and_numbered(tmp_path: Path, read: Callable[..., Any]) -> None:
    write(tmp_path / "a.jsonl", *({"text": "x" * 30} for _ in range(10)), {"text": "y" * 500})
    got = read(tmp_path, Limits(batch_bytes=100), type="jsonl", paths="a.jsonl")
    assert [(p.seq, p.rows.num_rows) for p in got.parcels] == [(0, 3), (1, 3), (2, 3), (3, 1), (4, 1)]


def test_files_of_any_store_are_read(memory: str, read: Callable[..., Any]) -> None:
    with fsspec.open(f"{memory}/data/a.jsonl", "wb") as file:
        file.write(b'{"text": "a"}\n{"text": "b"}\n')
    with fsspec.open(f"{memory}/data/LICENSE", "wb") as file:
        file.write(b"MIT License")
    for paths in ("data/a.jsonl", "data", "data/*.jsonl", f"{memory}/data/a.jsonl"):
        got = read(memory, Limits(split_bytes=15), type="jsonl", paths=paths)
        assert (len(got.splits), got.texts) == (2, ["a", "b"])
        assert [pin.name for split in got.splits for pin in split.files] == ["a.jsonl", "a.jsonl"]
        assert [claim.locator for claim in got.splits[0].claims[0]] == ["LICENSE"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PAR1abc", "source src: a.jsonl is not JSON: it is a Parquet file"),
        (b"<html><p>404", "source src: a.jsonl is not JSON: it is markup"),
        (b'[{"text": "a"}]', "source src: a.jsonl is a JSON array, not JSON Lines: write one object a line"),
        (
            b'{"content": "a", "id": 1}\n',
            "source src: none of the first 1 rows of a.jsonl has a field `text`; their fields are content, id:"
            " set text_field to one of them",
        ),
    ],
)
def test_what_is_surely_wrong_is_refused_before_the_run(
    data: bytes, message: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    (tmp_path / "a.jsonl").write_bytes(data)
    with pytest.raises(InputError) as error:
        read(tmp_path, type="jsonl", paths="a.jsonl")
    assert str(error.value) == message
