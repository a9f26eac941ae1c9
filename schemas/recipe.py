"""The recipe: what to build, written by a person in YAML and checked before anything runs.

Unknown keys are errors that name the nearest valid key; every setting has a default that is stated here, with its
source where it is a number. Relative paths are taken from the folder of the recipe file.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from licet.schemas.balance import OF_CONVERSATIONS, Balance
from licet.schemas.conversations import Conversations
from licet.schemas.decontamination import Decontaminate
from licet.schemas.dedup import Dedup
from licet.schemas.errors import RecipeError
from licet.schemas.masking import Masking
from licet.schemas.mistakes import told
from licet.schemas.quality import Heuristics, Language, Quality
from licet.schemas.runner import Runner
from licet.schemas.sources import NAME, Settings, Source

MB = 1_000_000


class Shards(Settings):
    """How a version is cut into Parquet files."""

    target_bytes: int = Field(256 * MB, ge=4096, lt=2**53)
    """Bytes of text in a shard before compression; 200-500 MB files suit hubs and viewers."""
    row_group_bytes: int = Field(64 * MB, ge=4096, lt=2**53)
    """Bytes of text in a row group before compression; viewers want 100 MB at most in memory."""
    compression_level: int = Field(3, ge=1, le=22)
    """Level of zstd."""


class Limits(Settings):
    """Bounds that keep memory and damage small."""

    split_bytes: int = Field(64 * MB, ge=1, lt=2**53)
    """Largest unit of input work, as stored."""
    batch_bytes: int = Field(16 * MB, ge=1, lt=2**53)
    """Text that travels together; what bounds a worker's memory."""
    max_row_bytes: int = Field(16 * MB, ge=1, lt=2**53)
    """Rows above it are refused as `too_large`, unread."""
    max_error_share: float = Field(0.05, ge=0, le=1)
    """The run fails when more than this share of the rows ended in errors."""


class About(Settings):
    """Who makes the dataset: for the papers that a version comes with, which leave out what is not said here."""

    creator: str | None = Field(None, min_length=1)
    """The person or organisation that makes the dataset."""
    homepage: str | None = Field(None, pattern=r"^https?://\S+$")
    """The public address of the dataset."""
    published: date | None = None
    """The day on which it is published, as YYYY-MM-DD; nothing else in a version knows of time."""


