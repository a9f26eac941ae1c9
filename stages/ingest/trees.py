"""Trees of messages, as OpenAssistant has them: one conversation for each way from the first message to a last one.

    nested   {message_tree_id, prompt: {message_id, role, text, replies: [{…, replies}]}}, or the first message itself
    flat     {message_id, parent_id, role, text, message_tree_id}, a row a message; rows of a tree stand together

A conversation is named by its last message, which is no other's, so its id stays whatever is beside it. What a message
says besides its role and text is kept with it. (Köpf et al., 2023; the layout is that of `oasst-data`.)
"""

from collections.abc import Iterable, Iterator
from typing import Any

from licet.stages.ingest.fields import type_name
from licet.stages.ingest.jsonl import Object
from licet.stages.ingest.messages import Misshapen, message
from licet.stages.ingest.reasons import Refusal
from licet.stages.ingest.residue import without_nulls

ID, PARENT, TREE = "message_id", "parent_id", "message_tree_id"
Node = dict[str, Any]


def tree(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Tell whether a row is a tree or a message of one, as readers of shapes do: by its first message."""
    first = given["prompt"] if isinstance(given.get("prompt"), dict) else given
    if "replies" not in first and given.get("id") is None:
        raise Misshapen("no message with an id, and no replies")
    if not isinstance(said := _said(first), str):
        raise Misshapen(f"`text` of type {type_name(said)}")
    return {"messages": [message(first.get("role"), said)]}, {}


def conversations(found: Iterable[Object | Refusal], limit: int) -> Iterator[Object | Refusal]:
    """Yield the conversations of the trees in a file, each as a row of the shape `messages`.

    ``limit`` bounds the bytes of a tree whose messages are rows; the rows of a larger one are refused.
    """
    held: list[Object] = []
    name: Any = None
    for one in found:
        if isinstance(one, Refusal):
            yield one
            continue
        row = without_nulls(one.row)
        if "replies" in row or isinstance(row.get("prompt"), dict):
            yield from _nested(row, one.locator, one.size)
            continue
        own = row.get(TREE)
        if held and (own != name if own is not None else row.get(PARENT) is None):
            yield from _flat(held, limit)
            held = []
        name = own
        held.append(Object(row, one.locator, one.size))
    if held:
        yield from _flat(held, limit)


def _nested(row: Node, locator: str, size: int) -> Iterator[Object]:
    first = row["prompt"] if isinstance(row.get("prompt"), dict) else row
    shared = {key: value for key, value in row.items() if key != "prompt"} if first is not row else {}
    ways: list[list[Node]] = [[first]]
    count = 0
    while ways:
        way = ways.pop()
        replies = way[-1].get("replies")
        if isinstance(replies, list) and replies:
            ways += [[*way, reply] for reply in reversed(replies) if isinstance(reply, dict)]
        else:
            yield Object(_conversation(way, shared), f"{locator}&path={count}", 0 if count else size)
            count += 1


def _flat(rows: list[Object], limit: int) -> Iterator[Object | Refusal]:
    if sum(row.size for row in rows) > limit:
        for _, locator, size, *_ in rows:
            yield Refusal("too_large", locator, "a tree of messages", value=size, threshold=limit, size=size)
        return
    below: dict[Any, list[Object]] = {}
    for row in rows:
        below.setdefault(row.row.get(PARENT), []).append(row)
    seen: set[int] = set()
    ways = [[first] for first in reversed(below.get(None, []))]
    while ways:
        way = ways.pop()
        replies = [reply for reply in below.get(way[-1].row.get(ID), []) if id(reply) not in seen]
        if replies and way[-1].row.get(ID) is not None:
            ways += [[*way, reply] for reply in reversed(replies)]
            continue
        new = [one for one in way if id(one) not in seen]
        seen.update(map(id, new))
        shared = {TREE: way[0].row[TREE]} if TREE in way[0].row else {}
        yield Object(_conversation([one.row for one in way], shared), way[-1].locator, sum(one.size for one in new))
    for one in rows:
        if id(one) not in seen:
            told = f"tree: its parent {one.row.get(PARENT)!r} is not among the rows of its tree, which stand together"
            yield Refusal("unknown_shape", one.locator, told, size=one.size)


def _conversation(way: list[Node], shared: Node) -> Node:
    """Return the messages on a way, each with all that it says of itself, under the id of the last."""
    named = {ID: way[-1][ID]} if ID in way[-1] else {}
    return {
        **shared,
        **named,
        "messages": [
            {"content": _said(one), **{key: value for key, value in one.items() if key not in ("text", "replies")}}
            for one in way
        ],
    }


def _said(one: Node) -> Any:
    return one.get("text", one.get("content"))
