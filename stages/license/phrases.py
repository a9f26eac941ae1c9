"""Words that tell near-twins among licences apart, and words that no open licence has beside its text."""

import re
from functools import cache

import numpy as np
import numpy.typing as npt

from licet.stages.license._kernel import distance
from licet.stages.license.grams import Words
from licet.stages.license.needed import Wordings

# A restriction's name, and how it is worded. A text that has one which the licence it resembles does not have is
# not that licence. The wordings are those met in licence files of published data sets and packages.
RESTRICTIONS: dict[str, str] = {
    "non_commercial": r"non ?commercial(?:ly)?\b|not (?:be used )?for commercial|commercial (?:use|purposes?) "
    r"(?:is|are) (?:not|prohibited|forbidden)|without commercial",
    "no_derivatives": r"no ?deriv(?:ative)?s?\b|may not (?:be )?(?:modif|adapt|alter)\w*",
    "research_only": r"(?:academic|research|educational|evaluation|personal|internal) (?:use|purposes?) only|"
    r"only for (?:academic|research|educational|evaluation|personal)",
    "no_redistribution": r"do not (?:re)?distribute|may not (?:be )?(?:re)?distribut\w*",
    "not_permitted": r"(?:use|copying|copied|forms|modification|distribution|redistribution|reproduction) (?:is|are) "
    r"(?:not permitted|(?:strictly )?(?:prohibited|forbidden)|not allowed)",
    "field_of_use": r"good not evil|commons clause|does not include the right to sell|nuclear|military use|"
    r"hippocratic|responsible ai license|use based restrictions",
}
_RESTRICTIONS = {name: re.compile(wording) for name, wording in RESTRICTIONS.items()}
RESTRICTED = Wordings(
    re.RegexFlag(0),
    (RESTRICTIONS["non_commercial"], "commercial"),
    (RESTRICTIONS["no_derivatives"], "deriv modif adapt alter"),
    (RESTRICTIONS["research_only"], "only", "academic research educational evaluation personal internal"),
    (RESTRICTIONS["no_redistribution"], "not", "distribut"),
    (RESTRICTIONS["not_permitted"], "permitted prohibited forbidden allowed"),
    (RESTRICTIONS["field_of_use"], "evil clause sell nuclear military hippocratic responsible restrictions"),
)
"""All of them behind the words that they need."""
_ELEMENTS = {
    "nc": re.compile(r"non ?commercial|commercial advantage"),
    "nd": re.compile(r"no ?deriv"),
    "sa": re.compile(r"share ?alike"),
}

# What tells a licence from its near-twins: it must have each of the first and none of the second.
TWINS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "MIT": (("permission is hereby granted",), ("good not evil", "shall not be used in advertising")),
    "X11": (
        ("shall not be used in advertising",),
        ("distribute with modifications", "portions of the software except as contained in this notice"),
    ),
    "X11-distribute-modifications-variant": ((), ("publish distribute sublicense",)),
    "X11-swapped": ((), ("dealings in the software except as contained in this notice",)),
    "X11-no-permit-persons": ((), ("permit persons to whom",)),
    "JSON": (("good not evil",), ()),
    "MIT-0": (("permission is hereby granted",), ("the above copyright notice and this permission notice",)),
    "0BSD": ((), ("the above copyright notice",)),
    "ISC": (("permission to use copy modify", "appear in all copies"), ()),
    "BSD-1-Clause": (
        ("redistributions of source code must", "are permitted provided that"),
        ("in binary form must", "endorse or promote"),
    ),
    "BSD-2-Clause": (
        ("in binary form must", "redistributions of source code must"),
        ("endorse or promote", "all advertising materials"),
    ),
    "BSD-3-Clause": (
        ("in binary form must",),
        ("all advertising materials", "no express or implied licenses", "design construction operation"),
    ),
    "BSD-4-Clause": (("all advertising materials", "endorse or promote"), ()),
    "BSD-3-Clause-Clear": (("no express or implied licenses",), ()),
    "BSD-Source-Code": ((), ("in binary form must",)),
    "Zlib": (
        ("permission is granted to anyone to use",),
        ("an acknowledgment in the product documentation is required",),
    ),
}


