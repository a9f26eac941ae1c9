"""What a recipe says of the mixture: how much of each group of rows a version is to hold."""

import math
from typing import Any, Literal, get_args

from pydantic import Field, field_validator, model_validator

from licet.schemas.sources import Settings

Column = Literal["source", "category", "license", "language", "generator"]
"""Columns that rows may be grouped by."""
COLUMNS: tuple[Column, ...] = get_args(Column)
OF_CONVERSATIONS: tuple[Column, ...] = ("category", "generator")
"""Those that documents do not have."""
NO_VALUE = "(none)"
"""What the group of rows without a value is called."""
JOINT = " / "
"""What stands between the values of a group by several columns."""
DRAW = "blake2b-64/1"
"""How rows draw their numbers; another name whenever they draw others."""


class Balance(Settings):
    """How much of each group of rows stays: by caps, or by weights as of a blend; off unless something is set."""

    by: Column | list[Column] = "source"
    """What groups rows: `source`, `category`, `license`, `language`, `generator`, or several, whose groups are named
    `web / math`; rows without a value are the group `(none)`."""
    unit: Literal["rows", "tokens", "bytes"] = "rows"
    """What is counted: rows, tokens (`token_count`) or UTF-8 bytes of text."""
    caps: dict[str, int] = {}
    """The most of each group, in units: `{web: 100000}`. Groups that are not named are bounded by `default` alone."""
    weights: dict[str, float] = {}
    """The share of each group, in any measure: `{math: 3, code: 2}`. Groups without a weight leave."""
    default: float | None = Field(None, ge=0)
    """The cap, or with `weights` the weight, of each group that is not named."""
    total: int | None = Field(None, ge=0, lt=2**53)
    """The most of all groups together, in units. Weights without it are met in full, so that the group with the least
    for its weight sets the size; with it, a group that has too little is told, with how often it has to be read."""
    max_share: float | None = Field(None, gt=0, le=1)
    """The largest share that a group may have of what stays; not with `weights`."""
    keep: Literal["random", "quality"] = "random"
    """Which rows stay: those that draw the lowest numbers, or those of the best `quality_score`."""
    seed: int = Field(0, ge=0, lt=2**63)
    """Which numbers are drawn. A row's number depends on this, its text and its id alone."""
    shortfall: Literal["note", "error"] = "note"
    """Whether a run fails when a group has less than its weight asks for, or when a group that is named has no row."""

    @field_validator("by")
    @classmethod
    def _each_once(cls, by: Column | list[Column]) -> Column | list[Column]:
        if isinstance(by, list) and len(set(by)) != len(by):
            raise ValueError(f"a column is named twice: {', '.join(by)}")
        if isinstance(by, list) and not by:
            raise ValueError(f"name at least one column: {', '.join(COLUMNS)}")
        return by

    @field_validator("caps")
    @classmethod
    def _not_negative(cls, caps: dict[str, int]) -> dict[str, int]:
        for name, cap in caps.items():
            if not 0 <= cap < 2**53:
                raise ValueError(f"the cap of {name} is {cap}: it must be 0 or more")
        return caps

    @field_validator("weights")
    @classmethod
    def _finite(cls, weights: dict[str, float]) -> dict[str, float]:
        for name, weight in weights.items():
            if not (math.isfinite(weight) and weight >= 0):
                raise ValueError(f"the weight of {name} is {weight}: it must be 0 or more")
        if weights and not any(weights.values()):
            raise ValueError("no group has a weight above 0, so that nothing would stay")
        return weights

    @model_validator(mode="after")
    def _of_one_kind(self) -> "Balance":
        if self.caps and self.weights:
            raise ValueError("`caps` and `weights` cannot both be set: a weight says how much a group has at most, too")
        if self.weights and self.max_share is not None:
            raise ValueError("`max_share` cannot be set beside `weights`, which say what share each group has")
        if self.default is not None and not self.weights and not self.default.is_integer():
            raise ValueError(f"`default` is {self.default}, but without `weights` it is a cap: write a whole number")
        return self

    @property
    def is_on(self) -> bool:
        """Whether any row may have to leave."""
        return bool(self.caps or self.weights) or any(
            bound is not None for bound in (self.default, self.total, self.max_share)
        )

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that rows are grouped by."""
        return tuple(self.by) if isinstance(self.by, list) else (self.by,)

    @property
    def params(self) -> dict[str, Any]:
        """What the manifest says that the stage was set to: how numbers are drawn, and the settings."""
        return {"draw": DRAW, **self.model_dump(mode="json")}
