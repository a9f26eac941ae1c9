import pytest
from helpers import brief
from hypothesis import given
from hypothesis import strategies as st

from licet.stages.ingest.path_rules import closest, fits, host_and_path
from licet.stages.ingest.robots_txt import read_robots, speaks


@pytest.mark.parametrize(
    ("pattern", "path", "is_named"),
    [
        ("/", "/a", True),
        ("/fish", "/fish.html", True),
        ("/fish", "/Fish", False),
        ("/fish/", "/fish", False),
        ("/*.php", "/a/b.php?x=1", True),
        ("/*.php$", "/a.php", True),
        ("/*.php$", "/a.php?x", False),
        ("/fish*.php", "/fishheads/catfish.php", True),
        ("/a$", "/a", True),
        ("/a$", "/ab", False),
        ("*", "/a", True),
        ("", "/a", False),
        ("/?x", "/?x=1", True),
        ("/[a]", "/[a]/b", True),
        ("/caf%C3%A9", "/café", True),
        ("/a%2ab", "/a*b", True),
        ("a", "/a", False),
    ],
)
def test_a_pattern_names_the_paths_that_rfc_9309_says(pattern: str, path: str, is_named: bool) -> None:
    assert fits(pattern, path) == is_named


def test_a_hostile_pattern_does_not_run_away() -> None:
    with brief():
        assert not fits("/*a" * 40 + "b$", "/" + "a" * 4000)


def test_the_longest_patterns_that_name_a_path_count() -> None:
    assert closest([("/", 1), ("/a", 2), ("/a", 3), ("/b", 4)], "/ab") == [("/a", 2), ("/a", 3)]
    assert closest([("/b", 1)], "/a") == []


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://Example.org/a?b=c#d", ("example.org", "/a?b=c")),
        ("http://example.org", ("example.org", "/")),
        ("https://example.org:443/", ("example.org", "/")),
        ("https://example.org:8080/", ("example.org:8080", "/")),
        ("http://[::1/", None),
        ("http://x:port/", None),
        ("ftp://example.org/", None),
        ("dns:example.org", None),
        ("", None),
    ],
)
def test_a_page_has_a_host_and_a_path(url: str, place: tuple[str, str] | None) -> None:
    assert host_and_path(url) == place


def said(text: str, path: str = "/a") -> list[str]:
    """The words of the signals on one path."""
    return [claim.raw for claim in read_robots(text.encode()).claims(path)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("User-agent: GPTBot\nDisallow: /", ["robots.txt: disallow: / for gptbot"]),
        ("user-agent:gptbot\nUSER-AGENT: CCBot/2.0\n\ndisallow:/ # no", ["robots.txt: disallow: / for ccbot, gptbot"]),
        (
            "User-agent: GPTBot\nDisallow: /\nUser-agent: CCBot\nDisallow: /a",
            ["robots.txt: disallow: / for gptbot", "robots.txt: disallow: /a for ccbot"],
        ),
        ("User-agent: GPTBot\nDisallow: /\nAllow: /a", []),
        ("User-agent: GPTBot\nDisallow: /a\nAllow: /a", []),
        ("User-agent: GPTBot\nDisallow: /b", []),
        ("User-agent: GPTBot\nDisallow:", []),
        ("User-agent: GPTBot\nAllow: /\nUser-agent: GPTBot\nDisallow: /a", ["robots.txt: disallow: /a for gptbot"]),
        ("User-agent: *\nDisallow: /", []),
        ("User-agent: OAI-SearchBot\nDisallow: /", []),
        ("Disallow: /", []),
        ("User-agent: *\nContent-Usage: train-ai=n", ["content-usage: train-ai=n"]),
        ("User-agent: *\nContent-Signal: search=yes,ai-train=no", ["content-signal: search=yes,ai-train=no"]),
        ("User-agent: *\nDisallow: /a\nContent-Usage: train-ai=n", []),
        ("User-agent: *\nContent-Usage: train-ai=n\nContent-Usage: /a train-ai=y", ["content-usage: train-ai=y"]),
        ("User-agent: *\nContent-Usage: train-ai=n\nContent-Usage: /b train-ai=y", ["content-usage: train-ai=n"]),
        ("User-agent: Googlebot\nContent-Usage: train-ai=n", []),
        ("\ufeffUser-agent: GPTBot\r\nDisallow: /\r\n", ["robots.txt: disallow: / for gptbot"]),
    ],
)
def test_a_robots_txt_says_of_training(text: str, expected: list[str]) -> None:
    assert said(text) == expected
    assert speaks(text.encode()) or not expected


# draft-ietf-aipref-attach-05, its example.
EXAMPLE = """User-Agent: *
Allow: /
Disallow: /never/
Content-Usage: train-ai=n
Content-Usage: /ai-ok/ train-ai=y
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/test", ["content-usage: train-ai=n"]),
        ("/never/test", []),
        ("/ai-ok/test", ["content-usage: train-ai=y"]),
    ],
)
def test_the_example_of_the_draft_reads_as_it_says(path: str, expected: list[str]) -> None:
    assert said(EXAMPLE, path) == expected


def test_licences_are_of_the_whole_site() -> None:
    text = "License: https://x/a.xml#all\nUser-agent: *\nLicense: https://x/b.xml\nLicense:\nDisallow: /"
    assert read_robots(text.encode()).licenses == ("https://x/a.xml#all", "https://x/b.xml")


def test_most_robots_txt_need_not_be_read() -> None:
    assert not speaks(b"User-agent: *\nDisallow: /admin\nSitemap: https://x/sitemap.xml\n")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    list(read_robots(b"User-agent: GPTBot\nDisallow: /x" + data).claims("/a"))
