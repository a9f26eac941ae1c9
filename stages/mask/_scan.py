"""One pass over the bytes of each row for places where something to be masked might be.

It runs in numba over Arrow's UTF-8 buffer and only proposes: the rules in this folder look at each place again, with
regular expressions and checksums. A place is proposed for what stands there in bytes, so each proposal of `EMAIL` is an
``@`` between letters, each of `IPV4` four numbers with dots and nothing of a longer word around them. Bytes that are no
ASCII belong to no word: Chinese has no space before an address.
"""

from typing import Any

import numpy as np

from licet.stages.compiled import compiled

(EMAIL, OBFUSCATED, PHONE, IPV4, IPV6, IBAN, CARD, KEY, PEM, LOGIN, QUOTED, BARE) = (1 << bit for bit in range(12))
"""What may stand at a place; sums of them say what is looked for."""

WORD, DIGIT, HEX, LOCAL, VALUE, TRIGGER = (1 << bit for bit in range(6))
_PREFIXES = (
    "AKIA", "ASIA", "ABIA", "ACCA", "AIza", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "gith", "glpa", "xoxa", "xoxb",
    "xoxp", "xoxo", "xoxr", "xoxs", "xoxe", "xapp", "ya29", "sk_l", "sk_t", "rk_l", "rk_t", "npm_", "pypi", "dop_",
    "doo_", "dor_", "shpa", "shpc", "shpp", "shps", "eyJh", "eyJ0", "eyJr", "eyJj", "eyJi", "eyJ6", "Bear", "Basi",
    "glsa", "lin_", "dckr", "hf_", "sk-", "SG.",
)  # fmt: skip
"""How keys of a known form begin: their first four bytes, or three."""
MOST_VALUE = 512
"""Bytes of the longest value of an assignment that is looked at."""


def _classes() -> np.ndarray[Any, Any]:
    flags = np.zeros(256, np.uint8)
    for code in range(128):
        character = chr(code)
        if character.isalnum() or character == "_":
            flags[code] |= WORD
        if character.isdigit():
            flags[code] |= DIGIT
        if character in "0123456789abcdefABCDEF":
            flags[code] |= HEX
        if character.isalnum() or character in "._%+-":
            flags[code] |= LOCAL
        if 33 <= code < 127 and character not in "\"'`\\<>":
            flags[code] |= VALUE
        if character in "@\"'`=:(+-":
            flags[code] |= TRIGGER
    return flags


def _pairs() -> np.ndarray[Any, Any]:
    pairs = np.zeros(65536, np.bool_)
    for prefix in _PREFIXES:
        pairs[ord(prefix[0]) << 8 | ord(prefix[1])] = True
    return pairs


def _starts() -> np.ndarray[Any, Any]:
    return np.array(
        sorted((int.from_bytes(p.encode().ljust(4, b"\0"), "big"), 4 - len(p)) for p in _PREFIXES), np.int64
    )


CLASSES, PAIRS, STARTS = _classes(), _pairs(), _starts()


@compiled
def _spaced_digits(data, at, end, classes):  # type: ignore[no-untyped-def]
    """Return how many digits stand here with single spaces, dots, dashes, slashes or brackets between, and the end."""
    digits, gaps = 0, 0
    last = at
    while at < end and digits < 24 and gaps < 3:
        code = data[at]
        if classes[code] & DIGIT:
            digits += 1
            gaps = 0
            last = at + 1
        elif code == 32 or code == 45 or code == 46 or code == 40 or code == 41 or code == 47:
            gaps += 1
        else:
            break
        at += 1
    return digits, last


@compiled
def _is_nanp(data, at, end, classes):  # type: ignore[no-untyped-def]
    """Tell whether three, three and four digits stand here, with a space, dot or dash between and an end behind."""
    if at + 12 > end or data[at + 3] != data[at + 7]:
        return False
    gap = data[at + 3]
    if gap != 45 and gap != 46 and gap != 32:
        return False
    if data[at] < 50 or data[at + 4] < 50:
        return False
    for place in range(12):
        if place != 3 and place != 7 and not classes[data[at + place]] & DIGIT:
            return False
    return at + 12 == end or not classes[data[at + 12]] & WORD


@compiled
def _ipv4_end(data, at, end, classes):  # type: ignore[no-untyped-def]
    """Return where four numbers of up to three digits with dots between end; 0 where they do not stand here."""
    for part in range(4):
        start = at
        while at < end and at - start < 4 and classes[data[at]] & DIGIT:
            at += 1
        if at == start or at - start > 3:
            return 0
        if part < 3:
            if at >= end or data[at] != 46:
                return 0
            at += 1
    if at < end and classes[data[at]] & WORD:
        return 0
    if at + 1 < end and data[at] == 46 and classes[data[at + 1]] & DIGIT:
        return 0
    return at


@compiled
def _is_value(data, at, end, classes, least):  # type: ignore[no-untyped-def]
    """Tell whether a word of at least so many bytes begins here that has a letter and a digit."""
    start, letters, digits = at, False, False
    while at < end and at - start <= MOST_VALUE and classes[data[at]] & VALUE:
        code = data[at]
        if classes[code] & DIGIT:
            digits = True
        elif classes[code] & WORD:
            letters = True
        at += 1
    return letters and digits and least <= at - start <= MOST_VALUE


