import json
import shutil
from pathlib import Path

from judged import BY_EVIDENCE
from runs import run
from tiny import document
from versions import change_rows

from licet.pipelines.audit.conflicts import conflicts, in_lines
from licet.pipelines.audit.version import Audited, audited


def of_rows(folder: Path, *rows: tuple[str, str, str], policy: str = "open-definition-2.1") -> str:
    """A run over rows of id, text and licence."""
    data = folder / "data"
    data.mkdir(parents=True)
    told = [{"id": key, "text": text, "license": licence} for key, text, licence in rows]
    (data / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in told))
    source = {"name": "s", "type": "jsonl", "paths": "data", "id_field": "id", "license_field": "license"}
    return run(folder, sources=[source], policy=policy).folder


def test_a_copy_under_looser_terms_is_told(version: Audited) -> None:
    found = conflicts(version)
    assert (found.stricter, found.looser, found.other) == (0, 1, 0)
    (copy,) = found.copies
    assert (copy.kept_id, copy.kept_license, copy.other_id, copy.other_license, copy.relation) == (
        "papers/second",
        "CC-BY-SA-4.0",
        "papers/first",
        "CC-BY-4.0",
        "looser",
    )


def test_a_copy_under_stricter_terms_is_an_objection(by_hand: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(by_hand, tmp_path / "copy"))
    change_rows(
        copy, "provenance/ledger/part-00000-of-00002.parquet", lambda rows: rows[2].update(evidence_id=BY_EVIDENCE)
    )
    with audited(str(copy)) as opened:
        found = conflicts(opened)
    assert [(c.kept_id, c.other_id, c.other_license, c.relation) for c in found.copies] == [
        ("test/a", "test/b", "CC-BY-4.0", "stricter"),
        ("test/d2", "test/d", "MIT", "looser"),
    ]
    assert any(line.startswith("Kept, with a copy under stricter terms: 1") for line in in_lines(found))


def test_copies_as_strict_under_another_name_are_neither(tmp_path: Path) -> None:
    version = of_rows(tmp_path, ("a", document(1) + " more", "MIT"), ("b", document(1), "Apache-2.0"))
    with audited(version) as opened:
        found = conflicts(opened)
    assert (found.stricter, found.looser, found.other) == (0, 0, 1)


def test_the_same_text_refused_for_its_licence_elsewhere_is_told(tmp_path: Path) -> None:
    path = tmp_path / "flag.json"
    path.write_text(json.dumps({"id": "f", "version": "1", "extends": "open-definition-2.1", "laundered": "flag"}))
    rows = (("a", document(1), "CC-BY-4.0"), ("b", document(1), "CC-BY-NC-4.0"), ("c", document(2), "MIT"))
    with audited(of_rows(tmp_path / "run", *rows, policy=str(path))) as opened:
        found = conflicts(opened)
    assert [(copy.kept_id, copy.other_license, copy.relation) for copy in found.copies] == [
        ("s/a", "CC-BY-NC-4.0", "stricter")
    ]


def test_a_laundered_row_is_told(tmp_path: Path) -> None:
    rows = (("a", document(1), "CC-BY-4.0"), ("b", document(1), "CC-BY-NC-4.0"), ("c", document(2), "MIT"))
    with audited(of_rows(tmp_path, *rows)) as opened:
        found = conflicts(opened)
    assert (found.laundered_rows, [row["id"] for row in found.laundered]) == (1, ["s/a"])
    assert found.stricter == 0


def test_contradictions_are_counted_by_what_they_say(tmp_path: Path) -> None:
    version = of_rows(tmp_path, ("a", document(1), "MIT"))
    with audited(version) as opened:
        assert conflicts(opened).contradictory == []
