import pyarrow as pa
import pytest
from helpers import SHARED, brief, needs_shared
from hypothesis import given
from hypothesis import strategies as st
from license_pages import PAGES as MADE
from license_site_pages import MISSED
from license_site_pages import PAGES as OF_SITES

from licet.stages.license.conclude import conclude
from licet.stages.license.html import NO_MARKS, read_page
from licet.stages.license.page_scan import may_speak

PAGES = {**MADE, **OF_SITES}
BY = "https://creativecommons.org/licenses/by/4.0/"
SA = "https://creativecommons.org/licenses/by-sa/4.0/"
NC = "https://creativecommons.org/licenses/by-nc/4.0/"


def page(body: str = "<p>Text</p>", head: str = "") -> bytes:
    return f"<html><head><title>A page</title>{head}</head><body>{body}</body></html>".encode()


def concluded(markup: bytes) -> tuple[str | None, str | None, str]:
    found = conclude(frozenset(read_page(markup).claims))
    return found.expression, found.reason, found.grade


@pytest.mark.parametrize(
    ("markup", "expression", "grade"),
    [
        (page(head=f'<link rel="license" href="{SA}deed.an">'), "CC-BY-SA-4.0", "B"),
        (page(head=f'<LINK REL="License" HREF="{SA}">'), "CC-BY-SA-4.0", "B"),
        (page(head=f'<meta name="dc.rights" content="{BY}">'), "CC-BY-4.0", "B"),
        (page(head=f'<meta name="DCTERMS.license" content="{BY}">'), "CC-BY-4.0", "B"),
        (page(head=f'<meta property="dct:license" content="{BY}">'), "CC-BY-4.0", "B"),
        (
            page(head=f'<script type="application/ld+json">{{"@type":"Article","license":"{BY}"}}</script>'),
            "CC-BY-4.0",
            "B",
        ),
        (
            page(
                head='<script type="application/ld+json">{"@graph":[{"@type":"WebPage","license":{"@id":"'
                + BY
                + '"}}]}</script>'
            ),
            "CC-BY-4.0",
            "B",
        ),
        (
            page(
                f'<div id="license"><p>This site is under <a rel="license noopener" href="{BY}?ref=x">BY</a></p></div>'
            ),
            "CC-BY-4.0",
            "C",
        ),
        (page(f'<footer><p>Content under <a href="{BY}">CC BY</a></p></footer>'), "CC-BY-4.0", "C"),
        (page(f'<div class="site-footer"><a href="{NC}">CC BY-NC</a></div>'), "CC-BY-NC-4.0", "C"),
        (page('<footer><img src="https://i.creativecommons.org/l/by/4.0/88x31.png"></footer>'), "CC-BY-4.0", "C"),
        (page(f'<footer><a property="dct:license" href="{BY}">BY</a></footer>'), "CC-BY-4.0", "C"),
        (
            page('<footer><a href="https://creativecommons.org/licenses/by-sa/3.0/pl/">BY-SA</a></footer>'),
            "LicenseRef-CC-BY-SA-3.0-PL",
            "C",
        ),
        (
            page('<footer><a rel="license" href="https://creativecommons.org/publicdomain/zero/1.0/">0</a></footer>'),
            "CC0-1.0",
            "C",
        ),
        (page(f'<p>As in <a href="{BY}">CC BY</a> works.</p>'), "CC-BY-4.0", "F"),
        (
            page(f'<figure><img src="x"><figcaption><a rel="license" href="{BY}">CC BY</a></figcaption></figure>'),
            "CC-BY-4.0",
            "F",
        ),
        (page(f'<p class="photo-credit">Photo by Jane, <a rel="license" href="{BY}">CC BY</a></p>'), "CC-BY-4.0", "F"),
        (page(f'<footer><p>Icons by Jane, <a rel="license" href="{BY}">CC BY</a></p></footer>'), "CC-BY-4.0", "F"),
        (
            page(f'<div about="http://example.org/image.png"><a rel="license" href="{BY}">BY</a></div>'),
            "CC-BY-4.0",
            "F",
        ),
        (
            page(head=f'<script type="application/ld+json">{{"@type":"ImageObject","license":"{BY}"}}</script>'),
            "CC-BY-4.0",
            "F",
        ),
    ],
)
def test_marks_are_graded_by_where_they_stand(markup: bytes, expression: str, grade: str) -> None:
    assert concluded(markup) == (expression, None, grade)


