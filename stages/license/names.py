"""One name or one address to the licence that it means."""

import re

from licet.schemas.license import is_cc, is_known
from licet.stages.license.cc import is_cc_host, read_cc_name, read_cc_url
from licet.stages.license.spellings import Reading, bare_address, exact_ids, spdx_names, spelling_key, table, words_of

UNKNOWN = Reading(None, ("unknown_id",))

_ID_ADDRESSES = re.compile(
    r"(?:spdx\.org/licenses|opensource\.org/licenses?|choosealicense\.com/licenses|api\.github\.com/licenses)/([\w.+-]+)"
)
_ENDING = re.compile(r"\.(?:html|json|txt|php)$")


def read_name(text: str) -> Reading:
    """Return the reading of one licence's name or id."""
    folded = text.casefold()
    if folded in exact_ids():
        return Reading(exact_ids()[folded])
    if folded in table().exact:
        return table().exact[folded]
    if folded.startswith("licenseref-"):
        return _own_id(folded)
    key = spelling_key(text)
    if key in table().names:
        return table().names[key]
    if found := read_cc_name(" ".join(words_of(text))):
        return Reading(*found)
    if key in spdx_names():
        return Reading(spdx_names()[key])
    bare = text.rstrip("+ ")
    if key.endswith("+") and bare not in ("", text):
        base = read_name(bare)
        if base.expression is not None and is_known(base.expression):
            return Reading(base.expression, (*base.flags, "later_versions_dropped"))
    return UNKNOWN


def _own_id(folded: str) -> Reading:
    """Return the reading of a ``LicenseRef-`` that is not listed: a Creative Commons port, or no licence we know."""
    name = folded.removeprefix("licenseref-").removesuffix("-unversioned")
    found = read_cc_name(name.replace("-", " ")) if name.startswith("cc-") else None
    same = found is not None and found.id.lower() == folded and is_cc(found.id)
    return Reading(*found) if found and same else UNKNOWN


def read_address(url: str) -> Reading:
    """Return the reading of an address: Creative Commons' by rule, others by the table or by the SPDX id in them."""
    if found := read_cc_url(url):
        return Reading(*found)
    bare = bare_address(url)
    if bare in table().addresses:
        return table().addresses[bare]
    if named := _ID_ADDRESSES.fullmatch(bare):
        return read_name(_ENDING.sub("", named[1]))
    return UNKNOWN


def names_a_licence(url: str) -> bool:
    """Tell whether an address claims to be a licence's own, so that one that cannot be read may not be passed over."""
    return is_cc_host(url) or _ID_ADDRESSES.match(bare_address(url)) is not None


def named_in(url: str) -> list[Reading]:
    """Return the licences that the end of an unknown address names: ``example.org/licenses/gpl-3.0.txt``."""
    segments = bare_address(url).split("/")[1:]
    at = next((i for i, segment in enumerate(segments) if "licen" in segment), len(segments))
    read = [read_name(_ENDING.sub("", segment)) for segment in segments[at:] if segment]
    return [found for found in read if found.expression or found.family]
