"""Made-up texts of words and single spaces, alike to a measured degree."""

import random
from collections.abc import Sequence


def text(words: Sequence[str]) -> str:
    """The text of some words."""
    return " ".join(words)


def plain_jaccard(one: str, other: str, size: int = 5) -> float:
    """Jaccard over tuples of words of texts that are words and single spaces."""
    sets = []
    for words in (one.split(" "), other.split(" ")):
        k = min(size, len(words))
        sets.append({tuple(words[i : i + k]) for i in range(len(words) - k + 1)})
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


def story(number: int, length: int = 150) -> list[str]:
    """Words that no other number shares a shingle with."""
    draw = random.Random(number)
    return [f"w{draw.randrange(5000)}" for _ in range(length)]


def changed(words: list[str], count: int, seed: int) -> list[str]:
    """The words with ``count`` of them replaced."""
    draw = random.Random(seed)
    words = list(words)
    for at in draw.sample(range(len(words)), count):
        words[at] = f"x{seed}x{at}"
    return words
