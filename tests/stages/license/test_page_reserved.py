import pyarrow as pa
import pytest
from helpers import parcel, rows

from licet.stages.license import load_policy
from licet.stages.license.page_reserved import TAIL, reserved_at_end
from licet.stages.license.page_scan import may_reserve
from licet.stages.license.stage import filter_licenses

OPEN = load_policy("open-definition-2.1")
PAGE = "<html><body><article><p>{text}</p></article>{end}</body></html>"
FOOTER = "<footer><p>&copy; 2020 Origin&nbsp;Press. All rights reserved.</p></footer>"


def page(end: str, text: str = "Words of a page.") -> bytes:
    return PAGE.format(text=text, end=end).encode()


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (FOOTER, "All rights reserved"),
        ("<div>Copyright 1999 by Jo<br>All Rights Reserved</div>", None),
        ("<p>© Zeitung 2024. Alle Rechte vorbehalten.</p>", "Alle Rechte vorbehalten"),
        ("<p>© 2024 Le Journal — Tous droits réservés</p>", "Tous droits réservés"),
        ("<p>© 2020 Jo. All rights reserved, except where otherwise noted.</p>", None),
        ("<p>All rights reserved for human beings everywhere.</p>", None),
        ("<script>var t = '© 2020 X. All rights reserved.'</script>", None),
        ("<!-- © 2020 X. All rights reserved. -->", None),
        ("<p>© 2020 Jo</p>", None),
    ],
)
def test_a_footer_that_reserves_all_rights_is_heard(end: str, words: str | None) -> None:
    found = reserved_at_end(page(end))
    assert (found or "").lower() == (words or "").lower()


def test_words_far_above_the_end_are_no_footer() -> None:
    early = page("", text="© 2020 Jo. All rights reserved.</p><p>" + "x " * TAIL)
    assert reserved_at_end(early) is None
    assert may_reserve(pa.array([early, page(FOOTER), None], pa.binary())).to_pylist() == [False, True, False]


def test_an_unmarked_page_that_reserves_all_rights_says_so_and_objects() -> None:
    batch = rows("one", "two", markup=[page(FOOTER), page("")])
    after = filter_licenses(parcel(batch), OPEN)
    assert after.ledger.column("reason").to_pylist() == ["no_license", "no_license"]
    assert after.ledger.column("detail").to_pylist() == ["LicenseRef-All-Rights-Reserved (unlicensed)", "no claim"]
    assert after.objections.select(["license", "license_tier", "license_grade"]).to_pylist() == [
        {"license": "LicenseRef-All-Rights-Reserved", "license_tier": "unlicensed", "license_grade": "C"}
    ]


def test_a_licence_mark_is_weighed_against_the_footer_where_the_page_is_parsed() -> None:
    marked = page(FOOTER).replace(
        b"<body>", b'<link rel="license" href="https://creativecommons.org/licenses/by/4.0/"><body>'
    )
    after = filter_licenses(parcel(rows("one", markup=[marked])), OPEN)
    assert after.ledger.column("reason").to_pylist() == ["contradictory"]
