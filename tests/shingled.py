"""Shingles and signatures by their definitions, without any kernel."""

import re

from datasketch import MinHash

ALONE = r"\u0e00-\u109f\u1780-\u17ff\u2e80-\u2fff\u3040-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
APART = r"\x00-/:-@\[-^`{-\x7f\x80-\xbf\u2000-\u206f\u3000-\u303f"
WORD = re.compile(f"[{ALONE}]|[^{ALONE}{APART}]+")
ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
M64 = 2**64 - 1


def words_of(text: str) -> list[str]:
    return [word.translate(ASCII_LOWER) for word in WORD.findall(text)]


def mixed(value: int) -> int:
    value = ((value ^ (value >> 33)) * 0xFF51AFD7ED558CCD) & M64
    value = ((value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53) & M64
    return value ^ (value >> 33)


def word_hash(word: str) -> int:
    value = 0xCBF29CE484222325
    for byte in word.encode():
        value = ((value ^ byte) * 0x100000001B3) & M64
    return ((value ^ (value >> 32)) * 0xFF51AFD7ED558CCD) & M64


def shingles_of(text: str, size: int) -> set[int]:
    """The definition, word for word, without a rolling hash."""
    words = [word_hash(word) for word in words_of(text)]
    size = min(size, len(words))
    found = set()
    for start in range(len(words) - size + 1 if words else 0):
        value = 0
        for word in words[start : start + size]:
            value = (value * 0x9E3779B97F4A7C13 + word) & M64
        found.add(mixed(value))
    return found


def datasketch_signature(shingles: list[int], num_perm: int, seed: int) -> list[int]:
    theirs = MinHash(num_perm, seed=seed, scheme="affine32", hashfunc=lambda shingle: shingle & 0xFFFFFFFF)
    theirs.update_batch(shingles)
    return [int(value) for value in theirs.hashvalues]
