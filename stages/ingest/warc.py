"""Web archives: WARC responses whose HTML is turned into text, and WET conversions, which are text already.

Only response records (WET: conversion records) are rows; requests, metadata and the like describe them. The main
content of a page is taken by resiliparse (Bevendorff et al., "Elastic ChatNoir", ECIR 2018); its whole markup goes
along for the licence stage to read. Pages are decoded as browsers do: the charset of the HTTP header, else of the
markup, else detected. What the response headers say of the licence and of use goes along as claims, and what the site
says in files of its own (`site_signals`).
"""

from collections.abc import Iterator

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import bytes_to_str, detect_encoding

from licet.schemas.evidence import Claim
from licet.schemas.recipe import Limits
from licet.schemas.split import Pin, Split
from licet.stages.ingest.archive_end import ending
from licet.stages.ingest.gather import Row
from licet.stages.ingest.jsonl import origin_of
from licet.stages.ingest.nesting import MAX_DEPTH, nesting
from licet.stages.ingest.pin import open_pinned
from licet.stages.ingest.reasons import Damaged, Refusal
from licet.stages.ingest.response import header_claims
from licet.stages.ingest.site_signals import SiteSignals, signals_for

UNBELIEVABLE = 1 << 40
"""A Content-Length from which on a header says nothing of how many bytes there are."""
HTML = ("text/html", "application/xhtml+xml")


def read_warc(split: Split, limits: Limits) -> Iterator[Row | Refusal]:
    """Yield the pages of a WARC file."""
    return _read(split, limits, WarcRecordType.response)


def read_wet(split: Split, limits: Limits) -> Iterator[Row | Refusal]:
    """Yield the texts of a WET file."""
    return _read(split, limits, WarcRecordType.conversion)


def _read(split: Split, limits: Limits, kind: WarcRecordType) -> Iterator[Row | Refusal]:
    """Yield each record one behind, so that of a file that breaks off the last, half one is not taken for whole."""
    pin = split.files[0]
    claims = origin_of(split)
    sites = signals_for(pin, split.files[1:], is_own=kind == WarcRecordType.response)
    held: Row | Refusal | None = None
    last = 0
    problem: Damaged | None = None
    try:
        with open_pinned(pin) as file:
            for record in ArchiveIterator(file, parse_http=False, fsspec_args=False):
                if held is not None:
                    yield held
                    held = None
                last = record.stream_pos
                held = _row(record, pin, claims, sites, limits) if record.record_type == kind else None
    except Damaged as error:
        problem = error
    except (OSError, ValueError, UnicodeError) as error:
        problem = Damaged("unreadable", f"after the record there: {error}", members=1)
    if problem is None or problem.reason != "truncated":
        problem = ending(pin, last) or problem
    if held is not None and (problem is None or problem.members):
        yield held
    if problem is not None:
        yield Refusal(problem.reason, f"{pin.name}#offset={last}", problem.detail)


def _row(record: WarcRecord, pin: Pin, claims: tuple[Claim, ...], sites: SiteSignals, limits: Limits) -> Row | Refusal:
    locator = f"{pin.name}#offset={record.stream_pos}"
    own = (record.record_id or "").strip("<> ") or None
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ") or None
    date = record.headers.get("WARC-Date") or None
    declared = record.content_length
    limit = limits.max_row_bytes
    if declared > limit:
        size = declared if declared < UNBELIEVABLE else None
        return Refusal("too_large", locator, value=declared, threshold=limit, size=size, id=own, url=url)
    if record.record_type == WarcRecordType.conversion:
        data = record.reader.read(limit + 1)
        if len(data) < declared:
            raise Damaged("truncated", f"the record has {len(data)} of its {declared} bytes")
        try:
            data.decode()
        except UnicodeDecodeError as error:
            return Refusal("invalid_utf8", locator, f"byte {error.start}: {error.reason}", size=len(data), id=own)
        return Row(data, locator, (*claims, *sites.of(url, ())), len(data), own, url, date)
    status, media, charset, headers, body = _answer(record, limit, declared)
    if len(body) > limit:
        return Refusal("too_large", locator, "once decoded", None, limit, declared, own, url)
    if status != 200:
        return Refusal("bad_http_status", locator, value=status, size=declared, id=own, url=url)
    if media not in HTML:
        return Refusal("not_html", locator, media or "no media type", size=declared, id=own, url=url)
    markup = decoded(body, charset)
    if (deep := nesting(markup)) > MAX_DEPTH:
        return Refusal("too_deep", locator, value=deep, threshold=MAX_DEPTH, size=declared, id=own, url=url)
    try:
        text = extract_plain_text(markup, main_content=True, alt_texts=False) if markup.strip() else ""
    except (ValueError, RuntimeError, RecursionError) as error:
        return Refusal("unreadable", locator, f"HTML: {error}", size=declared, id=own, url=url)
    if not text.strip():
        return Refusal("no_text", locator, size=declared, id=own, url=url)
    claims = (*claims, *sites.of(url, header_claims(headers)))
    return Row(text.encode(), locator, claims, declared, own, url, date, markup.encode())


def _answer(
    record: WarcRecord, limit: int, declared: int
) -> tuple[int, str | None, str | None, list[tuple[str, str]], bytes]:
    """Return the status, media type, charset, headers and body of an HTTP response; what is no HTTP has status 0."""
    try:
        record.parse_http(auto_decode="all")
        headers = record.http_headers
        status = int((headers.status_code if headers is not None else 0) or 0)
        body = record.reader.read(limit + 1)
    except (OSError, ValueError, TypeError):
        return 0, None, None, [], b""
    told = list(headers.items()) if headers is not None else []
    names = {name.lower() for name, _ in told}
    if not names & {"content-encoding", "transfer-encoding"} and len(body) < min(record.content_length, limit):
        raise Damaged("truncated", f"{record.content_length - len(body)} of the record's {declared} bytes are missing")
    media = (record.http_content_type or "").split(";")[0].strip().lower() or None
    return status, media, record.http_charset, told, body


def decoded(body: bytes, charset: str | None) -> str:
    """Return markup as text that UTF-8 can write; a charset nobody knows is detected instead."""
    encoding = charset or detect_encoding(body, from_html_meta=True) or "utf-8"
    try:
        text = bytes_to_str(body, encoding, errors="replace")
    except (LookupError, ValueError):
        text = bytes_to_str(body, detect_encoding(body) or "utf-8", errors="replace")
    return text.encode("utf-8", "replace").decode()
