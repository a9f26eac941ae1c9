"""The index of licence texts, as shipped in ``texts.json``: hashes of grams by licence, and what tells twins apart.

`build_index` makes the file from a published licence database; no text is in it. Here it becomes postings: for each
gram, the licences that have it.
"""

import base64
import json
import zlib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from licet.stages.license import _kernel
from licet.stages.license.grams import Grams, Vocabulary
from licet.stages.license.phrases import is_anchor

Rows = npt.NDArray[np.int32]
Marks = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Entry:
    """One licence: how many ``grams`` it has (each ``step``-th is kept), how many of them are no core, what it words.

    ``elements`` and ``restrictions`` are those of its own words; ``limits`` (in the core, in all), ``rights`` and
    ``negations`` count the words of `changed`; ``named`` is what it calls itself.
    """

    id: str
    step: int
    grams: int
    optional: int
    elements: str
    restrictions: frozenset[str]
    named: tuple[str, str]
    limits: tuple[tuple[int, ...], tuple[int, ...]]
    rights: tuple[int, ...]
    negations: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Index:
    """The licences, and for each gram (a row of ``hashes``) the licences that have it."""

    vocabulary: Vocabulary
    entries: tuple[Entry, ...]
    hashes: Grams
    slots: Rows
    starts: Rows
    owners: Rows
    rows_of: tuple[Rows, ...]
    core_of: tuple[Marks, ...]
    steps: npt.NDArray[np.int64]
    grams: npt.NDArray[np.int64]
    cores: npt.NDArray[np.int64]

    @cached_property
    def numbers_of(self) -> dict[str, list[int]]:
        """The numbers of the licences that share a text, by the narrowest of their ids."""
        found: dict[str, list[int]] = {}
        for number, entry in enumerate(self.entries):
            found.setdefault(strictest(entry.id), []).append(number)
        return found


def strictest(key: str) -> str:
    """Return the narrower of the two ids that share a text."""
    return key.removesuffix("-or-later") + "-only" if key.endswith("-or-later") else key


@cache
def _stored() -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(Path(__file__).with_name("texts.json").read_text(encoding="utf-8"))
    return stored


@cache
def text_index() -> Index:
    """Return the index as postings, made once a process."""
    stored = _stored()
    entries = tuple(
        Entry(
            id=e["id"],
            step=e["step"],
            grams=e["grams"],
            optional=e["optional"],
            elements=e["elements"],
            restrictions=frozenset(e["restrictions"]),
            named=(e["named"][0], e["named"][1]),
            limits=(tuple(e["limits"][0]), tuple(e["limits"][1])),
            rights=tuple(e["rights"]),
            negations=tuple(e["negations"]),
        )
        for e in stored["licenses"]
    )
    hashes = np.frombuffer(zlib.decompress(base64.b64decode(stored["hashes"])), "<u4").astype(np.uint32)
    steps = np.frombuffer(zlib.decompress(base64.b64decode(stored["postings"])), "<i4").astype(np.int64)
    rows: list[Rows] = []
    owners: list[Rows] = []
    cores: list[Marks] = []
    at = 0
    for number, entry in enumerate(entries):
        full = np.cumsum(steps[at : at + entry.grams])
        at += entry.grams
        left_out = np.cumsum(steps[at : at + entry.optional])
        at += entry.optional
        is_optional = np.isin(full, left_out)
        rows.append(full.astype(np.int32))
        cores.append((~is_optional).astype(np.uint8))
        owners.append((2 * number + is_optional).astype(np.int32))
    row = np.concatenate(rows)
    slots = np.full(1 << (2 * len(hashes)).bit_length(), -1, np.int32)
    _kernel.fill_slots(hashes, slots)
    grams = np.array([e.grams for e in entries], np.int64)
    words = zlib.decompress(base64.b64decode(stored["words"])).decode().split("\n")
    return Index(
        vocabulary=Vocabulary(words, is_anchor),
        entries=entries,
        hashes=hashes,
        slots=slots,
        starts=np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(hashes)))]).astype(np.int32),
        owners=np.concatenate(owners)[np.argsort(row, kind="stable")],
        rows_of=tuple(rows),
        core_of=tuple(cores),
        steps=np.array([e.step for e in entries], np.int64),
        grams=grams,
        cores=grams - np.array([e.optional for e in entries], np.int64),
    )
