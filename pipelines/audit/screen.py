"""Answers as the lines of a screen: at most 100 columns wide, plain text, safe to print whatever the data holds."""

import textwrap
from collections.abc import Iterable

WIDTH = 100
HEIGHT = 40
"""Lines of the answers about one work: what a terminal shows at once."""
LABEL = 13
"""Columns that labels take, with the two by which they are set in."""


def clean(text: str) -> str:
    """Return a text on one line, with what a terminal would act upon written out.

    Ids and quotes are strangers' words.
    """
    return "".join(c if c.isprintable() else " " if c.isspace() else c.encode("unicode_escape").decode() for c in text)


def entry(label: str, text: str, most: int = 3) -> list[str]:
    """Return a label and a text as lines, the text wrapped beside it; what needs more than ``most`` lines is cut."""
    first = f"  {label:<{LABEL - 2}}" if len(label) < LABEL - 2 else f"  {label} "
    return wrapped(text, first, " " * LABEL, most)


def item(text: str, most: int = 3) -> list[str]:
    """Return a text as one of several under a heading."""
    return wrapped(text, "  · ", "    ", most)


def below(text: str, most: int = 3) -> list[str]:
    """Return a text as the lines under an item."""
    return wrapped(text, "    ", "    ", most)


def wrapped(text: str, first: str = "", then: str = "", most: int = 3) -> list[str]:
    """Return a text as lines that begin with ``first``, then with ``then``; the last of ``most`` ends in … when cut."""
    return textwrap.wrap(
        clean(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=then,
        max_lines=most,
        placeholder=" …",
        break_on_hyphens=False,
    ) or [first.rstrip()]


def heading(text: str) -> list[str]:
    """Return a text as one line, or two, that are printed bold."""
    return wrapped(clean(text).strip() or "(nothing)", most=2)


def fitted(lines: list[str]) -> list[str]:
    """Return lines as one screen: what is beyond it is left to ``--json``."""
    return lines if len(lines) <= HEIGHT else [*lines[: HEIGHT - 1], "    … (--json has all)"]


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many signs, its end replaced by … where it is longer."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def number(count: int, one: str, several: str | None = None) -> str:
    """Return a count with its noun: ``1 row``, ``2,017 rows``."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def is_heading(line: str) -> bool:
    """Tell whether a line is to be printed bold: those that are not set in are."""
    return bool(line) and not line.startswith(" ")


def joined(sections: Iterable[list[str]]) -> list[str]:
    """Return sections under each other, an empty line between them; empty sections are left out."""
    lines: list[str] = []
    for section in sections:
        if section:
            lines += ["", *section] if lines else section
    return lines
