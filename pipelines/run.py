"""Run a recipe: plan, curate, describe the version, put it in its place.

The version is built in the work folder's neighbourhood under a temporary name, and takes its place when it is whole.
An earlier result of the same recipe is replaced; any other folder is left alone.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from licet.pipelines.alone import working_alone
from licet.pipelines.describe import facts_of
from licet.pipelines.execute import execute, workers_speak_to
from licet.pipelines.finish import build_version
from licet.pipelines.plan import Plan, make_plan
from licet.pipelines.progress import Tally, planning, showing
from licet.pipelines.runners import choose_workers, options_for, runner_for
from licet.schemas.errors import RunError
from licet.schemas.manifest import MANIFEST_PATH, Manifest, parse_manifest
from licet.schemas.recipe import Recipe
from licet.stages import storage


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run made. ``seconds`` are those of the whole command, ``stage_seconds`` of all workers together."""

    folder: str
    manifest: Manifest
    seconds: float
    staging_seconds: float
    splits: int
    splits_reused: int
    stage_seconds: Mapping[str, float]
    cleaned: Mapping[str, int] = field(default_factory=dict)
    """Rows that lost lines before they were judged, and the lines that went, by reason; empty where none could."""
    effort: Mapping[str, int] = field(default_factory=dict)
    """What the search for duplicates met, as the runner counted it."""
    notes: Sequence[str] = ()
    """What is to be known of this run, beside what it made."""

    @property
    def digest(self) -> str:
        """The manifest digest."""
        return self.manifest.digest

    @property
    def rows_in(self) -> int:
        """Rows read, those that could not be read included."""
        return sum(source.rows for source in self.manifest.inputs)

    @property
    def text_bytes(self) -> int:
        """UTF-8 bytes of the text of all rows read; of what could not be read, its bytes as found."""
        return self.manifest.stages[0].bytes_in

    @property
    def throughput(self) -> float:
        """MB of text per second of the whole command."""
        return self.text_bytes / 1e6 / max(self.seconds, 1e-9)

    def summary(self) -> dict[str, Any]:
        """Return the outcome as JSON values."""
        return {
            "version": self.folder,
            "digest": self.digest,
            "rows_in": self.rows_in,
            "rows_kept": self.manifest.rows.count,
            "refused": {
                f"{stage.name}.{refused.reason}": refused.rows
                for stage in self.manifest.stages
                for refused in stage.refused
            },
            "licences": {
                expression: sum(c.rows for c in self.manifest.licences if c.expression == expression)
                for expression in sorted({c.expression for c in self.manifest.licences})
            },
            "seconds": round(self.seconds, 3),
            "staging_seconds": round(self.staging_seconds, 3),
            "text_bytes": self.text_bytes,
            "splits": self.splits,
            "splits_reused": self.splits_reused,
            "stage_seconds": {name: round(spent, 3) for name, spent in self.stage_seconds.items()},
            **({"dedup": dict(self.effort)} if self.effort else {}),
            **({"cleaned": dict(self.cleaned)} if self.cleaned else {}),
            "notes": list(self.notes),
        }


def run_recipe(
    recipe: Recipe,
    base: str | Path,
    *,
    runner: str = "direct",
    workers: int | None = None,
    passed_on: Sequence[str] = (),
    quiet: bool = False,
) -> Outcome:
    """Run a recipe whose relative paths are taken from ``base``, and return what came out.

    Raises:
        LicetError: the recipe, an input or the output folder has to be mended, or the result is not allowed.

    """
    started = time.monotonic()
    with planning(quiet=quiet):
        plan = make_plan(recipe, base)
    output = plan.recipe.output
    with told_of_stores():
        check_output(output, recipe)
    beam_runner = runner_for(runner, [output, plan.recipe.work])
    options = options_for(runner, choose_workers(workers, plan.bytes_pending), plan.recipe.runner, passed_on)
    with told_of_stores(), working_alone(plan.recipe.work):
        return _run(plan, runner, beam_runner, options, started, quiet=quiet)


def _run(plan: Plan, runner: str, beam_runner: Any, options: Any, started: float, *, quiet: bool) -> Outcome:
    """Execute a plan whose places have been checked."""
    output = plan.recipe.output
    folder = f"{output.rstrip('/')}.partial-{plan.key[:12]}"
    scratch = storage.join(plan.recipe.work, "shards", plan.key[:32])
    log = None if os.environ.get("LICET_DEBUG") else storage.join(plan.recipe.work, "workers.log")
    storage.remove(folder)
    try:
        with workers_speak_to(log) as console, showing(plan, console, quiet=quiet) as tally:
            effort = execute(plan, folder, scratch, beam_runner, options)
        check_errors(tally, plan.recipe)
        manifest = build_version(folder, facts_of(plan, scratch))
    except BaseException:
        storage.remove(folder)
        raise
    storage.replace_folder(folder, output)
    outcome = Outcome(
        folder=output,
        manifest=manifest,
        seconds=time.monotonic() - started,
        staging_seconds=tally.staging_seconds,
        splits=len(plan.splits),
        splits_reused=len(plan.splits) - len(plan.pending),
        stage_seconds=dict(tally.seconds),
        effort=effort,
        cleaned=dict(tally.cleaned),
        notes=plan.notes,
    )
    write_run_record(plan, outcome, runner)
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


def write_run_record(plan: Plan, outcome: Outcome, runner: str) -> None:
    """Write what is true of this run only, and so has no place in the version: runner, times, what was reused."""
    told = {**outcome.summary(), "runner": runner, "key": plan.key, "ended": time.strftime("%Y-%m-%dT%H:%M:%S%z")}
    storage.write_bytes(storage.join(plan.recipe.work, "run.json"), json.dumps(told, indent=2).encode())
