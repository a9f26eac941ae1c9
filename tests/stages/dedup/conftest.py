from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from staged_files import DEFAULTS, Marks, Row, Run, stage

from licet.schemas.dedup import Dedup
from licet.schemas.staged import Staged


@pytest.fixture(name="stage")
def stage_fixture(tmp_path: Path) -> Callable[..., Staged]:
    """Stage rows below the test's own folder."""
    return partial(stage, tmp_path)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Run]:
    """Dedup with these settings."""
    return lambda settings=DEFAULTS, seed=0: Run(settings, str(tmp_path / "spool"), seed)


@pytest.fixture
def refused(tmp_path: Path, run: Callable[..., Run]) -> Callable[..., Marks]:
    """Stage rows in one file, run dedup, return what is said of each refused row, by its id."""

    def of(rows: Sequence[Row], settings: Dedup = DEFAULTS) -> Marks:
        marks, _ = run(settings)([stage(tmp_path, "a", rows, settings)])
        told = [mark for batch in marks.values() for mark in batch.to_pylist()]
        return {rows[mark["row"]].id: mark for mark in told if mark["reason"]}

    return of
