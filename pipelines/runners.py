"""From a runner's name and a recipe's options to a Beam runner and its options.

``direct`` is Beam's own portable runner on this machine: in one process for small jobs, in one process a core for
large ones. Any other name, and any option not known here, is handed to Beam as it is.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from apache_beam.runners.runner import PipelineRunner

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
    return PipelineOptions([*flags, "--no_save_main_session", *passed_on])


def runner_for(name: str, folders: Sequence[str]) -> PipelineRunner | str:
    """Return what Beam takes as a runner, once the folders that its workers must see have been looked at.

    Raises:
        RecipeError: a remote runner would write to a folder that only this machine sees.

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
    return NAMES.get(name, name)
