"""A finished version is decided anew as a run under the other policy would decide it, without its inputs."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import lies
import pyarrow.parquet as pq
import pytest
from runs import contents, run
from tiny import document

from licet.pipelines.redo import redo
from licet.pipelines.verify import verify
from licet.schemas.errors import RecipeError, RunError, VersionError
from licet.schemas.manifest import MANIFEST_PATH, parse_manifest

LICENCES = ["MIT", "CC-BY-SA-4.0", "CC0-1.0", "GPL-3.0-or-later OR Apache-2.0", "CC-BY-NC-4.0", "CC-BY-4.0"]
SOURCES = [{"name": "parts", "type": "jsonl", "paths": "data", "id_field": "id", "license_field": "license"}]


def made(folder: Path, rows: Sequence[dict[str, str]], policy: str = "open-definition-2.1") -> str:
    """Run over some rows and return the version's folder; the inputs are gone afterwards."""
    data = folder / "data"
    data.mkdir(parents=True)
    (data / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    outcome = run(folder, sources=SOURCES, policy=policy)
    shutil.rmtree(data)
    return outcome.folder


def made_of_two(folder: Path, own: str, other: str, policy: str = "open-definition-2.1") -> str:
    """Run over a text that one source has under a licence of its own, and another under a licence that it declares."""
    for name, row in (("parts", {"text": document(1), "license": own}), ("others", {"text": document(1) + " more"})):
        (folder / name).mkdir(parents=True)
        (folder / name / "rows.jsonl").write_text(json.dumps({"id": "x", **row}) + "\n")
    declared = {"expression": other, "evidence": "https://example.org/terms"}
    sources = [
        {"name": "parts", "type": "jsonl", "paths": "parts", "id_field": "id", "license_field": "license"},
        {"name": "others", "type": "jsonl", "paths": "others", "id_field": "id", "license": declared},
    ]
    return run(folder, sources=sources, policy=policy, allow_empty=True).folder


def some_rows() -> list[dict[str, str]]:
    """Rows under licences of many tiers, too short ones among them."""
    texts = [document(i) for i in range(24)]
    return [{"id": f"{i:02d}", "text": text, "license": LICENCES[i % 6]} for i, text in enumerate(texts)]


def published(folder: str) -> list[dict[str, object]]:
    """The published rows in their order."""
    return [row for path in sorted(Path(folder).glob("data/*/*.parquet")) for row in pq.read_table(path).to_pylist()]


def ledger(folder: str) -> dict[str, tuple[str, str]]:
    """Stage and reason by id."""
    parts = sorted(Path(folder).glob("provenance/ledger/*.parquet"))
    return {row["id"]: (row["stage"], row["reason"]) for part in parts for row in pq.read_table(part).to_pylist()}


def measures(folder: str) -> list[dict[str, object]]:
    """What was measured of rows, in their order."""
    parts = sorted(Path(folder).glob("provenance/measures/*.parquet"))
    return [row for part in parts for row in pq.read_table(part).to_pylist()]


@pytest.mark.parametrize("policy", ["no-share-alike", "pd-only"])
def test_a_stricter_policy_gives_the_rows_and_the_ledger_that_a_run_under_it_gives(tmp_path: Path, policy: str) -> None:
    version = made(tmp_path / "a", some_rows())
    again = made(tmp_path / "b", some_rows(), policy)
    redone = redo(version, policy, str(tmp_path / "redone"))
    assert published(redone.folder) == published(again)
    assert ledger(redone.folder) == ledger(again)
    assert verify(redone.folder) == []
    before, after = (parse_manifest((Path(folder) / MANIFEST_PATH).read_bytes()) for folder in (again, redone.folder))
    same = ("inputs", "stages", "policy", "licences", "languages", "rows")
    assert [getattr(before, name) for name in same] == [getattr(after, name) for name in same]


def test_the_same_policy_changes_nothing_but_the_parent(tmp_path: Path) -> None:
    version = made(tmp_path / "a", some_rows())
    redone = redo(version, "open-definition-2.1", str(tmp_path / "redone"))
    before, after = contents(version), contents(redone.folder)
    told = {path for path in before if path.startswith(("data/", "provenance/measures/"))} | {
        "provenance/evidence.parquet",
        "provenance/statements.parquet",
        "provenance/clusters.parquet",
    }
    assert {path: before[path] for path in told} == {path: after[path] for path in told}
    assert (redone.left, redone.without_text, redone.evidence_changed) == ({}, 0, 0)
    parent = redone.manifest.parent
    assert parent is not None
    assert parent.sha256 == parse_manifest((Path(version) / MANIFEST_PATH).read_bytes()).digest


def test_measures_are_of_the_rows_that_a_run_under_the_policy_measures(tmp_path: Path) -> None:
    rows = [{**row, "text": row["text"] if i % 5 else f"{i} words"} for i, row in enumerate(some_rows())]
    version = made(tmp_path / "a", rows)
    again = made(tmp_path / "b", rows, "no-share-alike")
    redone = redo(version, "no-share-alike", str(tmp_path / "redone"))
    assert measures(redone.folder) == measures(again)
    assert 0 < len(measures(redone.folder)) < len(measures(version))
    assert {row["reason"] for row in measures(version)} == {None, "too_few_words"}
    assert verify(redone.folder) == []


def test_rows_that_a_freer_policy_admits_are_counted_since_their_text_is_not_there(tmp_path: Path) -> None:
    version = made(tmp_path / "a", some_rows(), "pd-only")
    redone = redo(version, "open-definition-2.1", str(tmp_path / "redone"))
    assert published(redone.folder) == published(version)
    assert redone.without_text == 16
    refused = ledger(redone.folder)
    assert set(refused.values()) == {("license", "text_not_kept"), ("license", "non_commercial")}
    assert verify(redone.folder) == []


def test_a_row_that_stayed_out_for_one_that_leaves_is_told_of(tmp_path: Path) -> None:
    rows = [
        {"id": "sa", "text": document(1) + " more", "license": "CC-BY-SA-4.0"},
        {"id": "by", "text": document(1), "license": "CC-BY-4.0"},
        {"id": "other", "text": document(2), "license": "CC0-1.0"},
    ]
    version = made(tmp_path / "a", rows)
    assert [row["id"] for row in published(version)] == ["parts/sa", "parts/other"]
    redone = redo(version, "no-share-alike", str(tmp_path / "redone"))
    assert [(row["id"], row["cluster_size"]) for row in published(redone.folder)] == [("parts/other", 1)]
    assert ledger(redone.folder) == {
        "parts/sa": ("license", "not_permitted"),
        "parts/by": ("license", "text_not_kept"),
    }
    assert verify(redone.folder) == []


def test_a_duplicate_that_is_refused_itself_leaves_its_cluster(tmp_path: Path) -> None:
    version = made_of_two(tmp_path / "a", "CC-BY-4.0", "CC-BY-SA-4.0")
    assert [(row["id"], row["cluster_size"]) for row in published(version)] == [("parts/x", 2)]
    redone = redo(version, "no-share-alike", str(tmp_path / "redone"))
    assert [(row["id"], row["cluster_size"]) for row in published(redone.folder)] == [("parts/x", 1)]
    assert ledger(redone.folder) == {"others/x": ("license", "not_permitted")}
    assert verify(redone.folder) == []


def test_a_laundered_row_whose_objection_is_admitted_now_is_told_of(tmp_path: Path) -> None:
    version = made_of_two(tmp_path / "a", "CC-BY-NC-4.0", "CC-BY-4.0")
    assert ledger(version) == {"parts/x": ("license", "non_commercial"), "others/x": ("dedup", "laundered")}
    assert verify(version) == []
    redone = redo(version, "research", str(tmp_path / "redone"))
    assert set(ledger(redone.folder).values()) == {("license", "text_not_kept")}
    assert verify(redone.folder) == []


def test_a_flagged_row_is_refused_where_the_policy_refuses_what_is_laundered(tmp_path: Path) -> None:
    policy = tmp_path / "flag.json"
    policy.write_text(json.dumps({"id": "flag", "version": "1", "extends": "open-definition-2.1", "laundered": "flag"}))
    version = made_of_two(tmp_path / "a", "CC-BY-NC-4.0", "CC-BY-4.0", str(policy))
    assert [row["id"] for row in published(version)] == ["others/x"]
    refusing = made_of_two(tmp_path / "b", "CC-BY-NC-4.0", "CC-BY-4.0")
    redone = redo(version, "open-definition-2.1", str(tmp_path / "redone"))
    assert published(redone.folder) == published(refusing) == []
    assert redone.left == {"laundered": 1}
    found = [pq.read_table(path).to_pylist() for path in sorted(Path(redone.folder).glob("provenance/ledger/*"))]
    told = [row for part in found for row in part]
    expected = pq.read_table(Path(refusing) / "provenance/ledger").to_pylist()
    assert sorted(told, key=lambda row: row["id"]) == sorted(expected, key=lambda row: row["id"])
    assert verify(redone.folder) == []


def test_the_branch_elected_and_the_credit_follow_the_policy(tmp_path: Path) -> None:
    rows = [{"id": "x", "text": document(1), "license": "GPL-3.0-or-later OR CC-BY-4.0"}]
    version = made(tmp_path / "a", rows)
    policy = tmp_path / "gpl.json"
    policy.write_text(
        json.dumps({"id": "gpl", "version": "1", "extends": "open-definition-2.1", "refuse": ["CC-BY-4.0"]})
    )
    redone = redo(version, str(policy), str(tmp_path / "redone"))
    (before,), (after,) = published(version), published(redone.folder)
    assert str(before["attribution"]).endswith(
        "licensed under CC-BY-4.0 (https://creativecommons.org/licenses/by/4.0/)"
    )
    assert "licensed under GPL-3.0-" in str(after["attribution"])
    assert str(before["attribution"]).split(", licensed")[0] == str(after["attribution"]).split(", licensed")[0]
    assert verify(redone.folder) == []


def test_deciding_anew_twice_is_deciding_anew_once(tmp_path: Path) -> None:
    version = made(tmp_path / "a", some_rows())
    once = redo(version, "no-share-alike", str(tmp_path / "once"))
    twice = redo(once.folder, "no-share-alike", str(tmp_path / "twice"))
    assert published(once.folder) == published(twice.folder)
    assert ledger(once.folder) == ledger(twice.folder)


def test_a_version_that_does_not_hold_what_it_says_is_not_decided_on(tmp_path: Path) -> None:
    version = Path(made(tmp_path / "a", some_rows()))
    (version / "README.md").write_text("Other words.")
    with pytest.raises(VersionError, match="does not hold what it says"):
        redo(str(version), "pd-only", str(tmp_path / "redone"))
    assert not (tmp_path / "redone").exists()


def test_a_taken_folder_and_an_unknown_policy_are_refused(tmp_path: Path) -> None:
    version = made(tmp_path / "a", some_rows())
    with pytest.raises(RunError, match="is taken"):
        redo(version, "pd-only", version)
    with pytest.raises(RecipeError, match="no policy"):
        redo(version, "no-such", str(tmp_path / "redone"))


def test_deciding_anew_gives_the_same_version_wherever_it_is_put(tmp_path: Path) -> None:
    version = made(tmp_path / "a", some_rows())
    one, other = (redo(version, "no-share-alike", str(tmp_path / name)) for name in ("one", "other"))
    assert one.digest == other.digest
    assert contents(one.folder) == contents(other.folder)


def test_the_chain_closes_on_the_version_that_it_was_made_from_and_on_no_other(tmp_path: Path) -> None:
    version = made(tmp_path / "a", some_rows())
    other = made(tmp_path / "b", some_rows()[:12])
    redone = redo(version, "no-share-alike", str(tmp_path / "redone")).folder
    assert verify(redone, parent=version) == []
    assert {finding.check for finding in verify(redone, parent=other)} == {"parent"}
    assert {finding.check for finding in verify(redone, parent=str(tmp_path / "none"))} == {"parent"}
    (unasked,) = verify(version, parent=other)
    assert unasked.message == f"It names no parent, and {other} was given as one."


def test_a_row_that_the_parent_does_not_have_is_found(tmp_path: Path) -> None:
    version = made(tmp_path / "a", some_rows())
    redone = Path(redo(version, "no-share-alike", str(tmp_path / "redone")).folder)
    shard = next(path for path in sorted(redone.glob("data/*/*.parquet")))
    lies.in_rows(str(shard.relative_to(redone)), lies.put(0, id="parts/other"))(redone)
    told = [finding.message for finding in verify(str(redone), parent=version) if finding.check == "parent"]
    assert told == ["1 rows are not in the parent that it was made from."]


def as_concluded_by_older_lists(version: Path, code: str | None) -> None:
    """Let a version be as lists would have made it that took MIT for the public domain."""

    def milder(rows: list[dict[str, object]]) -> None:
        for row in rows:
            if row.get("concluded", row.get("license")) == "MIT":
                row["tier" if "concluded" in row else "license_tier"] = "public-domain"
                if "attribution" in row:
                    row["attribution"] = None

    for path in [*sorted(version.glob("data/*/*.parquet")), version / "provenance/evidence.parquet"]:
        lies.in_rows(str(path.relative_to(version)), milder)(version)
    if code is not None:
        lies.in_manifest(lambda m: [stage.update(code=code) for stage in m["stages"]])(version)
    lies.adds_up(version)


def test_newer_lists_are_applied_to_a_version_that_older_ones_made(tmp_path: Path) -> None:
    version = made(tmp_path / "a", some_rows())
    old = Path(shutil.copytree(version, tmp_path / "old"))
    as_concluded_by_older_lists(old, "e" * 64)
    assert {"conclusions", "policy"} <= {finding.check for finding in verify(str(old))}
    assert any("was made by other code" in finding.message for finding in verify(str(old)))
    redone = redo(str(old), "open-definition-2.1", str(tmp_path / "redone"))
    assert redone.evidence_changed == 1
    told = {str(row["id"]): (row["license_tier"], bool(row["attribution"])) for row in published(redone.folder)}
    before = {str(row["id"]): (row["license_tier"], bool(row["attribution"])) for row in published(version)}
    assert told == before
    assert verify(redone.folder) == []


def test_a_version_of_this_code_that_says_otherwise_was_changed_and_is_not_decided_on(tmp_path: Path) -> None:
    version = Path(made(tmp_path / "a", some_rows()))
    as_concluded_by_older_lists(version, None)
    with pytest.raises(VersionError, match="does not hold what it says"):
        redo(str(version), "open-definition-2.1", str(tmp_path / "redone"))


def test_words_that_were_changed_are_not_decided_on_whoever_made_the_version(tmp_path: Path) -> None:
    version = Path(made(tmp_path / "a", some_rows()))
    lies.in_rows(lies.STATEMENTS, lies.put(0, raw="CC0-1.0"))(version)
    lies.in_manifest(lambda m: [stage.update(code="e" * 64) for stage in m["stages"]])(version)
    with pytest.raises(VersionError, match="statements: "):
        redo(str(version), "pd-only", str(tmp_path / "redone"))


def test_nothing_is_left_of_what_could_not_be_finished(tmp_path: Path) -> None:
    version = made(tmp_path / "a", some_rows()[1:2])
    with pytest.raises(RunError, match="No row of 1 was kept"):
        redo(version, "pd-only", str(tmp_path / "redone"))
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
