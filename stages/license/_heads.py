"""Where the comment ends that a text begins with, found over the bytes of a whole column: the loop behind file notices.

A **comment** is a run of lines that are blank, or begin with a mark that some language comments with, or stand within
a block of such a language. What is no comment by its first line is prose.
"""

import numpy as np
import numpy.typing as npt

from licet.stages.compiled import compiled

U8 = npt.NDArray[np.uint8]
I64 = npt.NDArray[np.int64]

HEAD = 4096
"""Bytes in which a notice must begin; its words may go on to twice as many."""
PROSE = 1500
"""Bytes of a text without comment in which a notice on the text itself must stand."""
REACH = 512
"""Bytes after "this" in which a text must say that it is given away; 80 characters stand between the two at most."""
MIN_COMMENT = 24
"""Bytes of the shortest comment that can grant anything: ``# Licensed under MIT.`` and its line end."""

_OPENERS: tuple[bytes, ...] = (
    b"/*",
    b"<!--",
    b'"""',
    b"'''",
    b"{-",
    b"(*",
    b"--[[",
    b"<%--",
    b"{#",
    b"<#--",
    b"#|",
    b"=begin",
    b"{ ",
    b"%{",
)
_CLOSERS = (b"*/", b"-->", b'"""', b"'''", b"-}", b"*)", b"]]", b"--%>", b"#}", b"-->", b"|#", b"=end", b"}", b"%}")
_LINES: tuple[bytes, ...] = (
    b"//",
    b"*",
    b"#",
    b";",
    b"%",
    b"--",
    b"..",
    b"<?",
    b"<!",
    b"!",
    b"::",
    b"@rem",
    b"rem ",
    b"dnl",
    b"'",
    b'" ',
)
_LINES += (b'.\\"', b"'\\\"", b"@c ", b"@comment", b"\\ ", b"c ", b"|", b"'use", b'r"""')


def _padded(marks: tuple[bytes, ...]) -> U8:
    table = np.zeros((len(marks), 9), np.uint8)
    for row, mark in enumerate(marks):
        table[row, 0] = len(mark)
        table[row, 1 : 1 + len(mark)] = list(mark)
    return table


_OPEN, _CLOSE, _LINE = _padded(_OPENERS), _padded(_CLOSERS), _padded(_LINES)
_BRACE = _OPENERS.index(b"{ ")


@compiled
def _starts(data: U8, at: int, stop: int, mark: U8) -> bool:
    size = np.int64(mark[0])
    if mark[size] == 32 and at + size - 1 == stop:  # a mark alone on its line
        size -= 1
    if at + size > stop:
        return False
    for i in range(size):
        byte = data[at + i]
        if 65 <= byte <= 90:
            byte += np.uint8(32)
        if byte != mark[1 + i]:
            return False
    return True


@compiled
def comment_end(data: U8, start: int, stop: int) -> int:
    """Return where the comment that ``data[start:stop]`` begins with ends; ``start`` if it begins with none."""
    at, end, block, inner = start, start, -1, start
    while at < stop:
        first = at
        while first < stop and (data[first] == 32 or data[first] == 9 or data[first] == 13 or data[first] >= 0xEF):
            if data[first] >= 0xEF and not (first == start and data[first] == 0xEF):
                break
            first += 3 if data[first] == 0xEF else 1
        last = first
        while last < stop and data[last] != 10:
            last += 1
        inner = first
        is_in = first >= last or block >= 0
        if block < 0 and first < last:
            for row in range(len(_OPEN)):
                if _starts(data, first, last, _OPEN[row]):
                    letter = data[first + 2] | 32 if first + 2 < last else np.uint8(0)
                    if row == _BRACE and not (97 <= letter <= 122):
                        continue
                    block, is_in, inner = row, True, first + int(_OPEN[row, 0])
                    break
            if not is_in:
                for row in range(len(_LINE)):
                    if _starts(data, first, last, _LINE[row]):
                        is_in = True
                        break
        if not is_in:
            break
        if block >= 0:
            for i in range(inner, last):
                if _starts(data, i, last, _CLOSE[block]):
                    block = -1
                    break
        if first < last:
            end = last
        at = last + 1
    return end


_BEGINS = np.zeros(256, np.uint8)
_BEGINS[list(b"cmvgtrCMVGTR")] = 1


