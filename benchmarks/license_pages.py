"""Licences of web pages: precision and recall on pages made by hand beside two peers, and pages a second.

The pages are those of `tests/license_pages.py` and `tests/license_site_pages.py`. The peers are trafilatura's
``license`` field, left out where that cannot be imported, and the first Creative Commons address in the markup, as
corpora have been filtered by. For speed the pages are filled up with markup around the topics of Python's manual.
WARC files as arguments are timed too.
"""

import re
import sys
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from pydoc_data.topics import topics

import pyarrow as pa
import pyarrow.compute as pc
from fastwarc.warc import ArchiveIterator, WarcRecordType
from resiliparse.extract.html2text import extract_plain_text

from licet.stages.license.cc import read_cc_url
from licet.stages.license.conclude import conclude
from licet.stages.license.html import read_page
from licet.stages.license.normalize import normalize
from licet.stages.license.page_scan import may_speak
from licet.stages.license.signals import page_signals

BYTES = 56_000
SHARE = 10
_CC = re.compile(r"creativecommons\.org/(?:licenses|publicdomain)/[a-z-]+(?:/\d\.\d)?(?:/[a-z]{2}/)?", re.IGNORECASE)
Reader = Callable[[str], str | None]


def ours(markup: str) -> str | None:
    """Return the licence that a policy which asks for grade C would act on."""
    found = conclude(frozenset(read_page(markup.encode()).claims))
    return found.expression if found.reason is None and found.grade <= "C" else None


def first_address(markup: str) -> str | None:
    """Return the first Creative Commons licence that the markup has an address of."""
    match = _CC.search(markup)
    read = read_cc_url(match[0]) if match else None
    return read.id if read else None


def trafilatura() -> Reader | None:
    """Return trafilatura's reading of a page, put as SPDX; null where it is not installed."""
    try:
        extract = import_module("trafilatura").extract_metadata
    except ImportError:
        return None

    def read(markup: str) -> str | None:
        found = extract(markup)
        return normalize(found.license).expression if found is not None and found.license else None

    return read


def score(read: Reader, pages: Iterable[tuple[str | None, str]]) -> tuple[int, int, int, int]:
    """Return how many licences were right, wrong, missed, and right in their conditions, whatever the version and port.

    Wrong is another licence, or one where there is none.
    """
    right = wrong = missed = alike = 0
    for expected, markup in pages:
        got = read(markup)
        right += got is not None and got == expected
        wrong += got is not None and got != expected
        missed += expected is not None and got is None
        alike += got is not None and expected is not None and stem(got) == stem(expected)
    return right, wrong, missed, alike


def stem(expression: str) -> str:
    """Return an expression without versions and ports."""
    return re.sub(r"-\d[\w.-]*|-unversioned|LicenseRef-", "", expression)


def filled(markup: str, number: int) -> bytes:
    """Return a page with some 56 KB of what pages are made of: paragraphs, links, lists, scripts."""
    told = sorted(topics.values(), key=len)[20:]
    pieces: list[str] = ["<style>.a{color:red}</style><script>/*! license MIT */ var a = {'rel': 1};</script>"]
    size = at = 0
    while size < BYTES:
        text = told[(number + at) % len(told)][:4000].replace("<", "&lt;")
        block = "".join(
            f'<p class="x-{at}">{p} <a href="/{at}" rel="nofollow">more</a></p>' for p in text.split("\n\n")
        )
        pieces.append(f'<div class="block" id="b{at}"><h2>Part {at}</h2>{block}<ul><li>one<li>two</ul></div>')
        size += len(pieces[-1])
        at += 1
    where = markup.find("</main>") if "</main>" in markup else markup.lower().find("</h1>") + 5
    return f"{markup[:where]}{''.join(pieces)}{markup[where:]}".encode()


def rate(function: Callable[[list[bytes]], object], pages: list[bytes], times: int = 3) -> float:
    """Return the best pages a second of some runs, in processor time of one core."""
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        function(pages)
        best = min(best, time.process_time() - began)
    return len(pages) / best


def licences(pages: list[bytes]) -> None:
    """Do what the licence stage does with the markup of pages."""
    for at in pc.indices_nonzero(may_speak(pa.array(pages, pa.binary()))).to_pylist():
        read_page(pages[at])
        page_signals(pages[at])


def texts(pages: list[bytes]) -> None:
    """Take the text out of pages, as the reader of web archives does."""
    for page in pages:
        extract_plain_text(page.decode("utf-8", "replace"), main_content=True)


def table(pages: dict[str, tuple[str | None, str]]) -> None:
    marked = sum(expected is not None for expected, _ in pages.values())
    print(f"{len(pages)} pages, {marked} of them under a licence\n")
    print(
        "| reader | right | wrong | missed | precision | recall | precision, conditions alone |\n"
        "|---|---|---|---|---|---|---|"
    )
    peers: list[tuple[str, Reader | None]] = [
        ("Licet", ours),
        ("trafilatura", trafilatura()),
        ("first address", first_address),
    ]
    for name, read in peers:
        if read is None:
            print(f"| {name} | not installed |")
            continue
        right, wrong, missed, alike = score(read, pages.values())
        answered = max(1, right + wrong)
        print(
            f"| {name} | {right} | {wrong} | {missed} | {right / answered:.3f} | {right / marked:.3f} |"
            f" {alike / answered:.3f} |"
        )


def speed(name: str, pages: list[bytes]) -> None:
    parsed = may_speak(pa.array(pages, pa.binary())).true_count
    mean = sum(map(len, pages)) / len(pages) / 1000
    ours_rate = rate(licences, pages)
    text_rate = rate(texts, pages)
    print(
        f"| {name} | {len(pages)} | {mean:.0f} | {parsed / len(pages):.0%} | {ours_rate:,.0f} | {text_rate:,.0f} |"
        f" {text_rate / ours_rate:.1%} |"
    )


def main(arguments: list[str]) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    made = import_module("license_pages")
    table({**made.PAGES, **made.MISSED})
    sites = import_module("license_site_pages")
    print("\nPages in the manner of real sites, written before looking at the rules:\n")
    table({**sites.PAGES, **sites.MISSED})
    marked = [filled(markup, n) for n, (expected, markup) in enumerate(made.PAGES.values()) if expected is not None]
    plain = [filled(made.page(title=f"Page {n}", foot=f"<p>© {n}</p>"), n) for n in range(len(marked) * (SHARE - 1))]
    print("\n| pages | number | kB each | parsed | pages/s | text extraction, pages/s | cost beside extraction |")
    print("|---|---|---|---|---|---|---|")
    speed("one in ten marked", marked + plain)
    speed("all marked", marked)
    speed("none marked", plain)
    for path in arguments:
        with Path(path).open("rb") as file:
            records = ArchiveIterator(file, record_types=WarcRecordType.response)
            speed(Path(path).name, [record.reader.read() for record in records])


if __name__ == "__main__":
    main(sys.argv[1:])
