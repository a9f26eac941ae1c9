import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from licet.schemas.errors import InputError

PAGE = b"<html><body><main><p>Some words of a page.</p></main></body></html>"
OPT_OUT = b"User-agent: GPTBot\nDisallow: /\n"
KEPT_OUT = ("robots.txt: disallow: / for gptbot", "/robots.txt#disallow")


def record(url: str, body: bytes = PAGE, media: str = "text/html", status: int = 200, more: str = "") -> bytes:
    block = f"HTTP/1.1 {status} X\r\nContent-Type: {media}\r\n{more}\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:{url}>\r\nWARC-Date: 2026-05-01T00:00:00Z\r\n"
        f"WARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def text(url: str) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <urn:{url}>\r\nWARC-Target-URI: {url}\r\n"
        "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\n"
    )
    return head.encode() + b"words\r\n\r\n"


@pytest.fixture
def told(tmp_path: Path, read: Callable[..., Any]) -> Callable[..., Any]:
    """Signals by the address of each page: of an archive of these records, and of one beside it."""

    def tell(*records: bytes, beside: tuple[bytes, ...] = (), **source: Any) -> dict[str, list[tuple[str, str]]]:
        (tmp_path / "warc").mkdir(exist_ok=True)
        (tmp_path / "warc" / "0.warc").write_bytes(b"".join(records))
        if beside:
            (tmp_path / "robotstxt").mkdir(exist_ok=True)
            (tmp_path / "robotstxt" / "0.warc").write_bytes(b"".join(beside))
            source = {"robots": "robotstxt", **source}
        got = read(tmp_path, **{"type": "warc", "paths": "warc/0.warc", **source})
        said: dict[str, list[tuple[str, str]]] = {}
        for parcel in got.parcels:
            for row in parcel.rows.to_pylist():
                said[row["url"]] = [(c.raw, c.locator) for c in parcel.claims[row["claims"]]]
        return said

    return tell


def test_a_site_s_robots_txt_speaks_for_its_pages_wherever_it_stands_in_the_archive(told: Callable[..., Any]) -> None:
    assert told(
        record("https://a.org/x"),
        record("http://A.org/robots.txt", OPT_OUT, "text/plain"),
        record("https://a.org/y"),
        record("https://b.org/x"),
    ) == {"https://a.org/x": [KEPT_OUT], "https://a.org/y": [KEPT_OUT], "https://b.org/x": []}


@pytest.mark.parametrize(
    "other",
    [
        record("https://a.org/robots.txt", OPT_OUT, "text/plain", status=404),
        record("https://a.org/deep/robots.txt", OPT_OUT, "text/plain"),
        record("https://a.org:8443/robots.txt", OPT_OUT, "text/plain"),
        record("https://www.a.org/robots.txt", OPT_OUT, "text/plain"),
        record("https://a.org/robots.txt", b"User-agent: *\nDisallow: /admin", "text/plain"),
    ],
)
def test_other_records_say_nothing_of_the_site(told: Callable[..., Any], other: bytes) -> None:
    assert told(other, record("https://a.org/x"))["https://a.org/x"] == []


def test_archives_beside_are_heard_where_the_recipe_names_them(told: Callable[..., Any]) -> None:
    beside = (record("https://a.org/robots.txt", OPT_OUT, "text/plain"), record("https://a.org/z"))
    assert told(record("https://a.org/x"), beside=beside) == {"https://a.org/x": [KEPT_OUT]}


def test_they_are_heard_for_texts_too(tmp_path: Path, told: Callable[..., Any]) -> None:
    (tmp_path / "0.wet").write_bytes(text("https://a.org/x"))
    beside = (record("https://a.org/robots.txt", OPT_OUT, "text/plain"),)
    assert told(beside=beside, type="wet", paths="0.wet") == {"https://a.org/x": [KEPT_OUT]}


def test_archives_beside_are_pinned_inputs_of_each_split_and_no_rows(tmp_path: Path, read: Callable[..., Any]) -> None:
    (tmp_path / "warc").mkdir()
    (tmp_path / "robots").mkdir()
    (tmp_path / "warc" / "0.warc").write_bytes(record("https://a.org/x"))
    (tmp_path / "robots" / "0.warc").write_bytes(record("https://a.org/robots.txt", OPT_OUT, "text/plain"))
    plain = read(tmp_path, type="warc", paths="warc").splits[0]
    (split,) = read(tmp_path, type="warc", paths="warc", robots="robots").splits
    assert [pin.name for pin in split.files] == ["warc/0.warc", "robots/0.warc"]
    assert split.size == plain.size
    (tmp_path / "robots" / "0.warc").write_bytes(record("https://a.org/robots.txt", OPT_OUT * 2, "text/plain"))
    (again,) = read(tmp_path, type="warc", paths="warc", robots="robots").splits
    assert split.fingerprint not in (plain.fingerprint, again.fingerprint)


