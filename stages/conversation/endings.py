"""Answers that were cut off: by what the row says of how it was made, or by where their last sentence stops.

Refused: metadata with ``"finish_reason": "length"`` (`stopped_for_length`); by ``strict`` also "It is bounded by the
north sea, the" (`answer_unfinished`). Kept: "Paris", a list whose items have no full stops, code, a closing address.

The names of reasons are those of OpenAI's (``finish_reason``), Anthropic's (``stop_reason``), Google's
(``finishReason``) and Hugging Face's interfaces. For the last sentence there is no published rule; these look at what
is prose only, and the page on the decision has how often they are right. Scripts without spaces between words are not
judged.
"""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.stages.conversation.turns import Found, Turns, matching

TAIL = 600
"""Characters at the end of an answer that are looked at."""
_STOPS = (
    r'"(finish_?reason|stop_?reason|finish_details|done_reason)":\s*(\{[^{}]*)?'
    r'"(length|max_?(output_)?tokens|max_length)"'
)
_MARKS = (
    r"(\[(text |output |response |answer )?(was |is )?(truncated|cut off)[^\]\n]{0,60}\]"
    r"|\((the )?(output|response|answer|text|message) (was |is |has been )?(truncated|cut off)[^)\n]{0,60}\)"
    r"|\[?max(imum)? (number of )?(tokens|length) (reached|exceeded)\]?"
    r"|\((continued|to be continued) in (the )?next (message|response|reply)\))\W*$"
)
_MAY_BE_OPEN = r"(\p{L}|[,:(\[“‘]|[’'])\s*$"
_SENTENCE_END = re.compile(r"[.!?][\"”’')\]]*\s+(?=[\"“‘'(\[]*[^\W\d_a-z])")
_ITEM = re.compile(r"\s*(?:[-*•–+>#|]|\(?\d{1,3}[.)]|\(?[A-Za-z][.)]\s)")
_CODE = re.compile(
    r"[{}<>=;|\\`_]|\w\(|\)\s*:|//|\$|^(?:    |\t)|^\s*(?:#|--|def |class |import |select |from \w+ import)", re.I
)
_LINK = re.compile(r"(?:https?:|www\.|\S+@)\S*$|\S+/\S+$|\S+\.\w+$")
_SMILEY = re.compile(r"[:;=8xX]['’]?-?[(\[]")
_GOES_ON = """
a an the and or but nor of to in on at by for from without into onto than as if because while although whether which
who whom whose that where when is are was were be been being am i'm you're we're they're it's there's i’m you’re we’re
they’re it’s there’s that’s your my our their his its very too so such not don't can't don’t can’t will would should
could must might may have has had do does did some any every each these those
"""
_CLOSES = """
that in on at to for from by as if so too not is are was were am be been have has had do does did will would should
could must might may very some any which who when where such each these those
"""
"""Words that may end a whole sentence, as in "what is it for"; of these a full stop is missed only behind others."""
_OPEN_WORDS, _OPEN_BEHIND_OTHERS = frozenset(_GOES_ON.split()), frozenset(_CLOSES.split())
LEAST_WORDS = 4
"""Words of a last sentence below which it may be a title or a name."""


def length_stops(turns: Turns) -> Found:
    """Count signs that a row's answer ended at a limit of tokens: in its metadata, or at the end of an answer."""
    metadata = pc.fill_null(turns.batch.column("metadata"), "")
    found = np.zeros(turns.rows)
    found[matching(metadata, _STOPS)] = 1
    marked = turns.counted(turns.answers[matching(_tails(turns), _MARKS)])
    return Found(found + marked.values, {**dict.fromkeys(np.flatnonzero(found).tolist(), "metadata"), **marked.told})


def unfinished_answers(turns: Turns) -> Found:
    """Count answers whose last line is prose that stops within a sentence."""
    tails = _tails(turns)
    asked = matching(tails, _MAY_BE_OPEN)
    cut = [at for at in asked.tolist() if is_unfinished(tails[at].as_py())]
    return turns.counted(turns.answers[np.array(cut, np.int64)])


def unstopped_answers(turns: Turns) -> Found:
    """Count answers whose last line is prose with a last sentence that lacks its end, whole or not."""
    tails = _tails(turns)
    asked = matching(tails, r"\p{L}\s*$")
    cut = [at for at in asked.tolist() if is_unstopped(tails[at].as_py())]
    return turns.counted(turns.answers[np.array(cut, np.int64)])


def trailing_ellipses(turns: Turns) -> Found:
    """Count answers that end with "..." or "…"."""
    return turns.counted(turns.answers[matching(_tails(turns), r"(\.\.\.|…)[\"”’')\]]*\s*$")])


def _tails(turns: Turns) -> pa.Array:
    if "tails" not in turns.shared:
        turns.shared["tails"] = pc.utf8_slice_codeunits(turns.answer, start=-TAIL, stop=None)
    return turns.shared["tails"]


def is_unfinished(text: str) -> bool:
    """Tell whether the last line of a text is prose that stops at a comma, a colon or a word that goes on."""
    words, parts = _prose(text)
    if len(words) < LEAST_WORDS:
        return False
    word = words[-1].strip('"“”‘(').casefold()
    is_open = word in _OPEN_WORDS and (word not in _OPEN_BEHIND_OTHERS or len(parts) > 1)
    return (words[-1][-1] in ",:([“‘" and not _SMILEY.fullmatch(words[-1])) or is_open


def is_unstopped(text: str) -> bool:
    """Tell whether the last line of a text has sentences with an end, and behind them one without."""
    words, parts = _prose(text)
    return len(parts) > 1 and len(parts[-1].split()) >= LEAST_WORDS and words[-1][-1].isalpha()


def _prose(text: str) -> tuple[list[str], list[str]]:
    """Return the words and the sentences of the last line of a text, where that is prose."""
    line = text.rstrip().rpartition("\n")[2]
    if _ITEM.match(line) or _CODE.search(line) or _LINK.search(line):
        return [], []
    return line.split(), _SENTENCE_END.split(line)
