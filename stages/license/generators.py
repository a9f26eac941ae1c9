"""The terms that come with what a model wrote: which model is meant, and what its publisher asks of outputs.

`schemas/licenses/generators.json` lists families of models by the spellings of their names. Those that add terms are
looked for anywhere in a name, because what was tuned from them inherits them; those that add none must be all of the
name, and of the publisher's own, because what somebody made of them is not known. A name that nothing matches, or a
family whose terms nobody has read, is unknown.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from licet.schemas.license import LICENSES_FOLDER

MAX_CHARS = 400
"""Longer names are no names."""
MAX_MODELS = 8
"""Models named in one statement."""
_SUFFIX = (
    r"(?:-(?:instruct|chat|it|base|hf|preview|thinking|sft|dpo|awq|gptq|gguf|fp8|bf16|int[48]|[48]bit|bnb-[48]bit|latest"
    r"|v\d+(?:\.\d+)*|\d{4,8}))*"
)
_SEVERAL = re.compile(r"\s*(?:[,;|&]|\s\+\s|\s(?:and|or)\s)\s*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Generator:
    """What is known of the models that one statement names.

    ``terms`` has the ids of what they add, sorted; ``is_known`` is false where one of them is not listed or its terms
    were not read; ``is_model`` is false where people or plain programs wrote the text.
    """

    terms: tuple[str, ...]
    is_known: bool
    is_model: bool
    families: tuple[str, ...]


@dataclass(frozen=True)
class _Family:
    name: str
    pattern: re.Pattern[str]
    publishers: frozenset[str]
    terms: str | None
    is_whole: bool
    is_reviewed: bool
    is_model: bool


@cache
def _table() -> tuple[tuple[_Family, ...], frozenset[str]]:
    found = json.loads((LICENSES_FOLDER / "generators.json").read_text(encoding="utf-8"))
    families = tuple(
        _Family(
            name=row["family"],
            pattern=re.compile(
                rf"(?:{row['pattern']}){_SUFFIX}" if row["whole"] else rf"(?<![a-z0-9])(?:{row['pattern']})"
            ),
            publishers=frozenset(row.get("publishers", ())),
            terms=row["terms"],
            is_whole=row["whole"],
            is_reviewed=row["reviewed"],
            is_model=row.get("weights") != "none",
        )
        for row in found["models"]
    )
    return families, frozenset(found["routers"])


@lru_cache(maxsize=16_384)
def read_generator(raw: str) -> Generator:
    """Return what is known of the models that ``raw`` names, several of them between commas, ``and`` or ``+``.

    Never raises; each of several names must be known for the whole to be.
    """
    text = unicodedata.normalize("NFKC", raw).casefold().strip().strip("\"'`[]")
    names = [name for part in _SEVERAL.split(text) if (name := part.strip().strip("\"'`"))]
    if not names or len(text) > MAX_CHARS or len(names) > MAX_MODELS:
        return Generator(terms=(), is_known=False, is_model=True, families=())
    families = [_families(name) for name in names]
    every = [family for found in families for family in found]
    return Generator(
        terms=tuple(sorted({family.terms for family in every if family.terms})),
        is_known=all(families) and all(family.is_reviewed for family in every),
        is_model=not every or any(family.is_model for family in every),
        families=tuple(sorted({family.name for family in every})),
    )


def _families(name: str) -> tuple[_Family, ...]:
    """Return the families that one name is of: all that add terms or were not read, else the one that adds none."""
    table, routers = _table()
    plain = re.sub(r"[\s_]+", "-", name).split("@")[0]
    plain = re.sub(r"(?<=[a-z0-9]):[a-z0-9.]+$", "", plain)
    strict = tuple(f for f in table if not f.is_whole and f.pattern.search(plain))
    if strict:
        return strict
    publisher, _, model = plain.rpartition("/")
    publisher = publisher.rpartition("/")[2]
    return tuple(
        family
        for family in table
        if family.is_whole
        and family.pattern.fullmatch(model)
        and (not publisher or publisher in routers or publisher in family.publishers)
    )[:1]
