"""Which licences a text holds: whole licence files, several in one file, with how sure that is.

A text is compared with the hashed 4-grams of the SPDX texts. A licence is found when nearly all of its grams
are in the text; the confidence says in one number how much of the licence is there and how much of the text
it explains. Of two near-twins that one is meant of whose own words, those that the other lacks, clearly more are
there; where that cannot be said nothing is found, because a guess would be a claim. A text that words a restriction
which the licence does not have is not identified at all, nor is a Creative Commons text in which a word beyond
recognition may have been such a restriction.

Misread letters are forgiven where words could still be told (`grams`); what could not costs confidence.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from licet.schemas.license import is_cc
from licet.stages.license import _kernel, changed
from licet.stages.license.grams import Words, read
from licet.stages.license.own_terms import has_own_terms
from licet.stages.license.phrases import (
    doubtful_elements,
    elements_in,
    is_other_version,
    is_twin,
    lacks_words,
    names_itself,
    restrictions_of,
)
from licet.stages.license.text_index import Index, Marks, Rows, strictest, text_index
from licet.stages.license.wording import IN_OWN_WORDS, otherwise_worded

# Below it a likeness is none: it is measured where the licence is, whatever text stands before or after it. Holder
# edits and missing appendices of real files stay above 0.9; scanned texts with 2 % of letters wrong at about 0.8.
MIN_CONFIDENCE = 0.8
# Share of a licence's grams that must be there for it to be found beside other text.
MIN_COVERAGE = 0.93
# Share of them below which nothing can make up for the rest.
MIN_SHARE = 0.6
# How much less is asked for where words are misread: a misread word that could not be told takes four grams along,
# and about one in four cannot. At most this much less in all.
MAX_FORGIVEN = 0.2
# Share of a further licence's grams that no licence found before it explains: BSD-2-Clause is in BSD-3-Clause.
MIN_NEW = 0.5
# Near-twins share more of their grams than this.
TWIN_OVERLAP = 0.5
# Two twins are as far from a text as they have necessary grams that it lacks, and as it has grams that only the other
# twin has. One is meant where it is nearer by this many grams (one changed word makes four) and this share of the
# sum of both distances, or where twice as many of its own grams are there, and hardly any of the other's.
NEARER = 4
NEARER_SHARE = 0.25
# Two twins are there beside each other where this share, at most, of what each has of its own is missing.
BESIDE = 0.25
# Fewer grams than this are a title or a remark, no licence.
MIN_GRAMS = 12
# Text that no licence explains, in grams: more than this beside a licence is worth a flag, and costs confidence.
UNEXPLAINED = 40
# A text that has so many times the words of a licence holds it more than once.
REPEATED = 1.4
CANDIDATES = 24
MAX_FOUND = 8
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
class _Asked:
    """A text that is asked about: its words, the row of each of its grams (or -1), and a mark for each row there."""

    words: Words
    rows: Rows
    is_present: Marks
    elements: str


@lru_cache(maxsize=4096)
def identify(text: str) -> Found:
    """Return the licences whose texts are in ``text``; equal texts are looked at once."""
    index = text_index()
    words = read(text[:MAX_CHARS], index.vocabulary)
    restricted = set(restrictions_of(words.passages))
    if len(words.grams) < MIN_GRAMS:
        return _nothing(restricted)
    asked = _asked(index, words)
    if asked is None:
        return _nothing(restricted)
    found: list[int] = []
    is_explained = np.zeros(len(index.hashes), np.uint8)
    confidence = 0.0
    while len(found) < MAX_FOUND:
        picked, sure, tie = _best(index, asked, is_explained, whole=not found)
        if tie:
            return Found(ids=(), confidence=0.0, flags=(f"ambiguous:{tie}",))
        if picked is None:
            break
        found.append(picked)
        confidence = sure if len(found) == 1 else confidence
        is_explained[index.rows_of[picked]] = 1
    if not found:
        return _nothing(restricted)
    entries = [index.entries[n] for n in found]
    if beyond := restricted.difference(*(e.restrictions for e in entries)):
        return _nothing(beyond)
    if _is_changed(index, asked, found, is_explained):
        return _nothing({"changed"})
    if any(is_cc(e.id) for e in entries) and doubtful_elements(words.unknown).difference(asked.elements.split()):
        return Found(ids=(), confidence=0.0, flags=("ambiguous:" + "|".join(sorted(e.id for e in entries)),))
    # Licences kept by every second gram explain none of the others.
    kept = words.grams % max(entry.step for entry in entries) == 0
    left = kept & ((asked.rows < 0) | (is_explained[asked.rows] == 0))
    asked_for, left_over = int(kept.sum()), int(left.sum())
    if len(found) > 1:
        confidence = 1 - left_over / max(asked_for, 1)
    elif entries[0].step == 1 and entries[0].id not in IN_OWN_WORDS:
        forgiven = _forgiving(index, asked, found[0])
        if forgiven - confidence < confidence - _rival(index, asked, found[0]):
            confidence = max(confidence, forgiven)
    flags = []
    if left_over > max(UNEXPLAINED, asked_for // 10):
        flags.append("unexplained_text")
    ids = sorted({strictest(entry.id) for entry in entries})
    if any(i.endswith("-only") for i in ids):
        flags.append("suffix_inferred")
    return Found(ids=tuple(ids), confidence=round(float(confidence), 4), flags=tuple(sorted(flags)))


def covered_by(text: str, ids: tuple[str, ...]) -> tuple[Words, Marks]:
    """Return the words of a text, and a mark for each that is in a gram of the licences called ``ids``.

    Ids that the index does not have cover nothing; copyright lines have no words.
    """
    index = text_index()
    words = read(text[:MAX_CHARS], index.vocabulary)
    covered = np.zeros(len(words.hashes), np.uint8)
    for number, entry in enumerate(index.entries):
        if entry.id in ids:
            covered |= _covered(index, words, _rows(index, number), entry.step)[0]
    return words, covered


def _nothing(restricted: set[str]) -> Found:
    flags = ["unidentified_text", *(f"restrictive_words:{name}" for name in restricted)]
    return Found(ids=(), confidence=0.0, flags=tuple(sorted(flags)))


def _is_changed(index: Index, asked: _Asked, found: list[int], is_explained: Marks) -> bool:
    """Tell whether a text says less than its licences permit: limiting words put in, permitting ones struck out.

    What stands between two licences, or two copies of one, is of neither. Beside short licences, of which every gram
    is known, any sentence counts that has terms of its own.
    """
    words = asked.words
    if all(index.entries[number].step == 1 for number in found):
        whole, _ = _covered(index, words, is_explained, 1)
        if has_own_terms(words, whole):
            return True
    for number in found:
        entry = index.entries[number]
        covered, strange = _covered(index, words, _rows(index, number), entry.step)
        mine = covered
        if len(found) > 1:
            covered, strange = _covered(index, words, is_explained, entry.step)
        is_repeated = np.count_nonzero(mine) > REPEATED * entry.grams * entry.step
        bridge = changed.BRIDGE_OF_COPIES if is_repeated else changed.BRIDGE_OF_LONG if entry.step == 2 else None
        inside = changed.spans_of(mine, bridge=bridge or changed.BRIDGE)
        astray = inside & strange & (1 - covered)
        if changed.struck(words, astray, entry.rights):
            return True
        if entry.step == 1 and changed.asks(words, inside & (1 - covered)):
            return True
        if changed.added(words, astray, inside, _limits(index, asked, number), entry.negations):
            return True
    return False


def _forgiving(index: Index, asked: _Asked, number: int) -> float:
    """Return the confidence in a short licence, one gram counted for each difference that is only another wording."""
    entry, words = index.entries[number], asked.words
    rows = np.empty(max(len(words.hashes) - _kernel.GRAM + 1, 0), np.int32)
    grams = np.empty(max(len(words.hashes), 1), np.uint32)
    _kernel.find_rows(
        grams[: _kernel.hash_grams(words.hashes, len(words.hashes), grams)], index.slots, index.hashes, rows
    )
    mine = _rows(index, number)
    least = entry.limits[0]
    count, lost, most = otherwise_worded(words, (rows >= 0) & (mine[rows] > 0), least, entry.rights)
    if not count:
        return 0.0
    hits = int(np.count_nonzero(asked.is_present & mine))
    core = int(asked.is_present[index.rows_of[number][index.core_of[number] > 0]].sum())
    missing = int(index.cores[number]) - core
    if missing > most:
        return 0.0
    explained = min((hits + lost - count) / len(words.grams), 1.0)
    coverage = (core + max(missing - count, 0)) / float(index.cores[number])
    return 2 * coverage * explained / (coverage + explained)


def _rival(index: Index, asked: _Asked, number: int) -> float:
    """Return how near a text is to the licence, other than the one numbered, that it is nearest to."""
    hits, core = _hits(index, asked, np.zeros_like(asked.is_present))
    sizes = np.where(index.steps == 2, np.count_nonzero(asked.words.grams % 2 == 0), len(asked.words.grams))
    f1 = 2 * hits / np.maximum(index.cores + sizes, 1) * (core > 0)
    f1[index.numbers_of[strictest(index.entries[number].id)]] = 0
    return float(f1.max())


def _limits(index: Index, asked: _Asked, number: int) -> list[int]:
    """Return how often a licence has each limiting word, as much of its appendices counted as is there."""
    least, most = index.entries[number].limits
    optional = index.rows_of[number][index.core_of[number] == 0]
    share = float(asked.is_present[optional].mean()) if len(optional) else 0.0
    return [core + math.ceil((full - core) * share) for core, full in zip(least, most, strict=True)]


def _covered(index: Index, words: Words, rows: Marks, step: int) -> tuple[Marks, Marks]:
    """Return the words that are in a gram whose row is marked, and those that are in any other that was kept."""
    covered, strange = np.zeros(len(words.hashes), np.uint8), np.zeros(len(words.hashes), np.uint8)
    _kernel.mark_covered(words.hashes, len(words.hashes), index.slots, index.hashes, rows, step, covered, strange)
    return covered, strange


@lru_cache(maxsize=64)
def _rows(index: Index, number: int) -> Marks:
    """Return a mark for each row of a licence, not to be written to; of those asked for most they are kept, 7 MB."""
    mine = np.zeros(len(index.hashes), np.uint8)
    mine[index.rows_of[number]] = 1
    return mine


def _asked(index: Index, words: Words) -> _Asked | None:
    """Return a text with the rows of its grams; null where fewer are known than any licence is found by."""
    rows = np.empty(len(words.grams), np.int32)
    _kernel.find_rows(words.grams, index.slots, index.hashes, rows)
    known = rows[rows >= 0]
    if len(known) < MIN_GRAMS:
        return None
    is_present = np.zeros(len(index.hashes), np.uint8)
    is_present[known] = 1
    return _Asked(words, rows, is_present, elements_in(words.passages))


def _best(index: Index, asked: _Asked, is_explained: Marks, *, whole: bool) -> tuple[int | None, float, str]:
    """Return the licence most likely in a text, its confidence, and the names of two that cannot be told apart.

    The first licence may be one that the text is nearly equal to; further ones must be there in full, and mostly in
    what those before do not explain.
    """
    hits, core = _hits(index, asked, np.zeros_like(is_explained))
    new = hits if whole else _hits(index, asked, is_explained)[0]
    there = np.flatnonzero(hits >= MIN_GRAMS)
    if not len(there):
        return None, 0.0, ""
    grams = asked.words.grams
    sizes = np.where(index.steps[there] == 2, np.count_nonzero(grams % 2 == 0), len(grams))
    coverage, f1 = np.zeros(len(hits)), np.zeros(len(hits))
    coverage[there] = core[there] / index.cores[there]
    explained = hits[there] / np.maximum(sizes, 1)
    f1[there] = 2 * coverage[there] * explained / (coverage[there] + explained)
    coverage[new < hits * MIN_NEW] = 0.0
    embedded = 1 + coverage * np.sqrt(hits / (1 + hits.max()))
    score = np.where(coverage >= MIN_SHARE, np.maximum(embedded, 1 + f1), 0.0)[there]
    likely = [n for n in there[np.argsort(-score, kind="stable")][:CANDIDATES].tolist() if coverage[n] >= MIN_SHARE]
    alive, near_misses = [], []
    for number in likely:
        entry = index.entries[number]
        if is_cc(entry.id) and set(asked.elements.split()).difference(entry.elements.split()):
            continue
        if is_twin(entry.id, asked.words) or is_other_version(entry.named, asked.words):
            continue
        near, misread = _within(index, asked, number, int(hits[number]), float(coverage[number]))
        forgiven = min(MAX_FORGIVEN, misread)
        if coverage[number] >= MIN_COVERAGE - forgiven or (whole and near >= MIN_CONFIDENCE - forgiven):
            alive.append(number)
        else:
            near_misses.append(number)
    if not alive:
        return None, 0.0, ""
    top, tie = _champion(index, asked, alive)
    if tie is None and lacks_words(index.entries[top].id, asked.words):
        tie = top
    if tie is None and is_cc(index.entries[top].id) and index.entries[top].elements != asked.elements:
        tie = top
    for other in near_misses:
        # A licence that is not there in full, and that the text is nearer to all the same.
        if f1[other] > f1[top] and _are_twins(index, top, other) and _compared(index, asked, top, other) < 0:
            tie = other
    if tie is not None:
        return None, 0.0, "|".join(sorted((index.entries[top].id, index.entries[tie].id)))
    return top, min(float(f1[top]), 1.0), ""


def _hits(index: Index, asked: _Asked, is_explained: Marks) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return for each licence how many of its grams, and of its necessary grams, are there and not yet explained."""
    hits, core = np.zeros(len(index.entries), np.int64), np.zeros(len(index.entries), np.int64)
    _kernel.count_hits(asked.rows, is_explained, index.starts, index.owners, hits, core)
    return hits, core


