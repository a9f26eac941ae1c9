import pytest

from licet.stages.ingest.nesting import MAX_DEPTH, nesting


@pytest.mark.parametrize(
    ("markup", "deep"),
    [
        ("<div>" * 5_000, True),
        ("<b>" * 5_000 + "</b>" * 5_000, True),
        ("<div>" * (MAX_DEPTH - 10), False),
        ("<p>text<br>" * 5_000, False),
        ("<div><p>text</p></div>" * 5_000, False),
        ("a < b " * 5_000, False),
        ("<" * 50_000, False),
        ("", False),
    ],
)
def test_only_elements_within_each_other_are_deep(markup: str, deep: bool) -> None:
    assert (nesting(markup) > MAX_DEPTH) == deep