class Recipe(Settings):
    """A whole recipe."""

    name: str = Field(pattern=NAME)
    """The dataset's name."""
    kind: Literal["pretrain", "posttrain"]
    """What the rows are: documents (`pretrain`) or conversations and preferences (`posttrain`)."""
    description: str = ""
    """What the dataset is, for its card."""
    about: About = About()
    """Who makes it, where it is at home, when it is published."""
    sources: list[Source] = Field(min_length=1)
    """Where the rows come from; each has a `type`."""
    policy: str = "open-definition-2.1"
    """A preset's name, or the path of a policy file."""
    retractions: list[str] = []
    """Versions whose retractions hold here too, or files of retractions: `out/corpus`, `hub/corpus@1.0.1`."""
    mask: Masking = Masking()
    """Personal data and secrets to be replaced in texts."""
    conversations: Conversations | None = None
    """Rules on the turns, tool calls and answers of post-training rows; documents have none. Left out, those of
    `structure` hold."""
    heuristics: Heuristics = Heuristics()
    """Rules on a row's shape."""
    language: Language = Language()
    """The language of each row, and which to keep."""
    decontaminate: Decontaminate = Decontaminate()
    """Evaluation sets whose items rows must not hold."""
    dedup: Dedup = Dedup()
    """Exact and near duplicates."""
    quality: Quality = Quality()
    """Classifiers that score each row."""
    balance: Balance = Balance()
    """The mixture: how much of each source, category, licence, language or generator stays."""
    shards: Shards = Shards()
    """How the version is cut into files."""
    limits: Limits = Limits()
    """Bounds on memory and errors."""
    output: str = "out/{name}"
    """Where the finished version is written."""
    work: str = "{output}.work"
    """Where staging is kept, so that a rerun goes on where the last one stopped."""
    allow_empty: bool = False
    """Whether a run that keeps no row is a success."""
    runner: Runner = Runner()
    """Where it runs, and Beam's options for it by their names."""

    @model_validator(mode="before")
    @classmethod
    def _as_of_its_kind(cls, given: Any) -> Any:
        """Let conversations be judged, and compared by prompts and answers, where the recipe says nothing else."""
        if not isinstance(given, dict) or given.get("kind") != "posttrain":
            return given
        given = {"conversations": {}, **given}
        dedup = given.get("dedup", {})
        if isinstance(dedup, Dedup) and "compare" not in dedup.model_fields_set:
            return {**given, "dedup": dedup.model_copy(update={"compare": "both"})}
        if isinstance(dedup, dict) and "compare" not in dedup:
            return {**given, "dedup": {**dedup, "compare": "both"}}
        return given

    @model_validator(mode="after")
    def _whole(self) -> "Recipe":
        if self.kind == "pretrain" and self.dedup.compare != "text":
            raise ValueError(
                f"`dedup.compare` is {self.dedup.compare}, but documents have neither prompts nor answers: leave it out"
            )
        if self.kind == "pretrain" and self.conversations is not None:
            raise ValueError("`conversations` has rules on turns, but documents have none: leave it out")
        self._check_balance()
        names = [source.name for source in self.sources]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two sources are named {', '.join(twice)}: names must differ")
        for source in self.sources:
            if (source.type == "chat") != (self.kind == "posttrain"):
                raise ValueError(
                    f"source {source.name} is of type {source.type}, which a {self.kind} recipe does not take:"
                    " chat sources make posttrain recipes, all others pretrain"
                )
        return self

    def _check_balance(self) -> None:
        balance = self.balance
        lacking = [name for name in balance.columns if name in OF_CONVERSATIONS]
        if self.kind == "pretrain" and lacking:
            raise ValueError(f"`balance.by` is {lacking[0]}, but documents have no such column: group them by another")
        if balance.keep == "quality" and not self.quality.models:
            raise ValueError("`balance.keep` is quality, but there is no model to score by: name one under `quality`")
        if balance.columns == ("source",):
            known = {source.name for source in self.sources}
            if unknown := sorted({*balance.caps, *balance.weights} - known):
                raise ValueError(
                    f"`balance` names {unknown[0]}, which is none of the sources: {', '.join(sorted(known))}"
                )

    def with_paths_resolved(self) -> "Recipe":
        """Return the recipe with ``output`` and ``work`` filled in.

        Raises:
            RecipeError: one of them has other braces than those that are filled in.

        """
        try:
            output = self.output.format(name=self.name)
            work = self.work.format(name=self.name, output=output.rstrip("/"))
        except (LookupError, ValueError, AttributeError) as error:
            told = "`output` may have {name} and `work` {name} and {output} to be filled in, and no other braces"
            raise RecipeError(told) from error
        return self.model_copy(update={"output": output, "work": work})


def load_recipe(path: str | Path) -> Recipe:
    """Return the recipe in a YAML file.

    Raises:
        RecipeError: the file is missing, is not YAML, or does not fit; the message has one line for each mistake.

    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path} is not a recipe: it is not UTF-8 text") from error
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or error
        raise RecipeError(f"cannot read the recipe {path}: {told}") from error
    return parse_recipe(text, str(path))


def parse_recipe(text: str, name: str = "recipe") -> Recipe:
    """Return the recipe in a YAML text; ``name`` is what errors call it."""
    try:
        found = yaml.safe_load(text)
        json.dumps(found, ensure_ascii=False, default=str).encode()
    except RecursionError as error:
        raise RecipeError(f"{name} is not a recipe: it is nested too deeply") from error
    except (yaml.YAMLError, ValueError, TypeError) as error:
        raise RecipeError(f"{name} is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(found, dict):
        raise RecipeError(f"{name} is not a recipe: its top level must be keys and values, as in `name: my-corpus`")
    try:
        return Recipe.model_validate(found)
    except ValidationError as error:
        lines = [told(problem, Recipe) for problem in error.errors(include_url=False)]
        raise RecipeError("\n".join(f"{name}: {line}" for line in lines)) from error
