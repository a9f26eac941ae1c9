r"""Preferences that prefer nothing: both sides say the same.

Refused: chosen "Yes." against rejected "Yes.\n" (`sides_differ_in_space_only`); by ``strict`` also "Yes." against "yes"
(`sides_equal`). What differs in a sign within it, as ``x = 5`` and ``x = -5``, differs. Readers refuse pairs that are
the same byte for byte. On such a pair the gradient of DPO's loss (Rafailov et al. 2023) is zero.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.stages.conversation.turns import Found, Turns

_SPACE = r"[\s\p{Z}\x{85}\x{200B}\x{FEFF}]+"
_ALIKE = ((r"[‘’‛ʼ]", "'"), (r"[“”„‟«»]", '"'), (r"[‐‑‒–—−]", "-"), ("…", "..."))


def equal_but_for_space(turns: Turns) -> Found:
    """Measure 1 where chosen and rejected differ in nothing but white space, else 0."""
    return _equal(turns, *(pc.replace_substring_regex(side, _SPACE, "") for side in _sides(turns.batch)))


def equal_sides(turns: Turns) -> Found:
    """Measure 1 where they are equal but for space, case, Unicode form, kinds of quotes and dashes, and a full stop."""
    return _equal(turns, *(_normal(side) for side in _sides(turns.batch)))


def _normal(side: pa.Array) -> pa.Array:
    side = pc.utf8_lower(pc.utf8_normalize(side, "NFKC"))
    for pattern, replacement in _ALIKE:
        side = pc.replace_substring_regex(side, pattern, replacement)
    return pc.utf8_rtrim(pc.replace_substring_regex(side, _SPACE, ""), ".!")


def _sides(batch: pa.RecordBatch) -> list[pa.Array]:
    """Return what each side says, its messages apart by a character that texts do not have."""
    return [_joined(batch.column(name)) for name in ("chosen", "rejected")]


def _joined(side: pa.Array) -> pa.Array:
    content = pc.fill_null(side.flatten().field("content"), "")
    lengths = pc.fill_null(pc.list_value_length(side), 0).to_numpy(zero_copy_only=False)
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    return pc.binary_join(pa.ListArray.from_arrays(offsets, content), "\x1e")


def _equal(turns: Turns, chosen: pa.Array, rejected: pa.Array) -> Found:
    is_pair = pc.and_(turns.batch.column("chosen").is_valid(), turns.batch.column("rejected").is_valid())
    equal = np.flatnonzero(pc.and_(is_pair, pc.equal(chosen, rejected)).to_numpy(zero_copy_only=False))
    found = np.zeros(turns.rows)
    for row in equal.tolist():
        # What is said in calls and reasoning may differ where the words do not.
        sides = [turns.batch.column(name)[row].as_py() for name in ("chosen", "rejected")]
        found[row] = _silent(sides[0]) == _silent(sides[1])
    return Found(found)


def _silent(side: list[dict[str, object]]) -> list[object]:
    return [[message[k] for k in ("role", "reasoning_content", "tool_calls")] for message in side]
