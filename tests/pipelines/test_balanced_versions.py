"""Versions that were balanced: what becomes of their mixture in versions made of them, and lies about it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lies import adds_up
from mixtures import LEDGER, SHARD, SIZES, Told, balanced, conversations, kept, told_of
from runs import write_files
from typer.testing import CliRunner
from versions import change_manifest, change_rows

from licet.pipelines.cli import app
from licet.pipelines.redo import redo
from licet.pipelines.verify import verify
from licet.stages.balance import draws, shown


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("balanced")
    write_files(found, conversations(SIZES))
    return found


@pytest.fixture(scope="module")
def capped(folder: Path) -> Path:
    balanced(folder, {"caps": {"math": 10}, "default": 11}, output="capped")
    return folder / "capped"


def test_retraction_changes_the_mixture_and_says_so(capped: Path, tmp_path: Path) -> None:
    gone = sorted(kept(capped)["math"])[:4]
    command = ["retract", str(capped), *(part for one in gone for part in ("--id", one)), "--reference", "t"]
    told = CliRunner().invoke(app, [*command, "--output", str(tmp_path / "new"), "--version", "1.0.1"])
    assert told.exit_code == 0, told.output
    assert told_of(tmp_path / "new")["math"] == (10, 16, 6, None)
    assert verify(str(tmp_path / "new"), parent=str(capped)) == []
    shown = CliRunner().invoke(app, ["diff", str(capped), str(tmp_path / "new"), "--json"])
    assert json.loads(shown.stdout)["histograms"]["mixture"] == [
        {"name": "math", "before": 10, "after": 6, "delta": -4}
    ]


def test_retraction_from_a_weighed_version_says_how_often_what_is_left_is_to_be_read(
    folder: Path, tmp_path: Path
) -> None:
    version = balanced(folder, {"weights": {"math": 2, "chat": 1}, "unit": "tokens"}, output="retracted").folder
    before = told_of(version)["math"]
    gone = sorted(kept(version)["math"])[:8]
    command = ["retract", version, *(part for one in gone for part in ("--id", one)), "--reference", "t"]
    told = CliRunner().invoke(app, [*command, "--output", str(tmp_path / "new"), "--version", "1.0.1"])
    assert told.exit_code == 0, told.output
    asked, _, has, epochs = told_of(tmp_path / "new")["math"]
    assert asked == before[0]
    assert asked is not None
    assert epochs == round(asked / has, 4) > 1.5
    assert verify(str(tmp_path / "new"), parent=version) == []


def test_a_version_that_is_decided_anew_keeps_its_mixture(capped: Path, tmp_path: Path) -> None:
    redone = redo(str(capped), "osi-approved", str(tmp_path / "new"))
    assert told_of(redone.folder) == told_of(capped)
    assert verify(redone.folder, parent=str(capped)) == []


@pytest.mark.parametrize("by", ["category", "license"])
def test_rows_that_another_policy_refuses_are_in_neither_side_of_the_mixture(tmp_path: Path, by: str) -> None:
    rows = conversations(SIZES)
    for number, row in enumerate(rows):
        row["license"] = "CC-BY-4.0" if number % 2 else "MIT"
    write_files(tmp_path, rows)
    (tmp_path / "data" / "LICENSE").unlink()
    source: Told = {"name": "talks", "type": "chat", "paths": "data", "id_field": "id", "license_field": "license"}
    source["license"] = {"expression": "MIT OR CC-BY-4.0", "evidence": "https://example.org/"}
    version = balanced(tmp_path, {"by": by, "default": 7}, sources=[source]).folder
    assert verify(version) == []
    redone = redo(version, "osi-approved", str(tmp_path / "new"))
    assert verify(redone.folder) == []
    assert verify(redone.folder, parent=version) == []
    now = told_of(redone.folder)
    before = told_of(version)
    assert {name: asked for name, (asked, *_) in now.items()} == {name: asked for name, (asked, *_) in before.items()}
    assert sum(has for _, _, has, _ in now.values()) == redone.manifest.rows.count < 14
    if by == "category":
        assert {name: available for name, (_, available, *_) in now.items()} == {"math": 10, "code": 6, "chat": 4}
    else:
        assert now == {"MIT": (7, 20, 7, None), "CC-BY-4.0": (7, 0, 0, None)}


def lie_of_group(group_name: str, /, **values: Any) -> Callable[[Path], None]:
    def change(told: Told) -> None:
        for group in told["mixture"]["groups"]:
            if group["name"] == group_name:
                group.update(values)

    return lambda version: change_manifest(version, change)


def in_ledger(place: int, **values: Any) -> Callable[[Path], None]:
    return lambda version: change_rows(version, LEDGER, lambda rows: rows[place].update(values))


def swapped(version: Path) -> None:
    """Publish a row that left in the stead of one that stayed, each with the number that it truly drew."""
    mine: Told = {}
    change_rows(version, SHARD, lambda rows: mine.update(next(row for row in rows if row["category"] == "math")))

    def of_the_ledger(rows: list[Told]) -> None:
        worst = max((row for row in rows if row["detail"] == "math"), key=lambda row: row["value"])
        theirs.update(worst)
        drew = shown(draws([mine["content_sha256"]], [mine["uuid"]], 0), "random")[0]
        worst.update(id=mine["uuid"], content_sha256=mine["content_sha256"], value=float(drew))
        for row in rows:
            row["threshold"] = float(drew) if row["detail"] == "math" else row["threshold"]

    def of_the_data(rows: list[Told]) -> None:
        one = next(row for row in rows if row["uuid"] == mine["uuid"])
        one.update(uuid=theirs["id"], content_sha256=theirs["content_sha256"])

    theirs: Told = {}
    change_rows(version, LEDGER, of_the_ledger)
    change_rows(version, SHARD, of_the_data)


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (lie_of_group("math", kept=12), "`kept` of the group math should be 10 and is 12"),
        (lie_of_group("math", available=10), "`available` of the group math should be 20 and is 10"),
        (lie_of_group("math", asked=20), "`asked` of the group math should be 10 and is 20"),
        (lie_of_group("chat", share=0.5), "`share` of the group chat should be"),
        (lie_of_group("chat", epochs=2.0), "`epochs` of the group chat should be None and is 2.0"),
        (lie_of_group("chat", name="cats"), "The groups, in order,"),
        (lambda v: change_manifest(v, lambda m: m.pop("mixture")), "The mixture is not there"),
        (lambda v: change_manifest(v, lambda m: m["mixture"].update(unit="tokens")), "What is counted"),
        (in_ledger(0, value=0.999), "that drew another number"),
        (in_ledger(0, threshold=0.0), "whose bound is not that of their group"),
        (in_ledger(0, reason="over_share"), "that left as over_share, and would as over_cap"),
        (in_ledger(0, detail="chat"), "left while there was room"),
        (swapped, "that left before others which stayed"),
        (lambda v: change_rows(v, SHARD, lambda rows: rows[0].update(category="chat")), "of the group"),
    ],
)
def test_a_lie_about_the_mixture_is_found(
    capped: Path, tmp_path: Path, lie: Callable[[Path], None], words: str
) -> None:
    version = tmp_path / "lie"
    version.mkdir()
    for path, data in ((p, p.read_bytes()) for p in capped.rglob("*") if p.is_file()):
        (version / path.relative_to(capped)).parent.mkdir(parents=True, exist_ok=True)
        (version / path.relative_to(capped)).write_bytes(data)
    lie(version)
    adds_up(version)
    told = [finding.message for finding in verify(str(version)) if finding.check == "mixture"]
    assert any(words in message for message in told), told


def test_what_groups_were_to_have_is_held_against_the_parent(capped: Path, tmp_path: Path) -> None:
    version = Path(redo(str(capped), "osi-approved", str(tmp_path / "new")).folder)
    lie_of_group("math", asked=15)(version)
    adds_up(version)
    assert not [finding for finding in verify(str(version)) if finding.check == "mixture"]
    told = [finding.message for finding in verify(str(version), parent=str(capped)) if finding.check == "mixture"]
    assert told == ["What math was to have should be (None, 10) and is (None, 15)."]
    lie_of_group("math", asked=9)(version)
    told = [finding.message for finding in verify(str(version)) if finding.check == "mixture"]
    assert told == ["The group math has 10, and was to have 9 at most."]
