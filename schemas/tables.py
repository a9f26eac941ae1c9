"""The tables of a version, by their role in its manifest."""

import pyarrow as pa

from licet.schemas.decontamination import CONTAMINATION
from licet.schemas.evidence import COUNTED_EVIDENCE, STATEMENTS
from licet.schemas.ledger import LEDGER, OBJECTED
from licet.schemas.manifest import INPUTS, Role
from licet.schemas.rows import CONVERSATION, DOCUMENT, of_config

CLUSTERS = pa.schema(
    [
        pa.field("kept_id", pa.string(), nullable=False),
        pa.field("kept_locator", pa.string()),
        pa.field("id", pa.string()),
        pa.field("locator", pa.string(), nullable=False),
        # The measured similarity of the two; null where they are equal by their digest and none was measured.
        pa.field("similarity", pa.float64()),
        pa.field("reason", pa.string(), nullable=False),
    ]
)
"""The columns of `provenance/clusters.parquet`: what was merged into what."""

TABLES: dict[Role, pa.Schema] = {
    "ledger": LEDGER,
    "evidence": COUNTED_EVIDENCE,
    "statements": STATEMENTS,
    "clusters": CLUSTERS,
    "objections": OBJECTED,
    "contamination": CONTAMINATION,
    "inputs": INPUTS,
}
"""The tables that are the same in every version; rows have besides a column for each model."""


def rows_schema(*, is_chat: bool, config: str = "") -> pa.Schema:
    """Return the columns that rows have in every version; of conversations, those of a config where it is given."""
    return of_config(CONVERSATION, config) if is_chat else DOCUMENT
