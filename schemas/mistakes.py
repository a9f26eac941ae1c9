"""Mistakes in a file that a person wrote, told in sentences: where, what is wrong, and what was probably meant."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

Model = type[BaseModel]


def told(problem: Mapping[str, Any], root: Model) -> str:
    """Return one of pydantic's errors on a ``root`` model as a sentence.

    An unknown key is compared with the keys that are valid in its place, and the nearest is named.
    """
    place, model = _walk([str(part) for part in problem["loc"]], root)
    where = ".".join(place)
    if problem["type"] == "extra_forbidden":
        keys = list(model.model_fields)
        nearest = get_close_matches(place[-1], keys, n=1, cutoff=0.5)
        hint = f"Did you mean `{nearest[0]}`?" if nearest else f"Keys are: {', '.join(keys)}."
        return f"`{where}` is no key of a recipe. {hint}"
    if problem["type"] == "missing":
        return f"`{where}` is missing."
    message = problem["msg"].removeprefix("Value error, ")
    return f"`{where}`: {message}" if where else message


def _walk(location: list[str], root: Model) -> tuple[list[str], Model]:
    """Return a location without the tags of unions, and the model that its last part is a key of."""
    place: list[str] = []
    model, members = root, {"": root}
    for part in location:
        if part in members and place and place[-1].isdigit():
            model = members[part]
            continue
        place.append(part)
        if part in model.model_fields and part != location[-1]:
            members = {_tag(found): found for found in _models_in(model.model_fields[part].annotation)}
            model = next(iter(members.values()), model)
    return place, model


def _models_in(annotation: Any) -> Iterator[Model]:
    """Yield the models within ``X | None``, ``list[X]``, a union, or ``X`` itself."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models_in(part)


def _tag(model: Model) -> str:
    """Return the value of ``type`` that tells a model from the others of its union; empty for a lone model."""
    kind = model.model_fields.get("type")
    return str(kind.annotation.__args__[0]) if kind is not None and kind.annotation is not None else ""
