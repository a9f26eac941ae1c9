from typing import Any

import pytest
from apache_beam.options.pipeline_options import DirectOptions, FlinkRunnerOptions, PortableOptions, StandardOptions

from licet.pipelines.runners.options import options_for
from licet.schemas.errors import RecipeError
from licet.schemas.runner import Runner


def runner(name: str = "direct", **settings: Any) -> Runner:
    return Runner.model_validate({"name": name, **settings})


def test_more_than_one_worker_means_processes() -> None:
    options = options_for(runner(), 2).view_as(DirectOptions)
    assert (options.direct_num_workers, options.direct_running_mode) == (2, "multi_processing")
    assert options_for(runner(), 1).view_as(DirectOptions).direct_running_mode == "in_memory"


def test_the_command_line_overrules_the_recipe() -> None:
    settings = runner(direct_running_mode="in_memory", streaming=True)
    options = options_for(settings, 2, ["--direct_running_mode=multi_threading"])
    assert options.view_as(DirectOptions).direct_running_mode == "multi_threading"
    assert options.view_as(StandardOptions).streaming is True


@pytest.mark.parametrize("words", [["--flink-master=x:1"], ["--flink_master=x:1"], ["--flink-master", "x:1"]])
def test_names_may_be_written_with_hyphens(words: list[str]) -> None:
    assert options_for(runner("flink"), 1, words).view_as(FlinkRunnerOptions).flink_master == "x:1"


def test_a_value_keeps_its_hyphens() -> None:
    options = options_for(runner("flink"), 1, ["--flink-master=my-host:1", "--job-endpoint", "a-b:2"])
    assert options.view_as(FlinkRunnerOptions).flink_master == "my-host:1"
    assert options.view_as(PortableOptions).job_endpoint == "a-b:2"


def test_a_worker_pool_is_an_external_environment_unless_another_is_named() -> None:
    options = options_for(runner("flink", worker_pool="pool:50000"), 1).view_as(PortableOptions)
    assert (options.environment_type, options.environment_config) == ("EXTERNAL", "pool:50000")
    named = options_for(runner("flink", worker_pool="pool:50000", environment_type="LOOPBACK"), 1)
    assert named.view_as(PortableOptions).environment_type == "LOOPBACK"


def test_what_an_engine_may_know_reaches_it() -> None:
    options = options_for(runner("flink", checkpointing_interval=60_000), 1, ["--object_reuse=true"])
    assert {"--checkpointing_interval=60000", "--object_reuse=true"} <= set(options._flags or ())


@pytest.mark.parametrize(
    ("name", "words", "told"),
    [
        ("direct", ["--nope"], "there is no option `--nope`"),
        ("direct", ["--direct_num_worker=2"], "did you mean `--direct_num_workers`?"),
        ("direct", ["extra"], "`extra` belongs to no option"),
        ("flink", ["--flink-mster=x:1"], "did you mean `--flink_master`?"),
        ("flink", ["--worker-pol=x:1"], "did you mean `--worker-pool`?"),
        ("flink", ["--flink_version=1.2"], "Beam does not take these options: argument --flink_version"),
    ],
)
def test_slips_are_refused(name: str, words: list[str], told: str) -> None:
    with pytest.raises(RecipeError) as refused:
        options_for(runner(name), 1, words)
    assert told in str(refused.value)
