"""Reasoning within answers: ``<think>`` tags that do not pair, and reasoning that is empty.

Kept: ``<think>2 + 2 is 4.</think>4``. Refused: ``<think>2 + 2 is 4. 4`` (`think_tags_unbalanced`): a template that
takes reasoning out at ``</think>`` (DeepSeek-R1's, Qwen3's) would lose the answer, or keep the reasoning. open-instruct
asks answers of reasoning models for the whole pair, too (`filter_cots.py`, 2025). Tags in quotes or backticks are
spoken of, as are those without which the tags outside of blocks of code are pairs. Qwen3 opens answers without
reasoning with an empty pair on purpose: only ``strict`` refuses it (`reasoning_empty`).
"""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.stages.conversation.open_marks import without_fences
from licet.stages.conversation.turns import Found, Turns, matching

_TAG = re.compile(r"<(/?)(think|thinking)>")
_EMPTY = re.compile(r"(?<![`\"'])<(think|thinking)>\s*</\1>")


def broken_thinking(turns: Turns) -> Found:
    """Count answers whose tags are not pairs, one after the other."""
    texts = turns.answer
    broken = [at for at in matching(texts, "</?think(ing)?>").tolist() if is_broken(texts[at].as_py())]
    return turns.counted(turns.answers[np.array(broken, np.int64)])


def empty_reasoning(turns: Turns) -> Found:
    """Count answers with a pair of tags and nothing in it, or with reasoning beside them that is blank."""
    texts = turns.answer
    empty = [at for at in matching(texts, r"<think(ing)?>\s*</think").tolist() if _EMPTY.search(texts[at].as_py())]
    reasoning = turns.message.field("reasoning_content")
    is_blank = pc.fill_null(pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(reasoning)), 0), False)
    beside = np.flatnonzero(is_blank.to_numpy(zero_copy_only=False) & turns.is_learnt)
    return turns.counted(np.union1d(turns.answers[np.array(empty, np.int64)], beside))


def is_broken(text: str) -> bool:
    """Tell whether the tags of an answer are no pairs, with its blocks of code and without them."""
    return not (_is_paired(text) or _is_paired(without_fences(text)))


def _is_paired(text: str) -> bool:
    """Tell whether each opening tag is closed, by its own kind, before the next one."""
    opened = ""
    for found in _TAG.finditer(text):
        if _is_spoken_of(text, found):
            continue
        closes, name = found.groups()
        if bool(closes) != (opened == name) or (opened and not closes):
            return False
        opened = "" if closes else name
    return not opened


def _is_spoken_of(text: str, tag: re.Match[str]) -> bool:
    """Tell whether a tag stands beside a quote, or beside a backtick that is none of a fence's three."""
    before, after = text[max(0, tag.start() - 3) : tag.start()], text[tag.end() : tag.end() + 3]
    return any(
        beside in ("'", '"') or (beside == "`" and around != "```")
        for beside, around in ((before[-1:], before), (after[:1], after))
    )


def without_thinking(texts: pa.Array) -> pa.Array:
    """Return answers from behind their reasoning on."""
    if not len(matching(texts, "</think(ing)?>")):
        return texts
    return pc.replace_substring_regex(texts, r"(?s)^.*</think(?:ing)?>\s*", "")
