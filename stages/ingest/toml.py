"""TOML, which Python itself reads from 3.11 on."""

import sys
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def toml_of(text: str) -> dict[str, Any]:
    """Return the table that a text in TOML holds.

    Raises:
        ValueError: it is no TOML; the message says where.

    """
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
