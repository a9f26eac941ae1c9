"""Paths as robots.txt writes them (RFC 9309, section 2.2.3): a beginning; ``*`` is anything, ``$`` the end."""

import re
from collections.abc import Iterable
from fnmatch import translate
from functools import lru_cache
from typing import TypeVar
from urllib.parse import unquote, urlsplit

T = TypeVar("T")


def host_and_path(url: str) -> tuple[str, str] | None:
    """Return the host, with a port that is not the scheme's own, and path and query; None for no web address."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host:
        return None
    own = {"http": 80, "https": 443}[parts.scheme.lower()]
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return (host if port in (None, own) else f"{host}:{port}"), path


def fits(pattern: str, path: str) -> bool:
    """Tell whether a path is one of those that a pattern names; the empty pattern names none."""
    if not pattern:
        return False
    plain, path = unquote(pattern), unquote(path)
    if "*" not in pattern and not pattern.endswith("$"):
        return path.startswith(plain)
    return _compiled(pattern).fullmatch(path) is not None


def closest(rules: Iterable[tuple[str, T]], path: str) -> list[tuple[str, T]]:
    """Return, of rules with patterns, those with the longest that names a path."""
    found = [rule for rule in rules if fits(rule[0], path)]
    longest = max((len(pattern) for pattern, _ in found), default=0)
    return [rule for rule in found if len(rule[0]) == longest]


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    ends = pattern.endswith("$")
    written = re.sub(r"\*+", "*", unquote(pattern.removesuffix("$") if ends else pattern))
    return re.compile(translate(re.sub(r"([?\[])", r"[\1]", written) + ("" if ends else "*")))
