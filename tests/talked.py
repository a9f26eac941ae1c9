"""A version with conversations, a preference and a row for reinforcement learning, as a run makes it."""

import json
from pathlib import Path
from typing import Any

from runs import run
from talks import WEATHER
from tiny import document

ARGUMENTS = json.dumps({"city": "Oslo", "days": 2})
CALL = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": ARGUMENTS}}
TALKS: list[dict[str, Any]] = [
    {
        "id": "tools",
        "messages": [
            {"role": "system", "content": "Be short."},
            {"role": "user", "content": "How warm is it in Oslo?\n\n    Just the number."},
            {"role": "assistant", "content": None, "reasoning_content": "I have to look.", "tool_calls": [CALL]},
            {"role": "tool", "content": "5 °C", "tool_call_id": "call_1"},
            {"role": "assistant", "content": "It is 5 °C."},
        ],
        "tools": [json.loads(WEATHER)],
        "generator": "Qwen/Qwen3-8B",
    },
    *(
        {
            "id": f"plain-{i}",
            "messages": [
                {"role": "user", "content": document(i)},
                {"role": "assistant", "content": "\n".join(document(100 * i + j) for j in range(1 + 40 * (i == 1)))},
            ],
        }
        for i in range(6)
    ),
    {"id": "bad", "messages": [{"role": "assistant", "content": "Nobody asked me."}]},
]
PAIR = {
    "id": "pair",
    "prompt": [{"role": "user", "content": "Name a colour and a fruit, please."}],
    "chosen": [{"role": "assistant", "content": "A colour is blue, and a fruit is the red apple."}],
    "rejected": [{"role": "assistant", "content": "A colour is green, and a fruit is the apple."}],
}
SUM = {"id": "sum", "prompt": "What is 2 + 2?", "answer": "4"}


def talked(folder: Path) -> str:
    """Make the version below a folder, and return where it is."""
    (folder / "data").mkdir()
    licence = {"expression": "MIT", "evidence": "https://example.org/"}
    sources = []
    for name, rows, more in (
        ("chats", TALKS, {"category": "chat"}),
        ("pairs", [PAIR], {"shape": "preference"}),
        ("sums", [SUM], {"shape": "rl", "checker": "math"}),
    ):
        (folder / "data" / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        source = {"name": name, "type": "chat", "paths": f"data/{name}.jsonl", "license": licence, "id_field": "id"}
        sources.append({**source, **more})
    outcome = run(folder, kind="posttrain", sources=sources, shards={}, heuristics={"profile": "none"})
    return outcome.folder
