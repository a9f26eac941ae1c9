"""What a recipe says of evaluation sets that its rows must not hold, and the table of what was found of them."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa
from pydantic import Field, field_validator, model_validator

from licet.schemas.sources import NAME, Settings

CONTAMINATION_PATH = "provenance/contamination.parquet"

CONTAMINATION = pa.schema(
    [
        # A row that came to the stage, kept or refused there or later, and where in it the words stand: characters of
        # its text, or of the message or arguments that `place` names ("messages[1]", "chosen[0].reasoning_content",
        # "messages[1].tool_calls[0].function.arguments"; null for documents).
        pa.field("id", pa.string(), nullable=False),
        pa.field("locator", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("place", pa.string()),
        pa.field("start", pa.int64(), nullable=False),
        pa.field("end", pa.int64(), nullable=False),
        # The evaluation set by the recipe's name, the item by its own, the field of the item; the first and the end
        # of its words that were found.
        pa.field("set", pa.string(), nullable=False),
        pa.field("item", pa.string(), nullable=False),
        pa.field("field", pa.string(), nullable=False),
        pa.field("item_start", pa.int32(), nullable=False),
        pa.field("item_end", pa.int32(), nullable=False),
        # Words of the item that were found, of those that count; the share is the one by the other.
        pa.field("words_found", pa.int32(), nullable=False),
        pa.field("words_counted", pa.int32(), nullable=False),
        pa.field("share", pa.float64(), nullable=False),
        # The share from which on rows are contaminated, and whether this row was refused for it.
        pa.field("threshold", pa.float64(), nullable=False),
        pa.field("is_refused", pa.bool_(), nullable=False),
        # Of the row's words from start to end, in lower case with a space between two.
        pa.field("words_sha256", pa.string(), nullable=False),
    ]
)
"""The columns of `provenance/contamination.parquet`: for each row, place and item the best match that is reported."""


class EvaluationSet(Settings):
    """Items that must not be learnt: the questions and answers of a benchmark."""

    name: str = Field(pattern=NAME)
    """Short name, by which ledger and report call it."""
    paths: list[str] = Field(min_length=1)
    """JSON, JSON Lines (plain, gzip, zstd), Parquet or CSV files, folders or globs; local or any fsspec URL."""
    fields: list[str] = []
    """Which fields of an item are looked for, each for itself: `[question, answer]`; empty takes all strings."""
    id_field: str | None = None
    """What an item is called by; without it `task_id`, `question_id`, `qid`, `uid` or `id`, else file and row."""
    answers: list[str] = [
        "answer",
        "answers",
        "canonical_solution",
        "choices",
        "options",
        "solution",
        "solutions",
        "test",
    ]
    """Fields that are answers: one that stands alone, without its question, contaminates a row only from
    `answer_words` words on. Where `fields` names only such, none of them is taken for an answer."""
    min_shares: dict[str, float] = {}
    """Fields whose least share differs from `min_share`: `{answer: 0.9}`."""

    @field_validator("paths", "fields", "answers", mode="before")
    @classmethod
    def _one(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    def is_answer(self, field: str) -> bool:
        """Tell whether a field is an answer beside the questions that are looked for."""
        return field in self.answers and not (self.fields and set(self.fields) <= set(self.answers))

    @model_validator(mode="after")
    def _of_its_fields(self) -> "EvaluationSet":
        if len(set(self.fields)) < len(self.fields):
            raise ValueError(f"evaluation set {self.name}: `fields` names one twice")
        if self.fields and (unknown := sorted(set(self.min_shares) - set(self.fields))):
            raise ValueError(f"evaluation set {self.name}: `min_shares` names {unknown[0]}, which `fields` does not")
        for field, share in self.min_shares.items():
            if not 0 < share <= 1:
                raise ValueError(f"evaluation set {self.name}: `min_shares.{field}` is {share}: give a share up to 1")
        return self


class Decontaminate(Settings):
    """Rows that hold items of evaluation sets: found by runs of words, refused or flagged, always on record."""

    against: list[EvaluationSet] = []
    """The evaluation sets; without any, nothing is looked for."""
    ngram: int = Field(8, ge=5, le=64)
    """Words in a run that must be the same: 8 as in Tulu 3 (Lambert et al. 2024). Of the questions of GSM8K with
    each tenth word changed, runs of 8 find four fifths; runs of 13, as in GPT-3 (Brown et al. 2020), find half."""
    min_share: float = Field(0.5, gt=0, le=1)
    """The least share of an item's words within such runs, near each other, that makes a row contaminated: one half
    as in Tulu 3."""
    least_words: int = Field(13, ge=1)
    """Words of an item that must be found besides, or all of an item that has fewer: 13, GPT-3's run."""
    report_share: float = Field(0.25, gt=0, le=1)
    """The least share that is put on record, whether or not the row is refused."""
    min_words: int = Field(8, ge=4, le=64)
    """Words from which on a field is looked for: 8 as the least N of GPT-3. One of fewer words cannot be told from
    chance and is counted as not looked for; one of fewer than `ngram` is looked for as a whole."""
    max_items: int = Field(3, ge=1)
    """Runs of words that more items of a set share are its boilerplate, and do not count."""
    answer_words: int = Field(50, ge=1)
    """Words of an answer that tell of it without its question: the longest idiom that real code had in common
    with answers of HumanEval has 26, the longest list 47."""
    on_hit: Literal["refuse", "flag"] = "refuse"
    """Whether contaminated rows are refused, or kept and put on record only."""

    @model_validator(mode="after")
    def _fitting(self) -> "Decontaminate":
        names = [each.name for each in self.against]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two evaluation sets are named {', '.join(twice)}: names must differ")
        if self.min_words > self.ngram:
            raise ValueError(f"`min_words` is {self.min_words} and `ngram` {self.ngram}: the first must not be greater")
        least = min([self.min_share, *(share for each in self.against for share in each.min_shares.values())])
        if self.report_share > least:
            raise ValueError(
                f"`report_share` is {self.report_share} and the least share that is refused {least}: what is refused"
                " must be on record too, so set `report_share` no higher"
            )
        return self

    def threshold(self, name: str, field: str) -> float:
        """Return the share from which on a field of a set's item contaminates a row."""
        return next((s.min_shares.get(field, self.min_share) for s in self.against if s.name == name), self.min_share)

    def contaminating(self, matches: Sequence[Mapping[str, Any]]) -> list[bool]:
        """Tell which of the matches on record of one row, as rows of `CONTAMINATION`, contaminate it."""
        sets = {each.name: each for each in self.against}
        is_answer = [match["set"] in sets and sets[match["set"]].is_answer(match["field"]) for match in matches]
        asked = {(m["set"], m["item"]) for m, answers in zip(matches, is_answer, strict=True) if not answers}
        return [
            match["share"] >= match["threshold"]
            and match["words_found"] >= min(self.least_words, match["words_counted"])
            and (not answers or (match["set"], match["item"]) in asked or match["words_found"] >= self.answer_words)
            for match, answers in zip(matches, is_answer, strict=True)
        ]
