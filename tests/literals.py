"""What words every match of a regular expression has, told from the expression itself: a proof, not a sample."""

import re
import sys
from collections.abc import Sequence
from itertools import product
from typing import Any

if sys.version_info >= (3, 11):
    from re import _parser as parser  # type: ignore[attr-defined]
else:
    import sre_parse as parser

ANYTHING = "\0"
MOST_SPELLINGS = 5_000
WINDOW = 12
"""Parts of a sequence in a row that may spell a word together."""


def parsed(pattern: str) -> Sequence[Any]:
    """Return the parts of an expression one after the other."""
    parts: Sequence[Any] = parser.parse(pattern, re.IGNORECASE)
    return parts


def is_certain(parts: Sequence[Any], words: Sequence[str]) -> bool:
    """Tell whether some parts in a row spell one of the words, whatever it is that they match."""
    windows = (parts[first : first + size] for first in range(len(parts)) for size in range(1, WINDOW + 1))
    return any(all(any(word in it for word in words) for it in told) for window in windows if (told := spelt(window)))


def spelt(parts: Sequence[Any]) -> list[str]:
    """Return all that a sequence may spell, `ANYTHING` where any text may stand; nothing where that is too much."""
    each = [_spelt_by(str(kind), value) for kind, value in parts]
    size = 1
    for spellings in each:
        size *= len(spellings)
    return ["".join(it) for it in product(*each)] if size <= MOST_SPELLINGS else []


def _spelt_by(kind: str, value: Any) -> list[str]:
    match kind:
        case "LITERAL":
            return [chr(value).lower()]
        case "AT":
            return [""]
        case "IN" if all(str(kind) == "LITERAL" for kind, _ in value):
            return [chr(code).lower() for _, code in value]
        case "BRANCH":
            every = [spelt(branch) for branch in value[1]]
            return [it for spellings in every for it in spellings] if all(every) else [ANYTHING]
        case "SUBPATTERN":
            return spelt(value[3]) or [ANYTHING]
        case "ASSERT" if value[0] == 1:
            return [it + ANYTHING for it in spelt(value[1])] or [ANYTHING]
        case "MAX_REPEAT" | "MIN_REPEAT":
            least, most, repeated = value
            once = spelt(repeated) or [ANYTHING]
            return ["", *once] if (least, most) == (0, 1) else [it + ANYTHING for it in once] if least else [ANYTHING]
    return [ANYTHING]
