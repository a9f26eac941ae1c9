"""The stage that refuses what was retracted: it stands after the licence stage, where rows have their credits.

Rows that no licence lets in are gone by then, so likeness is measured on what would be published only.
"""

from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa

from licet.schemas.ledger import Verdicts
from licet.schemas.rows import CHAT
from licet.stages.contract import sha256_of
from licet.stages.retract.match import Columns, Match, Matcher
from licet.stages.retract.rules import Rule, read_rules

STAGE = "retractions"
"""A run that honours the retractions of other versions."""
RETRACTED_LATER = "retract"
"""`licet retract`, which takes rows out of a finished version."""
RETRACTED = "retracted"

REASONS = {
    RETRACTED: "The row, or what it resembles, was retracted; detail is the request, value and threshold are the"
    " similarity where the text resembles a retracted one.",
}


def in_words(rule: Rule, similarity: float | None = None) -> str:
    """Return what the ledger says of a rule that a row meets: the request, and how the row meets it."""
    origin = f" ({rule['because']})" if rule["because"] else ""
    likeness = f"{similarity:.3f} like " if similarity is not None and similarity < 1 else ""
    return f"{rule['reference']}: {likeness}{rule['kind']} {rule['value']}{origin}, out since {rule['effective']}"


@dataclass(frozen=True)
class Retracted:
    """A judge that refuses the rows which meet a rule of the file at ``path``.

    A rule on a sha256 is met by a conversation whose content it is of, and by one whose text it is of: that is what
    versions of an earlier Licet have, and what somebody can tell who has the words alone.
    """

    path: str

    def __call__(self, batch: pa.RecordBatch) -> Verdicts:
        """Return `RETRACTED` for each row that meets a rule."""
        matcher = _matcher(self.path)
        columns = Columns(
            ids=batch.column("id"),
            urls=batch.column("url"),
            contents=batch.column("content_sha256"),
            attributions=batch.column("attribution"),
            texts=batch.column("text") if matcher.looks_at_texts else None,
        )
        found = matcher.matches(columns)
        if CHAT.names[0] in batch.schema.names:
            found = {**matcher.of_contents(sha256_of(batch.column("text"))), **found}
        return verdicts(batch.num_rows, found, matcher)


def verdicts(rows: int, found: dict[int, Match], matcher: Matcher) -> Verdicts:
    """Return the verdicts on rows of which those found meet a rule."""
    told = {row: (match, matcher.rule(match)) for row, match in found.items()}

    def column(kind: pa.DataType, values: dict[int, object]) -> pa.Array:
        return pa.array([values.get(row) for row in range(rows)], kind)

    return Verdicts(
        reason=column(pa.string(), dict.fromkeys(told, RETRACTED)),
        value=column(pa.float64(), {row: match.similarity for row, (match, _) in told.items()}),
        threshold=column(
            pa.float64(), {r: rule["threshold"] for r, (match, rule) in told.items() if match.similarity is not None}
        ),
        detail=column(pa.string(), {row: in_words(rule, match.similarity) for row, (match, rule) in told.items()}),
    )


@lru_cache(maxsize=4)
def _matcher(path: str) -> Matcher:
    return Matcher(read_rules(path))
