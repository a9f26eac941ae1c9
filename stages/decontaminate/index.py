"""An index over the runs of words of evaluation items: what a text is looked through with.

A *part* is one text of an item. It has a *posting* for each distinct run of ``ngram`` words in it; one of fewer words,
but at least ``min_words``, has a single posting for all of them, found by its first ``min_words``. Runs that more
than ``max_items`` items of a set share, runs of fewer than `DISTINCT` distinct words, and runs of numbers have none:
they tell nothing of an item. The words of a part that *count* are those in a run that has a posting.
"""

import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from licet.schemas.decontamination import Decontaminate
from licet.stages.decontaminate import _kernel
from licet.stages.decontaminate._kernel import I32, I64, U8, U64
from licet.stages.decontaminate.items import Items
from licet.stages.decontaminate.words import Words, words_of

DISTINCT = 4
"""Distinct words that a run must have: the least that AI2's decon asks of an item (`eval_min_unique_word_count`)."""
NO_NUMBERS = 2
"""Words of a run that must be no numbers: of 358 files of Python packages that shared a quarter of an item of
HumanEval, nearly all counted to ten or listed primes."""
FILTER_BITS_A_RUN = 32
"""Bits of the filter for each posting: 3 % of the runs of other texts get through to the table."""
SHORT, COMMON, LOOKED_FOR = "too_short", "boilerplate", "looked_for"
_CHUNK = 1 << 16

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Index:
    """Arrays as `_kernel` takes them, and what each part is called: ``parts`` are [set, item, field], in order."""

    sizes: I64
    bits: U8
    slots: I32
    post_hash: U64
    post_first: I64
    post_length: I32
    post_part: I32
    post_slot: I32
    post_at: I64
    positions: I64
    words: U8
    word_ends: I64
    part_words: I64
    part_counted: I64
    parts: tuple[tuple[str, str, str], ...]

    @property
    def shift(self) -> np.uint64:
        """How far a hash is shifted to be a place in the filter."""
        return np.uint64(64 - (8 * len(self.bits)).bit_length() + 1)

    def to_bytes(self) -> bytes:
        """Return it as `from_bytes` reads it."""
        sink = io.BytesIO()
        named = json.dumps(self.parts, ensure_ascii=False).encode()
        arrays = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "parts"}
        np.savez(sink, parts=np.frombuffer(named, np.uint8), **arrays)
        return sink.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Index":
        """Return the index that `to_bytes` wrote."""
        with np.load(io.BytesIO(data)) as found:
            arrays: dict[str, Any] = {name: found[name] for name in found.files}
        named = json.loads(arrays.pop("parts").tobytes())
        return cls(parts=tuple(tuple(part) for part in named), **arrays)


def build_index(sets: Sequence[tuple[str, Items]], settings: Decontaminate) -> tuple[Index, list[dict[str, Any]]]:
    """Return the index over some named sets, and what can be looked for of each, as JSON values."""
    parts = [(name, part) for name, items in sets for part in items.parts]
    words = words_of(pa.array([part.text for _, part in parts], pa.large_string()))
    counts = np.diff(words.stops, prepend=0)
    runs = _runs(words, counts, settings)
    numbers = {name: number for number, (name, _) in enumerate(sets)}
    items = np.array([(numbers[name] << 40) + part.item for name, part in parts], np.int64)
    runs = runs.of(~_is_common(runs, items, settings.max_items) & _is_telling(runs, words))
    index = _index(runs, words, counts, [(name, part.name, part.field) for name, part in parts], settings)
    told = []
    for name, found in sets:
        of_set = [i for i, (each, _) in enumerate(parts) if each == name]
        what = [
            LOOKED_FOR if index.part_counted[i] else SHORT if counts[i] < settings.min_words else COMMON for i in of_set
        ]
        by_field = {field: Counter[str]() for field in sorted({parts[i][1].field for i in of_set})}
        for i, each in zip(of_set, what, strict=True):
            by_field[parts[i][1].field][each] += 1
        sought = {parts[i][1].item for i, each in zip(of_set, what, strict=True) if each == LOOKED_FOR}
        told.append(
            {
                "name": name,
                "files": [{"name": file.name, "bytes": file.bytes, "sha256": file.sha256} for file in found.files],
                "items": found.count,
                "items_looked_for": len(sought),
                "fields": {field: dict(sorted(tally.items())) for field, tally in by_field.items()},
            }
        )
    return index, told


@dataclass(frozen=True)
class _Runs:
    """Runs of all parts: ``key`` is the hash that they are found by, ``identity`` that of all their words.

    ``at`` is the place of a run's first word among the words of all parts.
    """

    key: U64
    identity: U64
    part: I64
    at: I64
    length: I64

    def of(self, which: Flags | I64) -> "_Runs":
        """Return some of the runs."""
        return _Runs(self.key[which], self.identity[which], self.part[which], self.at[which], self.length[which])


def _runs(words: Words, counts: I64, settings: Decontaminate) -> _Runs:
    """Return the runs of all parts, in the order of their places."""
    key, identity, part, at, length = [], [], [], [], []
    for number in np.flatnonzero(counts >= settings.min_words).tolist():
        count = int(counts[number])
        first = int(words.stops[number]) - count
        hashes = words.hashes[first : first + count]
        size = min(settings.ngram, count)
        found = np.empty(count - size + 1, np.uint64)
        _kernel.runs_into(hashes, count, size, found)
        heads = found
        if size < settings.ngram:
            heads = np.empty(count, np.uint64)
            _kernel.runs_into(hashes, settings.min_words, settings.min_words, heads)
        key.append(heads[: len(found)])
        identity.append(found)
        part.append(np.full(len(found), number, np.int64))
        at.append(np.arange(first, first + len(found), dtype=np.int64))
        length.append(np.full(len(found), size, np.int64))

    def joined(pieces: list[Any], kind: Any) -> Any:
        return np.concatenate(pieces) if pieces else np.empty(0, kind)

    return _Runs(
        joined(key, np.uint64),
        joined(identity, np.uint64),
        joined(part, np.int64),
        joined(at, np.int64),
        joined(length, np.int64),
    )


