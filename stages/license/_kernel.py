"""From the bytes of a text to the words of licences, and from their grams to counts for each licence: the hot loops.

They stand in one file because numba's cache looks at the file of the function it stores, not at those of the
functions called. `grams` says what a word is; the tables are made there.

**Tables** are open addressing over a power of two: ``keys`` (uint64, 0 is empty) beside ``values`` (int32).
"""

import numpy as np
import numpy.typing as npt

from licet.stages.compiled import compiled

U8 = npt.NDArray[np.uint8]
U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]

UNKNOWN = -1
LONGEST = 40
"""Bytes of a word that are looked at for misreadings; longer ones are URLs and hashes."""
GRAM = 4
PLACEHOLDER = 5
"""Most spaces in a placeholder such as ``{{ name of copyright holder }}``: a sentence in braces is read."""

_BASIS = np.uint64(0xCBF29CE484222325)
_PRIME = np.uint64(0x100000001B3)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHAPE = np.uint64(0x5BD1E9955BD1E995)

# What a byte is: 0 separates, 1 is a letter (folded in _FOLD), 2 a digit.
_KIND = np.zeros(256, np.uint8)
_FOLD = np.arange(256).astype(np.uint8)
for _byte in range(256):
    if chr(_byte).isalpha() and _byte < 128:
        _KIND[_byte] = 1
        _FOLD[_byte] = ord(chr(_byte).lower())
    elif 48 <= _byte < 58:
        _KIND[_byte] = 2
    elif _byte >= 0xC3 and _byte not in (0xE2, 0xE3):
        _KIND[_byte] = 1
# Letters that scanning confuses look alike: 1, l, i and 0, o and 5, s.
_LOOK = _FOLD.copy()
for _seen, _meant in (
    (b"l1j|", b"i"),
    (b"0", b"o"),
    (b"5", b"s"),
    (b"c", b"e"),
    (b"b", b"h"),
    (b"f", b"t"),
    (b"u", b"n"),
):
    for _byte in _seen:
        _LOOK[_byte] = _meant[0]


@compiled
def find(keys: U64, values: I32, key: np.uint64) -> int:
    """Return the value of a key, or ``UNKNOWN``."""
    mask = np.uint64(len(keys) - 1)
    at = (key * _MIX) >> np.uint64(32) & mask
    while keys[at] != 0:
        if keys[at] == key:
            return values[at]
        at = (at + np.uint64(1)) & mask
    return UNKNOWN


@compiled
def insert(keys: U64, values: I32, key: np.uint64, value: int) -> None:
    """Add a key unless it is there; there must be room."""
    mask = np.uint64(len(keys) - 1)
    at = (key * _MIX) >> np.uint64(32) & mask
    while keys[at] != 0:
        if keys[at] == key:
            return
        at = (at + np.uint64(1)) & mask
    keys[at] = key
    values[at] = value


@compiled
def word_hash(word: U8, first: int, last: int, without: int) -> np.uint64:
    """Return the hash of ``word[first:last]``, the byte at ``without`` left out."""
    found = _BASIS
    for i in range(first, last):
        if i != without:
            found = (found ^ np.uint64(word[i])) * _PRIME
    return np.uint64((found ^ (found >> np.uint64(32))) | np.uint64(1))


@compiled
def shape_hash(word: U8, size: int) -> np.uint64:
    """Return the hash of how a word looks in a bad scan: confusable letters and doubled ones are one."""
    found = _BASIS
    before = np.uint8(0)
    i = 0
    while i < size:
        byte = _LOOK[word[i]]
        if i + 1 < size:
            after = word[i + 1]
            if word[i] == 114 and after == 110:  # rn
                byte, i = np.uint8(109), i + 1
            elif word[i] == 118 and after == 118:  # vv
                byte, i = np.uint8(119), i + 1
            elif word[i] == 99 and (after == 108 or after == 49):  # cl
                byte, i = np.uint8(100), i + 1
        i += 1
        if byte != before:
            found = (found ^ np.uint64(byte)) * _PRIME
        before = byte
    return np.uint64(((found ^ (found >> np.uint64(32))) * _SHAPE) | np.uint64(1))


