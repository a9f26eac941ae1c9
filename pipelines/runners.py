"""From a runner's name and a recipe's options to a Beam runner and its options.

``direct`` is Beam's own portable runner on this machine: in one process for small jobs, in one process a core for
large ones. Any other name, and any option not known here, is handed to Beam as it is.
"""

import io
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stderr
from difflib import get_close_matches
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.runners.runner import PipelineRunner, create_runner

from licet.schemas.errors import RecipeError
from licet.stages import storage

LARGE_JOB_BYTES = 200_000_000
"""From here on worker processes repay their start of about 8 s."""

NAMES = {"flink": "FlinkRunner", "spark": "SparkRunner", "dataflow": "DataflowRunner", "prism": "PrismRunner"}


def choose_workers(workers: int | None, bytes_pending: int) -> int:
    """Return the number of worker processes: as asked, else one a core for large jobs, one for small ones."""
    if workers is not None:
        return workers
    return (os.cpu_count() or 1) if bytes_pending >= LARGE_JOB_BYTES else 1


def options_for(
    runner: str, workers: int, settings: Mapping[str, Any], passed_on: Sequence[str] = ()
) -> PipelineOptions:
    """Return Beam's options: those of the recipe, then those of the command line, which win.

    For ``direct``, more than one worker means as many processes, unless `direct_running_mode` says otherwise.

    Raises:
        RecipeError: Beam does not take an option, or its own runner does not know it.

    """
    given = dict(settings)
    if runner == "direct":
        given.setdefault("direct_num_workers", workers)
        given.setdefault("direct_running_mode", "multi_processing" if workers > 1 else "in_memory")
    flags: list[str] = []
    for name, value in given.items():
        if value is True:
            flags.append(f"--{name}")
        elif isinstance(value, (list, tuple)):
            flags += [f"--{name}={item}" for item in value]
        elif value is not False and value is not None:
            flags.append(f"--{name}={value}")
    # No parsing of type hints at run time, and no pickling of the main module: all our code is importable.
    refused = io.StringIO()
    try:
        with redirect_stderr(refused):
            options = PipelineOptions([*flags, "--no_save_main_session", *passed_on])
            known = options.get_all_options()
    except SystemExit as error:
        told = refused.getvalue().strip().splitlines()[-1].rpartition("error: ")[2]
        raise RecipeError(f"Beam does not take these options: {told}") from error
    if runner == "direct":
        check_options([*flags, *passed_on], known)
    return options


def check_options(flags: Sequence[str], known: Iterable[str]) -> None:
    """Refuse what Beam's own runner would pass over in silence.

    Raises:
        RecipeError: an option has no such name, or a word belongs to none.

    """
    names = [name for key in known for name in (key, f"no_{key}")]
    value_allowed = False
    for flag in flags:
        name, given, _ = flag.removeprefix("--").partition("=")
        if not flag.startswith("--") and not value_allowed:
            raise RecipeError(f"`{flag}` belongs to no option")
        if flag.startswith("--") and name not in names:
            near = get_close_matches(name, ["output", "workers", "runner", "json", "quiet", *names], n=1)
            raise RecipeError(f"there is no option `--{name}`" + (f": did you mean `--{near[0]}`?" if near else ""))
        value_allowed = flag.startswith("--") and not given


def runner_for(name: str, folders: Sequence[str]) -> PipelineRunner | str:
    """Return what Beam takes as a runner, once the folders that its workers must see have been looked at.

    Raises:
        RecipeError: there is no such runner, or a remote one would write to a folder that only this machine sees.

    """
    if name == "direct":
        return FnApiRunner()
    if name in {"flink", "spark", "dataflow"}:
        for folder in folders:
            if storage.is_local(folder) and not os.environ.get("LICET_SHARED_FILESYSTEM"):
                raise RecipeError(
                    f"the {name} runner's workers cannot see the local folder {folder}: set `output` and `work` to a"
                    " bucket, or LICET_SHARED_FILESYSTEM=1 where all workers mount that folder"
                )
    try:
        create_runner(NAMES.get(name, name))
    except (ValueError, ImportError, AttributeError) as error:
        raise RecipeError(f"there is no runner `{name}`: {' '.join(str(error).split())}") from error
    return NAMES.get(name, name)
