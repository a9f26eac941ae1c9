"""What the front matter of a card says of the dataset, checked offline, in the hub's own words.

A hub checks a card when it is sent, after hours of upload at worst, and its client library does not check it at all
(huggingface_hub 2.4, measured: nonsense licences, languages and sizes go through).
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from licet.pipelines.features import features_of
from licet.pipelines.hub_names import SIZES, hub_license, size_category
from licet.pipelines.publish.problems import Problems

CARD = "README.md"
_TWO_LETTERS = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es
et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki
kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no
nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta
te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
LANGUAGES = frozenset(_TWO_LETTERS.split())
"""ISO 639-1. Codes of three letters (ISO 639-2, 639-3) are held to their shape only."""
OTHER_LANGUAGES = frozenset({"code", "multilingual"})
_THREE_LETTERS = re.compile(r"[a-z]{3}")
SIZE_NAMES = frozenset({*(name for _, name in SIZES), "n>1T"})
CREATORS = frozenset({"crowdsourced", "expert-generated", "found", "machine-generated", "no-annotation", "other"})
"""The hub's values for annotations_creators and language_creators."""


def check_front(front: Mapping[str, Any], paths: Iterable[str], rows: int | None, problems: Problems) -> None:
    """Add what a hub would not take of a card's licence, languages, size and makers.

    ``rows`` are those of the version, where they are known: the class of size must be theirs.
    """
    _check_license(front, frozenset(paths), problems)
    for language in _listed(front.get("language")):
        # YAML reads the code of Norwegian as false.
        code = "no" if language is False else language
        if code not in LANGUAGES | OTHER_LANGUAGES and not (isinstance(code, str) and _THREE_LETTERS.fullmatch(code)):
            problems.add(
                f"{CARD} names the language {code!r}, which is no ISO 639 code: write en, deu or multilingual."
            )
    sizes = _listed(front.get("size_categories"))
    for size in sizes:
        if size not in SIZE_NAMES:
            problems.add(
                f"{CARD} has the size category {size!r}, which no hub knows: write {size_category(rows or 0)}."
            )
    if rows is not None and sizes and sizes != [size_category(rows)]:
        problems.add(
            f"{CARD} has the size category {sizes} and the version {rows:,} rows: write {size_category(rows)}."
        )
    for key in ("annotations_creators", "language_creators"):
        for value in _listed(front.get(key)):
            if value not in CREATORS:
                problems.add(f"{CARD} has {value!r} in {key}: a hub knows {', '.join(sorted(CREATORS))}.")


def check_dataset_info(
    front: Mapping[str, Any], schemas: Mapping[str, pa.Schema], rows: Mapping[str, int], problems: Problems
) -> None:
    """Add where ``dataset_info`` says something else of a config than its files, whose schema and rows are given.

    Readers believe it: a stale one makes a dataset fail to load (datasets#7867).
    """
    for info in _listed(front.get("dataset_info")):
        name = str(info.get("config_name", "default")) if isinstance(info, dict) else ""
        if name not in schemas:
            problems.add(f"{CARD} has a dataset_info of '{name}', which is none of its configs: take it out.")
            continue
        if info.get("features") not in (None, features_of(schemas[name])):
            problems.add(f"{CARD} has features of config '{name}' that are not those of its files: build it again.")
        told = sum(split.get("num_examples", 0) for split in info.get("splits") or [])
        if info.get("splits") and told != rows[name]:
            problems.add(
                f"{CARD} gives config '{name}' {told:,} rows, and its files have {rows[name]:,}: build it again."
            )


def _check_license(front: Mapping[str, Any], paths: frozenset[str], problems: Problems) -> None:
    given = _listed(front.get("license"))
    if not given:
        problems.add(f"{CARD} names no license: write the hub's ids of it, or other with a license_name.")
    for name in given:
        if not isinstance(name, str) or hub_license(name) != name or name == "unknown":
            problems.add(f"{CARD} names the license {name!r}, which is none of the hub's ids: write one, or other.")
    if "other" in given:
        name, link = front.get("license_name"), front.get("license_link")
        if not isinstance(name, str) or not name:
            problems.add(f"{CARD} names the license other and no license_name: add one.")
        if not isinstance(link, str) or not (link in paths or re.match(r"https?://[^\s/]", link)):
            problems.add(f"{CARD} names the license other, and its license_link is no address and no file: add one.")


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
