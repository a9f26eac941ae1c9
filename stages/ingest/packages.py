"""Installed Python packages: their files, and what their metadata says about their licence.

A site-packages folder has a ``*.dist-info`` folder for each distribution; its RECORD lists the files, its METADATA
the licence (PEP 639 expression, classifiers, free text) and its licence files. Distributions without a RECORD, or
whose RECORD lists no source (editable installs), have nothing to read.
"""

import csv
import os
import posixpath
import re
import sysconfig
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from packaging.metadata import parse_email
from packaging.utils import canonicalize_name

from licet.schemas.errors import InputError
from licet.schemas.evidence import Claim
from licet.schemas.sources import PackagesSource
from licet.stages.ingest.claims import claim_of_file, is_evidence, is_license_file, is_plain, stem_of
from licet.stages.ingest.locate import absolute

LINKS = ("homepage", "home-page", "source", "source code", "repository", "code", "github")
"""Labels of project addresses, best first."""
COLLECTIONS = frozenset({"licenses", "licences", "license", "licence"})
"""Folders of sources in which projects collect the licences of what they took over."""
BUNDLES = frozenset(
    {"subprojects", "third_party", "third-party", "thirdparty", "3rdparty", "vendor", "vendored", "_vendor", "extern"}
    | {"external", "externals", "deps"}
)
"""Folders of sources that hold other people's code."""


@dataclass(frozen=True)
class Distribution:
    """One installed distribution: its package URL, its address, its files to read, and the claims on each."""

    purl: str
    url: str | None
    files: tuple[str, ...]
    claims: tuple[tuple[Claim, ...], ...]


def distributions(source: PackagesSource, base: str) -> tuple[list[Distribution], str]:
    """Return the distributions of an environment in the order of their names, and its site-packages folder.

    Raises:
        InputError: the folder holds no distribution, or one that ``only`` names is not there.

    """
    site = sysconfig.get_paths()["purelib"] if source.path == "current" else absolute(source.path, base)
    infos = {}
    if os.path.isdir(site):
        for name in sorted(os.listdir(site)):
            if name.endswith(".dist-info") and os.path.isfile(os.path.join(site, name, "METADATA")):
                infos[canonicalize_name(name.removesuffix(".dist-info").rpartition("-")[0])] = name
    if not infos:
        raise InputError(
            f"source {source.name}: {source.path} holds no installed package (looked for {site}/*.dist-info)"
        )
    only = {canonicalize_name(name) for name in source.only}
    if missing := sorted(only - set(infos)):
        raise InputError(f"source {source.name}: {', '.join(missing)} is not installed in {source.path}")
    out = {canonicalize_name(name) for name in source.exclude}
    names = sorted((only or set(infos)) - out)
    return [distribution(site, infos[name], source.include) for name in names], site


def distribution(site: str, info: str, include: list[str]) -> Distribution:
    """Return what the distribution of one ``.dist-info`` folder of ``site`` holds."""
    with open(os.path.join(site, info, "METADATA"), "rb") as file:
        raw, _ = parse_email(file.read())
    listed = [name for name in recorded(site, info) if os.path.isfile(os.path.join(site, name))]
    texts = license_texts(site, info, listed, raw.get("license_files", []))
    own = metadata_claims(raw) + tuple(texts.pop("", ()))
    evidence = texts
    for name in listed:
        folder, _, base = name.rpartition("/")
        if folder and not folder.startswith(info) and is_license_file(base):
            claim = claim_of_file(os.path.join(site, name), name)
            evidence.setdefault(folder, []).extend([claim] if claim else [])
    files = tuple(
        name
        for name in listed
        if not name.split("/")[0].endswith((".dist-info", ".data"))
        and not is_evidence(name)
        and any(fnmatchcase(posixpath.basename(name), pattern) for pattern in include)
    )
    sets: dict[str, tuple[Claim, ...]] = {}
    for folder in sorted({posixpath.dirname(name) for name in files}):
        parts = folder.split("/")
        above = ["/".join(parts[:i]) for i in range(len(parts), 0, -1)]
        sets[folder] = own + tuple(claim for at in above for claim in evidence.get(at, ()))
    version = str(raw.get("version", "0"))
    return Distribution(
        purl=f"pkg:pypi/{canonicalize_name(raw.get('name', info))}@{version}",
        url=_address(raw.get("project_urls", {}), raw.get("home_page")),
        files=files,
        claims=tuple(sets[posixpath.dirname(name)] for name in files),
    )