@pytest.mark.parametrize(
    "markup",
    [
        page(),
        b"",
        b"\x00\xff\xfe license creativecommons.org \x80" * 50,
        page(head='<link rel="license" type="application/rsl+xml" href="https://example.org/license.xml">'),
        page('<a rel="license" href="/terms">Terms</a>'),
        page('<a href="https://creativecommons.org/about/">On Creative Commons</a>'),
        page('<a rel="license" href="https://creativecommons.org.evil.example/licenses/by/4.0/">BY</a>'),
        page(head='<script type="application/ld+json">{"license": [[[</script>'),
        page('<pre>License: MIT, "license": "MIT"</pre>'),
    ],
)
def test_page_without_a_recognised_mark_makes_no_claim(markup: bytes) -> None:
    assert read_page(markup) == NO_MARKS


@pytest.mark.parametrize("name", PAGES)
def test_page_is_under_the_licence_that_a_reader_would_name(name: str) -> None:
    expected, markup = PAGES[name]
    expression, reason, grade = concluded(markup.encode())
    assert (expression if reason is None and grade <= "C" else None) == expected


@pytest.mark.parametrize("name", MISSED)
def test_page_that_is_not_understood_is_under_no_licence(name: str) -> None:
    expression, reason, grade = concluded(MISSED[name][1].encode())
    assert expression is None or reason is not None or grade > "C"


def test_no_page_under_a_licence_is_dismissed_unread() -> None:
    found = may_speak(pa.array([m.encode() for e, m in PAGES.values() if e is not None], pa.binary()))
    assert found.true_count == len(found)


def test_page_without_words_on_licences_is_dismissed_unread() -> None:
    pages = [page(), page("<script>/* @license MIT */ var license = 1;</script>"), b"\xff\xfe", b"", None]
    assert may_speak(pa.array(pages, pa.binary())).to_pylist() == [False] * 5


def test_two_marks_that_disagree_are_a_contradiction() -> None:
    markup = page(f'<footer>Content under <a href="{NC}">NC</a></footer>', f'<link rel="license" href="{BY}">')
    assert concluded(markup)[:2] == (None, "contradictory")


def test_open_page_with_a_restricted_part_keeps_its_licence_and_says_so() -> None:
    markup = page(f'<figure><a href="{NC}">NC</a></figure>', f'<link rel="license" href="{BY}">')
    found = conclude(frozenset(read_page(markup).claims))
    assert (found.expression, found.flags) == ("CC-BY-4.0", ("part_stricter",))


def test_listing_of_works_under_many_licences_says_nothing_of_the_page() -> None:
    markup = page(f'<ul><li><a rel="license" href="{BY}">a</a></li><li><a rel="license" href="{NC}">b</a></li></ul>')
    assert {c.kind for c in read_page(markup).claims} == {"html_text"}


def test_title_and_author_are_kept_for_the_credit() -> None:
    found = read_page(page(head=f'<meta name="author" content="Jane  Doe"><link rel=license href="{BY}">'))
    assert (found.title, found.author) == ("A page", "Jane Doe")


MARKUP = [
    "<a rel=license href=",
    BY,
    ">CC BY 4.0</a>",
    "<footer>",
    "<p>",
    "</p>",
    "<table>",
    "<script>",
    "<!--",
    "\x00",
    "<br>",
    '<script type="application/ld+json">',
    '{"@type":"Article","license":',
    "]",
    "\ue000",
    "<article>",
    "This work is under ",
]


@given(st.lists(st.sampled_from(MARKUP) | st.text(max_size=8), max_size=30))
def test_no_markup_at_all_makes_it_fail(pieces: list[str]) -> None:
    found = read_page("".join(pieces).encode("utf-8", "surrogatepass"))
    assert found == read_page("".join(pieces).encode("utf-8", "surrogatepass"))


def test_deep_nesting_is_no_trouble() -> None:
    markup = page("<div>" * 3000 + f'<a rel="license" href="{BY}">BY</a>' + "</div>" * 3000)
    assert concluded(markup)[0] in ("CC-BY-4.0", None)


def test_many_marks_cost_no_more_than_the_page() -> None:
    with brief():
        read_page(page(f'<a rel="license" href="{BY}">BY</a>' * 10_000))


def pages(name: str) -> dict[str, bytes]:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    with (SHARED / "web" / name).open("rb") as file:
        return {
            record.headers["WARC-Target-URI"].strip("<>"): record.reader.read()
            for record in ArchiveIterator(file, record_types=WarcRecordType.response)
        }


@needs_shared
def test_of_the_crawled_pages_only_the_marked_one_has_a_licence() -> None:
    found = {url: concluded(markup) for url, markup in pages("sample-0000.warc.gz").items()}
    assert {url: c for url, c in found.items() if c[0]} == {"https://soldaini.net/": ("CC-BY-4.0", None, "C")}
    assert len(found) >= 22


@needs_shared
def test_wikipedia_page_is_share_alike() -> None:
    assert [concluded(m) for m in pages("whirlwind.warc.gz").values()] == [("CC-BY-SA-4.0", None, "B")]