@compiled
def find_places(data, offsets, classes, pairs, starts, wanted, rows, places, kinds):  # type: ignore[no-untyped-def]
    """Write the row, the place within the row and the kind of each proposal; return how many there are.

    Where there are more than the arrays hold, the rest is counted and not written.
    """
    found, room = 0, len(rows)
    for row in range(len(offsets) - 1):
        start, end = offsets[row], offsets[row + 1]
        before, before_class = np.uint8(32), np.uint8(0)
        at = start
        while at < end:
            code = data[at]
            kind = classes[code]
            here = 0
            if kind & WORD:
                if not before_class & WORD:
                    if kind & DIGIT:
                        if before != 46 or at < start + 2 or not classes[data[at - 2]] & DIGIT:
                            if wanted & IPV4 and _ipv4_end(data, at, end, classes):
                                here = IPV4
                            elif wanted & PHONE and (
                                _is_nanp(data, at, end, classes)
                                or (code == 49 and at + 1 < end and _is_nanp(data, at + 2, end, classes))
                            ):
                                here = PHONE
                            elif wanted & CARD and 50 <= code <= 54:
                                digits, last = _spaced_digits(data, at, end, classes)
                                if 13 <= digits <= 19 and (last == end or not classes[data[last]] & WORD):
                                    here = CARD
                        if (
                            wanted & IPV6
                            and (code == 50 or code == 51)
                            and at + 6 < end
                            and data[at + 4] == 58
                            and classes[data[at + 1]] & classes[data[at + 2]] & classes[data[at + 3]] & HEX
                        ):
                            here = IPV6
                    elif at + 4 < end:
                        if wanted & KEY and pairs[np.int64(code) << 8 | np.int64(data[at + 1])]:
                            head = (
                                np.int64(code) << 24
                                | np.int64(data[at + 1]) << 16
                                | np.int64(data[at + 2]) << 8
                                | np.int64(data[at + 3])
                            )
                            for place in range(len(starts)):
                                if head == starts[place, 0] or (starts[place, 1] and head & ~255 == starts[place, 0]):
                                    here = KEY
                                    break
                        if (
                            wanted & IBAN
                            and 65 <= code <= 90
                            and 65 <= data[at + 1] <= 90
                            and classes[data[at + 2]] & classes[data[at + 3]] & DIGIT
                        ):
                            here = IBAN
                        elif (
                            wanted & OBFUSCATED
                            and code | 32 == 97
                            and data[at + 1] | 32 == 116
                            and (data[at + 2] == 32 or data[at + 2] == 93 or data[at + 2] == 41 or data[at + 2] == 125)
                        ):
                            if data[at + 2] != 32:
                                here = OBFUSCATED
                            else:
                                for ahead in range(at + 3, min(at + 80, end - 3)):
                                    if (
                                        data[ahead] | 32 == 100
                                        and data[ahead + 1] | 32 == 111
                                        and data[ahead + 2] | 32 == 116
                                    ):
                                        here = OBFUSCATED
                                        break
            elif kind & TRIGGER and at + 1 < end:
                after = data[at + 1]
                if code == 64:
                    if classes[before] & LOCAL and wanted & EMAIL and classes[after] & WORD:
                        here = EMAIL
                    if wanted & LOGIN and before_class & VALUE:
                        back = at - 1
                        while back > start + 2 and at - back < 200 and classes[data[back]] & VALUE and data[back] != 47:
                            back -= 1
                        if data[back] == 47 and data[back - 1] == 47 and data[back - 2] == 58:
                            here = LOGIN
                elif code == 45:
                    if (
                        wanted & PEM
                        and before != 45
                        and at + 10 < end
                        and data[at + 4] == 45
                        and data[at + 5] == 66
                        and data[at + 6] == 69
                    ):
                        here = PEM
                elif code == 40:
                    if (
                        wanted & PHONE
                        and at + 12 < end
                        and data[at + 4] == 41
                        and 50 <= after <= 57
                        and _spaced_digits(data, at + 1, end, classes)[0] >= 10
                    ):
                        here = PHONE
                elif code == 43:
                    if (
                        wanted & PHONE
                        and 49 <= after <= 57
                        and not before_class & WORD
                        and _spaced_digits(data, at + 1, end, classes)[0] >= 8
                    ):
                        here = PHONE
                elif code == 61 or code == 58:
                    if wanted & BARE:
                        value = at + 1
                        while value < end and value < at + 4 and data[value] == 32:
                            value += 1
                        if value < end and classes[data[value]] & WORD and _is_value(data, value, end, classes, 16):
                            here = BARE
                elif wanted & QUOTED:
                    back = at - 1
                    if back > start + 1 and classes[data[back]] & WORD and not classes[data[back - 1]] & WORD:
                        back -= 1
                    while back > start and at - back < 6 and (data[back] == 32 or data[back] == 92):
                        back -= 1
                    if (
                        back >= start
                        and (data[back] == 61 or data[back] == 58 or data[back] == 62)
                        and _is_value(data, at + 1, end, classes, 8)
                    ):
                        here = QUOTED
            if here:
                if found < room:
                    rows[found] = row
                    places[found] = at - start
                    kinds[found] = here
                found += 1
            before, before_class = code, kind
            at += 1
    return found
