"""Which language a row is in.

Kept by ``allow: [en]``: "The river runs to the sea …" Refused: "Der Fluss fließt ins Meer …"
(`language_not_allowed`, detail ``de``).

Without a model, resiliparse compares the text's character statistics with those of 101 languages; the distance, its
"out-of-place rank", is 0 for a perfect match and above 1,200 mostly wrong. The score is ``1 - rank / 1200``, so it
falls as the rank grows and is no probability: pages of English prose have about 0.8, a sentence 0.3. Of nine
sentences in nine languages it knew five at 64 characters, and none at 20; so texts below `MIN_LETTERS` characters are
``und``, as are those with no match, which short Chinese, Japanese and Korean texts mostly are. It reads 60 to 70 MB/s
per core; only the beginning and the middle of a long text are looked at. Use a model where languages decide.

With a fastText model (lid.176, GlotLID, NLLB's), the label is the code and its probability the score.
"""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from resiliparse.parse.lang import detect_fast

from licet.schemas.errors import RecipeError
from licet.schemas.ledger import Verdicts
from licet.schemas.quality import Language as Settings
from licet.stages.quality.language_codes import ISO_639_1, two_letters
from licet.stages.quality.models import LABEL, load_model

UNDETERMINED = "und"
"""ISO 639's code for a language that is not known."""
MIN_LETTERS = 64
"""Characters below which the built-in detector is not asked."""
LOOKED_AT = 2048
"""Characters at the beginning, and again in the middle, that are looked at."""
FARTHEST = 1200
"""The rank at which resiliparse gives up."""

LANGUAGE_REASONS = {
    "language_not_allowed": "The row is in a language that `language.allow` does not name.",
    "language_uncertain": "The language's score is below `language.min_score`.",
}

Guess = tuple[str, float]


@dataclass(frozen=True)
class Language:
    """Annotator: ``language`` (ISO 639-1, else 639-3, else ``und``) and ``language_score`` (float32 in [0, 1])."""

    settings: Settings = field(default_factory=Settings)

    def __call__(self, batch: pa.RecordBatch) -> dict[str, pa.Array]:
        """Return both columns for a batch.

        Raises:
            InputError: the model is missing or no fastText classifier.

        """
        texts = excerpts(batch.column("text"))
        guesses = by_rank(texts) if self.settings.model is None else by_model(texts, self.settings.model)
        return {
            "language": pa.array([code for code, _ in guesses], pa.string()),
            "language_score": pa.array([score for _, score in guesses], pa.float32()),
        }


@dataclass(frozen=True)
class LanguageRule:
    """Judge: refuses rows in languages that are not allowed, or not sure enough; reads `Language`'s columns."""

    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        for code in self.settings.allow:
            known = two_letters(code)
            if known != code:
                raise RecipeError(
                    f"`language.allow` names `{code}`: "
                    + (f"write `{known}`" if known in ISO_639_1 else "write an ISO 639 code in lower case, as `en`")
                )

    def __call__(self, batch: pa.RecordBatch) -> Verdicts:
        """Return one verdict a row: a language that is not allowed comes before one that is uncertain."""
        code, score = batch.column("language"), batch.column("language_score").cast(pa.float64())
        allowed = pa.array(self.settings.allow, pa.string())
        foreign = pc.and_(bool(self.settings.allow), pc.invert(pc.is_in(code, value_set=allowed)))
        # As float32, which the score is: 0.65 as float64 is less than 0.65 as float32.
        threshold = float(np.float32(self.settings.min_score))
        unsure = pc.and_(pc.invert(foreign), pc.less(score, threshold))
        nothing = pa.scalar(None, pa.string())
        return Verdicts(
            reason=pc.if_else(foreign, "language_not_allowed", pc.if_else(unsure, "language_uncertain", nothing)),
            value=pc.if_else(unsure, score, pa.scalar(None, pa.float64())),
            threshold=pc.if_else(unsure, self.settings.min_score, pa.scalar(None, pa.float64())),
            detail=pc.if_else(pc.or_(foreign, unsure), code, nothing),
        )


def excerpts(text: pa.Array) -> list[str]:
    """Return what is looked at of each text: its first characters and those from its middle on, in one line."""
    return [
        (f"{line[:LOOKED_AT]} {line[len(line) // 2 :][:LOOKED_AT]}" if len(line) > 2 * LOOKED_AT else line).replace(
            "\n", " "
        )
        for line in pc.fill_null(text, "").to_pylist()
    ]


def by_rank(texts: list[str]) -> list[Guess]:
    """Return the language and score of each text as resiliparse has it."""
    return [_by_rank(text) for text in texts]


def _by_rank(text: str) -> Guess:
    if len(text) < MIN_LETTERS:
        return UNDETERMINED, 0.0
    code, rank = detect_fast(text, cutoff=FARTHEST)
    return (UNDETERMINED, 0.0) if code == "unknown" else (code, 1 - rank / FARTHEST)


def by_model(texts: list[str], path: str) -> list[Guess]:
    """Return the most probable label of each text and its probability; a text without a letter is ``und``."""
    model = load_model(path)
    labels, probabilities = model.predict(texts, k=1)
    return [
        (two_letters(label[0].removeprefix(LABEL)), float(min(max(probability[0], 0.0), 1.0)))
        if len(label) and any(map(str.isalpha, text))
        else (UNDETERMINED, 0.0)
        for text, label, probability in zip(texts, labels, probabilities, strict=True)
    ]
