"""What a recipe says of duplicates."""

from typing import Any, Literal

from pydantic import Field, model_validator

from licet.schemas.sources import Settings

Shingles = Literal["words", "characters"]
Compared = Literal["text", "prompts", "answers", "both"]
Preference = Literal["evidence", "quality", "length", "source", "newest", "oldest"]

SIZES = {"words": 5, "characters": 24}
"""The usual sizes of shingles: 5 words as in datatrove and FineWeb, 24 characters as in NeMo Curator."""

NO_PART_IN_FINGERPRINTS = {"enabled", "threshold", "frame_rows", "keep", "against", "index"}
"""Settings that say what becomes of fingerprints, and not what they are."""


class Dedup(Settings):
    """Exact and near duplicates in one pass; every removal is verified against the row that stays."""

    enabled: bool = True
    """Whether duplicates are looked for at all."""
    compare: Compared = "text"
    """What of a row is compared: its `text`; of a conversation `prompts` (what is said to the assistant), `answers`
    (what it says), or `both`, each of which has to be alike. Posttrain recipes compare `both` unless they say
    otherwise."""
    shingles: Shingles = "words"
    """What a shingle is made of: `words`, or `characters` with white space collapsed and ASCII letters folded."""
    shingle_size: int = Field(5, ge=1, le=64)
    """Words in a shingle, 5 as in datatrove and FineWeb; or characters, 24 as in NeMo Curator unless said otherwise."""
    bands: int = Field(14, ge=1, le=256)
    """Bands of a signature: two rows that agree in any are compared."""
    rows_per_band: int = Field(8, ge=1, le=64)
    """14 bands of 8 rows as in FineWeb: of the pairs at Jaccard 0.8, 92 % become candidates."""
    threshold: float = Field(0.8, gt=0, le=1)
    """The least exact Jaccard similarity of shingle sets at which a row is a duplicate of the one that stays."""
    frame_rows: int | None = Field(None, ge=2)
    """From how many rows on a shingle that rows alike have in common is a frame and does not count: for texts made by
    a template, as function calls behind one list of tools. 100 is a choice; without it texts are compared whole."""
    keep: list[Preference] = ["evidence", "quality", "length"]
    """Which of two alike stays, the first that tells them apart: the better `evidence` of its licence, and the stricter
    terms where that is equal (always first); the higher `quality` score; the greater `length`; the `source` that the
    recipe lists first; the `newest` or the `oldest` date. At last, the lesser id."""
    seed: int = Field(1, ge=0, lt=2**32)
    """Seed of the permutations, datasketch's default."""
    against: list[str] = []
    """Versions whose rows count as there already: `out/corpus`, `hub/corpus@1.0.0`, `hf://datasets/org/corpus@1.0.0`.
    A row that one of them holds, or one as similar as the threshold, is refused; theirs are not published again."""
    index: bool = True
    """Whether the version carries the fingerprints of its rows, by which a later run holds its own against them."""

    @model_validator(mode="before")
    @classmethod
    def _with_size(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        if "shingle_words" in given:
            raise ValueError("`shingle_words` is now called `shingle_size`, of `shingles: words`: rename the key")
        if True in given or "on" in given:
            raise ValueError("what of rows is compared is set by `compare`, not `on`, which YAML takes for true")
        size = SIZES.get(str(given.get("shingles")))
        return {**given, "shingle_size": size} if size and "shingle_size" not in given else given

    @model_validator(mode="after")
    def _ordered(self) -> "Dedup":
        if not self.keep or self.keep[0] != "evidence":
            raise ValueError(
                "`keep` begins with `evidence`: were another copy to stay, a licence could be laundered by a duplicate"
            )
        if twice := sorted({name for name in self.keep if self.keep.count(name) > 1}):
            raise ValueError(f"`keep` names {', '.join(twice)} twice")
        if "newest" in self.keep and "oldest" in self.keep:
            raise ValueError("`keep` names both `newest` and `oldest`: choose one")
        return self

    @property
    def words(self) -> int:
        """Words in the shingles by which retracted texts are known again: those of the recipe, 5 where it has none."""
        return self.shingle_size if self.shingles == "words" else SIZES["words"]

    @model_validator(mode="after")
    def _compared_at_all(self) -> "Dedup":
        if self.against and not self.enabled:
            raise ValueError("`against` names versions to hold rows against, and `enabled: false` compares none")
        return self

    @property
    def of_fingerprints(self) -> dict[str, Any]:
        """The settings on which fingerprints depend."""
        return self.model_dump(mode="json", exclude=NO_PART_IN_FINGERPRINTS)
