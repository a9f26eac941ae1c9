"""What a recipe says of quality: rules on shape, language, classifiers."""

from typing import Literal

from pydantic import Field, field_validator

from licet.schemas.sources import Settings

Profile = Literal[
    "none",
    "basic",
    "gopher",
    "code",
    "gopher@datatrove",
    "fineweb@datatrove",
    "c4@datatrove",
    "c4-fineweb@datatrove",
    "c4@tfds",
    "nemotron-en@curator",
]
"""Published sets of rules."""


class Heuristics(Settings):
    """Rules on a document's shape; `profile` picks a published set, `set` changes single bounds."""

    profile: Profile | list[Profile] = "basic"
    """The rules. Those named `NAME@TOOL` measure by that tool's definitions; several of one tool may be listed."""
    set: dict[str, float] = {}
    """Bounds that differ from the profile's: `{min_words: 20}`."""
    bad_words: str | None = None
    """Path or URL of a list of words, one a line, for the profile c4@tfds; without it that has no rule on bad words."""
    keep_values: bool = True
    """Keep what was measured of every row, let in or not, in `provenance/measures`."""

    @property
    def profiles(self) -> list[Profile]:
        """The profiles in their order."""
        return self.profile if isinstance(self.profile, list) else [self.profile]


BUILT_IN = ("cld2", "resiliparse")
"""Language detectors that need no file."""


class Language(Settings):
    """Language identification of each row."""

    model: str = "cld2"
    """`cld2` or `resiliparse`, which need no file, or the path or URL of a fastText language model, as lid.176."""
    allow: list[str] = []
    """ISO 639-1 codes to keep; empty keeps all."""
    min_score: float = Field(0.0, ge=0, le=1)
    """Rows whose language is less certain are refused."""

    @field_validator("model", mode="before")
    @classmethod
    def _of_older_recipes(cls, given: object) -> object:
        """Take null, which recipes had before there was a choice, for the detector that they then had."""
        return "resiliparse" if given is None else given

    @property
    def path(self) -> str | None:
        """The path or URL of the model's file; null for those that need none."""
        return None if self.model in BUILT_IN else self.model


class Calibration(Settings):
    """What makes a classifier's scores probabilities: `licet train-quality` fits and shows it."""

    scale: float = Field(gt=0, le=1000)
    """What the log-odds of a score are multiplied with."""
    shift: float = Field(ge=-1000, le=1000)
    """What is added to them then."""


class QualityModel(Settings):
    """A fastText classifier."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    """The score's column is `quality_<name>`."""
    path: str
    """A fastText .bin or .ftz: local or any fsspec URL."""
    label: str
    """The label whose probability is the score, without `__label__`."""
    calibration: Calibration | None = None
    """How its scores are made probabilities, so that several models have a common measure; without it they stay."""


class Quality(Settings):
    """Quality classification: a row's score and bucket are the greatest of its models' (as Nemotron-CC's ensemble)."""

    models: list[QualityModel] = []
    cut_points: str | None = None
    """A version with the same models whose buckets are to be this one's: `out/corpus`, `hub/corpus@1.0.0`. Without it
    the 20 buckets of each model are twentieths of this version's own text."""
    min_score: float = Field(0.0, ge=0, le=1)
    """Rows that score below are refused."""
