import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.schemas.errors import RunError
from licet.stages.dedup import forest
from licet.stages.dedup.components import FILES, assign
from licet.stages.dedup.exchange import EDGES

Row = tuple[int, int]
PAIRS = st.lists(
    st.tuples(st.tuples(st.integers(0, 4), st.integers(0, 6)), st.tuples(st.integers(0, 4), st.integers(0, 6)))
)


def linked(*pairs: tuple[Row, Row], copy: bool = False) -> pa.RecordBatch:
    told = [dict(zip(EDGES.names, (*one, *other, copy), strict=True)) for one, other in pairs]
    return pa.RecordBatch.from_pylist(told, schema=EDGES)


def assigned(*batches: pa.RecordBatch) -> dict[Row, tuple[int, int, bool]]:
    """(file, row) -> (chunk, component, copy)"""
    return {
        (file, mark["row"]): (mark["chunk"], mark["component"], mark["copy"])
        for file, batch in assign(batches)
        for mark in batch.to_pylist()
    }


def test_linked_rows_are_one_component_and_numbered_by_their_first_row() -> None:
    found = assigned(linked(((5, 1), (9, 0)), ((2, 3), (5, 0))), linked(((5, 0), (5, 7)), copy=True))
    assert found == {
        (2, 3): (0, 0, False),
        (5, 0): (0, 0, False),
        (5, 1): (0, 1, False),
        (5, 7): (0, 0, True),
        (9, 0): (0, 1, False),
    }


def test_no_edges_assign_nothing() -> None:
    assert assigned() == assigned(linked()) == assigned(pa.RecordBatch.from_pydict({"file": [1]}, schema=FILES)) == {}


def test_a_file_given_twice_is_refused() -> None:
    file = pa.RecordBatch.from_pydict({"file": [7]}, schema=FILES)
    with pytest.raises(RunError, match="given to dedup twice"):
        assigned(file, linked(), file)


@settings(deadline=None)
@given(PAIRS, st.integers(0, 9))
def test_components_are_those_of_a_plain_search_in_any_order(pairs: list[tuple[Row, Row]], seed: int) -> None:
    expected: dict[Row, set[Row]] = {}
    for one, other in pairs:
        joined = expected.get(one, {one}) | expected.get(other, {other})
        expected.update(dict.fromkeys(joined, joined))
    batches = [linked(pair) for pair in pairs]
    random.Random(seed).shuffle(batches)
    found = assigned(*batches)
    groups: dict[int, set[Row]] = {}
    for row, (_, component, _) in found.items():
        groups.setdefault(component, set()).add(row)
    assert {row: groups[component] for row, (_, component, _) in found.items()} == expected
    assert [min(groups[number]) for number in range(len(groups))] == sorted(map(min, groups.values()))


def test_rows_may_be_many_more_than_there_was_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(5)
    batches = [linked(((0, draw.randrange(90)), (1, draw.randrange(90)))) for _ in range(60)]
    batches.append(linked(((0, 1), (1, 2)), copy=True))
    expected = assigned(*batches)
    monkeypatch.setattr(forest, "_FIRST_ROOM", 2)
    assert (
        assigned(*batches[::-1])
        == assigned(pa.Table.from_batches(batches).combine_chunks().to_batches()[0])
        == expected
    )
    assert expected[1, 2][2]


def test_chunks_hold_whole_components_and_are_bounded() -> None:
    pairs = [((0, 2 * i), (0, 2 * i + 1)) for i in range(1000)]
    giant = [((1, 0), (1, i)) for i in range(1, 700)]
    found = assigned(linked(*pairs, *giant))
    chunk_of: dict[int, set[int]] = {}
    sizes: dict[int, int] = {}
    for chunk, component, _ in found.values():
        chunk_of.setdefault(component, set()).add(chunk)
        sizes[chunk] = sizes.get(chunk, 0) + 1
    assert all(len(chunks) == 1 for chunks in chunk_of.values())
    assert [sizes[chunk] for chunk in sorted(sizes)] == [256] * 7 + [208, 700]
