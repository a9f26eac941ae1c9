"""The forest: which rows are linked, however told so, in 26 to 50 bytes a linked row, twice that in the end."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from licet.stages.compiled import compiled

I64 = npt.NDArray[np.int64]
I32 = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

_FIRST_ROOM = 1 << 14


class Forest:
    """Union-find over the rows that edges name, as they come; edges themselves are not held.

    A row is known by the order in which it was met; a table of open addresses finds it by file and place.
    """

    def __init__(self) -> None:
        self._files: dict[int, int] = {}
        self._met = 0
        self._rows = np.empty(_FIRST_ROOM, np.int64)
        self._parents = np.empty(_FIRST_ROOM, np.int32)
        self._copies = np.empty(_FIRST_ROOM, np.bool_)
        self._table = np.full(2 * _FIRST_ROOM, -1, np.int32)

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a batch of `licet.stages.dedup.exchange.EDGES`."""
        first = self._packed(batch, "file", "row")
        second = self._packed(batch, "other_file", "other_row")
        copy = np.asarray(batch.column("copy"))
        for start in range(0, len(first), _FIRST_ROOM):
            part = slice(start, start + _FIRST_ROOM)
            self._make_room(2 * len(first[part]))
            known = self._rows, self._parents, self._copies, self._table
            self._met = _join(*known, self._met, first[part], second[part], copy[part])

    def components(self) -> tuple[I64, I64, I64, Mask]:
        """Return file, place and component of all linked rows, by file and place, and which have an exact pair before.

        Components are numbered in the order in which they appear there.
        """
        rows, parents, copies = self._rows[: self._met], self._parents[: self._met], self._copies[: self._met]
        numbers = np.array(list(self._files), np.int64)
        rank = np.argsort(np.argsort(numbers))
        rows = (rank[rows >> 32] << 32) | (rows & 0xFFFFFFFF)
        order = np.argsort(rows)
        rows = rows[order]
        component = _numbered(_roots(parents)[order], self._met)
        return np.sort(numbers)[rows >> 32], rows & 0xFFFFFFFF, component, copies[order]

    def _packed(self, batch: pa.RecordBatch, file: str, row: str) -> I64:
        """Return rows as (files in the order in which they were met) × 2³² + place."""
        numbers, inverse = np.unique(np.asarray(batch.column(file)), return_inverse=True)
        met = [self._files.setdefault(int(number), len(self._files)) for number in numbers]
        rows = np.asarray(batch.column(row)).astype(np.int64)
        return np.asarray((np.array(met, np.int64)[inverse] << 32) | rows)

    def _make_room(self, more: int) -> None:
        """Make room for more rows; the table is kept at most half full."""
        if self._met + more <= len(self._rows):
            return
        room = max(self._met + more, len(self._rows) * 3 // 2)
        self._rows, self._parents, self._copies = (
            _grown(held, room, self._met) for held in (self._rows, self._parents, self._copies)
        )
        if 2 * room > len(self._table):
            self._table = np.full(1 << (2 * room - 1).bit_length(), -1, np.int32)
            _enter(self._rows[: self._met], self._table)


def _grown(held: npt.NDArray[Any], room: int, used: int) -> npt.NDArray[Any]:
    more = np.empty(room, held.dtype)
    more[:used] = held[:used]
    return more


@compiled
def _slot(row: np.int64, rows: I64, table: I32) -> np.int64:
    """Return where in the table a row is, or the empty slot where it belongs."""
    spread = np.uint64(row) * np.uint64(0x9E3779B97F4A7C15)
    at = np.int64((spread ^ (spread >> np.uint64(32))) & np.uint64(len(table) - 1))
    while table[at] >= 0 and rows[table[at]] != row:
        at = np.int64((at + 1) & (len(table) - 1))
    return at


@compiled
def _enter(rows: I64, table: I32) -> None:
    """Enter all rows, each of which is there once."""
    for i in range(len(rows)):
        table[_slot(rows[i], rows, table)] = i


@compiled
def _root(parents: I32, at: int) -> int:
    """Return the root of a row, halving the path to it."""
    while parents[at] != at:
        parents[at] = parents[parents[at]]
        at = parents[at]
    return at


@compiled
def _join(rows: I64, parents: I32, copies: Mask, table: I32, met: int, first: I64, second: I64, copy: Mask) -> int:
    """Join the rows of each edge, the one met later to the one met before; return how many rows were met by now."""
    for i in range(len(first)):
        ends = (first[i], second[i])
        roots = (0, 0)
        for end in ends:
            slot = _slot(end, rows, table)
            if table[slot] < 0:
                rows[met] = end
                parents[met] = met
                copies[met] = False
                table[slot] = met
                met += 1
            roots = (roots[1], _root(parents, table[slot]))
        if copy[i]:
            copies[table[_slot(second[i], rows, table)]] = True
        parents[max(roots[0], roots[1])] = min(roots[0], roots[1])
    return met


@compiled
def _roots(parents: I32) -> I32:
    """Return the root of each row; parents were met before their children, so those before are settled already."""
    roots = np.empty_like(parents)
    for i in range(len(parents)):
        roots[i] = i if parents[i] == i else roots[parents[i]]
    return roots


@compiled
def _numbered(roots: I32, rows: int) -> I64:
    """Return the components that have given roots, numbered in the order in which they appear."""
    numbers = np.full(rows, -1, np.int32)
    out = np.empty(len(roots), np.int64)
    found = 0
    for i in range(len(roots)):
        if numbers[roots[i]] < 0:
            numbers[roots[i]] = found
            found += 1
        out[i] = numbers[roots[i]]
    return out
