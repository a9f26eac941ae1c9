"""What a job is handed in to: a runner with its options, once nothing is missing any more."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from apache_beam.options.pipeline_options import (
    FlinkRunnerOptions,
    PipelineOptions,
    PrismRunnerOptions,
    SparkRunnerOptions,
)
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.runners.runner import PipelineRunner, create_runner

from licet.pipelines.runners.engines import ENGINES, Engine, engine_of
from licet.pipelines.runners.environment import EMBEDDED, environment_of, unseen
from licet.pipelines.runners.needs import flink_cluster, job_server_jar, missing, prism_binary
from licet.pipelines.runners.options import options_for
from licet.schemas.errors import RecipeError
from licet.schemas.runner import Runner

LARGE_JOB_BYTES = 200_000_000
"""From here on worker processes repay their start of about 8 s."""


@dataclass(frozen=True)
class Prepared:
    """A runner that may be started. ``environment`` is where its workers run, in Beam's words."""

    engine: Engine
    runner: PipelineRunner | str
    options: PipelineOptions
    environment: str
    attempts: int = 1
    engine_version: str | None = None

    @property
    def told(self) -> dict[str, Any]:
        """The options that differ from Beam's defaults, without secrets and without the one that is always set."""
        given = self.options.get_all_options(drop_default=True)
        return {k: v for k, v in sorted(given.items()) if k != "save_main_session" and not is_secret(k)}


def is_secret(name: str) -> bool:
    """Tell whether the value of an option of this name must not be written down."""
    return any(word in name for word in ("secret", "token", "password", "credential", "access_key"))


def choose_workers(workers: int | None, bytes_pending: int) -> int:
    """Return the number of worker processes: as asked, else one a core for large jobs, one for small ones."""
    if workers is not None:
        return workers
    return (os.cpu_count() or 1) if bytes_pending >= LARGE_JOB_BYTES else 1


def prepare(
    settings: Runner, passed_on: Sequence[str] = (), *, bytes_pending: int = 0, places: Iterable[tuple[str, str]] = ()
) -> Prepared:
    """Return the runner of a recipe, ready for its graph.

    ``places`` are what workers open, each by what it is and where: workers on other machines must see them.

    Raises:
        RecipeError: there is no such runner, an option is none, or something is missing; a line for each.

    """
    engine = engine_of(settings.name)
    options = options_for(settings, choose_workers(settings.workers, bytes_pending), passed_on)
    if engine.name not in ENGINES:
        return Prepared(engine, existing(engine), options, "DOCKER", settings.attempts)
    told = {**options.get_all_options(drop_default=True)}
    environment = environment_of(engine, told)
    lacking = missing(engine, environment, told)
    if environment != "LOOPBACK" and not settings.shared_filesystem:
        lacking += unseen(places)
    if lacking:
        raise RecipeError("\n".join(f"the {engine.name} runner: {sentence}" for sentence in lacking))
    version = completed(engine, options, told)
    runner = FnApiRunner() if engine.name == "direct" else engine.runner
    return Prepared(engine, runner, options, environment, settings.attempts, version)


def existing(engine: Engine) -> str:
    """Return the name of a runner that is none of ours, if Beam finds it.

    Raises:
        RecipeError: there is none.

    """
    try:
        create_runner(engine.runner)
    except (ValueError, ImportError, AttributeError) as error:
        raise RecipeError(f"there is no runner `{engine.name}`: {' '.join(str(error).split())}") from error
    return engine.runner


def completed(engine: Engine, options: PipelineOptions, told: dict[str, Any]) -> str | None:
    """Fill in what can be found out here, and return the engine's version, where that is known.

    A cluster's version chooses the job server, and its slots are how many pieces of work there are at a time.

    Raises:
        RecipeError: the job server of an engine cannot be had.

    """
    if told.get("job_endpoint"):
        return None
    try:
        if engine.name == "prism":
            options.view_as(PrismRunnerOptions).prism_location = prism_binary(told)
        if engine.name == "spark" and not told.get("spark_submit_uber_jar"):
            options.view_as(SparkRunnerOptions).spark_job_server_jar = job_server_jar(engine, told)
        if engine.name == "flink":
            flink = options.view_as(FlinkRunnerOptions)
            if not EMBEDDED.fullmatch(flink.flink_master):
                cluster = flink_cluster(flink.flink_master)
                flink.flink_version = cluster["version"]
                if flink.parallelism == -1:
                    flink.parallelism = max(1, cluster["slots"])
            flink.flink_job_server_jar = job_server_jar(engine, told, flink.flink_version)
            return str(flink.flink_version)
    except OSError as error:
        raise RecipeError(f"the {engine.name} runner: {error}") from error
    return None
