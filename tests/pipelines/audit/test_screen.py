from hypothesis import given
from hypothesis import strategies as st

from licet.pipelines.audit.screen import WIDTH, clean, entry, is_heading, item, joined, number, shortened, wrapped

LABELS = st.sampled_from(["", "read from", "policy", "a very long label indeed"])


@given(st.text(max_size=500), LABELS, st.integers(1, 4))
def test_whatever_is_told_fits_the_screen_and_holds_nothing_that_a_terminal_acts_upon(
    text: str, label: str, most: int
) -> None:
    lines = entry(label, text, most)
    assert 1 <= len(lines) <= most
    assert all(len(line) <= WIDTH and line.isprintable() for line in lines)
    assert not any(is_heading(line) for line in lines)


def test_what_is_no_printable_sign_is_written_out() -> None:
    assert clean("a\tb\nc \x1b[31m\u202e") == "a b c \\x1b[31m\\u202e"


def test_long_texts_are_cut_with_a_sign() -> None:
    assert wrapped("word " * 100, most=1)[0].endswith(" …")
    assert (shortened("abcdef", 6), shortened("abcdefg", 6)) == ("abcdef", "abcde…")


def test_items_stand_under_their_headings() -> None:
    assert joined([["One", *item("a")], [], ["Two"]]) == ["One", "  · a", "", "Two"]


def test_counts_have_their_nouns() -> None:
    assert [number(1, "row"), number(2017, "row"), number(0, "copy", "copies")] == ["1 row", "2,017 rows", "0 copies"]
