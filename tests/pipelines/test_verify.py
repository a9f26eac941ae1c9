import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from export_lies import EXPORT_LIES
from judged import BY_EVIDENCE, MIT_EVIDENCE, sha
from planted import PLANTED
from versions import change_manifest, change_rows, finished, relist, signed_by, some_conversations, some_parcels

from licet.pipelines.verify import CHECKS, verify
from licet.schemas.errors import VersionError
from licet.schemas.manifest import MANIFEST_PATH, canonical_sha256

Lie = Callable[[Path], object]
Told = dict[str, Any]

FIRST = "data/default/train-00000-of-00002.parquet"
LEDGER = "provenance/ledger/part-00000-of-00002.parquet"
CLUSTERS = "provenance/clusters.parquet"
INPUTS = "provenance/inputs.parquet"
OBJECTIONS = "provenance/objections.parquet"
EVIDENCE = "provenance/evidence.parquet"


def in_manifest(change: Callable[[Told], object]) -> Lie:
    return lambda version: change_manifest(version, change)


def in_rows(path: str, change: Callable[[list[Told]], object]) -> Lie:
    return lambda version: change_rows(version, path, change)


def put(place: int, **values: Any) -> Callable[[list[Told]], object]:
    return lambda rows: rows[place].update(values)


def of_set(key: str, **values: Any) -> Lie:
    return in_rows(EVIDENCE, lambda rows: [row.update(values) for row in rows if row["evidence_id"] == key])


def of_row(row_id: str, path: str = FIRST, **values: Any) -> Lie:
    return in_rows(path, lambda rows: [row.update(values) for row in rows if row["id"] == row_id])


def of_policy(change: Callable[[Told], object]) -> Lie:
    def told(manifest: Told) -> None:
        change(manifest["policy"]["rules"])
        manifest["policy"]["sha256"] = canonical_sha256(manifest["policy"]["rules"])

    return in_manifest(told)


def indented(version: Path) -> None:
    path = version / MANIFEST_PATH
    path.write_text(json.dumps(json.loads(path.read_bytes()), indent=1), encoding="utf-8")


def listed(manifest: Told, path: str = FIRST) -> Told:
    (found,) = (file for file in manifest["files"] if file["path"] == path)
    return found