def _within(index: Index, asked: _Asked, number: int, hits: int, coverage: float) -> tuple[float, float]:
    """Return how near a text is to a licence where it has its grams, and the share of misread words there."""
    mine = _rows(index, number)
    words, step = asked.words, int(index.steps[number])
    total, misread = _kernel.words_within(
        words.hashes, len(words.hashes), words.is_misread, index.slots, index.hashes, mine, step
    )
    explained = min(hits * step / max(total, 1), 1.0)
    return 2 * coverage * explained / max(coverage + explained, 1e-9), misread / max(total, 1)


def _champion(index: Index, asked: _Asked, alive: list[int]) -> tuple[int, int | None]:
    """Return the licence that beats its near-twins, and one that it cannot be told apart from, if any."""
    top = alive[0]
    for other in alive[1:]:
        if _compared(index, asked, top, other) < 0:
            top = other
    for other in alive:
        if other != top and _compared(index, asked, top, other) <= 0:
            return top, other
    return top, None


@lru_cache(maxsize=65_536)
def _are_twins(index: Index, one: int, other: int) -> bool:
    """Tell whether two licences share most of the grams of the shorter one."""
    if strictest(index.entries[one].id) == strictest(index.entries[other].id):
        return False
    step = int(max(index.steps[one], index.steps[other]))
    nothing = np.zeros(len(index.hashes), np.uint8)
    rows, is_core = index.rows_of[one], index.core_of[one]
    own, _, _ = _kernel.own_grams(rows, is_core, index.rows_of[other], nothing, index.hashes, step)
    sizes = index.grams * index.steps
    return bool(sizes[one] - own * step >= TWIN_OVERLAP * min(sizes[one], sizes[other]))


