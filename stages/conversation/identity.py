"""Answers that speak as a model of another vendor.

Refused by ``strict``: "As an AI language model trained by OpenAI, …", "I'm Claude, an assistant made by Anthropic"
(`speaks_as_another_model`). Kept: the same in the user's words, "I am not ChatGPT", "I was painted by Claude Monet", "I
am a Gemini", and what speaks as a vendor that the recipe names as its ``own``.

The names are in ``vendors.tsv``, each with the page where it can be read and the day when it was reviewed.
open-instruct (`filter_dataset_by_keywords.py`, 2025) has patterns for the same end, since Tülu 3's mixture taught "I am
DeepSeek"; those also refuse each sentence that names Qwen or DeepSeek, or anything "made by" a vendor. Here the speaker
must be the one.
"""

import csv
import re
from collections.abc import Collection
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.stages.conversation.turns import Found, Turns, matching

MOST_CHARACTERS = 400
"""Characters of a sentence that are looked at, so that none takes long."""
TABLE = Path(__file__).with_name("vendors.tsv")
_FILLER = (
    r"(?:(?:actually|just|indeed|also|simply|called|named|known|as|an?|the|ai|a\.i\.|artificial"
    r"|intelligence|large|language"
    r"|model|assistant|chatbot|chat|bot|llm|virtual|helpful|friendly|your|based|on|powered|by|version|of"
    r"|from|instance)[ ,]+)*?"
)
_SELF = (
    r"(?<![\"“„«‘])(?:i am|i'm|my name is|my name's|call me|i go by|you can call me|this is|as"
    r"|you(?:'re| are) (?:talking|speaking|chatting) (?:to|with))"
)
"""Not behind a quote: that is another's word."""
_MODEL = (
    r"(?:a\.?i\.?|artificial intelligence|language model|llm|chat ?bot|assistant|large model"
    r"|conversational model|model)"
)
_MADE = r"(?:trained|developed|created|made|built|designed|programmed|provided|released|introduced|powered|maintained)"
_TEAM = (
    r"(?:(?:the|a|an|researchers|engineers|scientists|people|team|teams|folks|company|and|at|from|of|in"
    r"|called|named)\s+)*"
)
_CHINESE_SELF = r"我(?:是|叫|的名字是|乃)[^。！？\n]{0,16}?"
_ELSEWHERE_SELF = r"(?<![\"“„«‘])(?<!« )\b(?:ich bin|mein name ist|je suis|soy|sono|sou)\b"
_ELSEWHERE_MODEL = (
    r"(?:\w*modell\w*|modèle|modelo|assistente?|asistente|assistant\w*|ki|ia|chat-?bot|inteligencia artificial"
    r"|künstliche intelligenz|intelligence artificielle)"
)
_JAPANESE_SELF = r"(?:私|わたし)は[^。！？\n]{0,16}?"
_I = re.compile(
    r"\b(?:i|i'm|i've|me|my|as an?|you(?:'re| are) (?:talking|speaking|chatting)"
    r"|ich|mein|je|soy|sono|sou)\b|我|私|わたし",
    re.IGNORECASE,
)
"""A sentence without one of these does not speak of its speaker."""


@cache
def vendors() -> dict[str, dict[str, str]]:
    """Return the table's rows by the id of the vendor."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return {row["vendor"]: row for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}


def foreign_identities(turns: Turns, own: Collection[str] = ()) -> Found:
    """Count answers that speak as a model of a vendor that is not one of the recipe's ``own``."""
    found: dict[int, str] = {}
    texts, others = turns.answer, frozenset(vendors()) - frozenset(own)
    speaks = matching(
        texts, r"\b(i|i'm|i’m|i’ve|i've|my|me|as an?|you.re|you are|ich|mein|je|soy|sono|sou)\b|我|私|わたし"
    )
    names = np.flatnonzero(pc.match_substring_regex(texts, _names(others)).to_numpy(zero_copy_only=False))
    owners: list[int] = []
    sentences: list[str] = []
    for at in np.intersect1d(speaks, names).tolist():
        said = sentences_of_self(texts[at].as_py())
        owners += [int(turns.answers[at])] * len(said)
        sentences += said
    of_self = pa.array(sentences, pa.string())
    for at in np.flatnonzero(pc.match_substring_regex(of_self, _names(others)).to_numpy(zero_copy_only=False)).tolist():
        vendor = _vendor_of(sentences[at], others)
        if vendor is not None:
            found.setdefault(owners[at], vendor)
    return turns.counted(np.array(sorted(found), np.int64), lambda index: found[index])


_COLUMNS = ("names", "names_beside_a_model", "makers")


@lru_cache(maxsize=16)
def _names(which: frozenset[str]) -> str:
    """Return a pattern, for RE2 too, of all that names one of some vendors or its models."""
    every = [row[key] for name, row in vendors().items() if name in which for key in _COLUMNS if row[key]]
    parts = [part for each in every for part in _without_lookahead(each).split("|")] if every else ["[^\\s\\S]"]
    return "|".join((r"\b" if part[0].isascii() else "") + part for part in _whole(parts))