def truncated(path: str) -> Lie:
    def cut(version: Path) -> None:
        data = (version / path).read_bytes()
        (version / path).write_bytes(data[: len(data) // 2])

    return cut


def renumbered(version: Path) -> None:
    new = FIRST.replace("00000-of", "00007-of")
    (version / FIRST).rename(version / new)
    change_manifest(version, lambda m: [f.update(path=new) for f in m["files"] if f["path"] == FIRST])


def edited(path: str) -> Lie:
    return lambda version: (version / path).write_bytes((version / path).read_bytes().replace(b"books", b"BOOKS"))


LIES: list[tuple[str, str, Lie]] = [
    ("a manifest with white space", "manifest", indented),
    ("a manifest that is none", "manifest", lambda v: (v / MANIFEST_PATH).write_text("{}")),
    ("a manifest with a key of its own", "manifest", in_manifest(lambda m: m.update(extra=1))),
    ("no manifest", "manifest", lambda v: (v / MANIFEST_PATH).unlink()),
    ("a file that nobody listed", "files", lambda v: (v / "data/default/extra.parquet").write_bytes(b"PAR1")),
    ("a file that is gone", "files", lambda v: (v / "report.html").unlink()),
    ("a file listed twice", "files", in_manifest(lambda m: m["files"].append(m["files"][0]))),
    ("shards with a gap", "files", renumbered),
    ("an edited card", "hashes", edited("README.md")),
    ("an edited report", "hashes", edited("report.html")),
    ("an edited recipe", "hashes", edited("provenance/recipe.yaml")),
    ("a shard cut short", "unreadable", truncated(FIRST)),
    ("a row more in the file list", "row_counts", in_manifest(lambda m: listed(m).update(rows=99))),
    ("a row more in the total", "row_counts", in_manifest(lambda m: m["rows"].update(count=7))),
    ("another schema in the file list", "schemas", in_manifest(lambda m: listed(m).update(schema_sha256="e" * 64))),
    ("another dataset's footer", "footers", in_manifest(lambda m: m["dataset"].update(name="films"))),
    ("a row taken out", "row_digest", in_rows(FIRST, lambda rows: rows.pop())),
    ("a row that changed its credit", "row_digest", of_row("test/a", attribution="someone else")),
    ("a row under another id", "row_digest", of_row("test/a", id="test/A")),
    ("a text that changed", "content", of_row("test/a", text="text of A")),
    ("a licence that changed", "licences", of_row("test/a", license="Apache-2.0")),
    ("a histogram that changed", "licences", in_manifest(lambda m: m["licences"][0].update(rows=3))),
    ("a language that changed", "languages", of_row("test/a", language="fr")),
    ("a better bucket", "buckets", of_row("test/a", quality_bucket=19)),
    ("a better bucket of a model", "buckets", of_row("test/a", quality_wiki_bucket=19)),
    ("other cut points", "buckets", in_manifest(lambda m: m["models"][0].update(cuts=[0.9] * 19))),
    (
        "conversations judged where there are none",
        "conversations",
        in_manifest(lambda m: m["stages"].insert(2, {**m["stages"][2], "name": "conversations"})),
    ),
    (
        "spans masked that were not",
        "masked",
        in_manifest(lambda m: m.update(masked={"rows": 1, "kinds": {"email": 1}})),
    ),
    (
        "a mixture that nobody asked for",
        "mixture",
        in_manifest(lambda m: m.update(mixture={"by": ["source"], "unit": "rows", "groups": []})),
    ),
    ("tokens added", "totals", in_manifest(lambda m: m["rows"].update(tokens=10**6))),
    ("tokens added to a row", "totals", of_row("test/a", token_count=99)),
    ("a row without evidence", "evidence_ids", of_row("test/a", evidence_id=None)),
    ("evidence that is gone", "evidence_ids", in_rows(EVIDENCE, lambda rows: rows.clear())),
    ("evidence that counts one more", "evidence_counts", of_set(MIT_EVIDENCE, rows_kept=3)),
    ("evidence that refused one less", "evidence_counts", of_set(MIT_EVIDENCE, rows_refused=0)),
    ("a row that claims a better grade", "evidence_matches", of_row("test/c", license_grade="F")),
    ("evidence of another licence", "evidence_matches", of_set(MIT_EVIDENCE, concluded="Apache-2.0")),
    ("a licence that the policy does not admit", "policy", of_set(BY_EVIDENCE, concluded="CC-BY-NC-4.0")),
    ("a choice that nobody made", "policy", of_set(MIT_EVIDENCE, elected="Apache-2.0")),
    ("a tier that is too mild", "policy", of_set(BY_EVIDENCE, tier="permissive")),
    ("a grade that is not enough", "policy", of_set(BY_EVIDENCE, grade="F")),
    ("evidence that was refused", "policy", of_set(MIT_EVIDENCE, reason="no_license")),
    ("evidence judged by another policy", "policy", of_set(MIT_EVIDENCE, policy="anything-goes")),
    ("a policy that admits less", "policy", of_policy(lambda rules: rules.update(refuse=["MIT"]))),
    ("a policy that is none", "policy", of_policy(lambda rules: rules.update(tiers="all"))),
    ("a policy under another name", "policy", in_manifest(lambda m: m["policy"].update(id="mine"))),
    ("a policy with another digest", "policy", in_manifest(lambda m: m["policy"].update(sha256="e" * 64))),
    ("a row without its credit", "attribution", of_row("test/d2", attribution="")),
    ("a notice that is gone", "attribution", of_row("test/a", attribution=None)),
    ("a refusal taken out", "ledger_counts", in_rows(LEDGER, lambda rows: rows.pop(0))),
    ("a refusal for another reason", "ledger_counts", in_rows(LEDGER, put(0, reason="no_license"))),
    ("a refusal of another size", "ledger_counts", in_rows(LEDGER, put(0, bytes=10**9))),
    ("a stage that lost a row", "conservation", in_manifest(lambda m: m["stages"][1].update(rows_kept=9))),
    ("a stage that began with more", "conservation", in_manifest(lambda m: m["stages"][2].update(rows_in=11))),
    ("a source with more rows", "conservation", in_manifest(lambda m: m["inputs"][0].update(rows=13))),
    ("bytes that vanished", "conservation", in_manifest(lambda m: m["stages"][3].update(bytes_kept=0))),
    ("a row refused for one that is not there", "kept_rows", in_rows(LEDGER, put(2, kept_id="test/nobody"))),
    ("a row refused for one refused before", "kept_rows", in_rows(LEDGER, put(2, kept_id="test/x"))),
    ("a row refused for itself", "kept_rows", in_rows(LEDGER, put(2, kept_id="test/b", kept_locator="b.txt"))),
    ("a similarity below the threshold", "similarity", in_rows(LEDGER, put(2, value=0.79))),
    ("a similarity that nobody measured", "similarity", in_rows(LEDGER, put(2, value=None))),
    ("a cluster that the ledger does not know", "clusters", in_rows(CLUSTERS, put(0, id="test/q"))),
    ("a cluster taken out", "clusters", in_rows(CLUSTERS, lambda rows: rows.pop())),
    ("an objection below the threshold", "objections", in_rows(OBJECTIONS, put(0, similarity=0.7))),
    ("an objection of a row that nobody refused", "objections", in_rows(OBJECTIONS, put(0, objection_id="test/w"))),
    ("an objection on other evidence", "objections", in_rows(OBJECTIONS, put(0, evidence_id=MIT_EVIDENCE))),
    ("an objection to a row that is nowhere", "objections", in_rows(OBJECTIONS, put(0, id="test/w"))),
    ("an objection that was not heard", "objections", in_rows(OBJECTIONS, put(0, id="test/d2", locator="d2.txt"))),
    ("a laundered row to which nothing objects", "objections", in_rows(LEDGER, put(2, reason="laundered"))),
    ("an input of another hash", "inputs", in_rows(INPUTS, put(0, sha256="e" * 64))),
    ("an input of another size", "inputs", in_rows(INPUTS, put(0, bytes=21))),
    ("an input of another source", "inputs", in_rows(INPUTS, put(0, source="web"))),
    ("other parameters", "parameters", in_manifest(lambda m: m["stages"][0]["params"].update(min=0.4))),
    (
        "a row said to be retracted where nothing was",
        "retractions",
        in_rows(LEDGER, put(0, stage="retract", reason="retracted")),
    ),
    (
        "a row said to be contaminated where no set was looked for",
        "contamination",
        in_rows(LEDGER, put(0, stage="decontaminate", reason="contaminated")),
    ),
    *EXPORT_LIES,
]  # fmt: skip


def test_a_finished_version_holds(tmp_path: Path) -> None:
    version, manifest = finished(tmp_path, some_parcels(tmp_path))
    assert verify(str(version)) == []
    assert next(file.path for file in manifest.files if file.role == "data") == FIRST


def test_conversations_hold_and_their_words_are_checked(tmp_path: Path) -> None:
    version, _ = finished(tmp_path, some_conversations(tmp_path), models=(), kind="posttrain")
    assert verify(str(version)) == []
    path = "data/sft/train-00000-of-00001.parquet"
    change_rows(version, path, lambda rows: rows[0]["messages"][1].update(content="bye"))
    found = {finding.check: finding for finding in verify(str(version))}
    assert found["content"].place == path
    assert "the first is test/a" in found["content"].message


@pytest.mark.parametrize(("name", "check", "lie"), LIES, ids=[name for name, _, _ in LIES])
def test_a_planted_lie_is_found_by_name(tmp_path: Path, name: str, check: str, lie: Lie) -> None:
    version, _ = finished(tmp_path, some_parcels(tmp_path))
    lie(version)
    found = verify(str(version), keys=signed_by(version))
    assert check in {finding.check for finding in found}, f"{name}: {found}"
    assert all(finding.message.endswith(".") and finding.place for finding in found)


def test_every_check_has_a_lie_that_it_finds() -> None:
    assert {*(check for _, check, _ in LIES), *(planted.check for planted in PLANTED)} == set(CHECKS)


def test_shards_of_different_columns_are_found(tmp_path: Path) -> None:
    version, _ = finished(tmp_path, some_parcels(tmp_path))
    table = pq.read_table(version / FIRST)
    pq.write_table(table.drop_columns(["url"]), version / FIRST)
    relist(version, FIRST)
    assert ("schemas", "data/default") in {(f.check, f.place) for f in verify(str(version))}


def test_a_kept_row_that_a_later_stage_refused_is_accounted_for(tmp_path: Path) -> None:
    version, _ = finished(tmp_path, some_parcels(tmp_path))
    change_rows(version, LEDGER, put(2, kept_id="test/e"))
    found = {finding.check for finding in verify(str(version))}
    assert {"clusters", "cluster_sizes"} <= found
    assert "kept_rows" not in found


def test_faults_in_rows_are_told_once_with_their_number(tmp_path: Path) -> None:
    version, _ = finished(tmp_path, some_parcels(tmp_path))
    change_rows(version, FIRST, lambda rows: [row.update(content_sha256=sha("x")) for row in rows])
    (content,) = [finding for finding in verify(str(version)) if finding.check == "content"]
    assert content.message.startswith("3 rows with a text that is not of their content_sha256, the first is test/a")


@pytest.mark.parametrize("named", ["nothing", "", "memory://nothing", "nowhere://x", "file.txt"])
def test_a_folder_that_is_no_version_is_said_to_be_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.txt").write_text("no version")
    with pytest.raises(VersionError, match=r"is no finished version|cannot be read"):
        verify(named)
