"""The terms that come with what a model wrote: which model is meant, and what its publisher asks of outputs.

`licet.schemas.generators` lists families of models by the spellings of their names. Those that add terms, and those
that nobody has read, are looked for anywhere in a name, because what was tuned from them inherits them; those that add
none must be all of the name, and of the publisher's own, because what somebody made of them is not known. Nor may they
say that a host answered, as ``together/…``, ``mistral.…-v1:0`` and ``…:free`` do: hosts have terms of their own. A name
that nothing matches is unknown. So no word that is added to a name makes it looser.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from licet.schemas.generators import Family, generator_table, output_terms

MAX_CHARS = 2_000
"""Longer names are no names."""
MAX_MODELS = 64
"""Models named in one statement."""
_VARIANT = r"instruct|it|base|hf|preview|thinking|latest|v\d+(?:\.\d+)*|\d{4,8}"
_QUANTISED = (
    r"awq|gptq|gguf|exl2|mlx|marlin|(?:fp|bf|nvfp|mxfp)\d+(?:-dynamic|-block)?|(?:quantized\.)?w\d+a\d+|int[48]|[48]-?bit|bnb-[48]bit"
    r"|i?q\d(?:-(?:\d|[kx]{1,2}(?:-?[xsml]{1,3})?))?"
)
_SUFFIX = rf"(?:-(?:{_VARIANT}|{_QUANTISED}))*"
_IS_QUANTISED = re.compile(rf"-(?:{_QUANTISED})(?:-|$)")
_TAIL = re.compile(r"(?:@(?:main|latest|[0-9a-f]{6,40}|\d{4,8}))?(?::(?:latest|\d))?$")
_SEVERAL = re.compile(r"\s*(?:[,;|&\n]|\s[+/]\s|\s(?:and|or|und|et)\s)\s*", re.IGNORECASE)
_MADE_ON = re.compile(r"\s*\(made (\d{4}-\d{2}-\d{2})\)$")
_LEAD = re.compile(
    r"(?:(?:(?:answers?|responses?|outputs?|completions?|data|texts?|it|this)\s+)?(?:(?:was|were|is|are)\s+)?"
    r"(?:synthetically\s+|automatically\s+)?(?:generated|produced|written|created|answered|synthesi[sz]ed|made)\s+"
    r"(?:by|with|using|via)|(?:model|generator)\s*[:=])\s*"
)
_HUB = re.compile(r"(?:hf://|https?://(?:www\.)?huggingface\.co/)")
_DASHES = dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-")
_QUOTES = "\"'`[]“”‘’*"


@dataclass(frozen=True, kw_only=True)
class Generator:
    """What is known of the models that one statement names.

    ``terms`` has the ids of what they add, sorted; ``is_known`` is false where one of them is not listed or its terms
    were not read; ``is_model`` is false where people or plain programs wrote the text. ``made`` is when they did.
    """

    terms: tuple[str, ...]
    is_known: bool
    is_model: bool
    families: tuple[str, ...]
    made: date | None = None


@dataclass(frozen=True)
class _Pattern:
    family: Family
    pattern: re.Pattern[str]


@cache
def _patterns() -> tuple[_Pattern, ...]:
    return tuple(
        _Pattern(
            family,
            re.compile(
                rf"(?:{family.pattern}){_SUFFIX if family.is_model else ''}"
                if family.whole
                else rf"(?<![a-z0-9])(?:{family.pattern})"
            ),
        )
        for family in generator_table().models
    )


@lru_cache(maxsize=16_384)
def read_generator(raw: str) -> Generator:
    """Return what is known of the models that ``raw`` names, several of them between commas, ``and`` or ``+``.

    ``raw`` may end in ``(made 2025-03-01)``: then the terms are those of that day, else the strictest that ever were.
    Never raises; each of several names must be known for the whole to be.
    """
    text = unicodedata.normalize("NFKC", raw).translate(_DASHES).casefold().strip()
    text, made = _without_day(text)
    parts = (_LEAD.sub("", part.strip().strip(_QUOTES), count=1).strip(_QUOTES) for part in _SEVERAL.split(text))
    names = [name for part in parts if (name := part.strip())]
    if not names or len(text) > MAX_CHARS or len(names) > MAX_MODELS:
        return Generator(terms=(), is_known=False, is_model=True, families=(), made=made)
    families = [families_of(name, made) for name in names]
    every = [family for found in families for family in found]
    terms = tuple(sorted({family.terms for family in every if family.terms}))
    is_dated = all((told := output_terms(key)) is not None and told.on(made) is not None for key in terms)
    return Generator(
        terms=terms,
        is_known=all(families) and all(family.reviewed for family in every) and is_dated,
        is_model=not all(families) or any(family.is_model for family in every),
        families=tuple(sorted({family.family for family in every})),
        made=made,
    )


def _without_day(text: str) -> tuple[str, date | None]:
    found = _MADE_ON.search(text)
    if found is None:
        return text, None
    try:
        return text[: found.start()], date.fromisoformat(found[1])
    except ValueError:
        return text, None


def strict_families(words: str, made: date | None) -> tuple[Family, ...]:
    """Return the families that add terms, or that were not read, and are named anywhere in folded words."""
    plain = re.sub(r"[\s_]+", "-", words)
    return tuple(
        it.family
        for it in _patterns()
        if not it.family.whole and _is_of_its_days(it.family, made) and it.pattern.search(plain)
    )


def families_of(name: str, made: date | None) -> tuple[Family, ...]:
    """Return the families that one folded name is of: all that add terms or were not read, else the one that adds none.

    Outputs of no day are under no row that begins on one.
    """
    plain = re.sub(r"[\s_]+", "-", _HUB.sub("", name))
    if strict := strict_families(plain, made):
        return strict
    *before, model = _TAIL.sub("", plain).split("/")
    return tuple(
        it.family
        for it in _patterns()
        if it.family.whole
        and _is_of_its_days(it.family, made)
        and it.pattern.fullmatch(model)
        and _is_the_publishers(it.family, before, model)
    )[:1]


def _is_of_its_days(family: Family, made: date | None) -> bool:
    """Tell whether outputs of a day are under what a row says; those of no day are where they may not be."""
    if made is None:
        return family.since is None
    return (family.since is None or family.since <= made) and (family.until is None or made < family.until)


def _is_the_publishers(family: Family, before: list[str], model: str) -> bool:
    """Tell whether what stands before a name says nothing but who published it, and where it ran."""
    table = generator_table()
    allowed = {*table.routers, *family.publishers}
    if _IS_QUANTISED.search(model):
        allowed |= table.quantizers
    return all(part in allowed for part in before) and (
        not family.names_publisher or not family.publishers or any(part in family.publishers for part in before)
    )
