import hashlib
import json
from typing import Any

import pyarrow as pa
import pytest
from helpers import parcel, rows
from hypothesis import given, settings
from hypothesis import strategies as st

from licet.schemas.content import CONTENT, content_sha256
from licet.schemas.masking import KINDS, Masking
from licet.schemas.rows import OBJECTIONS, read_schema, said
from licet.stages.mask import Mask, Masker, MaskParcel
from licet.stages.mask.json_strings import masked_json

SETTINGS = Masking(kinds=["email", "phone", "key"])
KEY = "9fQ8xY7zK2mN4pL6wR3t"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def conversations(*talks: dict[str, Any]) -> pa.RecordBatch:
    made = [
        {
            **talk,
            "text": said(talk),
            "content_sha256": content_sha256(talk),
            "id": f"s/sha256:{content_sha256(talk)[:32]}",
            "locator": "l",
            "claims": 0,
        }
        for talk in talks
    ]
    return pa.RecordBatch.from_pylist(made, schema=read_schema(chat=True))


def turn(content: str | None, **more: Any) -> dict[str, Any]:
    return {
        "role": "user",
        "content": content,
        "reasoning_content": None,
        "tool_calls": None,
        "tool_call_id": None,
        **more,
    }


def call(arguments: str) -> list[dict[str, Any]]:
    return [{"id": "1", "type": "function", "function": {"name": "f", "arguments": arguments}}]


def test_a_document_gets_new_text_digest_and_counts() -> None:
    batch = rows("Mail jane@corp.org or 415-555-2671", "nothing")
    out = MaskParcel(SETTINGS)(parcel(batch)).rows
    assert out.column("text").to_pylist() == ["Mail <EMAIL> or <PHONE>", "nothing"]
    assert out.column("content_sha256").to_pylist() == [sha("Mail <EMAIL> or <PHONE>"), sha("nothing")]
    assert out.column("masked").to_pylist() == [{"email": 1, "key": 0, "phone": 1}, {"email": 0, "key": 0, "phone": 0}]
    assert out.column("id").to_pylist() == ["test/0", "test/1"]


def test_an_id_made_from_the_text_is_made_from_the_new_one_and_its_credit_with_it() -> None:
    text, new = "jane@corp.org", "<EMAIL>"
    batch = rows(
        text, id=[f"s/sha256:{sha(text)[:32]}"], attribution=[f'"sha256:{sha(text)[:32]}", licensed under MIT']
    )
    (row,) = MaskParcel(SETTINGS)(parcel(batch)).rows.to_pylist()
    assert row["id"] == f"s/sha256:{sha(new)[:32]}"
    assert row["attribution"] == f'"sha256:{sha(new)[:32]}", licensed under MIT'


def test_all_that_a_conversation_publishes_is_masked_and_its_text_agrees() -> None:
    talk = {
        "messages": [
            turn("mail jane@corp.org"),
            turn(
                None,
                role="assistant",
                reasoning_content="she is at 415-555-2671",
                tool_calls=call(json.dumps({"to": "x\njane@corp.org", "api_key": KEY, "n": 1.0})),
            ),
            turn("done", tool_call_id="1"),
        ],
        "tools": ['{"contact": "joe@corp.org"}'],
        "metadata": f'{{"client_secret":"{KEY}","from":"jane@corp.org"}}',
        "reasoning": "it is for sue@corp.org",
    }
    preference = {"prompt": [turn("hi")], "chosen": [turn("jane@corp.org")], "rejected": [turn("no")]}
    (one, other) = MaskParcel(SETTINGS)(parcel(conversations(talk, preference))).rows.to_pylist()
    assert [m["content"] for m in one["messages"]] == ["mail <EMAIL>", None, "done"]
    assert one["messages"][1]["reasoning_content"] == "she is at <PHONE>"
    assert json.loads(one["messages"][1]["tool_calls"][0]["function"]["arguments"]) == {
        "to": "x\n<EMAIL>",
        "api_key": "<KEY>",
        "n": 1.0,
    }
    assert one["messages"][2] == {**turn("done"), "tool_call_id": "1"}
    assert (one["prompt"], one["chosen"], one["rejected"]) == (None, None, None)
    assert one["tools"] == ['{"contact": "<EMAIL>"}']
    assert one["metadata"] == '{"client_secret":"<KEY>","from":"<EMAIL>"}'
    assert one["reasoning"] == "it is for <EMAIL>"
    assert one["masked"] == {"email": 5, "key": 2, "phone": 1}
    assert (other["messages"], other["chosen"]) == (None, [turn("<EMAIL>")])
    assert other["masked"] == {"email": 1, "key": 0, "phone": 0}
    for row in (one, other):
        assert row["text"] == said(row)
        assert row["content_sha256"] == content_sha256(row)
        assert row["id"] == f"s/sha256:{content_sha256(row)[:32]}"


