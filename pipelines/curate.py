"""The main job: from a plan to a finished version, as one Beam graph.

    splits ─ Ingest ─ LicenseFilter ─ Heuristics ─ Language ─ Stage ─ Deduplicate ─ QualityClassify ─ Shard

The graph is the same for one file and for a million: its elements are splits and parcels. Everything up to `Stage`
is fused and works on one parcel at a time; text rests in staging while rows are compared. Where a recipe honours the
retractions of other versions, rows are held against them behind the licence filter. Where it masks, texts are rewritten
there, and held against retractions once more, since what was retracted may have been masked too. Where the profile of
its heuristics takes lines from texts, that is done behind this, with retractions looked up again. Conversations are
judged by their turns as they are published, before their texts are. Where a recipe names evaluation sets, rows are
looked through for their items behind the language filter. Where it balances, rows beyond their group's share leave
between the classifiers and the shards, once all are known.
"""

import hashlib
import pickle
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from apache_beam import Pipeline
from apache_beam.pvalue import PCollection
from apache_beam.transforms.core import Create, FlatMap, Flatten, Map
from apache_beam.transforms.util import Reshuffle

from licet.pipelines.conversations import conversation_rules
from licet.pipelines.facts import footer_facts, policy_used
from licet.pipelines.plan import Plan
from licet.pipelines.same_everywhere import Expected, check_worker, expected_of
from licet.schemas.split import Split
from licet.schemas.staged import Judged, Staged
from licet.stages import decontaminate, mask, retract, storage
from licet.stages.balance.transform import Balance
from licet.stages.conversation import STAGE as CONVERSATIONS
from licet.stages.dedup import fingerprint, index_schema, no_fingerprint, partitions_for
from licet.stages.dedup.deduplicate import Deduplicate
from licet.stages.ingest.transform import Ingest
from licet.stages.license.transform import LicenseFilter
from licet.stages.quality import (
    CleanParcel,
    HeuristicRules,
    Language,
    LanguageRule,
    TokenCount,
    cut_points_of,
    kept_bins,
    takes_lines,
    words_at,
)
from licet.stages.quality.ensemble import Ensemble
from licet.stages.quality.transform import QualityClassify
from licet.stages.shard import published_schema
from licet.stages.shard.transform import Shard
from licet.stages.stage_parcels import Stage
from licet.stages.step import Annotate, Filter, Step

Place: TypeAlias = tuple[str, int, int]
"""Where a split is written: file, first byte, bytes."""