def _compared(index: Index, asked: _Asked, one: int, other: int) -> int:
    """Return 1 where the first of two licences is meant, or they are no twins; -1 for the second, 0 for neither.

    Where the distances do not decide, the one by whose name and version the text goes is meant.
    """
    if not _are_twins(index, one, other):
        return 1
    step = int(max(index.steps[one], index.steps[other]))
    first, second = (index.rows_of[one], index.core_of[one]), (index.rows_of[other], index.core_of[other])
    _, seen, missing = _kernel.own_grams(*first, second[0], asked.is_present, index.hashes, step)
    _, their_seen, their_missing = _kernel.own_grams(*second, first[0], asked.is_present, index.hashes, step)
    if min(seen, their_seen) > NEARER and missing <= seen * BESIDE and their_missing <= their_seen * BESIDE:
        return 1
    nearer = (their_missing + seen) - (missing + their_seen)
    if not nearer:
        return 1 if not (seen or missing or their_seen or their_missing) else 0
    attested, denied = (seen, their_seen) if nearer > 0 else (their_seen, seen)
    is_attested = attested >= 2 * NEARER and denied * 4 <= attested
    is_far = abs(nearer) >= max(NEARER, NEARER_SHARE * (their_missing + seen + missing + their_seen))
    if is_far or is_attested or not (missing or their_missing):
        return 1 if nearer > 0 else -1
    named = [index.entries[n].named for n in (one, other)]
    if not all(base for base, _ in named):
        return 0
    return int(names_itself(named[0], asked.words)) - int(names_itself(named[1], asked.words))
