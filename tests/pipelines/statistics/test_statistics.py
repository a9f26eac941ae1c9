import json
from pathlib import Path
from typing import Any

import numpy as np
from called import called
from hypothesis import given
from hypothesis import strategies as st
from runs import run, write_files
from tiny import document

from licet.pipelines.statistics import ConfigStatistics, statistics_figures
from licet.pipelines.statistics.count import tool_names
from licet.pipelines.statistics.tally import Tally


def counted(folder: str) -> dict[str, Any]:
    """What `licet stats` says of each config."""
    code, out, err = called("stats", folder, "--json")
    assert (code, err) == (0, "")
    return {told["config"]: told for told in json.loads(out)["configs"]}


def test_conversations_are_counted_from_the_rows(talks: str) -> None:
    told = counted(talks)["sft"]
    assert {name: told[name] for name in ("rows", "turns", "category", "language", "source", "generator")} == {
        "rows": 7,
        "turns": [{"turns": 1, "rows": 7}],
        "category": {"chat": 7},
        "language": {"en": 7},
        "source": {"chats": 7},
        "generator": {"Qwen/Qwen3-8B": 1, "(not said)": 6},
    }
    assert {name: role["messages"] for name, role in told["roles"].items()} == {
        "assistant": 8,
        "system": 1,
        "tool": 1,
        "user": 7,
    }
    assert told["roles"]["tool"]["characters"] == len("5 °C")
    assert (told["rows_with_reasoning"], told["rows_with_tools"], told["rows_with_calls"]) == (1, 1, 1)
    assert (told["tools"], told["calls"]) == ({"get_weather": 1}, {"get_weather": 1})


def test_sides_of_preferences_and_checkers_of_answers_are_counted(talks: str) -> None:
    found = counted(talks)
    chosen = len("A colour is blue, and a fruit is the red apple.")
    assert found["preference"]["sides"]["chosen"]["total"] == chosen
    assert found["preference"]["longer_side"] == {"chosen": 1, "neither": 0, "rejected": 0}
    assert (found["rl"]["checker"], found["rl"]["turns"]) == ({"math": 1}, [{"turns": 1, "rows": 1}])
    assert found["rl"]["characters"]["total"] == len("What is 2 + 2?4")


def test_they_are_told_on_a_screen(talks: str) -> None:
    code, out, _ = called("stats", talks)
    assert code == 0
    assert "sft: 7 rows\n  turns      1 in 7\n  tokens     median " in out
    assert "  messages   assistant 8, system 1, tool 1, user 7\n  rows with  reasoning 1, tools 1, calls 1\n" in out
    assert "  checker    math 1\n" in out
    assert "Who made the rows\n  made by    Qwen/Qwen3-8B: 1 row; " in out


def test_report_and_card_have_them(talks: str) -> None:
    report = (Path(talks) / "report.html").read_text(encoding="utf-8")
    assert "<h2>What the rows hold</h2>" in report
    assert 'aria-label="sft: turns: 1 7"' in report
    assert "<td>messages by role</td><td>assistant 8, system 1, tool 1, user 7</td>" in report
    assert "<th>rl</th><th></th></tr></thead>\n<tbody>\n<tr><td>messages by role</td><td>user 1</td></tr>" in report
    assert "<td>checker</td><td>math 1</td>" in report
    card = (Path(talks) / "README.md").read_text(encoding="utf-8")
    assert "## What the rows hold" in card
    assert "| `preference` | 1 | 1, up to 1 | " in card


def test_documents_are_counted_too_and_have_no_such_section(tmp_path: Path) -> None:
    write_files(tmp_path, [{"id": str(i), "text": document(i)} for i in range(8)])
    folder = run(tmp_path, shards={}).folder
    (told,) = counted(folder).values()
    assert (told["rows"], told["source"], "turns" in told) == (8, {"parts": 8}, False)
    assert told["characters"]["total"] == sum(len(document(i)) for i in range(8))
    assert "What the rows hold" not in (Path(folder) / "README.md").read_text(encoding="utf-8")


@given(st.lists(st.lists(st.integers(0, 5000), max_size=20), min_size=1))
def test_a_spread_is_that_of_all_numbers_however_they_come(parts: list[list[int]]) -> None:
    tally = Tally()
    for part in parts:
        tally.add(np.array(part, np.int64))
    numbers = sorted(number for part in parts for number in part)
    spread = tally.spread()
    if not numbers:
        assert spread is None
        return
    assert spread is not None

    def rank(percent: int) -> int:
        return numbers[-(-len(numbers) * percent // 100) - 1]

    assert (spread.least, spread.median, spread.p90, spread.p99, spread.most, spread.total) == (
        numbers[0],
        rank(50),
        rank(90),
        rank(99),
        numbers[-1],
        sum(numbers),
    )
    assert sum(count for _, count in tally.doubling()) == len(numbers)


def test_bins_double_in_width_and_leave_no_gap() -> None:
    tally = Tally()
    tally.add(np.array([1, 2, 3, 9, 9]))
    assert tally.doubling() == [(1, 1), (2, 2), (4, 0), (8, 2)]
    assert Tally().doubling() == []


def test_tools_are_named_in_every_form_that_rows_have() -> None:
    tools = [{"type": "function", "function": {"name": "a"}}, {"name": "b"}, {"name": "a"}, {"function": 7}, 8]
    assert tool_names(json.dumps(tools)) == ["a", "b", "(no name)"]
    assert tool_names("{") == ["(no name)"]


def test_many_turns_share_the_last_bar_and_numbers_between_have_an_empty_one() -> None:
    told = ConfigStatistics("sft", rows=5, is_chat=True)
    told.turns.add(np.array([1, 1, 3, 12, 40]))
    assert 'aria-label="sft: turns: 1 2; 2 0; 3 1; 4 0; 5 0; 6 0; 7 0; 8 0; 9 0; over 9 2"' in statistics_figures(
        [told]
    )
