"""A file's head as it would be if nobody in particular held the copyright and no file were named in it.

Who holds the copyright since when, and what file it was made from, changes nothing of a notice, so notices that differ
in that are read once.
"""

import re
from functools import lru_cache

RESERVED = re.compile(r"\ball\s+rights?\s+(?:are\s+)?reserved\b", re.IGNORECASE)
# A whole line on the holder, and words by which a line says more than that.
_COPYRIGHT = re.compile(
    r"(?P<mark>[ \t]*(?:[#*;%!|]+|//+!?|--+|dnl|rem)?[ \t]*)(?:copyright\b|\(c\)|©)[^\n]{0,30}?\d{4}[^\n]{0,150}",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"licen[sc]|permi|grant|terms|condition|free|public|distribut|propriet|confid|except|governed|subject|restrict|only"
    r"|\*/|-->|commercial|secret|unauthor|\bnot\b|\bmay\b|\b[AL]?GPL|\bMIT\b|\bBSD|\bCC\b|Apache|creative|\"\"\"|'''",
    re.IGNORECASE,
)
# Names of source files, as generated files have them at their head.
_PATH = re.compile(
    r"`[^`\n]*/[^`\n]*`|(?<![:/\w.-])[\w./-]+\.(?:py|c|h|cc|cpp|hpp|js|ts|go|java|rs|proto|pl|rb|lua|sql|ya?ml|json)\b"
)


def of_nobody(head: str) -> str:
    """Return a head with the same marks and reservations in its copyright lines, but of nobody, and of no file."""
    return "\n".join([_line_of_nobody(line) for line in head.replace("\r\n", "\n").split("\n")])


@lru_cache(maxsize=8192)
def _line_of_nobody(line: str) -> str:
    lower = line.lower()
    may_name = "copyright" in lower or "(c)" in lower or not line.isascii()
    if may_name and (match := _COPYRIGHT.fullmatch(line)):
        line = _holder(match)
    return _PATH.sub("file.py", line) if "." in line or "`" in line else line


def _holder(match: re.Match[str]) -> str:
    """Return a copyright line with the same mark and reservation, but of nobody in particular."""
    line = match[0]
    if _MORE.search(line):
        return line
    return f"{match['mark']}Copyright 2000 Holder.{' All rights reserved.' if RESERVED.search(line) else ''}"
