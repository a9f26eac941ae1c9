"""A run that is killed at any moment, as a machine that fails would, goes on where it stopped."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from runs import contents, corpus, run, staged_splits, write_files, write_run

from licet.pipelines.outcome import Outcome
from licet.stages.storage import read_arrow

MANY = 2 * corpus()
"""Enough rows for a run to be caught in the middle."""
ROOT = Path(__file__).resolve().parents[2]

Moment = tuple[str, int]
"""A pattern of paths below the run's folder, and how many such files there are."""
STAGING = ("out.work/staging/*/*.json", 10)
COMPARING = ("out.work/dedup/*.keys.arrow", 1)
WRITING = ("out.partial-*/data/*/*", 1)


def rows() -> list[dict[str, str]]:
    return [{"id": f"{row['id']}-{i}", "text": f"{row['text']} number {i}"} for i, row in enumerate(MANY)]


def killed(folder: Path, moment: Moment, *words: str) -> None:
    """Start the command in a process group of its own, all of which is killed at a moment."""
    paths = (ROOT / "tests/dying", ROOT / "src", ROOT)
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "DIES_BEFORE": str(folder / moment[0]),
        "DIES_AFTER": str(moment[1]),
    }
    command = [sys.executable, "-m", "licet", "run", str(folder / "recipe.yaml"), "--quiet", *words]
    done = subprocess.run(command, env=env, start_new_session=True, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(list(folder.glob(moment[0]))) >= moment[1]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A run of the same recipe that nothing stopped."""
    folder = tmp_path_factory.mktemp("whole")
    write_files(folder, rows())
    return run(folder)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (STAGING, ("--workers", "1")),
        (STAGING, ("--workers", "2")),
        (COMPARING, ("--workers", "1")),
        (WRITING, ("--workers", "1")),
    ],
    ids=["while staging", "while two processes stage", "while rows are compared", "while shards are written"],
)
def test_a_killed_run_goes_on_and_ends_the_same(
    whole: Outcome, tmp_path: Path, moment: Moment, words: tuple[str, ...]
) -> None:
    write_files(tmp_path, rows())
    write_run(tmp_path)
    killed(tmp_path, moment, *words)
    assert not (tmp_path / "out").exists()
    before = staged_splits(tmp_path)
    assert (0 < len(before) < whole.splits) if moment is STAGING else (len(before) == whole.splits)
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
    killed(tmp_path, WRITING, "--workers", "1")
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
