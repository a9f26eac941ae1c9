"""Decide a finished version anew: a new version beside it, made from its rows, evidence and ledger alone.

    evidence + statements ─► decisions ─► rows that stay ─► shards
                                      └─► rows that leave + old ledger ─► ledger

What the policy refuses now leaves for the ledger, whatever stage the row had come to. What it admits and the version
does not hold cannot come back without its text: those rows are counted, and a run of the recipe brings them.
"""

from dataclasses import dataclass
from typing import Any

from licet.pipelines.facts import RunFacts, StageFacts, policy_used
from licet.pipelines.finish import RECIPE_PATH, build_version
from licet.pipelines.plan import code_digest
from licet.pipelines.redo.inherit import check_free, facts_of_child, stages_of
from licet.pipelines.redo.write import Rewriting
from licet.pipelines.verify import Finding, verify
from licet.schemas.errors import VersionError
from licet.schemas.manifest import MANIFEST_PATH, Manifest, parse_manifest
from licet.schemas.recipe import Recipe, parse_recipe
from licet.stages import storage
from licet.stages.license.policy import Policy
from licet.stages.license.presets import load_policy
from licet.stages.license.reasons import STAGE, TEXT_NOT_KEPT
from licet.stages.shard.records import LedgerPart, ShardRecord, VersionTables

DECIDED_ANEW = frozenset(
    {
        "conclusions",
        "policy",
        "policy_list",
        "attribution",
        "index",
        "objections",
        "exports",
        "export_shapes",
        "attestations",
    }
)
"""Checks of what follows from the words and the lists, and is reached again from the words when they change."""


@dataclass(frozen=True, kw_only=True)
class Redone:
    """What deciding anew came to."""

    folder: str
    manifest: Manifest
    rows_before: int
    left: dict[str, int]
    """Rows kept before and refused now, by reason."""
    without_text: int
    """Rows that the policy admits and of which the version has no text."""
    evidence_sets: int
    evidence_changed: int
    """Sets of which anything is concluded or decided otherwise than before."""

    @property
    def digest(self) -> str:
        """The digest of the new manifest."""
        return self.manifest.digest

    def summary(self) -> dict[str, Any]:
        """Return the outcome as JSON values."""
        return {
            "version": self.folder,
            "digest": self.digest,
            "parent": self.manifest.parent.sha256 if self.manifest.parent else None,
            "policy": f"{self.manifest.policy.id} {self.manifest.policy.version}",
            "rows_before": self.rows_before,
            "rows_kept": self.manifest.rows.count,
            "left": self.left,
            "without_text": self.without_text,
            "evidence_sets": self.evidence_sets,
            "evidence_changed": self.evidence_changed,
        }


def redo(folder: str, policy_name: str, output: str) -> Redone:
    """Decide the version in ``folder`` anew under a policy, and write what comes out as a version to ``output``.

    ``policy_name`` is a preset's name or the path of a policy file.

    Conclusions are reached again from the words that the version keeps, so newer lists and tables count too. The
    inputs are not read. Near-duplicates, scores and quality buckets stay as they were.

    Raises:
        VersionError: the version does not hold what it says, so that nothing can be concluded from it.
        RecipeError: there is no such policy, or it does not fit.
        RunError: the output folder is taken, or nothing would be left.

    """
    policy = load_policy(policy_name)
    check_free(folder, output)
    if findings := standing_in_the_way(folder):
        first = findings[0]
        raise VersionError(
            f"{folder} does not hold what it says ({len(findings)} findings; {first.check}: {first.message}):"
            " nothing is decided on it; `licet verify` tells more"
        )
    manifest = parse_manifest(storage.read_bytes(storage.join(folder, MANIFEST_PATH)))
    recipe = parse_recipe(storage.read_bytes(storage.join(folder, RECIPE_PATH)).decode())
    recipe = recipe.model_copy(update={"policy": policy_name})
    partial = f"{output.rstrip('/')}.partial-{manifest.digest[:12]}"
    scratch = f"{partial}.scratch"
    try:
        rewriting = Rewriting(folder=folder, manifest=manifest, recipe=recipe, to=partial, scratch=scratch)
        decisions, changed = rewriting.decisions(policy)
        records = rewriting.records(decisions, policy)
        made = build_version(partial, facts_of_redo(folder, manifest, recipe, policy, records))
        storage.replace_folder(partial, output)
    finally:
        storage.remove(partial)
        storage.remove(scratch)
    return Redone(
        folder=output,
        manifest=made,
        rows_before=manifest.rows.count,
        left=dict(sorted(rewriting.left.items())),
        without_text=sum(
            r.rows for s in made.stages for r in s.refused if (s.name, r.reason) == (STAGE, TEXT_NOT_KEPT)
        ),
        evidence_sets=len(decisions),
        evidence_changed=changed,
    )


def standing_in_the_way(folder: str) -> list[Finding]:
    """Return what does not hold of a version, but for what is decided and made anew here.

    Code with other lists than this may have concluded and decided otherwise: that is what deciding anew is for. Where
    this very code made the version, it must come to the same, and what differs was changed afterwards.
    """
    findings = verify(folder)
    if not findings or {finding.check for finding in findings} - DECIDED_ANEW:
        return findings
    manifest = parse_manifest(storage.read_bytes(storage.join(folder, MANIFEST_PATH)))
    made_by = {stage.code for stage in manifest.stages if stage.name == STAGE}
    return findings if made_by == {code_digest()} else []


def facts_of_redo(
    folder: str,
    manifest: Manifest,
    recipe: Recipe,
    policy: Policy,
    records: list[ShardRecord | LedgerPart | VersionTables],
) -> RunFacts:
    """Return what the new version is described with: what was true of its parent, but for the licence stage."""
    params = {"policy": policy.id, "version": policy.version, "sha256": policy.digest}
    anew = StageFacts(name=STAGE, params=params, code=code_digest())
    return facts_of_child(
        folder,
        manifest,
        recipe,
        records,
        stages=[anew if stage.name == STAGE else stage for stage in stages_of(manifest)],
        policy=policy_used(policy),
    )
