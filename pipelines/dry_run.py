"""The job that a recipe would hand in, looked at without handing it in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam.portability import common_urns
from apache_beam.runners.portability.fn_api_runner import FnApiRunner
from rich.console import Console
from rich.table import Table

from licet.pipelines.curate import curate
from licet.pipelines.plan import Plan, make_plan
from licet.pipelines.runners import Prepared, prepare
from licet.pipelines.seen_by_workers import opened_by_workers
from licet.schemas.recipe import Recipe
from licet.stages import storage

KINDS = {
    common_urns.primitives.IMPULSE.urn: "sources",
    common_urns.primitives.PAR_DO.urn: "functions",
    common_urns.primitives.GROUP_BY_KEY.urn: "groupings",
    common_urns.primitives.FLATTEN.urn: "unions",
}


@dataclass(frozen=True)
class Job:
    """What would be handed in. ``proto`` is the graph in Beam's portable form, which every engine is given."""

    plan: Plan
    prepared: Prepared
    proto: Any

    @property
    def nodes(self) -> Mapping[str, int]:
        """The primitive steps of the graph by their kind."""
        steps = [step for step in self.proto.components.transforms.values() if not step.subtransforms]
        found = Counter(KINDS[step.spec.urn] for step in steps if step.spec.urn in KINDS)
        return {kind: found[kind] for kind in KINDS.values()}

    @property
    def stages(self) -> list[str]:
        """The names of the steps as the engine shows them, in the graph's order."""
        roots = [self.proto.components.transforms[name] for name in self.proto.root_transform_ids]
        return [self.proto.components.transforms[name].unique_name for root in roots for name in root.subtransforms]

    def summary(self) -> dict[str, Any]:
        """Return the job as JSON values."""
        return {
            "runner": self.prepared.engine.name,
            "environment": self.prepared.environment,
            "options": self.prepared.told,
            "splits": len(self.plan.splits),
            "splits_pending": len(self.plan.pending),
            "bytes_pending": self.plan.bytes_pending,
            "graph_bytes": self.proto.ByteSize(),
            "nodes": dict(self.nodes),
            "stages": self.stages,
            "output": self.plan.recipe.output,
            "work": self.plan.recipe.work,
        }


def describe_job(recipe: Recipe, base: str | Path, passed_on: Sequence[str] = ()) -> Job:
    """Return the job of a recipe, whose relative paths are taken from ``base``; nothing is written.

    Raises:
        LicetError: what would keep it from being handed in.

    """
    plan = make_plan(recipe, base)
    prepared = prepare(recipe.runner, passed_on, bytes_pending=plan.bytes_pending, places=opened_by_workers(plan))
    # Some runners look for buckets as soon as they are given a pipeline; the graph is the same for all.
    pipeline = beam.Pipeline(runner=FnApiRunner(), options=prepared.options)
    curate(pipeline, plan, plan.recipe.output, storage.join(plan.recipe.work, "shards"))
    return Job(plan, prepared, pipeline.to_runner_api())


def show_job(job: Job, console: Console) -> None:
    """Print what would be handed in."""
    told = job.summary()
    table = Table.grid(padding=(0, 2))
    rows = {
        "runner": f"{told['runner']}, workers in {told['environment']}",
        "input": f"{told['splits']:,} splits, {told['splits_pending']:,} of them to be read,"
        f" {told['bytes_pending'] / 1e6:,.1f} MB as stored",
        "graph": f"{told['graph_bytes']:,} bytes: " + ", ".join(f"{n} {kind}" for kind, n in told["nodes"].items()),
        "stages": ", ".join(told["stages"]),
        "options": " ".join(f"{name}={value}" for name, value in told["options"].items()),
        "output": told["output"],
        "work": told["work"],
    }
    for name, value in rows.items():
        table.add_row(name, value)
    console.print("[bold]The job that would be handed in[/bold]; nothing was written and nothing started.")
    console.print(table, highlight=False, markup=False)
