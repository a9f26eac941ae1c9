from pathlib import Path

import pyarrow.parquet as pq
import pytest
from judged import (
    BY_EVIDENCE,
    CLAIMS,
    MIT_EVIDENCE,
    NC_EVIDENCE,
    Parcels,
    duplicate,
    judged_of,
    mark,
    refused,
    row,
    sha,
)

from licet.schemas.ledger import LEDGER
from licet.stages.license.evidence import claims_of
from licet.stages.shard.ledger import LedgerWriter, plan_ledger
from licet.stages.shard.records import LedgerPart
from licet.stages.shard.tables import write_tables


def some_parcels(folder: Path) -> Parcels:
    parcels = Parcels(folder / "staging")
    parcels.add(
        [row("a", "one two"), row("b", "one three", BY_EVIDENCE), row("c", "four", url="https://c.example")],
        ledger=[refused("x"), refused("y", "heuristics", "too_few_words", evidence_id=None)],
        marks=[
            mark(2, stage="quality", reason="low_quality", value=0.1, threshold=0.5),
            duplicate(1, of="a", similarity=0.85),
            mark(0, cluster_size=2),
        ],
    )
    parcels.add([], ledger=[refused("z")])
    return parcels


def write_parts(folder: Path, parcels: Parcels, parcels_a_part: int) -> list[LedgerPart]:
    writer = LedgerWriter(folder=str(folder / "version"), scratch=str(folder / "scratch"))
    return [writer(part) for part in plan_ledger(parcels.made, parcels_a_part)]


def test_the_ledger_has_the_rows_of_staging_then_those_of_marks(tmp_path: Path) -> None:
    parts = write_parts(tmp_path, some_parcels(tmp_path), 1)
    assert [part.file.path for part in parts] == [
        "provenance/ledger/part-00000-of-00002.parquet",
        "provenance/ledger/part-00001-of-00002.parquet",
    ]
    first, second = (pq.read_table(tmp_path / "version" / part.file.path) for part in parts)
    assert first.schema.equals(LEDGER)
    assert first.column("id").to_pylist() == ["test/x", "test/y", "test/b", "test/c"]
    assert first.to_pylist()[2] == {
        "id": "test/b",
        "source": "test",
        "locator": "b.txt",
        "url": None,
        "content_sha256": sha("one three"),
        "stage": "dedup",
        "reason": "near_duplicate",
        "value": 0.85,
        "threshold": 0.8,
        "detail": None,
        "evidence_id": BY_EVIDENCE,
        "kept_id": "test/a",
        "kept_locator": "a.txt",
        "bytes": 9,
    }
    assert second.column("id").to_pylist() == ["test/z"]


def test_the_record_counts_rows_and_bytes_by_reason(tmp_path: Path) -> None:
    first, second = write_parts(tmp_path, some_parcels(tmp_path), 1)
    assert [(c.source, c.stage, c.reason, c.rows, c.bytes) for c in first.refused] == [
        ("test", "dedup", "near_duplicate", 1, 9),
        ("test", "heuristics", "too_few_words", 1, 7),
        ("test", "license", "non_commercial", 1, 7),
        ("test", "quality", "low_quality", 1, 4),
    ]
    assert (first.kept_rows, second.kept_rows) == (1, 0)


@pytest.mark.parametrize("parcels_a_part", [1, 2])
def test_evidence_is_listed_once_with_its_counts(tmp_path: Path, parcels_a_part: int) -> None:
    parts = write_parts(tmp_path, some_parcels(tmp_path), parcels_a_part)
    write_tables(str(tmp_path / "version"), [], parts)
    table = pq.read_table(tmp_path / "version/provenance/evidence.parquet")
    ids = table.column("evidence_id").to_pylist()
    assert ids == sorted([MIT_EVIDENCE, BY_EVIDENCE, NC_EVIDENCE])
    counts = zip(ids, table.column("rows_kept").to_pylist(), table.column("rows_refused").to_pylist(), strict=True)
    assert sorted(counts) == sorted([(MIT_EVIDENCE, 1, 1), (BY_EVIDENCE, 0, 1), (NC_EVIDENCE, 0, 2)])
    locators = {MIT_EVIDENCE: "#line=1", BY_EVIDENCE: "#link[rel=license]", NC_EVIDENCE: "license"}
    assert {found["evidence_id"]: found["claims"][0]["locator"] for found in table.to_pylist()} == locators


@pytest.mark.parametrize("parcels_a_part", [1, 2])
def test_claims_can_be_made_again_from_evidence_and_statements(tmp_path: Path, parcels_a_part: int) -> None:
    parts = write_parts(tmp_path, some_parcels(tmp_path), parcels_a_part)
    write_tables(str(tmp_path / "version"), [], parts)
    told = pq.read_table(tmp_path / "version/provenance/statements.parquet").to_pylist()
    words = {statement["sha256"]: statement["raw"] for statement in told}
    assert sorted(words.values()) == sorted(claim.raw for claims in CLAIMS for claim in claims)
    found = pq.read_table(tmp_path / "version/provenance/evidence.parquet").to_pylist()
    assert {claims_of(evidence, words) for evidence in found} == set(CLAIMS)


def test_clusters_name_what_was_merged_into_what(tmp_path: Path) -> None:
    parts = write_parts(tmp_path, some_parcels(tmp_path), 1)
    tables = write_tables(str(tmp_path / "version"), [], parts)
    assert pq.read_table(tmp_path / "version/provenance/clusters.parquet").to_pylist() == [
        {
            "kept_id": "test/a",
            "kept_locator": "a.txt",
            "id": "test/b",
            "locator": "b.txt",
            "similarity": 0.85,
            "reason": "near_duplicate",
        }
    ]
    assert [(file.path, file.rows) for file in tables.files] == [
        ("provenance/clusters.parquet", 1),
        ("provenance/objections.parquet", 0),
        ("provenance/evidence.parquet", 3),
        ("provenance/statements.parquet", 3),
    ]


def test_a_version_without_refusals_still_has_a_ledger(tmp_path: Path) -> None:
    parts = write_parts(tmp_path, Parcels(tmp_path / "staging"), 8)
    tables = write_tables(str(tmp_path / "version"), [], parts)
    assert [part.file.rows for part in parts] == [0]
    assert [file.rows for file in tables.files] == [0, 0, 0, 0]


def test_parts_are_cut_in_the_order_of_the_plan() -> None:
    parcels = [judged_of([1], place) for place in (3, 0, 2, 1)]
    parts = plan_ledger(parcels, 3)
    assert [[j.staged.order[0] for j in part.parcels] for part in parts] == [[0, 1, 2], [3]]


def test_marks_that_do_not_add_up_stop_the_run(tmp_path: Path) -> None:
    parcels = Parcels(tmp_path / "staging")
    parcels.add([row("a", "one")], marks=[mark(0, stage="s", reason="r"), mark(0, stage="s", reason="r")])
    with pytest.raises(RuntimeError, match="its marks keep 0 and refuse 2"):
        write_parts(tmp_path, parcels, 1)
