"""What rests on weak or odd evidence, by how much of the data does."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from licet.pipelines.audit.screen import item, number
from licet.pipelines.audit.version import Audited
from licet.pipelines.audit.words import GRADES, flag_in_words


@dataclass(frozen=True)
class Doubt:
    """A reason to look at some rows by hand."""

    doubt: str
    in_words: str
    rows: int
    tokens: int
    example: str


@dataclass(frozen=True)
class Unknown:
    """The doubts, those on most tokens first; a row may be under several."""

    doubts: list[Doubt]
    rows: int
    tokens: int

    def summary(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return asdict(self)


def unknown(version: Audited) -> Unknown:
    """Return what the evidence of kept rows leaves to be desired: weak grades, bare declarations, flags."""
    doubts = version.rows(
        """
        with used as (
            select evidence_id, count(*) as n, sum(token_count) as tokens, min(row_id) as example
            from rows group by all
        ), odd as (
            select evidence_id, 'grade ' || grade as doubt from evidence where grade in ('D', 'E', 'F')
            union all
            select evidence_id, 'declared only' from evidence
            where len([c for c in coalesce(claims, [])
                if c.expression is not null and c.scope not in ('collection', 'credit', 'use')]) = 0
            union all
            select evidence_id, unnest(flags) from evidence
        )
        select doubt, sum(n)::bigint as n, sum(tokens)::bigint as tokens, min(example) as example
        from odd join used using (evidence_id) group by doubt order by tokens desc, doubt
        """
    )
    whole = version.rows("select count(*) as n, coalesce(sum(token_count), 0)::bigint as tokens from rows")[0]
    found = [Doubt(d["doubt"], doubt_in_words(d["doubt"]), d["n"], d["tokens"] or 0, d["example"]) for d in doubts]
    return Unknown(found, whole["n"], whole["tokens"])


def doubt_in_words(doubt: str) -> str:
    """Return a doubt as a person would say it."""
    if doubt.startswith("grade "):
        return GRADES.get(doubt.removeprefix("grade "), doubt)
    if doubt == "declared only":
        return "only the recipe's author or a dataset card says so, nothing that lies with the rows does"
    return flag_in_words(doubt)


def in_lines(found: Unknown) -> Iterator[str]:
    """Yield the answer as lines."""
    if not found.doubts:
        yield "Every licence rests on evidence of grade C or better, with nothing odd about it"
    for doubt in found.doubts:
        part = 100 * doubt.tokens / found.tokens if found.tokens else 0
        yield f"{number(doubt.rows, 'row')}, {part:.1f} % of the tokens: {doubt.doubt}"
        yield from item(f"{doubt.in_words}, such as {doubt.example}", 2)
