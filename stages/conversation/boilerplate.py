"""Answers that are mostly phrases which fit any answer: "Certainly! Here is …:" and "I hope this helps!".

Kept: such a phrase around an answer of its own. Refused with ``max_boilerplate_share: 0.5``: "Sure! I'd be happy to
help you with that. Let me know if you have any other questions!" (`answer_is_boilerplate`). A share is measured, since
the phrase itself spoils nothing. No profile bounds it: such a turn can be a good one at the end of a talk. English
only.
"""

import re

import numpy as np
import pyarrow.compute as pc

from licet.stages.conversation.refusals import heads
from licet.stages.conversation.turns import Floats, Found, Turns, matching

TAIL = 300
"""Characters at the end of an answer that are looked at."""
_OPENING = re.compile(
    r"(?:(?:(?:yes|ok|okay|well|oh|hi|hello|hey)[,!.]?(?: there[,!.])? )?(?:certainly|sure(?: thing)?"
    r"|of course|absolutely"
    r"|definitely|great question|good question|no problem|gladly|understood|thank you for (?:your|the"
    r"|asking)[^.!?\n]{0,60}"
    r"|that's a (?:great|good|very good|interesting|excellent) question)[,!.]?\s*)?"
    r"(?P<glad>(?:i'd|i would|i'll|i will|i am|i'm) (?:be )?(?:more than )?(?:happy|glad|delighted"
    r"|pleased) to (?:help|assist)[^.!?:\n]{0,80}[.!?:]?\s*)?"
    r"(?P<told>(?:here(?:'s| is| are)|below (?:is|are)|let me|allow me to|the following is)[^.!?\n]{0,120}?:\s*)?",
)
_CLOSING = re.compile(
    r"(?:^|(?<=[.!?\n:)]))\s*(?:i (?:really )?hope (?:this|that|it) (?:helps|answers|is helpful|was helpful|clarifies)"
    r"|(?:please )?(?:let me know|feel free to|don't hesitate to|do not hesitate to)"
    r"|if you (?:have|need|want|would like|'d like) (?:any |to know )?(?:other|further|more|additional"
    r"|questions|any|help|clarification)"
    r"|is there anything (?:else|more)|(?:what|how) (?:else )?can i (?:help|assist|do)|how may i"
    r"|happy (?:coding|learning|reading|cooking|travels)|good luck|have a (?:great|nice|good|wonderful)"
    r"|i'm (?:always )?here to help)[^.!?\n]{0,160}[.!?]*(?=\s|$)",
)
_SIGNS_AHEAD = (
    r"^(yes|ok|okay|well|oh|hi|hello|hey|certainly|sure|of course|absolutely|definitely|great|good"
    r"|no problem|gladly|understood|thank you|that.s a|i.d|i would|i.ll|i will|i am|i.m|here|below|let me"
    r"|allow|the following)"
)
_SIGNS_BEHIND = (
    r"(hope (this|that|it)|let me know|feel free|hesitate|if you |anything (else|more)|can i |how may i"
    r"|happy |good luck|have a |here to help)"
)


def boilerplate_share(turns: Turns) -> Found:
    """Measure the characters of such phrases at both ends of an answer, of its characters; the greatest of a row's."""
    texts = turns.answer
    if not len(texts):
        return Found(np.zeros(turns.rows))
    opening = _opening(turns)
    tails = pc.utf8_slice_codeunits(pc.utf8_rtrim_whitespace(texts), start=-TAIL, stop=None)
    closing = np.zeros(len(texts))
    for at in matching(tails, _SIGNS_BEHIND).tolist():
        closing[at] = closing_characters(tails[at].as_py())
    whole = pc.utf8_length(pc.utf8_trim_whitespace(texts)).to_numpy(zero_copy_only=False)
    share = np.minimum(1.0, (opening + closing) / np.maximum(whole, 1))
    return turns.greatest(turns.answers, share)


def _opening(turns: Turns) -> Floats:
    beginnings = heads(turns)
    found = np.zeros(len(beginnings))
    for at in matching(beginnings, _SIGNS_AHEAD).tolist():
        found[at] = opening_characters(beginnings[at].as_py())
    return found


def opening_characters(head: str) -> int:
    """Return how many characters of the beginning of an answer are such a phrase; a mere "Sure." is an answer."""
    found = _OPENING.match(head.replace("’", "'").lower())
    return found.end() if found and (found["glad"] or found["told"]) else 0


def closing_characters(tail: str) -> int:
    """Return how many characters of the end of an answer are such phrases, one behind the other."""
    text, kept = tail.replace("’", "'").lower().rstrip(), None
    for found in _CLOSING.finditer(text):
        if kept is None or text[kept[1] : found.start()].strip():
            kept = (found.start(), found.end())
        else:
            kept = (kept[0], found.end())
    return len(text[kept[0] :].strip()) if kept and not text[kept[1] :].strip() else 0
