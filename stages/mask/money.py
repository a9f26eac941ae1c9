"""Bank accounts (IBAN, ISO 13616) and payment cards (ISO/IEC 7812): both have check digits, and both are checked.

One number in ten of any kind meets a card's checksum by luck, so a card is also of an issuer's form, in groups as they
are embossed or beside a word that calls it a card. Left: the numbers that payment services publish for tests.
"""

import re

from licet.stages.mask.spans import Span

_COUNTRIES = {
    15: "NO",
    16: "BE",
    18: "DK FI FO GL NL",
    19: "MK SI",
    20: "AT BA EE KZ LT LU XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "PT ST",
    26: "IS TR",
    27: "FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HU LB PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU",
    31: "MT SC",
    32: "LC",
}
LENGTHS = {country: length for length, countries in _COUNTRIES.items() for country in countries.split()}
"""Characters of an IBAN by country (SWIFT's registry)."""
_IBAN = re.compile(rb"[A-Z]{2}\d\d(?: ?[A-Z0-9]){11,30}")
_CARD = re.compile(rb"\d(?:[ -]?\d){12,18}(?![\w]|[.-]\d)")
_ISSUED = re.compile(
    rb"4\d{12}(?:\d{3})?(?:\d{3})?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}"
    rb"|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}"
)
_GROUPED = re.compile(rb"\d{4}([ -])\d{4}\1\d{4}\1\d{4}|\d{4}([ -])\d{6}\2\d{5}")
_CALLED = re.compile(rb"(?i)\bcard|\bvisa\b|master ?card|\bamex\b|american express|\bcc[ _]?num|credit|debit|\bpan\b")
_TESTS = frozenset(
    b"4111111111111111 4242424242424242 4012888888881881 4222222222222 4000056655665556 5555555555554444"
    b" 5105105105105100 5200828282828210 2223003122003222 378282246310005 371449635398431 378734493671000"
    b" 6011111111111117 6011000990139424 3056930009020004 30569309025904 38520000023237 3530111333300000"
    b" 3566002020360505 4000000000000002 4000000000000000 4000002500003155 4000000000009995".split()
)
_IBAN_EXAMPLES = frozenset(b"GB82WEST12345698765432 DE89370400440532013000 GB29NWBK60161331926819".split())
"""The numbers in the standard's own texts and in everybody's documentation."""


def iban_at(text: bytes, at: int) -> Span | None:
    """Return the IBAN that begins at a place."""
    found = _IBAN.match(text, at)
    if found is None:
        return None
    length = LENGTHS.get(text[at : at + 2].decode())
    if length is None:
        return None
    taken, end = bytearray(), at
    while len(taken) < length and end < found.end():
        if text[end] != 0x20:
            taken.append(text[end])
        end += 1
    if len(taken) != length or (end < len(text) and re.match(rb"\w", text[end : end + 1])):
        return None
    told = bytes(taken)
    if told in _IBAN_EXAMPLES or not _has_check_digits(told):
        return None
    return Span(at, end, "iban")


def _has_check_digits(iban: bytes) -> bool:
    """Tell whether the remainder by 97 is 1 (ISO 7064, MOD 97-10)."""
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(chr(c), 36)) for c in turned)) % 97 == 1


def card_at(text: bytes, at: int) -> Span | None:
    """Return the card number that begins at a place."""
    found = _CARD.match(text, at)
    if found is None:
        return None
    if text[max(0, at - 1) : at] in (b".", b"-", b"/", b"+", b"#", b"_", b"="):
        return None
    digits = found[0].replace(b" ", b"").replace(b"-", b"")
    if not _ISSUED.fullmatch(digits) or digits in _TESTS or len(set(digits)) < 4 or not _is_luhn(digits):
        return None
    is_called = _CALLED.search(text, max(0, at - 40), at) is not None
    if not _GROUPED.fullmatch(found[0]) and not (found[0].isdigit() and is_called):
        return None
    return Span(at, found.end(), "card")


def _is_luhn(digits: bytes) -> bool:
    """Tell whether the last digit is that of Luhn's formula (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, code in enumerate(reversed(digits)):
        value = (code - 48) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
