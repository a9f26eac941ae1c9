"""Which licences a text holds: whole licence files, several in one file, with how sure that is.

A text is compared with the hashed 4-grams of the SPDX texts. A licence is found when nearly all of its grams
are in the text; the confidence says in one number how much of the licence is there and how much of the text
it explains. Near-twins are told apart by what only one of them says; where two stay within `MARGIN` of each
other, nothing is found, because a guess would be a claim. A text that words a restriction which the licence
does not have is not identified at all.
"""

import base64
import json
import zlib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from licet.schemas.license import is_cc
from licet.stages.license.grams import Grams, hashed, plain_words
from licet.stages.license.phrases import elements_in, is_twin, restrictions_in

# Below it a likeness is none: holder edits and missing appendices of real files stay above 0.9.
MIN_CONFIDENCE = 0.85
# Share of a licence's grams that must be there for it to be found beside other text.
MIN_COVERAGE = 0.93
# Share of a further licence's grams that no licence found before it explains: BSD-2-Clause is in BSD-3-Clause.
MIN_NEW = 0.5
# As in licensing practice on the SPDX texts: 0.02 apart is a tie.
MARGIN = 0.02
# Fewer grams than this are a title or a remark, no licence.
MIN_GRAMS = 12
# Text that no licence explains, in grams: more than this beside a licence is worth a flag, and costs confidence.
UNEXPLAINED = 40
MAX_CHARS = 400_000
# A licence is known when its text is as sure as this; below, it is text detection.
SURE = 0.95


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a text says: the ids of the licences in it, sorted, and how sure that is (0 to 1).

    ``flags``: ``unidentified_text``, ``restrictive_words:…``, ``ambiguous:A|B``, ``unexplained_text``,
    ``suffix_inferred`` (the texts of GPL-only and GPL-or-later are one).
    """

    ids: tuple[str, ...]
    confidence: float
    flags: tuple[str, ...]


@dataclass(frozen=True)
class _Entry:
    id: str
    step: int
    grams: int
    optional: int
    elements: str
    restrictions: frozenset[str]


@dataclass(frozen=True)
class _Index:
    entries: tuple[_Entry, ...]
    hashes: Grams
    starts: npt.NDArray[np.int64]
    licenses: npt.NDArray[np.int32]
    is_optional: npt.NDArray[np.bool_]
    steps: npt.NDArray[np.int64]
    grams: npt.NDArray[np.int64]
    cores: npt.NDArray[np.int64]


@cache
def _index() -> _Index:
    """Return the index as postings: for each gram the licences that have it."""
    stored = json.loads(Path(__file__).with_name("texts.json").read_text(encoding="utf-8"))
    entries = tuple(
        _Entry(e["id"], e["step"], e["grams"], e["optional"], e["elements"], frozenset(e["restrictions"]))
        for e in stored["licenses"]
    )
    hashes = np.frombuffer(zlib.decompress(base64.b64decode(stored["hashes"])), "<u4").astype(np.uint32)
    steps = np.frombuffer(zlib.decompress(base64.b64decode(stored["postings"])), "<i4").astype(np.int64)
    rows, owners, optional = [], [], []
    at = 0
    for number, entry in enumerate(entries):
        full = np.cumsum(steps[at : at + entry.grams])
        at += entry.grams
        left_out = np.cumsum(steps[at : at + entry.optional])
        at += entry.optional
        rows.append(full)
        owners.append(np.full(len(full), number, np.int32))
        optional.append(np.isin(full, left_out))
    rank = np.argsort(hashes)
    place = np.empty_like(rank)
    place[rank] = np.arange(len(rank))
    row = place[np.concatenate(rows)]
    order = np.argsort(row, kind="stable")
    counts = np.bincount(row, minlength=len(hashes))
    grams = np.array([e.grams for e in entries], np.int64)
    return _Index(
        entries=entries,
        hashes=hashes[rank],
        starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        licenses=np.concatenate(owners)[order],
        is_optional=np.concatenate(optional)[order],
        steps=np.array([e.step for e in entries], np.int64),
        grams=grams,
        cores=grams - np.array([e.optional for e in entries], np.int64),
    )


@cache
def index_source() -> str:
    """Return which package and SPDX revision the index was built from."""
    return str(json.loads(Path(__file__).with_name("texts.json").read_text(encoding="utf-8"))["source"])


@lru_cache(maxsize=4096)
def identify(text: str) -> Found:
    """Return the licences whose texts are in ``text``; equal texts are looked at once."""
    words = plain_words(text[:MAX_CHARS])
    restricted = set(restrictions_in(words))
    asked = hashed(words)
    if len(asked) < MIN_GRAMS:
        return _nothing(restricted)
    found: list[int] = []
    flags: list[str] = []
    left, confidence = asked, 0.0
    index = _index()
    while len(found) < 8 and len(left) >= MIN_GRAMS:
        picked, sure, tie = _best(left, asked, words, whole=not found)
        if tie:
            return Found(ids=(), confidence=0.0, flags=(f"ambiguous:{tie}",))
        if picked is None:
            break
        found.append(picked)
        confidence = sure if len(found) == 1 else confidence
        explained = _grams_of(index, picked)
        left = left[~np.isin(left, explained)]
    if not found:
        return _nothing(restricted)
    entries = [index.entries[n] for n in found]
    if beyond := restricted.difference(*(e.restrictions for e in entries)):
        return _nothing(beyond)
    if len(found) > 1:
        confidence = _share_explained(asked, entries, found)
    if any(entry.step == 2 for entry in entries):
        left, asked = left[left % 2 == 0], asked[asked % 2 == 0]
    if len(left) > max(UNEXPLAINED, len(asked) // 10):
        flags.append("unexplained_text")
    ids = sorted({_strictest(entry.id) for entry in entries})
    if any(i.endswith("-only") for i in ids):
        flags.append("suffix_inferred")
    return Found(ids=tuple(ids), confidence=round(float(confidence), 4), flags=tuple(sorted(flags)))


def _nothing(restricted: set[str]) -> Found:
    flags = ["unidentified_text", *(f"restrictive_words:{name}" for name in restricted)]
    return Found(ids=(), confidence=0.0, flags=tuple(sorted(flags)))


def _strictest(key: str) -> str:
    """Return the narrower of the two ids that share a text."""
    return key.removesuffix("-or-later") + "-only" if key.endswith("-or-later") else key


def _best(left: Grams, asked: Grams, words: list[str], *, whole: bool) -> tuple[int | None, float, str]:
    """Return the licence most likely in a text, its confidence, and the names of two that cannot be told apart.

    ``left`` are the grams that no licence found so far explains. The first licence may be one that the text is
    nearly equal to; further ones must be there in full.
    """
    index = _index()
    hits, core_hits = _overlaps(index, asked)
    new = hits if whole else _overlaps(index, left)[0]
    sizes = np.where(index.steps == 2, np.count_nonzero(asked % 2 == 0), len(asked))
    with np.errstate(divide="ignore", invalid="ignore"):
        coverage = core_hits / index.cores
        explained = hits / np.maximum(sizes, 1)
        f1 = np.nan_to_num(2 * coverage * explained / (coverage + explained))
    embedded = np.where((coverage >= MIN_COVERAGE) & (hits >= MIN_GRAMS) & (new >= hits * MIN_NEW), coverage, 0.0)
    score = np.where(embedded > 0, 1 + embedded * np.sqrt(hits / (1 + hits.max())), 0.0)
    if whole:
        score = np.maximum(score, np.where((f1 >= MIN_CONFIDENCE) & (hits >= MIN_GRAMS), 1 + f1, 0.0))
    elements = elements_in(words)
    alive: list[int] = []
    for number in np.argsort(-score, kind="stable")[:24].tolist():
        entry = index.entries[number]
        if score[number] <= 0:
            break
        if is_twin(entry.id, words) or (is_cc(entry.id) and entry.elements != elements):
            continue
        alive.append(number)
    if not alive:
        return None, 0.0, ""
    top = alive[0]
    for other in alive[1:]:
        same = _strictest(index.entries[other].id) == _strictest(index.entries[top].id)
        if same or score[top] - score[other] >= MARGIN:
            continue
        if _is_told_apart(index, top, other, f1):
            continue
        return None, 0.0, "|".join(sorted((index.entries[top].id, index.entries[other].id)))
    return top, min(float(f1[top]), 1.0), ""


def _is_told_apart(index: _Index, top: int, other: int, f1: npt.NDArray[np.float64]) -> bool:
    """Tell whether a licence is the better explanation although both are nearly there: it leaves less over."""
    return bool(f1[top] - f1[other] >= MARGIN / 4 or index.grams[top] - index.grams[other] >= MIN_GRAMS)


def _overlaps(index: _Index, asked: Grams) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return for each licence how many of its grams, and of its necessary grams, are among those asked for."""
    at = np.searchsorted(index.hashes, asked)
    at = at[(at < len(index.hashes))]
    rows = np.searchsorted(index.hashes, asked[np.isin(asked, index.hashes[at])])
    begins, ends = index.starts[rows], index.starts[rows + 1]
    lengths = ends - begins
    if not lengths.sum():
        return np.zeros(len(index.entries), np.int64), np.zeros(len(index.entries), np.int64)
    offsets = np.repeat(begins - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    postings = offsets + np.arange(lengths.sum())
    owners = index.licenses[postings]
    hits = np.bincount(owners, minlength=len(index.entries))
    core = np.bincount(owners[~index.is_optional[postings]], minlength=len(index.entries))
    return hits, core


@lru_cache(maxsize=256)
def _grams_of_number(number: int) -> Grams:
    index = _index()
    mine = np.nonzero(index.licenses == number)[0]
    return index.hashes[np.searchsorted(index.starts, mine, side="right") - 1]


def _grams_of(index: _Index, number: int) -> Grams:
    del index
    return _grams_of_number(number)


def _share_explained(asked: Grams, entries: list[_Entry], found: list[int]) -> float:
    """Return how much of a text several licences explain together, measured on the grams that all of them keep."""
    step = max(entry.step for entry in entries)
    kept = asked if step == 1 else asked[asked % 2 == 0]
    known = np.concatenate([_grams_of_number(n) for n in found])
    return float(np.isin(kept, known).mean()) if len(kept) else 0.0