def curate(pipeline: Pipeline, plan: Plan, folder: str, scratch: str) -> PCollection:
    """Add the whole job to a pipeline; the version's files are written below ``folder``.

    Nothing is written yet: `write_for_workers` has to be called before the pipeline runs. Returns the records of what
    was written, one small element for each file; they are in ``scratch`` too, when the pipeline has ended.
    """
    recipe = plan.recipe
    plan_path = place_of(plan)
    licensed = (
        pipeline
        | "Plan" >> Create([plan_path])
        | "Pending" >> FlatMap(pending_splits).with_output_types(Place)
        | "SpreadSplits" >> Reshuffle()
        | "Splits" >> Map(split_at, expected_of(plan)).with_output_types(Split)
        | "Ingest" >> Ingest(recipe.limits)
        | "LicenseFilter" >> LicenseFilter(plan.policy)
    )
    if plan.retractions is not None:
        licensed |= "Retractions" >> Filter(retract.STAGE, retract.Retracted(plan.retractions.path))
    if recipe.mask.is_on:
        licensed |= "Mask" >> Step(mask.STAGE, mask.MaskParcel(recipe.mask))
        if plan.retractions is not None:
            licensed |= "RetractionsMasked" >> Filter(retract.STAGE, retract.Retracted(plan.retractions.path))
    if (rules := conversation_rules(recipe)) is not None:
        licensed |= "Conversations" >> Filter(CONVERSATIONS, rules)
    bad_words = words_at(recipe.heuristics.bad_words) if recipe.heuristics.bad_words is not None else None
    if takes_lines(recipe.heuristics):
        licensed |= "Clean" >> Step("clean", CleanParcel(recipe.heuristics))
        if plan.retractions is not None:
            licensed |= "RetractionsCleaned" >> Filter(retract.STAGE, retract.Retracted(plan.retractions.path))
    judged = (
        licensed
        | "CountTokens" >> Annotate("tokens", TokenCount())
        | "Heuristics" >> Filter("heuristics", HeuristicRules(recipe.heuristics, bad_words))
        | "Language" >> Annotate("language", Language(recipe.language))
        | "LanguageFilter" >> Filter("language", LanguageRule(recipe.language))
    )
    if plan.evaluations is not None:
        judged |= "Decontaminate" >> Step(
            decontaminate.STAGE, decontaminate.Decontamination(recipe.decontaminate, plan.evaluations.path)
        )
    fingerprints = partial(fingerprint, settings=recipe.dedup) if recipe.dedup.enabled else no_fingerprint
    staged_now = judged | "Stage" >> Stage(plan.staging, fingerprints)
    staged_before = (
        pipeline | "EarlierPlan" >> Create([plan_path]) | "Earlier" >> FlatMap(done_parcels).with_output_types(Staged)
    )
    classified = (
        (staged_now, staged_before)
        | "AllStaged" >> Flatten()
        | "Deduplicate"
        >> Deduplicate(
            recipe.dedup,
            storage.join(recipe.work, "dedup"),
            partitions=partitions_for(plan.bytes),
            is_laundered_refused=plan.policy.laundered == "refuse",
            held=plan.against.path if plan.against is not None else None,
            sources=[source.name for source in recipe.sources],
            scorer=Ensemble(recipe.quality) if recipe.quality.models else None,
        )
        | "QualityClassify" >> QualityClassify(recipe.quality, recipe.work)
    )
    if recipe.balance.is_on:
        classified |= "Balance" >> Balance(recipe.balance, recipe.work)
    return classified | "Shard" >> Shard(
        recipe.shards,
        folder,
        scratch,
        published_schema(
            chat=plan.chat, models=[model.name for model in recipe.quality.models], masked=recipe.mask.kinds
        ),
        configs=sorted({config for configs in plan.configs.values() for config in configs}),
        revisions={source.name: source.revision for source in recipe.sources},
        footer=footer_facts(recipe, policy_used(plan.policy)),
        cuts=partial(cuts_between_buckets, plan.score_columns, plan.cuts),
        index=index_schema(recipe.dedup, chat=plan.chat),
        bins=kept_bins(recipe.heuristics),
        by=recipe.balance.columns if recipe.balance.is_on else (),
    )


def cuts_between_buckets(
    columns: Sequence[str], given: Mapping[str, Sequence[float]] | None, judged: Sequence[Judged]
) -> Mapping[str, Sequence[float]]:
    """Return the bounds between quality buckets by the column of scores: those given, else a whole version's own."""
    return given if given is not None else cut_points_of((parcel.scores_path for parcel in judged), columns)


def place_of(plan: Plan) -> str:
    """Return where workers find a plan, so that the graph does not grow with the input; its name says what is in it."""
    pending = hashlib.sha256("\n".join(split.fingerprint for split in plan.pending).encode()).hexdigest()
    return storage.join(plan.recipe.work, "plans", f"{plan.key[:32]}-{pending[:16]}.pickle")


def write_for_workers(plan: Plan) -> None:
    """Write what workers need of a plan, where its graph says that it is.

    Splits are written beside the plan, the largest first, so that no worker ends with a long one. One names all its
    files and their claims, and is read by the worker that it falls to.
    """
    path = place_of(plan)
    # One string, which pickle writes once.
    splits = path + ".splits"
    places: list[Place] = []
    start = 0
    with storage.atomic_output(splits) as sink:
        for split in sorted(plan.pending, key=lambda split: (-split.size, split.order)):
            written = sink.write(pickle.dumps(split))
            places.append((splits, start, written))
            start += written
    storage.write_bytes(path, pickle.dumps((places, plan.done)))
    for needed in (plan.retractions, plan.evaluations, plan.against):
        if needed is not None:
            needed.write()


def pending_splits(plan_path: str) -> Iterable[Place]:
    """Yield where the splits are that have to be read."""
    places, _ = pickle.loads(storage.read_bytes(plan_path))
    yield from places


def split_at(place: Place, expected: Expected) -> Split:
    """Return a split that `write_for_workers` wrote.

    Raises:
        RunError: this worker has not what the plan was made with.

    """
    check_worker(expected)
    path, start, length = place
    with storage.open_input(path) as file:
        file.seek(start)
        split: Split = pickle.loads(file.read(length))
        return split


def done_parcels(plan_path: str) -> Iterable[Staged]:
    """Yield the parcels that an earlier run staged."""
    _, done = pickle.loads(storage.read_bytes(plan_path))
    yield from done
