"""What a version that is made from another one has from it: all that is not said otherwise."""

import os
from collections.abc import Sequence
from typing import Any

from licet.pipelines.describe import reasons
from licet.pipelines.evaluations import found_in
from licet.pipelines.facts import RunFacts, StageFacts, StagingCounts, environment
from licet.pipelines.finish import INPUTS_PATH
from licet.pipelines.retractions import rules_of
from licet.schemas.errors import RunError
from licet.schemas.manifest import Manifest, Parent
from licet.schemas.recipe import Recipe
from licet.schemas.split import Pin
from licet.stages import dedup, storage
from licet.stages.shard.parquet import parquet_input
from licet.stages.shard.records import LedgerPart, ShardRecord, VersionTables


def check_free(folder: str, output: str) -> None:
    """Raise `RunError` unless a version made from the one in ``folder`` can be put to ``output``."""
    if os.path.abspath(output) == os.path.abspath(folder) or (storage.exists(output) and storage.names_in(output)):
        raise RunError(f"{output} is taken: the new version needs a folder of its own, choose another --output")


def stages_of(manifest: Manifest) -> list[StageFacts]:
    """Return the stages of a version as they were set."""
    return [StageFacts(name=stage.name, params=stage.params, code=stage.code) for stage in manifest.stages]


def facts_of_child(
    folder: str,
    manifest: Manifest,
    recipe: Recipe,
    records: Sequence[ShardRecord | LedgerPart | VersionTables],
    **otherwise: Any,
) -> RunFacts:
    """Return what a version that is made from the one in ``folder`` is described with.

    ``manifest`` and ``recipe`` are the parent's; ``otherwise`` are fields of `RunFacts` that differ from it.
    """
    inherited: dict[str, Any] = {
        "stages": stages_of(manifest),
        "policy": manifest.policy,
        "models": manifest.models,
        "environment": environment(),
        "retractions": rules_of(folder, manifest),
        "against": manifest.against,
        "contamination": found_in(folder, manifest),
        "mixture": manifest.mixture,
    }
    return RunFacts(
        recipe=recipe,
        pins=pins_in(folder),
        staging=StagingCounts(rows_in={source.name: source.rows for source in manifest.inputs}, refused={}),
        records=records,
        reasons=reasons(),
        s_curve=dedup.s_curve(recipe.dedup) if recipe.dedup.enabled else (),
        parent=Parent(name=manifest.dataset.name, version=manifest.dataset.version, sha256=manifest.digest),
        **{**inherited, **otherwise},
    )


def pins_in(folder: str) -> dict[str, list[Pin]]:
    """Return the input files that a version lists, by source."""
    found: dict[str, list[Pin]] = {}
    with parquet_input(storage.join(folder, INPUTS_PATH)) as file:
        for row in file.read().to_pylist():
            pin = Pin(path=row["name"], name=row["name"], size=row["bytes"], sha256=row["sha256"])
            found.setdefault(row["source"], []).append(pin)
    return found
