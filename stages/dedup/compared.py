"""What of rows is compared: their text, or, of conversations, what is said to the assistant and what it says.

**Prompts** are the user's turns, and all of a preference's `prompt` but system prompts. **Answers** are the
assistant's turns with their reasoning and tool calls, and what the tools return; of a preference, the chosen answer and
the rejected one are two parts, so that a pair is not like the same pair the other way round; a completion by itself is
in the part that its label says. System prompts and tool
definitions are no part of either: a long one that many conversations share would make them alike, or hide what is
equal.

The **text** of a document is its own. That of a conversation is all that is said and done in it: every message, its
reasoning and its calls, then the label, the answer and the reasoning that stand beside. Rows are identical there only
where their content is (`licet.schemas.content`), roles and definitions of tools included.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from licet.schemas.dedup import Compared
from licet.schemas.rows import SAID, TURNS

PROMPTS, ANSWERS, REJECTED = 1, 2, 3
PARTS: dict[Compared, tuple[int, ...]] = {
    "prompts": (PROMPTS,),
    "answers": (ANSWERS, REJECTED),
    "both": (PROMPTS, ANSWERS, REJECTED),
}
# Between turns, and between what is said and what is called: no word, and, among characters, white space.
_APART = "\n\x1e\n"

Roles: TypeAlias = Callable[[pa.Array], pa.Array]


@dataclass(frozen=True)
class Texts:
    """The texts that are compared, by the number of their part, and what is the same for identical ones only.

    ``content`` is the sha256 of them in hex. Where they are empty it is that of the row's whole content: rows of which
    there is nothing to compare are not alike for that.
    """

    content: pa.Array
    parts: dict[int, pa.Array]


def columns_for(on: Compared, *, chat: bool) -> tuple[str, ...]:
    """Return the columns from which the texts are made, beside ``content_sha256``."""
    return TURNS if chat or on != "text" else ("text",)


def compared(batch: pa.RecordBatch, on: Compared) -> Texts:
    """Return what is compared of the rows of a batch."""
    if on == "text":
        whole = _whole(batch) if TURNS[0] in batch.schema.names else batch.column("text")
        return Texts(batch.column("content_sha256"), {0: whole})
    made = {part: _MADE[part](batch) for part in PARTS[on]}
    every = zip(
        batch.column("content_sha256").to_pylist(), *(texts.to_pylist() for texts in made.values()), strict=True
    )
    content = [
        hashlib.sha256("\x1d".join([on, *texts]).encode()).hexdigest() if any(texts) else whole
        for whole, *texts in every
    ]
    return Texts(pa.array(content, pa.string()), made)


def _whole(batch: pa.RecordBatch) -> pa.Array:
    beside = (batch.column(name).cast(pa.string()) for name in ("label", "answer", "reasoning"))
    spoken = [_said(batch.column(name), _is_any) for name in SAID]
    return reduce(_both, [*spoken, *(pc.fill_null(each, "") for each in beside)])


def _prompts(batch: pa.RecordBatch) -> pa.Array:
    return _both(_said(batch.column("messages"), _is_user), _said(batch.column("prompt"), _is_spoken))


def _answers(batch: pa.RecordBatch) -> pa.Array:
    turns = _both(_said(batch.column("messages"), _is_answer), _said(batch.column("chosen"), _is_spoken))
    turns = _both(turns, _labelled(batch, label=True))
    turns = _both(turns, pc.fill_null(batch.column("answer"), ""))
    return _both(turns, pc.fill_null(batch.column("reasoning"), ""))


def _rejected(batch: pa.RecordBatch) -> pa.Array:
    return _both(_said(batch.column("rejected"), _is_spoken), _labelled(batch, label=False))


def _labelled(batch: pa.RecordBatch, *, label: bool) -> pa.Array:
    """Return what the completions say that have a label."""
    is_of = pc.fill_null(pc.equal(batch.column("label"), label), False)
    return pc.if_else(is_of, _said(batch.column("completion"), _is_spoken), "")


_MADE: dict[int, Callable[[pa.RecordBatch], pa.Array]] = {PROMPTS: _prompts, ANSWERS: _answers, REJECTED: _rejected}


def _is_user(roles: pa.Array) -> pa.Array:
    return pc.equal(roles, "user")


def _is_answer(roles: pa.Array) -> pa.Array:
    return pc.is_in(roles, value_set=pa.array(["assistant", "tool"]))


def _is_any(roles: pa.Array) -> pa.Array:
    return pa.repeat(pa.scalar(value=True), len(roles))


def _is_spoken(roles: pa.Array) -> pa.Array:
    return pc.not_equal(roles, "system")


def _both(first: pa.Array, second: pa.Array) -> pa.Array:
    """Return two texts a row as one; an empty one leaves no trace."""
    together = pc.binary_join_element_wise(first, second, _APART)
    return pc.if_else(pc.equal(first, ""), second, pc.if_else(pc.equal(second, ""), first, together))


def _said(column: pa.Array, counts: Roles) -> pa.Array:
    """Return what the messages of each row say whose roles count; empty where there are none."""
    messages = column.flatten()
    if not len(messages):
        return pa.repeat(pa.scalar(""), len(column))
    spoken = _of_message(messages)
    mask = pc.and_(counts(pc.struct_field(messages, "role")), pc.not_equal(spoken, ""))
    owners = np.repeat(np.arange(len(column)), _lengths(column))
    kept = np.bincount(owners[mask.to_numpy(zero_copy_only=False)], minlength=len(column))
    return pc.binary_join(_lists(kept, spoken.filter(mask)), _APART)


def _of_message(messages: pa.StructArray) -> pa.Array:
    """Return what each message says: its reasoning, its content, its calls of tools."""
    said = [pc.struct_field(messages, name) for name in ("reasoning_content", "content")]
    calls = pc.struct_field(messages, "tool_calls")
    called = calls.flatten()
    if len(called):
        function = pc.struct_field(called, "function")
        told = [pc.struct_field(function, name) for name in ("name", "arguments")]
        each = _joined(told)
        joined = pc.binary_join(_lists(_lengths(calls), each), _APART)
        said.append(pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined))
    return _joined(said)


def _joined(texts: Sequence[pa.Array]) -> pa.Array:
    """Return what there is of several texts as one, empty where there is nothing."""
    # Where all are null, Arrow leaves the row out: its answer would be shorter than what it was asked of.
    is_none = reduce(pc.and_, map(pc.is_null, texts))
    last = pc.if_else(is_none, pa.scalar("", texts[-1].type), texts[-1])
    return pc.binary_join_element_wise(*texts[:-1], last, _APART, null_handling="skip")


def _lengths(lists: pa.ListArray) -> npt.NDArray[np.int64]:
    return np.asarray(pc.fill_null(pc.list_value_length(lists), 0)).astype(np.int64)


def _lists(lengths: npt.NDArray[np.int64], values: pa.Array) -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32()), values)
