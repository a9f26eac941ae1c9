"""The graph of a plan, run to its end: what workers say goes to a file, what they raise comes out as one sentence."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import apache_beam as beam
from apache_beam.metrics.metric import MetricsFilter
from rich.console import Console

from licet.pipelines.curate import curate
from licet.pipelines.plan import Plan
from licet.schemas.errors import LicetError, RunError
from licet.stages import dedup, storage

PLACE = re.compile(r" \[while running '[^']*'\]")
"""What Beam adds to the words of an error."""


@contextmanager
def workers_speak_to(log: str | None) -> Iterator[Console]:
    """Send what worker processes and native libraries write to standard error to a file; yield a console that shows.

    Workers inherit file descriptors, so it is those that are turned. A log that is not local stays unwritten, and so
    does a null one.
    """
    if log is None or not storage.is_local(log):
        yield Console(stderr=True)
        return
    os.makedirs(os.path.dirname(log) or ".", exist_ok=True)
    sys.stderr.flush()
    with os.fdopen(os.dup(2), "w") as shown, open(log, "w") as quiet:
        os.dup2(quiet.fileno(), 2)
        try:
            yield Console(file=shown)
        finally:
            sys.stderr.flush()
            os.dup2(shown.fileno(), 2)


EFFORT = ("candidate_rows", "held_rows", "compared_pairs", "bounded_rows", "crowded_bands", "crowded_rows")
"""What is told of the search for duplicates; `licet.stages.dedup.deduplicate.Deduplicate` says what each is."""


def execute(plan: Plan, folder: str, scratch: str, runner: Any, options: Any) -> dict[str, int]:
    """Run the graph to its end; what a worker raised comes out as one sentence.

    Returns the `EFFORT` of dedup as the runner counted it: nothing without dedup, and none where it counts nothing.
    """
    pipeline = beam.Pipeline(runner=runner, options=options)
    curate(pipeline, plan, folder, scratch)
    try:
        result = pipeline.run()
        result.wait_until_finish()
        return effort_of(result)
    except LicetError as error:
        raise type(error)(PLACE.sub("", str(error))) from error
    except Exception as error:
        if os.environ.get("LICET_DEBUG"):
            raise
        if cause_of(error) == "KeyboardInterrupt":
            raise KeyboardInterrupt from error
        raise RunError(
            f"the run stopped: {cause_of(error)}. What is staged is kept; run the same command again to go on,"
            f" or remove {plan.recipe.work} if it stops there again (LICET_DEBUG=1 shows where)"
        ) from error


def effort_of(result: Any) -> dict[str, int]:
    """Return the `EFFORT` of dedup in a result that a runner gave."""
    counters = result.metrics().query(MetricsFilter().with_namespace(dedup.STAGE))["counters"]
    counted = {counter.key.metric.name: counter.result for counter in counters}
    return {name: counted[name] for name in EFFORT if name in counted}


def cause_of(error: BaseException) -> str:
    """Return the last line that says something of an error that came from a worker, whose text has its traceback."""
    lines = [line.strip() for line in PLACE.sub("", str(error)).splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith(("File ", "Traceback", "^", "~", "During", "The above"))]
    named = [line for line in told if "Error" in line.split(":")[0] or "Exception" in line.split(":")[0]]
    return (named or told or [type(error).__name__])[-1].rstrip(".")[:400]
