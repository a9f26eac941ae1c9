"""Version numbers as we publish them: MAJOR.MINOR.PATCH of Semantic Versioning 2.0.0, and nothing after it.

MAJOR changes the schema, the meaning or the set of licences; MINOR adds rows, columns or configs; PATCH takes rows down
or mends the card or the provenance. Pre-release and build suffixes are refused: ``main`` of a hub shows the newest
release only, and build metadata has no order.
"""

import re
from typing import NamedTuple

from licet.schemas.errors import VersionError

_RELEASE = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})", re.ASCII)


class Release(NamedTuple):
    """A version number; compares as Semantic Versioning orders releases."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


def is_release(text: str) -> bool:
    """Tell whether a text is a version number."""
    return _RELEASE.fullmatch(text) is not None


def parse_release(text: str) -> Release:
    """Return the version number that a text holds, or raise `VersionError` that says how one is written."""
    found = _RELEASE.fullmatch(text)
    if found is None:
        hint = f", so write {text[1:]}" if is_release(text[1:]) and text[0] in "vV" else ""
        raise VersionError(
            f"'{text}' is not a version number: give MAJOR.MINOR.PATCH such as 1.2.0, without a leading v"
            f" or a suffix{hint}."
        )
    return Release(*map(int, found.groups()))
