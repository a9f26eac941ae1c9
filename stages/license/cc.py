"""Creative Commons by rule: addresses and names of its licences to ids, with their versions and ports.

Nothing is invented: a licence without a version becomes ``LicenseRef-CC-BY-unversioned``, a port that SPDX
does not list ``LicenseRef-CC-BY-SA-3.0-PL``, and what has an element, version or port that does not exist is
not read. What elements and ports are called in words, in many languages, is in `cc_words.tsv`.
"""

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from licet.schemas.license import CC_VERSIONS, spdx

# The ports that were published, by version and by the codes of creativecommons.org; 4.0 has none.
_PORTS = {
    "1.0": "fi il nl",
    "2.0": "at au be br ca cl de es fr hr it jp kr nl pl tw uk za",
    "2.1": "au ca es jp",
    "2.5": "ar au bg br ca ch cn co dk es hr hu il in it mk mt mx my nl pe pl pt scotland se si tw za",
    "3.0": "am at au az br ca ch cl cn cr cz de ec ee eg es fr ge gr gt hk hr ie igo it lu nl no nz ph pl pr pt ro rs "
    "sg th tw ug us ve vn za",
    "4.0": "",
}
PORTS_OF = {version: frozenset(ports.split()) for version, ports in _PORTS.items()}
_HOSTS = frozenset({"creativecommons.org", "www.creativecommons.org"})
_BADGE_HOSTS = frozenset({"i.creativecommons.org", "licensebuttons.net", "www.licensebuttons.net"})
_SLUG = {"by": "BY", "nc": "NC", "nd": "ND", "sa": "SA"}
# Only these combinations were published; the last five in version 1.0 alone.
_ELEMENTS = frozenset({"BY", "BY-NC", "BY-ND", "BY-SA", "BY-NC-ND", "BY-NC-SA", "NC", "ND", "SA", "NC-ND", "NC-SA"})
_RETIRED = {
    "sampling": "LicenseRef-CC-Sampling",
    "sampling+": "LicenseRef-CC-Sampling-Plus",
    "nc-sampling+": "LicenseRef-CC-NC-Sampling-Plus",
    "devnations": "LicenseRef-CC-Devnations",
}
_DIGITS = r"\d(?:\.\d)?"
_CODE = "(?:by|nc|nd|sa)"
_NAME = re.compile(
    rf"(?P<cc>cc )?(?:(?P<early>{_DIGITS}) )?(?P<elements>{_CODE}(?: {_CODE})*)(?: (?P<version>{_DIGITS}))?"
    rf"(?: (?P<port>[a-z]+))?(?: (?P<late>{_DIGITS}))?"
)
_RUN_TOGETHER = re.compile(rf"\b(?:cc)?{_CODE}{{2,4}}\b|\bcc{_CODE}\b")
_AGAIN = re.compile(rf"^(?:cc )?({_CODE}(?: {_CODE})*) cc \1\b(?! {_CODE})")
_ZERO = re.compile(r"(?:cc ?)?(?:0|zero)(?: 1(?:\.0)?)?(?: universal)?(?: public domain(?: dedication)?)?")
_ONE_VERSION = "version_inferred"


class CcReading(NamedTuple):
    """The id of a Creative Commons licence and what was odd about the way it was named."""

    id: str
    flags: tuple[str, ...]


def cc_id(elements: tuple[str, ...], version: str | None, port: str = "") -> CcReading | None:
    """Return the id for a set of elements, a version and a port; null when no such licence was published."""
    ordered = [name for name in ("BY", "NC", "ND", "SA") if name in {_SLUG[e] for e in elements}]
    name = "-".join(ordered)
    if len(ordered) != len(elements) or name not in _ELEMENTS:
        return None
    if version is None:
        is_whole = not port and "BY" in ordered
        return CcReading(f"LicenseRef-CC-{name}-unversioned", ("version_missing",)) if is_whole else None
    version = version if "." in version else f"{version}.0"
    if version not in CC_VERSIONS or ("BY" not in ordered and version != "1.0"):
        return None
    if port not in PORTS_OF[version] if port else version == "2.1":
        return None
    key = f"CC-{name}-{version}" + (f"-{'Scotland' if port == 'scotland' else port.upper()}" if port else "")
    return CcReading(key, ()) if key in spdx()["licenses"] else CcReading(f"LicenseRef-{key}", ())


def is_cc_host(url: str) -> bool:
    """Tell whether an address speaks of Creative Commons in its host or path, rightly or not."""
    return "creativecommons" in url.lower() or "licensebuttons" in url.lower()


def read_cc_url(url: str) -> CcReading | None:
    """Return the licence that a creativecommons.org address names; null for any other address.

    The host must be Creative Commons' own: ``example.org/creativecommons.org/licenses/by/4.0/`` is no licence.
    The language of a deed is no port.
    """
    cleaned = url.strip().replace("\\", "/")
    if cleaned.startswith("//"):
        cleaned = "https:" + cleaned
    elif "://" not in cleaned:
        cleaned = "https://" + cleaned
    try:
        parts = urlsplit(cleaned)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or "@" in parts.netloc:
        return None
    path = [p for p in unquote(parts.path).lower().rstrip(")].,;:'\"> ").split("/") if p]
    if host == "mirrors.creativecommons.org":
        return _of_button(path)
    if host in _BADGE_HOSTS:
        path = ["licenses", *path[1:]] if path[:1] in (["l"], ["p"], ["licenses"]) else []
        if path[1:2] in (["zero"], ["mark"]):
            path[0] = "publicdomain"
    elif host not in _HOSTS:
        return None
    return _of_path(path[0], path[1], path[2:]) if len(path) > 1 else None


