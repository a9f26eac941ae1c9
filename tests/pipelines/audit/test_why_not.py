import hashlib
import json
import shutil
from pathlib import Path

import pytest
from audited_run import HOSTILE
from tiny import document
from versions import change_rows

from licet.pipelines.audit.remedies import remedy
from licet.pipelines.audit.screen import HEIGHT, WIDTH
from licet.pipelines.audit.version import Audited, audited
from licet.pipelines.audit.why_not import WhyNot, in_lines, why_not
from licet.pipelines.describe import reasons


def told(version: Audited, asked: str) -> tuple[WhyNot, str]:
    """What is known of something, and the screen that says it."""
    found = why_not(version, asked)
    lines = in_lines(found)
    assert len(lines) <= HEIGHT
    assert all(len(line) <= WIDTH and line.isprintable() for line in lines)
    json.dumps(found.summary())
    return found, "\n".join(lines)


def sha(text: str) -> str:
    """The sha256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("asked", "by", "refused", "kept"),
    [
        ("papers/nc", "id", 1, 0),
        ("https://closed.example.com/x", "url", 1, 0),
        ("http://closed.example.com/x/", "url", 1, 0),
        ("closed.example.com/x", "url", 1, 0),
        ("closed.example.com", "site", 2, 0),
        ("https://closed.example.com/", "site", 2, 0),
        ("CLOSED.example.com", "site", 2, 0),
        ("example.com", "site", 2, 0),
        ("www.example.org", "site", 0, 4),
        ("ample.com", "nothing", 0, 0),
        (sha(document(5)), "sha256", 1, 0),
        (sha(document(5)).upper(), "sha256", 1, 0),
        (sha("nothing"), "nothing", 0, 0),
        ("papers/mit", "id", 0, 1),
        ("one.md", "locator", 0, 1),
        (f"papers/{HOSTILE}", "id", 0, 1),
        ("https://example.org/[b]?q=';--", "url", 0, 1),
        ("", "nothing", 0, 0),
        ("'; drop table ledger; --", "nothing", 0, 0),
        ("%", "nothing", 0, 0),
        ("a" * 100_000, "nothing", 0, 0),
    ],
)
def test_what_is_asked_for_is_found_by_what_it_is(
    version: Audited, asked: str, by: str, refused: int, kept: int
) -> None:
    found, _ = told(version, asked)
    assert (found.matched_by, found.refused, found.kept) == (by, refused, kept)


def test_a_refusal_for_a_licence_is_told_with_claims_clause_and_what_would_help(version: Audited) -> None:
    found, screen = told(version, "papers/nc")
    (refusal,) = found.examples
    assert (refusal.stage, refusal.reason, refusal.concluded) == ("license", "non_commercial", "CC-BY-NC-4.0")
    assert refusal.clauses == ["CC-BY-NC-4.0: refused, `tiers` does not have its tier non-commercial"]
    assert screen.splitlines() == [
        "papers/nc was refused at the stage license: non_commercial",
        "  read from  rows.jsonl#byte=3413 of the source papers; https://closed.example.com/x",
        "",
        "Why",
        "  reason     The licence forbids commercial use.",
        "  in full    CC-BY-NC-4.0 (non-commercial)",
        "  concluded  CC-BY-NC-4.0",
        "  policy     CC-BY-NC-4.0: refused, `tiers` does not have its tier non-commercial",
        "",
        "Who says what of its licence",
        "  · the row's own licence column says “CC BY-NC 4.0”",
        "    in rows.jsonl#license: read as CC-BY-NC-4.0; grade B: its origin records it as metadata",
        "",
        "What would have to change",
        "  · the holder grants another licence, or the version is made under a policy that admits this one",
    ]


def test_a_row_of_which_nobody_says_anything_is_told_so(version: Audited) -> None:
    _, screen = told(version, "https://silent.example.net/z")
    assert "nobody says anything: no statement on its licence was found" in screen
    assert "a grant by the holder, where the row is read" in screen


def test_a_copy_is_told_with_the_row_in_its_stead(version: Audited) -> None:
    found, screen = told(version, "papers/first")
    (refusal,) = found.examples
    assert (refusal.reason, refusal.kept_id, refusal.is_kept_there) == ("near_duplicate", "papers/second", True)
    assert "measured   0.9825, where the bound is 0.8" in screen
    assert "instead    papers/second is in the data (`licet explain` says why)" in screen
    assert "its licence was no reason" in " ".join(screen.split())


def test_a_copy_of_a_row_that_left_later_is_told_so(by_hand: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(by_hand, tmp_path / "copy"))
    change_rows(copy, "provenance/ledger/part-00000-of-00002.parquet", lambda rows: rows[2].update(kept_id="test/e"))
    with audited(str(copy)) as opened:
        assert "instead    test/e was refused later itself" in told(opened, "test/b")[1]


def test_a_rule_is_told_with_its_measure(version: Audited) -> None:
    _, screen = told(version, "papers/short")
    assert "heuristics: too_few_words" in screen
    assert "measured   2, where the bound is 10" in screen
    assert "  words 2 (refused: 10 or more)" in screen


def test_a_site_is_counted_by_reason_and_its_rows_are_named(version: Audited) -> None:
    found, screen = told(version, "closed.example.com")
    assert found.by_reason == [
        {"stage": "license", "reason": "no_derivatives", "n": 1},
        {"stage": "license", "reason": "non_commercial", "n": 1},
    ]
    assert screen.startswith("closed.example.com: 2 rows refused, 0 kept\n  found by   site\n")
    assert "  · papers/nd, license: no_derivatives" in screen


def test_what_is_kept_is_said_to_be(version: Audited) -> None:
    assert told(version, "papers/mit")[1] == (
        "papers/mit was not refused: it is in the data (`licet explain` says why)\n  · papers/mit"
    )
    assert told(version, "example.org")[1].startswith("example.org was not refused: 4 rows of it are in the data")


def test_what_was_never_met_is_said_not_to_be(version: Audited) -> None:
    assert told(version, "https://example.museum/")[1].splitlines() == [
        "https://example.museum/ was never met",
        "    it is neither in the data nor among what was refused",
    ]


@pytest.mark.parametrize("name", sorted(reasons()))
def test_every_reason_has_something_that_would_have_to_change(name: str) -> None:
    stage, _, reason = name.partition(".")
    told = remedy(stage, reason)
    assert told[0].islower()
    assert f"the stage {stage} of the recipe" not in told
