"""What licences demand: conditions first, strictness tiers derived from them.

A licence is known by its SPDX id, or by a ``LicenseRef-`` where SPDX has none: ``LicenseRef-CC-BY-SA-3.0-PL`` for a
jurisdiction port, ``LicenseRef-CC-BY-unversioned`` where nobody said which version. The conditions of Creative
Commons licences are in their names; those of all others are listed in ``licenses/conditions.json``. A licence that
is neither has the tier ``unknown`` and is never admitted.
"""

import json
import re
from enum import IntFlag, auto
from functools import cache
from pathlib import Path
from typing import Any

LICENSES_FOLDER = Path(__file__).resolve().parent / "licenses"

# From free to strict; a tier's place is its rank.
TIERS = (
    "public-domain",
    "permissive",
    "attribution",
    "share-alike",
    "copyleft-weak",
    "copyleft-strong",
    "non-commercial",
    "no-derivatives",
    "custom-terms",
    "unlicensed",
    "unknown",
    "conflict",
)
CLOSED_TIERS = frozenset({"non-commercial", "no-derivatives", "custom-terms", "unlicensed"})


class Bits(IntFlag):
    """The conditions of a licence."""

    NOTICE = auto()
    ATTRIBUTION = auto()
    INDICATE_CHANGES = auto()
    SHARE_ALIKE = auto()
    SOURCE_DISCLOSURE = auto()
    NETWORK_COPYLEFT = auto()
    PATENT_RETALIATION = auto()
    NO_ENDORSEMENT = auto()
    NC = auto()
    ND = auto()
    FIELD_OF_USE = auto()
    USER_LIMIT = auto()
    OUTPUT_TERMS = auto()
    NAMING_DUTY = auto()
    DATABASE_LAYER_ONLY = auto()
    ASSERTION = auto()
    """A mark that says a work is free, not a grant by somebody who could give one."""
    JURISDICTION_LIMITED = auto()
    NO_SUBLICENSE = auto()
    NO_PATENT = auto()
    """The text withholds patent rights."""
    TEXT_LIMITS = auto()
    """Parts that may not be changed, such as invariant sections."""


NO_BITS = Bits(0)

# Elements in the order of the licence's name; 1.0 also had NC, ND, SA and their pairs without BY.
CC = re.compile(
    r"(?:LicenseRef-)?CC-(?P<elements>BY(?:-NC)?(?:-ND|-SA)?|NC|ND|SA|NC-SA|NC-ND)"
    r"-(?P<version>unversioned|\d\.\d)(?:-(?P<port>[A-Z]{2,3}|Scotland))?"
)
_CC_BITS = {"BY": Bits.ATTRIBUTION | Bits.INDICATE_CHANGES, "NC": Bits.NC, "ND": Bits.ND, "SA": Bits.SHARE_ALIKE}
CC_VERSIONS = ("1.0", "2.0", "2.1", "2.5", "3.0", "4.0")


@cache
def spdx() -> dict[str, Any]:
    """Return the SPDX list that is shipped: ``version``, ``source``, ``licenses``, ``exceptions``."""
    found: dict[str, Any] = json.loads((LICENSES_FOLDER / "spdx.json").read_text(encoding="utf-8"))
    return found


@cache
def _conditions() -> dict[str, tuple[str, Bits]]:
    found = json.loads((LICENSES_FOLDER / "conditions.json").read_text(encoding="utf-8"))
    table: dict[str, tuple[str, Bits]] = {}
    for group in found["groups"]:
        bits = Bits(0)
        for name in group["bits"]:
            bits |= Bits[name.upper()]
        for key in group["ids"]:
            table[key] = (group["tier"], bits)
    return table


def listed_ids() -> tuple[str, ...]:
    """Return the ids whose conditions are listed, sorted; Creative Commons licences go by rule instead."""
    return tuple(sorted(_conditions()))


def is_cc(key: str) -> bool:
    """Tell whether an id is one of a Creative Commons licence with elements."""
    return CC.fullmatch(key) is not None


@cache
def bits_of(key: str) -> Bits:
    """Return the conditions of a licence; none for one that is not known, so ask `tier_of` first."""
    if key in _conditions():
        return _conditions()[key][1]
    bits = Bits(0)
    if found := CC.fullmatch(key):
        for element in found["elements"].split("-"):
            bits |= _CC_BITS[element]
    return bits


@cache
def tier_of(key: str) -> str:
    """Return the tier of a licence id; ``unknown`` where its conditions are not known."""
    if key in _conditions():
        return _conditions()[key][0]
    if not is_cc(key):
        return "unknown"
    bits = bits_of(key)
    if Bits.ND in bits:
        return "no-derivatives"
    if Bits.NC in bits:
        return "non-commercial"
    return "share-alike" if Bits.SHARE_ALIKE in bits else "attribution"


def rank_of(tier: str) -> int:
    """Return how strict a tier is: 0 for the public domain."""
    return TIERS.index(tier)


@cache
def is_known(key: str) -> bool:
    """Tell whether an id names a licence: on the SPDX list, in our own, or a Creative Commons port."""
    return key in spdx()["licenses"] or key in _conditions() or is_cc(key)


def url_of(key: str) -> str | None:
    """Return where a licence can be read; null for most of those that SPDX does not list."""
    if key == "CC0-1.0":
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    if key == "CC-PDM-1.0":
        return "https://creativecommons.org/publicdomain/mark/1.0/"
    if found := CC.fullmatch(key):
        if found["version"] == "unversioned":
            return None
        port = f"{found['port'].lower()}/" if found["port"] else ""
        return f"https://creativecommons.org/licenses/{found['elements'].lower()}/{found['version']}/{port}"
    if key in spdx()["licenses"]:
        return f"https://spdx.org/licenses/{key}.html"
    # What publishers of models ask of outputs is listed apart, and that list checks its ids against this one.
    from licet.schemas.generators import output_terms

    terms = output_terms(key)
    return terms.url if terms is not None else None
