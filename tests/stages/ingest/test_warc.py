import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from licet.schemas.errors import InputError
from licet.schemas.recipe import Limits

PAGE = b"<html><body><main><p>Some words of a page.</p></main></body></html>"


def answer(body: bytes, media: str = "text/html", status: int = 200, more: str = "") -> bytes:
    return f"HTTP/1.1 {status} X\r\nContent-Type: {media}\r\n{more}\r\n".encode() + body


def record(number: int, block: bytes, kind: str = "response") -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Date: 2024-05-01T00:00:00Z\r\n"
        f"WARC-Target-URI: <http://x/{number}>\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def test_a_page_becomes_text_with_its_markup(tmp_path: Path, read: Callable[..., Any]) -> None:
    info, page = (
        record(0, b"x: y", "warcinfo"),
        record(1, answer("<p>café".encode("latin-1"), "text/html; charset=latin1")),
    )
    (tmp_path / "a.warc").write_bytes(info + page)
    (row,) = read(tmp_path, type="warc", paths="a.warc").rows
    assert {key: row[key] for key in ("id", "text", "url", "date", "locator", "markup")} == {
        "id": "src/urn:uuid:1",
        "text": "café",
        "url": "http://x/1",
        "date": "2024-05-01T00:00:00Z",
        "locator": f"a.warc#offset={len(info)}",
        "markup": "<p>café".encode(),
    }


def test_what_headers_say_of_licence_and_use_goes_along_as_claims(tmp_path: Path, read: Callable[..., Any]) -> None:
    told = 'Link: <https://creativecommons.org/licenses/by/4.0/>; rel="license"\r\ntdm-reservation: 1\r\n'
    blocks = [answer(PAGE, more=told), answer(PAGE), answer(PAGE, more=told)]
    (tmp_path / "a.warc").write_bytes(b"".join(record(i, b) for i, b in enumerate(blocks)))
    got = read(tmp_path, type="warc", paths="a.warc")
    (parcel,) = got.parcels
    assert [[(c.kind, c.raw, c.locator) for c in parcel.claims[row["claims"]]] for row in got.rows] == [
        said := [
            ("html_link", "https://creativecommons.org/licenses/by/4.0/", "#header[link]"),
            ("usage_signal", "tdm-reservation: 1", "#header[tdm-reservation]"),
        ],
        [],
        said,
    ]
    assert len(parcel.claims) == 2


def test_what_is_no_page_goes_to_the_ledger(tmp_path: Path, read: Callable[..., Any]) -> None:
    blocks = [
        answer(PAGE),
        answer(PAGE, status=404),
        answer(b"%PDF", "application/pdf"),
        answer(b"<html><script>x</script></html>"),
        answer(b""),
        b"this is no http",
        answer(b"<p>" + b"x" * 5000),
        answer(gzip.compress(b"<p>" + b"x" * 5000), more="Content-Encoding: gzip\r\n"),
        answer(gzip.compress(PAGE), more="Content-Encoding: gzip\r\n"),
    ]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(gzip.compress(record(i, b)) for i, b in enumerate(blocks)))
    got = read(tmp_path, Limits(max_row_bytes=2000), type="warc", paths="a.warc.gz")
    assert [row["id"] for row in got.rows] == ["src/urn:uuid:0", "src/urn:uuid:8"]
    assert [(entry["id"][-1], entry["reason"]) for entry in got.ledger] == [
        ("1", "bad_http_status"),
        ("2", "not_html"),
        ("3", "no_text"),
        ("4", "no_text"),
        ("5", "bad_http_status"),
        ("6", "too_large"),
        ("7", "too_large"),
    ]
    assert got.ledger[0]["value"] == 404
    assert got.ledger[1]["detail"] == "application/pdf"


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_that_breaks_off_keeps_its_whole_pages(packed: bool, tmp_path: Path, read: Callable[..., Any]) -> None:
    members = [record(i, answer(PAGE)) for i in range(3)]
    members = [gzip.compress(member) for member in members] if packed else members
    whole, before = b"".join(members), len(members[0]) + len(members[1])
    for size in range(before + 6, len(whole) - 8, 7):
        (tmp_path / "a.warc").write_bytes(whole[:size])
        got = read(tmp_path, type="warc", paths="a.warc")
        assert [row["id"] for row in got.rows][:2] == ["src/urn:uuid:0", "src/urn:uuid:1"], size
        assert len(got.rows) + len(got.ledger) == 3, size
        assert {entry["reason"] for entry in got.ledger} <= {"truncated", "unreadable"}, size
        if packed or size < len(whole) - len(PAGE):
            assert len(got.ledger) == 1, size


def test_damage_within_a_file_is_told(tmp_path: Path, read: Callable[..., Any]) -> None:
    good = gzip.compress(record(1, answer(PAGE)))
    (tmp_path / "a.warc.gz").write_bytes(good + b"\xff" * 300)
    got = read(tmp_path, type="warc", paths="a.warc.gz")
    assert [row["id"] for row in got.rows] == ["src/urn:uuid:1"]
    assert [reason for _, reason in got.refused] == ["unreadable"]


def test_conversions_are_text_without_markup(tmp_path: Path, read: Callable[..., Any]) -> None:
    wet = record(1, "só texto".encode(), "conversion") + record(2, b"\xff\xfe", "conversion") + record(3, answer(PAGE))
    (tmp_path / "a.wet").write_bytes(wet)
    got = read(tmp_path, type="wet", paths="a.wet")
    assert [(row["id"], row["text"], row["markup"]) for row in got.rows] == [("src/urn:uuid:1", "só texto", None)]
    assert [reason for _, reason in got.refused] == ["invalid_utf8"]


def test_an_empty_archive_has_no_rows_and_another_file_is_refused(tmp_path: Path, read: Callable[..., Any]) -> None:
    (tmp_path / "empty.warc").write_bytes(b"")
    (tmp_path / "other.warc").write_bytes(b"hello world")
    assert read(tmp_path, type="warc", paths="empty.warc").parcels == []
    with pytest.raises(InputError, match=r"other\.warc is no WARC file"):
        read(tmp_path, type="warc", paths="other.warc")
