import os
import random
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
import staged_files
from apache_beam import Create, Map, Pipeline
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.testing.util import assert_that, equal_to
from apache_beam.transforms.core import ParDo
from apache_beam.typehints.typehints import Tuple, Union
from staged_files import DEFAULTS, Row

from licet.schemas.dedup import Dedup
from licet.schemas.staged import Staged
from licet.stages.dedup.deduplicate import Deduplicate
from licet.stages.marks import MARKS

Stage = Callable[..., Staged]
Told = tuple[str, list[tuple[object, ...]]]

MULTI = ["--runner=FnApiRunner", "--direct_running_mode=multi_processing", "--direct_num_workers=2"]


def told(pair: tuple[Staged, pa.RecordBatch]) -> Told:
    staged, marks = pair
    assert marks.schema.equals(MARKS)
    return staged.key, [(m["row"], m["reason"], m["kept_id"], m["cluster_size"]) for m in marks.to_pylist()]


def story(number: int) -> str:
    draw = random.Random(number)
    return " ".join(f"w{draw.randrange(5000)}" for _ in range(120))


def dedup(
    staged: list[Staged], expected: list[Told], work: Path, settings: Dedup = DEFAULTS, options: list[str] | None = None
) -> dict[str, int]:
    """Run the transform, compare what it says of each file, return its counters."""
    pipeline = Pipeline(options=PipelineOptions(options or ["--runner=FnApiRunner"]))
    marked = (
        pipeline | Create(staged).with_output_types(Staged) | Deduplicate(settings, str(work / "spool"), partitions=3)
    )
    assert_that(marked | Map(told), equal_to(expected))
    result = pipeline.run()
    result.wait_until_finish()
    counters = result.metrics().query()["counters"]
    return {c.key.metric.name: c.committed for c in counters if c.key.metric.namespace == "dedup"}


def files(stage: Stage) -> tuple[list[Staged], list[Told]]:
    """Four staged files and what is to be said of them: one has no duplicates and one no rows."""
    staged = [
        stage("a", [Row("a0", story(0)), Row("a1", story(1)), Row("a2", story(0) + " more words")]),
        stage("b", [Row("b0", story(1)), Row("b1", story(2)), Row("b2", "")]),
        stage("c", [Row("c0", story(3)), Row("c1", story(4))]),
        stage("d", []),
    ]
    return staged, [
        ("a/00000", [(0, "near_duplicate", "a2", None), (1, None, None, 2), (2, None, None, 2)]),
        ("b/00000", [(0, "exact_duplicate", "a1", None)]),
        ("c/00000", []),
        ("d/00000", []),
    ]


def test_each_staged_file_comes_out_once_with_its_marks(stage: Stage, tmp_path: Path) -> None:
    staged, expected = files(stage)
    assert dedup(staged, expected, tmp_path) == {
        "rows_in": 8,
        "rows_kept": 6,
        "refused_exact_duplicate": 1,
        "refused_near_duplicate": 1,
        "refused_laundered": 0,
        "refused_already_published": 0,
        "refused_already_published_exact": 0,
        "candidate_rows": 4,
        "held_rows": 0,
        "compared_pairs": 1,
        "bounded_rows": 0,
        "crowded_bands": 0,
        "crowded_rows": 0,
    }


def test_two_processes_say_the_same(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(staged_files.__file__).parent))
    staged, expected = files(stage)
    assert dedup(staged[::-1], expected, tmp_path, options=MULTI)["rows_kept"] == 6


def test_without_any_duplicate_nothing_is_said_and_nothing_spooled_or_linked(stage: Stage, tmp_path: Path) -> None:
    staged = [stage("a", [Row("a", story(0))]), stage("b", [Row("b", story(1))])]
    counters = dedup(staged, [("a/00000", []), ("b/00000", [])], tmp_path)
    assert (counters["rows_in"], counters["rows_kept"], counters["candidate_rows"]) == (2, 2, 0)
    assert {name.split(".", 1)[1] for name in os.listdir(tmp_path / "spool")} == {"keys.arrow", "paths.arrow"}


def test_without_staged_files_nothing_comes_out(tmp_path: Path) -> None:
    assert dedup([], [], tmp_path) == {}


def test_switched_off_it_keeps_everything(stage: Stage, tmp_path: Path) -> None:
    staged, _ = files(stage)
    counters = dedup(staged, [(one.key, []) for one in staged], tmp_path, Dedup(enabled=False))
    assert (counters["rows_in"], counters["rows_kept"]) == (8, 8)


@pytest.mark.parametrize("enabled", [True, False])
def test_batches_keep_their_coder(tmp_path: Path, enabled: bool) -> None:
    """Beam loses a coder without a word where it does not know the type."""
    pipeline = Pipeline()
    marked = pipeline | Create([]).with_output_types(Staged) | Deduplicate(Dedup(enabled=enabled), str(tmp_path))
    assert marked.element_type == Tuple[Staged, pa.RecordBatch]
    piece = Tuple[int, str, int]
    known = (
        *(Tuple[int, kind] for kind in (str, piece, Union[Staged, piece], pa.RecordBatch)),
        Tuple[Staged, pa.RecordBatch],
    )
    steps = [part for part in marked.producer.parent.parts if isinstance(part.transform, ParDo)]
    for step in steps:
        for output in step.outputs.values():
            assert output.element_type in known
