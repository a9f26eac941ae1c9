"""The plan of a run: which splits there are, which of them are staged already, and under which names.

A plan opens inputs only to list, pin and cut them. What it refuses is refused before anything is written.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import licet
from licet.pipelines.against import Against, held_against
from licet.pipelines.conversations import conversation_rules
from licet.pipelines.cut_points import given_cuts, score_column
from licet.pipelines.evaluations import Evaluations, read_evaluations
from licet.pipelines.retractions import Retractions, gathered
from licet.schemas.errors import InputError, RecipeError
from licet.schemas.quality import QualityModel
from licet.schemas.recipe import Recipe
from licet.schemas.split import Split
from licet.schemas.staged import Staged
from licet.stages import storage
from licet.stages.conversation import load_tokenizer
from licet.stages.ingest import config_of
from licet.stages.ingest.plan import plan_source
from licet.stages.license import Policy, load_policy
from licet.stages.mask import Masker
from licet.stages.quality import Classifier, HeuristicRules, check_model, takes_lines, words_at
from licet.stages.staging import staged_parcels


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run will do. ``done`` are parcels that an earlier run staged; ``pending`` splits have to be read.

    ``written`` is the recipe as its author wrote it, ``recipe`` has its paths resolved. ``configs`` names the configs
    of each source's rows.
    ``chain`` is a digest of all that, beside the input, determines a staged parcel: the settings of the stages
    up to dedup, the policy, and the code. ``models`` are the sha256 of the files of models, by their path.
    ``retractions`` are those of other versions that the recipe honours, ``evaluations`` the sets that rows are held
    against; null where it names none. ``against`` are the earlier versions that hold rows already, likewise, and
    ``cuts`` the bounds between quality buckets of an earlier version, by the column of scores.
    """

    written: Recipe
    recipe: Recipe
    policy: Policy
    configs: dict[str, tuple[str, ...]]
    splits: tuple[Split, ...]
    pending: tuple[Split, ...]
    done: tuple[Staged, ...]
    chain: str
    models: dict[str, str]
    retractions: Retractions | None = None
    evaluations: Evaluations | None = None
    against: Against | None = None
    cuts: dict[str, list[float]] | None = None

    @property
    def chat(self) -> bool:
        """Whether the rows are conversations."""
        return self.recipe.kind == "posttrain"

    @property
    def score_columns(self) -> list[str]:
        """The columns of the quality models' scores."""
        return [score_column(model.name) for model in self.recipe.quality.models]

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known of the run before it begins."""
        return tuple(note for held in (self.against, self.evaluations) if held is not None for note in held.notes)

    @property
    def staging(self) -> str:
        """The folder of staged parcels."""
        return storage.join(self.recipe.work, "staging")

    @property
    def bytes(self) -> int:
        """Bytes of the whole input, as stored."""
        return sum(split.size for split in self.splits)

    @property
    def bytes_pending(self) -> int:
        """Bytes of input, as stored, that have to be read."""
        return sum(split.size for split in self.pending)

    @property
    def key(self) -> str:
        """A digest of everything that determines the version: recipe, pinned inputs, code."""
        settings = self.recipe.model_dump(mode="json", exclude={"output", "work", "runner"})
        told = [self.chain, settings, sorted(self.models.items()), [s.fingerprint for s in self.splits]]
        if self.against is not None:
            told.append([version.sha256 for version in self.against.versions])
        if self.cuts is not None:
            told.append(self.cuts)
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def make_plan(recipe: Recipe, base: str | Path = ".") -> Plan:
    """Return the plan of a recipe whose relative paths are taken from ``base``.

    Raises:
        InputError: an input is missing or is not what the recipe says.
        RecipeError: the policy or a model is not there or does not fit, or nothing can be written where it should.

    """
    # Resolved, since a folder above a link is not what its name says.
    base = str(Path(base).resolve())
    policy = check_recipe(recipe, base)
    written, recipe = recipe, resolved(recipe, base)
    check_places(recipe)
    models = {path: file_digest(path) for path in model_paths(recipe)}
    for path in models:
        check_model(path)
    if recipe.heuristics.bad_words is not None:
        models[recipe.heuristics.bad_words] = bad_words_digest(recipe.heuristics.bad_words)
    if (tokenizer := tokenizer_path(recipe)) is not None:
        models[tokenizer] = file_digest(tokenizer)
        load_tokenizer(tokenizer)
    retractions = gathered(recipe.retractions, recipe.work, base)
    evaluations = read_evaluations(recipe.decontaminate, recipe.work, base)
    chat = recipe.kind == "posttrain"
    against = held_against(recipe.dedup, recipe.work, base, chat=chat, output=recipe.output)
    chain = chain_digest(recipe, policy, models, retractions, evaluations)
    splits: list[Split] = []
    for source in recipe.sources:
        planned = plan_source(source, base=base, limits=recipe.limits, chat=recipe.kind == "posttrain")
        splits += [
            replace(
                split,
                order=len(splits) + i,
                fingerprint=hashlib.sha256(f"{split.identity()}:{chain}".encode()).hexdigest(),
            )
            for i, split in enumerate(planned)
        ]
    check_apart(recipe, splits)
    staging = storage.join(recipe.work, "staging")
    configs = configs_of(recipe, splits)
    found = {s.fingerprint: staged_parcels(s, staging) for s in splits}
    return Plan(
        written=written,
        recipe=recipe,
        policy=policy,
        configs=configs,
        splits=tuple(splits),
        pending=tuple(s for s in splits if found[s.fingerprint] is None),
        done=tuple(p for s in splits for p in found[s.fingerprint] or ()),
        chain=chain,
        models=models,
        retractions=retractions,
        evaluations=evaluations,
        against=against,
        cuts=given_cuts(recipe, base, models),
    )


def check_recipe(recipe: Recipe, base: str | Path = ".") -> Policy:
    """Check what a recipe names beside its inputs, without touching those, and return its policy.

    Raises:
        RecipeError: the policy is not there or does not fit, a rule has no such name, or nothing like what is to be
            left unmasked exists.

    """
    recipe.with_paths_resolved()
    policy = load_policy(located(recipe.policy, str(base)) if recipe.policy.endswith(".json") else recipe.policy)
    Masker(recipe.mask)
    conversation_rules(recipe)
    HeuristicRules(recipe.heuristics)
    if recipe.kind == "posttrain" and takes_lines(recipe.heuristics):
        raise RecipeError(
            f"`heuristics.profile`: {recipe.heuristics.profiles[0]} takes lines out of texts, and the text of a"
            " post-training row is made from its messages, which would no longer fit it: choose a profile that only"
            " judges, such as gopher@datatrove"
        )
    Classifier(recipe.quality, recipe.work)
    return policy


def check_places(recipe: Recipe) -> None:
    """Refuse output and work folders that cannot be, or of which one would be lost with the other.

    Raises:
        RecipeError: saying which of them has to be another.

    """
    for key, place in (("output", recipe.output), ("work", recipe.work)):
        if not place.strip() or "\0" in place or not is_utf8(place):
            raise RecipeError(f"`{key}`: {place!a} is no name of a folder")
        try:
            storage.exists(place)
        except (OSError, ValueError, ImportError) as error:
            raise RecipeError(f"`{key}`: cannot use {place!r}: {' '.join(str(error).split())}") from error
        if storage.is_local(place):
            whole = Path(os.path.abspath(place.removeprefix("file://")))
            there = next(path for path in (whole, *whole.parents) if os.path.lexists(path))
            if not there.is_dir():
                raise RecipeError(f"`{key}`: {place} cannot be a folder, since {there} is a file or a broken link")
    if is_within(recipe.work, recipe.output):
        raise RecipeError(
            f"`work`: {recipe.work} lies in the output folder, which each run replaces as a whole: put it elsewhere"
        )


def check_apart(recipe: Recipe, splits: Iterable[Split]) -> None:
    """Raise `InputError` where a source would read what the run itself writes."""
    for split in splits:
        for pin in split.files:
            for key, place in (("output", recipe.output), ("work", recipe.work)):
                if is_within(pin.path, place):
                    raise InputError(
                        f"source {split.source}: {pin.path} lies in the {key} folder of the recipe: choose another"
                        f" `{key}`, or leave that folder out of the source"
                    )


def is_utf8(path: str) -> bool:
    """Tell whether the bytes of a path are UTF-8, as far as they were given; libraries take no other."""
    return not any("\ud800" <= character <= "\udfff" for character in path)


def is_within(path: str, folder: str) -> bool:
    """Tell whether a path is a folder or lies below it."""
    path, folder = (
        os.path.abspath(each.removeprefix("file://")) if storage.is_local(each) else each.rstrip("/")
        for each in (path, folder)
    )
    return f"{path}/".startswith(folder.rstrip("/") + "/")


def configs_of(recipe: Recipe, splits: Sequence[Split]) -> dict[str, tuple[str, ...]]:
    """Return the configs of each source: `default` for documents, by the shapes of its files for post-training rows."""
    found: dict[str, set[str]] = {source.name: set() for source in recipe.sources}
    for split in splits:
        found[split.source].add(config_of(split))
    return {name: tuple(sorted(configs)) for name, configs in found.items()}


def located(path: str, base: str) -> str:
    """Return where a path of the recipe is: relative ones are taken from the recipe's folder."""
    return path if not storage.is_local(path) or Path(path).is_absolute() else str(Path(base) / path)


