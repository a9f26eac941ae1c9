"""From UTF-8 bytes to words or characters, to shingle hashes and MinHash signatures: the loops over every byte.

They run over Arrow's own buffers and hold a few thousand words at a time, whatever the length of a text. They stand
in one file because numba's cache looks at the file of the function it stores, not at those of the functions called.
What is said of words below holds for characters where the unit is `CHARACTERS`.

**Word**: a maximal run of ASCII letters, digits, underscores and characters beyond ASCII; ASCII letters are folded to
lower case. Of the characters beyond ASCII, U+0080-00BF, U+2000-206F and U+3000-303F (Latin-1 signs, general and CJK
punctuation) separate words. A character of a script that is written without spaces is a word by itself: Thai, Lao,
Tibetan (U+0E00-0FFF), Myanmar (U+1000-109F), Khmer (U+1780-17FF), Chinese and Japanese (U+2E80-9FFF, U+F900-FAFF,
U+FF00-FFEF, U+20000-3FFFF).

**Character**: a code point; ASCII letters are folded to lower case, and a run of white space (Unicode's White_Space and
U+001C-001F) is one space, none at either end of a text. Everything else counts as it is, punctuation too.

**Part**: where a row is compared by several texts, each has a number from 1 to 3 in the two highest bits of its
shingles, so that equal words in different parts are different shingles. A part of fewer words than a shingle is one
shingle of its characters instead: "x + 1" and "x - 1" are not the same answer. The text of a row that has but one is
part 0, unmarked.
"""

import numpy as np
import numpy.typing as npt

from licet.stages.compiled import compiled

U8 = npt.NDArray[np.uint8]
U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]

# Words held at a time: 4,096 shingle hashes of 4 bytes stay in the first-level cache while all permutations run.
WINDOW = 4096

# FNV-1a's offset basis and prime, the finalisers of MurmurHash3, and a base for the rolling polynomial that is
# 3 modulo 8, so that powers of it differ in all but a few low bits.
_BASIS = np.uint64(0xCBF29CE484222325)
_PRIME = np.uint64(0x100000001B3)
_MIX_1 = np.uint64(0xFF51AFD7ED558CCD)
_MIX_2 = np.uint64(0xC4CEB9FE1A85EC53)
_MIX32_1 = np.uint32(0x85EBCA6B)
_MIX32_2 = np.uint32(0xC2B2AE35)
_BASE = np.uint64(0x9E3779B97F4A7C13)
_ONE = np.uint64(1)
_TOP = np.uint32(0xFFFFFFFF)

_FOLD = np.zeros(256, np.uint8)
for _byte in b"0123456789_abcdefghijklmnopqrstuvwxyz":
    _FOLD[_byte] = _byte
    _FOLD[ord(chr(_byte).upper())] = _byte

_SEPARATOR, _LETTER, _ALONE = 0, 1, 2

WORDS, CHARACTERS = 0, 1
"""What a shingle is made of."""
# Where the number of a part stands in a shingle.
PART_SHIFT = np.uint64(62)


@compiled
def mixed(value: np.uint64) -> np.uint64:
    """Return MurmurHash3's 64-bit finaliser of a value: a bijection that spreads every bit."""
    value = (value ^ (value >> np.uint64(33))) * _MIX_1
    value = (value ^ (value >> np.uint64(33))) * _MIX_2
    return np.uint64(value ^ (value >> np.uint64(33)))


@compiled
def _character(data: U8, at: int, stop: int) -> tuple[int, int]:
    """Return the kind and the number of bytes of the character beyond ASCII at ``data[at]``."""
    lead = data[at]
    size = min(2 if lead < 0xE0 else 3 if lead < 0xF0 else 4, stop - at)
    point = np.int64(lead) & (0x7F >> size)
    for i in range(at + 1, at + size):
        point = (point << 6) | (np.int64(data[i]) & 0x3F)
    if point < 0xC0 or 0x2000 <= point < 0x2070 or 0x3000 <= point < 0x3040:
        return _SEPARATOR, size
    if (
        0x0E00 <= point < 0x10A0
        or 0x1780 <= point < 0x1800
        or 0x2E80 <= point < 0xA000
        or 0xF900 <= point < 0xFB00
        or 0xFF00 <= point < 0xFFF0
        or 0x20000 <= point < 0x40000
    ):
        return _ALONE, size
    return _LETTER, size