def test_a_conversation_without_anything_to_mask_is_as_it_was() -> None:
    batch = conversations(
        {"messages": [turn("hi"), turn(None, tool_calls=call("not {json")), turn("")]}, {"messages": []}
    )
    out = MaskParcel(SETTINGS)(parcel(batch)).rows
    assert out.select(batch.schema.names).to_pylist() == batch.to_pylist()


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False),
        st.text(max_size=9),
        st.sampled_from(
            ["jane@corp.org", "a\njane@corp.org", KEY, "415-555-2671", '{"to": "jane@corp.org"}', "é@\\\"'"]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["api_key", "to", "é", "n", "jane@corp.org"]), inner, max_size=3),
    ),
    max_leaves=8,
)


def as_masked(value: Any, name: str = "") -> Any:
    """What masking makes of a JSON value, strings one by one."""
    if isinstance(value, str):
        return "<KEY>" if (name, value) == ("api_key", KEY) else Masker(SETTINGS).text(value)
    if isinstance(value, list):
        return [as_masked(item) for item in value]
    return {key: as_masked(item, key) for key, item in value.items()} if isinstance(value, dict) else value


@given(JSON, st.booleans(), st.sampled_from([None, 1]))
@settings(max_examples=200, deadline=None)
def test_json_stays_json_and_only_its_strings_change(value: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    (new,) = masked_json(Masker(SETTINGS), pa.array([text]))[0].to_pylist()
    assert json.loads(new) == as_masked(value)
    assert new == text or json.loads(new) != value


def test_arguments_that_are_no_json_are_masked_as_text() -> None:
    new, counts = masked_json(Masker(SETTINGS), pa.array(['{"to": jane@corp.org', None, '{"a": 1}']))
    assert new.to_pylist() == ['{"to": <EMAIL>', None, '{"a": 1}']
    assert counts.tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_objections_are_masked_like_the_copies_that_they_speak_against() -> None:
    told = {
        "id": "s/x",
        "text": "jane@corp.org",
        "content_sha256": sha("jane@corp.org"),
        "locator": "l",
        "license": "NC",
    }
    objections = pa.RecordBatch.from_pylist([told], schema=OBJECTIONS)
    before = parcel(rows("a"))
    (after,) = MaskParcel(SETTINGS)(type(before)(**{**vars(before), "objections": objections})).objections.to_pylist()
    assert (after["id"], after["text"], after["content_sha256"]) == ("s/x", "<EMAIL>", sha("<EMAIL>"))


def test_the_turns_of_objections_are_masked_too() -> None:
    mail = turn("mail jane@corp.org", tool_calls=call('{"to": "joe@corp.org"}'))
    talk = conversations({"messages": [mail], "tools": ['{"contact": "joe@corp.org"}']})
    names = [*(name for name in OBJECTIONS.names if name in talk.schema.names), *CONTENT]
    objections = talk.select(names)
    before = parcel(talk)
    (copy,) = MaskParcel(SETTINGS)(before).rows.to_pylist()
    (after,) = MaskParcel(SETTINGS)(type(before)(**{**vars(before), "objections": objections})).objections.to_pylist()
    assert (after["text"], after["messages"][0]["content"]) == ("mail <EMAIL>", "mail <EMAIL>")
    assert {name: after[name] for name in CONTENT} == {name: copy[name] for name in CONTENT}
    assert (after["content_sha256"], after["id"]) == (copy["content_sha256"], talk.column("id")[0].as_py())
    assert copy["id"] == f"s/sha256:{content_sha256(copy)[:32]}"


def test_a_row_on_which_a_rule_fails_is_an_error_in_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    mended = Masker.__call__

    def broken(self: Masker, texts: pa.Array) -> Any:
        if "poison" in texts.to_pylist():
            raise ValueError("no such thing")
        return mended(self, texts)

    monkeypatch.setattr(Masker, "__call__", broken)
    after = MaskParcel(SETTINGS)(parcel(rows("jane@corp.org", "poison", "b")))
    assert after.rows.column("text").to_pylist() == ["<EMAIL>", "b"]
    (left,) = after.ledger.to_pylist()
    assert (left["stage"], left["reason"], left["detail"]) == ("mask", "error", "ValueError: no such thing")
    assert after.is_conserved


def test_a_parcel_without_rows_has_the_columns_all_the_same() -> None:
    out = MaskParcel(Masking(kinds=list(KINDS)))(parcel(rows().slice(0))).rows
    assert out.schema.field("masked").type.num_fields == len(KINDS)


def test_masking_masked_rows_finds_nothing() -> None:
    batch = conversations({"messages": [turn("mail jane@corp.org")], "metadata": '{"a": "joe@corp.org"}'})
    masking = Mask(SETTINGS)
    once = MaskParcel(SETTINGS)(parcel(batch)).rows
    assert masking.counts(batch).any()
    assert not masking.counts(once).any()