def recorded(site: str, info: str) -> list[str]:
    """Return the files that a distribution's RECORD lists within site-packages, sorted; none without a RECORD."""
    try:
        with open(os.path.join(site, info, "RECORD"), newline="", encoding="utf-8") as file:
            names = {row[0] for row in csv.reader(file) if row}
    except (OSError, UnicodeDecodeError, csv.Error):
        return []
    return sorted(name for name in names if not name.startswith(("/", "..")) and "/../" not in name)


def metadata_claims(raw: "dict[str, object] | object") -> tuple[Claim, ...]:
    """Return what a distribution's METADATA fields say: its expression, each licence classifier, its free text."""
    given = dict(raw) if isinstance(raw, dict) else {}
    found: list[Claim] = []
    if expression := given.get("license_expression"):
        found.append(Claim(kind="package_expression", raw=str(expression), locator="METADATA#License-Expression"))
    found += [
        Claim(kind="package_classifier", raw=classifier, locator="METADATA#Classifier")
        for classifier in given.get("classifiers", [])
        if classifier.startswith("License ::")
    ]
    text = str(given.get("license") or "").strip()
    if text and text.upper() not in ("UNKNOWN", "NONE"):
        found.append(Claim(kind="package_license", raw=text, locator="METADATA#License"))
    return tuple(found)


def license_texts(site: str, info: str, listed: list[str], declared: list[str]) -> dict[str, list[Claim]]:
    """Return the licence files in a ``.dist-info`` folder by the folder they speak for; the empty name is all.

    They are those METADATA names and any named like one. PEP 639 keeps their paths in the source tree: with
    ``licenses/src/pip/_vendor/idna/LICENSE.md`` only what is in ``pip/_vendor/idna`` is meant, where that exists.
    Where it does not, the locator of a component's licence is marked (`_mark`), if the project's own is there too.
    """
    named = {f"{info}/{sub}{name}" for name in declared for sub in ("licenses/", "")}
    named |= {
        name
        for name in listed
        if name.startswith((f"{info}/licenses/", f"{info}/license_files/"))
        or (posixpath.dirname(name) == info and is_license_file(posixpath.basename(name)))
    }
    present = [name for name in sorted(named) if os.path.isfile(os.path.join(site, name))]
    inner_of = {name: _inner_folder(name, info) for name in present}
    has_top = any(not inner for name, inner in inner_of.items() if is_license_file(posixpath.basename(name)))
    found: dict[str, list[Claim]] = {}
    for name, inner in inner_of.items():
        is_installed = bool(inner) and any(each.startswith(inner + "/") for each in listed)
        mark = _mark(name, inner, listed) if has_top and inner and not is_installed else ""
        claim = claim_of_file(os.path.join(site, name), name)
        if claim is not None:
            found.setdefault(inner if is_installed else "", []).append(replace(claim, locator=claim.locator + mark))
    return found


def _inner_folder(name: str, info: str) -> str:
    """Return the folder of the source tree in which a licence file lay; empty for its top."""
    inner = posixpath.dirname(name).removeprefix(info).lstrip("/").partition("/")[2]
    return inner.removeprefix("src/").removeprefix("lib/")


def _mark(name: str, inner: str, listed: list[str]) -> str:
    """Return what a locator adds where a licence file is about a component that is not installed as a folder.

    ``#for=<folder>``: the folder lies within an installed package, or among bundled sources; ``#of=<name>``: it is
    one of a collection, named for a component (``LICENSES/KLIB_LICENSE``). Any other speaks for all.
    """
    parts = inner.lower().split("/")
    stem = stem_of(posixpath.basename(name))
    if parts[-1] in COLLECTIONS:
        # Ids of SPDX, by which REUSE names its files, have no underscore.
        named = re.sub(r"(?i)[-_. ]?licen[cs]es?[-_. ]?", "", stem).partition("_")[0]
        is_component = not is_plain(stem) and (is_license_file(posixpath.basename(name)) or "_" in stem)
        return f"#of={named}" if is_component and named else ""
    tops = {each.split("/")[0] for each in listed if "/" in each}
    is_bundled = inner.split("/")[0] in tops or any(part in BUNDLES for part in parts)
    return f"#for={inner}" if is_bundled else ""


def _address(urls: dict[str, str], home: str | None) -> str | None:
    labelled = {label.strip().lower(): url for label, url in sorted(urls.items())}
    if home and home.upper() != "UNKNOWN":
        labelled.setdefault("home-page", home)
    best = next((labelled[label] for label in LINKS if label in labelled), None)
    return best or next(iter(labelled.values()), None)