@compiled
def _read_words(data: U8, at: int, stop: int, words: U64, count: int) -> tuple[int, int]:
    """Append the hashes of words from ``data[at:stop]`` to ``words[:count]`` until either ends; return both places."""
    word = _BASIS
    inside = False
    while at < stop and count < len(words):
        byte = data[at]
        folded = _FOLD[byte]
        if folded != 0:
            word = (word ^ np.uint64(folded)) * _PRIME
            inside = True
            at += 1
            continue
        kind, size = _SEPARATOR, 1
        if byte >= 0x80:
            kind, size = _character(data, at, stop)
        if kind == _LETTER:
            for i in range(at, at + size):
                word = (word ^ np.uint64(data[i])) * _PRIME
            inside = True
            at += size
            continue
        if inside:
            words[count] = (word ^ (word >> np.uint64(32))) * _MIX_1
            count += 1
            word = _BASIS
            inside = False
            if kind == _ALONE:
                continue
        elif kind == _ALONE:
            for i in range(at, at + size):
                word = (word ^ np.uint64(data[i])) * _PRIME
            words[count] = (word ^ (word >> np.uint64(32))) * _MIX_1
            count += 1
            word = _BASIS
        at += size
    if inside:
        words[count] = (word ^ (word >> np.uint64(32))) * _MIX_1
        count += 1
    return at, count


@compiled
def _point(data: U8, at: int, stop: int) -> tuple[np.int64, int]:
    """Return the code point at ``data[at]``, ASCII letters in lower case, and the number of its bytes."""
    lead = data[at]
    if lead < 0x80:
        return np.int64(lead + 32 if 65 <= lead <= 90 else lead), 1
    size = min(2 if lead < 0xE0 else 3 if lead < 0xF0 else 4, stop - at)
    point = np.int64(lead) & (0x7F >> size)
    for i in range(at + 1, at + size):
        point = (point << 6) | (np.int64(data[i]) & 0x3F)
    return point, size


@compiled
def _is_space(point: np.int64) -> bool:
    """Tell white space: Unicode's property, and the four separators of ASCII."""
    if point < 0x80:
        return bool(point == 0x20 or 0x09 <= point <= 0x0D or 0x1C <= point <= 0x1F)
    return bool(
        point == 0x85
        or point == 0xA0
        or point == 0x1680
        or 0x2000 <= point <= 0x200A
        or 0x2028 <= point <= 0x2029
        or point == 0x202F
        or point == 0x205F
        or point == 0x3000
    )


@compiled
def _read_characters(data: U8, at: int, start: int, stop: int, words: U64, count: int) -> tuple[int, int]:
    """Append the hashes of characters from ``data[at:stop]``, part of a text that begins at ``start``, as above."""
    while at < stop and count < len(words):
        point, size = _point(data, at, stop)
        if _is_space(point):
            is_first = at == start
            while at < stop and _is_space(point):
                at += size
                if at < stop:
                    point, size = _point(data, at, stop)
            if is_first or at == stop:
                continue
            point, size = np.int64(0x20), 0
        word = (np.uint64(point) + _ONE) * _MIX_2
        words[count] = (word ^ (word >> np.uint64(32))) * _MIX_1
        count += 1
        at += size
    return at, count


@compiled
def _read(data: U8, at: int, start: int, stop: int, unit: int, words: U64, count: int) -> tuple[int, int]:
    """Append the hashes of words or of characters."""
    if unit == CHARACTERS:
        return _read_characters(data, at, start, stop, words, count)
    return _read_words(data, at, stop, words, count)


@compiled
def _roll(words: U64, count: int, size: int, top: np.uint64, shingles: U64) -> int:
    """Hash each run of ``size`` among ``count`` words; return how many there are. ``top`` is the base to the size."""
    if count == 0:
        return 0
    size = min(size, count)
    rolled = np.uint64(0)
    for i in range(size):
        rolled = rolled * _BASE + words[i]
    shingles[0] = mixed(rolled)
    for i in range(size, count):
        rolled = rolled * _BASE + words[i] - words[i - size] * top
        shingles[i - size + 1] = mixed(rolled)
    return count - size + 1


