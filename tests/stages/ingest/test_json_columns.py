import json

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.stages.ingest.fields import RowClaims
from licet.stages.ingest.json_columns import columns_of
from licet.stages.ingest.jsonl import Documents

FIELDS = {"text": pa.string(), "id": pa.int64()}


def test_columns_are_those_of_the_lines() -> None:
    run = b'{"text": "a", "id": 1}\n{"id": 2}\n{"text": "n\xc3\xa9", "x": [{"text": "no"}]}'
    assert columns_of(run, FIELDS) == (
        [0, 23, 33, 72],
        {"text": [b"a", None, "né".encode()], "id": [b"1", b"2", None]},
    )


@pytest.mark.parametrize(
    "run",
    [
        b'{"text": 1}\n',
        b'{"text": "a"} {"text": "b"}\n{"text":\n"c"}\n',
        b'{"text": "a"} {"text": "b"}\n\n',
        b'{"x": "\xff", "text": "a"}\n',
        b'{"text": "\\ud800"}\n',
        b'{"text": "a", "text": "b"}\n',
        b'[{"text": "a"}]\n',
        b'{"text": "a"}\n\n',
        b' {"text": "a"}\n',
        b'\xef\xbb\xbf{"text": "a"}\n',
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_the_slow_way(run: bytes) -> None:
    assert columns_of(run, FIELDS) is None


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["text", "id", "a"]), inner, max_size=2)
    ),
    max_leaves=4,
)
ROW = st.dictionaries(st.sampled_from(["text", "id", "url", "x"]), VALUE, max_size=4).map(json.dumps)
TEXTUAL = st.fixed_dictionaries(
    {"text": st.text(max_size=8)}, optional={"id": st.integers(0, 9) | st.text(max_size=3), "url": st.text(max_size=3)}
).map(lambda row: json.dumps(row, ensure_ascii=False))
JOINT = st.sampled_from(["\n", "\n", "\n", "\r\n", "\n\n", " ", "\n ", ",\n", "}\n{"])


@settings(max_examples=200, deadline=None)
@given(pairs=st.lists(st.tuples(TEXTUAL | ROW, JOINT), min_size=1, max_size=5))
def test_both_ways_through_a_run_agree(pairs: list[tuple[str, str]]) -> None:
    run = "".join(row + joint for row, joint in pairs).encode("utf-8", "surrogatepass")
    told = {"text_field": "text", "id_field": "id", "url_field": "url"}
    fast, slow = (Documents(told, RowClaims.of((), None, "f"), "f") for _ in range(2))
    slow.kinds = {}
    found = [fast.by_columns(0, run, 10_000)]
    if found[0] is not None:
        assert found[0] == list(slow.of((0, run, len(run)), 10_000))


def test_what_only_arrow_can_nest_is_kept_by_both_ways() -> None:
    deep = b'{"text": "deep", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    told = {"text_field": "text"}
    alone, beside = (Documents(told, RowClaims.of((), None, "f"), "f") for _ in range(2))
    bad = b'{"text": 5}\n'
    assert [row[0] for row in alone.of((0, deep, len(deep)), 10**6)] == [b"deep"]
    assert [row[0] for row in beside.of((0, deep + bad, len(deep + bad)), 10**6)] == [b"deep", "wrong_type"]