@compiled
def fill_tables(data: U8, ends: I64, keys: U64, values: I32, near_keys: U64, near_values: I32, hashes: U64) -> None:
    """Enter each word of ``data``, most frequent first: itself, and all that it may be misread as."""
    first = 0
    for number in range(len(ends)):
        last = ends[number]
        word = data[first:last]
        size = last - first
        hashes[number] = word_hash(word, 0, size, -1)
        insert(keys, values, hashes[number], number)
        first = last
    first = 0
    for number in range(len(ends)):
        last = ends[number]
        word = data[first:last]
        size = last - first
        first = last
        is_word = False
        for i in range(size):
            is_word |= _KIND[word[i]] == 1
        if not is_word or size < 3 or size > LONGEST:
            continue
        insert(near_keys, near_values, shape_hash(word, size), number)
        for i in range(size):
            insert(near_keys, near_values, word_hash(word, 0, size, i) ^ _SHAPE, number)


@compiled
def _likely(word: U8, size: int, keys: U64, values: I32, near_keys: U64, near_values: I32) -> int:
    """Return the licence word that an unknown one was most likely written as, or ``UNKNOWN``.

    One letter dropped, added, doubled, exchanged, or any number of confusable ones. Of several the most frequent,
    which has the lowest number. Numbers are never read as other than they are.
    """
    letters = 0
    for i in range(size):
        letters += _KIND[word[i]] == 1
    if size < 3 or size > LONGEST or letters * 2 < size:
        return UNKNOWN
    best = find(near_keys, near_values, shape_hash(word, size))
    if best != UNKNOWN:
        return best
    best = find(near_keys, near_values, word_hash(word, 0, size, -1) ^ _SHAPE)
    for i in range(size):
        one = word_hash(word, 0, size, i)
        found = find(keys, values, one) if size > 3 else UNKNOWN
        if found != UNKNOWN and (best == UNKNOWN or found < best):
            best = found
        found = find(near_keys, near_values, one ^ _SHAPE)
        if found != UNKNOWN and (best == UNKNOWN or found < best):
            best = found
    return best


@compiled
def _is_roman(word: U8, size: int) -> bool:
    others = 0
    for i in range(size):
        others += word[i] != 105 and word[i] != 118 and word[i] != 120
    return size <= 4 and others == 0


@compiled
def _skip_markup(data: U8, at: int) -> int:
    """Return where a tag, an entity, a placeholder or a link's target that begins at ``at`` ends; ``at`` if none."""
    size = len(data)
    byte = data[at]
    if byte == 38:  # & entity ;
        for i in range(at + 1, min(at + 10, size)):
            if data[i] == 59:
                return i + 1
            if _KIND[data[i]] == 0 and data[i] != 35:
                return at
        return at
    if at + 1 >= size:
        return at
    after = data[at + 1]
    if byte == 60:  # <
        is_tag = after == 47 or after == 33 or _KIND[after] == 1
        if after == 33 and at + 2 < size and data[at + 2] == 45:  # a comment's text counts
            return at
        for i in range(at + 1, min(at + (400 if is_tag else 62), size)):
            if data[i] == 62:
                return i + 1 if i - at > 1 else at
            if data[i] == 60 or (data[i] == 10 and not is_tag):
                return at
        return at
    if byte == 91:  # [placeholder], but [text](target) keeps its text
        for i in range(at + 1, min(at + 62, size)):
            if data[i] == 93:
                is_link = i + 1 < size and data[i + 1] == 40
                return at if is_link or i == at + 1 else i + 1
            if data[i] == 91 or data[i] == 10:
                return at
        return at
    if byte == 93 and after == 40:  # ](target)
        for i in range(at + 2, min(at + 300, size)):
            if data[i] == 41:
                return i + 1
            if data[i] == 10 or data[i] == 32:
                return at
        return at
    if byte == 123 and after == 123:  # {{placeholder}}
        gaps = 0
        for i in range(at + 2, min(at + 62, size)):
            if data[i] == 125:
                return i + 2 if i + 1 < size else i + 1
            gaps += data[i] == 32
            if data[i] == 10 or gaps > PLACEHOLDER:
                return at
    return at