# Words about which the phrases above are: only their neighbourhood is searched.
_ANCHORS = re.compile(
    r"(?:non)?commercial(?:ly)?|no?deriv\w*|deriv(?:s|atives?)|share|alike|sharealike|not|only|commons|nuclear|military|"
    r"hippocratic|responsible|restrictions|prohibited|forbidden"
)
_SPELT = (
    "noncommercial noncommercially commercial commercially noderivs noderivatives noderiv derivs sharealike alike "
    "share prohibited forbidden purposes advantage academic research educational evaluation personal internal "
    "redistribute redistributed distribute modify adapt alter evil commons clause sell nuclear "
    "military hippocratic responsible ai restrictions endorse promote advertising acknowledgment"
)
WORDS = frozenset(_SPELT.split())
"""Words of the phrases: they must be in the vocabulary, so that a misread one is recognised."""
_ELEMENT_WORDS = {"nc": (b"noncommercial",), "nd": (b"noderivatives", b"noderivs"), "sa": (b"sharealike",)}


def is_anchor(word: str) -> bool:
    """Tell whether a phrase may stand around a word."""
    return bool(_ANCHORS.fullmatch(word))


def restrictions_in(words: list[str]) -> list[str]:
    """Return the names of the restrictions that are worded in a run of lower-case words."""
    return restrictions_of(" ".join(words))


def restrictions_of(text: str) -> list[str]:
    """Return the names of the restrictions that are worded in `Words.passages`, or any text of plain words."""
    may_be = RESTRICTED.may_be_in(text)
    return [name for name, wording in _RESTRICTIONS.items() if wording.search(text)] if may_be else []


def elements_in(text: str) -> str:
    """Return the Creative Commons elements besides attribution that are worded in a text: ``nc sa``."""
    return " ".join(name for name, wording in _ELEMENTS.items() if wording.search(text))


def doubtful_elements(unknown: list[bytes]) -> set[str]:
    """Return the elements that words beyond recognition may have been: a third of the letters amiss, three at most."""
    found: set[str] = set()
    for word in unknown:
        for element, meant in _ELEMENT_WORDS.items():
            for one in meant:
                most = min(3, len(one) // 3)
                if abs(len(one) - len(word)) <= most and distance(_bytes(word), _bytes(one)) <= most:
                    found.add(element)
    return found


def _bytes(word: bytes) -> npt.NDArray[np.uint8]:
    return np.frombuffer(word, np.uint8)


@cache
def _with_gaps(phrase: str) -> tuple[str, ...]:
    """Return a phrase as it is when one word is beyond recognition, each way after a space."""
    words = phrase.split()
    return tuple(" ".join(["", *words[:i], "?", *words[i + 1 :]]) for i in range(len(words)))


def _has(text: str, phrase: str) -> bool:
    if phrase in text or "?" not in text:
        return phrase in text
    spaced = f" {text}"
    return any(it in spaced for it in _with_gaps(phrase))


def is_twin(key: str, words: Words) -> bool:
    """Tell whether a text that resembles ``key`` has words by which it is a near-twin of it instead."""
    _, must_not = TWINS.get(key, ((), ()))
    return any(_has(words.text, phrase) for phrase in must_not)


def lacks_words(key: str, words: Words) -> bool:
    """Tell whether a text that resembles ``key`` lacks the words by which it would be known, or has them illegible."""
    must, _ = TWINS.get(key, ((), ()))
    return any(not _has(words.text, phrase) for phrase in must)


# The second number of no version of a licence is higher; what is higher is a day or a year.
MOST_MINOR = 12


def versions_named(base: str, text: str) -> list[str]:
    """Return the versions that a text names a licence by, as words: ``2 1``."""
    return re.findall(rf"(?<!\S){base} (?:version |v )?v?(\d{{1,2}}(?: \d{{1,2}})?)(?!\S)", text)


def is_other_version(named: tuple[str, str], words: Words) -> bool:
    """Tell whether a text calls itself another version, and never this one, of a licence.

    ``named`` is the name without a version and the version, both as words; empty where its text does not say them.
    """
    told = _told(named[0], words)
    return bool(told) and _plain_version(named[1]) not in told


def names_itself(named: tuple[str, str], words: Words) -> bool:
    """Tell whether a text calls itself this licence, in this version."""
    return _plain_version(named[1]) in _told(named[0], words) if named[0] else False


def _told(base: str, words: Words) -> list[str]:
    """Return the versions by which a text calls a licence."""
    return [_plain_version(it) for it in versions_named(base, words.text)] if base and base in words.text else []


def _plain_version(version: str) -> str:
    """Return a version without a trailing zero, or the day of a date that follows it."""
    first, second = [*version.split()[:2], ""][:2]
    return first if not second or second == "0" or int(second) > MOST_MINOR else f"{first} {second}"
