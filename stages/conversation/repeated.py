"""Turns that say again what the same speaker has said before.

Kept: "Go on." asked twice among other questions. Refused by ``strict``: an assistant that gives one answer to every
question, word for word. Texts are the same when they are but for case and white space around them; the rejected side
of a preference is not looked at. The share is that of Gopher's duplicate lines (Rae et al. 2021, table A1: 0.30), with
turns for lines and each speaker by itself.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.stages.conversation.turns import ASSISTANT, CHOSEN, USER, Found, Ints, Turns


def repeated_turn_share(turns: Turns) -> Found:
    """Measure turns that repeat an earlier one of their speaker, of the speaker's; the greater of both speakers'."""
    found = np.zeros(turns.rows)
    for row, said in _by_speaker(turns):
        _, first = np.unique(np.stack([row, said]), axis=1, return_index=True)
        all_turns = np.bincount(row, minlength=turns.rows)
        distinct = np.bincount(row[first], minlength=turns.rows)
        share = np.divide(all_turns - distinct, all_turns, out=np.zeros(turns.rows), where=all_turns > 0)
        found = np.maximum(found, share)
    return Found(found)


def repeated_turn_run(turns: Turns) -> Found:
    """Measure the longest run of one speaker's consecutive turns that are the same; 1 where none is repeated."""
    found = np.zeros(turns.rows)
    for row, said in _by_speaker(turns):
        opens = np.ones(len(row), bool)
        opens[1:] = (row[1:] != row[:-1]) | (said[1:] != said[:-1])
        start = np.maximum.accumulate(np.where(opens, np.arange(len(row)), 0))
        np.maximum.at(found, row, np.arange(len(row)) - start + 1.0)
    return Found(found)


def _by_speaker(turns: Turns) -> Iterator[tuple[Ints, Ints]]:
    """Yield, for each speaker who says something, the rows of these turns and a number for what each says."""
    for role in (USER, ASSISTANT):
        which, said = _said(turns, role)
        if len(which):
            yield turns.row[which], said


def _said(turns: Turns, role: int) -> tuple[Ints, Ints]:
    """Return the turns of a speaker that say something, and a number for what each says."""
    key = f"said by {role}"
    if key not in turns.shared:
        which = np.flatnonzero((turns.role == role) & (turns.part <= CHOSEN) & ~turns.is_blank)
        texts = pc.utf8_lower(pc.utf8_trim_whitespace(turns.content.take(pa.array(which))))
        turns.shared[key] = which, pc.dictionary_encode(texts).indices.to_numpy(zero_copy_only=False).astype(np.int64)
    found: tuple[Ints, Ints] = turns.shared[key]
    return found
