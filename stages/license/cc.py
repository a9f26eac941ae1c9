"""Creative Commons by rule: addresses and names of its licences to ids, with their versions and ports.

Nothing is invented: a licence without a version becomes ``LicenseRef-CC-BY-unversioned``, a port that SPDX
does not list ``LicenseRef-CC-BY-SA-3.0-PL``, and what has an element, version or port that does not exist is
not read.
"""

import re
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from licet.schemas.license import CC_VERSIONS, spdx

# Jurisdictions with ports, by the codes of creativecommons.org.
_CODES = (
    "am ar at au az be bg br by ca ch cl cn co cr cz de dk ec ee eg es fi fr ge gr gt hk hr hu "
    "ie igo il in is it jo jp ke kr ky lk lu mk mn mt mx my ng nl no nz om pa pe ph pk pl pr pt "
    "ro rs ru rw scotland se sg si tn th tr tw tz ua ug uk us ve vn za "
)
PORTS = frozenset(_CODES.split())
_HOSTS = frozenset({"creativecommons.org", "www.creativecommons.org"})
_BADGE_HOSTS = frozenset({"i.creativecommons.org", "licensebuttons.net", "www.licensebuttons.net"})
_SLUG = {"by": "BY", "nc": "NC", "nd": "ND", "sa": "SA"}
# Only these combinations were published; the last four in version 1.0 alone.
_ELEMENTS = frozenset({"BY", "BY-NC", "BY-ND", "BY-SA", "BY-NC-ND", "BY-NC-SA", "NC", "ND", "SA", "NC-ND", "NC-SA"})
_RETIRED = {
    "sampling": "LicenseRef-CC-Sampling",
    "sampling+": "LicenseRef-CC-Sampling-Plus",
    "nc-sampling+": "LicenseRef-CC-NC-Sampling-Plus",
    "devnations": "LicenseRef-CC-Devnations",
}
_PORT_NAMES = {
    "international": "",
    "unported": "",
    "generic": "",
    "igo": "igo",
    "intergovernmental organisations": "igo",
    "austria": "at",
    "australia": "au",
    "brazil": "br",
    "canada": "ca",
    "france": "fr",
    "germany": "de",
    "deutschland": "de",
    "italy": "it",
    "japan": "jp",
    "netherlands": "nl",
    "poland": "pl",
    "spain": "es",
    "switzerland": "ch",
    "england and wales": "uk",
    "uk": "uk",
    "united kingdom": "uk",
    "united states": "us",
}
_WORDS = (
    (re.compile(r"\battribution\b"), " by "),
    (re.compile(r"\bnon ?commercial\b"), " nc "),
    (re.compile(r"\bno ?deriv(?:ative ?work|ative|ativework)?s?\b"), " nd "),
    (re.compile(r"\bshare ?alike\b"), " sa "),
    (re.compile(r"\bcreative ?commons\b"), " cc "),
)
_NAME = re.compile(
    r"(?P<cc>cc )?(?P<elements>(?:by|nc|nd|sa)(?: (?:by|nc|nd|sa))*)(?: (?P<version>\d(?:\.\d)?))?"
    r"(?: (?P<port>[a-z ]+))?"
)
_ZERO = re.compile(r"(?:cc ?)?(?:0|zero)(?: (?P<version>1(?:\.0)?))?(?: universal)?(?: public domain dedication)?")


class CcReading(NamedTuple):
    """The id of a Creative Commons licence and what was odd about the way it was named."""

    id: str
    flags: tuple[str, ...]


def cc_id(elements: tuple[str, ...], version: str | None, port: str = "") -> CcReading | None:
    """Return the id for a set of elements, a version and a port; null when no such licence was published."""
    ordered = [name for name in ("BY", "NC", "ND", "SA") if name in {_SLUG[e] for e in elements}]
    name = "-".join(ordered)
    if len(ordered) != len(elements) or name not in _ELEMENTS or (port and port not in PORTS):
        return None
    if version is None:
        return None if port else CcReading(f"LicenseRef-CC-{name}-unversioned", ("version_missing",))
    version = version if "." in version else f"{version}.0"
    if version not in CC_VERSIONS or (port and version in ("1.0", "4.0")) or ("BY" not in ordered and version != "1.0"):
        return None
    if version == "2.1" and not port:
        return None
    key = f"CC-{name}-{version}" + (f"-{'Scotland' if port == 'scotland' else port.upper()}" if port else "")
    return CcReading(key, ()) if key in spdx()["licenses"] else CcReading(f"LicenseRef-{key}", ())


