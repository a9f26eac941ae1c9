"""Rows of earlier versions speak against copies of them, and that is all they do."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staged_files import DEFAULTS, Row, Run, earlier, stage
from stories import changed, plain_jaccard, story, text

from licet.schemas.errors import RunError
from licet.schemas.staged import Held, Staged
from licet.stages.dedup.exchange import KEYS, file_number
from licet.stages.dedup.held import held_fingerprints, held_number, is_held, met, read_held

Stage = Callable[..., Staged]
STORIES = 3
# Of each story a text, and three that differ from it and from each other in one or two words of 150.
VARIANTS = [
    [text(story(n)), *(text(changed(story(n), 1 + k % 2, 9 * n + k)) for k in range(3))] for n in range(STORIES)
]
Told = dict[str, tuple[Any, ...]]


def outcome(run: Run, staged: Staged, rows: Sequence[Row], held: Sequence[Held]) -> Told:
    """What became of each row of which anything is said: reason, value, the other row, where, size of its cluster."""
    marks, _ = run([staged, *held])
    assert set(marks) <= {staged.key}
    names = ("reason", "value", "kept_id", "detail", "cluster_size")
    return {
        rows[mark["row"]].id: tuple(mark[name] for name in names)
        for batch in marks.values()
        for mark in batch.to_pylist()
    }


def expected(rows: Sequence[Row], versions: Sequence[Sequence[Row]]) -> Told:
    """The same by plain loops over all pairs."""
    found: Told = {}
    kept: list[Row] = []
    for row in sorted(rows, key=lambda row: (-len(row.text), row.id)):
        if told := _already(row, versions):
            found[row.id] = (*told, None)
            continue
        best = max(kept, key=lambda other: plain_jaccard(row.text, other.text), default=None)
        same = next((other for other in kept if other.text == row.text), best)
        if same is None or plain_jaccard(row.text, same.text) < DEFAULTS.threshold:
            kept.append(row)
            continue
        alike = plain_jaccard(row.text, same.text)
        reason = "exact_duplicate" if row.text == same.text else "near_duplicate"
        found[row.id] = (reason, alike, same.id, None, None)
    for row in kept:
        size = 1 + sum(told[2] == row.id and told[3] is None for told in found.values())
        if size > 1:
            found[row.id] = (None, None, None, None, size)
    return found


def _already(row: Row, versions: Sequence[Sequence[Row]]) -> tuple[Any, ...] | None:
    for place, held in enumerate(versions):
        same = [other.id for other in held if other.text == row.text]
        if same:
            return "already_published_exact", 1.0, min(same), f"version {place}"
        alike = [(-plain_jaccard(row.text, other.text), other.id) for other in held]
        if alike and -min(alike)[0] >= DEFAULTS.threshold:
            return "already_published", -min(alike)[0], min(alike)[1], f"version {place}"
    return None


TEXTS = st.tuples(st.integers(0, STORIES - 1), st.integers(0, 3)).map(lambda at: VARIANTS[at[0]][at[1]])


@settings(deadline=None, max_examples=25)
@given(
    st.lists(TEXTS, min_size=1, max_size=8),
    st.lists(st.lists(TEXTS, min_size=1, max_size=5), max_size=3),
    st.integers(1, 3),
    st.booleans(),
    st.integers(0, 9),
)
def test_what_is_refused_is_what_plain_loops_refuse(
    new: list[str], versions: list[list[str]], row_group_size: int, has_index: bool, seed: int
) -> None:
    rows = [Row(f"n{i}", said) for i, said in enumerate(new)]
    there = [[Row(f"v{place}-{i}", said) for i, said in enumerate(texts)] for place, texts in enumerate(versions)]
    with tempfile.TemporaryDirectory() as folder:
        held = [
            group
            for place, texts in enumerate(there)
            for group in earlier(
                Path(folder) / f"v{place}",
                texts,
                place=place,
                row_group_size=row_group_size,
                settings=DEFAULTS if has_index else None,
            )
        ]
        run = Run(DEFAULTS, f"{folder}/work", seed)
        assert outcome(run, stage(Path(folder), "new", rows), rows, held) == expected(rows, there)


def test_without_new_rows_nothing_is_read_of_earlier_versions(tmp_path: Path) -> None:
    held = earlier(tmp_path / "v", [Row(f"v{i}", VARIANTS[0][i % 4]) for i in range(8)])
    _, effort = Run(DEFAULTS, str(tmp_path / "work"))([stage(tmp_path, "new", [Row("n", text(story(9)))]), *held])
    assert (effort.rows, effort.held, effort.pairs) == (0, 0, 0)


def test_held_keys_that_no_new_row_has_are_left_out() -> None:
    def keys(number: int, hashes: list[int]) -> pa.RecordBatch:
        columns = [pa.array(hashes, pa.uint64()), pa.array(range(len(hashes)), pa.uint32())]
        return pa.RecordBatch.from_arrays(columns, schema=KEYS.with_metadata({"file": str(number)}))

    held = 1 << 62
    found = list(met([keys(held, [2, 4, 6]), keys(7, [4, 9]), keys(held + 1, [8]), keys(3, [])]))
    assert [batch.to_pydict() for batch in found] == [
        {"hash": [4, 9], "row": [0, 1]},
        {"hash": [], "row": []},
        {"hash": [4], "row": [1]},
    ]
    assert list(met([keys(held, [2, 4])])) == []


def test_numbers_of_held_row_groups_come_behind_those_of_all_staged_files(tmp_path: Path) -> None:
    (one, two) = earlier(tmp_path, [Row("a", "a"), Row("b", "b")], row_group_size=1)
    assert is_held(held_number(one))
    assert is_held(held_number(two))
    assert held_number(one) != held_number(two)
    assert not is_held(file_number(one.key))
    assert held_number(one) == held_number(replace(one, folder="elsewhere", index=None))


def test_fingerprints_are_the_same_with_an_index_and_without(tmp_path: Path) -> None:
    (held,) = earlier(tmp_path / "v", [Row("a", VARIANTS[0][0]), Row("b", "..."), Row("c", VARIANTS[1][0])])
    made = [
        held_fingerprints(one, DEFAULTS, str(tmp_path / f"work{i}"))
        for i, one in enumerate([held, replace(held, index=None)])
    ]
    assert made[0].equals(made[1])


def test_rows_of_a_shard_that_was_changed_meanwhile_are_not_compared(tmp_path: Path) -> None:
    (held,) = earlier(tmp_path / "v", [Row("a", VARIANTS[0][0])])
    with pytest.raises(RunError, match="has 1 rows, not 2: the version was changed during the run; run again"):
        read_held(replace(held, rows=2), ["id"])
    with pytest.raises(RunError, match="which rows are held against, cannot be read"):
        read_held(replace(held, shard="data/default/gone.parquet"), ["id"])
