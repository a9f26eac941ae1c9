"""Spans to be masked, and which of several that overlap counts."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from licet.schemas.masking import Kind


class Span(NamedTuple):
    """Bytes ``start`` to ``end`` of a row's UTF-8 text, and what they are."""

    start: int
    end: int
    kind: Kind


def apart(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order without those that overlap an earlier one; of those that begin together the longest."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end, span.kind)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def replaced(text: bytes, spans: Sequence[Span], placeholders: dict[Kind, bytes]) -> bytes:
    """Return a text with each of some spans that are `apart` replaced."""
    pieces, at = [], 0
    for span in spans:
        pieces += [text[at : span.start], placeholders[span.kind]]
        at = span.end
    return b"".join([*pieces, text[at:]])
