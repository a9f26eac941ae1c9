"""The messages of a batch in one row each, so that rules on them are taken over whole columns.

A row's messages stand in the order of `PARTS`. What comes before the first message of a preference's side, or of a
completion, is the last of its prompt, so that either side is judged as the end of one conversation.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

PARTS = ("messages", "prompt", "completion", "chosen", "rejected")
MESSAGES, PROMPT, COMPLETION, CHOSEN, REJECTED = range(5)
ROLES = ("system", "user", "assistant", "tool")
SYSTEM, USER, ASSISTANT, TOOL = range(4)

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Found:
    """What a rule's measure is in each row of a batch, and in words what it was found in."""

    values: Floats
    told: Mapping[int, str] = field(default_factory=dict)
    """By row: the first place that counts, as ``messages[2]``, and what a number cannot say. No text of the row."""


@dataclass(frozen=True, eq=False)
class Turns:
    """The messages of a batch: in ``message`` as structs, with arrays of the same length on where each stands."""

    batch: pa.RecordBatch
    message: pa.StructArray
    row: Ints
    """The row of the batch."""
    part: Ints
    """The column, as its place in `PARTS`."""
    place: Ints
    """The place in its column's list."""
    shared: dict[str, Any] = field(default_factory=dict)
    """What several measures have in common, taken once."""

    @staticmethod
    def of(batch: pa.RecordBatch) -> "Turns":
        """Return the messages of a batch that has the columns of `PARTS`."""
        pieces, rows, parts, places = [], [], [], []
        for part, name in enumerate(PARTS):
            column = batch.column(name)
            lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False).astype(np.int64)
            if not lengths.any():
                continue
            pieces.append(column.flatten())
            rows.append(np.repeat(np.arange(batch.num_rows), lengths))
            parts.append(np.full(len(pieces[-1]), part))
            starts = np.cumsum(lengths) - lengths
            places.append(np.arange(len(pieces[-1])) - np.repeat(starts, lengths))
        if not pieces:
            none = np.zeros(0, np.int64)
            return Turns(batch, batch.column(PARTS[0]).flatten(), none, none, none)
        if len(pieces) == 1:
            return Turns(batch, pieces[0], rows[0], parts[0], places[0])
        row, part_of, place = np.concatenate(rows), np.concatenate(parts), np.concatenate(places)
        order = np.argsort(row * len(PARTS) + part_of, kind="stable")
        message = pa.concat_arrays(pieces).take(pa.array(order))
        return Turns(batch, message, row[order], part_of[order], place[order])

    @property
    def rows(self) -> int:
        """How many rows the batch has."""
        return int(self.batch.num_rows)

    @cached_property
    def role(self) -> Ints:
        """Each message's role, as its place in `ROLES`; -1 for any other."""
        found = pc.index_in(self.message.field("role"), value_set=pa.array(ROLES, pa.string()))
        return pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)

    @cached_property
    def content(self) -> pa.Array:
        """What each message says; null reads as nothing."""
        return pc.fill_null(self.message.field("content"), "")

    @cached_property
    def is_blank(self) -> Flags:
        """Whether a message says nothing but white space, or characters that are not seen."""
        return _flags(pc.invert(pc.match_substring_regex(self.content, r"[^\s\p{Z}\p{Cf}\x{85}]")))

    @cached_property
    def calls(self) -> Ints:
        """How many tool calls each message makes."""
        lengths = pc.fill_null(pc.list_value_length(self.message.field("tool_calls")), 0)
        return lengths.to_numpy(zero_copy_only=False).astype(np.int64)

    @cached_property
    def before(self) -> Ints:
        """The message before each: the index of it, -1 for the first of a conversation."""
        index = np.arange(len(self.row))
        found = np.where(self.place > 0, index - 1, -1)
        last_of_prompt = np.full(self.rows, -1)
        prompts = self.part == PROMPT
        last_of_prompt[self.row[prompts]] = index[prompts]
        opens = (self.part >= COMPLETION) & (self.place == 0)
        found[opens] = last_of_prompt[self.row[opens]]
        return found

    @cached_property
    def role_before(self) -> Ints:
        """The role of the message before each, -1 where there is none."""
        return np.where(self.before >= 0, self.role[self.before], -1) if len(self.row) else self.before

    @cached_property
    def is_last(self) -> Flags:
        """Whether a message is the last of its list."""
        last = np.ones(len(self.row), bool)
        last[:-1] = (self.row[1:] != self.row[:-1]) | (self.part[1:] != self.part[:-1])
        return last

    @cached_property
    def is_learnt(self) -> Flags:
        """Whether a message is the assistant's to learn from: not of prompts, rejected sides and bad completions."""
        is_good = _flags(pc.fill_null(self.batch.column("label"), False))[self.row]
        learnt = (self.part == MESSAGES) | (self.part == CHOSEN) | ((self.part == COMPLETION) & is_good)
        return np.asarray(learnt & (self.role == ASSISTANT))

    @cached_property
    def answers(self) -> Ints:
        """The messages that a model is to learn: those of `is_learnt` with words."""
        return np.flatnonzero(self.is_learnt & ~self.is_blank)

    @cached_property
    def answer(self) -> pa.Array:
        """What the `answers` say."""
        return self.content.take(pa.array(self.answers))

    def name(self, index: int) -> str:
        """Return what a message is called: ``chosen[0]``."""
        return f"{PARTS[self.part[index]]}[{self.place[index]}]"

    def count(self, which: Ints) -> Floats:
        """Return how many of some messages, given by index, each row has."""
        return np.bincount(self.row[which], minlength=self.rows).astype(np.float64)

    def most(self, which: Ints, values: Floats) -> Floats:
        """Return the greatest value of some messages in each row; 0 where it has none."""
        found = np.zeros(self.rows)
        np.maximum.at(found, self.row[which], values)
        return found

    def counted(self, which: Ints, told: Callable[[int], str] | None = None) -> Found:
        """Return the count of some messages in each row, and the first of each; ``told`` says more of it."""
        first: dict[int, str] = {}
        for index in which.tolist():
            row = int(self.row[index])
            if row not in first:
                first[row] = self.name(index) + (f": {told(index)}" if told else "")
        return Found(self.count(which), first)

    def greatest(self, which: Ints, values: Floats) -> Found:
        """Return the greatest value of some messages in each row, and whose it is."""
        most = self.most(which, values)
        first: dict[int, str] = {}
        for index, value in zip(which[values > 0].tolist(), values[values > 0].tolist(), strict=True):
            row = int(self.row[index])
            if value == most[row] and row not in first:
                first[row] = self.name(index)
        return Found(most, first)


def _flags(found: pa.Array) -> Flags:
    flags: Flags = found.to_numpy(zero_copy_only=False)
    return flags


def matching(texts: pa.Array, pattern: str) -> Ints:
    """Return which texts have a match of a pattern of RE2's, in any case of its letters."""
    return np.flatnonzero(_flags(pc.match_substring_regex(texts, pattern, ignore_case=True)))
