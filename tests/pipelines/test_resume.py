"""A run that is killed at any moment, as a machine that fails would, goes on where it stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from runs import contents, corpus, run, staged_splits, write_files, write_run

from licet.pipelines.outcome import Outcome
from licet.stages.storage import read_arrow

MANY = 2 * corpus()
"""Enough rows for a run to be caught in the middle."""
PATIENCE = 600.0

Until = Callable[[Path], bool]


def rows() -> list[dict[str, str]]:
    return [{"id": f"{row['id']}-{i}", "text": f"{row['text']} number {i}"} for i, row in enumerate(MANY)]


def killed(folder: Path, until: Until, *words: str) -> None:
    """Start the command in a process group of its own and kill all of it as soon as a folder is in some state."""
    command = [sys.executable, "-m", "licet", "run", str(folder / "recipe.yaml"), "--quiet", *words]
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE
        while not until(folder):
            assert process.poll() is None, "the run ended before it could be killed"
            assert time.monotonic() < deadline, "the run never came to where it was to be killed"
            time.sleep(0.001)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def some_are_staged(folder: Path) -> bool:
    return sum(1 for _ in (folder / "out.work" / "staging").glob("*/*.json")) >= 10


def rows_are_compared(folder: Path) -> bool:
    return any((folder / "out.work" / "dedup").glob("*.keys.arrow"))


def shards_are_written(folder: Path) -> bool:
    return any(folder.glob("out.partial-*/data/*/*"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A run of the same recipe that nothing stopped."""
    folder = tmp_path_factory.mktemp("whole")
    write_files(folder, rows())
    return run(folder)


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (some_are_staged, ("--workers", "1")),
        (some_are_staged, ("--workers", "2")),
        (rows_are_compared, ("--workers", "1")),
        (shards_are_written, ("--workers", "1")),
    ],
    ids=["while staging", "while two processes stage", "while rows are compared", "while shards are written"],
)
def test_a_killed_run_goes_on_and_ends_the_same(
    whole: Outcome, tmp_path: Path, until: Until, words: tuple[str, ...]
) -> None:
    write_files(tmp_path, rows())
    write_run(tmp_path)
    killed(tmp_path, until, *words)
    assert not (tmp_path / "out").exists()
    before = staged_splits(tmp_path)
    assert (0 < len(before) < whole.splits) if until is some_are_staged else (len(before) == whole.splits)
    again = run(tmp_path)
    assert (again.digest, again.splits, again.splits_reused) == (whole.digest, whole.splits, len(before))
    assert contents(again.folder) == contents(whole.folder)
    after = staged_splits(tmp_path)
    assert {split: after[split] for split in before} == before
    assert [path.name for path in tmp_path.glob("out.partial-*")] == []


def test_half_a_parcel_does_not_count(tmp_path: Path) -> None:
    """The counts are written last: what was staged without them is staged again."""
    write_files(tmp_path, corpus())
    before = contents(run(tmp_path).folder)
    counts = sorted((tmp_path / "out.work" / "staging").glob("*/*.json"))[:3]
    for path in counts:
        path.unlink()
    (counts[0].parent / "00000.rows.parquet").write_bytes(b"half a fi")
    again = run(tmp_path)
    assert again.splits_reused == again.splits - len({path.parent for path in counts})
    assert contents(again.folder) == before


def test_a_run_that_is_killed_leaves_the_last_version_alone(tmp_path: Path) -> None:
    write_files(tmp_path, corpus())
    before = contents(run(tmp_path).folder)
    write_run(tmp_path, dedup={"threshold": 0.9})
    killed(tmp_path, shards_are_written, "--workers", "1")
    assert contents(tmp_path / "out") == before


def test_without_dedup_nothing_is_fingerprinted_and_with_it_rows_are_staged_anew(tmp_path: Path) -> None:
    write_files(tmp_path, corpus()[:12])
    without = run(tmp_path, dedup={"enabled": False})
    bands = list((tmp_path / "out.work" / "staging").rglob("*.bands.arrow"))
    assert {read_arrow(str(path)).num_columns for path in bands} == {0}
    assert without.manifest.rows.count == 12
    found = run(tmp_path)
    assert found.splits_reused == 0
    assert found.manifest.rows.count < 12