def _of_path(kind: str, slug: str, rest: list[str]) -> CcReading | None:
    if kind == "publicdomain" or (kind == "licenses" and slug in ("publicdomain", "zero", "mark")):
        fixed = {"zero": "CC0-1.0", "mark": "CC-PDM-1.0", "certification": "CC-PDDC", "publicdomain": "CC-PDDC"}
        version = rest[0] if rest and not _is_page(rest[0]) else None
        if slug not in fixed or version not in (None, "1.0") or len(rest) > 3:
            return None
        return CcReading(fixed[slug], () if version or slug in ("certification", "publicdomain") else (_ONE_VERSION,))
    if kind != "licenses":
        return None
    if slug in _RETIRED:
        return CcReading(_RETIRED[slug], ())
    elements = tuple(slug.split("-"))
    if not set(elements) <= set(_SLUG):
        return None
    version, *after = rest or [""]
    if not version or _is_page(version):
        return cc_id(elements, None) if not after else None
    if not re.fullmatch(_DIGITS, version):
        return None
    port = after.pop(0) if after and not _is_page(after[0]) else ""
    return cc_id(elements, version, port) if all(_is_page(name) for name in after) else None


def _of_button(path: list[str]) -> CcReading | None:
    """Return what a button of the press kit shows, which has no version; its icons show single elements only."""
    if path[:2] != ["presskit", "buttons"] or not (found := re.fullmatch(r"([a-z-]+)(?:\.[a-z]{2})?\.\w{3}", path[-1])):
        return None
    if found[1] == "cc-zero":
        return CcReading("CC0-1.0", (_ONE_VERSION,))
    elements = tuple(found[1].split("-"))
    return cc_id(elements, None) if set(elements) <= set(_SLUG) else None


def _is_page(name: str) -> bool:
    """Tell whether a path segment is a page of a licence and no port: a deed, its language, a badge."""
    return bool(re.fullmatch(r"(?:deed|legalcode|rdf|index)(?:[.-][\w.@-]*)?|.*\.(?:png|svg|gif|html?)|\d+x\d+", name))


@cache
def _words() -> tuple[dict[str, str], re.Pattern[str]]:
    with Path(__file__).with_name("cc_words.tsv").open(encoding="utf-8", newline="") as file:
        rows = {_plain(row["words"]): row["means"] for row in csv.DictReader(file, delimiter="\t")}
    longest = sorted(rows, key=lambda words: (-len(words), words))
    latin = "|".join(re.escape(w) for w in longest if not _is_unspaced(w))
    unspaced = "|".join(re.escape(w) for w in longest if _is_unspaced(w))
    return rows, re.compile(rf"(?<!\w)(?:{latin})(?!\w)|{unspaced}")


def _is_unspaced(words: str) -> bool:
    return any(ch >= "\u2e80" for ch in words)


def _plain(text: str) -> str:
    """Return a text in lower case without accents, its words by single spaces."""
    if not text.isascii():
        bare = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Mn")
        text = unicodedata.normalize("NFKC", bare)
    return " ".join(re.sub(r"[-_/,:;()\[\]\"']+", " ", text.casefold()).split())


def read_cc_name(key: str) -> CcReading | None:
    """Return the licence that a name in words means: ``cc by sa 3.0 de``, ``attribution sharealike 4 international``.

    ``key`` is lower-cased, its words separated by single spaces. Null when any word is left over.
    """
    rows, pattern = _words()
    ports: list[str] = []

    def short(match: re.Match[str]) -> str:
        means, _, port = rows[match[0]].partition(":")
        if means != "port":
            return f" {means} "
        ports.append(port)
        return f" {port} "

    text = pattern.sub(short, _plain(key))
    text = _RUN_TOGETHER.sub(lambda m: " ".join(re.findall(f"cc|{_CODE}", m[0])), text)
    text = " ".join(w for w in text.split() if w not in ("public", "deed", "legalcode", "legal") or "domain" in text)
    text = re.sub(r"^(?:cc )+", "cc ", text)
    text = _AGAIN.sub(r"cc \1", text)
    if text.startswith(("cc 0", "cc zero", "cc0")) and _ZERO.fullmatch(text):
        return CcReading("CC0-1.0", () if re.search(r"\b1(?:\.0)?\b", text) else (_ONE_VERSION,))
    if not (found := _NAME.fullmatch(text)):
        return None
    versions = [v for v in (found["early"], found["version"], found["late"]) if v]
    elements = tuple(found["elements"].split())
    if len(versions) > 1 or len(ports) > 1 or (not found["cc"] and "by" not in elements):
        return None
    if not found["cc"] and not versions and len(elements) == 1:
        return None
    return cc_id(elements, versions[0] if versions else None, found["port"] or "")
