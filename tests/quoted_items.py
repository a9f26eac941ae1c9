"""What the definitions say, in sets of tuples of words: slow, and without a hash."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from licet.schemas.decontamination import Decontaminate, EvaluationSet
from licet.stages.decontaminate.items import Items, Part

ALONE = r"\u0e00-\u109f\u1780-\u17ff\u2e80-\u2fff\u3040-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
APART = r"\x00-/:-@\[-`{-\x7f\x80-\xbf\u2000-\u206f\u3000-\u303f"
WORD = re.compile(f"[{ALONE}]|[^{ALONE}{APART}]+")
ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
REACH = 2
DISTINCT = 4


def settings(**more: object) -> Decontaminate:
    return Decontaminate.model_validate({"against": [EvaluationSet(name="set", paths=["x"])], **more})


def items(*texts: str) -> Items:
    """A set of items with one text each."""
    return Items((), len(texts), tuple(Part(i, f"item-{i}", "text", text) for i, text in enumerate(texts)))


def words(text: str) -> list[str]:
    return [word.translate(ASCII_LOWER) for word in WORD.findall(text)]


def spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in WORD.finditer(text)]


@dataclass(frozen=True)
class Hit:
    """A match: part, its words found and counted, where it begins and ends in the text and in the part."""

    part: int
    found: int
    counted: int
    start: int
    end: int
    item_start: int
    item_end: int


def sought(texts: Sequence[str], told: Decontaminate) -> list[dict[tuple[str, ...], list[int]]]:
    """The runs that are looked for of each item, with the places at which they stand in it."""
    all_runs = []
    for text in texts:
        own = words(text)
        runs: dict[tuple[str, ...], list[int]] = {}
        size = min(told.ngram, len(own))
        if len(own) >= told.min_words:
            for at in range(len(own) - size + 1):
                runs.setdefault(tuple(own[at : at + size]), []).append(at)
        all_runs.append(runs)
    return [
        {
            run: places
            for run, places in runs.items()
            if sum(run in other for other in all_runs) <= told.max_items
            and len(set(run)) >= DISTINCT
            and sum(word[0] not in "0123456789" for word in run) >= 2
        }
        for runs in all_runs
    ]


def hits(text: str, texts: Sequence[str], told: Decontaminate) -> list[Hit]:
    """The best match of a text with each item, by trying every window."""
    own, at_characters = words(text), spans(text)
    found = []
    for part, runs in enumerate(sought(texts, told)):
        size = len(words(texts[part]))
        length = min(told.ngram, size)
        reach = size if size < told.ngram or length == size else REACH * size
        matched = [(at, run) for at in range(len(own) - length + 1) if (run := tuple(own[at : at + length])) in runs]
        best: tuple[int, int, int] | None = None
        for first in range(len(matched)):
            for last in range(first, len(matched)):
                if matched[last][0] + length - matched[first][0] > reach:
                    continue
                covered = {
                    place + i for _, run in matched[first : last + 1] for place in runs[run] for i in range(length)
                }
                if best is None or (len(covered), -last, first) > (best[0], -best[1], best[2]):
                    best = len(covered), last, first
        if best is None:
            continue
        _, last, first = best
        covered = {p + i for _, run in matched[first : last + 1] for p in runs[run] for i in range(length)}
        counted = {p + i for places in runs.values() for p in places for i in range(length)}
        start, end = at_characters[matched[first][0]][0], at_characters[matched[last][0] + length - 1][1]
        found.append(Hit(part, len(covered), len(counted), start, end, min(covered), max(covered) + 1))
    return found
