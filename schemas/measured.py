"""What the heuristics measured of each row that came to them, and how that is shown: one column a measure.

Values are float64, as they were compared: rounded to float32, a value within 1e-8 of its bound could change sides,
and the decision could not be made again from what is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from licet.schemas.manifest import Fact

MEASURED_ROW = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        # With the id it names the row: rows that are named by their content share an id when their texts are equal.
        pa.field("locator", pa.string(), nullable=False),
        # Why the heuristics refused the row: the first rule that it fails. Null let it in.
        pa.field("reason", pa.string()),
    ]
)
"""The columns of `provenance/measures` that stand before those of the measures."""


def measured_schema(measures: Sequence[str]) -> pa.Schema:
    """Return the columns of `provenance/measures` for rules on these measures."""
    return pa.schema([*MEASURED_ROW, *(pa.field(name, pa.float64(), nullable=False) for name in measures)])


@dataclass(frozen=True, kw_only=True)
class Bins:
    """How the values of one rule are counted: by ``edges``, ascending, of which one is the bound itself.

    A value at an edge counts with those on the side that the rule keeps, so that none is counted across the bound.
    """

    rule: str
    measure: str
    bound: float
    is_minimum: bool
    edges: tuple[float, ...]


class Histogram(Fact):
    """How many rows have values below the first edge of a rule, between each two, and above the last."""

    rule: str
    measure: str
    bound: float
    is_minimum: bool
    edges: tuple[float, ...]
    kept: tuple[int, ...]
    """Rows that the heuristics let in."""
    refused: tuple[int, ...]
    """Rows that they refused, for whichever rule."""
