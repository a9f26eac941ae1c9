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
_OPENERS = ("/*", "<!--", '"""', "'''", "{-", "(*")
_CLOSER = re.compile(r"\*/|-->|\"\"\"|'''|-\}|\*\)")
_TAIL = re.compile(r"\s*(?:\*/|-->|\*\)|-\}|\"\"\"|''')?\s*$")


def with_mark(text: pa.Array) -> list[int]:
    """Return the rows whose first 4 KB have the words, found without making Python strings."""
    return marked_rows(text, lambda data, offsets, marked: _heads.mark_words(data, offsets, _WORDS, HEAD, marked))


def header_claims(text: str) -> tuple[Claim, ...]:
    """Return the claims of the SPDX headers in the comment that a text begins with."""
    found: list[Claim] = []
    head = text[:HEAD]
    # What comes after the last of them changes nothing.
    head = head[: head.find("\n", head.rfind(MARK)) + 1 or HEAD]
    inside = False
    for number, line in enumerate(head.splitlines(), start=1):
        bare = line.lstrip()
        if not inside and not _COMMENT.match(line) and not bare.startswith("SPDX-"):
            break
        if match := _LINE.search(line):
            stated = _TAIL.sub("", match["expression"]).strip()
            found.append(Claim(kind="spdx_header", raw=stated, locator=f"#line={number}"))
        inside = (inside or bare.startswith(_OPENERS)) and not _CLOSER.search(bare, 2)
    return tuple(found)
