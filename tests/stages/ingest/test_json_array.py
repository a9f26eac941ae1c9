import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licet.stages.ingest.json_array import items
from licet.stages.ingest.reasons import Damaged


def cut(data: bytes, size: int) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(
    values=st.lists(JSON, max_size=6), size=st.integers(1, 30), indent=st.sampled_from([None, 2]), escaped=st.booleans()
)
def test_items_are_those_of_the_whole_array(values: list[Any], size: int, indent: int | None, escaped: bool) -> None:
    data = json.dumps(values, indent=indent, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    assert [value for value, _ in items(cut(data, size), limit=10_000)] == values


@pytest.mark.parametrize(
    ("data", "count", "reason"),
    [
        (b"", 0, "truncated"),
        (b"[", 0, "truncated"),
        (b"[1, 2", 2, "truncated"),
        (b"[1, 2,", 2, "truncated"),
        (b'[1, {"a": "b', 1, "truncated"),
        (b"{}", 0, "bad_json"),
        (b"[1, 2} ", 2, "bad_json"),
        (b"[1 2]", 1, "bad_json"),
        (b"[1, {a: 2}, 3]", 1, "bad_json"),
        (b"[1] [2]", 1, "bad_json"),
        (b"[" * 100_000, 0, "bad_json"),
        (b'[1, "' + b"x" * 200 + b'", 2]', 1, "too_large"),
    ],
)
def test_a_broken_array_yields_what_came_before(data: bytes, count: int, reason: str) -> None:
    found: list[Any] = []
    with pytest.raises(Damaged) as error:
        found.extend(items(cut(data, 7), limit=100 if b"xxx" in data else 1_000_000))
    assert (len(found), error.value.offset, error.value.reason) == (count, count, reason)


def test_an_array_is_never_held_whole() -> None:
    taken = 0

    def blocks() -> Iterator[bytes]:
        nonlocal taken
        yield b"[0"
        for taken in range(1, 1001):  # noqa: B007
            yield b"," + b" " * 1000 + b"1"
        yield b"]"

    found = items(blocks(), limit=100)
    for _ in range(10):
        next(found)
    assert taken < 20


def test_bytes_that_are_not_utf_8_stay_in_their_item() -> None:
    values = [value for value, _ in items([b'["a", "\xff", "b"]'], limit=100)]
    assert values == ["a", "\udcff", "b"]