@compiled
def _marks_lines(data: U8, mark: U8) -> bool:
    """Tell whether more than half of the lines that are not blank begin with a word, as Fortran's ``C`` does."""
    lines, marked, i, size = 0, 0, 0, len(data)
    while i < size:
        while i < size and (data[i] == 32 or data[i] == 9 or data[i] == 64):
            i += 1
        if i < size and data[i] != 10 and data[i] != 13:
            lines += 1
            is_it = i + len(mark) <= size and (i + len(mark) == size or _KIND[data[i + len(mark)]] == 0)
            for j in range(len(mark)):
                is_it = is_it and _FOLD[data[i + j]] == mark[j]
            marked += is_it
        while i < size and data[i] != 10:
            i += 1
        i += 1
    return marked > 2 and marked * 2 > lines


_REM = np.frombuffer(b"rem", np.uint8)
_DNL = np.frombuffer(b"dnl", np.uint8)
_C = np.frombuffer(b"c", np.uint8)


@compiled
def read_words(
    data: U8,
    keys: U64,
    values: I32,
    near_keys: U64,
    near_values: I32,
    same: I32,
    hashes: U64,
    ids: I32,
    found: U64,
    begins: I64,
    ends: I64,
    is_misread: U8,
) -> int:
    """Write each word's number, hash, place in ``data`` and whether no licence spells it so; return how many."""
    word = np.empty(LONGEST + 1, np.uint8)
    marked_c, marked_rem, marked_dnl = _marks_lines(data, _C), _marks_lines(data, _REM), _marks_lines(data, _DNL)
    count, at, size = 0, 0, len(data)
    is_opening, is_line_start = True, True
    gap_newline, gap_hyphen = False, False
    while at < size:
        byte = data[at]
        kind = _KIND[byte]
        if kind == 0:
            skipped = _skip_markup(data, at)
            if skipped > at:
                at = skipped
                gap_hyphen = False
                continue
            if byte == 10:
                is_opening, is_line_start, gap_newline = True, True, True
            elif byte == 46 or byte == 59 or byte == 58 or byte == 44:
                is_opening, gap_hyphen = True, False
            elif byte == 45:
                gap_hyphen = at > 0 and _KIND[data[at - 1]] == 1 and not gap_newline
            elif byte >= 0xC0:  # a sign beyond ASCII, whole
                at += 1
                while at < size and data[at] & 0xC0 == 0x80:
                    at += 1
                continue
            at += 1
            continue
        begin = at
        length, digits = 0, 0
        while at < size:
            byte = data[at]
            kind = _KIND[byte]
            is_inner = kind != 0 or (byte & 0xC0 == 0x80 and at > begin and data[at - 1] >= 0x80)
            if not is_inner and byte == 124 and at + 1 < size and at > begin and _KIND[data[at + 1]] == 1:
                is_inner = True
            if not is_inner:
                break
            digits += kind == 2
            if length < LONGEST:
                word[length] = _FOLD[byte]
            length += 1
            at += 1
        # An enumerator, or a mark at the line's start, is no word.
        after = data[at] if at < size else np.uint8(10)
        if after == 92 and at + 1 < size:
            after = data[at + 1]
        is_short = length == 1 or digits == length <= 2 or _is_roman(word, length)
        is_item = is_short and after == 41 and (begin == 0 or data[begin - 1] == 40 or data[begin - 1] <= 32)
        beyond = data[at + 1] if at + 1 < size else np.uint8(10)
        is_item = is_item or (is_short and after == 46 and is_opening and beyond <= 32)
        if is_line_start:
            is_item = is_item or (marked_c and length == 1 and word[0] == 99)
            if length == 3:
                is_item = is_item or (marked_rem and word[0] == 114 and word[1] == 101 and word[2] == 109)
                is_item = is_item or (marked_dnl and word[0] == 100 and word[1] == 110 and word[2] == 108)
        is_line_start = False
        if is_item:
            continue
        is_opening = False
        was_hyphen, gap_hyphen, gap_newline = gap_hyphen, False, False
        kept = min(length, LONGEST)
        hash_ = word_hash(word, 0, kept, -1)
        number = find(keys, values, hash_)
        # Two halves of one word: parted by a hyphen, or by a gap that the scan saw.
        if count and (was_hyphen or (digits == 0 and (number == UNKNOWN or ids[count - 1] == UNKNOWN))):
            joined, first, last = _BASIS, begins[count - 1], ends[count - 1]
            if last - first + kept <= LONGEST and (was_hyphen or begin - last <= 2):
                for i in range(first, last):
                    joined = (joined ^ np.uint64(_FOLD[data[i]])) * _PRIME
                for i in range(kept):
                    joined = (joined ^ np.uint64(word[i])) * _PRIME
                whole = find(keys, values, np.uint64((joined ^ (joined >> np.uint64(32))) | np.uint64(1)))
                if whole != UNKNOWN:
                    ids[count - 1] = same[whole]
                    found[count - 1] = hashes[same[whole]]
                    ends[count - 1] = at
                    is_misread[count - 1] = 0 if was_hyphen else 1
                    continue
        is_misread[count] = number == UNKNOWN and digits < length
        if is_misread[count]:
            number = _likely(word, kept, keys, values, near_keys, near_values)
            if number == UNKNOWN and 6 <= kept < LONGEST:
                # Two words run together: the pair whose rarer one is the most frequent.
                best, left, right = len(same), UNKNOWN, UNKNOWN
                for i in range(2, kept - 1):
                    one = find(keys, values, word_hash(word, 0, i, -1))
                    if one == UNKNOWN or one >= best:
                        continue
                    other = find(keys, values, word_hash(word, i, kept, -1))
                    if other != UNKNOWN and max(one, other) < best:
                        best, left, right = max(one, other), one, other
                if left != UNKNOWN:
                    ids[count], found[count], begins[count], ends[count] = same[left], hashes[same[left]], begin, begin
                    count += 1
                    is_misread[count] = 1
                    number = right
        if number != UNKNOWN:
            number = same[number]
            hash_ = hashes[number]
        ids[count], found[count], begins[count], ends[count] = number, hash_, begin, at
        count += 1
    return count


