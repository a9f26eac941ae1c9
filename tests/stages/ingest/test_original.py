import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import ROWS, rows_of

from licet.schemas.rows import CHAT
from licet.stages.ingest.fields import canonical
from licet.stages.ingest.messages import Misshapen
from licet.stages.ingest.misfits import named
from licet.stages.ingest.original import NOTE, OWN, noted, read_row, write_row
from licet.stages.ingest.residue import without_nulls
from licet.stages.ingest.unshape import Uncarried

Row = dict[str, Any]


def published(row: Row, shape: str, fields: dict[str, str] | None = None, *, tags: bool = True) -> Row:
    """A row as it comes out of Arrow, read in a shape."""
    row = without_nulls(row)
    columns, rest, note = read_row(row, shape, named(shape, [row], fields or {}), tags=tags)
    columns |= {name: rest[name] for name in OWN if isinstance(rest.get(name), str)}
    rest = {key: value for key, value in rest.items() if key not in OWN or value != columns.get(key)}
    how = noted(row, columns, rest, note)
    rest.pop(NOTE, None)
    columns["metadata"] = canonical(rest if how is None else {**rest, NOTE: how})
    made = pa.RecordBatch.from_pylist([columns], schema=CHAT).to_pylist()[0]
    return {**made, "tools": None if made["tools"] is None else f"[{','.join(made['tools'])}]"}


def columns_of(row: Row) -> Row:
    """What a row says, without what is null and the note on how it was written."""
    rest = json.loads(row.get("metadata") or "{}")
    rest.pop(NOTE, None)
    told = {key: value for key, value in row.items() if key not in ("metadata", "tools")}
    tools = row.get("tools")
    parsed = json.loads(tools) if isinstance(tools, str) else tools
    return without_nulls({**told, "tools": parsed, "besides": rest})


@pytest.mark.parametrize(("shape", "row"), ROWS)
def test_a_row_is_written_back_as_it_was(shape: str, row: Row) -> None:
    assert without_nulls(write_row(published(row, shape), shape)) == without_nulls(row)


@pytest.mark.parametrize(("shape", "row"), ROWS)
def test_so_it_is_where_tags_stay_text(shape: str, row: Row) -> None:
    assert without_nulls(write_row(published(row, shape, tags=False), shape)) == without_nulls(row)


@pytest.mark.parametrize("shape", [*dict.fromkeys(shape for shape, _ in ROWS)])
@settings(max_examples=30)
@given(data=st.data())
def test_any_row_of_a_shape_is_written_back_as_it_was(shape: str, data: st.DataObject) -> None:
    row = data.draw(rows_of(shape))
    try:
        made = published(row, shape)
    except Misshapen:
        return
    assert without_nulls(write_row(made, shape)) == without_nulls(row)


TARGETS = ["messages", "sharegpt", "hermes", "alpaca", "nemotron", "qa", "completion", "transcript", "preference", "rl"]
TARGETS += ["unpaired"]
WORDS = st.text(alphabet="ab <>é\n{", min_size=1).filter(lambda said: said.strip() == said)
CALL = {"id": None, "type": "function", "function": {"name": "f", "arguments": '{"b": 1}'}}


def said(role: str, content: str | None, **more: Any) -> Row:
    return {"role": role, "content": content, **more}


@st.composite
def conversations(draw: st.DrawFn) -> list[Row]:
    """Messages of any kind that columns can hold."""
    found = [said("system", draw(WORDS))] if draw(st.booleans()) else []
    for _ in range(draw(st.integers(1, 3))):
        found.append(said("user", draw(WORDS)))
        thought = {"reasoning_content": draw(WORDS)} if draw(st.booleans()) else {}
        if draw(st.integers(0, 3)) == 0:
            found.append(
                said("assistant", draw(st.none() | WORDS), tool_calls=[{**CALL, "id": draw(st.none() | WORDS)}])
            )
            found.append(said("tool", draw(WORDS), **({"tool_call_id": "c"} if draw(st.booleans()) else {})))
        found.append(said("assistant", draw(WORDS), **thought))
    return found


@st.composite
def columns(draw: st.DrawFn) -> Row:
    """A published row of any kind."""
    kind = draw(st.sampled_from(["sft", "preference", "unpaired", "rl"]))
    row: Row = {"tools": draw(st.none() | st.just('[{"type": "function", "function": {"name": "f"}}]'))}
    row |= {"category": draw(st.none() | WORDS), "metadata": draw(st.none() | st.just('{"z":[1,null]}'))}
    turns = draw(conversations())
    if kind == "sft":
        row["messages"] = turns
    elif kind == "unpaired":
        row |= {"prompt": turns[:-1], "completion": turns[-1:], "label": draw(st.booleans())}
    elif kind == "rl":
        row |= {"prompt": turns[:-1], "answer": draw(WORDS), "checker": draw(st.none() | WORDS)}
    else:
        row |= {"prompt": turns[:-1], "chosen": turns[-1:], "rejected": [said("assistant", draw(WORDS))]}
    return row


@pytest.mark.parametrize("shape", TARGETS)
@settings(max_examples=30)
@given(row=columns())
def test_what_a_shape_can_carry_is_read_from_it_again(shape: str, row: Row) -> None:
    try:
        written = write_row(row, shape)
    except Uncarried:
        return
    again = published(json.loads(json.dumps(written)), "sharegpt" if shape == "hermes" else shape)
    assert columns_of(again) == columns_of(row)


@pytest.mark.parametrize(
    ("shape", "row", "told"),
    [
        ("qa", {"messages": [said("user", "a"), said("assistant", "b")] * 2}, "4 messages, which are more or"),
        ("qa", {"prompt": [said("user", "a")], "answer": "1"}, "no conversation"),
        ("preference", {"messages": [said("user", "a")]}, "no row with a prompt"),
        ("transcript", {"messages": [said("system", "a")]}, "a message of the system"),
        ("transcript", {"messages": [said("user", " a")]}, "`messages` that would be read as another"),
        ("nemotron", {"messages": [said("user", "a")]}, "does not end with an answer to something"),
        (
            "qa",
            {"messages": [said("user", "a"), said("assistant", "b")], "metadata": '{"question":1}'},
            "its own field",
        ),
    ],
)
def test_what_a_shape_cannot_carry_is_said(shape: str, row: Row, told: str) -> None:
    with pytest.raises(Uncarried, match=told):
        write_row(row, shape)


def test_a_row_that_was_masked_is_written_with_what_was_masked() -> None:
    row = {"text": "\n\nHuman:   mail a@b.org\n\nAssistant: ok"}
    made = published(row, "transcript")
    made["messages"][0]["content"] = "mail <EMAIL>"
    assert write_row(made, "transcript") == {"text": "\n\nHuman: mail <EMAIL>\n\nAssistant: ok"}


def test_the_note_holds_no_text_where_space_and_names_are_all_that_differs() -> None:
    said = "a long word " * 50
    row = {
        "conversations": [
            {"from": "user", "value": f"<think> {said}"},
            {"from": "bot", "value": f" <think>{said}</think> b"},
        ]
    }
    note = json.loads(published(row, "sharegpt")["metadata"])[NOTE]
    assert "long" not in json.dumps(note)
