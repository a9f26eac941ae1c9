"""Where a row keeps what: text, id, address, date and licence, read out of a JSON object or an Arrow row."""

import json
from dataclasses import dataclass
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
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_written)


def _written(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else str(value)


@dataclass(frozen=True)
class RowClaims:
    """Adds a row's own licence to what its origin says; rows with the same licence share one tuple."""

    origin: tuple[Claim, ...]
    field: str | None
    name: str
    known: dict[str, tuple[Claim, ...]]

    @classmethod
    def of(cls, origin: tuple[Claim, ...], field: str | None, name: str) -> "RowClaims":
        """Return one for the rows of the file ``name`` whose licence is in ``field``."""
        return cls(origin, field, name, {})

    def claims(self, value: Any) -> tuple[Claim, ...]:
        """Return the claims of a row with this in its licence field; a list makes a claim of each of its items."""
        if self.field is None or value is None or value == "" or value == []:
            return self.origin
        key = value if isinstance(value, str) else canonical(value)
        if key not in self.known:
            if len(self.known) > 10_000:
                self.known.clear()
            said = [v if isinstance(v, str) else canonical(v) for v in (value if isinstance(value, list) else [value])]
            own = tuple(Claim(kind="row_column", raw=raw, locator=f"{self.name}#{self.field}") for raw in said)
            self.known[key] = self.origin + own
        return self.known[key]
