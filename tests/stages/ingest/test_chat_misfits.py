"""Rows that are no conversations, or broken: what each is refused for, and that it costs itself alone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from licet.schemas.errors import InputError

U, A = {"role": "user", "content": "u"}, {"role": "assistant", "content": "a"}
B = {"role": "assistant", "content": "b"}


def write(path: Path, *rows: Any) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


MISFITS: list[tuple[Any, str, str | None]] = [
    ({"prompt": "u", "completion": "a", "label": False}, "unknown_shape",
     "messages: messages that are of type null; it is a row of the shape unpaired, of the kind unpaired: read the file"
     " by a source of that shape too"),
    ({"prompt": "u", "chosen": "a", "rejected": "b"}, "unknown_shape",
     "messages: messages that are of type null; it is a row of the shape preference, of the kind preference: read the"
     " file by a source of that shape too"),
    ({"messages": []}, "unknown_shape", "messages: messages that are an empty list"),
    ({"messages": "hi"}, "unknown_shape", "messages: messages that are of type string"),
    ({"messages": [7]}, "unknown_shape", "messages: a message of type number"),
    ({"messages": [{"role": "alien", "content": "x"}]}, "unknown_shape", "messages: a message of role 'alien'"),
    ({"messages": [{"content": "x"}]}, "unknown_shape", "messages: a message without a role"),
    ({"messages": [{"role": "user", "content": 5}]}, "unknown_shape", "messages: content of type number"),
    (
        {"messages": [{"role": "user", "content": [{"type": "image_url"}]}]},
        "unknown_shape",
        "messages: content with a part of the type image_url, which is no text",
    ),
    ({"messages": [{"role": "user", "content": ""}]}, "empty_text", None),
    ({"messages": [{"role": "user", "content": "\ud800"}]}, "invalid_utf8", None),
    ({"other": 1}, "unknown_shape", "messages: messages that are of type null"),
    ([1], "not_an_object", "a JSON array"),
]  # fmt: skip


@pytest.mark.parametrize("ending", ["jsonl", "json"])
@pytest.mark.parametrize(("row", "reason", "detail"), MISFITS)
def test_a_row_that_does_not_fit_costs_itself_alone(
    row: Any, reason: str, detail: str | None, ending: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    good = {"messages": [U, A]}
    if ending == "json":
        (tmp_path / "a.json").write_text(json.dumps([good, row, good]))
    else:
        write(tmp_path / "a.jsonl", good, row, good)
    got = read(tmp_path, type="chat", paths=f"a.{ending}")
    assert len(got.rows) == 2
    (entry,) = got.ledger
    assert entry["reason"] == reason
    if detail is not None:
        assert entry["detail"] == detail


@pytest.mark.parametrize(
    ("row", "detail"),
    [
        ({"prompt": "u", "chosen": "a", "rejected": "a"}, "preference: chosen and rejected are the same"),
        ({"chosen": "a", "rejected": "b"}, "preference: no prompt, and nothing that both sides begin with"),
        ({"prompt": "u", "chosen": "a"}, "preference: `rejected` is missing"),
        ({"prompt": [U], "chosen": [U], "rejected": [B]}, "preference: a side that says nothing after the prompt"),
    ],
)
def test_a_preference_needs_two_sides(
    row: dict[str, Any], detail: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    write(tmp_path / "a.jsonl", {"prompt": "u", "chosen": "a", "rejected": "b"}, row)
    got = read(tmp_path, type="chat", paths="a.jsonl", shape="preference")
    assert (len(got.rows), [e["detail"] for e in got.ledger]) == (1, [detail])


def test_an_array_that_breaks_keeps_what_came_before(tmp_path: Path, read: Callable[..., Any]) -> None:
    whole = json.dumps([{"question": str(i), "answer": "a"} for i in range(10)])
    (tmp_path / "a.json").write_text(whole[:-30])
    got = read(tmp_path, type="chat", paths="a.json")
    assert (len(got.rows), got.refused) == (9, [("a.json#row=9", "truncated")])


def test_no_row_that_fits_is_refused_before_the_run(tmp_path: Path, read: Callable[..., Any]) -> None:
    write(tmp_path / "a.jsonl", {"body": 1, "n": 2})
    with pytest.raises(
        InputError, match=r"none of the first 1 rows of a\.jsonl fits any known shape .* fields are body, n"
    ):
        read(tmp_path, type="chat", paths="a.jsonl")
    with pytest.raises(InputError, match=r"fits the shape qa \(qa: `question` is missing\)"):
        read(tmp_path, type="chat", paths="a.jsonl", shape="qa")


@pytest.mark.parametrize("half", ["\\ud800", "\\uDBFF", "\\uDc00", "\\\\\\udfff", "\\ude00\\ud83d"])
def test_half_a_pair_is_refused_however_it_is_written(half: str, read: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(f'{{"question": "q", "answer": "a", "more": ["{half}"]}}\n')
    got = read(tmp_path, type="chat", paths="in.jsonl", shape="qa")
    assert (got.rows, [reason for _, reason in got.refused]) == ([], ["invalid_utf8"])


@pytest.mark.parametrize(
    ("pair", "meant"), [("\\ud83d\\uDE00", "\U0001f600"), ("\\\\ud800", "\\ud800"), ("\\u00e9", "é")]
)
def test_what_only_looks_like_half_a_pair_is_kept(
    pair: str, meant: str, read: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "in.jsonl").write_text(f'{{"question": "q", "answer": "{pair}"}}\n')
    got = read(tmp_path, type="chat", paths="in.jsonl", shape="qa")
    assert [row["messages"][1]["content"] for row in got.rows] == [meant]
