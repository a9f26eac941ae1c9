"""Words that tell near-twins among licences apart, and words that no open licence has beside its text."""

import re

# A restriction's name, and how it is worded. A text that has one which the licence it resembles does not have is
# not that licence. The wordings are those met in licence files of published data sets and packages.
RESTRICTIONS: dict[str, str] = {
    "non_commercial": r"non ?commercial(?:ly)?\b|not (?:be used )?for commercial|commercial (?:use|purposes?) "
    r"(?:is|are) (?:not|prohibited|forbidden)|without commercial",
    "no_derivatives": r"no ?deriv(?:ative)?s?\b|may not (?:be )?(?:modif|adapt|alter)\w*",
    "research_only": r"(?:academic|research|educational|evaluation|personal|internal) (?:use|purposes?) only|"
    r"only for (?:academic|research|educational|evaluation|personal)",
    "no_redistribution": r"do not (?:re)?distribute|may not (?:be )?(?:re)?distribut\w*",
    "field_of_use": r"good not evil|commons clause|does not include the right to sell|nuclear|military use|"
    r"hippocratic|responsible ai license|use based restrictions",
}
_RESTRICTIONS = {name: re.compile(wording) for name, wording in RESTRICTIONS.items()}
_ELEMENTS = {
    "nc": re.compile(r"non ?commercial|commercial advantage"),
    "nd": re.compile(r"no ?deriv"),
    "sa": re.compile(r"share ?alike"),
}

# What tells a licence from its near-twins: it must have each of the first and none of the second.
TWINS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "MIT": ((), ("good not evil", "shall not be used in advertising")),
    "X11": (("shall not be used in advertising",), ()),
    "JSON": (("good not evil",), ()),
    "MIT-0": ((), ("the above copyright notice and this permission notice",)),
    "0BSD": ((), ("the above copyright notice",)),
    "ISC": (("appear in all copies",), ()),
    "BSD-1-Clause": ((), ("in binary form must", "endorse or promote")),
    "BSD-2-Clause": (("in binary form must",), ("endorse or promote", "all advertising materials")),
    "BSD-3-Clause": (
        ("in binary form must",),
        ("all advertising materials", "no express or implied licenses", "design construction operation"),
    ),
    "BSD-4-Clause": (("all advertising materials", "endorse or promote"), ()),
    "BSD-3-Clause-Clear": (("no express or implied licenses",), ()),
    "BSD-Source-Code": ((), ("in binary form must",)),
    "Zlib": ((), ("an acknowledgment in the product documentation is required",)),
}


def restrictions_in(words: list[str]) -> list[str]:
    """Return the names of the restrictions that are worded in a text."""
    text = " ".join(words)
    return [name for name, wording in _RESTRICTIONS.items() if wording.search(text)]


def elements_in(words: list[str]) -> str:
    """Return the Creative Commons elements besides attribution that are worded in a text: ``nc sa``."""
    text = " ".join(words)
    return " ".join(name for name, wording in _ELEMENTS.items() if wording.search(text))


def is_twin(key: str, words: list[str]) -> bool:
    """Tell whether a text that resembles ``key`` is a near-twin of it instead."""
    must, must_not = TWINS.get(key, ((), ()))
    if not must and not must_not:
        return False
    text = " ".join(words)
    return any(p not in text for p in must) or any(p in text for p in must_not)
