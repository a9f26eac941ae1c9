"""A hub's own names: its licence ids, and its classes of size."""

import json
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

SIZES = (
    (10**3, "n<1K"),
    (10**4, "1K<n<10K"),
    (10**5, "10K<n<100K"),
    (10**6, "100K<n<1M"),
    (10**7, "1M<n<10M"),
    (10**8, "10M<n<100M"),
    (10**9, "100M<n<1B"),
    (10**10, "1B<n<10B"),
    (10**11, "10B<n<100B"),
    (10**12, "100B<n<1T"),
)


def size_category(rows: int) -> str:
    """Return the class of size that a hub puts this many rows in."""
    return next((name for bound, name in SIZES if rows < bound), "n>1T")


@cache
def _table() -> tuple[frozenset[str], dict[str, str]]:
    told = json.loads((files("licet.schemas") / "hub_licenses.json").read_text(encoding="utf-8"))
    return frozenset(told["ids"]), told["spdx"]


def hub_license(spdx_id: str) -> str | None:
    """Return a hub's id for an SPDX licence id; None when it has none that says exactly that or its family."""
    ids, renamed = _table()
    found = renamed.get(spdx_id, spdx_id.lower())
    return found if found in ids else None


def hub_licenses(expressions: Iterable[str]) -> list[str] | None:
    """Return the hub ids of all licences in some SPDX expressions, sorted; None unless each of them has one.

    None also where an expression has an exception (WITH), which a list of ids cannot tell.
    """
    found: set[str] = set()
    for expression in expressions:
        for word in re.findall(r"[^\s()]+", expression):
            if word == "WITH":
                return None
            if word in {"AND", "OR"}:
                continue
            hub_id = hub_license(word)
            if hub_id is None:
                return None
            found.add(hub_id)
    return sorted(found) or None
