"""Counting what the rows of a version hold, config by config, from the shards that its manifest lists.

Nothing of it is in the manifest: it follows from the rows, and is counted again whenever it is asked for.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from licet.pipelines.statistics.tally import Tally, as_json
from licet.schemas.manifest import Manifest
from licet.schemas.rows import SAID
from licet.stages import storage
from licet.stages.shard.parquet import parquet_input

NAMED = ("language", "source", "category", "generator", "checker", "license")
LABEL = "label"
"""Columns whose values are counted."""
UNSAID = "(not said)"
NAMELESS = "(no name)"


@dataclass
class Role:
    """Messages of one role, and the characters of their contents."""

    messages: int = 0
    characters: int = 0


@dataclass
class ConfigStatistics:
    """The rows of one config. Characters of a row are those of all its contents, or of its text; tokens as counted."""

    config: str
    rows: int = 0
    tokens: Tally = field(default_factory=Tally)
    characters: Tally = field(default_factory=Tally)
    named: dict[str, Counter[str]] = field(default_factory=dict)
    """Rows by value of each of `NAMED` that the config has."""
    is_chat: bool = False
    turns: Tally = field(default_factory=Tally)
    """Turns of the user in a row, in the prompt where it has one."""
    roles: dict[str, Role] = field(default_factory=dict)
    with_reasoning: int = 0
    with_tools: int = 0
    """Rows that define tools."""
    with_calls: int = 0
    tools: Counter[str] = field(default_factory=Counter)
    """Rows by the names of the tools that they define."""
    calls: Counter[str] = field(default_factory=Counter)
    """Calls by the names of the tools."""
    sides: dict[str, Tally] = field(default_factory=dict)
    """Characters of each side of a preference; of an unpaired one those of good and of bad answers."""
    labels: Counter[str] = field(default_factory=Counter)
    """How many unpaired answers are good and bad."""
    longer: Counter[str] = field(default_factory=Counter)
    """Preferences by which side has more characters: chosen, rejected, neither."""

    def summary(self) -> dict[str, Any]:
        """Return the statistics as JSON values."""
        told: dict[str, Any] = {
            "config": self.config,
            "rows": self.rows,
            "tokens": as_json(self.tokens.spread()),
            "characters": as_json(self.characters.spread()),
            **{name: dict(ordered(counts)) for name, counts in self.named.items()},
        }
        if self.is_chat:
            told |= {
                "turns": [{"turns": turns, "rows": rows} for turns, rows in sorted(self.turns.counts.items())],
                "roles": {name: vars(role) for name, role in sorted(self.roles.items())},
                "rows_with_reasoning": self.with_reasoning,
                "rows_with_tools": self.with_tools,
                "rows_with_calls": self.with_calls,
                "tools": dict(ordered(self.tools)),
                "calls": dict(ordered(self.calls)),
            }
        if self.sides:
            told["sides"] = {name: as_json(tally.spread()) for name, tally in self.sides.items()}
        if self.longer:
            told["longer_side"] = dict(ordered(self.longer))
        if self.labels:
            told["labels"] = dict(ordered(self.labels))
        return told


def ordered(counts: Counter[str]) -> list[tuple[str, int]]:
    """Return counts, the greatest first, equal ones by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def statistics_in(folder: str, manifest: Manifest) -> list[ConfigStatistics]:
    """Return the statistics of each config of a version, by name."""
    paths = sorted(file.path for file in manifest.files if file.role == "data")
    found = []
    for config, shards in groupby(paths, key=lambda path: path.split("/")[1]):
        told = ConfigStatistics(config, is_chat=manifest.dataset.kind == "posttrain")
        for path in shards:
            for rows in _row_groups(storage.join(folder, path)):
                _count(rows, told)
        found.append(told)
    return found


def _row_groups(path: str) -> Iterator[pa.Table]:
    with parquet_input(path) as file:
        there = file.schema_arrow.names
        wanted = [
            name
            for name in (*SAID, LABEL, "answer", "text", "tools", "reasoning", "token_count", *NAMED)
            if name in there
        ]
        for group in range(file.metadata.num_row_groups):
            yield file.read_row_group(group, columns=wanted, use_threads=False).combine_chunks()


def _count(rows: pa.Table, told: ConfigStatistics) -> None:
    told.rows += rows.num_rows
    told.tokens.add(_ints(pc.drop_null(rows.column("token_count"))))
    for name in NAMED:
        if name in rows.column_names:
            counts = pc.value_counts(pc.fill_null(rows.column(name), UNSAID))
            told.named.setdefault(name, Counter()).update(
                {each["values"]: each["counts"] for each in counts.to_pylist()}
            )
    characters = np.zeros(rows.num_rows, np.int64)
    for name in ("text", "answer"):
        if name in rows.column_names:
            characters += _ints(pc.fill_null(pc.utf8_length(rows.column(name)), 0))
    if told.is_chat:
        characters += _count_messages(rows, told)
    told.characters.add(characters)


