import os
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from staged_files import Row

from licet.schemas.dedup import Dedup
from licet.schemas.errors import RunError
from licet.schemas.staged import Staged
from licet.stages.dedup.components import ASSIGNMENT
from licet.stages.dedup.fingerprint import fingerprint
from licet.stages.dedup.shingles import shingle_sets
from licet.stages.dedup.spool import Spools, read_fingerprints, write_spool

Stage = Callable[..., Staged]

ROWS = [Row(f"r{i}", f"the text of row {i} " * (i + 1), "B") for i in range(10)]


def assignment(*told: tuple[int, int, int, bool]) -> pa.RecordBatch:
    rows = [dict(zip(ASSIGNMENT.names, values, strict=True)) for values in told]
    return pa.RecordBatch.from_pylist(rows, schema=ASSIGNMENT)


def test_a_spool_has_what_the_assignment_names_and_a_batch_a_chunk(stage: Stage, tmp_path: Path) -> None:
    staged = stage("a", ROWS, row_group_size=3)
    given = assignment((1, 2, 5, False), (4, 0, 1, False), (8, 2, 4, False), (9, 0, 1, True))
    pieces = dict(write_spool(staged, 77, given, Dedup(), str(tmp_path / "spool")))
    assert sorted(pieces) == [0, 2]
    spools = Spools(pieces.values())
    assert spools.files == [77, 77]
    first, second = spools.told()
    texts = pa.array([row.text for row in ROWS])
    bands = fingerprint(pa.RecordBatch.from_pydict({"text": texts, "content_sha256": ["0" * 64] * 10}), Dedup())
    assert first.column("row").to_pylist() == [4, 9]
    assert first.column("component").to_pylist() == [1, 1]
    assert first.column("id").to_pylist() == ["r4", "r9"]
    assert first.column("length").to_pylist() == [len(ROWS[4].text), None]
    assert first.column("bands").to_pylist() == [bands.column("bands").to_pylist()[4], None]
    assert second.column("row").to_pylist() == [1, 8]
    assert second.column("license_grade").to_pylist() == ["B", "B"]
    assert "shingles" not in first.schema.names
    sets = shingle_sets(texts, 5)
    assert spools.sets(0)[0].tolist() == sets[4].tolist()
    assert [spools.sets(1)[i].tolist() for i in range(2)] == [sets[1].tolist(), sets[8].tolist()]


def test_a_retry_writes_the_same_file_and_leaves_nothing_else(stage: Stage, tmp_path: Path) -> None:
    staged, given, spool = stage("a", ROWS), assignment((1, 0, 0, False), (2, 0, 0, False)), tmp_path / "spool"
    for _ in range(2):
        list(write_spool(staged, 1, given, Dedup(), str(spool)))
    (name,) = os.listdir(spool)
    before = (spool / name).read_bytes()
    list(write_spool(staged, 1, given, Dedup(), str(spool)))
    assert (spool / name).read_bytes() == before


@pytest.mark.parametrize(
    ("given", "settings"),
    [
        (assignment((1, 0, 0, False), (3, 0, 0, False)), Dedup()),
        (assignment((1, 0, 0, False), (2, 0, 0, True)), Dedup()),
        (assignment((1, 0, 0, False), (2, 0, 0, False)), Dedup(shingle_size=3)),
    ],
)
def test_another_assignment_or_setting_has_another_file(
    stage: Stage, tmp_path: Path, given: pa.RecordBatch, settings: Dedup
) -> None:
    staged, spool = stage("a", ROWS), tmp_path / "spool"
    list(write_spool(staged, 1, assignment((1, 0, 0, False), (2, 0, 0, False)), Dedup(), str(spool)))
    list(write_spool(staged, 1, given, settings, str(spool)))
    assert len(os.listdir(spool)) == 2


def test_rows_and_spool_may_be_on_any_store(stage: Stage, tmp_path: Path) -> None:
    staged, given = stage("a", ROWS, row_group_size=4), assignment((1, 0, 0, False), (9, 0, 0, False))
    ((_, local),) = write_spool(staged, 1, given, Dedup(), str(tmp_path / "spool"))
    ((_, remote),) = write_spool(staged, 1, given, Dedup(), "memory://test_spool")
    assert list(Spools([remote]).told()) == list(Spools([local]).told())
    assert Spools([remote]).sets(0)[1].tolist() == Spools([local]).sets(0)[1].tolist()


@pytest.mark.parametrize(("rows", "bands"), [(10, 3), (9, 14)])
def test_fingerprints_of_another_run_are_refused(stage: Stage, rows: int, bands: int) -> None:
    staged = stage("a", ROWS)
    told = Staged(**{**vars(staged), "rows": rows})
    with pytest.raises(RunError, match=r"a/00000 are not .* delete the run's work folder"):
        read_fingerprints(told, Dedup(bands=bands))


def test_a_staged_file_with_other_rows_is_refused(stage: Stage, tmp_path: Path) -> None:
    staged = stage("a", ROWS)
    told = Staged(**{**vars(staged), "rows": 11})
    with pytest.raises(RunError, match="has 10 rows, not 11"):
        list(write_spool(told, 1, assignment((1, 0, 0, False)), Dedup(), str(tmp_path / "spool")))
