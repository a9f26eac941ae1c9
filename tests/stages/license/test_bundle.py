import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.stages.license.bundle import pieces_of

DASHES = "----"


def told(text: str) -> list[tuple[str, str, tuple[str, ...], str]]:
    return [(piece.text, piece.name, piece.paths, piece.license) for piece in pieces_of(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("one licence\nin two lines", [("one licence\nin two lines", "", (), "")]),
        (f"ours\n\n{DASHES}\n\ntheirs", [("ours", "", (), ""), ("theirs", "", (), "")]),
        ("ours\n\n= = = = =\n\ntheirs", [("ours", "", (), ""), ("theirs", "", (), "")]),
        # A rule drawn otherwise is a part of what it stands in, an underline belongs to its title.
        (f"ours\n\n{DASHES}\n\nA\n\n{'-' * 40}\n\nB", [("ours", "", (), ""), (f"A\n\n{'-' * 40}\n\nB", "", (), "")]),
        ("PSF LICENSE\n-----------\nterms", [("PSF LICENSE\n-----------\nterms", "", (), "")]),
        ("appdirs\n-------\nA\n\nother\n-----\nB", [("-------\nA", "appdirs", (), ""), ("-----\nB", "other", (), "")]),
        (
            "ours\n\nName: BLAS\nFiles: x.libs/*.so, y.so\nLicense: BSD-3-Clause\n  text",
            [("ours", "", (), ""), ("  text", "BLAS", ("x.libs/*.so", "y.so"), "BSD-3-Clause")],
        ),
        # One line that looks like a field is no stanza.
        ("ours\n\nName: nobody in particular\nmore", [("ours\n\nName: nobody in particular\nmore", "", (), "")]),
        ("** lib; version 1.0 -- https://example.org\nA", [("A", "lib", (), "")]),
    ],
)
def test_file_is_cut_at_rules_stanzas_and_titles(
    text: str, expected: list[tuple[str, str, tuple[str, ...], str]]
) -> None:
    assert told(text) == expected


def test_pieces_say_which_lines_they_are() -> None:
    pieces = pieces_of("a\n\n----\n\nb\nc\n\n----\nd")
    assert [(piece.first, piece.last) for piece in pieces] == [(1, 1), (5, 6), (9, 9)]


def test_history_before_the_terms_of_python_is_no_piece() -> None:
    text = "A. HISTORY OF THE SOFTWARE\n==\n\nreleases\n\nB. TERMS AND CONDITIONS FOR ACCESSING OR\n==\nterms"
    assert told(text) == [("B. TERMS AND CONDITIONS FOR ACCESSING OR\n==\nterms", "", (), "")]


@given(st.lists(st.sampled_from(["words", "", "----", "====", "Name: x", "Files: y", "Title"]), max_size=12))
def test_no_line_of_words_is_lost(lines: list[str]) -> None:
    kept = " ".join(f"{piece.text} {piece.name}" for piece in pieces_of("\n".join(lines)))
    assert kept.count("words") == lines.count("words")
