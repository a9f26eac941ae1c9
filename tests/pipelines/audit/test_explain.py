import json
import shutil
from pathlib import Path

import pytest
from audited_run import HOSTILE
from versions import change_rows

from licet.pipelines.audit.explain import Explanation, Merged, explain, in_lines
from licet.pipelines.audit.measured import Measured
from licet.pipelines.audit.screen import HEIGHT, WIDTH
from licet.pipelines.audit.version import Audited, audited


def told(version: Audited, row_id: str) -> Explanation:
    """The explanation of a row that is there."""
    found = explain(version, row_id)
    assert found is not None
    lines = in_lines(found)
    assert len(lines) <= HEIGHT
    assert all(len(line) <= WIDTH and line.isprintable() for line in lines)
    json.dumps(found.summary())
    return found


def test_a_row_is_explained_from_what_it_is_to_what_one_owes(version: Audited) -> None:
    found = told(version, "book/one.md")
    assert (found.license, found.elected, found.used, found.tier, found.grade) == (
        "MIT",
        None,
        "MIT",
        "permissive",
        "C",
    )
    assert [(h.kind, h.expression, h.grade) for h in found.heard] == [
        ("declared", "MIT", "C"),
        ("license_file", "MIT", "C"),
        ("credit", None, "F"),
    ]
    assert found.together == "as both statements that could be read say"
    assert found.clauses == ["MIT: admitted, `tiers` has its tier permissive"]
    assert found.conditions == {"MIT": ["keep the copyright notice and the licence"]}
    assert found.attribution == (
        '"one.md" by The Tiny Authors, https://book.example.org/, licensed under MIT (https://spdx.org/licenses/MIT.html)'
    )


def test_the_screen_reads_as_a_lawyer_would_ask(version: Audited) -> None:
    lines = in_lines(told(version, "papers/second"))
    assert lines[0] == "papers/second is in the data, used under CC-BY-SA-4.0"
    assert [line for line in lines if line and not line.startswith(" ")][1:] == [
        "What it is",
        "Who says what of its licence",
        "What follows from it",
        "What you owe",
        "What was measured of its shape, and what the rules allow",
        "It stands for 1 other row, left out as copies",
    ]
    text = "\n".join(lines)
    assert "the row's own licence column says “CC-BY-SA-4.0”" in text
    assert "grade B: its origin records it as metadata" in text
    assert "the policy asks for C or better" in text
    assert "papers/first (0.982 alike), under CC-BY-4.0, grade B" in text


def test_what_was_measured_is_told_beside_its_bound(version: Audited) -> None:
    found = told(version, "papers/second")
    assert found.measured == [Measured("words", 61.0, 10.0, None)]
    assert "  words 61 (10 or more)" in in_lines(found)


def test_the_branch_that_was_elected_is_told_with_its_clause(version: Audited) -> None:
    found = told(version, "papers/either")
    assert (found.license, found.elected) == ("CC-BY-4.0 OR GPL-3.0-or-later", "CC-BY-4.0")
    assert found.clauses == ["CC-BY-4.0: admitted, `tiers` has its tier attribution"]
    assert list(found.conditions) == ["CC-BY-4.0"]
    assert any("elected    CC-BY-4.0, of the branches that the policy admits" in line for line in in_lines(found))


def test_rows_that_were_merged_into_it_are_told_with_their_own_claims(version: Audited) -> None:
    (merged,) = told(version, "papers/second").merged
    assert (merged.row_id, merged.license, merged.grade) == ("papers/first", "CC-BY-4.0", "B")
    assert merged.similarity == pytest.approx(0.982, abs=0.001)


def test_a_row_of_the_public_domain_owes_nothing(version: Audited) -> None:
    found = told(version, "papers/zero")
    assert (found.attribution, found.conditions) == (None, {"CC0-1.0": []})
    assert any("CC0-1.0: nothing" in line for line in in_lines(found))


def test_strange_ids_are_found_and_printed_harmlessly(version: Audited) -> None:
    found = told(version, f"papers/{HOSTILE}")
    assert found.row_id == f"papers/{HOSTILE}"
    assert in_lines(found)[0].startswith('papers/o\'hara "x" [/bold] ; drop table rows -- \\x1b[')


@pytest.mark.parametrize("row_id", ["papers/nc", "", "'", "%", "papers/", "\0", "x" * 10_000])
def test_a_row_that_is_not_there_has_no_explanation(version: Audited, row_id: str) -> None:
    assert explain(version, row_id) is None


def test_conversations_are_explained_by_their_uuid(talk: Path) -> None:
    with audited(str(talk)) as opened:
        assert told(opened, "test/a").license == "MIT"


def test_a_row_that_says_nothing_true_is_still_told_of(by_hand: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(by_hand, tmp_path / "copy"))
    nothing = {"license": None, "license_tier": None, "license_grade": None, "evidence_id": None, "attribution": None}
    change_rows(copy, "data/default/train-00000-of-00002.parquet", lambda rows: rows[0].update(nothing))
    with audited(str(copy)) as opened:
        found = told(opened, "test/a")
    assert (found.used, found.heard, found.policy) == ("no licence", [], "none: it has no evidence")
    assert any("nobody says anything" in line for line in in_lines(found))


def test_an_explanation_fits_one_screen_however_much_was_said(version: Audited) -> None:
    found = told(version, "book/one.md")
    crowd = Merged(row_id="x" * 300, locator="y", similarity=0.9, license="Z" * 300, grade="B")
    full = Explanation(
        **{
            **{name: getattr(found, name) for name in found.__dataclass_fields__},
            "heard": found.heard * 40,
            "merged": [crowd] * 5,
            "stands_for": 1_000,
            "attribution": "word " * 2_000,
            "conditions": {f"L{i}": ["much"] * 40 for i in range(9)},
            "measured": [Measured("a_measure_of_it", i / 7, 1.0, 1e5) for i in range(90)],
            "flags": ["odd_flag"] * 50,
            "clauses": ["a clause"] * 90,
            "url": "https://example.org/" + "u" * 5_000,
            "license": "MIT AND " * 100 + "MIT",
        }
    )
    lines = in_lines(full)
    assert len(lines) <= HEIGHT
    assert all(len(line) <= WIDTH for line in lines)