@compiled
def drop_holders(
    ids: I32, found: U64, begins: I64, ends: I64, is_misread: U8, count: int, patterns: I32, holder: np.uint64
) -> int:
    """Put one word for each holder that a licence names within a sentence, in place; return the new count.

    A row of ``patterns``: words before (5, ``-2`` unused, right-aligned), words after (3, ``-2`` unused), most words
    between; with none between, the words before are dropped themselves.
    """
    out, at = 0, 0
    while at < count:
        ids[out], found[out], begins[out], ends[out] = ids[at], found[at], begins[at], ends[at]
        is_misread[out] = is_misread[at]
        out += 1
        at += 1
        for row in range(len(patterns)):
            if ids[out - 1] != patterns[row, 4]:
                continue
            size, is_it = 0, True
            for i in range(5):
                wanted = patterns[row, 4 - i]
                if wanted == -2:
                    break
                size += 1
                is_it = is_it and out - 1 - i >= 0 and ids[out - 1 - i] == wanted
            if not is_it:
                continue
            most = patterns[row, 8]
            if most == 0:
                out -= size
                break
            stop = UNKNOWN
            for start in range(at + 1, min(at + most + 1, count)):
                is_end = True
                for i in range(3):
                    wanted = patterns[row, 5 + i]
                    if wanted != -2:
                        is_end = is_end and start + i < count and ids[start + i] == wanted
                if is_end:
                    stop = start
                    break
            if stop != UNKNOWN:
                ids[out], found[out], begins[out], ends[out] = UNKNOWN - 2, holder, begins[at], begins[at]
                is_misread[out] = 0
                out += 1
                at = stop
                break
    return out


@compiled
def hash_grams(found: U64, count: int, out: U32) -> int:
    """Write the hash of each run of four words; fewer words make one gram. Return how many."""
    total = max(count - GRAM + 1, min(count, 1))
    for i in range(total):
        mixed = np.uint64(0)
        for j in range(i, min(i + GRAM, count)):
            mixed = (mixed ^ found[j]) * _MIX
            mixed ^= mixed >> np.uint64(29)
        out[i] = np.uint32(mixed >> np.uint64(32))
    return total


@compiled
def find_rows(asked: U32, slots: I32, hashes: U32, rows: I32) -> None:
    """Write the row of each gram in ``hashes``, ``-1`` where it has none. ``slots`` is a table of rows."""
    mask = np.uint32(len(slots) - 1)
    for i in range(len(asked)):
        at = asked[i] & mask
        rows[i] = -1
        while slots[at] >= 0:
            if hashes[slots[at]] == asked[i]:
                rows[i] = slots[at]
                break
            at = (at + np.uint32(1)) & mask


