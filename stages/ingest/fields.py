"""Where a row keeps what: text, id, address, date and licence, read out of a JSON object or an Arrow row."""

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from licet.schemas.evidence import Claim

_ABSENT = object()


def at_path(row: Any, path: tuple[str, ...]) -> Any:
    """Return what a row holds at a path of keys, or None where any of them is absent.

    A key that itself has dots is found too: ``("a", "b")`` reads ``{"a.b": 1}``.
    """
    found = row
    for key in path:
        found = found.get(key, _ABSENT) if isinstance(found, dict) else _ABSENT
        if found is _ABSENT:
            return row.get(".".join(path)) if isinstance(row, dict) and len(path) > 1 else None
    return found


@lru_cache(1024)
def path_of(field: str | None) -> tuple[str, ...]:
    """Return a field's name as a path of keys; the empty path for no field."""
    return tuple(field.split(".")) if field else ()


def natural_id(value: Any) -> str | None:
    """Return a row's own id as text; None where it has none that could be a name."""
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def plain(value: Any) -> str | None:
    """Return an address or a date as text; numbers and dates are written out, anything else is nothing."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else None


def type_name(value: Any) -> str:
    """Return how JSON calls the type of a value."""
    if value is None:
        return "null"
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), type(value).__name__)


def canonical(value: Any) -> str:
    """Return a value as JSON that is the same wherever it is written: sorted keys, no spaces, UTF-8."""
    return _canonical(value)


def as_json(value: Any) -> str:
    """Return a value as JSON whose fields are in the order in which they came, which templates show to models."""
    return _as_json(value)


def value_of(text: str) -> Any:
    """Return what a text is the JSON of, or the Python of, as some sets have it; None for any other."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(text.strip()) if len(text) < 100_000 else None
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def taken(row: dict[str, Any], paths: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a row holds at the paths of some fields, and the row without it; the row itself stays as it is."""
    found: dict[str, Any] = {}
    rest = dict(row)
    for field, path in paths.items():
        if rest.get(path) is not None:
            found[field] = rest.pop(path)
        elif "." in path and (value := at_path(rest, path_of(path))) is not None:
            found[field] = value
            rest = _without(rest, path_of(path))
    return found, rest


def _without(row: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    if len(path) > 1:
        inner = _without(row[path[0]], path[1:])
        return {key: inner if key == path[0] else value for key, value in row.items() if key != path[0] or inner}
    return {key: value for key, value in row.items() if key != path[0]}


def put(row: dict[str, Any], path: str, value: Any) -> None:
    """Put a value at a path of a row, which gets the objects that it leads through."""
    if "." not in path:
        row[path] = value
        return
    *through, last = path_of(path)
    for key in through:
        if not isinstance(row.get(key), dict):
            row[key] = {}
        row[key] = row = dict(row[key])
    row[last] = value


def _written(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else str(value)


_as_json = json.JSONEncoder(check_circular=False, separators=(",", ":"), ensure_ascii=False, default=_written).encode
_canonical = json.JSONEncoder(
    check_circular=False, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_written
).encode


@dataclass(frozen=True)
class RowClaims:
    """Adds what a row says itself to what its origin says: its licence, and which model made it.

    Rows that say the same share one tuple. ``maker`` is the claim of the recipe on who made the rows; where ``made_in``
    names the rows' own field for it, that claim is only for rows without one.
    """

    origin: tuple[Claim, ...]
    field: str | None
    name: str
    known: dict[tuple[str | None, str | None, str | None], tuple[Claim, ...]]
    maker: Claim | None = None
    made_in: str | None = None

    @classmethod
    def of(
        cls,
        origin: tuple[Claim, ...],
        field: str | None,
        name: str,
        maker: Claim | None = None,
        made_in: str | None = None,
    ) -> "RowClaims":
        """Return one for the rows of the file ``name`` whose licence is in ``field``."""
        return cls(origin, field, name, {}, maker, made_in)

    def claims(self, value: Any, made_by: str | None = None, label: str | None = None) -> tuple[Claim, ...]:
        """Return the claims of a row with this in its licence field, which names ``made_by`` as its maker.

        A list of licences makes a claim of each of its items. ``label`` is what the row calls the side that answers.
        """
        is_silent = self.field is None or value is None or value == "" or value == []
        key = None if is_silent else value if isinstance(value, str) else canonical(value)
        if key is None and made_by is None and label is None and self.maker is None:
            return self.origin
        if (key, made_by, label) not in self.known:
            if len(self.known) > 10_000:
                self.known.clear()
            own = self._licences(value) if key is not None else ()
            labels = (Claim(kind="generator_label", raw=label, locator=f"{self.name}#from"),) if label else ()
            self.known[key, made_by, label] = self.origin + own + self._makers(made_by) + labels
        return self.known[key, made_by, label]

    def _licences(self, value: Any) -> tuple[Claim, ...]:
        said = [v if isinstance(v, str) else canonical(v) for v in (value if isinstance(value, list) else [value])]
        return tuple(Claim(kind="row_column", raw=raw, locator=f"{self.name}#{self.field}") for raw in said)

    def _makers(self, made_by: str | None) -> tuple[Claim, ...]:
        own = Claim(kind="generator", raw=made_by or "", locator=f"{self.name}#{self.made_in or 'generator'}")
        of_recipe = () if self.maker is None or (self.made_in and made_by) else (self.maker,)
        return (*of_recipe, own) if made_by else of_recipe


def named_model(value: Any) -> str | None:
    """Return the models that a row's field names, as text; what is no name is written out, and null is none."""
    if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
        value = ", ".join(value)
    if value is None or value == "" or value == []:
        return None
    return (value if isinstance(value, str) else canonical(value)).strip() or None
