"""Retractions: what was taken back, so that no later version brings it in again; without any of its text.

A *rule* says which rows are refused. Some were asked for (an address, a site, a name); others follow from those (the
text of each row that left). A *near* rule keeps the set of a text's word shingles as 32-bit hashes: enough to measure
how much another text resembles it, and to tell nothing else of it.
"""

from typing import Literal, get_args

import pyarrow as pa

Kind = Literal["id", "url", "domain", "repository", "holder", "sha256", "text"]
KINDS: tuple[Kind, ...] = get_args(Kind)
RETRACTIONS_PATH = "provenance/retractions.parquet"

RETRACTIONS = pa.schema(
    [
        # How `value` is meant: a row's id, a page, a site with all below it, a repository or package, a name in the
        # credits, the sha256 of a text, or the sha256 of one that others may resemble.
        pa.field("kind", pa.string(), nullable=False),
        pa.field("value", pa.string(), nullable=False),
        # What the request is called by those who made or keep it.
        pa.field("reference", pa.string(), nullable=False),
        # The number of the first version that is without it.
        pa.field("effective", pa.string(), nullable=False),
        # Null where this was asked for; otherwise what it follows from: "domain example.org".
        pa.field("because", pa.string()),
        # For kind `text`: words in a shingle, the least Jaccard similarity that counts, and the lower 32 bits of each
        # shingle's hash, sorted, each once; null for a text without words.
        pa.field("shingle_words", pa.int16()),
        pa.field("threshold", pa.float64()),
        pa.field("shingles", pa.list_(pa.field("item", pa.uint32(), nullable=False))),
    ]
)
"""The columns of `provenance/retractions.parquet`."""
