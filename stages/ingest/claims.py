"""What an origin says about licences: the recipe's own word, licence files beside and above a file, notices.

A licence file is evidence and no document: readers of trees leave out what `is_evidence` names.
"""

import posixpath
import re

from licet.schemas.evidence import Claim
from licet.schemas.sources import JsonlSource, ParquetSource, SourceSettings
from licet.stages.ingest.makers import maker_claim
from licet.stages.ingest.notices import passages
from licet.stages.storage import open_input

MAX_RAW = 256_000
"""Bytes of a licence file that are kept: several times the longest licence text (GPL-3.0 has 35 kB)."""

CODE = re.compile(
    r".*\.(?:[ch]|cc|cfg|[ch]pp|csv?|css|go|html?|ini|ipynb|java|jsx?|jsonl?|kt|lua|parquet|pdf|php|pl|png|py[cix]?|r[bs]"
    r"|scala|sh|svg|swift|toml|tsx?|xml|ya?ml|gz|zst)",
    re.IGNORECASE | re.DOTALL,
)
"""Endings with which a file named after a licence is something else, such as a module that reads licences."""
PROSE = (".txt", ".md", ".markdown", ".rst", ".adoc")

_KEYWORD = r"(?:un)?licen[cs]es?|copying|copyrights?|notices?|patents"
_OF = (
    r"(?:mit|apache|bsd|a?gpl|lgpl|lesser|lib|mpl|cc0?|by|sa|nc|nd|isc|zlib|psf|python|ofl|epl|eupl|cddl|artistic|boost"
    r"|bsl|unlicense|odbl|odc|pddl|gfdl|fdl|exception|third|party|3rd|3rdparty|code|data|docs?|content|text|v?\d[\d.]*)"
)
_NAMED = re.compile(rf"({_KEYWORD})(?:[-_. ]?{_OF})*", re.IGNORECASE)
_ENDS = re.compile(r".*[-_. ](?:un)?licen[cs]e", re.IGNORECASE)
_NOTICE = re.compile(r"copyrights?|notices?|patents|authors|contributors|credits|thanks|maintainers", re.IGNORECASE)
_SPDX = re.compile(r"SPDX-License-Identifier:[ \t]*([^\r\n]+?)[ \t]*(?:\*/|-->)?[ \t]*$", re.MULTILINE)


def stem_of(name: str) -> str:
    """Return a file's name without an ending that says it is prose."""
    for ending in PROSE:
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name


def is_license_file(name: str) -> bool:
    """Tell whether a file's name (without folders) says it holds a licence or a copyright notice.

    LICENSE, LICENCE.md, LICENSE-MIT, COPYING.LESSER, DATA_LICENSE, MIT-LICENSE.txt, NOTICE and COPYRIGHT are;
    ``license.py``, ``choosing-a-license.md`` and ``license-guide.md`` are not. Nor is ``a.md.license``, which speaks
    for ``a.md`` alone.
    """
    if CODE.fullmatch(name) or name.endswith(".license"):
        return False
    stem = stem_of(name)
    if _NAMED.fullmatch(stem):
        return True
    if stem.upper() == stem:
        return bool(re.match(_KEYWORD, stem, re.IGNORECASE)) or bool(_ENDS.fullmatch(stem))
    return (stem == name or name.lower().endswith(".txt")) and bool(_ENDS.fullmatch(stem))


def is_evidence(path: str) -> bool:
    """Tell whether a file of a tree, by its relative path, is evidence rather than a document."""
    folder, _, name = path.rpartition("/")
    return is_license_file(name) or name.endswith(".license") or "LICENSES" in folder.split("/")


def is_plain(stem: str) -> bool:
    """Tell whether a name without its ending is that of a licence file and of no component: LICENSE-MIT."""
    return _NAMED.fullmatch(stem) is not None


def declared(source: SourceSettings) -> tuple[Claim, ...]:
    """Return the claims that the recipe makes for a whole source: its licence, whom to credit, who made documents."""
    found: list[Claim] = []
    if source.license is not None:
        locator = f"recipe#sources.{source.name}.license"
        evidence = source.license.evidence
        found.append(Claim(kind="declared", raw=source.license.expression, locator=locator, url=evidence))
    if source.holder or source.homepage:
        locator = f"recipe#sources.{source.name}.holder"
        found.append(Claim(kind="credit", raw=source.holder or "", locator=locator, url=source.homepage))
    if isinstance(source, (JsonlSource, ParquetSource)) and source.generator is not None:
        # The rows of a chat source say themselves who made them, and are asked first.
        found.append(maker_claim(source.generator.model_dump(mode="json"), source.name))
    return tuple(found)


def text_of(path: str, limit: int = MAX_RAW) -> str:
    """Return the text of a file that speaks of licences up to ``limit``; what is not UTF-8 is read as Latin-1."""
    with open_input(path) as file:
        data = file.read(limit)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= limit - 4:  # the bound fell within a character
            return data[: error.start].decode("utf-8-sig")
        return data.decode("latin-1")


def claim_of_file(path: str, locator: str) -> Claim | None:
    """Return what one file claims: a licence text, a notice, a README's passages; None when it says nothing."""
    name = posixpath.basename(path)
    raw = text_of(path).replace("\x00", "")
    if name.lower().startswith("readme"):
        raw = passages(raw)
        return Claim(kind="notice", raw=raw, locator=locator) if raw else None
    if not raw.strip():
        return None
    if name.endswith(".license") and (found := _SPDX.search(raw)):
        return Claim(kind="spdx_header", raw=found.group(1), locator=locator)
    return Claim(kind="notice" if _NOTICE.match(stem_of(name)) else "license_file", raw=raw, locator=locator)