def read_cc_url(url: str) -> CcReading | None:
    """Return the licence that a creativecommons.org address names; null for any other address.

    The host must be Creative Commons' own: ``example.org/creativecommons.org/licenses/by/4.0/`` is no licence.
    The language of a deed is no port.
    """
    cleaned = unquote(url.strip()).replace("\\", "/")
    if cleaned.startswith("//"):
        cleaned = "https:" + cleaned
    elif "://" not in cleaned:
        cleaned = "https://" + cleaned
    try:
        parts = urlsplit(cleaned)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or host not in _HOSTS | _BADGE_HOSTS:
        return None
    path = [p for p in parts.path.lower().split("/") if p]
    if host in _BADGE_HOSTS:
        path = ["licenses", *path[1:]] if path[:1] in (["l"], ["p"], ["licenses"]) else []
        if path[1:2] in (["zero"], ["mark"]):
            path[0] = "publicdomain"
    if len(path) < 2:
        return None
    return _of_path(path[0], path[1], path[2:])


def _of_path(kind: str, slug: str, rest: list[str]) -> CcReading | None:
    if kind == "publicdomain" or slug in ("publicdomain", "zero", "mark"):
        fixed = {"zero": "CC0-1.0", "mark": "CC-PDM-1.0", "certification": "CC-PDDC", "publicdomain": "CC-PDDC"}
        if slug not in fixed:
            return None
        version = rest[0] if rest and re.fullmatch(r"\d\.\d", rest[0]) else None
        if version not in (None, "1.0"):
            return None
        return CcReading(fixed[slug], ())
    if kind != "licenses":
        return None
    if slug in _RETIRED:
        return CcReading(_RETIRED[slug], ())
    elements = tuple(slug.split("-"))
    if not set(elements) <= set(_SLUG):
        return None
    if not rest or not re.match(r"\d", rest[0]):
        return cc_id(elements, None) if not rest or _is_page(rest[0]) else None
    port = "" if len(rest) < 2 or _is_page(rest[1]) else rest[1]
    return cc_id(elements, rest[0], port)


def _is_page(name: str) -> bool:
    """Tell whether a path segment is a page of a licence and no port: a deed, its language, a badge."""
    return bool(re.match(r"(?:deed|legalcode|rdf|index)\b|.*\.(?:png|svg|gif|html?)$|\d+x\d+", name))


def read_cc_name(key: str) -> CcReading | None:
    """Return the licence that a name in words means: ``cc by sa 3.0 de``, ``attribution sharealike 4 international``.

    ``key`` is lower-cased, its words separated by single spaces. Null when any word is left over.
    """
    text = key
    for pattern, short in _WORDS:
        text = pattern.sub(short, text)
    text = " ".join(text.split()).removesuffix(" public")
    text = re.sub(r"\bpublic (?=\d)", "", re.sub(r"^cc cc ", "cc ", text)).removesuffix(" deed").strip()
    if text.startswith(("cc 0", "cc zero", "cc0")) and (found := _ZERO.fullmatch(text)):
        return CcReading("CC0-1.0", () if found["version"] else ("version_inferred",))
    found = _NAME.fullmatch(text.replace("ccby", "cc by"))
    if not found or (not found["cc"] and "by" not in found["elements"].split()):
        return None
    if not found["cc"] and (key.split()[0] in ("by", "sa") and not found["version"]):
        return None
    port = (found["port"] or "").strip()
    if port:
        port = _PORT_NAMES.get(port, port)
        if port and port not in PORTS:
            return None
    return cc_id(tuple(found["elements"].split()), found["version"], port)
