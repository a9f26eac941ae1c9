"""Where each group is cut: the first of its rows, in the order of their keys, that leaves.

One worker decides. Of the groups that lose any row it holds 8 bytes a row, and 4 more where tokens or bytes are
counted; of the one that it cuts at the time, some 30 to put its rows in order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from licet.schemas.balance import Balance
from licet.schemas.errors import RunError
from licet.stages import storage
from licet.stages.balance.draw import Keys
from licet.stages.balance.drawn import KEY, UNITS, Drawn, groups_in
from licet.stages.balance.targets import Target, shortfalls, targets

Units: TypeAlias = NDArray[np.uint32] | None
"""What each row counts; null where rows are counted."""


@dataclass(frozen=True, kw_only=True)
class Bound:
    """The first row of a group that leaves: its key, the order of its parcel, its place among the kept rows there."""

    key: int
    parcel: tuple[int, int]
    row: int
    reason: str

    def leaving(self, keys: Keys, rows: NDArray[np.int64], parcel: tuple[int, int]) -> NDArray[np.bool_]:
        """Return which of some rows of this group leave, given by their keys and their places in a parcel."""
        key = np.uint64(self.key)
        behind = rows >= self.row if parcel == self.parcel else np.full(len(rows), parcel > self.parcel)
        return np.asarray((keys > key) | ((keys == key) & behind))


Bounds: TypeAlias = Mapping[str, Bound]
"""By group, for those that lose any row."""


def bounds_of(drawn: Sequence[Drawn], settings: Balance) -> dict[str, Bound]:
    """Return the bounds of all groups of some parcels, whatever the order of these.

    Raises:
        RunError: no such mixture can be made, or a group has too little and the recipe makes that an error.

    """
    parcels = sorted(drawn, key=lambda one: one.judged.staged)
    available: dict[str, int] = {}
    for parcel in parcels:
        for name, units in parcel.groups:
            available[name] = available.get(name, 0) + units
    found = targets(settings, available)
    if settings.shortfall == "error" and (told := shortfalls(settings, available, found)):
        raise RunError(
            f"{told[0]} ({len(told)} of {len(found)} groups fall short): change `balance`, or set its"
            " `shortfall: note` to go on"
        )
    cut = {name: it for name, it in found.items() if it.asked is not None and available.get(name, 0) > it.asked}
    held = _by_group(parcels, set(cut))
    return {name: _bound(parcels, held.pop(name), name, cut[name]) for name in sorted(held)}


@dataclass
class _Held:
    """What is held of a group: for each parcel with rows of it, which one that is, their keys and their units."""

    parcels: list[int] = field(default_factory=list)
    keys: list[Keys] = field(default_factory=list)
    units: list[Units] = field(default_factory=list)


def _by_group(parcels: Sequence[Drawn], wanted: set[str]) -> dict[str, _Held]:
    """Return what is to be held of the groups that are wanted."""
    held: dict[str, _Held] = {}
    for number, parcel in enumerate(parcels):
        if not wanted.intersection(name for name, _ in parcel.groups):
            continue
        rows = storage.read_arrow(parcel.path)
        names, codes = groups_in(rows)
        keys = rows.column(KEY).to_numpy()
        units = rows.column(UNITS).to_numpy() if UNITS in rows.schema.names else None
        for code, name in enumerate(names):
            if name in wanted:
                here = codes == code
                group = held.setdefault(name, _Held())
                group.parcels.append(number)
                group.keys.append(keys[here])
                group.units.append(units[here] if units is not None else None)
    return held


def _bound(parcels: Sequence[Drawn], held: _Held, name: str, target: Target) -> Bound:
    """Return the bound of a group that has more than its target."""
    sizes = [len(keys) for keys in held.keys]
    keys, units = np.concatenate(held.keys), _together(held.units)
    held.keys.clear()
    held.units.clear()
    at = first_to_leave(keys, units, target.asked or 0)
    if at is None:
        raise RuntimeError(f"group {name} has more than {target.asked} and would lose no row")
    ends = np.cumsum(sizes)
    which = int(np.searchsorted(ends, at, side="right"))
    parcel = parcels[held.parcels[which]]
    names, codes = groups_in(storage.read_arrow(parcel.path))
    places = np.flatnonzero(codes == names.index(name))
    return Bound(
        key=int(keys[at]),
        parcel=parcel.judged.staged.order,
        row=int(places[at - int(ends[which]) + sizes[which]]),
        reason=target.reason,
    )


def _together(units: Sequence[Units]) -> Units:
    told = [one for one in units if one is not None]
    return np.concatenate(told) if told else None


def first_to_leave(keys: Keys, units: Units, asked: int) -> int | None:
    """Return which row is the first to leave, so that those before it have ``asked`` at most; null where none is.

    Rows are passed over in the order of their keys, equal ones as they are given, until one does not fit any more. None
    behind it is let in, however small, or a larger bound could keep a row out that a smaller one lets in.
    """
    if units is None:
        if len(keys) <= asked:
            return None
        key = np.partition(keys, asked)[asked]
        return int(np.flatnonzero(keys == key)[asked - int((keys < key).sum())])
    order = np.argsort(keys, kind="stable")
    place = int(np.searchsorted(np.cumsum(units[order], dtype=np.int64), asked, side="right"))
    return int(order[place]) if place < len(keys) else None
