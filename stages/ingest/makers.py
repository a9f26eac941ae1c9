"""Who made a row: as it names them, as its turns are labelled, as the recipe says; and on which day."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timezone
from typing import Any

from licet.schemas.evidence import Claim
from licet.stages.ingest.fields import at_path, named_model, path_of
from licet.stages.maker_words import made_on, speaks_of_a_model

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]|$)")
_EPOCH = (1_400_000_000, 4_100_000_000)
"""Seconds since 1970 that are read as a time: from 2014 to 2099."""
_MODELS = frozenset({"gpt", "model", "ai", "bot", "chatbot", "llm", "bing"})
"""Labels of turns that say a model wrote them, beside the names of models; ``assistant`` says nothing of who did."""


def declared_maker(settings: Mapping[str, Any], source: str) -> Claim | None:
    """Return the claim of the recipe on who made a source's rows; null where it makes none."""
    told = settings.get("generator")
    return maker_claim(told, source) if told else None


def maker_claim(told: Mapping[str, Any], source: str) -> Claim:
    """Return what a recipe's ``generator`` says as a claim."""
    day = date.fromisoformat(told["made"]) if told.get("made") else None
    where = f"recipe#sources.{source}.generator"
    return Claim(kind="generator", raw=made_on(told["name"], day), locator=where, url=told.get("evidence"))


def day_of(value: Any) -> date | None:
    """Return the day that a field holds: an ISO date or time, or seconds since 1970; null where it holds none."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and _EPOCH[0] <= value <= _EPOCH[1]:
        return datetime.fromtimestamp(value, timezone.utc).date()
    found = _DAY.match(value.strip()) if isinstance(value, str) else None
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def declared_name(settings: Mapping[str, Any]) -> str | None:
    """Return whom the recipe names as the maker of a source's rows; null where it names nobody."""
    told = settings.get("generator")
    return told["name"] if told else None


def named_maker(row: dict[str, Any], settings: Mapping[str, Any]) -> str | None:
    """Return whom a row names as its maker; null where it names nobody."""
    return named_model(at_path(row, path_of(settings.get("generator_field") or "generator")))


def dated(names: str | None, row: dict[str, Any], settings: Mapping[str, Any]) -> str | None:
    """Return the makers that a row names, with the day on which they made it where it says that too."""
    field = settings.get("generated_field")
    return made_on(names, day_of(at_path(row, path_of(field)))) if names and field else names


def label_of(row: dict[str, Any], settings: Mapping[str, Any]) -> str | None:
    """Return what a ShareGPT row calls the side that answers, where that is not just its part: ``gpt``, ``bard``."""
    if settings["shape"] != "sharegpt":
        return None
    turns = row.get(settings["fields"].get("conversations", "conversations"))
    labels = [t.get("from") for t in turns if isinstance(t, dict)] if isinstance(turns, list) else []
    told = {label.strip().lower() for label in labels if isinstance(label, str)}
    return ", ".join(sorted(label for label in told if label in _MODELS or speaks_of_a_model(label))) or None
