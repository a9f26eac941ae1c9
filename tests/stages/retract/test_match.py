import hashlib

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stories import changed, plain_jaccard, story, text

from licet.schemas.errors import InputError
from licet.stages.retract import Matcher, asked, rules_table, text_rule
from licet.stages.retract.match import Columns, Match
from licet.stages.retract.rules import Rule, normal


def sha(told: str) -> str:
    return hashlib.sha256(told.encode()).hexdigest()


def met(rule: Rule, *rows: dict[str, str]) -> list[bool]:
    """Which rows meet a rule."""
    texts = [row.get("text", f"text {i}") for i, row in enumerate(rows)]
    columns = Columns(
        ids=pa.array([row.get("id", f"test/{i}") for i, row in enumerate(rows)], pa.string()),
        urls=pa.array([row.get("url") for row in rows], pa.string()),
        contents=pa.array([sha(each) for each in texts], pa.string()),
        attributions=pa.array([row.get("attribution") for row in rows], pa.string()),
        texts=pa.array(texts, pa.string()),
    )
    found = Matcher(rules_table([rule])).matches(columns)
    return [row in found for row in range(len(rows))]


def of(kind: str, value: str) -> Rule:
    return asked(kind, value, "request 1", "1.0.1")  # type: ignore[arg-type]


def test_an_id_is_met_by_itself_only() -> None:
    assert met(of("id", "test/a"), {"id": "test/a"}, {"id": "test/ab"}, {"id": "other/a"}) == [True, False, False]


def test_a_page_is_met_with_either_scheme_and_with_or_without_a_slash() -> None:
    urls = [
        "http://example.org/page",
        "https://EXAMPLE.org/page/",
        "https://example.org/Page",
        "https://example.org/page2",
    ]
    assert met(of("url", "https://Example.org/page/"), *({"url": url} for url in urls)) == [True, True, False, False]


def test_a_site_is_met_by_all_below_it_and_by_nothing_that_merely_ends_alike() -> None:
    urls = ["https://example.org", "http://a.b.example.org:80/x", "https://me@example.org/", "https://notexample.org/"]
    urls += ["https://example.org.evil.net/", "https://evil.net/?at=example.org", "https://example.org?x=1"]
    expected = [True, True, True, False, False, False, True]
    assert met(of("domain", "www.Example.org"), *({"url": url} for url in urls)) == expected


def test_a_repository_is_met_by_its_files_wherever_they_are_served() -> None:
    urls = [
        "https://github.com/org/name/blob/main/a.py",
        "https://github.com/Org/Name",
        "https://github.com/org/name.git",
        "git+https://github.com/org/name@main",
        "https://raw.githubusercontent.com/org/name/main/a.py",
        "https://github.com/org/name2/blob/main/a.py",
        "https://github.com/org",
    ]
    expected = [True, True, True, True, True, False, False]
    for asked_for in ("https://github.com/org/name", "git+https://github.com/Org/name.git", "github.com/org/name/"):
        assert met(of("repository", asked_for), *({"url": url} for url in urls)) == expected


def test_a_package_is_met_in_every_version_by_its_name() -> None:
    ids = ["web/pkg:pypi/name@1.0#a.py", "web/pkg:pypi/name@2.0#b.py", "web/pkg:pypi/names@1.0#a.py", "pkg:pypi/name"]
    expected = [True, True, False, False]
    for asked_for in ("pkg:pypi/name", "pkg:pypi/name@1.0"):
        assert met(of("repository", asked_for), *({"id": row_id} for row_id in ids)) == expected


def test_a_holder_is_met_by_whole_names_among_those_credited() -> None:
    licence = "licensed under CC-BY-4.0 (https://creativecommons.org/licenses/by/4.0/)"
    lines = [
        f'"A page" by Ann  Smith, https://example.org/, {licence}',
        f'"A page" by Bob, ann smith, {licence}',
        f'"A page" by Joann Smith, {licence}',
        f'"On Ann Smith" by Bob, {licence}',
        f'"A page" by Bob, https://example.org/ann smith, {licence}',
        f'"A page" by Ann Smithers, {licence}',
    ]
    expected = [True, True, False, False, False, False]
    assert met(of("holder", "ANN SMITH"), *({"attribution": line} for line in lines)) == expected
    assert met(of("holder", "CC-BY-4.0"), *({"attribution": line} for line in lines)) == [False] * 6


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("id", " ", "the id is empty"),
        ("url", "https://", "the url is empty"),
        ("domain", "localhost", "not a domain"),
        ("repository", "github.com", "names no repository"),
        ("sha256", "abc", "not the sha256"),
    ],
)
def test_what_says_nothing_is_refused(kind: str, value: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        of(kind, value)


@given(st.sampled_from(["id", "url", "domain", "repository", "holder"]), st.text(min_size=1, max_size=30))
def test_a_value_in_the_one_way_in_which_it_is_compared_stays_as_it_is(kind: str, value: str) -> None:
    try:
        once = normal(kind, value)  # type: ignore[arg-type]
    except InputError:
        return
    assert normal(kind, once) == once  # type: ignore[arg-type]


def test_a_text_is_met_by_its_copies_and_by_what_resembles_it() -> None:
    words = story(1)
    near, far = changed(words, 3, 1), changed(words, 40, 2)
    rule = text_rule(text(words), 5, 0.8, "request 1", "1.0.1", None)
    assert plain_jaccard(text(words), text(near)) >= 0.8 > plain_jaccard(text(words), text(far))
    rows = [{"text": text(each)} for each in (words, near, far, story(2))]
    assert met(rule, *rows) == [True, True, False, False]


def test_a_text_without_words_is_met_by_itself_only() -> None:
    rule = text_rule("?!", 5, 0.8, "request 1", "1.0.1", None)
    assert rule["shingles"] is None
    assert met(rule, {"text": "?!"}, {"text": "!?"}, {"text": "word"}) == [True, False, False]


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_likeness_finds_what_plain_comparison_of_all_pairs_finds(data: st.DataObject) -> None:
    word = st.sampled_from("abcdefg")
    some = st.lists(st.lists(word, min_size=1, max_size=25), min_size=1, max_size=5)
    retracted, asked_of = data.draw(some), data.draw(some)
    threshold = data.draw(st.sampled_from([0.3, 0.5, 0.8, 1.0]))
    rules = rules_table(text_rule(text(words), 2, threshold, "r", "1.0.1", None) for words in retracted)
    values = rules.column("value").to_pylist()
    known = {sha(text(words)): text(words) for words in retracted}
    texts = [text(words) for words in asked_of]
    found = Matcher(rules).matches(
        Columns(
            ids=pa.array(["x"] * len(texts)),
            urls=pa.nulls(len(texts), pa.string()),
            contents=pa.array(["none"] * len(texts)),
            attributions=pa.nulls(len(texts), pa.string()),
            texts=pa.array(texts),
        )
    )
    expected = {}
    for row, each in enumerate(texts):
        measured = [(plain_jaccard(each, known[value], 2), -place) for place, value in enumerate(values)]
        best, place = max(measured)
        if best >= threshold:
            expected[row] = Match(-place, best)
    assert found == expected
