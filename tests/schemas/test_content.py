import copy
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from licet.schemas.content import ABOUT, CONTENT, content, content_sha256, holding, is_content_of
from licet.schemas.rows import CHAT, KINDS, said
from licet.stages.shard.published import as_json_lists

CALL = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a":1}'}}
TURNS = [
    {"role": "user", "content": "Add.", "reasoning_content": None, "tool_calls": None, "tool_call_id": None},
    {"role": "assistant", "content": "So.", "reasoning_content": "Hm.", "tool_calls": [CALL], "tool_call_id": "c0"},
]
WHOLE: dict[str, Any] = {
    field.name: copy.deepcopy(TURNS)
    if pa.types.is_list(field.type) and pa.types.is_struct(field.type.value_type)
    else ['{"name":"add"}']
    if pa.types.is_list(field.type)
    else True
    if pa.types.is_boolean(field.type)
    else "é"
    for field in CHAT
}
TEXTS = st.none() | st.text(max_size=6)
CALLS = st.fixed_dictionaries(
    {"id": TEXTS, "type": TEXTS, "function": st.none() | st.fixed_dictionaries({"name": TEXTS, "arguments": TEXTS})}
)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {
            "role": TEXTS,
            "content": TEXTS,
            "reasoning_content": TEXTS,
            "tool_calls": st.none() | st.lists(CALLS, max_size=2),
            "tool_call_id": TEXTS,
        }
    ),
    max_size=3,
)
ROWS = st.fixed_dictionaries({"messages": MESSAGES, "tools": st.none() | st.lists(st.just("{}")), "answer": TEXTS})


def changed(value: Any) -> Iterator[Any]:
    """Yield a value with each of its texts changed, one at a time, and with each of its parts doubled."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, str):
        yield f"{value}x"
    elif isinstance(value, list):
        yield [*value, value[-1]]
        for at, item in enumerate(value):
            yield from ([*value[:at], new, *value[at + 1 :]] for new in changed(item))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from ({**value, name: new} for new in changed(item))


def test_the_content_is_the_canonical_json_of_what_a_row_has() -> None:
    row = {"messages": TURNS, "prompt": None, "tools": ['{"name":"add"}', "{}"], "category": "math"}
    assert content(row).decode() == (
        '{"messages":[{"content":"Add.","role":"user"},{"content":"So.","reasoning_content":"Hm.","role":"assistant",'
        '"tool_call_id":"c0","tool_calls":[{"function":{"arguments":"{\\"a\\":1}","name":"add"},"id":"c1",'
        '"type":"function"}]}],"tools":"[{\\"name\\":\\"add\\"},{}]"}'
    )
    assert content_sha256(row) == hashlib.sha256(content(row)).hexdigest()


@given(ROWS)
def test_the_content_is_as_rfc_8785_writes_it_and_the_same_read_from_arrow_or_from_a_version(row: Any) -> None:
    told = content(row)
    assert told == rfc8785.dumps(json.loads(told))
    schema = pa.schema([CHAT.field(name) for name in row])
    table = pa.Table.from_pylist([row], schema=schema)
    assert content(table.to_pylist()[0]) == told
    at = schema.get_field_index("tools")
    published = table.set_column(at, "tools", as_json_lists(table.column("tools")))
    assert content(published.to_pylist()[0]) == told


def test_whatever_a_trainer_takes_makes_a_row_another_one_and_what_is_told_about_it_does_not() -> None:
    digests = [content_sha256({**WHOLE, name: new}) for name in CONTENT for new in changed(WHOLE[name])]
    assert len({content_sha256(WHOLE), *digests}) == 1 + len(digests)
    for name in ABOUT:
        assert content_sha256({**WHOLE, name: "other"}) == content_sha256(WHOLE)
    assert {name for names in KINDS.values() for name in names} <= set(CONTENT)
    assert holding({"uuid", "answer", "messages", "metadata"}) == ["messages", "answer"]


@pytest.mark.parametrize(
    "other",
    [
        [{"role": "user", "content": "a\n\nb"}, {"role": "assistant", "content": "c"}],
        [{"role": "system", "content": "a"}, {"role": "user", "content": "b\n\nc"}],
        [{"role": "user", "content": "a"}, {"role": "user", "content": "b\n\nc"}],
    ],
)
def test_rows_with_the_same_words_told_otherwise_are_two(other: list[dict[str, str]]) -> None:
    first = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b\n\nc"}]
    assert said({"messages": first}) == said({"messages": other})
    assert content_sha256({"messages": first}) != content_sha256({"messages": other})


def test_the_digest_of_an_earlier_version_is_one_of_its_words() -> None:
    earlier = hashlib.sha256(b"Add.\n\nSo.").hexdigest()
    assert [
        is_content_of(each, {"messages": TURNS}) for each in (earlier, content_sha256({"messages": TURNS}), "")
    ] == [
        True,
        True,
        False,
    ]
