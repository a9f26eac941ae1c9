"""What was said of a licence, told to somebody who has not read the code: who, where, which words, how far trusted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from licet.pipelines.audit.screen import below, item, number, shortened
from licet.pipelines.audit.words import KINDS, TRUST, flag_in_words

SILENT = ("credit", "usage_signal")
"""Kinds of claims that say nothing of the licence."""
QUOTED = 150
"""Signs of a statement that are quoted."""
_RULES = re.compile(r"([=_*#~-])\1{3,}")


@dataclass(frozen=True)
class Heard:
    """One statement about the licence, as it was found and as it was read."""

    kind: str
    where: str
    url: str | None
    quote: str
    expression: str | None
    grade: str
    scope: str
    confidence: float
    flags: list[str]

    @property
    def is_on_licence(self) -> bool:
        """Whether the statement speaks of the licence at all."""
        return self.kind not in SILENT

    @property
    def reading(self) -> str:
        """What was made of the statement, in words."""
        if not self.is_on_licence:
            return "no word on the licence"
        if self.expression:
            return f"read as {self.expression}"
        told = [flag_in_words(flag) for flag in self.flags if flag != "mention"]
        return "not read as a licence" + (f" ({told[0]})" if told else "")

    @property
    def trust(self) -> str:
        """How far the statement is trusted, and why."""
        if self.kind == "declared" and self.grade == "F":
            return "grade F: the recipe names no place where that can be read"
        if self.scope == "page" and self.grade == "C":
            return "grade C: a mark for the whole page"
        told = TRUST.get(self.grade, "not known").format(sure=f"{100 * self.confidence:.0f} %")
        return f"grade {self.grade}: {told}"

    def lines(self) -> list[str]:
        """Return the statement as lines."""
        quote = shortened(_RULES.sub(r"\1\1\1", self.quote), QUOTED)
        says = f"{KINDS.get(self.kind, self.kind)} “{quote}”"
        end = f"; {self.trust}" if self.is_on_licence else ""
        return [*item(says, 2), *below(f"in {self.where}: {self.reading}{end}", 2)]


def heard_in(claims: Sequence[Mapping[str, Any]] | None) -> list[Heard]:
    """Return the statements of an evidence set, those that were read as licences first, the best of them on top.

    A credit without a name says nothing and is left out.
    """
    found = [
        Heard(
            kind=claim["kind"] or "",
            where=claim["locator"] or "",
            url=claim["url"],
            quote=claim["snippet"] or "",
            expression=claim["expression"],
            grade=claim["grade"] or "",
            scope=claim["scope"] or "",
            confidence=claim["confidence"] or 0.0,
            flags=list(claim["flags"] or ()),
        )
        for claim in claims or ()
        if claim["kind"] != "credit" or claim["snippet"]
    ]
    return sorted(found, key=lambda h: (not h.is_on_licence, h.expression is None, h.grade, h.kind, h.where))


def told(heard: Sequence[Heard], most: int) -> list[str]:
    """Return statements as lines under a heading; beyond ``most`` they are counted."""
    lines = ["Who says what of its licence"]
    if not any(h.is_on_licence for h in heard):
        lines += item("nobody says anything: no statement on its licence was found")
    for one in heard[:most]:
        lines += one.lines()
    if len(heard) > most:
        lines += below(f"… and {number(len(heard) - most, 'more statement')} (--json has all)")
    return lines
