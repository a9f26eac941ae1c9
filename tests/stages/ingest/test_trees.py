import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from licet.schemas.recipe import Limits

Row = dict[str, Any]


def node(name: str, parent: str | None, tree: str = "t1", **more: Any) -> Row:
    role = "prompter" if len(name) % 2 else "assistant"
    own = {"message_id": name, "parent_id": parent, "text": f"says {name}", "role": role}
    return {**own, "message_tree_id": tree, **more}


# Two answers to one question; the second is asked on. Then another tree.
FLAT = [
    node("a", None, lang="en"),
    node("ab", "a", rank=0),
    node("ac", "a", rank=1),
    node("acd", "ac"),
    node("acde", "acd"),
    node("x", None, "t2"),
    node("xy", "x", "t2"),
]
WAYS = [("src/ab", ["a", "ab"]), ("src/acde", ["a", "ac", "acd", "acde"]), ("src/xy", ["x", "xy"])]


def nested(rows: list[Row], name: str) -> Row:
    (own,) = (row for row in rows if row["message_id"] == name)
    replies = [nested(rows, row["message_id"]) for row in rows if row["parent_id"] == name]
    return {key: value for key, value in own.items() if key != "message_tree_id"} | {"replies": replies}


def ways(got: Any) -> list[tuple[str, list[str]]]:
    return [(row["id"], [m["content"].removeprefix("says ") for m in row["messages"]]) for row in got.rows]


def write(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_each_way_through_rows_of_messages_is_a_conversation_named_by_its_last(
    tmp_path: Path, read: Callable[..., Any]
) -> None:
    write(tmp_path / "a.jsonl", FLAT)
    got = read(tmp_path, Limits(split_bytes=100), type="chat", paths="a.jsonl")
    assert (json.loads(got.splits[0].settings)["shape"], len(got.splits)) == ("tree", 1)
    assert ways(got) == WAYS
    assert [m["role"] for m in got.rows[1]["messages"]] == ["user", "assistant", "user", "assistant"]
    assert got.parcels[0].bytes_in == sum(len(json.dumps(row)) for row in FLAT)
    told = json.loads(got.rows[0]["metadata"])["$row"]["differs"]["d"]["messages"]["l"]
    assert (told["0"]["d"]["lang"], told["1"]["d"]["rank"]) == ({"=": "en"}, {"=": 0})


def test_so_is_each_way_through_replies_within_each_other(tmp_path: Path, read: Callable[..., Any]) -> None:
    trees = [
        {"message_tree_id": "t1", "tree_state": "ready_for_export", "prompt": nested(FLAT, "a")},
        nested(FLAT, "x"),
    ]
    write(tmp_path / "a.jsonl", trees)
    got = read(tmp_path, type="chat", paths="a.jsonl")
    assert ways(got) == WAYS
    assert len({row["locator"] for row in got.rows}) == 3
    assert json.loads(got.rows[0]["metadata"])["tree_state"] == "ready_for_export"


def test_parquet_rows_make_the_same_conversations(tmp_path: Path, read: Callable[..., Any]) -> None:
    pq.write_table(pa.Table.from_pylist(FLAT), tmp_path / "a.parquet", row_group_size=2)
    assert ways(read(tmp_path, Limits(split_bytes=1), type="chat", paths="a.parquet")) == WAYS


def test_a_conversation_keeps_its_id_when_others_leave_its_tree(tmp_path: Path, read: Callable[..., Any]) -> None:
    write(tmp_path / "a.jsonl", [row for row in FLAT if row["message_id"] != "ab"])
    assert ways(read(tmp_path, type="chat", paths="a.jsonl")) == WAYS[1:]


def test_a_message_without_its_parent_is_refused(tmp_path: Path, read: Callable[..., Any]) -> None:
    loop = [node("p", "pq"), node("pq", "p")]
    write(tmp_path / "a.jsonl", [*FLAT[:2], node("lost", "gone"), *FLAT[5:], *loop])
    got = read(tmp_path, type="chat", paths="a.jsonl")
    assert ways(got) == [WAYS[0], WAYS[2]]
    assert [entry["detail"] for entry in got.ledger] == [
        f"tree: its parent {name!r} is not among the rows of its tree, which stand together"
        for name in ("gone", "pq", "p")
    ]


def test_a_tree_of_rows_that_is_too_large_is_refused_row_by_row(tmp_path: Path, read: Callable[..., Any]) -> None:
    write(tmp_path / "a.jsonl", FLAT)
    got = read(tmp_path, Limits(max_row_bytes=400), type="chat", paths="a.jsonl")
    assert ways(got) == [WAYS[2]]
    assert [entry["reason"] for entry in got.ledger] == ["too_large"] * 5


def test_a_speaker_that_nobody_knows_costs_its_ways_alone(tmp_path: Path, read: Callable[..., Any]) -> None:
    write(tmp_path / "a.jsonl", [*FLAT, node("zz", "x", "t2", role="alien")])
    got = read(tmp_path, type="chat", paths="a.jsonl")
    assert ways(got) == WAYS
    assert [entry["detail"] for entry in got.ledger] == ["messages: a message of role 'alien'"]
