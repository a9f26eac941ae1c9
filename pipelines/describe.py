"""From a plan and what the pipeline wrote to the facts that a version is described with."""

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from licet.pipelines.cut_points import score_column
from licet.pipelines.facts import RunFacts, StageFacts, environment, pins_of, policy_used, staging_counts
from licet.pipelines.plan import Plan, code_digest, tokenizer_path
from licet.schemas.errors import RunError
from licet.schemas.manifest import Model
from licet.schemas.staged import Staged
from licet.stages import balance, conversation, decontaminate, dedup, ingest, mask, quality, retract, storage
from licet.stages import license as licensing
from licet.stages.shard import read_cuts, read_records
from licet.stages.staging import staged_parcels


def facts_of(plan: Plan, scratch: str) -> RunFacts:
    """Return all that is to be said of a run that has ended; ``scratch`` is where the shard stage left its records."""
    recipe = plan.recipe
    cuts = read_cuts(scratch)
    parcels = [
        parcel for split in plan.splits for parcel in staged_parcels(split, plan.staging) or _missing(split.fingerprint)
    ]
    return RunFacts(
        recipe=plan.written,
        pins=pins_of(plan.splits),
        stages=stages_of(plan),
        staging=staging_counts(parcel.done_path for parcel in parcels),
        records=read_records(storage.join(scratch, "records.json")),
        policy=policy_used(plan.policy),
        models=[
            Model(name=name, sha256=plan.models[path], cuts=cuts.get(score_column(name), []))
            for name, path in models_of(plan)
        ],
        environment=environment(),
        reasons=reasons(),
        s_curve=dedup.s_curve(recipe.dedup) if recipe.dedup.enabled else (),
        retractions=plan.retractions.rules if plan.retractions else None,
        against=plan.against.versions if plan.against else (),
        contamination=_contamination(parcels) if plan.evaluations else None,
    )


def reasons() -> dict[str, str]:
    """Return the sentence on each reason for which a row can be refused, by "stage.reason"."""
    return {
        f"{name}.{reason}": told
        for family, names in (
            (ingest, ["ingest"]),
            (licensing, ["license"]),
            (conversation, [conversation.STAGE]),
            (quality, ["clean", "heuristics", "language", "quality"]),
            (decontaminate, [decontaminate.STAGE]),
            (dedup, ["dedup"]),
            (balance, [balance.STAGE]),
            (retract, [retract.STAGE, retract.RETRACTED_LATER]),
        )
        for name in names
        for reason, told in family.REASONS.items()
    }


def _contamination(parcels: Sequence[Staged]) -> Iterator[pa.Table]:
    """Yield what was found of evaluation sets, in the order of the rows."""
    for parcel in parcels:
        if parcel.contamination:
            yield pa.Table.from_batches([storage.read_arrow(parcel.contamination_path)])


def _missing(fingerprint: str) -> Any:
    raise RunError(f"split {fingerprint[:12]} was not staged although the pipeline ended well; run again")


def models_of(plan: Plan) -> list[tuple[str, str]]:
    """Return the name and path of each model that has a say."""
    found = [(model.name, model.path) for model in plan.recipe.quality.models]
    if plan.recipe.language.path is not None:
        found.append(("language", plan.recipe.language.path))
    if plan.recipe.heuristics.bad_words:
        found.append(("bad_words", plan.recipe.heuristics.bad_words))
    if (tokenizer := tokenizer_path(plan.recipe)) is not None:
        found.append(("tokenizer", tokenizer))
    return found


def stages_of(plan: Plan) -> list[StageFacts]:
    """Return every stage that can refuse a row, in the order in which rows meet them, and how it was set."""
    written = plan.written
    models = {name: plan.models[path] for name, path in models_of(plan)}
    detector = written.language.model if written.language.path is None else "fasttext"
    language = {**written.language.model_dump(mode="json"), "model": detector}
    params: list[tuple[str, dict[str, Any]]] = [
        ("ingest", written.limits.model_dump(mode="json", exclude={"max_error_share"})),
        ("license", {"policy": plan.policy.id, "version": plan.policy.version, "sha256": plan.policy.digest}),
        *([(retract.STAGE, plan.retractions.params)] if plan.retractions else []),
        *([(mask.STAGE, written.mask.params)] if written.mask.is_on else []),
        *(
            [(conversation.STAGE, conversation.conversations_params(written.conversations, models.get("tokenizer")))]
            if written.conversations is not None and written.conversations.is_on
            else []
        ),
        *([("clean", quality.clean_params(written.heuristics))] if quality.takes_lines(written.heuristics) else []),
        ("tokens", {}),
        ("heuristics", quality.heuristics_params(written.heuristics)),
        ("language", {**language, "model_sha256": models.get("language")}),
        *([(decontaminate.STAGE, plan.evaluations.params)] if plan.evaluations else []),
        ("dedup", written.dedup.model_dump(mode="json")),
        (
            "quality",
            {
                "min_score": written.quality.min_score,
                "models": [
                    {
                        "name": m.name,
                        "label": m.label,
                        "sha256": models[m.name],
                        "calibration": m.calibration.model_dump() if m.calibration else None,
                    }
                    for m in written.quality.models
                ],
            },
        ),
    ]
    if written.balance.is_on:
        params.append((balance.STAGE, written.balance.params))
    return [StageFacts(name=name, params=told, code=code_digest()) for name, told in params]