def resolved(recipe: Recipe, base: str) -> Recipe:
    """Return the recipe with the output, the work folder and the models where they really are."""
    recipe = recipe.with_paths_resolved()
    quality = recipe.quality.model_copy(
        update={"models": [m.model_copy(update={"path": located(m.path, base)}) for m in recipe.quality.models]}
    )
    language = recipe.language
    if language.path is not None:
        language = language.model_copy(update={"model": located(language.path, base)})
    heuristics = recipe.heuristics
    if heuristics.bad_words is not None:
        heuristics = heuristics.model_copy(update={"bad_words": located(heuristics.bad_words, base)})
    conversations = recipe.conversations
    if conversations is not None and conversations.tokenizer is not None:
        conversations = conversations.model_copy(update={"tokenizer": located(conversations.tokenizer, base)})
    found = {"quality": quality, "language": language, "heuristics": heuristics, "conversations": conversations}
    return recipe.model_copy(update=found)


def model_paths(recipe: Recipe) -> list[str]:
    """Return the paths of all models that a recipe uses."""
    models: Sequence[QualityModel] = recipe.quality.models
    return [m.path for m in models] + ([recipe.language.path] if recipe.language.path is not None else [])


def tokenizer_path(recipe: Recipe) -> str | None:
    """Return where the tokenizer is that counts a conversation's tokens; null where none does."""
    return recipe.conversations.tokenizer if recipe.conversations is not None else None


