from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from staged_files import DEFAULTS, Row

from licet.schemas.dedup import Dedup
from licet.schemas.staged import Staged
from licet.stages.dedup.exchange import Crowded, edges, file_number, partitioned
from licet.stages.dedup.exchange_files import (
    read_keys,
    read_links,
    read_marks,
    read_paths,
    write_keys,
    write_links,
    write_marks,
    write_paths,
)
from licet.stages.dedup.spool import read_fingerprints
from licet.stages.marks import MARKS, NO_MARKS

Stage = Callable[..., Staged]


@pytest.fixture(params=["local", "memory"])
def work(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "work") if request.param == "local" else f"memory://exchange/{tmp_path.name}"


@pytest.fixture
def staged(stage: Stage) -> list[Staged]:
    return [stage("a", [Row("a0", "one two"), Row("a1", "one two")]), stage("b", [Row("b", "one two")]), stage("c", [])]


def test_keys_are_read_as_they_were_cut(staged: list[Staged], work: str) -> None:
    paths = [write_keys(one, DEFAULTS, work, 3) for one in staged]
    cut = [dict(partitioned(read_fingerprints(one, DEFAULTS), file_number(one.key), 3)) for one in staged]
    for partition in range(3):
        read = list(read_keys(paths, partition))
        assert read == [parts[partition] for parts in cut]
        told = [parts[partition].schema.metadata for parts in cut]
        assert [batch.schema.metadata for batch in read] == [
            {**its, b"bands": one.bands_path.encode()} for its, one in zip(told, staged, strict=True)
        ]


def test_files_of_keys_are_listed_once_whatever_the_order(work: str) -> None:
    listed = write_paths(["b", "a", "c"], work)
    assert write_paths(["c", "b", "a"], work) == listed != write_paths(["a", "b"], work)
    assert read_paths(listed) == ["a", "b", "c"]


def test_links_are_read_as_they_were_found_whatever_the_order(staged: list[Staged], work: str) -> None:
    paths = [write_keys(one, DEFAULTS, work, 1) for one in staged]
    path = write_links(paths, 0, work)
    assert path is not None
    assert write_links(paths[::-1], 0, work) == path
    assert list(read_links(path)) == list(edges(read_keys(paths, 0)))
    assert pa.Table.from_batches(read_links(path)).num_rows == 4  # two pairs, each by content and by words


def test_rows_of_a_crowded_band_are_linked_by_the_other_bands_in_their_files(
    stage: Stage, work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = " ".join(f"w{number}" for number in range(200))
    staged = [stage("a", [Row("a0", same), Row("a1", same + " eleven")]), stage("b", [Row("b", same + " twelve")])]
    paths = [write_keys(one, DEFAULTS, work, 1) for one in staged]
    whole = write_links(paths, 0, work)
    monkeypatch.setattr("licet.stages.dedup.exchange.CROWDED_ROWS", 2)
    crowded = Crowded()
    split = write_links(paths, 0, work, crowded)
    assert whole is not None
    assert split is not None
    assert crowded.rows == 3 * crowded.keys > 3
    rows = sorted((file_number(one.key), place) for one in staged for place in range(one.rows))
    found = {tuple(row.values()) for batch in read_links(split) for row in batch.to_pylist()}
    assert {(*rows[0], *row, False) for row in rows[1:]} <= found


def test_nothing_alike_is_no_file(stage: Stage, work: str) -> None:
    assert write_links([write_keys(stage("a", [Row("a", "one"), Row("b", "two")]), DEFAULTS, work, 1)], 0, work) is None


def test_keys_of_other_files_settings_or_partitions_have_other_names(stage: Stage, work: str) -> None:
    others = Dedup(seed=2)
    names = [
        write_keys(stage("a", [], DEFAULTS), DEFAULTS, work, 1),
        write_keys(stage("a", [], DEFAULTS), DEFAULTS, work, 2),
        write_keys(stage("b", [], DEFAULTS), DEFAULTS, work, 1),
        write_keys(stage("a", [], others), others, work, 1),
    ]
    assert len(set(names)) == 4


def test_marks_are_read_by_file_and_by_row(work: str) -> None:
    def marks(*rows: int) -> pa.RecordBatch:
        return pa.RecordBatch.from_pylist([{"row": row, "cluster_size": 2} for row in rows], schema=MARKS)

    pieces = [*write_marks({7: marks(3, 5), 2: marks(0)}, "one", work), *write_marks({7: marks(1)}, "two", work)]
    assert [file for file, _ in pieces] == [2, 7, 7]
    assert read_marks(piece for file, piece in pieces if file == 7) == marks(1, 3, 5)
    assert read_marks(piece for file, piece in pieces if file == 2) == marks(0)
    assert (list(write_marks({}, "none", work)), read_marks([])) == ([], NO_MARKS)