@pytest.mark.parametrize("packed", [False, True])
def test_an_archive_beside_that_breaks_off_is_an_error_in_words(told: Callable[..., Any], packed: bool) -> None:
    first, second = (record(f"https://{host}.org/robots.txt", OPT_OUT, "text/plain") for host in "ab")
    cut = gzip.compress(first) + gzip.compress(second)[:-20] if packed else first + second[:-20]
    with pytest.raises(InputError, match=r"robotstxt/0.warc, which is named for robots.txt, cannot be read to its end"):
        told(record("https://a.org/x"), beside=(cut,))


def test_robots_that_name_nothing_are_an_error_in_words(tmp_path: Path, read: Callable[..., Any]) -> None:
    (tmp_path / "a.warc").write_bytes(record("https://a.org/x"))
    with pytest.raises(InputError, match="there is no file none"):
        read(tmp_path, type="warc", paths="a.warc", robots="none")


TDM = "https://a.org/.well-known/tdmrep.json"
WHERE = "/.well-known/tdmrep.json#location="


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([{"location": "/", "tdm-reservation": 1}], [("tdm-reservation: 1", f"{WHERE}/")]),
        (
            [{"location": "/x", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}],
            [("tdm-reservation: 0", f"{WHERE}/x")],
        ),
        (
            [{"location": "/", "tdm-reservation": 1, "tdm-policy": "https://a.org/p"}],
            [("tdm-reservation: 1", f"{WHERE}/"), ("tdm-policy: https://a.org/p", f"{WHERE}/")],
        ),
        ({"location": "/*", "tdm-reservation": "1"}, [("tdm-reservation: 1", f"{WHERE}/*")]),
        ([{"location": "/y", "tdm-reservation": 1}], []),
        ([{"location": 1}, "x", {"location": "/", "tdm-reservation": True}], []),
        ("none", []),
    ],
)
def test_the_first_rule_of_a_tdm_file_that_names_the_page_holds(
    told: Callable[..., Any], rules: Any, expected: list[tuple[str, str]]
) -> None:
    file = record(TDM, json.dumps(rules).encode(), "application/json")
    assert told(file, record("https://a.org/x"))["https://a.org/x"] == expected


def test_a_tdm_file_that_is_no_json_says_nothing(told: Callable[..., Any]) -> None:
    assert told(record(TDM, b"[" * 100_000, "application/json"), record("https://a.org/x")) == {"https://a.org/x": []}


LICENSE = record("https://a.org/robots.txt", b"License: https://a.org/license.xml", "text/plain")
UNREAD = ("rsl: https://a.org/license.xml", "/robots.txt#license")


def rsl(*contents: str) -> bytes:
    body = f'<rsl xmlns="https://rslstandard.org/rsl">{"".join(contents)}</rsl>'
    return record("https://a.org/license.xml", body.encode(), "application/rsl+xml")


def content(url: str, permits: str = "all") -> str:
    return f'<content url="{url}"><license><permits type="usage">{permits}</permits></license></content>'


def test_terms_that_are_not_in_the_archive_are_told_by_their_address(told: Callable[..., Any]) -> None:
    assert told(LICENSE, record("https://a.org/x"))["https://a.org/x"] == [UNREAD]


@pytest.mark.parametrize("url", ["/", "/x*", "https://a.org/", "https://a.org/x$"])
def test_terms_in_the_archive_are_told_by_their_words_for_the_page(told: Callable[..., Any], url: str) -> None:
    words = (f"rsl: {content(url)}", "/robots.txt#license")
    assert told(LICENSE, rsl(content(url), content("/other")), record("https://a.org/x"))["https://a.org/x"] == [words]


@pytest.mark.parametrize("url", ["/y", "https://b.org/", "ftp://a.org/"])
def test_terms_for_other_pages_say_nothing_of_this_one(told: Callable[..., Any], url: str) -> None:
    assert told(LICENSE, rsl(content(url)), record("https://a.org/x"))["https://a.org/x"] == []


@pytest.mark.parametrize("terms", ["", content("/", "all" + " x" * 1000), '<content url="/">'])
def test_terms_that_cannot_be_told_whole_are_told_by_their_address(told: Callable[..., Any], terms: str) -> None:
    assert told(LICENSE, rsl(terms), record("https://a.org/x"))["https://a.org/x"] == [UNREAD]


def test_terms_that_a_header_leads_to_are_read_too(told: Callable[..., Any]) -> None:
    link = 'Link: <https://a.org/license.xml>; rel="license"; type="application/rsl+xml"\r\n'
    page = record("https://a.org/x", more=link)
    assert told(rsl(content("/")), page)["https://a.org/x"] == [(f"rsl: {content('/')}", "#header[link]")]
    assert told(page)["https://a.org/x"] == [("rsl: https://a.org/license.xml", "#header[link]")]


def test_an_archive_that_breaks_off_still_yields_its_pages(told: Callable[..., Any]) -> None:
    whole = record("https://a.org/robots.txt", OPT_OUT, "text/plain") + record("https://a.org/x")
    assert told(whole, record("https://a.org/y")[:60])["https://a.org/x"] == [KEPT_OUT]