def file_digest(path: str) -> str:
    """Return the sha256 of a model file."""
    try:
        with storage.open_input(path) as file:
            found = hashlib.sha256()
            while piece := file.read(1 << 20):
                found.update(piece)
            return found.hexdigest()
    except (OSError, ValueError, ImportError) as error:
        told = getattr(error, "strerror", None) or error
        raise InputError(f"cannot read the model {path}: {told}") from error


def bad_words_digest(path: str) -> str:
    """Return the sha256 of a list of words, one a line in a canonical form."""
    return hashlib.sha256("\n".join(words_at(path)).encode()).hexdigest()


def chain_digest(
    recipe: Recipe,
    policy: Policy,
    models: dict[str, str],
    retractions: Retractions | None = None,
    evaluations: Evaluations | None = None,
) -> str:
    """Return the digest of what turns input into staged parcels."""
    told = {
        "code": code_digest(),
        "policy": policy.digest,
        **conversations_told(recipe, models),
        "heuristics": recipe.heuristics.model_dump(mode="json"),
        "language": recipe.language.model_dump(mode="json", exclude={"model"}),
        "language_model": models.get(recipe.language.model, recipe.language.model),
        **({"bad_words": models.get(recipe.heuristics.bad_words)} if recipe.heuristics.bad_words is not None else {}),
        "fingerprint": recipe.dedup.of_fingerprints if recipe.dedup.enabled else None,
        "limits": recipe.limits.model_dump(mode="json", exclude={"max_error_share"}),
        **({"retractions": retractions.digest} if retractions else {}),
        **({"mask": recipe.mask.params} if recipe.mask.is_on else {}),
        **({"evaluations": evaluations.digest} if evaluations else {}),
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def conversations_told(recipe: Recipe, models: dict[str, str]) -> dict[str, object]:
    """Return what determines which conversations are let in: the settings, and the tokenizer by its file."""
    if recipe.conversations is None or not recipe.conversations.is_on:
        return {}
    tokenizer = tokenizer_path(recipe)
    told = recipe.conversations.model_copy(update={"tokenizer": models.get(tokenizer) if tokenizer else None}).params
    return {"conversations": told}


@cache
def code_digest() -> str:
    """Return the sha256 of the code and data of ``licet.schemas`` and ``licet.stages``: a change redoes staging."""
    root = Path(licet.__file__).parent
    found = hashlib.sha256()
    for path in sorted(p for room in ("schemas", "stages") for p in (root / room).rglob("*")):
        if path.suffix in {".py", ".json", ".tsv", ".bin", ".npz"} and "__pycache__" not in path.parts:
            found.update(f"{path.relative_to(root)}\n".encode())
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
