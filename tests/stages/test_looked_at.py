"""Holds the table of what stages look at, in the page on post-training data, against the stages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from spoken import call, chats, turn

from licet.schemas.content import content_sha256
from licet.schemas.dedup import Compared
from licet.schemas.masking import Masking
from licet.schemas.rows import said
from licet.stages.decontaminate.stage import texts_of
from licet.stages.dedup.compared import compared
from licet.stages.mask import Mask

PAGE = Path(__file__).parents[2] / "docs/posttrain.md"
MAIL = "jane@corp.org"

Chat = dict[str, Any]


def chat(word: str = "", at: str = "") -> Chat:
    """A conversation with a word in one of its places."""
    here = {at: word}
    return {
        "messages": [
            turn("user", f"What now? {here.get('prompts', '')}"),
            turn("assistant", None, tool_calls=[call("now", {"at": here.get("arguments", "")})]),
            turn("tool", "2024"),
            turn("assistant", f"Now. {here.get('contents', '')}", reasoning_content=f"Hm. {here.get('thoughts', '')}"),
        ],
        "answer": f"2024 {here.get('answer', '')}",
        "reasoning": f"on {here.get('reasoning', '')}",
        "tools": [f'{{"name": "now", "description": "{here.get("tools", "")}"}}'],
    }


PLACES = {
    "contents": ("contents", "prompts"),
    "reasoning of messages, arguments of calls": ("thoughts", "arguments"),
    "`answer`": ("answer",),
    "`reasoning`": ("reasoning",),
    "tools": ("tools",),
}


def texts_compared(on: Compared) -> Callable[[Chat], Any]:
    return lambda row: {part: texts.to_pylist() for part, texts in compared(chats(row), on).parts.items()}


def masked(row: Chat) -> Any:
    return Mask(Masking(kinds=["email"])).counts(chats(row)).tolist()


LOOKS: dict[str, list[Callable[[Chat], Any]]] = {
    "`content_sha256`, id": [content_sha256],
    "heuristics, language, `token_count`, classifiers": [said],
    "duplicates by `both`, `text`": [texts_compared("both"), texts_compared("text")],
    "duplicates by `answers`": [texts_compared("answers")],
    "duplicates by `prompts`": [texts_compared("prompts")],
    "decontamination": [lambda row: texts_of(chats(row)).texts.to_pylist()],
    "masks": [masked],
    "likeness to retracted texts, `licet contains`": [said],
}


def table() -> dict[str, dict[str, str]]:
    lines = PAGE.read_text().split("## What makes a row, and what is looked at\n")[1].split("\n## ")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return {name: dict(zip(rows[0][1:], cells, strict=True)) for name, *cells in rows[2:]}


def test_the_table_has_every_stage_and_place() -> None:
    assert {name: list(cells) for name, cells in table().items()} == {name: list(PLACES) for name in LOOKS}


@pytest.mark.parametrize(("name", "place"), [(name, place) for name in LOOKS for place in PLACES])
def test_stages_look_at_what_the_page_says(name: str, place: str) -> None:
    told = {"yes": set(PLACES[place]), "no": set(), "of prompts": {"prompts"}, "of answers": {"contents"}}
    for look in LOOKS[name]:
        seen = {at for at in PLACES[place] if look(chat(MAIL, at)) != look(chat())}
        assert seen == told[table()[name][place]]
