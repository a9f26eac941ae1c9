"""Evidence: the recorded reasons to believe a licence claim, and what was concluded from them.

A *claim* is one statement found somewhere, kept word for word. An *evidence set* is all the claims about a row, the
expression concluded from them, and the reason where nothing could be concluded. Rows that share an origin share one
evidence set, so ``evidence.parquet`` is small beside the data.
"""

from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

ClaimKind = Literal[
    "declared",  # the recipe's author says so, naming where it can be read
    "row_column",  # a licence column of the row itself
    "spdx_header",  # SPDX-License-Identifier in the file
    "file_notice",  # a grant worded in the comment that the file begins with; raw holds the comment
    "file_annotation",  # a stanza of REUSE.toml or of a DEP-5 copyright file whose paths name the row's file
    "license_file",  # LICENSE, COPYING, DATA_LICENSE … beside or above the file; raw holds its text
    "notice",  # README or COPYRIGHT that speaks of the licence; raw holds the passage
    "package_expression",  # PEP 639 License-Expression, or the licence field of package.json or Cargo.toml
    "package_classifier",  # a Trove classifier
    "package_license",  # the free-text License field
    "html_link",  # <link rel=license>
    "html_anchor",  # <a rel=license>, or an anchor to a licence in the page's footer
    "html_metadata",  # dc.rights, JSON-LD, RDFa in the head
    "html_text",  # a plain link to a licence in the body
    "hub_card",  # the licence field of a dataset card
    "generator",  # the model that made the row, as the row or the recipe names it; its terms are looked up
    "generator_note",  # a README's sentence or a card's field that says a model made the rows; raw holds it
    "generator_label",  # what the row calls the side that answers, where that is a model's name: ShareGPT's `gpt`
    "component",  # the part of a licence file that names the row's own path; raw holds it
    "credit",  # whom the recipe's author says to credit, and where; says nothing of the licence
    "usage_signal",  # a reservation or preference on use (robots, TDMRep, aipref, RSL); says nothing of the licence
]

Grade = Literal["A", "B", "C", "D", "E", "F"]
"""How far to trust a claim: A work-level by its holder, B registry metadata, C container, D text detection, E
policy inference, F a third party."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One statement about a licence, as found.

    ``raw`` is the statement word for word: an expression, a URL, or the whole text of a licence file. ``locator``
    says where it stands, for a person to look: ``LICENSE-MIT``, ``METADATA#License-Expression``, ``recipe.yaml``,
    ``<warc record id>#link``. ``url`` is a public place to read it, where there is one.
    """

    kind: ClaimKind
    raw: str
    locator: str
    url: str | None = None


CLAIM = pa.struct(
    [
        pa.field("kind", pa.string()),
        pa.field("locator", pa.string()),
        pa.field("url", pa.string()),
        # At most 300 characters of the statement; its sha256 is of the whole.
        pa.field("snippet", pa.string()),
        pa.field("sha256", pa.string()),
        # Of the claim that the statement is a part of: the key of its text in `STATEMENTS`.
        pa.field("source_sha256", pa.string()),
        # The statement as an SPDX expression; null when it could not be read as one.
        pa.field("expression", pa.string()),
        pa.field("grade", pa.string()),
        # work, file, page, part, container, component, collection: how much the statement covers; credit, use: nothing.
        pa.field("scope", pa.string()),
        pa.field("confidence", pa.float32()),
        pa.field("flags", pa.list_(pa.string())),
    ]
)

EVIDENCE = pa.schema(
    [
        pa.field("evidence_id", pa.string(), nullable=False),
        # The SPDX expression that the policy acted on; null when nothing could be concluded.
        pa.field("concluded", pa.string()),
        # The branch chosen of an OR; null where there was none to choose.
        pa.field("elected", pa.string()),
        pa.field("tier", pa.string()),
        pa.field("grade", pa.string()),
        pa.field("flags", pa.list_(pa.string())),
        # Why nothing was concluded, or why the policy refused; null when the row was admitted.
        pa.field("reason", pa.string()),
        pa.field("policy", pa.string()),
        pa.field("claims", pa.list_(CLAIM)),
    ]
)

COUNTS = ("rows_kept", "rows_refused")
COUNTED_EVIDENCE = pa.schema([*EVIDENCE, *(pa.field(name, pa.int64(), nullable=False) for name in COUNTS)])
"""The columns of `provenance/evidence.parquet`: each set with how many rows were kept and refused under it."""

STATEMENTS = pa.schema(
    [
        pa.field("sha256", pa.string(), nullable=False),
        # The claim word for word: what a changed list or policy is applied to without reading the inputs again.
        pa.field("raw", pa.string(), nullable=False),
    ]
)
