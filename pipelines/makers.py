"""Who made the rows of a version, kept and refused, with what the terms of models say of training on their outputs.

Counted from the evidence alone, which has how many rows stand under each set of claims.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from licet.schemas.generators import STRICTEST, output_terms
from licet.schemas.manifest import Manifest
from licet.stages import storage
from licet.stages.license.expression import leaves, parse
from licet.stages.license.maker_name import named
from licet.stages.license.reasons import GENERATOR_FORBIDS, GENERATOR_TERMS, UNKNOWN_GENERATOR
from licet.stages.shard.parquet import parquet_input

OF_MAKERS = (GENERATOR_FORBIDS, GENERATOR_TERMS, UNKNOWN_GENERATOR)
"""The reasons that lie in who made a row."""
SAYS = {
    "forbids": "forbid training other models, or those that compete",
    "non_commercial": "allow non-commercial ends only",
    "passes_on": "reach the model that is trained on outputs",
    "naming": "ask that the trained model is named",
    "allows": "allow training",
    "silent": "say nothing of training",
}
"""What terms say of outputs, after their title."""
_NAMELESS = {"generator_label", "generator_unnamed"}
_COLUMNS = ("claims", "reason", "rows_kept", "rows_refused")
SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Maker:
    """Rows of one maker, as statements name it, and what became of them.

    ``terms`` are ids; ``training`` is the strictest of what these say; ``reason`` is that for which rows were refused,
    null where they were not for their maker.
    """

    name: str
    is_model: bool
    is_known: bool
    terms: tuple[str, ...]
    training: str | None
    reason: str | None
    kept: int
    refused: int

    @property
    def says(self) -> str:
        """What is known of its terms, in words."""
        if not self.is_model:
            return "no model"
        if self.reason == UNKNOWN_GENERATOR or (not self.terms and not self.is_known):
            return "not known which model, or what its terms say"
        titles = ", ".join(told.title for key in self.terms if (told := output_terms(key)) is not None)
        return f"{titles}: {SAYS[self.training]}" if self.training else "nothing is asked of outputs"


def makers_of(evidence: Iterable[Mapping[str, Any]]) -> list[Maker]:
    """Return who made the rows under some evidence sets, those of most rows first, without those that name nobody."""
    counts: dict[tuple[Any, ...], list[int]] = {}
    for found in evidence:
        every = [c for c in found["claims"] or () if c["scope"] == "generator"]
        # A label, or a note without a name, says no more where somebody is named.
        claims = [c for c in every if not {*(c["flags"] or ())} & _NAMELESS] or every
        if not claims:
            continue
        names = ", ".join(dict.fromkeys(named(c["kind"], c["snippet"] or "") for c in claims))
        terms = sorted({leaf for c in claims for leaf in _ids(c["expression"])})
        is_model = any({*(c["flags"] or ())} - {"programmed"} for c in claims)
        is_known = not any("unknown_generator" in (c["flags"] or ()) for c in claims)
        reason = found["reason"] if found["reason"] in OF_MAKERS else None
        entry = counts.setdefault((names, is_model, is_known, tuple(terms), reason), [0, 0])
        entry[0] += found["rows_kept"]
        entry[1] += found["rows_refused"]
    makers = [
        Maker(
            name=name,
            is_model=is_model,
            is_known=is_known,
            terms=terms,
            training=_strictest(terms),
            reason=reason,
            kept=kept,
            refused=refused if reason else 0,
        )
        for (name, is_model, is_known, terms, reason), (kept, refused) in counts.items()
    ]
    return sorted(
        (maker for maker in makers if maker.kept or maker.refused), key=lambda m: (-m.kept - m.refused, m.name, m.terms)
    )


def makers_in(folder: str, manifest: Manifest) -> list[Maker]:
    """Return who made the rows of a version whose evidence is written; none of documents that were all let in by it."""
    refused = {told.reason for stage in manifest.stages for told in stage.refused}
    if manifest.dataset.kind != "posttrain" and not refused & {*OF_MAKERS}:
        return []
    return makers_of(_evidence(folder, manifest))


def _evidence(folder: str, manifest: Manifest) -> Iterator[dict[str, Any]]:
    for entry in manifest.files:
        if entry.role == "evidence":
            with parquet_input(storage.join(folder, entry.path)) as file:
                for group in range(file.metadata.num_row_groups):
                    yield from file.read_row_group(group, columns=list(_COLUMNS), use_threads=False).to_pylist()


def refused_in_words(makers: Sequence[Maker]) -> str:
    """Return how many rows were refused for their makers, in a sentence; empty where none was."""
    forbidden = sum(maker.refused for maker in makers if maker.reason == GENERATOR_FORBIDS)
    bound = sum(maker.refused for maker in makers if maker.reason == GENERATOR_TERMS)
    unknown = sum(maker.refused for maker in makers if maker.reason == UNKNOWN_GENERATOR)
    told = [
        f"{rows:,} {'row was' if rows == 1 else 'rows were'} refused: {why}"
        for rows, why in (
            (forbidden, "made with a model whose terms forbid it"),
            (bound, "made with a model whose terms bind what is trained on its outputs"),
            (unknown, "made by a model that is not known, or whose terms are not"),
        )
        if rows
    ]
    return "; ".join(told)


def _ids(expression: str | None) -> list[str]:
    node = parse(expression or "")
    return [leaf.id for leaf in leaves(node)] if node is not None else []


def _strictest(terms: Sequence[str]) -> str | None:
    found = [told.training for key in terms if (told := output_terms(key)) is not None]
    return min(found, key=STRICTEST.index) if found else None
