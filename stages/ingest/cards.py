"""Dataset cards: the front matter of a README, as hubs of datasets read it.

``license`` is an id of the hub or a list of them; ``other`` refers to ``license_name`` and ``license_link``. Parts of a
set (``configs``, ``dataset_info``) may name a licence of their own, which speaks for the files of that part.
"""

import re
from dataclasses import dataclass
from typing import Any

import yaml

from licet.schemas.evidence import Claim
from licet.stages.ingest.fields import canonical, type_name
from licet.stages.ingest.locate import matches

MAX_CHARS = 4_000_000
"""The longest front matter known, of sets with thousands of parts, has 1.5 million."""
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_PAGE = re.compile(r"https?://[^/]+/datasets/([^/?#]+/[^/?#]+)", re.IGNORECASE)
_STORED = re.compile(r"hf://datasets/([^/@]+/[^/@]+)", re.IGNORECASE)
MAX_MAKER = 120
"""Characters of a tag that are kept."""
_MAKERS = re.compile(r"machine[- ]generated|\bsynthetic\b|(?:ai|llm|model)[- ]generated|\bdistill?ed\b", re.IGNORECASE)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Card:
    """What a card says: claims on all files beside and below it, and on those of its parts by their patterns.

    ``link`` is a file of the set that is to hold the licence; ``rest`` is the README without the card.
    """

    claims: tuple[Claim, ...]
    parts: tuple[tuple[tuple[str, ...], Claim], ...]
    link: str | None
    rest: str

    def of(self, path: str) -> tuple[Claim, ...]:
        """Return the claims on a path, relative to the card's folder, that its part makes."""
        return tuple(claim for patterns, claim in self.parts if not patterns or matches(path, patterns))


def card_address(homepage: str | None, anchor: str) -> str | None:
    """Return a source's homepage where it is the page of a dataset on a hub, and none but that of its files.

    Who names the card's own page as the homepage says that the set was first published there: its card is the
    publisher's word. Any other card is that of a copy.
    """
    page = _PAGE.match(homepage or "")
    stored = _STORED.match(anchor)
    if page is None or (stored is not None and stored[1].lower() != page[1].lower()):
        return None
    return homepage


def read_card(readme: str, locator: str, url: str | None) -> Card:
    """Return the card of a README; without front matter, or one that says nothing of licences, it has no claims."""
    front = _FRONT.match(readme[:MAX_CHARS])
    if front is None:
        return Card((), (), None, readme)
    rest = readme[front.end() :]
    if "license" not in front[1] and not _MAKERS.search(front[1]):
        return Card((), (), None, rest)
    try:
        told = yaml.load(front[1], Loader=_LOADER)
    except (yaml.YAMLError, ValueError, TypeError, OverflowError, RecursionError) as error:
        words = " ".join(str(error).split())[:200]
        return Card((Claim(kind="hub_card", raw=f"no YAML: {words}", locator=locator, url=url),), (), None, rest)
    if not isinstance(told, dict):
        return Card((), (), None, rest)
    link = told.get("license_link")
    file = link.strip() if isinstance(link, str) and "://" not in link else ""
    claims = (*_claims(told, locator, url), *_maker_notes(told, locator, url))
    return Card(claims, tuple(_parts(told, locator, url)), file or None, rest)


def _maker_notes(told: dict[Any, Any], locator: str, url: str | None) -> list[Claim]:
    """Return what a card's fields say of models that made the set: its creators and its tags."""
    found = []
    for key in ("language_creators", "tags"):
        values = told.get(key)
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, str) and _MAKERS.search(value):
                raw = f"{key}: {value[:MAX_MAKER]}"
                found.append(Claim(kind="generator_note", raw=raw, locator=f"{locator}#{key}", url=url))
    return found


def _claims(told: dict[Any, Any], locator: str, url: str | None) -> list[Claim]:
    name, link = told.get("license_name"), told.get("license_link")
    stated = told.get("license")
    found: list[tuple[str, Any]] = []
    if stated not in (None, "", []) and not (_is_other(stated) and name):
        found.append(("license", stated))
    if name:
        found.append(("license_name", name))
    elif _is_other(stated) and isinstance(link, str) and "://" in link:
        found = [("license_link", link)]
    return [Claim(kind="hub_card", raw=_raw(value), locator=f"{locator}#{key}", url=url) for key, value in found]


def _is_other(stated: Any) -> bool:
    values = stated if isinstance(stated, list) else [stated]
    return all(isinstance(value, str) and value.strip().lower() == "other" for value in values) and bool(values)


def _raw(value: Any) -> str:
    """Return what a field holds; a list, which says neither AND nor OR, as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return value[0] if len(value) == 1 else canonical(value)
    return f"no name but a YAML {type_name(value)}"


def _parts(told: dict[Any, Any], locator: str, url: str | None) -> list[tuple[tuple[str, ...], Claim]]:
    configs = {c.get("config_name"): c for c in _tables(told.get("configs")) if _is_name(c.get("config_name"))}
    found = []
    for key in ("configs", "dataset_info"):
        for table in _tables(told.get(key)):
            if table.get("license") in (None, "", []):
                continue
            name = table.get("config_name")
            files = _patterns(configs.get(name, {})) if _is_name(name) else ()
            where = f"{locator}#{key}.{name if _is_name(name) else 'default'}.license"
            found.append((files, Claim(kind="hub_card", raw=_raw(table["license"]), locator=where, url=url)))
    return found


def _is_name(value: Any) -> bool:
    return isinstance(value, str)


def _tables(value: Any) -> list[dict[Any, Any]]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]


def _patterns(config: dict[Any, Any]) -> tuple[str, ...]:
    """Return the patterns of a part's files; none where the card does not say, so that all may be of it."""
    given = config.get("data_files")
    if isinstance(given, dict):
        given = list(given.values())
    paths: list[Any] = []
    for each in given if isinstance(given, list) else [given]:
        path = each.get("path") if isinstance(each, dict) else each
        paths += path if isinstance(path, list) else [path]
    if not paths or not all(isinstance(path, str) and path for path in paths):
        folder = config.get("data_dir")
        paths = [f"{folder.strip('/')}/**"] if isinstance(folder, str) and folder.strip("/") else []
    patterns = tuple(path.removeprefix("./") for path in paths)
    try:
        matches("", patterns)
    except re.error:
        return ()
    return patterns
