import pytest

from licet.schemas.evidence import Claim
from licet.stages.ingest.response import header_claims

BY = "https://creativecommons.org/licenses/by/4.0/"


def signal(raw: str, locator: str) -> Claim:
    return Claim(kind="usage_signal", raw=raw, locator=locator)


@pytest.mark.parametrize(
    ("name", "value", "claims"),
    [
        ("TDM-Reservation", "1", (signal("tdm-reservation: 1", "#header[tdm-reservation]"),)),
        ("tdm-policy", "https://x/p", (signal("tdm-policy: https://x/p", "#header[tdm-policy]"),)),
        (
            "Content-Usage",
            "train-ai=n,  search=y",
            (signal("content-usage: train-ai=n, search=y", "#header[content-usage]"),),
        ),
        ("Content-Signal", "ai-train=no", (signal("content-signal: ai-train=no", "#header[content-signal]"),)),
        ("X-Robots-Tag", "noai", (signal("x-robots-tag: noai", "#header[x-robots-tag]"),)),
        ("X-Robots-Tag", "noindex", ()),
        ("Link", f'<{BY}>; rel="license"', (Claim(kind="html_link", raw=BY, locator="#header[link]"),)),
        (
            "link",
            f"</a.css>; rel=preload, <{BY}>;rel=license;x",
            (Claim(kind="html_link", raw=BY, locator="#header[link]"),),
        ),
        (
            "Link",
            f'<{BY}>; title="a, b"; rel="other License"',
            (Claim(kind="html_link", raw=BY, locator="#header[link]"),),
        ),
        ("Link", '</l.xml>; rel="license"; type="application/rsl+xml"', (signal("rsl: /l.xml", "#header[link]"),)),
        ("Link", f'<{BY}>; rel="license"; anchor="/photo.jpg"', ()),
        ("Link", f'<{BY}>; rel="related"', ()),
        ("Link", "<>; rel=license", ()),
        ("Link", "license", ()),
        ("Content-Type", "text/html", ()),
    ],
)
def test_headers_make_claims(name: str, value: str, claims: tuple[Claim, ...]) -> None:
    assert header_claims([(name, value)]) == claims


def test_claims_do_not_depend_on_the_order_of_headers() -> None:
    headers = [("tdm-reservation", "1"), ("Link", f"<{BY}>; rel=license"), ("tdm-reservation", "1")]
    assert header_claims(headers) == header_claims(headers[::-1])
    assert len(header_claims(headers)) == 2
