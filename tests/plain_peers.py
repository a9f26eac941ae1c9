"""The peers' definitions in plain Python, word by word: what the kernels are held against."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

from licet.stages.quality import curator, datatrove
from licet.stages.quality.c4 import POLICY, LineRules
from licet.stages.quality.english import facts

STOPS = {"the", "be", "to", "of", "and", "that", "have", "with"}
SPECIALS = facts()["specials"]


@cache
def classes() -> dict[str, str]:
    """The classes of characters as they stand between brackets in a pattern."""
    return {name: "".join(map(_range, _runs(points))) for name, points in facts()["classes"].items()}


def _runs(points: list[int]) -> list[tuple[int, int]]:
    """The first and the last of points that follow one another."""
    every = set(points)
    firsts = sorted(point for point in every if point - 1 not in every)
    lasts = sorted(point for point in every if point + 1 not in every)
    return list(zip(firsts, lasts, strict=True))


def _range(run: tuple[int, int]) -> str:
    return "-".join(re.escape(chr(point)) for point in dict.fromkeys(run))


@cache
def patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Prefixes, suffixes, infixes and URLs of spaCy's English."""
    c = classes()
    sign = f"[{c['punctuation']}{c['quotes']}{c['icons']}]"
    currency = rf"(?:US\$|C\$|A\$|[{c['currency']}])"
    units = "|".join(sorted(map(re.escape, facts()["units"]), key=len, reverse=True))
    prefix = rf"^\.\.+|^[§%=—–]|^\+(?![0-9])|^{sign}|^{currency}"
    suffix = (
        rf"……$|{sign}$|\.\.+$|'s$|'S$|’s$|’S$|[—–]$|(?<=[0-9])\+$|(?<=°[FfCcKk])\.$|(?<=[0-9]){currency}$"
        rf"|(?<=[0-9])(?:{units})$|(?<=[{c['before_dot']}])\.$|(?<=[{c['upper']}][{c['upper']}])\.$"
    )
    infix = (
        rf"\.\.+|…|[{c['icons']}]|(?<=[0-9])[+\-*^](?=[0-9-])"
        rf"|(?<=[{c['lower']}{c['quotes']}])\.(?=[{c['upper']}{c['quotes']}])"
        rf"|(?<=[{c['alpha']}]),(?=[{c['alpha']}])|(?<=[{c['alpha']}0-9])(?:-|–|—|--|---|——|~)(?=[{c['alpha']}])"
        rf"|(?<=[{c['alpha']}0-9])[:<>=/](?=[{c['alpha']}])"
    )
    host = "[A-Za-z0-9\u00a1-\uffff]"
    url = (
        r"^(?:(?:[\w+\-.]{2,})://)?(?:\S+(?::\S*)?@)?(?:(?!(?:10|127)(?:\.\d{1,3}){3})"
        r"(?!(?:169\.254|192\.168)(?:\.\d{1,3}){2})(?!172\.(?:1[6-9]|2\d|3[0-1])(?:\.\d{1,3}){2})"
        r"(?:[1-9]\d?|1\d\d|2[01]\d|22[0-3])(?:\.(?:1?\d{1,2}|2[0-4]\d|25[0-5])){2}"
        r"(?:\.(?:[1-9]\d?|1\d\d|2[0-4]\d|25[0-4]))"
        rf"|(?:(?:{host}{host[:-1]}_-]{{0,62}})?{host}\.)+(?:[{c['lower']}]{{2,63}}))(?::[0-9]{{2,5}})?(?:[/?#]\S*)?$"
    )
    return re.compile(prefix), re.compile(suffix), re.compile(infix), re.compile(url)


def split(text: str, specials: dict[str, list[str]]) -> list[str]:
    """The words of a run without white space, as `Tokenizer._tokenize` of spaCy splits it."""
    prefixes, suffixes, infixes, urls = patterns()
    before: list[str] = []
    after: list[str] = []
    last = -1
    while text and len(text) != last:
        if text in specials:
            break
        last = len(text)
        found = prefixes.search(text)
        cut = found.end() if found else 0
        if cut and text[cut:] in specials:
            before.append(text[:cut])
            text = text[cut:]
            break
        end = suffixes.search(text[cut:])
        tail = len(text) - cut - end.start() if end else 0
        if tail and text[: len(text) - tail] in specials:
            after.append(text[len(text) - tail :])
            text = text[: len(text) - tail]
            break
        if cut:
            before.append(text[:cut])
        if tail:
            after.append(text[len(text) - tail :])
        text = text[cut : len(text) - tail]
    middle: list[str] = []
    if text in specials:
        middle = specials[text]
    elif text and urls.match(text):
        middle = [text]
    elif text:
        start = 0
        for found in infixes.finditer(text):
            if found.start() == 0:
                continue
            middle += [text[start : found.start()], found.group()]
            start = found.end()
        middle = [word for word in [*middle, text[start:]] if word]
    return [*before, *middle, *reversed(after)]


