"""The graph of a plan, run to its end: what workers say goes to a file, what they raise comes out as one sentence."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import apache_beam as beam
from rich.console import Console

from licet.pipelines.curate import curate, write_for_workers
from licet.pipelines.outcome import Counters
from licet.pipelines.plan import Plan
from licet.pipelines.runners import Prepared
from licet.schemas import errors
from licet.schemas.errors import EngineError, LicetError
from licet.stages import storage

PLACE = re.compile(r" \[while running '[^']*'\]")
"""What Beam adds to the words of an error."""
ERRORS = re.compile(r"licet\.schemas\.errors\.(?P<name>RecipeError|InputError|RunError): (?P<message>.*)")
"""An error of ours as a worker's traceback ends with it."""
DETAILS = re.compile(r"details = \"([^\"]+)\"")
"""What gRPC says of a call that failed."""


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


def execute(plan: Plan, folder: str, scratch: str, prepared: Prepared) -> Counters:
    """Run the graph to its end; what a worker raised comes out as one sentence.

    An interrupt takes the job back from its engine. Returns what the runner counted, by stage and name.
    """
    pipeline = beam.Pipeline(runner=prepared.runner, options=prepared.options)
    curate(pipeline, plan, folder, scratch)
    write_for_workers(plan)
    try:
        result = pipeline.run()
        try:
            result.wait_until_finish()
        except KeyboardInterrupt:
            with suppress(Exception):
                result.cancel()
            raise
    except LicetError as error:
        raise type(error)(PLACE.sub("", str(error))) from error
    except Exception as error:
        if os.environ.get("LICET_DEBUG"):
            raise
        cause = cause_of(error)
        if cause == "KeyboardInterrupt":
            raise KeyboardInterrupt from error
        if ours := ERRORS.fullmatch(cause):
            raise getattr(errors, ours["name"])(ours["message"]) from error
        raise EngineError(
            f"the run stopped: {cause}. What is staged is kept; run the same command again to go on,"
            f" or remove {plan.recipe.work} if it stops there again (LICET_DEBUG=1 shows where)",
            cause,
        ) from error
    return counters_of(result)


def counters_of(result: Any) -> Counters:
    """Return the counters in a result that a runner gave, sorted; none where it gives none."""
    try:
        counted = result.metrics().query()["counters"]
    except (NotImplementedError, AttributeError, LookupError):
        return {}
    found: dict[str, dict[str, int]] = {}
    for counter in sorted(counted, key=lambda counter: (counter.key.metric.namespace, counter.key.metric.name)):
        stage = found.setdefault(counter.key.metric.namespace, {})
        stage[counter.key.metric.name] = stage.get(counter.key.metric.name, 0) + (counter.result or 0)
    return found


def cause_of(error: BaseException) -> str:
    """Return the last line that says something of an error that came from a worker, whose text has its traceback."""
    if details := DETAILS.search(str(error)):
        return details[1]
    lines = [line.strip() for line in PLACE.sub("", str(error)).splitlines() if line.strip()]
    told = [line for line in lines if not line.startswith(("File ", "Traceback", "^", "~", "During", "The above"))]
    named = [line for line in told if "Error" in line.split(":")[0] or "Exception" in line.split(":")[0]]
    return (named or told or [type(error).__name__])[-1].rstrip(".")[:400]
