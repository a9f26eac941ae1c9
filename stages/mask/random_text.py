"""Whether a word looks drawn at random, as keys are, or made by a person, as placeholders and names are."""

import base64
import math
import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

_PLACEHOLDER = re.compile(
    rb"example|sample|placeholder|change[-_ ]?me|your|dummy|fake|redacted|not[-_]?a?[-_]?real|insert|todo|replace|"
    rb"secret|p[a4@]ss?w[o0]?r?d?|token|secure|super|credential|uuid|blabla|^my[-_]|abc123|123abc|(?<![a-z])test|mock|abcdef|qwerty|asdf|0123456|1234567|98765|deadbeef|cafebabe|"
    rb"lorem|foobar|^\{.*\}$|x{4}|\*{3}|\.{3}|_{3}|<|>|\$\{|\{\{|%\(|#\{",
    re.IGNORECASE,
)
_REPEATED = re.compile(rb"(.)\1{4}|(.{5,})\2", re.DOTALL)
UUID = re.compile(rb"\{?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}?")
_WORDS = re.compile(rb"[A-Z]?[a-z]{3,}")
_SEPARATORS = re.compile(rb"[^A-Za-z0-9]+")


@lru_cache(maxsize=4096)
def is_placeholder(word: bytes) -> bool:
    """Tell whether a word says itself that it is none: `YOUR_API_KEY`, `xxxx`, `test_token`, `abcdef0123456`."""
    return any(pattern.search(told) for told in (word, _decoded(word)) for pattern in (_PLACEHOLDER, _REPEATED))


def _decoded(word: bytes) -> bytes:
    """Return what a word says as base64, if that is plain text; empty if it is not."""
    bare = word.rstrip(b"=")
    try:
        told = base64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True)
    except ValueError:
        return b""
    return told if told.isascii() and told.decode().isprintable() else b""


def entropy(word: bytes) -> float:
    """Return Shannon's entropy of a word's characters in bits each."""
    if not word:
        return 0.0
    return -sum(n / len(word) * math.log2(n / len(word)) for n in Counter(word).values())


def mixing(word: bytes) -> float:
    """Return how often a word changes between small letters, capitals and digits, in changes a character.

    A capital that begins a word costs nothing, so that ``camelCaseWords2`` has 0.13 and 22 characters drawn from all
    letters and digits 0.5 in the mean.
    """
    joined = _SEPARATORS.sub(b"", word)
    if len(joined) < 2:
        return 0.0
    kinds = [0 if 97 <= c <= 122 else 1 if c <= 57 else 2 for c in joined]
    changes = sum(a != b and not (a == 2 and b == 0) for a, b in pairwise(kinds))
    return changes / (len(joined) - 1)


def looks_random(word: bytes, *, least_entropy: float = 3.0, least_mixing: float = 0.18) -> bool:
    """Tell whether a word may be a key by its characters.

    Of 100,000 keys of 20 characters drawn from letters and digits 1 in 1,000 has less than 3.4 bits, of 32 hex digits
    less than 3.0; detect-secrets asks hex for 3.0 too, and base64 for 4.5, which no word of under 23 characters has.
    """
    if is_placeholder(word) or UUID.fullmatch(word):
        return False
    return entropy(word) >= least_entropy and mixing(word) >= least_mixing and not _is_of_words(word)


def _is_of_words(word: bytes) -> bool:
    """Tell whether most letters are in runs of small ones with a capital before: `camelCaseNames2`."""
    letters = sum(65 <= c <= 90 or 97 <= c <= 122 for c in word)
    return not word.islower() and sum(map(len, _WORDS.findall(word))) > 0.7 * letters
