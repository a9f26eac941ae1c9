from pathlib import Path

import apache_beam as beam
import pytest
from runs import ROWS, contents, corpus, run, staged_splits, write_files

from licet.pipelines.alone import working_alone
from licet.pipelines.outcome import Outcome
from licet.schemas.errors import RunError

SPLITS = 24
SHARDS = [f"data/default/train-{i:05d}-of-00005.parquet" for i in range(5)]


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A run in one process, with which the others are compared."""
    folder = tmp_path_factory.mktemp("once")
    write_files(folder, corpus())
    return run(folder)


def test_the_corpus_has_what_runs_could_disagree_on(once: Outcome) -> None:
    told = once.summary()
    assert (told["rows_in"], told["splits"], told["splits_reused"]) == (ROWS, SPLITS, 0)
    assert set(told["refused"]) == {"dedup.exact_duplicate", "dedup.near_duplicate"}
    assert [path for path in contents(once.folder) if path.startswith("data/")] == SHARDS


@pytest.mark.parametrize("mode", ["in_memory", "multi_threading", "multi_processing"])
def test_a_version_is_the_same_to_the_byte_whatever_runs_it(once: Outcome, tmp_path: Path, mode: str) -> None:
    write_files(tmp_path, corpus())
    other = run(tmp_path, f"--direct_running_mode={mode}", workers=2)
    assert other.digest == once.digest
    assert contents(other.folder) == contents(once.folder)


def test_other_limits_change_what_states_them_and_nothing_else(once: Outcome, tmp_path: Path) -> None:
    write_files(tmp_path, corpus())
    other = run(tmp_path, limits={"split_bytes": 7_000, "batch_bytes": 3_000})
    assert (other.manifest.rows, other.splits < once.splits) == (once.manifest.rows, True)
    here, there = contents(once.folder), contents(other.folder)
    assert {path for path in here | there if here.get(path) != there.get(path)} == {
        "README.md",
        "provenance/attestations.intoto.jsonl",
        "provenance/croissant.json",
        "provenance/manifest.json",
        "provenance/recipe.yaml",
    }


def test_files_named_in_another_order_give_the_same_rows(once: Outcome, tmp_path: Path) -> None:
    write_files(tmp_path, corpus())
    source = {"name": "parts", "type": "jsonl", "id_field": "id"}
    other = run(tmp_path, sources=[{**source, "paths": [f"data/part-{i}.jsonl" for i in (2, 0, 1)]}])
    assert other.manifest.rows == once.manifest.rows
    assert [contents(other.folder)[shard] for shard in SHARDS] == [contents(once.folder)[shard] for shard in SHARDS]


def test_rows_cut_into_other_files_have_the_same_digest(once: Outcome, tmp_path: Path) -> None:
    write_files(tmp_path, corpus(), 7)
    assert run(tmp_path).manifest.rows == once.manifest.rows


def test_rows_in_another_order_have_the_same_digest(once: Outcome, tmp_path: Path) -> None:
    write_files(tmp_path, corpus()[::-1])
    assert run(tmp_path).manifest.rows == once.manifest.rows


def test_a_finished_recipe_is_not_read_again(once: Outcome) -> None:
    folder = Path(once.folder).parent
    before = staged_splits(folder), contents(once.folder)
    again = run(folder)
    assert (again.digest, again.splits_reused, again.stage_seconds) == (once.digest, once.splits, {})
    assert (staged_splits(folder), contents(again.folder)) == before


def test_what_comes_after_staging_is_changed_without_reading_again(tmp_path: Path) -> None:
    write_files(tmp_path, corpus())
    first = run(tmp_path)
    strict = run(tmp_path, dedup={"threshold": 0.999})
    assert strict.splits_reused == strict.splits
    assert strict.manifest.rows.count > first.manifest.rows.count
    shards = len(contents(strict.folder))
    larger = run(tmp_path, shards={"target_bytes": 30_000})
    assert larger.splits_reused == larger.splits
    assert len(contents(larger.folder)) < shards


def test_what_comes_before_staging_is_not_changed_without_reading_again(tmp_path: Path) -> None:
    write_files(tmp_path, corpus())
    run(tmp_path)
    before = staged_splits(tmp_path)
    assert run(tmp_path, heuristics={"profile": "none", "set": {"min_words": 61}}).splits_reused == 0
    after = staged_splits(tmp_path)
    assert (len(after), {name: after[name] for name in before}) == (2 * len(before), before)


def test_one_changed_file_is_read_again_and_no_other(tmp_path: Path) -> None:
    write_files(tmp_path, corpus())
    run(tmp_path)
    part = tmp_path / "data" / "part-1.jsonl"
    part.write_text(part.read_text().replace("changed", "altered"))
    changed = run(tmp_path)
    assert (changed.splits, changed.splits_reused) == (SPLITS, SPLITS * 2 // 3)


def test_a_run_is_refused_while_another_is_at_work_and_leaves_its_files_alone(tmp_path: Path) -> None:
    write_files(tmp_path, corpus())
    under_way = tmp_path / "out.partial-of-the-other"
    under_way.mkdir()
    with (
        working_alone(str(tmp_path / "out.work")),
        pytest.raises(RunError, match=r"another run is at work in .*out\.work"),
    ):
        run(tmp_path)
    assert (under_way.exists(), (tmp_path / "out").exists()) == (True, False)
    with working_alone(str(tmp_path / "out.work")):
        pass


def test_an_interruption_that_a_worker_reports_is_an_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: beam.Pipeline) -> None:
        raise RuntimeError(
            'Traceback (most recent call last):\n  File "worker.py", line 1, in run\nKeyboardInterrupt\n'
        )

    write_files(tmp_path, corpus())
    monkeypatch.setattr(beam.Pipeline, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path)
