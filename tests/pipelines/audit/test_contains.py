from pathlib import Path

import pytest
from tiny import document

from licet.pipelines.audit.contains import contains, contains_text, in_lines, jaccard
from licet.pipelines.audit.version import Audited, audited
from licet.schemas.dedup import Dedup
from licet.schemas.errors import InputError


@pytest.mark.parametrize(
    ("how", "what", "kept", "refused", "matches"),
    [
        ("url", "https://code.example.org/a", 1, 0, ["papers/mit"]),
        ("url", "http://www.example.org/papers/1", 1, 0, ["papers/by"]),
        ("url", "https://closed.example.com/x", 0, 1, []),
        ("domain", "example.org", 4, 0, None),
        ("domain", "code.example.org", 1, 0, ["papers/mit"]),
        ("domain", "https://closed.example.com/", 0, 2, []),
        ("domain", "a(b", 0, 0, []),
        ("domain", "*", 0, 0, []),
        ("source", "book", 1, 0, ["book/one.md"]),
        ("source", "papers", 7, 6, None),
        ("source", "nobody", 0, 0, []),
        ("holder", "tiny authors", 1, 0, ["book/one.md"]),
        ("holder", "100%", 0, 0, []),
        ("id", "papers/sa", 1, 0, ["papers/sa"]),
        ("id", "papers/nd", 0, 1, []),
        ("sha256", "0" * 64, 0, 0, []),
        ("sha256", "no hash", 0, 0, []),
    ],
)
def test_works_are_found_by_where_they_come_from(
    version: Audited, how: str, what: str, kept: int, refused: int, matches: list[str] | None
) -> None:
    found = contains(version, how, what)
    assert (found.kept, found.refused) == (kept, refused)
    if matches is not None:
        assert [match.row_id for match in found.matches] == matches


def test_the_answer_is_told_in_lines(version: Audited) -> None:
    assert list(in_lines(contains(version, "domain", "closed.example.com"))) == [
        "domain closed.example.com: 0 rows in the data, 2 refused",
        "    `licet why-not` says why it was refused",
    ]
    assert list(in_lines(contains(version, "id", "papers/mit"))) == [
        "id papers/mit: 1 row in the data, 0 refused",
        "  · papers/mit under MIT",
    ]


def test_a_text_is_found_as_it_is_and_as_it_resembles(version: Audited, tmp_path: Path) -> None:
    same, alike, other = (tmp_path / name for name in ("same", "alike", "other"))
    same.write_text(document(0))
    alike.write_text(document(1) + " and a few words")
    other.write_text(document(77))
    exact = contains_text(version, str(same))
    assert [(match.row_id, match.similarity) for match in exact.matches] == [("papers/mit", 1.0)]
    near = contains_text(version, str(alike))
    assert [match.row_id for match in near.matches] == ["papers/by"]
    assert 0.8 <= (near.matches[0].similarity or 0) < 1
    assert contains_text(version, str(other)).kept == 0


def test_a_refused_text_is_counted(version: Audited, tmp_path: Path) -> None:
    file = tmp_path / "nc.txt"
    file.write_text(document(5))
    found = contains_text(version, str(file))
    assert (found.kept, found.refused) == (0, 1)


def test_a_conversation_is_found_by_what_is_said_in_it(talk: Path, tmp_path: Path) -> None:
    file = tmp_path / "said.txt"
    file.write_text("hi\n\nhello")
    with audited(str(talk)) as opened:
        assert [match.row_id for match in contains_text(opened, str(file)).matches] == ["test/a"]


def test_what_is_no_text_is_said_to_be_none(version: Audited, tmp_path: Path) -> None:
    binary, empty = tmp_path / "binary", tmp_path / "empty"
    binary.write_bytes(b"\xff\xfe\x00")
    empty.write_text(" \n")
    for path, said in ((binary, "cannot be read"), (empty, "is empty"), (tmp_path / "none", "cannot be read")):
        with pytest.raises(InputError, match=said):
            contains_text(version, str(path))


def test_similarity_is_that_of_word_shingles() -> None:
    assert jaccard("a b c d e", "a b c d e", Dedup()) == 1.0
    assert jaccard("a b c d e f", "a b c d e g", Dedup()) == pytest.approx(1 / 3)