@compiled
def count_hits(rows: I32, is_explained: U8, starts: I32, owners: I32, hits: I64, core: I64) -> None:
    """Count for each licence how many of its grams, and of its necessary ones, are there and not yet explained.

    An owner is the licence's number twice, plus one where the gram is optional.
    """
    for row in rows:
        if row >= 0 and not is_explained[row]:
            for i in range(starts[row], starts[row + 1]):
                hits[owners[i] >> 1] += 1
                core[owners[i] >> 1] += 1 - (owners[i] & 1)


@compiled
def words_within(
    found: U64, count: int, is_misread: U8, slots: I32, hashes: U32, mine: U8, step: int
) -> tuple[int, int]:
    """Return how many words stand where a text has a licence's grams (``mine`` is set for its rows), how many misread.

    Counted from the first to the last of its grams, but not across more than 40 words without any.
    """
    mask = np.uint32(len(slots) - 1)
    words, misread, last = 0, 0, -1
    for i in range(count - GRAM + 1):
        mixed = np.uint64(0)
        for j in range(i, i + GRAM):
            mixed = (mixed ^ found[j]) * _MIX
            mixed ^= mixed >> np.uint64(29)
        gram = np.uint32(mixed >> np.uint64(32))
        if step == 2 and gram & np.uint32(1):
            continue
        at = gram & mask
        while slots[at] >= 0:
            if hashes[slots[at]] == gram:
                if mine[slots[at]]:
                    first = i if last < 0 or i - last > 40 else last
                    for j in range(first, i + GRAM):
                        words += 1
                        misread += is_misread[j]
                    last = i + GRAM
                break
            at = (at + np.uint32(1)) & mask
    return words, misread


@compiled
def mark_covered(
    found: U64, count: int, slots: I32, hashes: U32, mine: U8, step: int, covered: U8, strange: U8
) -> None:
    """Set ``covered`` for each word of a gram whose row is set in ``mine``, ``strange`` for each of any other gram.

    With ``step`` 2 only every second gram counts, as the licences keep no others.
    """
    mask = np.uint32(len(slots) - 1)
    for i in range(count - GRAM + 1):
        mixed = np.uint64(0)
        for j in range(i, i + GRAM):
            mixed = (mixed ^ found[j]) * _MIX
            mixed ^= mixed >> np.uint64(29)
        gram = np.uint32(mixed >> np.uint64(32))
        at = gram & mask
        is_mine = False
        while slots[at] >= 0:
            if hashes[slots[at]] == gram:
                is_mine = mine[slots[at]] != 0
                break
            at = (at + np.uint32(1)) & mask
        if is_mine:
            for j in range(i, i + GRAM):
                covered[j] = 1
        elif step == 1 or not gram & np.uint32(1):
            for j in range(i, i + GRAM):
                strange[j] = 1


@compiled
def fill_slots(hashes: U32, slots: I32) -> None:
    """Enter each row of ``hashes`` into ``slots``."""
    mask = np.uint32(len(slots) - 1)
    for row in range(len(hashes)):
        at = hashes[row] & mask
        while slots[at] >= 0:
            at = (at + np.uint32(1)) & mask
        slots[at] = row


@compiled
def own_grams(mine: I32, is_core: U8, other: I32, is_present: U8, hashes: U32, step: int) -> tuple[int, int, int]:
    """Return how many grams of one licence another lacks, how many of those are there, how many necessary ones not.

    With ``step`` 2 every second gram counts: one of the licences keeps no others.
    """
    j, own, seen, missing = 0, 0, 0, 0
    for i in range(len(mine)):
        row = mine[i]
        while j < len(other) and other[j] < row:
            j += 1
        if (j == len(other) or other[j] != row) and hashes[row] % step == 0:
            own += 1
            seen += is_present[row]
            missing += is_core[i] and not is_present[row]
    return own, seen, missing


@compiled
def distance(one: U8, other: U8) -> int:
    """Return how many letters must be added, dropped or changed to make one word of another."""
    row = np.arange(len(other) + 1)
    for i in range(len(one)):
        corner, row[0] = row[0], i + 1
        for j in range(len(other)):
            above = row[j + 1]
            row[j + 1] = min(above + 1, row[j] + 1, corner + (one[i] != other[j]))
            corner = above
    return int(row[len(other)])