@cache
def joinable() -> dict[tuple[str, ...], list[str]]:
    """Words that together are a string with a split of its own, and that split."""
    return {words: pieces for special, pieces in SPECIALS.items() if len(words := tuple(split(special, {}))) > 1}


def words_of_run(text: str) -> list[str]:
    """The words of a run without white space."""
    if text in SPECIALS:
        return list(SPECIALS[text])
    words = split(text, SPECIALS)
    spans = [
        (-size, start)
        for size in range(2, 12)
        for start in range(len(words) - size + 1)
        if tuple(words[start : start + size]) in joinable()
    ]
    seen: set[int] = set()
    chosen = {}
    for size, start in sorted(spans):
        if start not in seen and start - size - 1 not in seen:
            chosen[start] = -size
        seen |= set(range(start, start - size))
    made: list[str] = []
    at = 0
    while at < len(words):
        made += joinable()[tuple(words[at : at + chosen[at]])] if at in chosen else [words[at]]
        at += chosen.get(at, 1)
    return made


def words_of(text: str) -> list[str]:
    return [word for run in text.split() for word in words_of_run(run)]


def sentences_of(text: str) -> int:
    """How many sentences spaCy's sentencizer finds."""
    ends = set(map(chr, facts()["classes"]["sentence_ends"]))
    tokens: list[str] = []
    for found in re.finditer(r"\s+|\S+", re.sub(r"[\x1c-\x1f\x85]", "\n", text)):
        run = found.group()
        if run.isspace():
            tokens += [run] if len(run) > (found.start() > 0 and run[0] == " ") else []
        else:
            tokens += words_of_run(run)
    count, ended = int(bool(tokens)), False
    for token in tokens:
        if ended and token not in ends and not all(unicodedata.category(c).startswith("P") for c in token):
            count, ended = count + 1, False
        elif token in ends:
            ended = True
    return count


def repeated(parts: list[str]) -> tuple[int, int]:
    """How many parts repeat an earlier one, and their characters."""
    again = [part for number, part in enumerate(parts) if part in parts[:number]]
    return len(again), sum(map(len, again))


def share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def top(words: list[str], n: int) -> int:
    grams = Counter(" ".join(words[i : i + n]) for i in range(len(words) - n + 1))
    return len(grams.most_common(1)[0][0]) * grams.most_common(1)[0][1] if grams else 0


def duplicated(words: list[str], n: int) -> int:
    seen: set[str] = set()
    characters = at = 0
    while at < len(words) - n + 1:
        gram = "".join(words[at : at + n])
        if gram in seen:
            characters, at = characters + len(gram), at + n
        else:
            seen.add(gram)
            at += 1
    return characters


def of_datatrove(text: str) -> dict[str, float]:
    """The measures of `datatrove.MEASURES`."""
    words = words_of(text)
    symbols, terminals = (set(map(chr, facts()["classes"][name])) for name in ("symbols", "terminals"))
    more = [word for word in words if not set(word) <= symbols]
    lines, cut, paragraphs = text.splitlines(), re.split("\n+", text), re.split(r"\n{2,}", text.strip())
    full = [line for line in text.split("\n") if line.strip()]
    starts = sum(line.lstrip().startswith(("•", "-")) for line in lines)
    ends = sum(line.rstrip().endswith(("...", "…")) for line in lines)
    return {
        "words": len(more),
        "mean_word_length": share(sum(map(len, more)), len(more)),
        "hashes_per_word": share(text.count("#"), len(words)),
        "ellipses_per_word": share(text.count("...") + text.count("…"), len(words)),
        "bullet_line_share": share(starts, len(lines)),
        "ellipsis_line_share": share(ends, len(lines)),
        "alphabetic_word_share": share(sum(any(c.isalpha() for c in word) for word in words), len(words)),
        "stop_words": len(STOPS & set(words)),
        "duplicate_line_share": share(repeated(cut)[0], len(cut)),
        "duplicate_line_character_share": share(repeated(cut)[1], len(text)),
        "duplicate_paragraph_share": share(repeated(paragraphs)[0], len(paragraphs)),
        "duplicate_paragraph_character_share": share(repeated(paragraphs)[1], len(text)),
        **{f"top_{n}gram_share": share(top(words, n), len(text)) for n in (2, 3, 4)},
        **{f"duplicated_{n}gram_share": share(duplicated(words, n), len(text)) for n in range(5, 11)},
        "terminal_line_share": share(sum(line[-1] in terminals for line in full), len(full)),
        "short_line_share": share(sum(len(line) <= 30 for line in full), len(full)),
        "duplicate_line_text_share": share(repeated(full)[1], len(text.replace("\n", ""))),
        "newlines_per_word": share(text.count("\n"), len(words)),
        "sentences": sum(sentences_of(line) for line in text.split("\n")),
        "lorem_ipsum": sum("lorem ipsum" in line.lower() for line in text.split("\n")),
        "curly_brackets": text.count("{"),
    }