def _count_messages(rows: pa.Table, told: ConfigStatistics) -> np.ndarray[Any, Any]:
    """Count what messages say, and return the characters of each row's."""
    n = rows.num_rows
    by_column: dict[str, np.ndarray[Any, Any]] = {}
    reasons, calls = np.zeros(n, bool), np.zeros(n, bool)
    for name in SAID:
        if name not in rows.column_names:
            continue
        column = _array(rows.column(name))
        row, messages = _ints(pc.list_parent_indices(column)), column.flatten()
        lengths = _ints(pc.fill_null(pc.utf8_length(messages.field("content")), 0))
        by_column[name] = np.bincount(row, weights=lengths, minlength=n).astype(np.int64)
        role = messages.field("role")
        for each in pc.unique(pc.drop_null(role)).to_pylist():
            of = _flags(pc.fill_null(pc.equal(role, each), False))
            entry = told.roles.setdefault(each, Role())
            entry.messages += int(of.sum())
            entry.characters += int(lengths[of].sum())
            if each == "user" and name in ("messages", "prompt"):
                told.turns.add(np.bincount(row[of], minlength=n))
        thought = pc.fill_null(pc.greater(pc.utf8_length(messages.field("reasoning_content")), 0), False)
        reasons[row[_flags(thought)]] = True
        made = messages.field("tool_calls")
        calls[row[_ints(pc.fill_null(pc.list_value_length(made), 0)) > 0]] = True
        names = pc.value_counts(pc.fill_null(made.flatten().field("function").field("name"), NAMELESS))
        told.calls.update({each["values"]: each["counts"] for each in names.to_pylist()})
    if "reasoning" in rows.column_names:
        reasons |= _flags(pc.fill_null(pc.greater(pc.utf8_length(rows.column("reasoning")), 0), False))
    told.with_reasoning += int(reasons.sum())
    told.with_calls += int(calls.sum())
    _count_tools(rows, told)
    if "completion" in by_column:
        _count_labels(rows.column(LABEL), by_column["completion"], told)
    if {"chosen", "rejected"} <= by_column.keys():
        chosen, rejected = by_column["chosen"], by_column["rejected"]
        for name in ("chosen", "rejected"):
            told.sides.setdefault(name, Tally()).add(by_column[name])
        more, less = int((chosen > rejected).sum()), int((chosen < rejected).sum())
        told.longer.update({"chosen": more, "rejected": less, "neither": n - more - less})
    return sum(by_column.values(), np.zeros(n, np.int64))


def _count_labels(labels: pa.ChunkedArray, lengths: np.ndarray[Any, Any], told: ConfigStatistics) -> None:
    """Count the good and the bad answers of unpaired preferences, and how long they are."""
    is_good = _flags(pc.fill_null(labels, False))
    for name, of in (("good", is_good), ("bad", ~is_good)):
        told.sides.setdefault(name, Tally()).add(lengths[of])
        told.labels[name] += int(of.sum())


def _count_tools(rows: pa.Table, told: ConfigStatistics) -> None:
    """Count the tools that rows define; many rows define the same, whose JSON is read once."""
    counts = pc.value_counts(pc.drop_null(rows.column("tools")))
    for each in counts.to_pylist():
        names = tool_names(each["values"])
        told.with_tools += each["counts"] if names else 0
        told.tools.update(dict.fromkeys(names, each["counts"]))


def tool_names(tools: str) -> list[str]:
    """Return the names of tools that a row defines, each once."""
    try:
        every = json.loads(tools)
    except ValueError:
        return [NAMELESS]
    inner = [tool.get("function", tool) if isinstance(tool, dict) else None for tool in every]
    named = (tool.get("name") if isinstance(tool, dict) else None for tool in inner)
    return list(dict.fromkeys(name if isinstance(name, str) else NAMELESS for name in named))


def _array(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks or [pa.array([], column.type)])


def _ints(values: pa.Array | pa.ChunkedArray) -> np.ndarray[Any, Any]:
    found: np.ndarray[Any, Any] = values.to_numpy().astype(np.int64)
    return found


def _flags(values: pa.Array | pa.ChunkedArray) -> np.ndarray[Any, Any]:
    if isinstance(values, pa.ChunkedArray):
        values = _array(values)
    found: np.ndarray[Any, Any] = values.to_numpy(zero_copy_only=False)
    return found