def _whole(parts: list[str]) -> list[str]:
    """Join again what was split within a group."""
    found: list[str] = []
    for part in parts:
        if found and found[-1].count("(") > found[-1].count(")"):
            found[-1] += "|" + part
        else:
            found.append(part)
    return found


def _without_lookahead(pattern: str) -> str:
    return re.sub(r"\(\?[!=](?:[^()]|\([^()]*\))*\)", "", pattern)


Rules = tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]


@lru_cache(maxsize=16)
def _rules(which: frozenset[str]) -> Rules:
    """Return of each of some vendors the pattern of its names, and that of a sentence that speaks as its model."""
    return tuple((name, _named(frozenset({name})), _rule(row)) for name, row in vendors().items() if name in which)


def _named(which: frozenset[str]) -> re.Pattern[str]:
    return re.compile(_names(which), re.ASCII)


def _rule(row: dict[str, str]) -> re.Pattern[str]:
    names, beside, makers = (f"(?-i:{row[key]})" if row[key] else "" for key in _COLUMNS)
    ways = []
    if names:
        ways += [rf"\b{_SELF}[ ,]+{_FILLER}{names}(?![\w-])(?!'s\b)", rf"{_CHINESE_SELF}{names}"]
        ways += [
            rf"{_ELSEWHERE_SELF} {names}(?![\w-])[^.!?\n]{{0,60}}?\b{_ELSEWHERE_MODEL}\b",
            rf"{_JAPANESE_SELF}{names}(?=です|と|で、|という)",
        ]
    if beside:
        ways += [
            rf"\b{_SELF}[ ,]+(?!a )(?:{_FILLER})?{beside}(?![\w-]),?"
            rf" (?:(?:which|who) is )?(?:an?|the|your) [^.!?\n]{{0,40}}?\b{_MODEL}\b",
            rf"\b{_SELF}[ ,]+(?:an?|the) [^.!?\n]{{0,40}}?\b{_MODEL}\b[^.!?\n]{{0,12}}?"
            rf" (?:called|named|known as) {beside}(?![\w-])",
        ]
    if makers:
        by = rf"{_MADE}(?: and \w+)? (?:by|at|for) {_TEAM}{makers}(?![\w-])"
        ways += [
            rf"\b(?:i am|i'm|as) (?:an?|the) [^.!?\n]{{0,60}}?\b{_MODEL}\b[^.!?\n]{{0,50}}?\b{by}",
            rf"\b(?:i was|i've been|i have been|i am|i'm) (?:originally |actually )?{by}",
            rf"\b(?:i am|i'm|as) {makers}(?:'s)? [^.!?\n]{{0,40}}?\b{_MODEL}\b",
            rf"\b(?:i am|i'm|as) (?:an?|the) [^.!?\n]{{0,40}}?\b{_MODEL}\b (?:from|by|of) {_TEAM}{makers}(?![\w-])",
            rf"\b(?:my (?:creators?|developers?|makers?) (?:is|are)|i come from) {_TEAM}{makers}(?![\w-])",
            rf"^{_TEAM}{makers} {_MADE} me\b",
            rf"{_CHINESE_SELF}(?:由)?{makers}",
            rf"{_ELSEWHERE_SELF} [^.!?\n]{{0,40}}?\b{_ELSEWHERE_MODEL}\b[^.!?\n]{{0,50}}?\b{makers}(?![\w-])",
            rf"{_JAPANESE_SELF}{makers}[^。！？\n]{{0,40}}(?:モデル|アシスタント|AI)",
        ]
        if names or beside:
            either = "|".join(each for each in (names, beside) if each)
            ways.append(rf"\b{_SELF}[ ,]+{_FILLER}(?:{either})(?![\w-])[^.!?\n]{{0,60}}?\b{by}")
    return re.compile("|".join(ways), re.IGNORECASE)


_SENTENCES = re.compile(r"(?<=[!?。！？\n])|(?<=\.)\s+")


def speaks_as(text: str) -> str | None:
    """Return the vendor as whose model a text speaks; none where it speaks as no one's."""
    said = (_vendor_of(sentence, frozenset(vendors())) for sentence in sentences_of_self(text))
    return next((vendor for vendor in said if vendor is not None), None)


def sentences_of_self(text: str) -> list[str]:
    """Return the sentences in which a speaker may speak of itself, each cut at `MOST_CHARACTERS`."""
    parts = (part[:MOST_CHARACTERS] for part in _SENTENCES.split(text.replace("’", "'")))
    return [part for part in parts if _I.search(part)]


def _vendor_of(sentence: str, which: frozenset[str]) -> str | None:
    """Return the first of some vendors as whose model a sentence speaks."""
    return next((v for v, names, rule in _rules(which) if names.search(sentence) and rule.search(sentence)), None)
