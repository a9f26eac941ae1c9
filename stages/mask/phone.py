"""Telephone numbers: with a country code (``+49 30 901820``, E.164), and North American ones (``415-555-2671``).

Left: dates, versions, ISBNs, parts, sums; numbers of the form 555-01xx, which are kept for fiction; and what only a
list of numbers would have, such as three groups with spaces that no word calls a telephone.
"""

import re

from licet.stages.mask.spans import Span

_NANP = re.compile(
    rb"(?:1[-. ])?(?:\(([2-9]\d\d)\)[-. ]?|([2-9]\d\d)([-. ]))([2-9]\d\d)([-. ])(\d{4})(?!\w|[-.:/]\d|%)"
)
_CALLED = re.compile(
    rb"(?i)(?:tel|phone|fax|cell|mobile|call|dial|hotline|contact|whatsapp|\bsms|\btext)\w*[\s.:()=\"'>#-]{0,4}(?:us|me|at|number|no\.?|is|:|\s)*[\s\"'(=>]{0,3}$"
)
_CODES = re.compile(
    rb"1|7|20|21[12368]|22\d|23\d|24\d|25[0-8]|26\d|27|29[01789]|3[0123469]|35\d|37\d|38[0-35-79]|4[0134-9]|42[013]|50\d|5[1-8]"
    rb"|59\d|6[0-6]|67[0-9]|68\d|69[0-2]|80[08]|8[1246]|85[02356]|87\d|88[0-68]|9[0-58]|96\d|97[0-79]|99[2-68]"
)
"""Codes of countries and networks that the ITU has given out (E.164, annex)."""
_NANP_AFTER = re.compile(rb"\+1[ .\-]?\(?([2-9]\d\d)\)?[ .\-]?([2-9]\d\d)[ .\-]?(\d{4})")


def phone_at(text: bytes, at: int) -> Span | None:
    """Return the number that begins at a place, at a ``+``, a bracket or a digit."""
    return _international(text, at) if text[at] == 0x2B else _north_american(text, at)


def _international(text: bytes, at: int) -> Span | None:
    if at and text[at - 1] in b"+=-*/.\\)]}^%&" and text[at - 5 : at] not in (b"tel:=",):
        return None
    # What follows a code of one country is at most 15 digits with it.
    found = _whole_number(text, at)
    if found is None:
        return None
    told, end = found
    digits = bytes(c for c in told if 48 <= c <= 57)
    if not 8 <= len(digits) <= 15 or len(set(digits)) < 3 or not _CODES.match(digits):
        return None
    if digits.startswith(b"1") and (len(digits) != 11 or _is_fiction(digits[1:]) or not _NANP_AFTER.fullmatch(told)):
        return None
    groups = re.findall(rb"\d+", told)
    if b"." in told and (len(groups) < 3 or b" " in told):
        return None
    if len(groups) == 1:
        # A sum or an offset looks the same: a number by itself is one that a word or a quotation sets apart.
        before = text[max(0, at - 30) : at]
        if len(digits) < 10 or (not _CALLED.search(before) and not before.endswith((b'"', b"'", b">", b":"))):
            return None
    elif len(groups[0]) > 4 or (
        len(groups) == 2 and len(digits) < 10 and not _CALLED.search(text[max(0, at - 30) : at])
    ):
        return None
    return Span(at, end, "phone")


_GROUPED = re.compile(rb"\+\d{1,15}(?:(?: ?\(0?\d{0,4}\) ?|[ .\-/])\d{1,12}){0,6}")


def _whole_number(text: bytes, at: int) -> tuple[bytes, int] | None:
    """Return a number with its groups, as many as make no more than 15 digits, and its end."""
    found = _GROUPED.match(text, at)
    if found is None:
        return None
    told = found[0]
    while sum(48 <= c <= 57 for c in told) > 15:
        shorter = re.sub(rb"(?: ?\(0?\d{0,4}\) ?|[ .\-/])\d+$", b"", told)
        if shorter == told:
            return None
        told = shorter
    end = at + len(told)
    follows = text[end : end + 2]
    if re.match(rb"\w|[.,:]\d|-\d|%|\s*[*/+]\s*\d", follows):
        return None
    return told, end


def _north_american(text: bytes, at: int) -> Span | None:
    found = _NANP.match(text, at)
    if found is None:
        return None
    area, exchange, line = found[1] or found[2], found[4], found[6]
    if exchange.endswith(b"11") or area.endswith(b"11") or _is_fiction(area + exchange + line):
        return None
    if found[2] and found[3] != found[5]:
        return None
    before = text[max(0, at - 30) : at]
    if before.endswith((b"-", b".", b"/", b"_", b"=", b"+", b"#", b"$", b"&", b"%", b"\\")):
        return None
    if len(set(area + exchange + line)) < 3:
        return None
    is_round = all(group.endswith(b"0") for group in (area, exchange, line[:3])) and not found[1]
    if is_round and not _CALLED.search(before):
        return None
    is_bracketed = found[1] is not None
    if not is_bracketed and found[3] != b"-" and not _CALLED.search(before):
        return None
    return Span(at, found.end(), "phone")


def _is_fiction(digits: bytes) -> bool:
    """Tell whether a North American number is set aside for films: area 555, or exchange 555 with lines 01xx."""
    return digits[:3] == b"555" or (
        digits[3:6] == b"555" and (digits[6:8] == b"01" or digits[6:] in (b"1212", b"1234", b"5555"))
    )