@compiled
def _power(size: int) -> np.uint64:
    """Return the base of the rolling polynomial to the power of ``size``."""
    power = _ONE
    for _ in range(size):
        power = power * _BASE
    return power


@compiled
def _lower(signature: U32, shingles: U64, count: int, pre: U32, a: U32, b: U32) -> None:
    """Take ``count`` shingles into a signature, by datasketch's arithmetic for the scheme affine32."""
    for i in range(count):
        x = np.uint32(shingles[i])
        x = np.uint32((x ^ (x >> np.uint32(16))) * _MIX32_1)
        x = np.uint32((x ^ (x >> np.uint32(13))) * _MIX32_2)
        pre[i] = np.uint32(x ^ (x >> np.uint32(16)))
    for p in range(len(a)):
        factor, shift = a[p], b[p]
        least = signature[p]
        for i in range(count):
            least = min(least, np.uint32(factor * pre[i] + shift))
        signature[p] = least


@compiled
def _whole(data: U8, start: int, stop: int, held: U64, shingles: U64) -> int:
    """Hash all characters of a text into one shingle; return 1, or 0 where there is none."""
    rolled = np.uint64(0)
    found = 0
    at = start
    while at < stop:
        at, count = _read_characters(data, at, start, stop, held, 0)
        for i in range(count):
            rolled = rolled * _BASE + held[i]
            found = 1
    shingles[0] = mixed(rolled)
    return found


@compiled
def _mark(shingles: U64, count: int, part: int) -> None:
    """Put the number of a part into shingles, and into all their bits; those of part 0 stay as they are."""
    if part > 0:
        high = np.uint64(part) << PART_SHIFT
        salt = np.uint64(part) * _BASE
        for i in range(count):
            shingles[i] = high | (mixed(shingles[i] ^ salt) >> np.uint64(2))


@compiled
def signatures_into(
    data: U8, offsets: I64, unit: int, size: int, part: int, a: U32, b: U32, out: U32, counts: I64
) -> None:
    """Write the signature of each text and how many shingles it has, repeated ones counted again."""
    words = np.empty(WINDOW + size, np.uint64)
    shingles = np.empty(WINDOW + size, np.uint64)
    pre = np.empty(WINDOW + size, np.uint32)
    top = _power(size)
    for row in range(len(offsets) - 1):
        start, stop = offsets[row], offsets[row + 1]
        at = start
        out[row, :] = _TOP
        held = 0
        total = 0
        while at < stop:
            at, count = _read(data, at, start, stop, unit, words, held)
            if part > 0 and unit == WORDS and held == 0 and count < size:
                count, found = held, _whole(data, start, stop, words, shingles)
            elif count == held:
                break
            else:
                found = _roll(words, count, size, top, shingles)
            _mark(shingles, found, part)
            _lower(out[row], shingles, found, pre, a, b)
            total += found
            held = min(size - 1, count)
            words[:held] = words[count - held : count].copy()
        counts[row] = total


@compiled
def set_signatures_into(values: U64, offsets: I64, a: U32, b: U32, out: U32) -> None:
    """Write the signature of each set of shingles."""
    pre = np.empty(WINDOW, np.uint32)
    for row in range(len(offsets) - 1):
        out[row, :] = _TOP
        for at in range(offsets[row], offsets[row + 1], WINDOW):
            count = min(WINDOW, offsets[row + 1] - at)
            _lower(out[row], values[at : at + count], count, pre, a, b)


@compiled
def shingles_into(data: U8, offsets: I64, unit: int, size: int, part: int, out: U64, ends: I64) -> None:
    """Write the shingle hashes of all texts one after another, in their order, and where those of each text end."""
    top = _power(size)
    words = np.empty(len(out), np.uint64)
    scratch = np.empty(WINDOW, np.uint64)
    end = 0
    for row in range(len(offsets) - 1):
        start, stop = offsets[row], offsets[row + 1]
        _, count = _read(data, start, start, stop, unit, words, 0)
        if part > 0 and unit == WORDS and count < size and stop > start:
            found = _whole(data, start, stop, scratch, out[end:])
        else:
            found = _roll(words, count, size, top, out[end:])
        _mark(out[end:], found, part)
        end += found
        ends[row] = end
