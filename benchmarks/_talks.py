"""Made conversations with made faults, the same on every machine: one to six turns, tools, duplicates, preferences."""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]
SEED = 20260726
WORDS = sorted({word.lower() for word in re.findall(r"[A-Za-z]{2,}", Path("LICENSE").read_text(encoding="utf-8"))})
"""The words of the Apache License, which is in every checkout and does not change."""
CITIES = ("Oslo", "Lima", "Kyoto", "Accra", "Quito", "Turin")
PREFERENCES = 0.1
"""Share of the rows that are preferences."""


def tool(name: str) -> str:
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}},
        "required": ["city"],
    }
    return json.dumps({"type": "function", "function": {"name": name, "parameters": schema}})


TOOLS = [[tool("get_weather")], [tool("get_weather"), tool("find_hotel")], [tool(f"tool_{i}") for i in range(6)]]


class Maker:
    """Makes rows one after the other, with faults of all kinds in some of them."""

    def __init__(self, seed: int = SEED) -> None:
        self.random = random.Random(seed)
        self.made: list[Row] = []

    def sentence(self) -> str:
        words = self.random.choices(WORDS, k=self.random.randint(6, 14))
        return f"{words[0].capitalize()} {' '.join(words[1:])}."

    def text(self, least: int, most: int) -> str:
        return " ".join(self.sentence() for _ in range(self.random.randint(least, most)))

    def row(self) -> Row:
        """Return the next row."""
        if self.made and self.random.random() < 0.06:
            return self.copy()
        row = self.preference() if self.random.random() < PREFERENCES else self.conversation()
        self.made = [*self.made[-999:], row]
        return row

    def copy(self) -> Row:
        """Return an earlier row again, half of them with a last sentence of their own."""
        row: Row = json.loads(json.dumps(self.random.choice(self.made)))
        if self.random.random() < 0.5:
            last = (row.get("messages") or row["chosen"])[-1]
            last["content"] = f"{last['content'] or ''} {self.sentence()}"
        return row

    def preference(self) -> Row:
        prompt = [message("user", self.text(1, 3))]
        better, worse = self.text(1, 8), self.text(1, 8)
        row = {"prompt": prompt, "chosen": [message("assistant", better)], "rejected": [message("assistant", worse)]}
        fault = self.random.random()
        if fault < 0.02:
            row["rejected"] = [message("assistant", f"{better.replace(' ', '  ')}\n")]
        elif fault < 0.04:
            prompt.append(message("assistant", self.sentence()))
            for name in ("chosen", "rejected"):
                row[name].insert(0, message("user", self.sentence()))
        elif fault < 0.05:
            row["rejected"].append(message("user", self.sentence()))
        return row

    def conversation(self) -> Row:
        messages = [message("system", self.text(1, 2))] if self.random.random() < 0.3 else []
        row: Row = {"messages": messages}
        if self.random.random() < 0.2:
            row["tools"] = self.random.choice(TOOLS)
        for _ in range(self.random.randint(1, 6)):
            messages.append(message("user", self.text(1, 4)))
            if "tools" in row and self.random.random() < 0.5:
                messages += self.called(row["tools"])
            messages.append(message("assistant", self.answer()))
        if self.random.random() < 0.02:
            row["metadata"] = json.dumps({"finish_reason": self.random.choice(["length", "stop"])})
        self.spoil(messages)
        return row

    def answer(self) -> str:
        text = self.text(2, 12)
        drawn = self.random.random()
        if drawn < 0.02:
            return f"<think>{self.sentence()}</think>{text}"
        return f"<think>{self.sentence()} {text}" if drawn < 0.025 else text

    def called(self, tools: list[str]) -> list[Row]:
        """Return calls with their answers, one in ten with a fault."""
        names = [json.loads(each)["function"]["name"] for each in tools]
        calls = [
            call(self.random.choice(names), json.dumps({"city": self.random.choice(CITIES), "days": 2}), f"call_{i}")
            for i in range(self.random.randint(1, 3))
        ]
        answers = [message("tool", self.sentence(), tool_call_id=each["id"]) for each in calls]
        fault = self.random.randrange(60)
        function = calls[0]["function"]
        if fault == 0:
            function["arguments"] = '{"city": '
        elif fault == 1:
            function["name"] = "unheard_of"
        elif fault == 2:
            function["arguments"] = '{"days": 0}'
        elif fault == 3:
            calls.append({**calls[0]})
            answers.append(answers[0])
        elif fault == 4:
            answers.pop()
        elif fault == 5:
            answers.append(message("tool", self.sentence(), tool_call_id="call_9"))
        return [message("assistant", None, tool_calls=calls), *answers]

    def spoil(self, messages: list[Row]) -> None:
        fault = self.random.randrange(100)
        if fault == 0:
            messages.pop()
        elif fault in (1, 2):
            messages.insert(self.random.randrange(len(messages)), message("user", self.sentence()))
        elif fault == 3:
            messages[:] = [each for each in messages if each["role"] != "user"]
        elif fault == 4:
            messages[-1]["content"] = self.random.choice(["", "  \n", None])
        elif fault == 5:
            messages.append(message("system", self.sentence()))


def message(role: str, content: str | None, **more: Any) -> Row:
    empty = {"reasoning_content": None, "tool_calls": None, "tool_call_id": None}
    return {"role": role, "content": content, **empty, **more}


def call(name: str, arguments: str, call_id: str) -> Row:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def conversations(rows: int) -> Iterator[Row]:
    """Yield rows with the columns of `licet.schemas.rows.CHAT` that they need."""
    maker = Maker()
    for _ in range(rows):
        yield maker.row()
