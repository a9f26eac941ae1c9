"""What is true of one run only, and so has no place in the version: where and how it ran, how long, what was reused."""

import json
import platform
import time
from collections.abc import Mapping

import apache_beam
import pyarrow

import licet
from licet.pipelines.outcome import Outcome
from licet.pipelines.plan import Plan
from licet.pipelines.runners import Prepared
from licet.stages import storage

RUN_RECORD = "run.json"
"""The name of the record in the work folder."""


def write_run_record(
    plan: Plan, outcome: Outcome, prepared: Prepared, phases: Mapping[str, float], attempts: int
) -> None:
    """Write the record of a run: the outcome, the runner, versions, and time and counters by stage.

    ``phases`` are the seconds of the whole command by what it did; ``attempts`` how often the job was handed in.
    Counters are those of the runner, and count again what an engine did twice; what they count is in the manifest as
    it is.
    """
    told = {
        **outcome.summary(),
        "key": plan.key,
        "ended": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "runner": {
            "name": prepared.engine.name,
            "class": prepared.engine.runner,
            "version": prepared.engine_version,
            "environment": prepared.environment,
            "options": prepared.told,
            "attempts": attempts,
        },
        "versions": {
            "licet": licet.__version__,
            "apache_beam": apache_beam.__version__,
            "pyarrow": pyarrow.__version__,
            "python": platform.python_version(),
        },
        "phases": {name: round(seconds, 3) for name, seconds in phases.items()},
        "counters": outcome.counters,
    }
    storage.write_bytes(storage.join(plan.recipe.work, RUN_RECORD), json.dumps(told, indent=2, default=str).encode())