@compiled
def _has_word(data: U8, start: int, stop: int) -> bool:
    """Tell whether a licence, a permission or a reservation may be spoken of."""
    for i in range(start, stop - 3):
        byte = data[i]
        if _BEGINS[byte]:
            byte |= np.uint8(32)
            a, b, c = data[i + 1] | 32, data[i + 2] | 32, data[i + 3] | 32
            if byte == 99 and a == 101 and b == 110 and (c == 115 or c == 99):  # cens, cenc: licence
                return True
            if byte == 109 and a == 105 and b == 115 and c == 115:  # miss: permission
                return True
            if byte == 118 and a == 101 and b == 100:  # ved: all rights reserved
                return True
            if byte == 103 and a == 112 and b == 108:  # gpl
                return True
            if byte == 118 and a == 97 and b == 116 and c == 101:  # vate: private
                return True
            if byte == 116 and a == 97 and b == 114 and c == 121:  # tary: proprietary
                return True
            if byte == 99 and a == 32 and b == 100 and c == 111:  # c do: public domain
                return True
            if byte == 99 and a == 111 and b == 110 and c == 102:  # conf: confidential
                return True
            if byte == 114 and a == 101 and b == 100 and c == 105:  # redi: redistribute
                return True
    return False


@compiled
def may_speak(data: U8, start: int, stop: int) -> bool:
    """Tell whether a stretch of ASCII may speak of rights at all: what no licence, notice or reservation is without."""
    for i in range(start, stop - 2):
        byte = data[i] | 32
        a, b = data[i + 1] | 32, data[i + 2] | 32
        c = data[i + 3] | 32 if i + 3 < stop else np.uint8(0)
        # co, cen, (c), c do: copyright, confidential, licence, public domain
        if byte == 99 and ((a == 111 and (b == 112 or b == 110)) or (a == 101 and b == 110)):
            return True
        if byte == 99 and a == 32 and b == 100 and c == 111:
            return True
        if byte == 40 and a == 99 and data[i + 2] == 41:
            return True
        # perm, prop: permission, proprietary
        if byte == 112 and ((a == 101 and b == 114 and c == 109) or (a == 114 and b == 111 and c == 112)):
            return True
        if byte == 97 and a == 108 and b == 108 and c == 32:  # all rights
            return True
        if (byte == 103 and a == 112 and b == 108) or (byte == 109 and a == 105 and b == 116):  # gpl, mit
            return True
        if byte == 102 and a == 114 and b == 101 and c == 101:  # free software
            return True
        if byte == 114 and a == 101 and b == 100 and c == 105:  # redistribute
            return True
        if byte == 119 and a == 97 and b == 114 and c == 114:  # warranty
            return True
    return False


@compiled
def _speaks_of_itself(data: U8, start: int, stop: int) -> bool:
    """Tell whether "this", a space and then a word of giving away may stand there, as in "this book is released"."""
    given = start
    for i in range(start, stop - 5):
        byte = data[i] | 32
        if byte == 116 and data[i + 1] | 32 == 104 and data[i + 2] | 32 == 105 and data[i + 3] | 32 == 115:  # this
            if data[i + 4] <= 32 or data[i + 4] >= 0x80:
                given = min(stop, i + REACH)
        elif i < given:
            a, b, c = data[i + 1] | 32, data[i + 2] | 32, data[i + 3] | 32
            if byte == 99 and a == 101 and b == 110 and (c == 115 or c == 99):  # cens, cenc: licensed
                return True
            if byte == 108 and a == 101 and b == 97 and c == 115:  # leas: released
                return True
            if byte == 114 and a == 105 and b == 98 and c == 117:  # ribu: distributed
                return True
            if byte == 97 and a == 105 and b == 108 and c == 97:  # aila: available
                return True
            if byte == 98 and a == 108 and b == 105 and c == 115:  # blis: published
                return True
    return False


@compiled
def mark_rows(data: U8, offsets: I64, marked: U8) -> None:
    """Set ``marked`` for each row that may begin with a notice."""
    for row in range(len(offsets) - 1):
        start, stop = offsets[row], offsets[row + 1]
        end = comment_end(data, start, min(stop, start + HEAD))
        if end - start >= MIN_COMMENT:
            marked[row] = _has_word(data, start, end)
        elif end == start:
            marked[row] = _has_word(data, start, min(stop, start + PROSE)) and _speaks_of_itself(
                data, start, min(stop, start + 4 * PROSE)
            )


@compiled
def mark_words(data: U8, offsets: I64, words: U8, within: int, marked: U8) -> None:
    """Set ``marked`` for each row that has ``words``, spelt just so, beginning within its first bytes.

    By Horspool's rule: the byte under the last one says how far the words have to move on.
    """
    size = len(words)
    step = np.full(256, size, np.int64)
    for j in range(size - 1):
        step[words[j]] = size - 1 - j
    for row in range(len(offsets) - 1):
        i = offsets[row]
        stop = min(offsets[row + 1] - size + 1, i + within)
        while i < stop:
            j = size - 1
            while j >= 0 and data[i + j] == words[j]:
                j -= 1
            if j < 0:
                marked[row] = 1
                break
            i += step[data[i + size - 1]]
