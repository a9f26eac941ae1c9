import pytest
from apache_beam.options.pipeline_options import DirectOptions, StandardOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner

from licet.pipelines.runners import LARGE_JOB_BYTES, choose_workers, options_for, runner_for
from licet.schemas.errors import RecipeError


@pytest.mark.parametrize(
    ("asked", "size", "cores", "workers"),
    [(None, 1, 8, 1), (None, LARGE_JOB_BYTES, 8, 8), (3, 1, 8, 3), (1, LARGE_JOB_BYTES, 8, 1)],
)
def test_large_jobs_get_a_worker_a_core_unless_told_otherwise(
    asked: int | None, size: int, cores: int, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert choose_workers(asked, size) == workers


def test_more_than_one_worker_means_processes() -> None:
    options = options_for("direct", 2, {}).view_as(DirectOptions)
    assert (options.direct_num_workers, options.direct_running_mode) == (2, "multi_processing")
    assert options_for("direct", 1, {}).view_as(DirectOptions).direct_running_mode == "in_memory"


def test_the_command_line_overrules_the_recipe_and_unknown_options_reach_beam() -> None:
    options = options_for(
        "direct", 2, {"direct_running_mode": "in_memory", "streaming": True}, ["--direct_running_mode=multi_threading"]
    )
    assert options.view_as(DirectOptions).direct_running_mode == "multi_threading"
    assert options.view_as(StandardOptions).streaming is True
    assert "--flink_master=x:1" in (options_for("flink", 1, {"flink_master": "x:1"})._flags or ())


def test_direct_is_beams_portable_runner_and_other_names_are_beams_own() -> None:
    assert isinstance(runner_for("direct", ["out"]), FnApiRunner)
    assert runner_for("prism", ["out"]) == "PrismRunner"
    assert runner_for("BundleBasedDirectRunner", ["out"]) == "BundleBasedDirectRunner"
    with pytest.raises(RecipeError, match="there is no runner `SomeRunner`"):
        runner_for("SomeRunner", ["out"])


def test_a_remote_runner_wants_folders_that_its_workers_see(monkeypatch: pytest.MonkeyPatch) -> None:
    assert runner_for("flink", ["s3://b/out", "gs://b/work"]) == "FlinkRunner"
    with pytest.raises(RecipeError, match="the spark runner's workers cannot see the local folder out"):
        runner_for("spark", ["s3://b/work", "out"])
    monkeypatch.setenv("LICET_SHARED_FILESYSTEM", "1")
    assert runner_for("spark", ["out"]) == "SparkRunner"
