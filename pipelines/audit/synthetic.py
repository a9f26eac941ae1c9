"""Which rows models made, and on which terms for what they put out."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from licet.pipelines.audit.version import Audited
from licet.pipelines.makers import Maker, makers_in, refused_in_words
from licet.stages.license.generators import read_generator


@dataclass(frozen=True)
class Made:
    """Rows of one maker; ``terms`` are null where its publisher asks nothing of outputs."""

    generator: str
    is_model: bool
    terms: str | None
    license: str | None
    rows: int


@dataclass(frozen=True)
class Synthetic:
    """The makers of rows, those of most rows first; rows that name none are ``unsaid``."""

    makers: list[Made]
    unsaid: int
    refused: list[Maker] = field(default_factory=list)
    """The makers for whom rows were refused, those of most rows first."""

    def summary(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return asdict(self)


def synthetic(version: Audited) -> Synthetic:
    """Return who made the rows, as far as they or the recipe say."""
    refused = [maker for maker in makers_in(version.folder, version.manifest) if maker.refused]
    if not version.is_chat:
        return Synthetic([], version.manifest.rows.count, refused)
    found = version.rows(
        "select generator, generator_terms as terms, license, count(*) as n from rows group by all"
        " order by n desc, generator, license"
    )
    return Synthetic(
        [
            Made(row["generator"], read_generator(row["generator"]).is_model, row["terms"], row["license"], row["n"])
            for row in found
            if row["generator"] is not None
        ],
        sum(row["n"] for row in found if row["generator"] is None),
        refused,
    )


def in_lines(found: Synthetic) -> Iterator[str]:
    """Yield the answer as lines."""
    models = sum(made.rows for made in found.makers if made.is_model)
    yield f"{models:,} rows say that a model made them, {found.unsaid:,} say nothing of who did"
    for made in found.makers:
        terms = f"terms for outputs: {made.terms}" if made.terms else "no terms for outputs"
        told = f"{made.generator} ({terms})" if made.is_model else f"{made.generator} (no model)"
        yield f"  {made.rows:>10,} rows  {told}: {made.license}"
    if found.refused:
        yield refused_in_words(found.refused)
    for maker in found.refused:
        yield f"  {maker.refused:>10,} rows  {maker.name} ({maker.says})"
