"""Run a recipe: plan, curate, describe the version, put it in its place.

The version is built in the work folder's neighbourhood under a temporary name, and takes its place when it is whole.
An earlier result of the same recipe is replaced; any other folder is left alone.
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from licet.pipelines.alone import working_alone
from licet.pipelines.describe import facts_of
from licet.pipelines.execute import execute, workers_speak_to
from licet.pipelines.finish import build_version
from licet.pipelines.mixture import notes_on
from licet.pipelines.outcome import Outcome
from licet.pipelines.plan import Plan, make_plan
from licet.pipelines.progress import Tally, planning, showing
from licet.pipelines.run_record import write_run_record
from licet.pipelines.runners import Prepared, prepare
from licet.pipelines.seen_by_workers import opened_by_workers
from licet.schemas.errors import EngineError, RunError
from licet.schemas.manifest import MANIFEST_PATH, parse_manifest
from licet.schemas.recipe import Recipe
from licet.stages import storage


def run_recipe(
    recipe: Recipe,
    base: str | Path,
    *,
    workers: int | None = None,
    passed_on: Sequence[str] = (),
    quiet: bool = False,
) -> Outcome:
    """Run a recipe whose relative paths are taken from ``base``, and return what came out.

    ``workers`` overrules the recipe's; ``passed_on`` are options for Beam as on a command line. Where the engine gives
    up on the job, it is handed in again as often as the recipe's runner says, and goes on from what is staged.

    Raises:
        LicetError: the recipe, an input or the output folder has to be mended, or the result is not allowed.

    """
    started = time.monotonic()
    if workers is not None:
        recipe = recipe.model_copy(update={"runner": recipe.runner.model_copy(update={"workers": workers})})
    attempt = 1
    while True:
        try:
            return _attempt(recipe, base, passed_on, started, attempt, quiet=quiet)
        except EngineError as error:  # noqa: PERF203
            if attempt == recipe.runner.attempts:
                raise
            told = f"attempt {attempt} of {recipe.runner.attempts} ended: {error.cause}; going on from what is staged"
            Console(stderr=True, quiet=quiet).print(told, highlight=False, markup=False, soft_wrap=True)
            attempt += 1


def _attempt(
    recipe: Recipe, base: str | Path, passed_on: Sequence[str], started: float, attempt: int, *, quiet: bool
) -> Outcome:
    """Plan what is not staged yet, hand it in, and finish the version."""
    with planning(quiet=quiet):
        plan = make_plan(recipe, base)
    with told_of_stores():
        check_output(plan.recipe.output, recipe)
    prepared = prepare(recipe.runner, passed_on, bytes_pending=plan.bytes_pending, places=opened_by_workers(plan))
    with told_of_stores(), working_alone(plan.recipe.work):
        return _run(plan, prepared, started, attempt, quiet=quiet)


def _run(plan: Plan, prepared: Prepared, started: float, attempt: int, *, quiet: bool) -> Outcome:
    """Execute a plan whose places have been checked."""
    output = plan.recipe.output
    folder = f"{output.rstrip('/')}.partial-{plan.key[:12]}"
    scratch = storage.join(plan.recipe.work, "shards", plan.key[:32])
    log = None if os.environ.get("LICET_DEBUG") else storage.join(plan.recipe.work, "workers.log")
    storage.remove(folder)
    planned = time.monotonic()
    try:
        with workers_speak_to(log) as console, showing(plan, console, quiet=quiet) as tally:
            counters = execute(plan, folder, scratch, prepared)
        check_errors(tally, plan.recipe)
        executed = time.monotonic()
        manifest = build_version(folder, facts_of(plan, scratch))
    except BaseException:
        storage.remove(folder)
        raise
    storage.replace_folder(folder, output)
    ended = time.monotonic()
    outcome = Outcome(
        folder=output,
        manifest=manifest,
        seconds=ended - started,
        staging_seconds=tally.staging_seconds,
        splits=len(plan.splits),
        splits_reused=len(plan.splits) - len(plan.pending),
        stage_seconds=dict(tally.seconds),
        counters=counters,
        cleaned=dict(tally.cleaned),
        notes=(*plan.notes, *notes_on(manifest, plan.recipe.balance)),
    )
    phases = {"planning": planned - started, "graph": executed - planned, "description": ended - executed}
    write_run_record(plan, outcome, prepared, phases, attempt)
    return outcome


@contextmanager
def told_of_stores() -> Iterator[None]:
    """Turn what a disk or a store refuses (no room, no permission, no such place) into a `RunError`."""
    try:
        yield
    except OSError as error:
        told = f"{error.strerror}: {error.filename}" if error.strerror and error.filename else str(error)
        raise RunError(f"cannot write the version: {told}. Mend that and run the same command again") from error


def check_output(output: str, recipe: Recipe) -> None:
    """Raise `RunError` unless the output folder is absent, empty, or an earlier result of this recipe."""
    if not storage.exists(output) or not storage.names_in(output):
        return
    manifest_path = storage.join(output, MANIFEST_PATH)
    if storage.exists(manifest_path):
        found = parse_manifest(storage.read_bytes(manifest_path)).dataset.name
        if found == recipe.name:
            return
        raise RunError(f"{output} holds the dataset {found}, not {recipe.name}: choose another --output")
    raise RunError(f"{output} is not empty and not a result of Licet: choose another --output, or remove it")


def check_errors(tally: Tally, recipe: Recipe) -> None:
    """Raise `RunError` when more rows ended in errors than the recipe allows."""
    errors = sum(count for reason, count in tally.refused.items() if reason.endswith(": error"))
    if tally.rows_in and errors / tally.rows_in > recipe.limits.max_error_share:
        raise RunError(
            f"{errors:,} of {tally.rows_in:,} rows ended in errors, more than limits.max_error_share ="
            f" {recipe.limits.max_error_share}; the ledgers in the staging folder say which and why"
        )
