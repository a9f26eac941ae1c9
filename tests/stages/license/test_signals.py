import pytest

from licet.schemas.evidence import Claim
from licet.stages.license.judge import judged
from licet.stages.license.policy import Policy
from licet.stages.license.presets import load_policy
from licet.stages.license.signals import page_signals, reading_of, reserved
from licet.stages.license.statements import read_claims


def signal(raw: str, locator: str = "#header[x]") -> Claim:
    return Claim(kind="usage_signal", raw=raw, locator=locator)


@pytest.mark.parametrize(
    ("raw", "reading"),
    [
        ("tdm-reservation: 1", "reserved"),
        ("tdm-reservation: 0", "allowed"),
        ("tdm-reservation: yes", "silent"),
        ("tdm-policy: https://example.org/policy.json", "silent"),
        ("content-usage: train-ai=n", "reserved"),
        ("content-usage: train-ai=y, search=n", "allowed"),
        ("content-usage: search=n", "silent"),
        ("content-usage: ai-use=n", "silent"),
        ("content-usage: train-genai=n", "reserved"),
        ("content-usage: bots=n, train-ai=y", "allowed"),
        ("content-usage: train-ai=y, train-ai=n", "reserved"),
        ("content-usage: TRAIN-AI=N", "reserved"),
        ("content-usage: train-ai;x=n", "silent"),
        ("content-signal: search=yes, ai-train=no", "reserved"),
        ("content-signal: ai-train=yes", "allowed"),
        ("content-signal: ai-input=no", "silent"),
        ("x-robots-tag: noai, noimageai", "reserved"),
        ("x-robots-tag: noimageai", "silent"),
        ("x-robots-tag: otherbot: noindex, noai", "reserved"),
        ("robots: index, NOAI", "reserved"),
        ("robots: noml", "reserved"),
        ("robots: noindex, nofollow", "silent"),
        ("robots.txt: disallow: / for gptbot", "reserved"),
        ("robots.txt: allow: /noai for gptbot", "silent"),
        ("rsl: https://example.org/license.xml", "reserved"),
        (
            'rsl: <rsl><content url="/"><license><prohibits type="usage">train-ai</prohibits></license>'
            "</content></rsl>",
            "reserved",
        ),
        (
            'rsl: <rsl><content url="/"><license><permits type="usage">all</permits></license></content></rsl>',
            "allowed",
        ),
        (
            'rsl: <rsl><content url="/"><license><permits type="usage">ai-train</permits><payment type="purchase"/>'
            "</license></content></rsl>",
            "reserved",
        ),
        ("", "silent"),
        ("unheard-of: 1", "silent"),
    ],
)
def test_signals_are_read_as_their_standards_say(raw: str, reading: str) -> None:
    assert reading_of(raw) == reading


def test_page_signals_are_kept_word_for_word() -> None:
    markup = (
        b'<head><META NAME="Robots" CONTENT="noai,  noimageai"><meta name=tdm-reservation content=1>'
        b'<meta name="tdm-policy" content="https://example.org/p"><meta name="viewport" content="width=1">'
        b'<link rel="license" type="application/rsl+xml" href="/rsl.xml"></head>'
    )
    assert page_signals(markup) == (
        signal("rsl: /rsl.xml", "#link[rsl]"),
        signal("robots: noai, noimageai", "#meta[robots]"),
        signal("tdm-policy: https://example.org/p", "#meta[tdm-policy]"),
        signal("tdm-reservation: 1", "#meta[tdm-reservation]"),
    )


@pytest.mark.parametrize(
    "markup",
    [
        b"",
        b"noai tdm-reservation",
        b'<meta name="robots" content="noindex">',
        b'<!-- <meta name="robots" content="noai"> -->',
        b'<p>Put &lt;meta name="tdm-reservation" content="1"> into the head.</p>',
        b'<meta name="description" content="what noai means">',
        b'<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">',
    ],
)
def test_page_that_signals_nothing_makes_no_claim(markup: bytes) -> None:
    assert page_signals(markup) == ()


def test_first_reservation_is_told_with_its_place() -> None:
    claims = [signal("content-usage: train-ai=y"), signal("tdm-reservation: 1", "#meta[tdm-reservation]")]
    assert reserved(claims) == "tdm-reservation: 1 (#meta[tdm-reservation])"
    assert reserved(claims[:1]) is None


def test_signal_says_nothing_of_the_licence() -> None:
    (said,) = read_claims(signal("tdm-reservation: 1"))
    assert (said.expression, said.scope, said.flags) == (None, "use", ("reserves:train",))


def policy(signals: str) -> Policy:
    return load_policy("open-definition-2.1").model_copy(update={"signals": signals})


def test_reservation_refuses_only_what_would_be_admitted_and_only_where_it_is_honoured() -> None:
    mark = Claim(kind="html_link", raw="https://creativecommons.org/licenses/by/4.0/", locator="#link")
    closed = Claim(kind="html_link", raw="https://creativecommons.org/licenses/by-nc/4.0/", locator="#link")
    reservation = signal("content-usage: train-ai=n")
    told = [
        (judged(frozenset(claims), policy(how)).reason, judged(frozenset(claims), policy(how)).license)
        for how, claims in (
            ("honour", [mark, reservation]),
            ("record", [mark, reservation]),
            ("honour", [mark, signal("content-usage: train-ai=y")]),
            ("honour", [closed, reservation]),
        )
    ]
    assert told == [
        ("use_reserved", "CC-BY-4.0"),
        (None, "CC-BY-4.0"),
        (None, "CC-BY-4.0"),
        ("non_commercial", "CC-BY-NC-4.0"),
    ]


def test_recorded_reservation_is_in_the_evidence() -> None:
    mark = Claim(kind="html_link", raw="https://creativecommons.org/licenses/by/4.0/", locator="#link")
    found = judged(frozenset([mark, signal("tdm-reservation: 1")]), policy("record")).evidence
    assert [(c["kind"], c["scope"], c["flags"]) for c in found["claims"]] == [
        ("html_link", "page", []),
        ("usage_signal", "use", ["reserves:train"]),
    ]


SITE = "/.well-known/tdmrep.json#location=/"


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([signal("tdm-reservation: 1", SITE)], f"tdm-reservation: 1 ({SITE})"),
        ([signal("tdm-reservation: 1", SITE), signal("tdm-reservation: 0")], None),
        ([signal("tdm-reservation: 1", SITE), signal("tdm-reservation: 0", "#meta[tdm-reservation]")], None),
        ([signal("tdm-reservation: 0", SITE), signal("tdm-reservation: 1")], "tdm-reservation: 1 (#header[x])"),
        ([signal("tdm-reservation: 1", SITE), signal("content-usage: train-ai=y")], f"tdm-reservation: 1 ({SITE})"),
    ],
)
def test_what_comes_with_the_page_supersedes_the_tdm_file_of_its_site(
    claims: list[Claim], expected: str | None
) -> None:
    assert reserved(claims) == expected
