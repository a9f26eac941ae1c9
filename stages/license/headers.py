"""SPDX headers: ``SPDX-License-Identifier`` in the comment that a file begins with.

Only the comment or blank lines at a file's very head count; the same words further down are about licences, or of a
file that is quoted.
"""

import re

import numpy as np
import pyarrow as pa

from licet.schemas.evidence import Claim
from licet.stages.license import _heads
from licet.stages.license.file_notices import marked_rows

# As measured practice: tools write it into the first lines; 4 KB leaves room for a long notice above it.
HEAD = 4096
MARK = "SPDX-License-Identifier:"
_WORDS = np.frombuffer(MARK.encode(), np.uint8)
_LINE = re.compile(r"SPDX-License-Identifier:[ \t]*(?P<expression>[^\r\n]{1,200})")
_COMMENT = re.compile(
    r"^\s*(?:$|//|/\*|\*|#|;|%|--|<!--|\.\.|\"\"\"|'''|rem\b|dnl\b|!|\{-|\(\*|@rem\b|<\?xml|---)", re.IGNORECASE
)
_TAIL = re.compile(r"\s*(?:\*/|-->|\*\)|-\}|\"\"\"|''')?\s*$")


def with_mark(text: pa.Array) -> list[int]:
    """Return the rows whose first 4 KB have the words, found without making Python strings."""
    return marked_rows(text, lambda data, offsets, marked: _heads.mark_words(data, offsets, _WORDS, HEAD, marked))


def header_claims(text: str) -> tuple[Claim, ...]:
    """Return the claims of the SPDX headers in the comment that a text begins with."""
    found: list[Claim] = []
    inside = False
    for number, line in enumerate(text[:HEAD].splitlines(), start=1):
        opens = line.lstrip().startswith(("/*", "<!--", '"""', "'''", "{-", "(*"))
        if not inside and not _COMMENT.match(line) and not line.lstrip().startswith("SPDX-"):
            break
        if match := _LINE.search(line):
            stated = _TAIL.sub("", match["expression"]).strip()
            found.append(Claim(kind="spdx_header", raw=stated, locator=f"#line={number}"))
        closes = any(mark in line.lstrip()[2:] for mark in ("*/", "-->", '"""', "'''", "-}", "*)"))
        inside = (inside or opens) and not closes
    return tuple(found)