def _is_common(runs: _Runs, items: I64, most: int) -> Flags:
    """Tell which runs are in more than ``most`` items of their set."""
    owner = items[runs.part]
    order = np.lexsort((owner, runs.identity))
    identity, owner = runs.identity[order], owner[order]
    of_set = owner >> 40
    is_new = np.ones(len(order), bool)
    is_new[1:] = (identity[1:] != identity[:-1]) | (of_set[1:] != of_set[:-1])
    is_item = is_new.copy()
    is_item[1:] |= owner[1:] != owner[:-1]
    group = np.cumsum(is_new) - 1
    common = np.bincount(group, is_item) > most if len(order) else np.zeros(0, bool)
    found = np.empty(len(order), bool)
    found[order] = common[group]
    return found


def _is_telling(runs: _Runs, words: Words) -> Flags:
    """Tell which runs have at least `DISTINCT` distinct words, and `NO_NUMBERS` that do not begin with a digit."""
    found = np.zeros(len(runs.at), bool)
    heads = words.data[np.concatenate([[0], words.ends[:-1]])] if len(words.ends) else words.data
    is_number = (heads >= ord("0")) & (heads <= ord("9"))
    for length in np.unique(runs.length).tolist():
        places = np.flatnonzero(runs.length == length)
        for begin in range(0, len(places), _CHUNK):
            some = places[begin : begin + _CHUNK]
            places_of = runs.at[some][:, None] + np.arange(length)
            held = np.sort(words.hashes[places_of], axis=1)
            is_varied = 1 + (held[:, 1:] != held[:, :-1]).sum(axis=1) >= DISTINCT
            found[some] = is_varied & ((~is_number[places_of]).sum(axis=1) >= NO_NUMBERS)
    return found


def _index(
    runs: _Runs, words: Words, counts: I64, parts: Sequence[tuple[str, str, str]], settings: Decontaminate
) -> Index:
    runs = runs.of(np.lexsort((runs.at, runs.part, runs.key)))
    is_new = np.ones(len(runs.key), bool)
    is_new[1:] = (runs.key[1:] != runs.key[:-1]) | (runs.part[1:] != runs.part[:-1])
    group = np.cumsum(is_new) - 1
    first = runs.at[is_new]
    runs_alike = _is_as_first(runs, first[group], words)
    runs, group = runs.of(runs_alike), group[runs_alike]
    begins = words.stops - counts
    covered = np.zeros(len(words.ends) + 1, np.int64)
    np.add.at(covered, runs.at, 1)
    np.add.at(covered, runs.at + runs.length, -1)
    so_far = np.concatenate([[0], np.cumsum(np.cumsum(covered[:-1]) > 0)])
    heads = runs.of(np.flatnonzero(np.diff(group, prepend=-1)))
    slot = np.empty(len(heads.part), np.int32)
    order = np.argsort(heads.part, kind="stable")
    in_order = heads.part[order]
    slot[order] = np.arange(len(order)) - np.searchsorted(in_order, in_order)
    lengths = [(settings.ngram, heads.length == settings.ngram), (settings.min_words, heads.length < settings.ngram)]
    bits, slots = _tables(heads.key)
    return Index(
        sizes=np.array([size for size, which in lengths if which.any()], np.int64),
        bits=bits,
        slots=slots,
        post_hash=heads.key,
        post_first=heads.at,
        post_length=heads.length.astype(np.int32),
        post_part=heads.part.astype(np.int32),
        post_slot=slot,
        post_at=np.append(np.searchsorted(group, np.arange(len(heads.key))), len(group)).astype(np.int64),
        positions=runs.at - begins[runs.part],
        words=words.data,
        word_ends=words.ends,
        part_words=counts,
        part_counted=so_far[words.stops] - so_far[begins],
        parts=tuple(parts),
    )


def _is_as_first(runs: _Runs, first: I64, words: Words) -> Flags:
    """Tell which runs have the very words of the first of their posting, as all but a collision of hashes do."""
    found = np.ones(len(runs.at), bool)
    for place in np.flatnonzero(runs.at != first).tolist():
        length = int(runs.length[place])
        at, other = int(runs.at[place]), int(first[place])
        found[place] = all(words.word(at + i) == words.word(other + i) for i in range(length))
    return found


def _tables(keys: U64) -> tuple[U8, I32]:
    """Return the filter and the table of sorted hashes: for each, its first place among them."""
    bits = np.zeros(max(1 << 13, 1 << (len(keys) * FILTER_BITS_A_RUN // 8).bit_length()), np.uint8)
    places = keys >> np.uint64(64 - (8 * len(bits)).bit_length() + 1)
    np.bitwise_or.at(bits, places >> np.uint64(3), np.left_shift(1, places & np.uint64(7)).astype(np.uint8))
    slots = np.full(1 << (2 * len(keys) + 1).bit_length(), -1, np.int32)
    distinct = np.flatnonzero(np.diff(keys, prepend=~keys[:1]) != 0) if len(keys) else np.empty(0, np.int64)
    mask = len(slots) - 1
    for place in distinct.tolist():
        slot = int(keys[place]) & mask
        while slots[slot] >= 0:
            slot = (slot + 1) & mask
        slots[slot] = place
    return bits, slots
