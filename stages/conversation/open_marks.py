r"""Marks that are opened and never closed: code fences, LaTeX, brackets in the last line.

Kept: a fence of four backticks around one of three, "a)" as an item, ":(". Refused by ``strict``: an odd fence
(`code_fence_open`), ``\begin{align}`` without its end (`math_open`), "It has two parts (the" (`bracket_open`).

Fences are those of CommonMark 0.31 (section 4.5), at any depth of lists and quotes. LaTeX is looked at outside of code.
"""

import re
from collections import Counter

import numpy as np

from licet.stages.conversation.turns import Found, Turns, matching

_FENCE = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_INLINE = re.compile(r"(`+)(?!`)[^\n]{0,500}?(?<!`)\1(?!`)")
_PAIRS = re.compile(r"(?<!\\)\\(begin|end)\{([A-Za-z]+\*?)\}|(?<!\\)(\\[\[\]])")
_OPEN_LINE = re.compile(r"(?<!\\)\\\((?:[^()\\\n]|\\[^()\n]|\([^()\n]*\))*\Z")
"""``\\(`` in the last line, and no bracket behind it that closes it; Swift has ``\\(x)`` in its texts."""
_LAST_OPEN = re.compile(r"(?:^|[\s\"“])[(\[](?=[\w\"“'‘$])[^()\[\]]*$")
_CODE_LINE = re.compile(r"[{}=;\\`|]|\w[(\[]")


def open_fences(turns: Turns) -> Found:
    """Count answers that end within a fenced block of code."""
    texts = turns.answer
    cut = [at for at in matching(texts, r"```|~~~").tolist() if ends_in_fence(texts[at].as_py())]
    return turns.counted(turns.answers[np.array(cut, np.int64)])


def open_maths(turns: Turns) -> Found:
    r"""Count answers in which ``\[``, ``\(``, ``\begin{…}`` or a formula behind ``$$`` is not closed."""
    texts = turns.answer
    cut = [at for at in matching(texts, r"\\(\[|\(|begin\{)|\$\$").tolist() if ends_in_maths(texts[at].as_py())]
    return turns.counted(turns.answers[np.array(cut, np.int64)])


def open_brackets(turns: Turns) -> Found:
    """Count answers whose last line is prose and has a bracket behind which there is no closing one."""
    texts = turns.answer
    cut = [at for at in matching(texts, r"[(\[][^()\[\]\n]*$").tolist() if ends_in_bracket(texts[at].as_py())]
    return turns.counted(turns.answers[np.array(cut, np.int64)])


def ends_in_fence(text: str) -> bool:
    """Tell whether a text ends within a fenced block."""
    return bool(_outside(text)[1])


def ends_in_maths(text: str) -> bool:
    """Tell whether a text, outside of code, opens more of an environment than it closes."""
    outside, _ = _outside(text)
    depth: Counter[str] = Counter()
    text = _INLINE.sub("", outside)
    for kind, name, display in _PAIRS.findall(text):
        depth[name or "["] += 1 if kind == "begin" or display == "\\[" else -1
    return any(count > 0 for count in depth.values()) or bool(_OPEN_LINE.search(text)) or _ends_in_dollars(text)


def _ends_in_dollars(text: str) -> bool:
    """Tell whether a formula follows the last ``$$``, which is one too many: money and shells have them, too."""
    parts = text.split("$$")
    return len(parts) % 2 == 0 and bool(re.search(r"\\[A-Za-z]", parts[-1]))


def ends_in_bracket(text: str) -> bool:
    """Tell whether the last line of a text is prose within a bracket."""
    outside, fence = _outside(text)
    line = outside.rstrip().rpartition("\n")[2]
    return not fence and bool(_LAST_OPEN.search(line)) and not _CODE_LINE.search(line)


def without_fences(text: str) -> str:
    """Return a text without its fenced blocks; one that is open at its end stays."""
    outside, fence = _outside(text)
    return text if fence else outside


def _outside(text: str) -> tuple[str, str]:
    """Return a text without its fenced blocks, and the fence that is open at its end."""
    kept, at, fence = [], 0, ""
    for found in _FENCE.finditer(text):
        mark, info = found.groups()
        if not fence:
            if "`" in info and mark[0] == "`":
                continue
            kept.append(text[at : found.start()])
            fence = mark
        elif mark[0] == fence[0] and len(mark) >= len(fence) and not info.strip():
            fence, at = "", found.end()
    return "".join([*kept, "" if fence else text[at:]]), fence
