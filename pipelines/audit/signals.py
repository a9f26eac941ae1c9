"""Which reservations and preferences on use the origins of kept rows state, apart from any licence."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from licet.pipelines.audit.version import Audited


@dataclass(frozen=True)
class Signal:
    """One wording, where pages have it, and of how many kept rows."""

    said: str
    place: str
    rows: int
    example: str


@dataclass(frozen=True)
class Signals:
    """What origins state, those of most rows first; ``policy`` says whether the policy records or honours them."""

    policy: str
    signals: list[Signal]

    def summary(self) -> dict[str, Any]:
        """Return the answer as JSON values."""
        return asdict(self)


def signals(version: Audited) -> Signals:
    """Return the usage signals in the evidence of kept rows."""
    found = version.rows(
        "with heard as (select evidence_id, unnest(claims) as claim from evidence) select claim.snippet as said,"
        " regexp_extract(claim.locator, '#.*$') as place, count(*) as n, min(r.row_id) as example from heard join"
        " rows r using (evidence_id) where claim.kind = 'usage_signal' group by all order by n desc, said, place"
    )
    return Signals(version.policy.signals, [Signal(s["said"], s["place"], s["n"], s["example"]) for s in found])


def in_lines(found: Signals) -> Iterator[str]:
    """Yield the answer as lines."""
    yield (
        "The policy honours them"
        if found.policy == "honour"
        else "The policy records them and refuses nothing for them"
    )
    for one in found.signals:
        yield f"  {one.rows:>10,} rows  {one.said} ({one.place or 'in its evidence'}), such as {one.example}"
    if not found.signals:
        yield "  no kept row's origin states any"
