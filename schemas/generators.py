"""Who makes rows: models and the terms that they put on their outputs, as ``licenses/generators.json`` holds them.

The file is reviewed data, and this is its schema: what adds nothing to a row must have been read in the publisher's own
words, what restricts is believed on a quotation, and what nobody has read is listed as such.
"""

import re
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from licet.schemas.license import CLOSED_TIERS, LICENSES_FOLDER, is_known, tier_of

Training = Literal["forbids", "non_commercial", "passes_on", "naming", "allows", "silent"]
"""What terms say of training other models on outputs, the strictest first: they forbid it (all models, or those that
compete), keep it to non-commercial ends, pass their own conditions on to the model, ask that it is named, allow it, or
say nothing."""

Grade = Literal["A", "B", "C"]
"""A: read in the document itself; B: the publisher's own words elsewhere; C: quoted by others."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TermsVersion(_Row):
    """Terms as they stood from a day (null: not known since when) up to another, which is no longer of it."""

    since: date | None
    until: date | None
    training: Training
    grade: Grade
    clause: str
    source: str

    def holds_on(self, day: date) -> bool:
        """Tell whether the version was in force on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


class Terms(_Row):
    """What a publisher asks of outputs, and how that changed.

    ``model_name`` is what the name of a model that was trained on outputs must begin with, ``display`` what must be
    shown, ``notice`` what must stand in a notice file beside copies of the weights.
    """

    id: str
    publisher: str
    kind: Literal["service", "weights"]
    title: str
    url: str
    says: str
    model_name: str | None = None
    display: str | None = None
    notice: str | None = None
    versions: tuple[TermsVersion, ...]

    @property
    def training(self) -> Training:
        """The strictest of what its versions say."""
        return min((version.training for version in self.versions), key=STRICTEST.index)

    def on(self, day: date | None) -> TermsVersion | None:
        """Return the version in force on a day, the strictest without one; null where none that was read held."""
        held = [version for version in self.versions if day is None or version.holds_on(day)]
        return min(held, key=lambda version: STRICTEST.index(version.training), default=None)

    @model_validator(mode="after")
    def _is_sound(self) -> "Terms":
        if not is_known(self.id) or tier_of(self.id) not in CLOSED_TIERS:
            raise ValueError(f"{self.id} is no listed licence that is closed")
        if not self.versions or any(before.until != after.since for before, after in pairwise(self.versions)):
            raise ValueError(f"{self.id}: each version must begin where the one before ends")
        return self


class Family(_Row):
    """Models by the spelling of their names.

    ``pattern`` is looked for anywhere in a name, or must be all of it where it is ``whole``. ``terms`` is null where
    nothing is added, or where nobody has read what is: ``reviewed`` tells which. ``since`` and ``until`` bound the days
    on which outputs were made under what the row says; an output without a day is under no row with ``since``.
    """

    family: str
    pattern: str
    terms: str | None
    whole: bool
    reviewed: bool
    publishers: tuple[str, ...] = ()
    names_publisher: bool = False
    """Whether the publisher must be named: the name alone is that of a service too."""
    weights: str | None = None
    """The licence of the weights; ``none`` for people and programs."""
    training: Training | None = None
    grade: Grade | None = None
    source: str | None = None
    since: date | None = None
    until: date | None = None
    note: str | None = None

    @property
    def is_model(self) -> bool:
        """Whether it is a model at all, not people or a plain program."""
        return self.weights != "none"

    @model_validator(mode="after")
    def _is_sound(self) -> "Family":
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"{self.family}: its pattern is none: {error}") from error
        adds_nothing = self.reviewed and self.terms is None
        if adds_nothing != self.whole:
            raise ValueError(f"{self.family}: what adds nothing, and that alone, must be all of a name")
        if adds_nothing and self.is_model:
            if self.grade not in ("A", "B") or not self.source or not self.publishers:
                raise ValueError(f"{self.family}: what adds nothing must be read in the publisher's own words")
            if self.training not in ("allows", "silent"):
                raise ValueError(f"{self.family}: its terms say more than nothing")
        if not self.reviewed and (self.terms or not self.note):
            raise ValueError(f"{self.family}: what was not read has no terms, and a note")
        return self


class GeneratorTable(_Row):
    """The whole table.

    ``routers`` are names before a model's that say by which program or from which hub it ran, none of them a host with
    terms; ``quantizers`` publish quantised copies under the names of the models.
    """

    version: str
    reviewed_on: date
    source: str
    routers: frozenset[str]
    quantizers: frozenset[str]
    terms: tuple[Terms, ...]
    models: tuple[Family, ...]

    @model_validator(mode="after")
    def _is_sound(self) -> "GeneratorTable":
        ids = [terms.id for terms in self.terms]
        if len(set(ids)) < len(ids) or {family.terms for family in self.models if family.terms} != set(ids):
            raise ValueError("terms must be listed once each, and each be those of a family")
        names = [family.family for family in self.models]
        if len(set(names)) < len(names):
            raise ValueError("families must be listed once each")
        return self


STRICTEST: tuple[Training, ...] = ("forbids", "non_commercial", "passes_on", "naming", "allows", "silent")


@cache
def generator_table() -> GeneratorTable:
    """Return the table that is shipped."""
    return GeneratorTable.model_validate_json((LICENSES_FOLDER / "generators.json").read_text(encoding="utf-8"))


@cache
def output_terms(key: str) -> Terms | None:
    """Return the terms of an id; null where it is that of no publisher's terms."""
    return next((terms for terms in generator_table().terms if terms.id == key), None)
