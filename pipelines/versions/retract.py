"""Take rows back out of a finished version: a new version without them, and what keeps them out of later ones.

    requests ─► rows that leave (asked for, same text, stood in their stead, alike) ─► ledger
                    └─► rules (addresses, names, hashes; no text) ─► provenance/retractions.parquet

Only shards that hold such rows are written anew. The inputs are not read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pyarrow as pa

from licet.pipelines.facts import StageFacts
from licet.pipelines.finish import RECIPE_PATH, build_version
from licet.pipelines.plan import code_digest
from licet.pipelines.redo.inherit import check_free, facts_of_child, stages_of
from licet.pipelines.redo.redo import standing_in_the_way
from licet.pipelines.retractions import rules_of, stage_params
from licet.pipelines.versions.leaving import Leaving, Survey
from licet.pipelines.versions.reference import located, number_in
from licet.pipelines.versions.requests import Request, each_once
from licet.pipelines.versions.rewrite import Taking
from licet.schemas.errors import RunError, VersionError
from licet.schemas.manifest import MANIFEST_PATH, Manifest, parse_manifest
from licet.schemas.recipe import Recipe, parse_recipe
from licet.schemas.semver import Release, parse_release
from licet.stages import storage
from licet.stages.mask import Masker
from licet.stages.retract import RETRACTED_LATER, merged


@dataclass(frozen=True)
class Retraction:
    """What a retraction takes out of a version; nothing is written for it."""

    folder: str
    manifest: Manifest
    recipe: Recipe
    effective: str
    reference: str
    requests: Sequence[Request]
    survey: Survey

    @cached_property
    def leaving(self) -> list[Leaving]:
        """The rows that leave, in the order of the version."""
        return [one for ones in self.survey.by_file().values() for one in ones]

    @cached_property
    def rules(self) -> pa.Table:
        """The rules that the new version keeps to: those of its parent, and what follows from these requests."""
        before = rules_of(self.folder, self.manifest)
        return self.survey.rules if before is None else merged([before, self.survey.rules])

    def summary(self) -> dict[str, Any]:
        """Return it as JSON values."""
        shards = {entry.path: entry.bytes for entry in self.manifest.files if entry.role == "data"}
        touched = self.survey.by_file()
        return {
            "parent": self.folder,
            "parent_sha256": self.manifest.digest,
            "version": self.effective,
            "reference": self.reference,
            "asked": [
                {"kind": request.kind, "value": request.value, "kept": kept, "refused": refused}
                for request in self.requests
                for kept, refused in (self.survey.counts(request),)
            ],
            "rows_before": self.manifest.rows.count,
            "rows_leaving": len(self.leaving),
            "leaving": [
                {"id": one.row_id, "locator": one.locator, "why": one.why, "similarity": one.similarity}
                for one in self.leaving
            ],
            "shards": [{"path": p, "rows_leaving": len(ones), "bytes": shards[p]} for p, ones in touched.items()],
            "bytes_rewritten": sum(shards[path] for path in touched),
            "bytes_data": sum(shards.values()),
            "rules": self.rules.num_rows,
        }


@dataclass(frozen=True)
class Retracted:
    """A version that rows were taken out of."""

    folder: str
    manifest: Manifest
    retraction: Retraction

    @property
    def digest(self) -> str:
        """The digest of the new manifest."""
        return self.manifest.digest

    def summary(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            **self.retraction.summary(),
            "folder": self.folder,
            "digest": self.digest,
            "rows_kept": self.manifest.rows.count,
        }


def plan_retraction(version: str, requests: Sequence[Request], reference: str, number: str | None = None) -> Retraction:
    """Return what some requests take out of a version, whichever way it is named.

    ``reference`` is what the request is called. ``number`` is that of the new version; by default the next PATCH. A
    text that is asked for is masked as the version masks its own, or it would not be what became of it.

    Raises:
        InputError: nothing is asked for, or not in a way that can be understood.
        VersionError: there is no such version, or it has no number and none is given.

    """
    asked = each_once(requests)
    folder = located(version)
    manifest, recipe = _opened(folder)
    masker = Masker(recipe.mask)
    asked = [replace(one, text=masker.text(one.text)) if one.text is not None else one for one in asked]
    effective = _number(version, manifest, number)
    survey = Survey(folder, manifest, recipe.dedup, asked, reference, effective).look()
    return Retraction(folder, manifest, recipe, effective, reference, asked, survey)


def retract(retraction: Retraction, output: str, *, allow_absent: bool = False) -> Retracted:
    """Write the version without the rows that leave to ``output``.

    Raises:
        RunError: the folder is taken, something asked for is not in the version at all, or nothing would be left.
        VersionError: the version does not hold what it says.

    """
    folder, manifest = retraction.folder, retraction.manifest
    check_free(folder, output)
    if (absent := retraction.survey.absent) and not allow_absent:
        raise RunError(
            f"{absent[0]} is neither in the data nor in the ledger ({len(absent)} of {len(retraction.requests)}"
            " requests are not): mend it, or say --allow-absent to keep it out of later versions all the same"
        )
    if findings := standing_in_the_way(folder):
        first = findings[0]
        raise VersionError(
            f"{folder} does not hold what it says ({len(findings)} findings; {first.check}: {first.message}):"
            " nothing is taken out of it; `licet verify` tells more"
        )
    partial = f"{output.rstrip('/')}.partial-{manifest.digest[:12]}"
    scratch = f"{partial}.scratch"
    try:
        taking = Taking(
            folder, manifest, retraction.recipe, partial, scratch, retraction.survey.by_file(), retraction.reference
        )
        own = StageFacts(name=RETRACTED_LATER, params=stage_params(retraction.rules), code=code_digest())
        facts = facts_of_child(
            folder,
            manifest,
            retraction.recipe,
            taking.records(),
            stages=[*(stage for stage in stages_of(manifest) if stage.name != RETRACTED_LATER), own],
            version=retraction.effective,
            retractions=retraction.rules,
        )
        made = build_version(partial, facts)
        storage.replace_folder(partial, output)
    finally:
        storage.remove(partial)
        storage.remove(scratch)
    return Retracted(output, made, retraction)


def _opened(folder: str) -> tuple[Manifest, Recipe]:
    try:
        manifest = parse_manifest(storage.read_bytes(storage.join(folder, MANIFEST_PATH)))
        return manifest, parse_recipe(storage.read_bytes(storage.join(folder, RECIPE_PATH)).decode())
    except (OSError, ValueError, ImportError) as error:
        told = " ".join(str(error).split())[:200]
        raise VersionError(f"'{folder}' is no finished version that can be read: {told}") from error


def _number(version: str, manifest: Manifest, number: str | None) -> str:
    """Return the number of the new version."""
    before = number_in(version) or manifest.dataset.version
    if number is None:
        if before is None:
            raise VersionError("the version has no number yet: say by --version which one is without these rows")
        known = parse_release(before)
        return str(Release(known.major, known.minor, known.patch + 1))
    if before is not None and parse_release(number) <= parse_release(before):
        raise VersionError(f"{number} is not above {before}, the version that the rows are taken out of")
    return str(parse_release(number))
