"""Installed Python packages: their files, and what their metadata says about their licence.

A site-packages folder has a ``*.dist-info`` folder for each distribution; its RECORD lists the files, its METADATA
the licence (PEP 639 expression, classifiers, free text) and its licence files. Distributions without a RECORD, or
whose RECORD lists no source (editable installs), have nothing to read.
"""

import csv
import os
import posixpath
import sysconfig
from dataclasses import dataclass
from fnmatch import fnmatchcase

from packaging.metadata import parse_email
from packaging.utils import canonicalize_name

from licet.schemas.errors import InputError
from licet.schemas.evidence import Claim
from licet.schemas.sources import PackagesSource
from licet.stages.ingest.claims import claim_of_file, is_evidence, is_license_file
from licet.stages.ingest.locate import absolute

LINKS = ("homepage", "home-page", "source", "source code", "repository", "code", "github")
"""Labels of project addresses, best first."""


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
    """
    named = {f"{info}/{sub}{name}" for name in declared for sub in ("licenses/", "")}
    named |= {
        name
        for name in listed
        if name.startswith((f"{info}/licenses/", f"{info}/license_files/"))
        or (posixpath.dirname(name) == info and is_license_file(posixpath.basename(name)))
    }
    found: dict[str, list[Claim]] = {}
    for name in sorted(named):
        claim = claim_of_file(os.path.join(site, name), name) if os.path.isfile(os.path.join(site, name)) else None
        if claim is not None:
            inner = posixpath.dirname(name).removeprefix(info).lstrip("/").partition("/")[2]
            inner = inner.removeprefix("src/").removeprefix("lib/")
            spoken = inner if inner and any(each.startswith(inner + "/") for each in listed) else ""
            found.setdefault(spoken, []).append(claim)
    return found


def _address(urls: dict[str, str], home: str | None) -> str | None:
    labelled = {label.strip().lower(): url for label, url in sorted(urls.items())}
    if home and home.upper() != "UNKNOWN":
        labelled.setdefault("home-page", home)
    best = next((labelled[label] for label in LINKS if label in labelled), None)
    return best or next(iter(labelled.values()), None)