def kept_by_c4(text: str, rules: LineRules) -> tuple[str, Counter[str]]:
    """What `kept_lines` keeps, and why lines went."""
    kept: list[str] = []
    went: Counter[str] = Counter()
    for read in text.splitlines():
        line, words = read.strip(), read.split()
        if any(len(word) > rules.max_word_length for word in words):
            went["long_word"] += 1
            continue
        line = re.sub(r"\[[0-9]*\]|\[edit\]|\[citation needed\]", "", line)
        if rules.end_marks and (not line.endswith(tuple(rules.end_marks)) or line.endswith("...")):
            went["no_end_mark"] += 1
        elif len(line.split() if rules.counts_after_citations else words) < rules.min_words:
            went["too_few_words"] += 1
        elif "lorem ipsum" in line.lower():
            kept.append(line)
        elif "javascript" in line.lower():
            went["javascript"] += 1
        elif "{" not in line and any(phrase in line.lower() for phrase in POLICY):
            went["policy"] += 1
        else:
            kept.append(line)
    return "\n".join(kept).strip(), went


def of_curator(text: str) -> dict[str, float]:
    """The measures of `curator.MEASURES`."""
    size, words = len(text), text.split()
    lines, paragraphs = [line for line in text.split("\n") if line.strip()], text.split("\n\n")
    bullets, ellipses = tuple(map(chr, curator.BULLETS)), ("...", "[...]", "…", "(...)", "[…]", "-»")
    url = r"https?://(?:[A-Za-z0-9$\-_@.&+/:=?#~]|[!*\(\),]|(?:%[0-9A-Fa-f]{2}))+"
    policies = bytes(curator.BOILERPLATE[0]).decode()
    starts = curator.BOILERPLATE[1]
    phrases = [policies[a:b] for a, b in pairwise(starts)]
    letters = [any(c.isalpha() or unicodedata.category(c) == "Nl" for c in word) for word in words]

    def top(n: int) -> float:
        grams = Counter(" ".join(words[i : i + n]) for i in range(len(words) - n + 1))
        return (size - len(text.replace(max(grams, key=lambda gram: grams[gram]), ""))) / size if grams else 1.0

    def duplicated(n: int) -> float:
        if len(words) < n:
            return 1.0
        counts: Counter[tuple[str, ...]] = Counter()
        characters = overlap = 0
        for gram in (tuple(words[i : i + n]) for i in range(len(words) - n + 1)):
            counts[gram] += 1
            if counts[gram] > 1:
                characters += sum(map(len, gram[overlap:])) + min(n - overlap, n - 1)
                overlap = n
            overlap = max(overlap - 1, 0)
        return characters / size

    boiler = any("lorem ipsum" in paragraph.lower() for paragraph in paragraphs)
    boilers = sum(any(phrase in paragraph.lower() for phrase in phrases) for paragraph in paragraphs)

    def of_all(part: float) -> float:
        return part / size if size else 1.0

    return {
        "non_alphanumeric_share": of_all(size - len(re.findall("[a-zA-Z0-9\n?!,.]", text))),
        "symbols_per_word": share(sum(word in ("#", *ellipses) for word in words), len(words)),
        "digit_share": of_all(sum(unicodedata.category(c) == "Nd" for c in text)),
        "url_share": of_all(sum(map(len, re.findall(url, text)))),
        "white_space_share": of_all(sum(c in "\t\n\r\b " for c in text)),
        "parenthesis_share": of_all(sum(c in "{}⟨⟩[]()" for c in text)),
        "boilerplate_share": 1.0 if boiler else boilers / len(paragraphs),
        "unique_line_share": share(len(set(lines)), len(lines)),
        "unique_paragraph_share": len(set(paragraphs)) / len(paragraphs),
        "unique_line_character_share": share(len("".join(set(lines))), len("".join(lines))),
        "unique_paragraph_character_share": share(len("".join(set(paragraphs))), len("".join(paragraphs))),
        "words": len(words),
        "unfinished_line_share": share(sum(not s.strip().endswith((*".?!\"'",)) for s in lines), len(lines)),
        "alphabetic_word_share": share(sum(letters), len(words)),
        "stop_words": sum(word in STOPS for word in words),
        "mean_word_length": share(sum(map(len, words)), len(words)),
        "longest_word": max(map(len, words), default=0),
        "ellipsis_line_share": share(
            sum(line.strip().lower().endswith((*ellipses, "read more..", "read more")) for line in lines), len(lines)
        ),
        **{f"top_{n}gram_share": top(n) for n in (2, 3, 4)},
        **{f"duplicated_{n}gram_share": duplicated(n) for n in range(5, 11)},
        "bullet_line_share": share(sum(line.strip().startswith(bullets) for line in lines), len(lines)),
    }


PLAIN: dict[str, tuple[Callable[..., dict[str, Any]], Callable[[str], dict[str, float]], set[str]]] = {
    "datatrove": (datatrove.measure_text, of_datatrove, set(datatrove.MEASURES)),
    "curator": (curator.measure_text, of_curator, set(curator.MEASURES)),
}
"""Of each tool: the kernels, the plain rendering, the measures."""
